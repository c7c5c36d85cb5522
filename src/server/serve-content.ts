import type {OpenFile} from './files.js';
import {Refusal} from './problem.js';
import type {Context} from './status.js';

const chunkSize = 262_144;

/**
 * `GET {upload}/content`: the bytes of a complete upload. Always a download of unknown type, whatever the client said of it: nothing a
 * stranger uploaded may run in a page of this origin. Ranges are not served.
 */
export async function serveContent(id: string, owner: string, {store}: Context): Promise<Response> {
  const {upload, release} = await store.hold(id, owner);
  try {
    if (!upload.isComplete) throw new Refusal('unknown', 'The upload is not complete.');
    const file = await upload.folder.openContent();
    if (!file) throw new Refusal('gone', 'The bytes of this upload were taken elsewhere.');
    return new Response(streamOf(file), {
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(upload.info.size),
        'Content-Disposition': attachment(upload.info.metadata['name'] ?? ''),
        'Content-Security-Policy': "sandbox; default-src 'none'",
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'private, no-cache',
      },
    });
  } finally {
    release();
  }
}

/** `Content-Disposition` for a name that may hold anything: RFC 6266, with the encoding of RFC 8187 (once RFC 5987). */
export function attachment(name: string): string {
  const wellFormed = Buffer.from(name, 'utf8').toString('utf8');
  const plain = wellFormed.replace(/[^A-Za-z0-9 ._()-]/g, '_').trim() || 'file';
  const encoded = encodeURIComponent(wellFormed).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded || 'file'}`;
}

function streamOf(file: OpenFile): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const buffer = Buffer.allocUnsafe(chunkSize);
        const {bytesRead} = await file.read(buffer, 0, chunkSize, at);
        at += bytesRead;
        if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
        await file.close();
        controller.close();
      },
      cancel: () => file.close(),
    },
    {highWaterMark: 0},
  );
}
