import {UploadError} from '../core/errors.js';
import type {Answer, HttpReply, Json, PartRule, ServerResult} from '../core/ports.js';
import {bytesIn, union, type Range, type Ranges} from '../core/ranges.js';
import {errorFor, isObject, jsonObject, parseUrl, problemType, unreadable} from './reply.js';

/** A status document of docs/protocol.md section 2.1, checked. */
export type ChunksStatus =
  | {readonly complete: true; readonly result: ServerResult}
  | {
      readonly complete: false;
      readonly received: Ranges;
      readonly parts: PartRule;
      readonly refused: UploadError | undefined;
      /** Whether a claim by the root that came with the creation would find something. */
      readonly known: boolean;
    };

/** Bounds for what a server may say of its parts, so that a wrong number cannot make a million requests. */
const bounds = {least: 1_024, most: 2 ** 30, parallel: 4, ranges: 100_000} as const;
const usual = {min: 65_536, preferred: 8 * 2 ** 20, max: 64 * 2 ** 20, parallel: 4} as const;

/**
 * Reads the status of an upload of `size` bytes. Nothing in it is believed unless it fits.
 *
 * @throws UploadError `protocol`.
 */
export function readStatus(reply: HttpReply, size: number, align: number): ChunksStatus {
  const status = jsonObject(reply);
  if (!status) throw unreadable(reply);
  if (status['size'] !== size) throw unreadable(reply, `speaks of ${JSON.stringify(status['size'])} bytes, the file has ${size}`);
  if (status['complete'] === true) return {complete: true, result: readResult(status['result'], reply)};
  return {
    complete: false,
    received: readRanges(status['received'], size, reply),
    parts: readParts(status['parts'], align),
    refused: readRefused(status['refused']),
    known: status['known'] === true,
  };
}

/** What a status says to somebody who only asked. */
export const toAnswer = (status: ChunksStatus): Answer =>
  status.complete
    ? {kind: 'done', result: status.result}
    : {kind: 'open', confirmed: status.received, ...(status.refused ? {refused: status.refused} : {})};

/** `received` of a status or a problem document, checked. */
export function readRanges(value: Json | undefined, size: number, reply: HttpReply): Ranges {
  if (!Array.isArray(value) || value.length > bounds.ranges) throw unreadable(reply, 'does not say what was received');
  const spans = value.map((pair: Json) => readRange(pair, size, reply));
  const joined = union(...spans);
  if (bytesIn(joined) !== bytesIn(spans)) throw unreadable(reply, 'counts received bytes twice');
  return joined;
}

function readRange(pair: Json, size: number, reply: HttpReply): Range {
  const [start, end] = Array.isArray(pair) && pair.length === 2 ? (pair as readonly Json[]) : [];
  if (!isOffset(start) || !isOffset(end) || start > end || end > size)
    throw unreadable(reply, 'tells of bytes that the file does not have');
  return {start, end};
}

const isOffset = (value: Json | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function readParts(value: Json | undefined, align: number): PartRule {
  const said = isObject(value) ? value : {};
  const clamp = (name: keyof typeof usual, least: number, most: number): number => {
    const number = said[name];
    return Math.min(most, Math.max(least, isOffset(number) && number > 0 ? number : usual[name]));
  };
  const max = clamp('max', bounds.least, bounds.most);
  const min = clamp('min', bounds.least, max);
  return {min, max, preferred: clamp('preferred', min, max), parallel: clamp('parallel', 1, bounds.parallel), align};
}

/** `refused` repeats the reason of a refusal whose answer may have been lost on its way. */
function readRefused(value: Json | undefined): UploadError | undefined {
  if (!isObject(value) || !isOffset(value['status']) || value['status'] < 400) return undefined;
  const {status, type = ''} = value;
  return refusalFor({status, url: '', header: () => null, text: JSON.stringify({type})});
}

/** What a refusal in this protocol's own words means; `errorFor` knows only statuses. */
export const refusalFor = (reply: HttpReply): UploadError =>
  reply.status === 409 && problemType(reply) === 'urn:chunks:superseded'
    ? new UploadError('elsewhere', 'This upload goes on in another place. Retry takes it over.', {status: 409})
    : errorFor(reply);

function readResult(value: Json | undefined, reply: HttpReply): ServerResult {
  if (!isObject(value)) throw unreadable(reply, 'says "complete" without a result');
  const digest = typeof value['digest'] === 'string' ? value['digest'].toLowerCase() : null;
  const instant = value['instant'] === true;
  return {url: resultUrl(value['url'], reply), instant, verified: digest === null ? 'length' : 'digest', digest, server: value};
}

function resultUrl(value: Json | undefined, reply: HttpReply): string | null {
  if (typeof value !== 'string') return null;
  const url = parseUrl(value, reply.url);
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
}
