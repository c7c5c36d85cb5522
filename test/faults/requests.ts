import {MiB} from '../support/disk-file.js';
import type {RequestHead} from '../support/relay.js';

/** The length of parts in most rows. */
export const quarter = MiB / 4;

/** The bytes of all parts that can be under way at a time: what may have to be sent again when they are lost. */
export const underWay = 4 * quarter;

/** Whether a request brings a part. */
export const isPart = ({method}: {readonly method: string}): boolean => method === 'PUT';

/** Whether a request asks where an upload stands. */
export const isQuestion = ({method, url}: Request): boolean => method === 'GET' && new URL(url).pathname.startsWith('/uploads/');

/** Whether a request belongs to an upload. */
export const isOfUploads = ({url}: Request): boolean => new URL(url).pathname.startsWith('/uploads');

/** On the line: a part that begins at or after `offset`. */
export const from =
  (offset: number) =>
  (request: RequestHead): boolean =>
    isPart(request) && request.fileOffset >= offset;

/** On the line: the part that holds the byte at `offset`. */
export const holding =
  (offset: number) =>
  (request: RequestHead): boolean =>
    isPart(request) && request.fileOffset <= offset && request.fileOffset + request.length > offset;

/** Where the body of a request begins and ends in the file. */
export function spanOf({headers}: Request): {start: number; end: number} {
  const [, first, last] = /^bytes (\d+)-(\d+)/.exec(headers.get('content-range') ?? '') ?? [];
  return {start: Number(first ?? 0), end: Number(last ?? -1) + 1};
}

/** At the server: a part that begins at or after `offset`. */
export const partFrom =
  (offset: number) =>
  (request: Request): boolean =>
    isPart(request) && spanOf(request).start >= offset;

/** A page of HTML in place of an answer, with a script that must never run. */
export const html = '<!doctype html><title>Sorry</title><h1>Bad gateway</h1><script>document.title = "broken"</script>';

/** {@link html} as an answer. */
export const page = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(html, {status, headers: {'content-type': 'text/html', ...headers}});

/** A refusal in the protocol's words. */
export const problem = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  Response.json(
    {type: 'about:blank', title: 'Refused for the row', status},
    {status, headers: {'content-type': 'application/problem+json', ...headers}},
  );
