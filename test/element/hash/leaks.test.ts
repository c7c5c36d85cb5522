import {expect} from '@open-wc/testing';
import {workerHasher} from '../../../src/hash/worker-hasher.js';
import {rejection} from '../../contracts/hasher.js';
import {patternBlob} from '../../unit/hash/vectors.js';

const never = new AbortController().signal;
const real = globalThis.Worker;
let made: RecordingWorker[] = [];

/** A real worker that remembers what is still on it. */
class RecordingWorker extends real {
  readonly listening = new Set<unknown>();
  terminated = 0;

  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    made.push(this);
  }

  override addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: AddEventListenerOptions): void {
    this.listening.add(listener);
    options?.signal?.addEventListener('abort', () => this.listening.delete(listener), {once: true});
    super.addEventListener(type, listener, options);
  }

  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
    this.listening.delete(listener);
    super.removeEventListener(type, listener);
  }

  override terminate(): void {
    this.terminated += 1;
    super.terminate();
  }
}

const leftOver = (): number => made.filter(({terminated, listening}) => terminated !== 1 || listening.size > 0).length;

describe('opening and closing a hasher a hundred times', function () {
  this.timeout(180_000);

  beforeEach(() => {
    made = [];
    globalThis.Worker = RecordingWorker;
  });
  afterEach(() => {
    globalThis.Worker = real;
  });

  it('leaves no worker and no listener when the work was done', async () => {
    for (let cycle = 0; cycle < 100; cycle += 1) {
      const hasher = workerHasher();
      await hasher.root([], never);
      hasher.close();
    }
    expect(made).to.have.length(100);
    expect(leftOver()).to.equal(0);
  });

  it('leaves no worker and no listener when it was closed in mid-hash', async () => {
    const blob = patternBlob(256 * 1024);
    for (let cycle = 0; cycle < 100; cycle += 1) {
      const hasher = workerHasher();
      await rejection(hasher.blocks(blob, {start: 0, end: blob.size}, 4096, () => hasher.close(), never));
    }
    expect(made).to.have.length(100);
    expect(leftOver()).to.equal(0);
  });

  it('leaves no worker and no listener when it was closed before the worker answered', async () => {
    for (let cycle = 0; cycle < 100; cycle += 1) {
      const hasher = workerHasher();
      const pending = rejection(hasher.root([], never));
      await Promise.resolve();
      hasher.close();
      await pending;
    }
    expect(leftOver()).to.equal(0);
  });
});
