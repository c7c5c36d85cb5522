/**
 * `npm run bench [-- name …]`: the measurements of test/bench, one after the other, and then docs/benchmarks.md from all that was measured so
 * far. `ROUNDS=n` instead of each one's own number of rounds. Never part of the tests. What is measured is dist/: build first.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {ensureChromium} from './browsers.mjs';
import {root, run} from './processes.mjs';
import {filesIn} from './stages.mjs';

/** ms that one measurement may take. */
const limit = 15 * 60_000;

/** Run by their name only: what they tell is for us, and not published. */
const byNameOnly = ['test/bench/parts.bench.ts'];

const asked = process.argv.slice(2);
const files = filesIn('test/bench', '.bench.ts').filter((file) => !file.includes('node_modules'));
const chosen = files.filter((file) => (asked.length === 0 ? !byNameOnly.includes(file) : asked.some((name) => file.includes(name))));
if (chosen.length === 0) throw new Error(`test/bench holds no measurement named ${asked.join(' or ')}`);
if (!existsSync(join(root, 'dist/cdn/chunk-uploader.js'))) throw new Error('dist/ is not there: npm run build');

/** @param {readonly string[]} args */
async function step(...args) {
  const {code} = await run(process.execPath, ['--import', 'tsx', ...args], {signal: AbortSignal.timeout(limit), live: true});
  if (code !== 0) process.exitCode = 1;
}

if (!existsSync(join(root, 'test/bench/node_modules'))) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await run(npm, ['ci', '--prefix', 'test/bench', '--no-audit', '--no-fund'], {signal: AbortSignal.timeout(limit), live: true});
}

process.env.CHROME_PATH = await ensureChromium();
for (const file of chosen) {
  console.log(`\n── ${file}`);
  await step(file);
}
await step('test/bench/report/main.ts');
