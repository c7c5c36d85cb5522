import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {Line, type Flight} from '../../../src/core/line.js';
import {defaultLimits} from '../../../src/core/patience.js';
import {FakeClock} from '../../support/fake-clock.js';

const KiB = 2 ** 10;
const MiB = 2 ** 20;
const GiB = 2 ** 30;
let clock = new FakeClock();
let width = {count: Infinity};
let line = new Line({clock, limits: defaultLimits, width});

beforeEach(() => {
  clock = new FakeClock();
  width = {count: Infinity};
  line = new Line({clock, limits: defaultLimits, width});
});

/** A request, or so many that share its bytes, that has `bytes` acknowledged after `ms`. */
async function request(bytes: number, ms: number, spread?: number): Promise<void> {
  const flight = line.begin();
  await clock.advance(ms);
  flight.acknowledged(bytes, spread);
  flight.end();
}

describe('nothing has been acknowledged yet', () => {
  it('a small request gets the least time', () => assert.equal(line.limit(1_000), 10_000));
  it('an empty request gets the least time', () => assert.equal(line.limit(0), 10_000));
  it('a large one gets time for a slow line', () => assert.equal(line.limit(MiB), 96_000));
  it('a part is 64 KiB', () => assert.equal(line.partSize, 64 * KiB));
  it('a small file travels whole with its creation', () => assert.equal(line.carried(64 * KiB), 64 * KiB));
  it('of a larger one no more goes along than a connection takes at once', () => assert.equal(line.carried(64 * KiB + 1), 12 * KiB));
  it('three requests may travel', () => {
    line.opened({parallel: 4}, 64 * KiB);
    assert.equal(width.count, 3);
  });
});

describe('a limit', () => {
  it('is never longer than 5 min: a request that is cut goes on from what has arrived', async () => {
    await request(20_000, 10_000);
    assert.equal(line.limit(100 * MiB), 300_000);
  });
});

describe('a fast line', () => {
  beforeEach(() => request(10 * MiB, 1_000));

  it('gives a part the least time', () => assert.equal(line.limit(8 * MiB), 10_000));
  it('gives a very large one three times what it should take', () => assert.equal(line.limit(100 * MiB), 30_000));
  it('has parts of 1.5 s', () => assert.equal(line.partSize, 15 * MiB));
  it('has parts of 1.5 s when three share it', () => {
    line.opened({parallel: 3}, 64 * KiB);
    assert.equal(Math.round(line.partSize), Math.round((15 * MiB) / 3));
  });
  it('lets a creation carry 1 MiB and no more', () => assert.equal(line.carried(GiB), MiB));
  it('lets a creation carry a whole file', () => assert.equal(line.carried(MiB - 1), MiB - 1));
});

describe('a line of 300 kbit/s', () => {
  beforeEach(async () => {
    await request(64 * KiB, 1_950);
    line.opened({parallel: 3}, 64 * KiB);
  });

  it('takes one request at a time', () => assert.equal(width.count, 1));
  it('has parts that are acknowledged within 3 s', () => assert.ok(line.partSize / 37_500 < 2, String(line.partSize)));
  it('gives a part the least time', () => assert.equal(line.limit(64 * KiB), 10_000));
  it('gives a long part three times what it should take', () => assert.equal(Math.round(line.limit(MiB)), 3 * 1_950 * 16));
  it('bears more requests when it gets faster', async () => {
    await request(64 * KiB, 200);
    assert.equal(width.count, 7);
  });
});

describe('a line that gets faster', () => {
  it('is learned step by step', async () => {
    await request(20_000, 1_000);
    await request(200_000, 3_333);
    assert.equal(Math.round(line.limit(400_000) / 1_000), 30);
  });
});

describe('requests that take hardly longer than a round trip', () => {
  beforeEach(async () => {
    await request(12 * KiB, 400); // a connection is made, and something small goes there and back
    line.opened({parallel: 1}, 64 * KiB);
  });

  it('leave open how fast the line is: the next part is four times as long as was proven to fit', async () => {
    await request(64 * KiB, 800);
    assert.equal(line.partSize, (4 * 1_500 * 64 * KiB) / 800);
  });
  it('are no reason for a limit that is shorter than what was proven', async () => {
    await request(64 * KiB, 800);
    assert.equal(line.limit(4 * MiB), (3 * 4 * MiB * 800) / (64 * KiB));
  });
  it('never make the line slower: what was shorter had less to send', async () => {
    await request(640 * KiB, 800);
    await request(64 * KiB, 800);
    assert.equal(line.partSize, (4 * 1_500 * 640 * KiB) / 800);
  });
  it('end with the first one that takes longer: its rate is the line’s', async () => {
    await request(64 * KiB, 800);
    await request(240 * KiB, 3_000);
    assert.equal(line.partSize, 1.5 * 80 * KiB);
  });
  it('are as rare on a slow line as its round trip is short', async () => {
    await request(64 * KiB, 1_950);
    assert.ok(line.partSize < 64 * KiB, String(line.partSize));
  });
  it('cannot be told by the first request of all: nothing is known to compare it with', async () => {
    const other = (line = new Line({clock, limits: defaultLimits, width}));
    await request(64 * KiB, 800);
    assert.equal(other.partSize, (1_500 * 64 * KiB) / 800);
  });
});

