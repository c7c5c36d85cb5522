import type {Settings} from './options.js';
import {Refusal} from './problem.js';

const ownHeaders = [
  'Accept',
  'Authorization',
  'Content-Range',
  'Content-Type',
  'Idempotency-Key',
  'Upload-Blocks',
  'Upload-Digest',
  'Upload-Length',
  'Upload-Metadata',
  'Upload-Root',
  'Upload-Writer',
];

function allowedOrigin(request: Request, {origins}: Settings): string | undefined {
  const origin = request.headers.get('Origin');
  if (origin === null) return undefined;
  return origin === new URL(request.url).origin || origins.includes(origin) ? origin : undefined;
}

/** Headers that every answer gets, so that pages on allowed origins may read it. Section 7 of the protocol. */
export function corsHeaders(request: Request, settings: Settings): Readonly<Record<string, string>> {
  const origin = allowedOrigin(request, settings);
  if (origin === undefined) return {Vary: 'Origin'};
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': 'Allow, Location, Retry-After',
    ...(settings.credentials && {'Access-Control-Allow-Credentials': 'true'}),
  };
}

/** Whether a request asks what another origin may do. */
export const isPreflight = ({method, headers}: Request): boolean =>
  method === 'OPTIONS' && headers.has('Origin') && headers.has('Access-Control-Request-Method');

/**
 * The answer to a preflight: a fixed list, never an echo of what was asked.
 *
 * @throws Refusal `forbidden`.
 */
export function preflightResponse(request: Request, settings: Settings): Response {
  if (allowedOrigin(request, settings) === undefined) throw new Refusal('forbidden', 'Pages of this origin may not use this server.');
  return new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
      'Access-Control-Allow-Headers': [...ownHeaders, ...settings.allowHeaders].join(', '),
      'Access-Control-Max-Age': '7200',
    },
  });
}
