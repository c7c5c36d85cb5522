import type {Http, HttpReply, HttpRequest} from '../../src/core/ports.js';

/** A request as an {@link ScriptedHttp} got it. */
export interface Asked extends HttpRequest {
  readonly method: string;
  readonly url: string;
}

/** What a request meets: an answer, an error that it rejects with, or something made of the request. */
export type Step = Answer | Error | ((asked: Asked) => Answer | Error);

/** An answer. What is left out is a 200 with nothing in it. */
export type Answer = Partial<Answered>;

interface Answered {
  readonly status: number;
  /** Sent as it is when it is a text, as JSON otherwise. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the answer came from, if not from the URL that was asked. */
  readonly url: string;
  /** The HTTP version by which it came, where that can be told. */
  readonly version: string | undefined;
}

/** An `Http` that answers what the test has written down, one step per request, and keeps what it was asked. */
export class ScriptedHttp implements Http {
  readonly asked: Asked[] = [];
  readonly #steps: Step[];

  constructor(...steps: Step[]) {
    this.#steps = steps;
  }

  /** Each request as method and path. */
  get lines(): readonly string[] {
    return this.asked.map(({method, url}) => `${method} ${new URL(url).pathname}`);
  }

  /** The last request. */
  get last(): Asked {
    const last = this.asked.at(-1);
    if (!last) throw new Error('Nothing was asked');
    return last;
  }

  async send(method: string, url: string, request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    signal.throwIfAborted();
    const asked = {...request, method, url};
    this.asked.push(asked);
    const step = this.#steps.shift();
    if (!step) throw new Error(`The script says nothing of ${method} ${url}`);
    const outcome = typeof step === 'function' ? step(asked) : step;
    if (outcome instanceof Error) throw outcome;
    return reply(outcome, url);
  }
}

function reply({status = 200, body = '', headers = {}, url: from, version}: Answer, url: string): HttpReply {
  const found = new Headers(headers);
  const told = {
    status,
    url: from ?? url,
    header: (name: string) => found.get(name),
    text: typeof body === 'string' ? body : JSON.stringify(body),
  };
  return version === undefined ? told : {...told, version: () => Promise.resolve(version)};
}

/** An answer on its own, for what reads answers. */
export const replyOf = (answer: Answer, url = 'https://server.test/uploads/1'): HttpReply => reply(answer, url);
