import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import type {UploaderPage} from '../support/page.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {until} from '../support/wait.js';

const KiB = 1_024;

/** Greetings that have gone by. */
const greetings = ({relay}: Scene): number => relay.requests.filter(({method}) => method === 'HEAD').length;

/** Requests that bring parts, and no first bytes beside a creation. */
const partsOf = (requests: Scene['relay']['requests']) => requests.filter(({method, path}) => method === 'PUT' && path !== '/uploads');

/** A pointer comes to the element, and goes again. */
async function pointAt({page}: UploaderPage): Promise<void> {
  await (await page.$('chunk-uploader'))?.hover();
  await page.mouse.move(0, 0);
}

inEachBrowser('A pointer comes to the element before there is a file', (browser) => {
  const size = 32 * MiB;
  const story = async (scene: Scene) => {
    const file = await scene.shelf.random(size);
    const page = await scene.page();
    scene.relay.delay(50); // so that a connection is not free again before the next request needs one
    await page.withToken();
    await pointAt(page);
    await until('seven greetings', async () => greetings(scene) === 7);
    await until('their answers', async () => (await page.pending()) === 0);
    const before = scene.relay.requests.length;
    await pointAt(page);
    await page.pick(file.path);
    const {status} = await page.becomes('done', {limit: 60_000});
    const {requests} = scene.relay;
    return {
      file,
      greetings: greetings(scene),
      heads: requests.filter(({method}) => method === 'HEAD'),
      after: requests.slice(before),
      read: scene.server.bytesRead,
      stored: await scene.stored(status.result),
      errors: page.errors,
    };
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('greets the server, once', () => assert.equal(seen.greetings, 7));
  it('carries no credentials of the page', () => {
    assert.deepEqual(
      seen.heads.filter(({headers}) => headers['authorization']),
      [],
    );
  });
  it('has the file created over a connection that is open', () => {
    const creation = seen.after.find(({method}) => method === 'POST');
    assert.ok((creation?.before ?? 0) > 0);
  });
  it('has the first bytes brought by four requests at once, over connections that are open', () => {
    const first = seen.after.filter(({path}) => path === '/uploads');
    assert.deepEqual(first.map(({method, fileOffset, length}) => [method, fileOffset, length]).sort(), [
      ['POST', 0, 12 * KiB],
      ['PUT', 12 * KiB, 12 * KiB],
      ['PUT', 24 * KiB, 12 * KiB],
      ['PUT', 36 * KiB, 12 * KiB],
    ]);
    assert.deepEqual(
      first.map(({before}) => before > 0),
      [true, true, true, true],
    );
  });
  it('has the first four parts sent over connections that are open', () => {
    const parts = partsOf(seen.after).slice(0, 4);
    assert.deepEqual(
      parts.map(({before}) => before > 0),
      [true, true, true, true],
    );
  });
  it('has parts that are longer than on a line of which nothing is known', () => {
    const [first] = partsOf(seen.after);
    assert.ok((first?.length ?? 0) > 65_536, String(first?.length));
  });
  it('costs no byte of the file twice', () => assert.equal(seen.read, size));
  it('brings the file there', () => assert.equal(seen.stored, seen.file.md5));
  it('shows nothing in the console', () => assert.deepEqual(seen.errors, []));
});
