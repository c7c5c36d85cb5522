import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BLOCK_SIZE} from '../../../src/core/digests.js';
import {UploadError} from '../../../src/core/errors.js';
import {settle} from '../../support/fake-clock.js';
import {answers, fails, flipsBit} from '../../support/scripted-faults.js';
import type {Behaviour} from '../../support/scripted-exchange.js';
import {ScriptedRun, type ScriptedRunOptions} from '../../support/scripted-run.js';

const limit = {timeout: 20_000};
let scene = new ScriptedRun();

/** Prepares a run of four parts, one after the other. */
const set = (options: ScriptedRunOptions = {}): void => {
  scene = new ScriptedRun({...options, parts: {parallel: 1, ...options.parts}});
};
const go = async (): Promise<void> => {
  scene.start();
  await settle();
};

const conflict = answers({kind: 'conflict', error: new UploadError('protocol', 'The server contradicts itself.', {status: 409})});
const tooLarge = answers({kind: 'too-large', error: new UploadError('too-large', 'too large', {status: 413})});
/** Whatever is larger than `bytes` is refused. */
const takesOnly =
  (bytes: number): Behaviour =>
  async (exchange) =>
    exchange.body.end - exchange.body.start > bytes ? tooLarge(exchange) : exchange.serve();

beforeEach(() => set());

describe('a server that holds something else than was thought (409)', limit, () => {
  it('is asked what it has, and its word is taken', async () => {
    scene.protocol.onPart(100, async (exchange) => {
      scene.protocol.server.only.write(100, scene.file.content.subarray(100, 250));
      return conflict(exchange);
    });
    await go();
    assert.deepEqual(scene.protocol.sentParts, [
      [0, 100],
      [100, 200],
      [250, 350],
      [350, 400],
    ]);
  });
  it('is no failure', async () => {
    scene.protocol.onPart(100, conflict);
    await go();
    assert.deepEqual([scene.code, scene.arrived], [undefined, true]);
  });
  it('is no failure three times in a row', async () => {
    scene.protocol.onPart(100, conflict, 3);
    await go();
    assert.equal(scene.arrived, true);
  });
  it('may do so again and again as long as something arrives in between', async () => {
    for (const start of [0, 100, 200, 300]) scene.protocol.onPart(start, conflict, 3);
    await go();
    assert.equal(scene.arrived, true);
  });
});

describe('a server that answers 409 for ever', limit, () => {
  beforeEach(async () => {
    scene.protocol.onPart(100, conflict, Infinity);
    await go();
  });

  it('fails the upload', () => assert.equal(scene.code, 'protocol'));
  it('is tried four times', () => assert.equal(scene.protocol.sentParts.filter(([start]) => start === 100).length, 4));
  it('keeps what was confirmed', () => assert.equal(scene.confirmed.at(-1), 100));
});

describe('a server that forgets and remembers in turn', limit, () => {
  it('does not keep the run busy for ever', async () => {
    scene.protocol.on(
      'send',
      async (exchange) => {
        const {only} = scene.protocol.server;
        if (only.whole || only.received.length > 0) only.lose({start: 0, end: 100});
        else only.write(0, scene.file.content.subarray(0, 100));
        if (scene.protocol.count('send') > 200) throw new UploadError('rejected', 'It went on and on.');
        return conflict(exchange);
      },
      {times: Infinity},
    );
    await go();
    assert.equal(scene.code, 'protocol');
  });
  it('does not do so by questions either', async () => {
    scene.protocol.on(
      'send',
      async () => {
        const {only} = scene.protocol.server;
        only.write(0, scene.file.content.subarray(0, 100));
        if (scene.protocol.count('send') > 200) throw new UploadError('rejected', 'It went on and on.');
        throw new UploadError('network', 'cut');
      },
      {times: Infinity},
    );
    scene.protocol.on(
      'open',
      async (exchange) => {
        if (scene.protocol.count('open') > 1) scene.protocol.server.only.lose({start: 0, end: 100});
        return exchange.serve();
      },
      {times: Infinity},
    );
    await go();
    assert.equal(scene.code, 'network');
  });
});

