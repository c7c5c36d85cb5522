/**
 * `npm test`: builds, then runs every stage, and ends with everything that failed and one line about all of them.
 *
 *   npm test -- [--built] [file or folder …]    --built: dist/ is as it should be
 *   BROWSERS=chromium,firefox,webkit            which browsers (default: the first two)
 *   DEEP=1                                      the long forms of the tests that have one
 *   CI=true                                     a browser that is missing is a failure; what passes is not printed
 */
import {browsersAsked, ensureChromium, findFirefox, findWebKit} from './browsers.mjs';
import {run} from './processes.mjs';
import {filesIn, inBrowsers, inNode} from './stages.mjs';
import {summary, totalOf} from './summary.mjs';

const minute = 60_000 * (process.env.DEEP ? 10 : 1);

/** In this order. `limit` is in ms, for all files of the stage together. */
const stages = [
  {folder: 'test/unit', limit: 12 * minute, run: inNode(2)},
  {folder: 'test/element', limit: 12 * minute, run: inBrowsers},
  {folder: 'test/journeys', limit: 30 * minute, run: inNode(1)},
  {folder: 'test/faults', limit: 18 * minute, run: inNode(1)},
];

const args = process.argv.slice(2);
const filters = args.filter((arg) => !arg.startsWith('--')).map((path) => path.replace(/^\.\//, '').replace(/\/$/, ''));
const isAsked = (/** @type {string} */ file) =>
  filters.length === 0 || filters.some((path) => file === path || file.startsWith(`${path}/`));

/** @type {import('./summary.mjs').Count[]} of all that was run */
const counts = [];

/** @param {string} what */
function fail(what) {
  console.log(`✖ ${what}`);
  counts.push({file: 'npm test', passed: 0, skipped: 0, failures: [{name: what, error: ''}]});
}

/** The browsers that were asked for and are there. A missing one is told, and under CI it is a failure. */
async function findBrowsers() {
  const finders = {chromium: ensureChromium, firefox: findFirefox, webkit: findWebKit};
  const there = [];
  for (const name of browsersAsked()) {
    if (!(name in finders)) throw new Error(`BROWSERS: there is no "${name}"; known are ${Object.keys(finders).join(', ')}`);
    if ((await finders[/** @type {keyof typeof finders} */ (name)]()) !== undefined) there.push(name);
    else if (process.env.CI && name === 'firefox') fail(`${name} is missing`);
    else console.log(`! ${name} was not found: NOTHING IS TESTED IN IT`);
  }
  return there;
}

async function build() {
  if (args.includes('--built')) return true;
  console.log('\n── build');
  const {code} = await run(process.execPath, ['tools/build.mjs'], {signal: AbortSignal.timeout(3 * minute), live: true});
  return code === 0;
}

/**
 * Tests that a missing Firefox would have run: as many as Chromium ran, skipped.
 *
 * @param {readonly import('./summary.mjs').Count[]} run @returns {import('./summary.mjs').Count[]}
 */
const skippedForWantOf = (run) =>
  run
    .filter(({browser}) => browser?.startsWith('Chrom'))
    .map(({file, passed, skipped, failures}) => ({file, passed: 0, skipped: passed + skipped + failures.length, failures: []}));

/** @param {typeof stages[number]} stage @param {readonly string[]} browsers @param {boolean} firefoxIsMissing */
async function runStage({folder, limit, run: runFiles}, browsers, firefoxIsMissing) {
  const files = filesIn(folder, '.test.ts').filter(isAsked);
  if (files.length === 0) return 0;
  console.log(`\n── ${folder}`);
  const began = Date.now();
  const print = (/** @type {string} */ text) => void process.stdout.write(text);
  const run = await runFiles({files, browsers, signal: AbortSignal.timeout(limit), print});
  console.log(`   ${Math.round((Date.now() - began) / 1000)} s of ${limit / 1000} s`);
  counts.push(...run, ...(firefoxIsMissing ? skippedForWantOf(run) : []));
  return files.length;
}

async function main() {
  const unknown = args.find((arg) => arg.startsWith('--') && arg !== '--built');
  if (unknown) return fail(`${unknown} is not known. Usage: npm test -- [--built] [file or folder …]`);
  const asked = browsersAsked();
  const browsers = await findBrowsers();
  if (!(await build())) return fail('the build failed; no test was run');
  let files = 0;
  for (const stage of stages) files += await runStage(stage, browsers, asked.includes('firefox') && !browsers.includes('firefox'));
  if (files === 0) fail(`no test file matches ${filters.join(' ') || 'anything'}`);
}

await main().catch((error) => fail(String(error)));
const {passed, failed} = totalOf(counts);
if (failed > 0 || passed === 0) process.exitCode = 1;
console.log(summary(counts));
