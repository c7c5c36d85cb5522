import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import type {UploadError} from '../../../src/core/errors.js';
import {settle} from '../../support/fake-clock.js';
import {answers, fails} from '../../support/scripted-faults.js';
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

const gone = answers({kind: 'gone'});

beforeEach(() => set());

describe('a server that does not know who asks (401)', limit, () => {
  it('is asked again with fresh headers, once, where there may be some', async () => {
    set({canRenew: true});
    scene.protocol.onPart(100, fails('unauthorized', {status: 401}));
    await go();
    assert.deepEqual([scene.arrived, scene.protocol.count('open')], [true, 2]);
  });
  it('fails the second time in a row', async () => {
    set({canRenew: true});
    scene.protocol.onPart(100, fails('unauthorized', {status: 401}), Infinity);
    await go();
    assert.deepEqual([scene.code, scene.protocol.sentParts.filter(([start]) => start === 100).length], ['unauthorized', 2]);
  });
  it('is asked again when bytes arrived in between: credentials may run out often', async () => {
    set({canRenew: true});
    for (const start of [0, 100, 200, 300]) scene.protocol.onPart(start, fails('unauthorized', {status: 401}));
    await go();
    assert.equal(scene.arrived, true);
  });
  it('fails at once where there are no fresh headers', async () => {
    scene.protocol.onPart(100, fails('unauthorized', {status: 401}));
    await go();
    assert.deepEqual([scene.code, scene.protocol.count('open')], ['unauthorized', 1]);
  });
  it('at the very first request is the same', async () => {
    set({canRenew: true});
    scene.protocol.on('open', fails('unauthorized', {status: 401}));
    await go();
    assert.equal(scene.arrived, true);
  });
  it('keeps the status', async () => {
    scene.protocol.on('open', fails('unauthorized', {status: 401}));
    await go();
    assert.equal((scene.failure as UploadError).status, 401);
  });
});

describe('a server that has forgotten the upload (404, 410)', limit, () => {
  const forgets: Behaviour = async () => {
    scene.protocol.server.forget();
    return {kind: 'gone'};
  };

  it('gets a new one, once', async () => {
    scene.protocol.onPart(200, forgets);
    await go();
    assert.equal(scene.arrived, true);
  });
  it('gets it with a new key', async () => {
    scene.protocol.onPart(200, forgets);
    await go();
    const [first, second] = scene.protocol.keys;
    assert.notEqual(first, second);
  });
  it('is told of as lost, with nothing confirmed', async () => {
    scene.protocol.onPart(200, forgets);
    await go();
    assert.deepEqual(scene.reports.slice(0, 3), ['opened', 'lost', 'opened']);
    assert.deepEqual(scene.confirmed.slice(0, 4), [0, 100, 200, 0]);
  });
  it('fails the second time', async () => {
    scene.protocol.onPart(200, forgets, 2);
    await go();
    assert.equal(scene.code, 'not-found');
  });
  it('may say so when the upload is opened', async () => {
    scene.protocol.on('open', gone);
    await go();
    assert.equal(scene.arrived, true);
  });
  it('may say so when it is asked', async () => {
    scene.protocol.onPart(100, fails('network'));
    scene.protocol.on('ask', forgets);
    await go();
    assert.equal(scene.arrived, true);
  });
  it('may say so when the file is to be put together', async () => {
    set({finishes: true});
    scene.protocol.on('finish', forgets);
    await go();
    assert.equal(scene.arrived, true);
  });
  it('is asked by the new key from then on', async () => {
    scene.protocol.onPart(0, forgets);
    await go();
    assert.equal(scene.protocol.server.only.key, scene.protocol.keys.at(-1));
  });
});
