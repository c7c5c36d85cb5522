import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BLOCK_SIZE} from '../../../src/core/digests.js';
import {UploadError} from '../../../src/core/errors.js';
import {settle} from '../../support/fake-clock.js';
import {answers, cutsAfter, fails, flipsBit, Held, losesAnswer, silent, silentlyKeeps} from '../../support/scripted-faults.js';
import type {Behaviour} from '../../support/scripted-protocol.js';
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
const gone = answers({kind: 'gone'});

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

describe('a connection that is cut (status 0)', limit, () => {
  it('is followed by one question', async () => {
    scene.protocol.onPart(100, cutsAfter(30));
    await go();
    assert.equal(scene.protocol.count('ask'), 1);
  });
  it('goes on when the server got further', async () => {
    scene.protocol.onPart(100, cutsAfter(30));
    await go();
    assert.equal(scene.arrived, true);
  });
  it('sends no byte again that the server had kept', async () => {
    scene.protocol.onPart(100, cutsAfter(30));
    await go();
    assert.deepEqual(scene.protocol.sentParts[2], [130, 230]);
    assert.equal(scene.protocol.server.only.resent, 0);
  });
  it('is a network failure when the server got no further', async () => {
    scene.protocol.onPart(100, fails('network'));
    await go();
    assert.equal(scene.code, 'network');
  });
  it('is a network failure when the question fails too, and keeps the first reason', async () => {
    const first = new UploadError('network', 'the first');
    scene.protocol.onPart(100, async () => {
      throw first;
    });
    scene.protocol.on('ask', fails('server'));
    await go();
    assert.equal(scene.failure, first);
  });
  it('is a success when only the last answer was lost', async () => {
    scene.protocol.onPart(300, losesAnswer);
    await go();
    assert.deepEqual([scene.arrived, scene.result?.verified, scene.protocol.count('send')], [true, 'digest', 4]);
  });
  it('is the error that the server says it had answered', async () => {
    scene.protocol.onPart(100, fails('network'));
    scene.protocol.on('ask', answers({kind: 'open', confirmed: [], refused: new UploadError('server', 'full', {status: 507})}));
    await go();
    assert.deepEqual([scene.code, (scene.failure as UploadError).status], ['server', 507]);
  });
  it('has an end when the server says "complete" but cannot be opened', async () => {
    scene.protocol.onPart(300, losesAnswer);
    scene.protocol.on('open', ({serve}) => Promise.resolve(serve()));
    scene.protocol.on('open', fails('network'), {times: 50});
    await go();
    assert.deepEqual([scene.code, scene.protocol.count('open')], ['network', 4]);
  });
  it('before the server ever answered fails: there is nothing to ask about', async () => {
    scene.protocol.on('open', fails('network'));
    await go();
    assert.deepEqual([scene.code, scene.protocol.count('ask')], ['network', 0]);
  });
  it('again and again goes on as long as the server gets further', async () => {
    for (const start of [0, 30, 60, 90, 120, 150, 180]) scene.protocol.onPart(start, cutsAfter(30));
    await go();
    assert.deepEqual([scene.arrived, scene.protocol.server.only.resent], [true, 0]);
  });
});

describe('an answer that cannot be read', limit, () => {
  const unreadable = new UploadError('protocol', 'a login page', {status: 200});
  const captivePortal: Behaviour = async () => {
    throw unreadable;
  };

  it('is followed by one question', async () => {
    scene.protocol.onPart(100, captivePortal);
    await go();
    assert.equal(scene.protocol.count('ask'), 1);
  });
  it('goes on when the server got further', async () => {
    scene.protocol.onPart(100, async ({serve}) => {
      serve();
      throw unreadable;
    });
    await go();
    assert.equal(scene.arrived, true);
  });
  it('fails as what it is when the server got no further', async () => {
    scene.protocol.onPart(100, captivePortal);
    await go();
    assert.equal(scene.failure, unreadable);
  });
});

describe('a limit that runs out', limit, () => {
  it('is a timeout when the server got no further', async () => {
    scene.protocol.onPart(100, silent());
    await go();
    await scene.clock.advance(60_000);
    assert.equal(scene.code, 'timeout');
  });
  it('goes on when the server got further', async () => {
    scene.protocol.onPart(100, silentlyKeeps(40));
    await go();
    await scene.clock.advance(60_000);
    assert.equal(scene.arrived, true);
  });
  it('is longer afterwards: the line is slower than thought', async () => {
    set({size: 4_000_000, parts: {preferred: 1_000_000, max: 1_000_000}});
    let limitThen = 0;
    scene.protocol.onPart(0, silentlyKeeps(500_000));
    scene.protocol.onPart(500_000, async (exchange) => {
      limitThen = exchange.limit;
      return exchange.serve();
    });
    const before = scene.run.patience.limit(1_000_000);
    await go();
    await scene.clock.advance(200_000);
    assert.equal(limitThen, 2 * before);
  });
});

describe('a correction while other parts are in flight', limit, () => {
  it('stops them first', async () => {
    set({parts: {parallel: 2}});
    const held = new Held(10);
    scene.protocol.onPart(0, held.behaviour);
    scene.protocol.onPart(100, conflict);
    await go();
    assert.equal(scene.protocol.calls.find(({call, body}) => call === 'send' && body.start === 0)?.signal.aborted, true);
  });
  it('drops what was only sent', async () => {
    set({parts: {parallel: 2}});
    scene.protocol.onPart(0, new Held(60).behaviour);
    scene.protocol.onPart(100, conflict);
    scene.protocol.on('open', ({serve}) => Promise.resolve(serve()));
    scene.protocol.on('open', new Held().behaviour);
    await go();
    assert.deepEqual([scene.sent.includes(60), scene.sent.at(-1)], [true, 0]);
  });
  it('sends all of them again', async () => {
    set({parts: {parallel: 2}});
    scene.protocol.onPart(0, new Held(10).behaviour);
    scene.protocol.onPart(100, conflict);
    await go();
    assert.equal(scene.arrived, true);
  });
});

describe('what no correction is for', limit, () => {
  for (const code of ['server', 'server-busy', 'rejected', 'elsewhere', 'unexpected', 'file-changed'] as const) {
    it(`${code} fails at once, without a question`, async () => {
      scene.protocol.onPart(100, fails(code));
      await go();
      assert.deepEqual([scene.code, scene.protocol.count('ask'), scene.protocol.count('open')], [code, 0, 1]);
    });
  }
  it('something that is no UploadError is kept as it was thrown', async () => {
    const mistake = new TypeError('a mistake in an adapter');
    scene.protocol.onPart(100, async () => {
      throw mistake;
    });
    await go();
    assert.equal(scene.code, 'unexpected');
    assert.equal((scene.failure as UploadError).cause, mistake);
  });
});
