import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Greeted} from '../../../src/core/ports.js';
import {settle} from '../../support/fake-clock.js';
import {deaf} from '../../support/scripted-faults.js';
import {ScriptedScene} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
const minute = 60_000;
let scene = new ScriptedScene();
let greetings: AbortSignal[] = [];
/** How a greeting ends. */
let answer = async (): Promise<Greeted> => ({spreads: Promise.resolve(false)});

beforeEach(() => {
  scene = new ScriptedScene({parts: {parallel: 1}});
  greetings = [];
  answer = async () => ({spreads: Promise.resolve(false)});
  Object.assign(scene.protocol, {
    greet(signal: AbortSignal): Promise<Greeted> {
      greetings.push(signal);
      return answer();
    },
  });
});

describe('preparing greets the server', limit, () => {
  it('seven times at once, so that four connections are open even where three were', () => {
    scene.uploader.prepare();
    assert.equal(greetings.length, 7);
  });
  it('once, however often it is called within a minute', async () => {
    scene.uploader.prepare();
    await scene.clock.advance(minute - 1);
    scene.uploader.prepare();
    assert.equal(greetings.length, 7);
  });
  it('again after a minute: the connections may be closed by then', async () => {
    scene.uploader.prepare();
    await scene.clock.advance(minute);
    scene.uploader.prepare();
    assert.equal(greetings.length, 14);
  });
  it('not without a network', () => {
    scene.network.online = false;
    scene.uploader.prepare();
    assert.equal(greetings.length, 0);
  });
  it('not while something is sent: its connections are open', async () => {
    scene.protocol.on('send', deaf, {times: Infinity});
    await scene.begin(1_000_000);
    scene.uploader.prepare();
    assert.equal(greetings.length, 0);
  });
  it('not after everything was closed', () => {
    scene.uploader.close();
    scene.uploader.prepare();
    assert.equal(greetings.length, 0);
  });
});

describe('a greeting', limit, () => {
  it('ends when everything is closed', () => {
    scene.uploader.prepare();
    scene.uploader.close();
    assert.ok(greetings.every(({aborted}) => aborted));
  });
  it('that fails is nobody’s affair, and the files go their way', async () => {
    answer = () => Promise.reject(new UploadError('network', 'lost'));
    scene.uploader.prepare();
    await settle();
    scene.add(100);
    await settle();
    assert.deepEqual([scene.statuses, scene.count('error'), scene.count('warning')], [['done'], 0, 0]);
  });
  it('that is never answered keeps no file waiting', async () => {
    answer = () => new Promise(() => undefined);
    scene.uploader.prepare();
    scene.add(100);
    await settle();
    assert.deepEqual(scene.statuses, ['done']);
  });
  it('is left out by protocols that have none', async () => {
    const plain = new ScriptedScene();
    plain.uploader.prepare();
    await settle();
    assert.deepEqual(plain.protocol.calls, []);
  });
});
