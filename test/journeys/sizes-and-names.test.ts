import assert from 'node:assert/strict';
import {open, stat} from 'node:fs/promises';
import {before, it} from 'node:test';

import {inEachBrowser} from '../support/browser.js';
import {GiB, MiB} from '../support/disk-file.js';
import {inScene} from '../support/scene.js';
import type {Scene} from '../support/scene.js';
import {until} from '../support/wait.js';

const part = MiB / 2;

/** Sizes around every edge there is: nothing, one byte, whole parts, whole blocks, what travels with the creation. */
const sizes: Readonly<Record<string, number>> = {
  'no byte': 0,
  'one byte': 1,
  'exactly what travels with the creation': MiB,
  'one byte more than that': MiB + 1,
  'exactly four parts': 4 * part,
  'exactly one block': 4 * MiB,
  'two blocks and a byte': 8 * MiB + 1,
};

const names: Readonly<Record<string, string>> = {
  quotes: `"double" 'single' \`back\` & <angle>.txt`,
  'a newline': 'line one\nline two.txt',
  'a word from right to left': '\u202eתמונה\u202c ملف.txt',
  emoji: '👩‍👩‍👧 🏳️‍🌈 naïve e\u0301.png',
  '255 bytes': `${'ä'.repeat(125)}b.txt`,
  'percent signs, dots and spaces': ' %2e%2e%2f..; filename=x.txt ',
};

inEachBrowser('Files of all sizes', (browser) => {
  const story = async (scene: Scene) => {
    const files = await Promise.all(Object.entries(sizes).map(([name, size]) => scene.shelf.random(size, `${name}.bin`)));
    const page = await scene.page({attributes: {'chunk-size': String(part), multiple: true}});
    await page.pick(...files.map(({path}) => path));
    await until('all to be done', async () => (await page.totals()).count.done === files.length, {limit: 40_000});
    return {
      files,
      totals: await page.totals(),
      stored: await scene.storedAll(page),
      errors: await page.events('upload-error'),
      bars: await page.bars(),
    };
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  for (const [index, name] of Object.keys(sizes).entries()) {
    it(`brings ${name}`, () => {
      assert.equal(seen.stored[`${name}.bin`], seen.files[index]?.md5);
    });
  }

  it('shows 100 % for all of them, and no failure', () => {
    assert.deepEqual(seen.errors, []);
    assert.ok(seen.bars.every(({now}) => now === 100));
    assert.equal(seen.totals.confirmed, seen.totals.size);
  });
});

inEachBrowser('Files with names of all kinds', (browser) => {
  const story = async (scene: Scene) => {
    const files = await Promise.all(Object.values(names).map((name) => scene.shelf.random(1000, name)));
    const page = await scene.page({attributes: {multiple: true}});
    await page.pick(...files.map(({path}) => path));
    await until('all to be done', async () => (await page.totals()).count.done === files.length);
    return {files, stored: await scene.storedAll(page), atServer: await scene.namesAtServer(), shown: await page.shownNames()};
  };
  let seen: Awaited<ReturnType<typeof story>>;

  before(async () => {
    seen = await inScene(browser(), {}, story);
  });

  for (const [what, name] of Object.entries(names)) {
    it(`keeps ${what} in a name, and the bytes`, () => {
      assert.ok(seen.atServer.includes(name), JSON.stringify(seen.atServer));
      assert.equal(seen.stored[name], seen.files.find(({path}) => path.endsWith(name))?.md5);
    });
  }

  it('shows every name as text', () => {
    assert.equal(seen.shown.length, Object.keys(names).length);
  });
});

const huge = 4 * GiB + 5 * MiB + 123;

/** Sends a file over 4 GiB, of which the server has `received` bytes already, from a creation whose answer never came. */
const beyondFourGiB = (received: number) => async (scene: Scene) => {
  const file = await scene.shelf.sparse(huge, 5 * MiB + 123);
  const seeded = received > 0 ? scene.door.seedFirstUpload({size: huge, received}) : undefined;
  const page = await scene.page();
  await page.pick(file.path);
  const {status} = await page.becomes('done', {limit: 600_000, every: 250});
  const [id = ''] = await scene.storedUploads();
  const content = scene.contentOf(id);
  const tails = await Promise.all([file.path, content].map((path) => read(path, 4 * GiB - 1000, 5 * MiB + 1123)));
  return {
    seeded: await seeded,
    id,
    status,
    stored: (await stat(content)).size,
    tails,
    read: scene.server.bytesRead,
    uploads: await scene.storedUploads(),
  };
};

async function read(path: string, position: number, length: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    return (await handle.read(Buffer.alloc(length), 0, length, position)).buffer;
  } finally {
    await handle.close();
  }
}

/** 4 GiB take time: to digest them in Chromium once, in Firefox twice, and to send them. */
const long: Readonly<Record<string, {readonly received: number; readonly always: readonly string[]}>> = {
  'of which the server has the first 4 GiB': {received: 4 * GiB, always: ['chromium']},
  'all of it sent': {received: 0, always: []},
};

for (const [what, {received, always}] of Object.entries(long)) {
  inEachBrowser(`A file over 4 GiB, ${what}`, (browser, name) => {
    if (!always.includes(name) && process.env['DEEP'] !== '1') return void it.skip('takes minutes, which is for DEEP=1');
    const story = beyondFourGiB(received);
    let seen: Awaited<ReturnType<typeof story>>;

    before(async () => {
      seen = await inScene(browser(), {}, story);
    });

    it('sends what the server lacks, in one upload', () => {
      assert.deepEqual(seen.uploads, [seen.id]);
      assert.equal(seen.seeded, received > 0 ? seen.id : undefined);
      assert.ok(seen.read < huge - received + MiB, `${seen.read} bytes were read`);
    });

    it('has its size to the byte', () => {
      assert.equal(seen.stored, huge);
    });

    it('has the same bytes on both sides of 4 GiB', () => {
      const [source, stored] = seen.tails;
      assert.ok(source && stored && source.equals(stored));
    });

    it('has the same digest on both sides', () => {
      assert.equal(seen.status.result.digest, seen.status.result.clientDigest);
      assert.equal(seen.status.result.verified, 'digest');
    });
  });
}
