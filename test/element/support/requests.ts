/** What was asked of the network. */
export interface Requested {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly withCredentials: boolean;
}

/** Requests that were made since, answered by a script. */
export interface RequestRecord {
  readonly requests: readonly Requested[];
  stop(): void;
}

/** What a scripted server answers. */
export interface Scripted {
  readonly status: number;
  readonly body?: unknown;
  /** The header `Location`. */
  readonly location?: string;
}

/**
 * Puts a class in place of XMLHttpRequest that notes what is asked, and answers by `answer` without a network. Knows as much of the
 * real one as the adapter uses.
 */
export function recordRequests(answer: (request: Requested) => Scripted): RequestRecord {
  const real = globalThis.XMLHttpRequest;
  const requests: Requested[] = [];
  class ScriptedRequest extends EventTarget {
    readonly upload = new EventTarget();
    readonly #headers: Record<string, string> = {};
    #method = '';
    #url = '';
    #location: string | null = null;
    withCredentials = false;
    timeout = 0;
    responseType = '';
    status = 0;
    responseText = '';
    responseURL = '';

    open(method: string, url: string | URL): void {
      this.#method = method;
      this.#url = new URL(url, document.baseURI).href;
    }

    setRequestHeader(name: string, value: string): void {
      this.#headers[name.toLowerCase()] = value;
    }

    send(): void {
      const {withCredentials} = this;
      const request = {method: this.#method, url: this.#url, headers: this.#headers, withCredentials};
      requests.push(request);
      const {status, body, location = null} = answer(request);
      this.#location = location;
      setTimeout(() => {
        Object.assign(this, {status, responseText: body === undefined ? '' : JSON.stringify(body), responseURL: this.#url});
        for (const type of ['load', 'loadend']) this.dispatchEvent(new ProgressEvent(type));
      });
    }

    getResponseHeader(name: string): string | null {
      return name.toLowerCase() === 'location' ? this.#location : null;
    }

    getAllResponseHeaders(): string {
      return '';
    }

    abort(): void {
      this.dispatchEvent(new ProgressEvent('abort'));
    }
  }
  globalThis.XMLHttpRequest = ScriptedRequest as unknown as typeof XMLHttpRequest;
  return {requests, stop: () => void (globalThis.XMLHttpRequest = real)};
}
