import type {RequestHead} from './request-follower.js';

/** What becomes of one request. Made by {@link cut}, {@link end}, {@link flipBit}, {@link loseAnswer}, {@link silence} and others. */
export type Fault = (request: RequestHead) => Harm;

/** What happens to one request and its answer. */
export interface Harm {
  /** Body bytes that still pass before `then` happens. */
  readonly after?: number;
  readonly then?: 'reset' | 'end' | 'silence';
  /** Where in the body one bit is turned over. */
  readonly flip?: number;
  readonly answer?: AnswerHarm;
}

/** What happens to an answer. */
export interface AnswerHarm {
  /** The connection is reset instead. */
  readonly lose?: true;
  /** One byte at a time, so many ms apart. */
  readonly drip?: number;
  /** The connection ends when so many bytes of the answer's body have passed. */
  readonly keep?: number;
  /** The client gets this in its place, at once, and the connection ends; the server sees nothing of the request but its head. */
  readonly instead?: string;
}

/** Resets the connection when `after` bytes of the request's body have passed. */
export const cut =
  (after: number): Fault =>
  () => ({after, then: 'reset'});

/** Ends the connection in good order, without an answer, when `after` bytes of the body have passed: what a server that exits does. */
export const end =
  (after: number): Fault =>
  () => ({after, then: 'end'});

/** Turns one bit over, of the byte at `fileOffset`, which the body has to hold. With `silentAfter` nothing passes after so many bytes of it. */
export const flipBit =
  (fileOffset: number, {silentAfter}: {silentAfter?: number} = {}): Fault =>
  (request) => ({
    flip: fileOffset - request.fileOffset,
    ...(silentAfter === undefined ? {} : {after: silentAfter, then: 'silence' as const}),
  });

/** Lets the request through and resets the connection when the answer comes. */
export const loseAnswer = (): Fault => () => ({answer: {lose: true}});

/** Lets nothing of this connection through any more when `after` bytes of the body have passed, and closes nothing. */
export const silence =
  (after: number): Fault =>
  () => ({after, then: 'silence'});

/** Lets the whole request through and nothing of its answer, and closes nothing. */
export const withholdAnswer = (): Fault => (request) => ({after: request.length, then: 'silence'});

/** Passes the answer on one byte at a time, `every` ms. */
export const dripAnswer =
  (every: number): Fault =>
  () => ({answer: {drip: every}});

/** Ends the connection when `keep` bytes of the answer's body have passed, of more that its head promises. */
export const truncateAnswer =
  (keep: number): Fault =>
  () => ({answer: {keep}});

/** Answers in the server's place as soon as the head is there, reads no body, and closes: what a strict proxy does. */
export const refuseEarly =
  (status: number, html: string): Fault =>
  () => ({
    answer: {
      instead: `HTTP/1.1 ${status} Refused\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: ${html.length}\r\n\r\n${html}`,
    },
  });
