import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import {settle} from '../../support/fake-clock.js';
import {answers, cutsAfter, fails, Held, losesAnswer, silent, silentlyKeeps} from '../../support/scripted-faults.js';
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
beforeEach(() => set());

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
    await scene.clock.advance(300);
    assert.equal(scene.code, 'network');
  });
  it('is asked about a second time when the first answer came before the server had kept what arrived', async () => {
    scene.protocol.onPart(100, fails('network'));
    await go();
    scene.protocol.server.only.write(100, scene.file.content.subarray(100, 130));
    await scene.clock.advance(300);
    assert.deepEqual([scene.arrived, scene.protocol.count('ask'), scene.protocol.server.only.resent], [true, 2, 0]);
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
  it('is told as what answers in the place of the server, if something does', async () => {
    scene.protocol.onPart(100, fails('network'));
    scene.protocol.on('ask', fails('protocol'));
    await go();
    assert.equal(scene.code, 'protocol');
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

describe('an answer that is lost after the answer to another part has told of its bytes', limit, () => {
  let lost: Held;

  beforeEach(async () => {
    set({parts: {parallel: 2}});
    lost = new Held();
    const third = new Held();
    scene.protocol.onPart(200, third.behaviour);
    scene.protocol.onPart(0, async (exchange) => {
      exchange.serve();
      await lost.behaviour({...exchange, serve: () => undefined});
      throw new UploadError('network', 'The connection was cut.');
    });
    await go();
    lost.release();
    await settle();
    third.release();
    await settle();
  });

  it('is no failure', () => assert.deepEqual([scene.failure, scene.arrived], [undefined, true]));
  it('needs no question', () => assert.equal(scene.protocol.count('ask'), 0));
  it('has nothing sent again', () => assert.equal(scene.protocol.server.only.resent, 0));
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
  it('is a network failure when nobody answers the question', async () => {
    scene.protocol.onPart(100, fails('protocol'));
    scene.protocol.on('ask', fails('network'));
    await go();
    assert.equal(scene.code, 'network');
  });
  it('stays what it is when the question is answered no better', async () => {
    scene.protocol.onPart(100, fails('protocol'));
    scene.protocol.on('ask', fails('protocol'));
    await go();
    assert.equal(scene.code, 'protocol');
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
    set({size: 2_000_000, parts: {preferred: 500_000, max: 500_000}});
    let limitThen = 0;
    scene.protocol.onPart(0, silentlyKeeps(50_000));
    scene.protocol.onPart(50_000, async (exchange) => {
      limitThen = exchange.limit;
      return exchange.serve();
    });
    const first = scene.run.line.limit(500_000);
    await go();
    await scene.clock.advance(200_000);
    assert.equal(Math.round(limitThen), Math.round(4 * first));
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
