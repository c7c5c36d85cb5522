/** How the tests of one folder are run. Each function gives one record per file, and per browser where there are several. */
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {root, run} from './processes.mjs';

/**
 * @typedef {{file: string, browser?: string, passed: number, failed: number, skipped: number}} Count
 * @typedef {{files: readonly string[], browsers: readonly string[], signal: AbortSignal}} Work
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

/** Calls `work` with the path of a file to write records to, one JSON object a line, and gives those. @param {(results: string) => Promise<void>} work */
async function recorded(work) {
  const folder = mkdtempSync(join(tmpdir(), 'chunk-uploader-results-'));
  try {
    const results = join(folder, 'results.jsonl');
    await work(results);
    return read(results);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

/** @param {string} path @returns {Count[]} */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } catch {
    return []; // nothing was written: what ran has crashed or was ended, which the caller sees
  }
}

/** A failure that no test reported. @param {string} file @param {string} why @returns {Count} */
function failure(file, why) {
  console.log(`  ✖ ${file}: ${why}`);
  return {file, passed: 0, failed: 1, skipped: 0};
}

/** What went wrong with a whole file, if anything did. @param {Count | undefined} count @param {{code: number | null, ended: boolean}} exit */
function trouble(count, {code, ended}) {
  if (ended) return 'over the limit of its stage';
  if (!count) return `ended with ${code} without a result`;
  if (count.passed + count.failed + count.skipped === 0) return 'holds no test';
  if (code !== 0 && count.failed === 0) return `ended with ${code} though no test failed`;
  return undefined;
}

/** @param {string} file @param {Work & {live: boolean}} work @returns {Promise<Count[]>} */
async function runInNode(file, {signal, live}) {
  if (signal.aborted) return [failure(file, 'not run: its stage was over its limit')];
  if (live) console.log(file);
  const flags = ['--import', 'tsx', '--test-reporter', './tools/node-reporter.mjs', '--test-reporter-destination', 'stdout'];
  /** @type {Awaited<ReturnType<typeof run>> | undefined} */
  let exit;
  const counts = await recorded(async (results) => {
    exit = await run(process.execPath, [...flags, file], {env: {RESULTS: results, TEST_FILE: file}, signal, live});
  });
  if (!exit) return [];
  if (!live) process.stdout.write(`${file}\n${exit.output}`);
  const why = trouble(counts[0], exit);
  return why === undefined ? counts : [...counts, failure(file, why)];
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
export async function inBrowsers({files, browsers, signal}) {
  /** @type {Awaited<ReturnType<typeof run>> | undefined} */
  let exit;
  const counts = await recorded(async (results) => {
    const args = ['node_modules/@web/test-runner/dist/bin.js', ...files.flatMap((file) => ['--files', file])];
    exit = await run(process.execPath, args, {env: {RESULTS: results, BROWSERS: browsers.join(',')}, signal, live: true});
  });
  const silent = files.filter((file) => counts.filter((count) => count.file === file).length < browsers.length);
  const all = [
    ...counts,
    ...silent.map((file) => failure(file, exit?.ended ? 'over the limit of its stage' : 'did not report from every browser')),
  ];
  const unexplained = exit?.code !== 0 && all.every(({failed}) => failed === 0);
  return unexplained ? [...all, failure('Web Test Runner', `ended with ${exit?.code} though no test failed`)] : all;
}