describe('a request as long as TCP needs to open its window', () => {
  beforeEach(() => line.answered(200));

  // 64 KiB are three flights: 14,600 bytes, twice and four times as many.
  it('leaves open how fast the line is', async () => {
    await request(64 * KiB, 1_000);
    assert.equal(line.partSize, (4 * 1_500 * 64 * KiB) / 1_000);
  });
  it('tells the rate of the line when it is longer than that and two round trips', async () => {
    await request(64 * KiB, 1_001);
    assert.equal(Math.round(line.partSize), Math.round((1_500 * 64 * KiB) / 1_001));
  });
  it('tells it also when it is hardly faster than what was known as it began: slow start speeds up', async () => {
    await request(1_000, 100); // else a second would be hardly a round trip
    await request(64 * KiB, 1_001); // 65.5 bytes a ms
    await request(78 * KiB, 1_000); // 79.9
    assert.equal(Math.round(line.partSize), Math.round(1_500 * ((64 * KiB) / 1_001 + (78 * KiB) / 1_000)) / 2);
  });
  it('leaves it open for each of several that began together', async () => {
    line.opened({parallel: 2}, 1_000);
    const both = [line.begin(), line.begin()];
    await clock.advance(1_000);
    for (const flight of both) flight.acknowledged(64 * KiB);
    assert.equal(line.partSize, (4 * 1_500 * 2 * 64 * KiB) / 1_000 / 2);
  });
  it('may take longer with more bytes, by a round trip for twice as many', async () => {
    await request(MiB, 1_800);
    assert.equal(line.partSize, (4 * 1_500 * MiB) / 1_800);
  });
});

describe('the first bytes of all, when a round trip is known', () => {
  const carried = 12 * KiB;
  /** Bytes per second that a part of 1.5 s stands for. */
  const rate = (): number => Math.round(line.partSize / 1.5);

  it('tell a slow line by the time they take beyond it', async () => {
    line.answered(200);
    await request(carried, 200 + 328);
    assert.equal(rate(), Math.round(carried / 0.328));
  });
  it('leave a line open that takes no longer, but for an eighth: four times what that proves fits', async () => {
    line.answered(200);
    await request(carried, 225);
    assert.equal(rate(), 4 * Math.round(carried / 0.025));
  });
  it('prove no more when they are quicker than any answer before', async () => {
    line.answered(400);
    await request(carried, 200);
    assert.equal(rate(), 4 * Math.round(carried / 0.025));
  });
  it('are not measured more finely than 5 ms', async () => {
    line.answered(1);
    await request(carried, 2);
    assert.equal(rate(), 4 * Math.round(carried / 0.005));
  });
  it('say nothing when they are few', async () => {
    line.answered(200);
    await request(6 * KiB - 1, 201);
    assert.equal(line.partSize, 64 * KiB);
  });
  it('say nothing when the machine slept meanwhile', async () => {
    line.answered(200);
    await request(carried, 10_001);
    assert.equal(line.partSize, 64 * KiB);
  });
  it('bear four requests at a time on a line that is not slow', async () => {
    line.opened({parallel: 4}, 64 * KiB);
    line.answered(200);
    await request(carried, 210);
    assert.ok(width.count >= 4, String(width.count));
  });
  it('bear one on a line of 300 kbit/s', async () => {
    line.opened({parallel: 4}, 64 * KiB);
    line.answered(200);
    await request(carried, 528);
    assert.equal(width.count, 1);
  });
});

