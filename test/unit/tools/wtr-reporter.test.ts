import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {after, before, describe, it} from 'node:test';

import {root, run} from '../../../tools/processes.mjs';
import type {Count} from '../../../tools/summary.mjs';

/** Run by Web Test Runner in a real browser, from a folder outside the project. */
const files = {
  'mixed.test.js': `
    describe('a', () => {
      it('1', () => {});
      it.skip('2', () => {});
      describe('b', () => { it('3', () => { throw Object.assign(new Error('so it is'), {expected: 4, actual: 5}); }); });
    });`,
  'broken.test.js': `import './nothing.js';`,
  'empty.test.js': ``,
};

describe('the report of tests in a browser', () => {
  let folder: string;
  let counts: readonly Count[];
  before(
    async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'chunk-uploader-report-')));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      const args = [
        'node_modules/@web/test-runner/dist/bin.js',
        '--root-dir',
        '/',
        ...Object.keys(files).flatMap((name) => ['--files', join(folder, name)]),
      ];
      const env = {RESULTS: join(folder, 'results'), BROWSERS: 'chromium'};
      await run(process.execPath, args, {env, signal: AbortSignal.timeout(100_000)});
      const lines = readFileSync(env.RESULTS, 'utf8').split('\n').slice(0, -1);
      counts = lines.map((line) => JSON.parse(line) as Count);
    },
    {timeout: 120_000},
  );
  after(() => {
    rmSync(folder, {recursive: true, force: true});
  });

  function countOf(name: keyof typeof files): Count {
    const found = counts.filter(({file}) => file === relative(root, join(folder, name)));
    assert.equal(found.length, 1, `reports of ${name}`);
    return found[0] ?? assert.fail();
  }

  it('counts what passed, what was skipped and what failed, in which browser', () => {
    const {browser, passed, skipped, failures} = countOf('mixed.test.js');
    assert.match(browser ?? '', /^Chrom/);
    assert.deepEqual({passed, skipped, failed: failures.length}, {passed: 1, skipped: 1, failed: 1});
  });

  it('names what failed, with the suites around it and its error', () => {
    const [failed] = countOf('mixed.test.js').failures;
    assert.equal(failed?.name, 'a > b > 3');
    assert.match(failed.error, /Error: so it is/);
    assert.match(failed.error, /expected: 4\nactual: 5/);
  });

  it('takes a file that does not load for a failure', () => {
    const {passed, failures} = countOf('broken.test.js');
    assert.deepEqual([passed, failures.length], [0, 1]);
    assert.match(failures[0]?.error ?? '', /import/i);
  });

  it('takes a file without a test for a failure', () => {
    assert.equal(countOf('empty.test.js').failures.length, 1);
  });
});
