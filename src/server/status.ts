import {blockSize} from './blocks.js';
import type {Claims} from './claims.js';
import type {CompleteHook} from './complete-hook.js';
import type {Settings, UploadAction} from './options.js';
import {pairs} from './problem.js';
import type {Refused} from './refused.js';
import type {UploadStore} from './upload-store.js';
import type {Upload} from './upload.js';

/** What is noticed of one request while it is answered, for the log. */
export interface Seen {
  action?: UploadAction;
  id?: string;
  owner?: string;
  /** `type` of the problem document that was answered. */
  problem?: string;
  /** Bytes of the body that were read. */
  bytes: number;
}

/** What every action needs. */
export interface Context {
  readonly store: UploadStore;
  readonly settings: Settings;
  readonly refused: Refused;
  readonly claims: Claims;
  readonly hook: CompleteHook;
  readonly seen: Seen;
}

/** Path of an upload in URLs. */
export const uploadPath = (upload: Upload, {path}: Settings): string => `${path}/${upload.info.id}`;

/** How a status is answered. */
export interface StatusInit {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Whether to say that a claim would find something. */
  readonly known?: boolean;
}

/** The status of an upload: section 2.1 of the protocol. */
export function statusResponse(upload: Upload, context: Context, {known = false, ...init}: StatusInit = {}): Response {
  const {size} = upload.info;
  const common = {size, received: pairs(upload.received), complete: upload.isComplete};
  const rest = upload.isComplete
    ? {result: resultOf(upload, context.settings)}
    : {parts: context.settings.parts, refused: context.refused.of(upload.info.id), ...(known && {known})};
  const expires = new Date(context.store.expires(upload)).toISOString();
  return json({...common, ...rest, expires}, 'application/json', init);
}

/** The digests of an upload's verified blocks: section 2.5 of the protocol. */
export function digestsResponse(upload: Upload): Response {
  const body = {block: blockSize, algorithm: upload.info.algorithm, digests: upload.blocks.list};
  return json(body, 'application/vnd.chunks.digests+json');
}

function resultOf(upload: Upload, settings: Settings): object {
  const {metadata, size, algorithm} = upload.info;
  return {
    url: `${uploadPath(upload, settings)}/content`,
    name: metadata['name'] ?? '',
    type: metadata['type'] ?? '',
    size,
    algorithm,
    digest: upload.root ?? null,
    ...(upload.isInstant && {instant: true}),
  };
}

/** An answer as JSON that nobody keeps. */
export function json(body: object, type = 'application/json', {status = 200, headers = {}}: Omit<StatusInit, 'known'> = {}): Response {
  return new Response(JSON.stringify(body), {status, headers: {'Content-Type': type, 'Cache-Control': 'no-store', ...headers}});
}