describe('a creation that may be spread over several requests', () => {
  const four = 4 * 12 * KiB;
  const spread = (): number => line.begin().spread;

  it('is not, as long as no greeting was answered', () => assert.equal(spread(), 1));
  it('is not, where the answer does not say that the server takes it', () => {
    line.answered(200);
    assert.equal(spread(), 1);
  });
  it('is, over four, where it does', () => {
    line.answered(200);
    line.allowSpread();
    assert.equal(spread(), 4);
  });
  it('is not beside another request: its connections are for that one’s parts', () => {
    line.answered(200);
    line.allowSpread();
    line.begin();
    assert.equal(spread(), 1);
  });
  it('is when the other one has ended, and nothing is known yet', () => {
    line.answered(200);
    line.allowSpread();
    line.begin().end();
    assert.equal(spread(), 4);
  });
  it('is not when the line is known: then one request may carry much', async () => {
    line.answered(200);
    line.allowSpread();
    await request(MiB, 1_000);
    assert.equal(spread(), 1);
  });

  it('carries four times what a connection takes at once', () => assert.equal(line.carried(GiB, 4), four));
  it('carries no more of a small file than there is', () => assert.equal(line.carried(1_000, 4), 1_000));
  it('proves a line to be four times as fast when it takes no longer than a round trip', async () => {
    line.answered(200);
    line.allowSpread();
    await request(four, 225, 4);
    assert.equal(Math.round(line.partSize), Math.round((4 * 1.5 * four) / 0.025));
  });
  it('tells a slow line by the time that all of it takes', async () => {
    line.answered(200);
    line.allowSpread();
    await request(four, 200 + 1_311, 4);
    assert.equal(Math.round(line.partSize), Math.round((1.5 * four) / 1.311));
  });
  it('is not taken for quick on a slow line because nothing was quicker: the round trip is known', async () => {
    line.opened({parallel: 1}, 64 * KiB);
    line.answered(200);
    line.allowSpread();
    await request(four, 200 + 1_311, 4);
    await request(64 * KiB, 200 + 1_748);
    assert.ok(line.partSize / 37_500 < 2, String(line.partSize));
  });
  it('is judged like any other request when less than half of it has arrived', async () => {
    line.answered(1);
    line.allowSpread();
    await request(20_000, 1_000, 4);
    assert.equal(line.partSize, 30_000);
  });
});

describe('several requests at a time', () => {
  let flights: Flight[] = [];

  beforeEach(() => {
    line.opened({parallel: 2}, 1_000);
    flights = [line.begin(), line.begin()];
  });

  it('share the line: each has half of it', async () => {
    await clock.advance(1_000);
    flights.forEach((flight) => flight.acknowledged(500_000));
    assert.ok(line.limit(10_000_000) >= 60_000, String(line.limit(10_000_000)));
  });
  it('are counted until they end, and each once', async () => {
    flights.forEach((flight) => flight.end());
    flights.forEach((flight) => flight.end());
    await request(1_000_000, 1_000);
    line.opened({parallel: 1}, 1_000);
    assert.equal(line.limit(10_000_000), 30_000);
  });
});

describe('a limit that ran out while bytes still arrived', () => {
  it('the line is as fast as they arrived', async () => {
    await request(20_000, 2_000);
    line.begin();
    await clock.advance(10_000);
    line.crawled(50_000);
    assert.equal(line.limit(50_000), 30_000);
  });
  it('the line is not taken for more than four times slower than before', async () => {
    await request(1_000_000, 1_000);
    line.begin();
    await clock.advance(10_000);
    line.crawled(1_000);
    assert.equal(line.limit(10_000_000), 120_000);
  });
  it('what arrived since the last acknowledgement counts, and not the time before', async () => {
    const flight = line.begin();
    await clock.advance(50_000);
    flight.acknowledged(1_000_000);
    await clock.advance(10_000);
    line.crawled(50_000);
    assert.equal(line.limit(50_000), 30_000);
  });
});

describe('a server that is busy', () => {
  beforeEach(async () => {
    await request(10 * MiB, 1_000);
    line.opened({parallel: 4}, 64 * KiB);
    for (let at = 0; at < 4; at += 1) line.begin();
    line.busy();
  });

  it('gets half as many requests at a time', () => assert.equal(width.count, 2));
  it('that stays busy gets one at a time, and never none', () => {
    line.busy();
    line.busy();
    assert.equal(width.count, 1);
  });
  it('gets one more after a round that went well', async () => {
    for (let at = 0; at < 3; at += 1) await request(MiB, 100);
    assert.equal(width.count, 3);
  });
  it('gets as many as before in the end', async () => {
    for (let at = 0; at < 50; at += 1) await request(MiB, 100);
    assert.ok(width.count >= 4);
  });
});

describe('what says nothing of the line', () => {
  it('an acknowledgement of nothing is ignored', async () => {
    await request(0, 60_000);
    assert.equal(line.limit(MiB), 96_000);
  });
  it('one of a few bytes is ignored: it tells how long a round trip takes', async () => {
    await request(1_000, 9_000);
    assert.equal(line.limit(MiB), 96_000);
  });
  it('one of a few bytes counts when it shows that the line is faster', async () => {
    await request(20_000, 1_000);
    await request(10_000, 100);
    assert.equal(line.limit(1_000_000), 30_000);
  });
  it('one that came after its limit is ignored: the machine slept', async () => {
    await request(64 * KiB, 3_600_000);
    assert.equal(line.limit(MiB), 96_000);
  });
  it('one in no time at all gives a limit all the same', async () => {
    await request(64 * KiB, 0);
    assert.equal(line.limit(MiB), 10_000);
  });
});

describe('the limits that stand when nothing is given', () => {
  it('are 10 s for an acknowledgement, 5 s of silence, 10 s to say good-bye, 1 s before a try, 5 s before a question, 15 s for a copy', () =>
    assert.deepEqual(defaultLimits, {stall: 10_000, quiet: 5_000, discard: 10_000, backOff: 1_000, comeBack: 5_000, keep: 15_000}));
});
