import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it, mock} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import {comingBack, Lazy} from '../../../src/core/lazy.js';
import {settle} from '../../support/fake-clock.js';
import {ScriptedPages} from '../../support/scripted-pages.js';
import type {ScriptedScene} from '../../support/scripted-scene.js';

const limit = {timeout: 20_000};
const never = new AbortController().signal;
const module = {purpose: 'none'};

/** A loader that is called, and answers when it is told to. */
class Loader {
  calls = 0;
  #answer: (late: Promise<typeof module>) => void = () => undefined;

  readonly load = (): Promise<typeof module> => {
    this.calls += 1;
    return new Promise((resolve) => (this.#answer = resolve));
  };

  answer(): void {
    this.#answer(Promise.resolve(module));
  }

  fail(): void {
    this.#answer(Promise.reject(new TypeError('error loading dynamically imported module')));
  }
}

describe('code that is loaded when it is needed', limit, () => {
  let loader: Loader;
  let lazy: Lazy<typeof module>;
  beforeEach(() => {
    loader = new Loader();
    lazy = new Lazy(loader.load);
  });

  const failure = async (loading: Promise<unknown>): Promise<UploadError> => {
    const thrown = await loading.then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(thrown instanceof UploadError, String(thrown));
    return thrown;
  };

  it('is not loaded before somebody asks', () => assert.equal(loader.calls, 0));
  it('is not there before', () => assert.throws(() => lazy.here, TypeError));
  it('is there afterwards', async () => {
    const loading = lazy.load(never);
    loader.answer();
    assert.equal(await loading, module);
    assert.equal(lazy.here, module);
  });
  it('is loaded once for two who ask at the same time', async () => {
    const both = Promise.all([lazy.load(never), lazy.load(never)]);
    loader.answer();
    assert.deepEqual([await both, loader.calls], [[module, module], 1]);
  });
  it('is not loaded again', async () => {
    const loading = lazy.load(never);
    loader.answer();
    await loading;
    await lazy.load(never);
    assert.equal(loader.calls, 1);
  });
  it('says what happened and what to do when it cannot be loaded', async () => {
    const loading = lazy.load(never);
    loader.fail();
    const {code: why, message, retryable} = await failure(loading);
    assert.deepEqual([why, retryable], ['unexpected', true]);
    assert.match(message, /could not be loaded.*dynamically imported.*Retry, or reload/);
  });
  it('is tried again by the next who asks after a failure', async () => {
    const first = lazy.load(never);
    loader.fail();
    await failure(first);
    const second = lazy.load(never);
    loader.answer();
    assert.deepEqual([await second, loader.calls], [module, 2]);
  });
  it('keeps nobody waiting who has given up, and is there for the next', async () => {
    const stop = new AbortController();
    const given = lazy.load(stop.signal);
    stop.abort(new DOMException('stopped', 'AbortError'));
    await assert.rejects(given, {name: 'AbortError', message: 'stopped'});
    const next = lazy.load(never);
    loader.answer();
    assert.deepEqual([await next, loader.calls], [module, 1]);
  });
  it('is not waited for longer than ten seconds', async () => {
    mock.timers.enable({apis: ['setTimeout']});
    try {
      const waiting = failure(lazy.load(never));
      mock.timers.tick(9_999);
      await settle();
      assert.equal(await Promise.race([waiting, settle().then(() => 'waits')]), 'waits');
      mock.timers.tick(1);
      assert.match((await waiting).message, /10000 ms/);
    } finally {
      mock.timers.reset();
    }
  });
});

describe('the code for uploads of earlier pages', limit, () => {
  let pages: ScriptedPages;
  let earlier: ScriptedScene;
  let page: ScriptedScene;
  const failing = (): unknown => mock.method(comingBack, 'load', () => Promise.reject(new UploadError('unexpected', 'not loaded')));
  const add = (): void => void page.uploader.add([earlier.file().again().named('file-0.bin')]);
  const outcome = (): readonly unknown[] => {
    const {complete, resent} = pages.server.only;
    return [page.upload().status.name, complete, resent];
  };

  beforeEach(async () => {
    pages = new ScriptedPages();
    earlier = await pages.leftBehind();
    page = pages.load();
  });
  afterEach(() => mock.restoreAll());

  it('is not asked for by an upload that nobody has begun before', async () => {
    const {calls} = mock.method(comingBack, 'load').mock;
    const fresh = new ScriptedPages().load();
    await fresh.restore();
    await fresh.begin(400);
    assert.deepEqual([fresh.upload().status.name, calls.length], ['done', 0]);
  });

  describe('when it cannot be loaded as the page begins', () => {
    beforeEach(async () => {
      failing();
      await page.restore();
    });

    it('has nothing listed, with a warning', () => {
      assert.equal(page.uploader.uploads.length, 0);
      assert.deepEqual(
        page.warnings.map(({code}) => code),
        ['storage-unavailable'],
      );
    });
    it('goes on all the same when the file is added and the code can be had by then', async () => {
      mock.restoreAll();
      add();
      await settle();
      assert.deepEqual(outcome(), ['done', true, 0]);
    });
  });

  describe('when it cannot be loaded as the file is added again', () => {
    beforeEach(async () => {
      failing();
      add();
      await settle();
    });

    it('fails at once and says so, and the server keeps what it has', () => {
      const {status} = page.upload();
      assert.deepEqual([status.name, 'error' in status && status.error?.code], ['failed', 'unexpected']);
      assert.deepEqual(pages.server.only.received, [{start: 0, end: 200}]);
    });
    it('goes on from there with a retry, and sends nothing twice', async () => {
      mock.restoreAll();
      page.uploader.retry();
      await settle();
      assert.deepEqual(outcome(), ['done', true, 0]);
    });
  });

  describe('while it is being loaded', () => {
    let arrive: () => void;
    beforeEach(async () => {
      const late = new Promise<void>((resolve) => (arrive = resolve));
      const real = comingBack.here;
      mock.method(comingBack, 'load', (signal: AbortSignal) =>
        Promise.race([
          late.then(() => real),
          new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
        ]),
      );
      add();
      await settle();
    });

    it('says that the server is being asked', () => assert.equal(page.upload().status.name, 'preparing'));
    it('lets it be paused, and goes on afterwards', async () => {
      page.uploader.pause();
      assert.equal(page.upload().status.name, 'paused');
      arrive();
      await settle();
      assert.equal(page.upload().status.name, 'paused');
      page.uploader.resume();
      await settle();
      assert.deepEqual(outcome(), ['done', true, 0]);
    });
    it('goes on as soon as it is there', async () => {
      arrive();
      await settle();
      assert.deepEqual(outcome(), ['done', true, 0]);
    });
  });
});
