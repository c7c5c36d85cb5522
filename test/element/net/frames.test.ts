import {expect} from '@open-wc/testing';
import {browserFrames} from '../../../src/net/frames.js';

let isHidden = false;

/** Makes the page look hidden, or seen, and says so as a browser does. */
function hide(hidden: boolean): void {
  isHidden = hidden;
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Animation frames that come when the test says so, as none come to a page that nobody sees. */
class HeldFrames {
  readonly #callbacks = new Map<number, FrameRequestCallback>();
  readonly #real = {request: window.requestAnimationFrame, cancel: window.cancelAnimationFrame};
  #last = 0;

  install(): void {
    window.requestAnimationFrame = (callback) => {
      this.#callbacks.set((this.#last += 1), callback);
      return this.#last;
    };
    window.cancelAnimationFrame = (handle) => void this.#callbacks.delete(handle);
  }

  restore(): void {
    window.requestAnimationFrame = this.#real.request;
    window.cancelAnimationFrame = this.#real.cancel;
  }

  get waiting(): number {
    return this.#callbacks.size;
  }

  come(): void {
    const callbacks = [...this.#callbacks.values()];
    this.#callbacks.clear();
    for (const callback of callbacks) callback(performance.now());
  }
}

const called = (): {promise: Promise<void>; callback: () => void; count: () => number} => {
  let count = 0;
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  const callback = (): void => {
    count += 1;
    resolve();
  };
  return {promise, callback, count: () => count};
};

/** Longer than the timer of a hidden page takes. Only for what must not happen. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 600));

let frames: HeldFrames;

beforeEach(() => {
  isHidden = false;
  Object.defineProperty(document, 'hidden', {configurable: true, get: () => isHidden});
  frames = new HeldFrames();
  frames.install();
});

afterEach(() => {
  frames.restore();
  Reflect.deleteProperty(document, 'hidden');
});

describe('the next frame of a page that is seen', () => {
  it('comes with an animation frame, and not before', async () => {
    const {callback, count} = called();
    browserFrames().next(callback);
    const before = count();
    frames.come();
    expect([before, count()]).to.deep.equal([0, 1]);
  });

  it('comes once', () => {
    const {callback, count} = called();
    browserFrames().next(callback);
    frames.come();
    frames.come();
    hide(true);
    hide(false);
    frames.come();
    expect(count()).to.equal(1);
  });

  it('does not come when it was called off', () => {
    const {callback, count} = called();
    browserFrames().next(callback)();
    frames.come();
    expect(count()).to.equal(0);
  });

  it('asks for no frame any more when it was called off', () => {
    browserFrames().next(() => undefined)();
    expect(frames.waiting).to.equal(0);
  });

  it('may be called off after it has come', () => {
    const {callback, count} = called();
    const callOff = browserFrames().next(callback);
    frames.come();
    callOff();
    expect(count()).to.equal(1);
  });

  it('comes to each that asked for one', () => {
    const [one, other] = [called(), called()];
    const page = browserFrames();
    page.next(one.callback);
    page.next(other.callback);
    frames.come();
    expect([one.count(), other.count()]).to.deep.equal([1, 1]);
  });
});

describe('the frame after one that was told', () => {
  /** Asks for the next frame and lets it come. */
  function one(page: ReturnType<typeof browserFrames>): void {
    page.next(() => undefined);
    frames.come();
  }

  it('is not the very next one: bars glide, and drawing costs what sending needs', () => {
    const page = browserFrames();
    one(page);
    page.next(() => undefined);
    expect(frames.waiting).to.equal(0);
  });

  it('comes all the same', async () => {
    const page = browserFrames();
    one(page);
    const {callback, count} = called();
    page.next(callback);
    await aWhile();
    frames.come();
    expect(count()).to.equal(1);
  });

  it('is the very next one when the last was long ago', async () => {
    const page = browserFrames();
    one(page);
    await aWhile();
    page.next(() => undefined);
    expect(frames.waiting).to.equal(1);
  });

  it('does not come when it was called off', async () => {
    const page = browserFrames();
    one(page);
    page.next(() => undefined)();
    await aWhile();
    expect(frames.waiting).to.equal(0);
  });

  it('is told by a timer when the page is hidden meanwhile', async () => {
    const page = browserFrames();
    one(page);
    const {callback, promise} = called();
    page.next(callback);
    hide(true);
    await promise;
  });
});

describe('the next frame of a page that nobody sees', () => {
  beforeEach(() => hide(true));

  it('comes by a timer', async () => {
    const {callback, promise} = called();
    browserFrames().next(callback);
    await promise;
    expect(frames.waiting).to.equal(0);
  });

  it('does not come when it was called off', async () => {
    const {callback, count} = called();
    browserFrames().next(callback)();
    await aWhile();
    expect(count()).to.equal(0);
  });
});

describe('a page that is hidden while a frame is due', () => {
  it('is told by a timer instead', async () => {
    const {callback, promise} = called();
    browserFrames().next(callback);
    hide(true);
    await promise;
  });

  it('is told once, even if the frame comes late', async () => {
    const {callback, promise, count} = called();
    browserFrames().next(callback);
    hide(true);
    await promise;
    frames.come();
    expect(count()).to.equal(1);
  });

  it('is told nothing after it was called off', async () => {
    const {callback, count} = called();
    const callOff = browserFrames().next(callback);
    hide(true);
    callOff();
    await aWhile();
    frames.come();
    expect(count()).to.equal(0);
  });
});

describe('a page that is seen again while a timer runs', () => {
  it('is told with the next frame, if that comes first', () => {
    const {callback, count} = called();
    hide(true);
    browserFrames().next(callback);
    hide(false);
    frames.come();
    expect(count()).to.equal(1);
  });
});
