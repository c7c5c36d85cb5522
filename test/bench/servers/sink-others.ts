import type {IncomingMessage, ServerResponse} from 'node:http';

import type {Counts} from './counts.js';
import {answer, discard} from './sink.js';

const xml = {'content-type': 'application/xml'};

/** Plain PUT, the parts of S3, and the chunks of those that send forms: taken and forgotten. */
export class SinkOthers {
  readonly #counts: Counts;

  constructor(counts: Counts) {
    this.#counts = counts;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const {pathname, searchParams} = new URL(request.url ?? '/', 'http://sink');
    // resumable.js asks for each chunk whether it is there already.
    if (request.method === 'GET' && pathname.startsWith('/resumable')) return answer(response, 204);
    if (!(await discard(request, this.#counts))) return;
    if (pathname.startsWith('/s3')) return answer(response, 200, {...xml, etag: '"0"'}, s3Answer(request.method, searchParams));
    if (pathname === '/filepond' && request.method === 'POST') return answer(response, 200, {'content-type': 'text/plain'}, 'transfer');
    answer(response, 200, {'content-type': 'application/json'}, '{}');
  }
}

function s3Answer(method: string | undefined, query: URLSearchParams): string {
  if (method !== 'POST') return '';
  if (query.has('uploads')) return '<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>';
  return '<CompleteMultipartUploadResult><Location>/s3/file</Location><Key>file</Key><ETag>"0"</ETag></CompleteMultipartUploadResult>';
}
