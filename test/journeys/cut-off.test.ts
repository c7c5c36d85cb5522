import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {brings, harmed, size} from '../support/harmed-upload.js';
import {cut, end, loseAnswer} from '../support/relay.js';
import type {RequestHead} from '../support/relay.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';

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
      assert.equal(seen.relayed.length, seen.asked.filter(({method}) => method === 'PUT').length + 1);
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

  it('sends again no more than the part that was cut, and two of those that were stopped for it', () => {
    assert.ok(seen.passed - size <= 6 * MiB, `${seen.passed - size} bytes travelled again`);
  });
});

inEachBrowser('The answer to the creation is lost', (browser) => {
  // A browser may repeat a request by itself on connections it has opened ahead: then those answers are lost as well.
  const withBytes = ({method, path, length}: RequestHead): boolean => method === 'POST' && path === '/uploads' && length > 0;
  const losing = ({relay}: Scene): Promise<unknown> => {
    const first = relay.next(withBytes, loseAnswer());
    relay.always(withBytes, loseAnswer());
    return first;
  };
  const story = harmed(losing, {fresh: true});
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
    assert.equal(seen.creations.at(-1)?.headers['idempotency-key'], seen.creations[0]?.headers['idempotency-key']);
    assert.equal(new Set(seen.creations.map(({headers}) => headers['idempotency-key'])).size, 1);
    assert.equal(seen.creations.at(-1)?.length, 0);
  });

  it('does not send the first bytes twice', () => {
    const byTheBrowser = seen.creations.slice(1).reduce((sum, {length}) => sum + length, 0);
    assert.ok(seen.passed >= size && seen.passed <= size + byTheBrowser, `${seen.passed - size} of ${byTheBrowser}`);
  });

  it('shows no failure', () => {
    assert.deepEqual(seen.errors, []);
  });

  it('leaves the file whole', () => {
    assert.equal(seen.stored, seen.file.md5);
  });
});

inEachBrowser('A connection ends in good order in mid-body, without an answer', (browser) => {
  const story = harmed(({relay}) => relay.next(brings(6 * MiB), end(MiB)), {fresh: true});
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
