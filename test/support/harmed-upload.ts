import {MiB} from './disk-file.js';
import type {RequestHead} from './relay.js';
import type {Scene} from './scene.js';
import {until} from './wait.js';

/** Bytes in the file of {@link harmed}. */
export const size = 16 * MiB;
/** Bytes in a block. */
export const block = 4 * MiB;

/** A part that holds the byte at `offset` and, with it, the end of its block. */
export const brings =
  (offset: number) =>
  ({method, fileOffset, length}: RequestHead): boolean =>
    method === 'PUT' && fileOffset <= offset && fileOffset + length > offset;

/** How it is on its way. */
export interface Circumstances {
  /** Whether the first request travels on a fresh connection: on a used one a browser may repeat a request itself. */
  readonly fresh?: boolean;
  /** What happens while it is on its way. */
  readonly meanwhile?: (scene: Scene) => Promise<void>;
}

/** Resets all connections when one part is left and the server has read of it what has passed. */
export async function cutWhenRead(scene: Scene): Promise<void> {
  const {relay} = scene;
  const read = (): boolean => scene.server.bytesRead === relay.bodyBytes;
  await until('one part to be left', () => scene.server.running === 1 && relay.bodyBytes > size - 4 * MiB && read());
  await relay.reset();
}

/** Sends a file over a line on which `harm` has been set up. */
export const harmed =
  (harm: (scene: Scene) => Promise<unknown>, {fresh = false, meanwhile}: Circumstances = {}) =>
  async (scene: Scene) => {
    const file = await scene.shelf.random(size);
    const page = await scene.page({attributes: {'chunk-size': String(2 * MiB)}});
    if (fresh) await scene.relay.reset();
    let met = false;
    void harm(scene).then(() => {
      met = true;
    });
    await page.pick(file.path);
    await meanwhile?.(scene);
    await until('the end', async () => /done|failed|paused/.test((await page.upload()).status.name), {limit: 40_000});
    const retried = (await page.upload()).status.name === 'failed';
    if (retried) await page.call('retry');
    const {status} = await page.becomes('done');
    return {
      file,
      retried,
      met,
      read: scene.server.bytesRead,
      passed: scene.relay.bodyBytes,
      errors: await page.events('upload-error'),
      result: status.result,
      stored: await scene.stored(status.result),
      kept: await scene.storedUploads(),
      confirmed: await page.confirmedOverTime(),
      asked: await page.requests(),
      relayed: scene.relay.requests.filter(({method}) => method === 'PUT'),
      creations: scene.relay.requests.filter(({method, path}) => method === 'POST' && path === '/uploads'),
    };
  };
