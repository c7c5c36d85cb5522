import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {block, brings, cutWhenRead, harmed, size} from '../support/harmed-upload.js';
import {flipBit} from '../support/relay.js';
import type {Fault} from '../support/relay.js';
import {inScene} from '../support/scene.js';

/**
 * Bytes that the server had to read more than once. What the line has carried says less: when the lanes stop, bytes of other parts that
 * are still in buffers are lost and sent again, as many as the machine's buffers hold.
 */
const readAgain = ({read}: {readonly read: number}): number => read - size;

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
    const again = readAgain(seen);
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
  const flipThenSilent: Fault = (head) => flipBit(5 * MiB, {silentAfter: 5.75 * MiB - head.fileOffset})(head);
  const story = harmed(({relay}) => relay.next(brings(5 * MiB), flipThenSilent), {meanwhile: cutWhenRead});
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
    const again = readAgain(seen);
    assert.ok(again >= block, `${again} bytes travelled again`);
    assert.ok(again <= 2 * block, `${again} bytes travelled again`);
  });
});
