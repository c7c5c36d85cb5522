import type {UploadAction} from './options.js';
import type {Seen} from './status.js';

/** One answered request. No names, queries or credentials are in it. */
export interface RequestLine {
  readonly event: 'request';
  /** When the answer was ready, ISO 8601. */
  readonly time: string;
  readonly method: string;
  /** `null` when nothing can be done at the URL by this method. */
  readonly action: UploadAction | null;
  /** The first 8 characters of the upload's id: enough to find it, not enough to send to it. */
  readonly id: string | null;
  /** What `authorize` said; `null` when it was not asked, or answered itself. */
  readonly owner: string | null;
  readonly status: number;
  /** `type` of the problem document, if this server made one. */
  readonly problem: string | null;
  /** Bytes of the body that were read. */
  readonly bytes: number;
  /** From the head of the request until the answer was ready. Of a download: until its head was. */
  readonly ms: number;
}

/** Something that the operator should look at: the server itself is at fault, its disk, or a hook. */
export interface FaultLine {
  readonly event: 'fault';
  readonly time: string;
  /** What was being done. */
  readonly what: string;
  readonly id: string | null;
  /** With its stack, where there is one. */
  readonly error: string;
}

/** What a `log` hook hears: plain data, that can be written as one line of JSON. */
export type LogLine = RequestLine | FaultLine;

const idPrefix = (id: string | undefined): string | null => id?.slice(0, 8) ?? null;

/** An answered request, as the log hears of it. `ms`: how long it took. */
export const requestLine = ({method}: Request, {status}: Response, seen: Seen, ms: number): RequestLine => ({
  event: 'request',
  time: new Date().toISOString(),
  method,
  action: seen.action ?? null,
  id: idPrefix(seen.id),
  owner: seen.owner ?? null,
  status,
  problem: seen.problem ?? null,
  bytes: seen.bytes,
  ms: Math.round(ms),
});

/** A fault, as the log hears of it. */
export const faultLine = (what: string, error: unknown, id?: string): FaultLine => ({
  event: 'fault',
  time: new Date().toISOString(),
  what,
  id: idPrefix(id),
  error: error instanceof Error ? (error.stack ?? String(error)) : String(error),
});

/** The default: faults go to the console, requests nowhere. */
export function logFaults(line: LogLine): void {
  if (line.event === 'fault') console.error(JSON.stringify(line));
}
