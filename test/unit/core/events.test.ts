import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it, mock} from 'node:test';
import {Emitter} from '../../../src/core/events.js';

interface Events {
  readonly moved: {readonly by: number};
  readonly ended: Record<never, never>;
}

let emitter = new Emitter<Events>();
let heard: string[] = [];
const hears =
  (name: string) =>
  ({by}: {by: number}): void =>
    void heard.push(`${name} ${by}`);

beforeEach(() => {
  emitter = new Emitter();
  heard = [];
});

describe('listeners', () => {
  it('are called in the order they came', () => {
    emitter.on('moved', hears('first'));
    emitter.on('moved', hears('second'));
    emitter.emit('moved', {by: 3});
    assert.deepEqual(heard, ['first 3', 'second 3']);
  });
  it('are called in the same task', () => {
    emitter.on('moved', hears('now'));
    emitter.emit('moved', {by: 1});
    assert.equal(heard.length, 1);
  });
  it('hear nothing of other events', () => {
    emitter.on('moved', hears('never'));
    emitter.emit('ended', {});
    assert.deepEqual(heard, []);
  });
  it('may be none', () => emitter.emit('moved', {by: 1}));
  it('are the same when they are added twice', () => {
    const listener = hears('once');
    emitter.on('moved', listener);
    emitter.on('moved', listener);
    emitter.emit('moved', {by: 1});
    assert.equal(heard.length, 1);
  });
});

describe('a listener that was taken away', () => {
  it('hears nothing more', () => {
    const off = emitter.on('moved', hears('gone'));
    off();
    emitter.emit('moved', {by: 1});
    assert.deepEqual(heard, []);
  });
  it('may be taken away twice', () => {
    const off = emitter.on('moved', hears('gone'));
    off();
    off();
  });
  it('by itself, while it is called, does not make the next one miss it', () => {
    const off = emitter.on('moved', () => off());
    emitter.on('moved', hears('next'));
    emitter.emit('moved', {by: 1});
    assert.deepEqual(heard, ['next 1']);
  });
});

describe('a listener that adds another', () => {
  it('does not have it called for the same event', () => {
    emitter.on('moved', () => emitter.on('moved', hears('new')));
    emitter.emit('moved', {by: 1});
    assert.deepEqual(heard, []);
  });
});

describe('a listener that throws', () => {
  const mistake = new Error('in the page');
  let reported: unknown[] = [];

  beforeEach(() => {
    reported = [];
    mock.method(globalThis, 'queueMicrotask', (task: () => void) => {
      try {
        task();
      } catch (error) {
        reported.push(error);
      }
    });
    emitter.on('moved', () => {
      throw mistake;
    });
    emitter.on('moved', hears('next'));
    emitter.emit('moved', {by: 1});
  });

  afterEach(() => mock.restoreAll());

  it('stops nobody', () => assert.deepEqual(heard, ['next 1']));
  it('is reported as an uncaught error', () => assert.deepEqual(reported, [mistake]));
});
