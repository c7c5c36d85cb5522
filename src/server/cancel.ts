import {idempotencyKey} from './request-headers.js';
import type {Context} from './status.js';

const done = (): Response => new Response(null, {status: 204, headers: {'Cache-Control': 'no-store'}});

/** `DELETE {upload}`: section 2.6 of the protocol. Also `204` when there is nothing to cancel. */
export async function cancelByUrl(id: string, owner: string, {store, refused}: Context): Promise<Response> {
  await store.cancel(id, owner);
  refused.clear(id);
  return done();
}

/** `DELETE {endpoint}`, for a client that never had an answer to its creation. A creation that comes later finds the key gone. */
export async function cancelByKey({headers}: Request, owner: string, {store}: Context): Promise<Response> {
  await store.cancel(await store.idFor(owner, idempotencyKey(headers)), owner, {unborn: true});
  return done();
}
