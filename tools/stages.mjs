/** How the tests of one folder are run. Each function gives one record per file, and per browser where there are several. */
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {root, run} from './processes.mjs';

/**
 * @typedef {import('./summary.mjs').Count} Count
 * @typedef {import('./node-reporter.mjs').Told} Told
 * @typedef {{files: readonly string[], browsers: readonly string[], signal: AbortSignal, print: (text: string) => void}} Work
 */

/** All files below `folder`, a path relative to the project, whose names end so. None when there is no such folder. @param {string} folder @param {string} ending */
export function filesIn(folder, ending) {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'});
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
}

/** Calls `work` with the path of a file to report to, and gives the lines of it. @param {(results: string) => Promise<void>} work */
async function reported(work) {
  const folder = mkdtempSync(join(tmpdir(), 'chunk-uploader-results-'));
  try {
    const results = join(folder, 'results');
    writeFileSync(results, '');
    await work(results);
    return readFileSync(results, 'utf8').split('\n').slice(0, -1);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

/** A failure that no test reported. @param {Work} work @param {string} file @param {string} why @param {string} [output] @returns {Count} */
function failure({print}, file, why, output = '') {
  print(`  ✖ ${file}: ${why}\n`);
  return {file, passed: 0, skipped: 0, failures: [{name: why, error: output}]};
}

/** @param {string} file @param {readonly Told[]} told @returns {Count} */
function countOf(file, told) {
  const number = (/** @type {Told['what']} */ what) => told.filter((one) => one.what === what).length;
  const failures = told.flatMap((one) => (one.what === 'failed' ? [{name: one.name, error: one.error}] : []));
  return {file, passed: number('passed'), skipped: number('skipped'), failures};
}

/** What went wrong with a whole file, if anything did. @param {readonly Told[]} told @param {{code: number | null, ended: boolean}} exit */
function trouble(told, {code, ended}) {
  const last = told.at(-1);
  const after = last && last.what !== 'end' ? `, after "${last.name}"` : '';
  if (ended) return `over the limit of its stage${after}`;
  if (last?.what !== 'end') return `ended with ${code} before its last test${after}`;
  if (code !== 0 && told.every(({what}) => what !== 'failed')) return `ended with ${code} though no test failed`;
  return told.length === 1 ? 'holds no test' : undefined;
}

/** @param {string} file @param {Work & {live: boolean}} work @returns {Promise<Count[]>} */
async function runInNode(file, work) {
  const {signal, live, print} = work;
  if (signal.aborted) return [failure(work, file, 'not run: its stage was over its limit')];
  if (live) print(`${file}\n`);
  // What ten thousand worlds leave behind before it is collected is more than Node allows by itself.
  const memory = process.env.DEEP ? ['--max-old-space-size=12288'] : [];
  const flags = [...memory, '--import', 'tsx', '--test-reporter', './tools/node-reporter.mjs', '--test-reporter-destination', 'stdout'];
  /** @type {Awaited<ReturnType<typeof run>>} */
  let exit = {code: null, output: '', ended: false};
  const lines = await reported(async (results) => {
    exit = await run(process.execPath, [...flags, file], {env: {RESULTS: results}, signal, live});
  });
  if (!live) print(`${file}\n${exit.output}`);
  const told = lines.map((line) => /** @type {Told} */ (JSON.parse(line)));
  const count = countOf(file, told);
  print(`  ${count.passed} passed, ${count.failures.length} failed, ${count.skipped} skipped\n`);
  const why = trouble(told, exit);
  return why === undefined ? [count] : [count, failure(work, file, why, exit.output)];
}

/**
 * Files that run in Node, each in a process of its own, `width` at a time.
 *
 * @param {number} width @returns {(work: Work) => Promise<Count[]>}
 */
export const inNode = (width) => async (work) => {
  const queue = [...work.files];
  const lane = async () => {
    /** @type {Count[]} */
    const counts = [];
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      counts.push(...(await runInNode(file, {...work, live: width === 1})));
    }
    return counts;
  };
  return (await Promise.all(Array.from({length: width}, lane))).flat();
};

/** Files that run in the page, in every browser. @param {Work} work @returns {Promise<Count[]>} */
export async function inBrowsers(work) {
  const {files, browsers, signal} = work;
  /** @type {Awaited<ReturnType<typeof run>>} */
  let exit = {code: null, output: '', ended: false};
  const lines = await reported(async (results) => {
    const args = ['node_modules/@web/test-runner/dist/bin.js', ...files.flatMap((file) => ['--files', file])];
    exit = await run(process.execPath, args, {env: {RESULTS: results, BROWSERS: browsers.join(',')}, signal, live: true});
  });
  const counts = lines.map((line) => /** @type {Count} */ (JSON.parse(line)));
  const silent = files.filter((file) => counts.filter((count) => count.file === file).length < browsers.length);
  const why = exit.ended ? 'over the limit of its stage' : 'did not report from every browser';
  const all = [...counts, ...silent.map((file) => failure(work, file, why))];
  const unexplained = exit.code !== 0 && all.every(({failures}) => failures.length === 0);
  return unexplained ? [...all, failure(work, 'Web Test Runner', `ended with ${exit.code} though no test failed`)] : all;
}
