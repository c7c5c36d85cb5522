import assert from 'node:assert/strict';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, afterEach, before, describe, it} from 'node:test';
import {inNode} from '../../../tools/stages.mjs';
import {totalOf, type Count} from '../../../tools/summary.mjs';

const print: (text: string) => unknown = () => undefined;
const head = `import {before, describe, it} from 'node:test';`;

describe('a stage of tests in Node', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'chunk-uploader-stages-'));
  });
  after(() => {
    rmSync(folder, {recursive: true, force: true});
  });

  /** What comes of a test file with this text. */
  async function outcome(text: string, signal = AbortSignal.timeout(60_000), tell = print): Promise<Count[]> {
    const file = join(folder, 'some.test.ts');
    writeFileSync(file, `${head}\n${text}`);
    return inNode(2)({files: [file], browsers: [], signal, print: (more) => void tell(more)});
  }

  const count = async (text: string): Promise<ReturnType<typeof totalOf>> => totalOf(await outcome(text));

  /** What is printed of it, and by name what failed. */
  async function printed(text: string): Promise<string> {
    let output = '';
    await outcome(text, undefined, (more) => (output += more));
    return output;
  }
  const failures = async (text: string): Promise<Count['failures']> => (await outcome(text)).flatMap((one) => one.failures);

  it('counts leaves, not the suites around them', async () => {
    const text = `describe('a', () => { describe('b', () => { it('1', () => {}); it('2', () => {}); }); it('3', () => {}); });`;
    assert.deepEqual(await count(text), {passed: 3, failed: 0, skipped: 0});
  });

  it('counts tests inside a test, not the test around them', async () => {
    const text = `it('a', async (t) => { await t.test('1', () => {}); await t.test('2', () => { throw new Error('2'); }); });`;
    assert.deepEqual(await count(text), {passed: 1, failed: 1, skipped: 0});
  });

  it('counts what is skipped', async () => {
    const text = `it('1', () => {}); it.skip('2', () => {}); it.todo('3');`;
    assert.deepEqual(await count(text), {passed: 1, failed: 0, skipped: 2});
  });

  it('counts a hook that fails', async () => {
    const {passed, failed} = await count(`describe('a', () => { before(() => { throw new Error('hook'); }); it('1', () => {}); });`);
    assert.equal(passed, 0);
    assert.ok(failed > 0, 'no failure');
  });

  it('takes a file without a test for a failure', async () => {
    assert.deepEqual(await count(''), {passed: 0, failed: 1, skipped: 0});
  });

  it('takes a suite without a test for a failure', async () => {
    assert.deepEqual(await count(`describe('a', () => {});`), {passed: 0, failed: 1, skipped: 0});
  });

  it('takes a file that does not load for a failure', async () => {
    assert.deepEqual(await count(`import './nothing.js';`), {passed: 0, failed: 1, skipped: 0});
  });

  it('takes a file that ends its process in the middle for a failure', async () => {
    const text = `it('1', () => {}); it('2', async () => { await new Promise((go) => setTimeout(go, 50)); process.exit(0); }); it('3', () => {});`;
    assert.equal((await count(text)).failed, 1);
  });

  it('takes an error after the last test for a failure', async () => {
    const text = `it('1', () => { setTimeout(() => { throw new Error('late'); }, 20); });`;
    assert.deepEqual(await count(text), {passed: 1, failed: 1, skipped: 0});
  });

  describe('of a test that failed', () => {
    const text = `describe('a', () => { it('1', () => {}); describe('b', () => { it('2', () => { throw new Error('so it is'); }); }); });`;

    it('gives the name with the suites around it', async () => {
      assert.deepEqual(
        (await failures(text)).map(({name}) => name),
        ['a > b > 2'],
      );
    });

    it('gives the error with its stack', async () => {
      const [failed] = await failures(text);
      assert.match(failed?.error ?? '', /^Error: so it is\n +at .*some\.test\.ts/);
    });

    it('names the right suite when several run at a time', async () => {
      const slow = `it('slow', () => new Promise((go) => setTimeout(go, 100)))`;
      const parallel = `describe('a', {concurrency: 2}, () => {
        describe('b', () => { ${slow}; });
        describe('c', () => { it('3', () => { throw new Error(); }); });
      });`;
      assert.deepEqual(
        (await failures(parallel)).map(({name}) => name),
        ['a > c > 3'],
      );
    });
  });

  describe('of a file that failed as a whole', () => {
    it('gives what it printed', async () => {
      const [failed] = (await failures(`import './nothing.js';`)).slice(-1);
      assert.match(failed?.error ?? '', /nothing\.js/);
    });

    it('gives the last test that it told of', async () => {
      const text = `it('1', () => {}); it('2', async () => { await new Promise((go) => setTimeout(go, 50)); process.exit(3); });`;
      assert.deepEqual(
        (await failures(text)).map(({name}) => name),
        ['ended with 3 before its last test, after "1"'],
      );
    });
  });

  describe('what it prints', () => {
    const ci = process.env['CI'];
    afterEach(() => {
      if (ci === undefined) delete process.env['CI'];
      else process.env['CI'] = ci;
    });
    const text = `describe('a', () => { it('1', () => {}); it('2', () => { throw new Error('so it is'); }); it.skip('3'); });`;

    it('is each test, and a total of the file', async () => {
      delete process.env['CI'];
      const output = await printed(text);
      for (const line of [/✔ 1/, /✖ 2/, /Error: so it is/, /﹣ 3/, / {2}1 passed, 1 failed, 1 skipped\n/]) assert.match(output, line);
    });

    it('is only what did not pass, and the total, under CI', async () => {
      process.env['CI'] = 'true';
      const output = await printed(text);
      for (const line of [/✖ 2/, /Error: so it is/, /﹣ 3/, / {2}1 passed, 1 failed, 1 skipped\n/]) assert.match(output, line);
      assert.doesNotMatch(output, /✔/);
    });
  });

  describe('a file that is over the limit', () => {
    /** Begins a file whose last test starts a process with this text and never ends, and gives the process that is ended by the limit. */
    async function overLimit(text: string): Promise<{counts: Count[]; isRunning: boolean}> {
      const note = join(folder, 'pid');
      const child = `require('node:fs').writeFileSync(${JSON.stringify(note)}, String(process.pid)); ${text}; setInterval(() => {}, 1000);`;
      const limit = new AbortController();
      const counting = outcome(
        `import {spawn} from 'node:child_process';
        it('1', () => {});
        it('2', () => new Promise(() => void spawn(process.execPath, ['-e', ${JSON.stringify(child)}])));`,
        limit.signal,
      );
      while (!existsSync(note) || readFileSync(note, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 50));
      limit.abort();
      const counts = await counting;
      const stat = `/proc/${readFileSync(note, 'utf8')}/stat`;
      rmSync(note);
      // A process that has ended and that nobody has asked for is still listed, as a zombie.
      return {counts, isRunning: existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'))};
    }

    it('is ended with what it has started', {timeout: 60_000}, async () => {
      const {counts, isRunning} = await overLimit('');
      assert.deepEqual(totalOf(counts), {passed: 1, failed: 1, skipped: 0});
      assert.equal(isRunning, false, 'it is still running');
    });

    it('is told of when all of that has ended, not before', {timeout: 60_000}, async () => {
      const {isRunning} = await overLimit(`process.on('SIGTERM', () => setTimeout(() => process.exit(), 1000));`);
      assert.equal(isRunning, false, 'it is still running');
    });

    it('takes with it what does not want to end', {timeout: 60_000}, async () => {
      const {isRunning} = await overLimit(`process.on('SIGTERM', () => undefined);`);
      assert.equal(isRunning, false, 'it is still running');
    });
  });

  it('does not begin a file when it is over the limit already', async () => {
    const files = ['one.test.ts', 'two.test.ts'].map((name) => join(folder, name));
    assert.deepEqual(totalOf(await inNode(1)({files, browsers: [], signal: AbortSignal.abort(), print})), {
      passed: 0,
      failed: 2,
      skipped: 0,
    });
  });
});
