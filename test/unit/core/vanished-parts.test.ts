import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Behaviour} from '../../support/scripted-exchange.js';
import {fails} from '../../support/scripted-faults.js';
import {ScriptedUpload} from '../../support/scripted-upload.js';

const limit = {timeout: 20_000};
let scene = new ScriptedUpload();

/** A proxy that resets connections whose bodies are longer than `most`: no answer, and no byte that arrives. */
const takesAtMost =
  (most: number): Behaviour =>
  async (exchange) => {
    const {body, serve} = exchange;
    if (body.end - body.start > most) throw new UploadError('network', 'No answer.');
    return serve();
  };

const retry = async (): Promise<void> => {
  scene.upload.retry();
  scene.upload.start();
  await scene.clock.advance(5_000);
};
const lengths = (): number[] => scene.protocol.sentParts.map(([start, end]) => end - start);

beforeEach(async () => {
  scene = new ScriptedUpload({size: 400, parts: {min: 10, preferred: 200, max: 200}});
  scene.protocol.on('send', takesAtMost(60), {times: Infinity});
  await scene.start();
  await scene.clock.advance(5_000);
});

describe('a part that vanishes while the server can be reached', limit, () => {
  it('is a network failure, and nothing else is tried', () =>
    assert.deepEqual([scene.name, scene.code, scene.protocol.count('send')], ['failed', 'network', 1]));
});

describe('a part that vanishes again after a retry', limit, () => {
  beforeEach(retry);

  it('is halved until it gets through', () => assert.deepEqual(lengths().slice(0, 4), [200, 200, 100, 50]));
  it('gets the file there', () => assert.equal(scene.arrived, true));
  it('is not made longer again', () =>
    assert.ok(
      lengths()
        .slice(3)
        .every((bytes) => bytes <= 50),
    ));
});

describe('parts that vanish however short they are', limit, () => {
  it('are a network failure in the end, and the shortest was tried', async () => {
    scene.protocol.heal();
    scene.protocol.on('send', fails('network'), {times: Infinity});
    await retry();
    assert.deepEqual([scene.code, lengths()], ['network', [200, 200, 100, 50, 25, 13, 10]]);
  });
});

describe('a part that vanishes after others were kept', limit, () => {
  it('is the network, and no reason to shorten it', async () => {
    scene.protocol.heal();
    scene.protocol.onPart(200, fails('network'));
    await retry();
    assert.deepEqual([scene.code, lengths()], ['network', [200, 200, 200]]);
  });
});
