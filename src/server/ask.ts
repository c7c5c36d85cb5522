import {refuseFullJournal} from './part-limits.js';
import {optionalWriter, wantsDigests} from './request-headers.js';
import type {Context} from './status.js';
import {digestsResponse, statusResponse} from './status.js';

/** `GET {upload}`: sections 2.3 and 2.5 of the protocol. With a newer writer it is the beginning of a run. */
export async function ask({headers}: Request, id: string, owner: string, context: Context): Promise<Response> {
  const writer = optionalWriter(headers);
  const held = await context.store.hold(id, owner);
  const {upload} = held;
  try {
    if (writer && !upload.isComplete) {
      refuseFullJournal(upload, context.settings);
      await upload.takeOver(writer);
    }
    await upload.tryComplete();
    await context.hook.tell(held);
    return wantsDigests(headers) ? digestsResponse(upload) : statusResponse(upload, context);
  } finally {
    held.release();
  }
}
