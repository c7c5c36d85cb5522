/** The head of a request as it went by. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of its body. */
  readonly length: number;
  /** Where in the file the body begins: what `Content-Range` says, else 0. */
  readonly fileOffset: number;
  /** How many requests its connection carried before it. Above 0 it is a used, kept-alive connection. */
  readonly before: number;
}

/** Whether the body is bytes of a file. That of a claim is JSON: where it is counted what travels of a file it does not count. */
export const isOfFile = ({headers}: Pick<RequestHead, 'headers'>): boolean => headers['content-type'] !== 'application/json';

/** A piece of the client's stream: a whole head, or some bytes of a body. */
export interface Piece {
  readonly bytes: Buffer;
  readonly head: RequestHead;
  /** Where in the body the bytes stand; `undefined` for a head. */
  readonly bodyOffset?: number;
  /** Whether it is the last piece of its request. */
  readonly last: boolean;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * Cuts the client's side of an HTTP/1.1 connection into heads and bodies. Bodies are counted by `Content-Length`, which is what browsers
 * send; it does not understand chunked bodies or upgrades.
 */
export class RequestFollower {
  #waiting: Buffer = Buffer.alloc(0);
  #head: RequestHead | undefined;
  #done = 0;
  #requests = 0;

  /** The pieces that are complete with `bytes`. What belongs to an unfinished head comes with a later call. */
  feed(bytes: Buffer): Piece[] {
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    const pieces: Piece[] = [];
    for (let piece = this.#next(); piece; piece = this.#next()) pieces.push(piece);
    return pieces;
  }

  #next(): Piece | undefined {
    if (this.#waiting.length === 0) return undefined;
    return this.#head ? this.#nextOfBody(this.#head) : this.#nextHead();
  }

  #nextHead(): Piece | undefined {
    const end = this.#waiting.indexOf(END_OF_HEAD);
    if (end < 0) return undefined;
    const head = parseHead(this.#waiting.toString('latin1', 0, end), this.#requests);
    this.#requests += 1;
    if (head.length > 0) this.#head = head;
    return {bytes: this.#take(end + END_OF_HEAD.length), head, last: head.length === 0};
  }

  #nextOfBody(head: RequestHead): Piece {
    const bodyOffset = this.#done;
    const bytes = this.#take(Math.min(this.#waiting.length, head.length - bodyOffset));
    this.#done += bytes.length;
    const last = this.#done === head.length;
    if (last) {
      this.#head = undefined;
      this.#done = 0;
    }
    return {bytes, head, bodyOffset, last};
  }

  #take(length: number): Buffer {
    const taken = this.#waiting.subarray(0, length);
    this.#waiting = this.#waiting.subarray(length);
    return taken;
  }
}

function parseHead(text: string, before: number): RequestHead {
  const [first = '', ...lines] = text.split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const range = /^bytes (\d+)-/.exec(headers['content-range'] ?? '');
  return {method, path, headers, length: Number(headers['content-length'] ?? 0), fileOffset: Number(range?.[1] ?? 0), before};
}
