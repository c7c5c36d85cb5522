import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {cut, end, flipBit, loseAnswer} from '../support/relay.js';
import type {RequestHead} from '../support/relay.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {until} from '../support/wait.js';

const block = 4 * MiB;
const size = 16 * MiB;

/** A part that holds the byte at `offset` and, with it, the end of its block. */
const brings =
  (offset: number) =>
  ({method, fileOffset, length}: RequestHead): boolean =>
    method === 'PUT' && fileOffset <= offset && fileOffset + length > offset;

/** On a used connection a browser may repeat a request itself. After this the next request travels on a fresh one. */
async function freshConnections({relay}: Scene): Promise<void> {
  relay.reset();
  await until('connections to end', () => relay.connections === 0);
}

/** Sends a file over a line on which `harm` has been set up. */
const harmed = (harm: (scene: Scene) => Promise<unknown>, prepare?: (scene: Scene) => Promise<void>) => async (scene: Scene) => {
  const file = await scene.shelf.random(size);
  const page = await scene.page({attributes: {'chunk-size': String(2 * MiB)}});
  await prepare?.(scene);
  let met = false;
  void harm(scene).then(() => {
    met = true;
  });
  await page.pick(file.path);
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
    asked: (await page.requests()).filter(({method}) => method === 'PUT'),
    relayed: scene.relay.requests.filter(({method}) => method === 'PUT'),
    creations: scene.relay.requests.filter(({method}) => method === 'POST'),
  };
};

inEachBrowser('A bit is turned over in a whole part', (browser) => {
  const story = harmed(({relay}) => relay.next(brings(6 * MiB), flipBit(6 * MiB)));
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('was turned over', () => {
    assert.equal(seen.met, true);
  });

  it('is put right without a failure', () => {
    assert.deepEqual(seen.errors, []);
  });

  it('has the block sent again, and at most one more', () => {
    const again = seen.passed - size;
    assert.ok(again >= block, `${again} bytes travelled again`);
    assert.ok(again <= 2 * block, `${again} bytes travelled again`);
  });

  it('leaves the file whole', () => {
    assert.equal(seen.stored, seen.file.md5);
    assert.equal(seen.result.verified, 'digest');
  });

  it('says the same digest on both sides', () => {
    assert.equal(typeof seen.result.digest, 'string');
  });
});

inEachBrowser('A bit is turned over in a part that is then cut', (browser) => {
  const story = harmed(({relay}) =>
    relay.next(brings(5 * MiB), (head) => flipBit(5 * MiB, {thenCutAfter: 6 * MiB - head.fileOffset})(head)),
  );
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('was turned over', () => {
    assert.equal(seen.met, true);
  });

  it('leaves the file whole', () => {
    assert.equal(seen.stored, seen.file.md5);
  });

  it('has at most two blocks travel again', () => {
    const again = seen.passed - size;
    assert.ok(again >= block, `${again} bytes travelled again`);
    assert.ok(again <= 2 * block, `${again} bytes travelled again`);
  });
});

inEachBrowser('A used connection is cut in mid-body', (browser, name) => {
  const story = harmed(({relay}) => relay.next(({method, before}) => method === 'PUT' && before > 0, cut(MiB)));
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('was cut', () => {
    assert.equal(seen.met, true);
  });

  it('leaves the file whole', () => {
    assert.equal(seen.stored, seen.file.md5);
  });

  it('leaves one copy', () => {
    assert.equal(seen.kept.length, 1);
  });

  if (name === 'chromium') {
    it('is repeated by the browser without a word, and shows no failure', () => {
      assert.equal(seen.relayed.length, seen.asked.length + 1);
      assert.deepEqual(seen.errors, []);
    });
  }

  it('counts nothing twice', () => {
    assert.equal(Math.max(...seen.confirmed), size);
    assert.deepEqual(
      seen.confirmed.filter((bytes, at) => bytes < (seen.confirmed[at - 1] ?? 0)),
      [],
    );
  });

  it('sends again no more than the part that was cut', () => {
    assert.ok(seen.passed - size <= 2 * MiB, `${seen.passed - size} bytes travelled again`);
  });
});

inEachBrowser('The answer to the creation is lost', (browser) => {
  const story = harmed(({relay}) => relay.next(({method}) => method === 'POST', loseAnswer()), freshConnections);
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('was lost', () => {
    assert.equal(seen.met, true);
  });

  it('makes one upload on the server', () => {
    assert.equal(seen.kept.length, 1);
  });

  it('asks again with the same key and without bytes', () => {
    assert.equal(seen.creations.length, 2);
    const [one, other] = seen.creations;
    assert.equal(other?.headers['idempotency-key'], one?.headers['idempotency-key']);
    assert.equal(other?.length, 0);
  });

  it('does not send the first bytes twice', () => {
    assert.equal(seen.passed, size);
  });

  it('shows no failure', () => {
    assert.deepEqual(seen.errors, []);
  });

  it('leaves the file whole', () => {
    assert.equal(seen.stored, seen.file.md5);
  });
});

inEachBrowser('A connection ends in good order in mid-body, without an answer', (browser) => {
  const story = harmed(({relay}) => relay.next(brings(6 * MiB), end(MiB)), freshConnections);
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('ended', () => {
    assert.equal(seen.met, true);
  });

  it('is a failure of the network, if it is shown at all', () => {
    assert.ok(
      seen.errors.every(({code}) => code === 'network'),
      seen.errors.map(({code}) => code).join(),
    );
  });

  it('leaves the file whole', () => {
    assert.equal(seen.stored, seen.file.md5);
  });
});