describe('a part that is too large for somebody on the way (413)', limit, () => {
  it('is halved, and the file arrives', async () => {
    scene.protocol.on('send', takesOnly(60), {times: Infinity});
    await go();
    assert.deepEqual([scene.arrived, scene.code], [true, undefined]);
  });
  it('is not tried in that size again', async () => {
    scene.protocol.on('send', takesOnly(60), {times: Infinity});
    await go();
    assert.equal(scene.protocol.sentParts.filter(([start, end]) => end - start > 60).length, 1);
  });
  it('is halved down to the minimum, and fails there', async () => {
    scene.protocol.on('send', tooLarge, {times: Infinity});
    await go();
    assert.equal(scene.code, 'too-large');
    assert.deepEqual(
      scene.protocol.sentParts.map(([, end]) => end),
      [100, 50, 25],
    );
  });
  it('fails at once where the size is fixed', async () => {
    set({parts: {fixed: true}});
    scene.protocol.on('send', tooLarge, {times: Infinity});
    await go();
    assert.deepEqual([scene.code, scene.protocol.count('send')], ['too-large', 1]);
  });
  it('may be known from the question only, when the refusal itself was lost', async () => {
    scene.protocol.on('send', fails('network'));
    scene.protocol.on('ask', answers({kind: 'open', confirmed: [], refused: new UploadError('too-large', 'x', {status: 413})}));
    await go();
    assert.deepEqual([scene.arrived, scene.protocol.sentParts[1]], [true, [0, 50]]);
  });
});

describe('a block that was damaged on its way (422)', limit, () => {
  it('is sent again, and the file arrives', async () => {
    scene.protocol.on('send', flipsBit, {where: ({body}) => body.end === 400});
    await go();
    assert.equal(scene.arrived, true);
  });
  it('is forgiven twice', async () => {
    scene.protocol.on('send', flipsBit, {where: ({body}) => body.end === 400, times: 2});
    await go();
    assert.equal(scene.arrived, true);
  });
  it('is corrupt the third time', async () => {
    scene.protocol.on('send', flipsBit, {where: ({body}) => body.end === 400, times: Infinity});
    await go();
    assert.deepEqual([scene.code, scene.protocol.sentParts.filter(([, end]) => end === 400).length], ['corrupt', 3]);
  });
  it('travels alone: other blocks are not sent again', async () => {
    set({size: 2 * BLOCK_SIZE, parts: {preferred: BLOCK_SIZE, max: BLOCK_SIZE}});
    scene.protocol.onPart(BLOCK_SIZE, flipsBit);
    await go();
    assert.deepEqual(
      scene.protocol.sentParts.map(([start]) => start),
      [0, BLOCK_SIZE, BLOCK_SIZE],
    );
    assert.equal(scene.arrived, true);
  });
  it('is digested once more, to see whether it was the file', async () => {
    set({size: 2 * BLOCK_SIZE, parts: {preferred: BLOCK_SIZE, max: BLOCK_SIZE}});
    scene.protocol.onPart(BLOCK_SIZE, flipsBit);
    await go();
    assert.deepEqual(scene.hasher.digested, [0, 1, 1]);
  });
  it('lowers what is confirmed, because the server has less', async () => {
    scene.protocol.on('send', flipsBit, {where: ({body}) => body.end === 400});
    await go();
    assert.deepEqual(scene.confirmed, [0, 100, 200, 300, 0, 100, 200, 300]);
  });
});

describe('a block that is not what was announced because the file has changed (422)', limit, () => {
  it('is file-changed, in a browser that hands out the new bytes silently', async () => {
    set({noticesChange: false});
    scene.protocol.onPart(200, async ({serve}) => {
      scene.file.change();
      return serve();
    });
    await go();
    assert.equal(scene.code, 'file-changed');
  });
  it('is never done', async () => {
    set({noticesChange: false});
    scene.protocol.onPart(200, async ({serve}) => {
      scene.file.change();
      return serve();
    });
    await go();
    assert.deepEqual([scene.result, scene.protocol.server.only.complete], [undefined, false]);
  });
});
