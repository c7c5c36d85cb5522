/**
 * The seam of HTTP: what a protocol makes its requests with. The rules of ports.ts hold here too.
 */

/** What an HTTP request carries. */
export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob | ArrayBuffer | string;
  /** Bytes of the body handed to the network so far. Says nothing of what arrived. */
  readonly onSent?: (bytes: number) => void;
  /** Goes without the headers that the page adds to requests: without its credentials, and to another origin without a preflight. */
  readonly bare?: boolean;
  /** ms from now until the whole answer must be there. */
  readonly timeout: number;
}

/** Any answer at all, whatever its status. */
export interface HttpReply {
  readonly status: number;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** A header's value, or `null` when it is absent or may not be read from another origin. */
  header(name: string): string | null;
  readonly text: string;
  /** The HTTP version by which it came, as ALPN names it: `http/1.1`, `h2`, `h3`. `''` where nobody tells. Asked at once or never. */
  version?(): Promise<string>;
}

/** One HTTP exchange. */
export interface Http {
  /** @throws UploadError `network` when no whole answer came, `timeout` when it did not come in time. */
  send(method: string, url: string, request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
}
