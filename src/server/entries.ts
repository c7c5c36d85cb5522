import {blockCount} from './blocks.js';
import {isCount} from './upload-info.js';

/** One thing that has happened to an upload. What is in no journal has not happened. */
export type Entry =
  | readonly ['writer', string]
  /** A block's digest was announced: number, hex. */
  | readonly ['digest', number, string]
  /** These bytes are on disk: start, end. */
  | readonly ['received', number, number]
  /** A block was read back and has its digest. */
  | readonly ['verified', number, string]
  /** A block was read back, did not have its digest, and counts as not received. */
  | readonly ['dropped', number]
  /** Every byte is there and checked: root digest. The data file may still have to be renamed. */
  | readonly ['complete', string | null]
  /** A claim was granted: root digest. Every block is verified, by what the other upload knew. The linked file may still have to be renamed. */
  | readonly ['claimed', string]
  /** `onComplete` has heard of it, and is done. */
  | readonly ['told'];

/** What a journal on disk holds. */
export interface JournalText {
  readonly entries: readonly Entry[];
  /** Length in bytes of the part that can be read. What follows was torn by a crash. */
  readonly end: number;
  /** When it was last written, ms since the epoch. */
  readonly touched: number;
}

/** The text of an entry, as a line. */
export const entryLine = (entry: Entry): string => `${JSON.stringify(entry)}\n`;

/** The entries of a file of `size` bytes up to the first line that is none, and where that begins. */
export function parseEntries(bytes: Buffer, size: number): Pick<JournalText, 'entries' | 'end'> {
  const entries: Entry[] = [];
  let end = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, end)) {
    const entry = parseEntry(bytes.toString('utf8', end, at), size);
    if (!entry) break;
    entries.push(entry);
    end = at + 1;
  }
  return {entries, end};
}

function parseEntry(line: string, size: number): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return Array.isArray(value) && fits(value as unknown[], size) ? (value as unknown as Entry) : undefined;
}

function fits([name, one, two, ...more]: readonly unknown[], size: number): boolean {
  if (more.length > 0) return false;
  const isBlock = isCount(one) && one < blockCount(size);
  switch (name) {
    case 'writer':
    case 'claimed':
      return typeof one === 'string' && two === undefined;
    case 'digest':
    case 'verified':
      return isBlock && typeof two === 'string';
    case 'received':
      return isCount(one) && isCount(two) && one <= two && two <= size;
    case 'dropped':
      return isBlock && two === undefined;
    case 'complete':
      return (one === null || typeof one === 'string') && two === undefined;
    default:
      return name === 'told' && one === undefined && two === undefined;
  }
}
