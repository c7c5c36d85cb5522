import type {IncomingMessage} from 'node:http';

/** What a server was sent, without the pages, their scripts and greetings. Servers with a disk count requests only: nothing stands between them and their bodies. */
export interface Counts {
  requests: number;
  /** Those of them that brought nothing. The sink only. */
  questions: number;
  /** Bytes of bodies. */
  bytes: number;
  /** Bytes of bodies that it had already, or could not use. Of `tus` and `chunks` only. */
  again: number;
  /** Bytes that the server has, of the upload that was written to last. Of `chunks` only. */
  has: number;
  /** When the last byte of a body came, in ms since the epoch. */
  lastByte: number;
}

/** Nothing has come yet. */
export const noCounts = (): Counts => ({requests: 0, questions: 0, bytes: 0, again: 0, has: 0, lastByte: 0});

/** Whether a request only opens a connection, before there are files: docs/protocol.md section 2.8. */
export const isGreeting = ({method, url = ''}: IncomingMessage): boolean => method === 'HEAD' && url.startsWith('/uploads?greeting=');
