/** Child processes that end when they are told to, with everything they have started. */
import {spawn} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Between being asked to end and being ended, in ms. A browser's driver uses it to end its browser. */
const grace = 3_000;

/** @type {Set<number>} */
const running = new Set();

/** `pid` and all processes below it. Where there is no /proc, only `pid`. @param {number} pid */
export function withDescendants(pid) {
  const found = [pid];
  if (!existsSync('/proc/self/stat')) return found;
  const pairs = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(parentOf);
  for (const parent of found) found.push(...pairs.filter((pair) => pair.parent === parent).map((pair) => pair.pid));
  return found;
}

/** @param {string} name */
function parentOf(name) {
  try {
    // "pid (program, which may hold spaces and brackets) state parent …"
    const rest = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ');
    return [{pid: Number(name), parent: Number(rest[1])}];
  } catch {
    return []; // it has ended meanwhile
  }
}

/** @param {readonly number[]} pids @param {NodeJS.Signals} signal */
function send(pids, signal) {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // it has ended meanwhile
    }
  }
}

/** Whether it has not ended. One that nobody has asked for is still listed, as a zombie. @param {number} pid */
function isRunning(pid) {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Ends `pid` and all below it, and resolves when they have ended: asks first, and does not ask a second time. @param {number} pid */
export async function endTree(pid) {
  const tree = withDescendants(pid);
  const ended = async (/** @type {number} */ limit) => {
    const since = Date.now();
    while (tree.some(isRunning) && Date.now() - since < limit) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  send(tree, 'SIGTERM');
  await ended(grace);
  send(tree, 'SIGKILL');
  await ended(grace);
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    Promise.all([...running].map(endTree)).finally(() => process.exit(130));
  });
}

/**
 * Runs a program in the project's folder without standard input.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{env?: Record<string, string | undefined>, signal: AbortSignal, live?: boolean}} options `live` passes its output on as it
 *   comes; otherwise it is returned. When `signal` is aborted the program is ended with all it has started, and that is waited for.
 * @returns {Promise<{code: number | null, output: string, ended: boolean}>} `ended`: by us, and not by itself
 */
export function run(program, args, {env = {}, signal, live = false}) {
  return new Promise((resolve, reject) => {
    const sink = live ? 'inherit' : 'pipe';
    const child = spawn(program, args, {cwd: root, env: {...process.env, ...env}, stdio: ['ignore', sink, sink]});
    const pid = child.pid ?? 0;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
    /** @type {Promise<void> | undefined} */
    let ending;
    const end = () => void (ending = endTree(pid));
    running.add(pid);
    signal.addEventListener('abort', end, {once: true});
    if (signal.aborted) end();
    child.once('error', reject);
    child.once('close', async (code) => {
      signal.removeEventListener('abort', end);
      await ending;
      running.delete(pid);
      resolve({code, output, ended: signal.aborted});
    });
  });
}
