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

const codes = (): string[] => failures.map(({code}) => code);

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

describe('online', () => {
  it('a request goes out without a question', async () => {
    assert.equal(await reach.through(async () => 'answer', signal), 'answer');
    assert.equal(asked, 0);
  });
  it('a failure stays what it is', async () => {
    const error = new UploadError('network', 'cut');
    await assert.rejects(
      reach.through(() => Promise.reject(error), signal),
      error,
    );
  });
  it('a request that never settles is left when it is aborted', async () => {
    const stop = new AbortController();
    const left = reach.through(forEver, stop.signal);
    stop.abort(new Error('paused'));
    await assert.rejects(left, /paused/);
  });
});

describe('the network goes while a request is in flight', () => {
  beforeEach(() => {
    void new Sending(forEver);
  });

  it('the server is asked once', async () => {
    await settle();
    network.goOffline();
    assert.equal(asked, 1);
  });
  it('nothing has failed as long as the question is open', async () => {
    await settle();
    network.goOffline();
    await settle();
    assert.deepEqual(codes(), []);
  });
  it('an answer lets it go on', async () => {
    answer = async () => here;
    await settle();
    network.goOffline();
    await settle();
    assert.deepEqual(codes(), []);
  });
  it('a question that fails makes it offline', async () => {
    answer = () => Promise.reject(new UploadError('network', 'no'));
    await settle();
    network.goOffline();
    await settle();
    assert.deepEqual(codes(), ['offline']);
  });
  it('what the question failed with is kept as the cause', async () => {
    const cause = new UploadError('network', 'no');
    answer = () => Promise.reject(cause);
    await settle();
    network.goOffline();
    await settle();
    assert.equal(failures[0]?.cause, cause);
  });
  it('a question that is never answered makes it offline within the limit', async () => {
    begin(20);
    void new Sending(forEver);
    await settle();
    network.goOffline();
    await clock.advance(19);
    assert.deepEqual(codes(), []);
    await clock.advance(1);
    assert.deepEqual(codes(), ['offline']);
  });
});

describe('the network goes while a creation is in flight', () => {
  it('it is offline at once: there is nothing to ask about', async () => {
    remote = undefined;
    void new Sending(forEver);
    await settle();
    network.goOffline();
    await settle();
    assert.deepEqual([codes(), asked], [['offline'], 0]);
  });
});

describe('the network goes while nothing is in flight', () => {
  it('nothing happens: hashing goes on', async () => {
    network.goOffline();
    await settle();
    assert.deepEqual([codes(), asked], [[], 0]);
  });
  it('nothing happens after a request has ended', async () => {
    await reach.through(async () => 1, signal);
    network.goOffline();
    await settle();
    assert.deepEqual([codes(), asked], [[], 0]);
  });
  it('nothing happens after a request has failed', async () => {
    await assert.rejects(reach.through(() => Promise.reject(new Error('no')), signal));
    network.goOffline();
    await settle();
    assert.equal(asked, 0);
  });
});
