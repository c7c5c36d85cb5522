import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {loadsOf, type Loads} from '../../../tools/loads.mjs';

/** Modules with so much in them that their size can be told apart. */
const noise = (length: number, seed: number): string =>
  Array.from({length}, (_, at) => ((at * 7919 + seed * 104_729) % 1_000_003).toString(36)).join('');

const modules: Readonly<Record<string, string>> = {
  'page.js': `import {shared} from './shared.js'; export const later = () => [import('./lasting.js'), import('./rare.js'), shared];`,
  'shared.js': `export const shared = '${noise(300, 1)}';`,
  'lasting.js': `import {shared} from './shared.js'; import {both} from './both.js'; export const lasting = [shared, both, '${noise(200, 2)}'];`,
  'rare.js': `import {both} from './both.js'; export const rare = [both, '${noise(100, 3)}'];`,
  'both.js': `export const both = '${noise(400, 4)}';`,
};

describe('what comes with a module that loads others lazily', () => {
  let root: string;
  let loads: Loads;
  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'chunk-uploader-loads-'));
    for (const [name, text] of Object.entries(modules)) writeFileSync(join(root, name), text);
    loads = await loadsOf({root, entry: 'page.js', onTheWay: ['lasting.js']});
  });
  after(() => rmSync(root, {recursive: true, force: true}));

  const lazy = (module: string): number => loads.lazy.get(module) ?? Number.NaN;

  it('is what it imports, at first', () => {
    assert.ok(loads.first > noise(300, 1).length / 2, `${loads.first} bytes`);
    assert.ok(loads.first < noise(700, 1).length, `${loads.first} bytes: too much`);
  });

  it('is what it imports and what is on the way, on the whole', () => {
    assert.equal(loads.whole, loads.first + lazy('lasting.js'));
  });

  it('names every lazy module, and none that is not', () => {
    assert.deepEqual([...loads.lazy.keys()].sort(), ['lasting.js', 'rare.js']);
  });

  it('counts for each lazy module what it shares with other lazy ones, and not what is there already', () => {
    assert.ok(lazy('rare.js') > noise(400, 4).length / 2, 'without what it shares');
    assert.ok(lazy('lasting.js') < noise(700, 4).length, 'with what is there already');
  });

  it('counts once what two modules on the way share', async () => {
    const {whole, first} = await loadsOf({root, entry: 'page.js', onTheWay: ['lasting.js', 'rare.js']});
    assert.ok(whole - first < lazy('lasting.js') + lazy('rare.js') - noise(400, 4).length / 2);
  });

  it('takes a module that is only written down', async () => {
    const {first, lazy} = await loadsOf({root, entry: 'some.js', code: `export {rare} from './rare.js';`});
    assert.ok(first > noise(400, 4).length / 2);
    assert.equal(lazy.size, 0);
  });

  it('has nothing of a module on the way that is not there', async () => {
    const {first, whole} = await loadsOf({root, entry: 'shared.js', onTheWay: ['lasting.js']});
    assert.equal(whole, first);
  });
});
