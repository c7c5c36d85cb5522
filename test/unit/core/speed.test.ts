import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import fc from 'fast-check';
import {Speed} from '../../../src/core/speed.js';

let speed = new Speed();

beforeEach(() => (speed = new Speed(10_000)));

describe('nothing has been confirmed', () => {
  it('the rate is 0', () => assert.equal(speed.rate(1_000), 0));
  it('the rate is 0 after a while of sending', () => {
    speed.start(0);
    assert.equal(speed.rate(5_000), 0);
  });
  it('the time that is left is not known', () => {
    speed.start(0);
    assert.equal(speed.remaining(100, 5_000), null);
  });
  it('the rate is 0 in the moment in which sending begins', () => {
    speed.start(50);
    speed.confirmed(100, 50);
    assert.equal(speed.rate(50), 0);
  });
});

describe('sending steadily', () => {
  beforeEach(() => {
    speed.start(0);
    for (let second = 1; second <= 5; second += 1) speed.confirmed(1_000, second * 1_000);
  });

  it('the rate is bytes per second', () => assert.equal(speed.rate(5_000), 1_000));
  it('the time that is left is bytes by rate, in ms', () => assert.equal(speed.remaining(4_000, 5_000), 4_000));
  it('the time for no bytes is none', () => assert.equal(speed.remaining(0, 5_000), 0));
  it('the rate falls while nothing comes', () => assert.ok(speed.rate(8_000) < 1_000));
  it('the rate is 0 when nothing came within the window', () => assert.equal(speed.rate(60_000), 0));
  it('being told again that it goes on changes nothing', () => {
    speed.start(3_000);
    assert.equal(speed.rate(5_000), 1_000);
  });
});

describe('a pause', () => {
  beforeEach(() => {
    speed.start(0);
    speed.confirmed(4_000, 4_000);
    speed.stop(4_000);
  });

  it('does not drag the rate down while it lasts', () => assert.equal(speed.rate(3_600_000), 1_000));
  it('does not drag it down afterwards', () => {
    speed.start(1_000_000);
    speed.confirmed(1_000, 1_001_000);
    assert.equal(speed.rate(1_001_000), 1_000);
  });
  it('twice in a row is one', () => {
    speed.stop(9_000);
    assert.equal(speed.rate(10_000), 1_000);
  });
});

describe('a line that gets faster', () => {
  it('is seen over the window only', () => {
    speed.start(0);
    for (let second = 1; second <= 30; second += 1) speed.confirmed(second <= 15 ? 100 : 5_000, second * 1_000);
    assert.ok(speed.rate(30_000) >= 5_000);
  });
});

describe('many files a second', () => {
  it('count like few large ones', () => {
    speed.start(0);
    for (let at = 1; at <= 30_000; at += 1) speed.confirmed(100, at);
    assert.ok(Math.abs(speed.rate(30_000) - 100_000) < 2_600, `${speed.rate(30_000)}`);
  });

  it('are seen over the window only', () => {
    speed.start(0);
    for (let at = 1; at <= 20_000; at += 1) speed.confirmed(at <= 9_000 ? 1_000 : 10, at);
    assert.ok(Math.abs(speed.rate(20_000) - 10_000) < 260, `${speed.rate(20_000)}`);
  });
});

describe('any history', () => {
  const step = fc.record({wait: fc.integer({min: 1, max: 3_000}), bytes: fc.nat(100_000), rest: fc.boolean()});

  it('gives what was confirmed within the window by its length, to a fortieth of it', () =>
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const measured = new Speed(5_000);
        const all: {readonly at: number; readonly bytes: number}[] = [];
        let now = 0;
        measured.start(0);
        for (const {wait, bytes} of steps) {
          now += wait;
          measured.confirmed(bytes, now);
          all.push({at: now, bytes});
          const since = (ms: number): number => all.filter(({at}) => now - at <= ms).reduce((sum, one) => sum + one.bytes, 0);
          const inBytes = (measured.rate(now) * Math.min(now, 5_000)) / 1_000;
          assert.ok(inBytes <= since(5_000) + 0.01 && inBytes >= since(5_000 - 125) - 0.01);
        }
      }),
    ));

  it('never gives a rate below 0 or without a value', () =>
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const measured = new Speed(5_000);
        let now = 0;
        for (const {wait, bytes, rest} of steps) {
          measured.start(now);
          now += wait;
          measured.confirmed(bytes, now);
          if (rest) measured.stop(now);
          assert.ok(Number.isFinite(measured.rate(now)) && measured.rate(now) >= 0);
        }
      }),
    ));
});
