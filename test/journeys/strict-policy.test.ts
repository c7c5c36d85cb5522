import assert from 'node:assert/strict';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {until} from '../support/wait.js';

const name = '<img src=x onerror="globalThis.hacked=1">\u202egpj.exe';

/** A page under a policy, loaded once more while somebody listens to what the browser has to say, and a file sent from it. */
const under = (csp: string) => async (scene: Scene) => {
  const file = await scene.shelf.random(5 * MiB, name);
  const page = await scene.page({csp});
  const complaints: string[] = [];
  page.page.on('console', (message) => {
    if (message.type() === 'error' || /policy/i.test(message.text())) complaints.push(message.text());
  });
  await page.page.reload();
  await until('the element to be defined', () => page.page.evaluate(() => customElements.get('chunk-uploader') !== undefined));
  await page.page.evaluate(() => {
    const warnings: string[] = [];
    Object.assign(globalThis, {warnings});
    document.addEventListener('upload-warning', (event) =>
      warnings.push((event as CustomEvent<{error: {code: string}}>).detail.error.code),
    );
  });
  await page.pick(file.path);
  const {status} = await page.becomes('done');
  const [bar] = await until('the bar to be full', async () => {
    const bars = await page.bars();
    return bars.every(({dark}) => dark > 0.99) && bars;
  });
  return {
    file,
    complaints,
    stored: await scene.stored(status.result),
    hasher: await page.hasher(),
    shown: await page.shownNames(),
    bar,
    hacked: await page.page.evaluate(() => 'hacked' in globalThis),
    warnings: await page.page.evaluate(() => Reflect.get(globalThis, 'warnings') as string[]),
    errors: page.errors,
  };
};

inEachBrowser("Threats 3 and 12: default-src 'self' and Trusted Types", (browser) => {
  const story = under("default-src 'self'; require-trusted-types-for 'script'");
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('are all that the element needs: the file arrives whole', () => {
    assert.equal(seen.stored, seen.file.md5);
    assert.equal(seen.hasher.source, 'module-worker', seen.hasher.why.join(' | '));
  });

  it('are broken by nothing', () => {
    assert.deepEqual([seen.complaints, seen.errors, seen.warnings], [[], [], []]);
  });

  it('leave the styles and the bar as they are', () => {
    assert.equal(seen.bar?.now, 100);
  });

  it('have nothing to stop: a hostile name is text', () => {
    assert.deepEqual(seen.shown, [name.replace('\u202e', '[U+202E]')]);
    assert.equal(seen.hacked, false);
  });
});

inEachBrowser('Threats 3 and 12: a list of the policies that may make trusted types', (browser) => {
  const story = under("default-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html chunk-uploader");
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('needs only these two', () => {
    assert.equal(seen.stored, seen.file.md5);
    assert.equal(seen.hasher.source, 'module-worker', seen.hasher.why.join(' | '));
    assert.deepEqual([seen.complaints, seen.errors], [[], []]);
  });
});

inEachBrowser('A policy that forbids workers', (browser) => {
  const story = under("default-src 'self'; worker-src 'none'");
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  it('is told to the page once, as worker-unavailable', () => {
    assert.deepEqual(seen.warnings, ['worker-unavailable']);
  });

  it('stops nothing', () => {
    assert.equal(seen.stored, seen.file.md5);
    assert.equal(seen.hasher.source, 'this-thread');
  });
});
