import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Answer, Json, Protocol} from '../../../src/core/ports.js';
import {Reach} from '../../../src/core/reach.js';
import {FakeClock, settle} from '../../support/fake-clock.js';
import {ScriptedNetwork} from '../../support/scripted-network.js';

const signal = new AbortController().signal;
const forEver = <T>(): Promise<T> => new Promise(() => undefined);
const here: Answer = {kind: 'open', confirmed: []};

let clock = new FakeClock();
let network = new ScriptedNetwork();
let remote: Json | undefined = {id: 'u1'};
let asked = 0;
let answer: () => Promise<Answer> = forEver;
let reach: Reach;
let failures: UploadError[] = [];

/** A protocol of which only the question counts. */
const protocol = (askTimeout: number): Protocol =>
  ({
    askTimeout,
    ask: () => {
      asked += 1;
      return answer();
    },
  }) as unknown as Protocol;

/** Begins to watch, with so many ms for a question. */
function begin(askTimeout = 3_000): void {
  reach = new Reach({protocol: protocol(askTimeout), network, clock, remote: () => remote});
  failures = [];
  reach.watch((error) => failures.push(error), signal);
}

/** What became of a request. */
class Sending {
  value: unknown;
  reason: unknown;
  settled = false;

  constructor(request: () => Promise<unknown>, own: AbortSignal = signal) {
    reach
      .through(request, own)
      .then(
        (value) => (this.value = value),
        (reason: unknown) => (this.reason = reason),
      )
      .finally(() => (this.settled = true));
  }

  get code(): string {
    return this.reason instanceof UploadError ? this.reason.code : String(this.reason);
  }
}

beforeEach(() => {
  clock = new FakeClock();
  network = new ScriptedNetwork();
  remote = {id: 'u1'};
  asked = 0;
  answer = forEver;
  begin();
});

describe('a request that is due while the browser says offline', () => {
  beforeEach(() => {
    network.online = false;
  });

  it('is preceded by a question', () => {
    let made = false;
    void new Sending(async () => (made = true));
    assert.deepEqual([asked, made], [1, false]);
  });
  it('goes out when the question is answered: the browser lied', async () => {
    answer = async () => here;
    assert.equal(await reach.through(async () => 'answer', signal), 'answer');
  });
  it('is preceded by no second question', async () => {
    answer = async () => here;
    await reach.through(async () => 1, signal);
    await reach.through(async () => 2, signal);
    assert.equal(asked, 1);
  });
  it('is preceded by a question again when the network has come and gone', async () => {
    answer = async () => here;
    await reach.through(async () => 1, signal);
    network.goOnline();
    network.goOffline();
    await reach.through(async () => 2, signal);
    assert.equal(asked, 2);
  });
  it('fails as offline when the question fails, and is not made', async () => {
    answer = () => Promise.reject(new UploadError('timeout', 'no'));
    let made = false;
    const sending = new Sending(async () => (made = true));
    await settle();
    assert.deepEqual([sending.code, made], ['offline', false]);
  });
  it('is left when it is aborted during the question', async () => {
    const stop = new AbortController();
    const sending = new Sending(async () => 1, stop.signal);
    stop.abort('paused');
    await settle();
    assert.equal(sending.reason, 'paused');
  });
});

describe('a creation that is due while the browser says offline', () => {
  beforeEach(() => {
    network.online = false;
    remote = undefined;
  });

  it('is tried: there is nothing to ask about', async () => {
    assert.equal(await reach.through(async () => 'created', signal), 'created');
    assert.equal(asked, 0);
  });
  it('has as long as a question', async () => {
    begin(20);
    const sending = new Sending(forEver);
    await clock.advance(20);
    assert.equal(sending.code, 'offline');
  });
  it('fails as timeout when the network came back and still no answer came', async () => {
    begin(20);
    const sending = new Sending(forEver);
    await settle();
    network.goOnline();
    await clock.advance(20);
    assert.equal(sending.code, 'timeout');
  });
});

describe('a request that fails while the browser says offline', () => {
  const failWith = async (thrown: Error): Promise<string> => {
    const sending = new Sending(async () => {
      network.online = false;
      throw thrown;
    });
    await settle();
    return sending.code;
  };

  for (const code of ['network', 'timeout'] as const) {
    it(`${code} is offline`, async () => assert.equal(await failWith(new UploadError(code, 'x')), 'offline'));
  }
  for (const code of ['server', 'unauthorized', 'file-changed', 'protocol'] as const) {
    it(`${code} stays what it is`, async () => assert.equal(await failWith(new UploadError(code, 'x')), code));
  }
});

describe('after the watch has ended', () => {
  it('nobody listens to the network any more', () => {
    const quiet = new ScriptedNetwork();
    const other = new Reach({protocol: protocol(1), network: quiet, clock, remote: () => remote});
    other.watch(() => undefined, signal)();
    assert.equal(quiet.listeners, 0);
  });
});
