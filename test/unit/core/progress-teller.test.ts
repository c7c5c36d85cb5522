import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {ProgressTeller} from '../../../src/core/progress-teller.js';
import {ScriptedFrames} from '../../support/scripted-frames.js';
import {until} from '../../support/wait.js';

let frames = new ScriptedFrames();
let told: string[] = [];
let teller = new ProgressTeller<string>((one) => told.push(one), frames);

beforeEach(() => {
  frames = new ScriptedFrames();
  told = [];
  teller = new ProgressTeller((one) => told.push(one), frames);
});

describe('something that moves many times before the next frame', () => {
  beforeEach(() => {
    for (let times = 0; times < 100; times += 1) teller.moved('a');
  });

  it('is not told before the frame', () => assert.deepEqual(told, []));
  it('is told once', () => {
    frames.draw();
    assert.deepEqual(told, ['a']);
  });
  it('asks for one frame', () => assert.equal(frames.waiting, 1));
  it('is not told again when it rests', () => {
    frames.draw();
    frames.draw();
    assert.deepEqual(told, ['a']);
  });
  it('is told again when it moves again', () => {
    frames.draw();
    teller.moved('a');
    frames.draw();
    assert.deepEqual(told, ['a', 'a']);
  });
});

describe('several that move', () => {
  it('are told each, in the order they moved first', () => {
    for (const one of ['a', 'b', 'a', 'c']) teller.moved(one);
    frames.draw();
    assert.deepEqual(told, ['a', 'b', 'c']);
  });
  it('one that is forgotten is not told', () => {
    teller.moved('a');
    teller.moved('b');
    teller.forget('a');
    frames.draw();
    assert.deepEqual(told, ['b']);
  });
});

describe('those that are still to be told of in a frame', () => {
  /** Two have moved; when the first is told, this happens. */
  const meanwhile = (act: (teller: ProgressTeller<string>) => void): readonly string[] => {
    const heard: string[] = [];
    const busy = new ProgressTeller<string>((one) => {
      heard.push(one);
      if (one === 'a') act(busy);
    }, frames);
    for (const one of ['a', 'b']) busy.moved(one);
    frames.draw();
    frames.draw();
    return heard;
  };

  it('are not when the first has it stopped', () =>
    assert.deepEqual(
      meanwhile((busy) => busy.stop()),
      ['a'],
    ));
  it('are not when the first has them forgotten', () =>
    assert.deepEqual(
      meanwhile((busy) => busy.forget('b')),
      ['a'],
    ));
  it('are told once when they move once more', () =>
    assert.deepEqual(
      meanwhile((busy) => busy.moved('b')),
      ['a', 'b'],
    ));
});

describe('one that moves while it is told', () => {
  it('is told in the next frame', () => {
    let times = 0;
    const again = new ProgressTeller<string>((one) => {
      times += 1;
      if (times === 1) again.moved(one);
    }, frames);
    again.moved('a');
    frames.draw();
    assert.equal(times, 1);
    frames.draw();
    assert.equal(times, 2);
  });
});

describe('a teller that is stopped', () => {
  it('calls the frame off', () => {
    teller.moved('a');
    teller.stop();
    assert.equal(frames.waiting, 0);
    frames.draw();
    assert.deepEqual(told, []);
  });
  it('asks for no frame any more, whatever moves', () => {
    teller.stop();
    teller.moved('a');
    assert.equal(frames.waiting, 0);
  });
});

describe('a teller without frames', () => {
  it('tells by a timer', async () => {
    const timed = new ProgressTeller<string>((one) => told.push(one));
    timed.moved('a');
    await until('the timer', () => told.length > 0, {every: 5});
    assert.deepEqual(told, ['a']);
  });
});
