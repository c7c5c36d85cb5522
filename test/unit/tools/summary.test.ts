import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {describe, it} from 'node:test';

import {root} from '../../../tools/processes.mjs';
import {summary, totalOf, type Count} from '../../../tools/summary.mjs';

const good: Count = {file: 'test/a.test.ts', passed: 5, skipped: 1, failures: []};
const bad: Count = {
  file: 'test/b.test.ts',
  browser: 'Firefox',
  passed: 2,
  skipped: 0,
  failures: [
    {name: 'pausing > keeps it', error: 'Error: it is gone\n    at somewhere'},
    {name: 'pausing > tells it', error: ''},
  ],
};

describe('the total of a run', () => {
  it('adds up the files', () => {
    assert.deepEqual(totalOf([good, bad]), {passed: 7, failed: 2, skipped: 1});
  });

  it('is nothing of nothing', () => {
    assert.deepEqual(totalOf([]), {passed: 0, failed: 0, skipped: 0});
  });
});

describe('the end of what a run prints', () => {
  it('is the total alone when nothing failed', () => {
    assert.equal(summary([good]), '\n5 passed, 0 failed, 1 skipped');
  });

  it('is all that failed, with file, browser, name and error, and then the total', () => {
    const lines = summary([good, bad]).split('\n');
    assert.deepEqual(
      lines.filter((line) => line !== ''),
      [
        '── what failed',
        '✖ test/b.test.ts (Firefox)',
        '  pausing > keeps it',
        '      Error: it is gone',
        '          at somewhere',
        '✖ test/b.test.ts (Firefox)',
        '  pausing > tells it',
        '7 passed, 2 failed, 1 skipped',
      ],
    );
  });

  it('has only the beginning of a long error', () => {
    const error = Array.from({length: 40}, (_, at) => `line ${at}`).join('\n');
    const text = summary([{...bad, failures: [{name: 'long', error}]}]);
    assert.match(text, /line 14\n +… and 25 more lines\n/);
    assert.doesNotMatch(text, /line 15/);
  });

  it('cuts long lines', () => {
    const text = summary([{...bad, failures: [{name: 'wide', error: 'x'.repeat(5000)}]}]);
    assert.match(text, /x{300}…/);
    assert.doesNotMatch(text, /x{301}/);
  });
});

describe('npm test', () => {
  it('tells at its end what kept it from running, and fails', () => {
    const {stdout, status} = spawnSync(process.execPath, ['tools/test.mjs', '--built', 'test/nothing-here'], {cwd: root, encoding: 'utf8'});
    assert.match(stdout, /── what failed\n\n✖ npm test\n {2}no test file matches test\/nothing-here\n\n0 passed, 1 failed, 0 skipped\n$/);
    assert.equal(status, 1);
  });
});
