import {readFile} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';

import type {Chromium} from './chromium.js';
import type {Tab} from './tab.js';

/** The process that a page lives in: the one that works while the page does. */
export async function rendererOf(chromium: Chromium, tab: Tab): Promise<number> {
  const before = new Map((await chromium.processes()).map(({id, cpuTime}) => [id, cpuTime]));
  await tab.evaluate('(() => { const end = performance.now() + 400; while (performance.now() < end); })()');
  const renderers = (await chromium.processes()).filter(({type}) => type === 'renderer');
  const [most] = renderers
    .map(({id, cpuTime}) => ({id, worked: cpuTime - (before.get(id) ?? 0)}))
    .sort((one, other) => other.worked - one.worked);
  if (!most) throw new Error('There is no renderer');
  return most.id;
}

/** Resident memory of a process, in MiB. Linux only: NaN elsewhere. */
export async function residentMiB(id: number): Promise<number> {
  const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

/** What a page took at most while something was done, in MiB: resident memory beyond what it had before, and JavaScript's heap in all. */
export interface MemoryUse {
  readonly grown: number;
  readonly heap: number;
}

const every = 100;

/** Watches a page's memory while `work` runs. */
export async function watchMemory(chromium: Chromium, tab: Tab, work: () => Promise<unknown>): Promise<MemoryUse> {
  const id = await rendererOf(chromium, tab);
  await tab.send('HeapProfiler.collectGarbage');
  const before = await residentMiB(id);
  let most = before;
  let heap = 0;
  const look = async (): Promise<void> => {
    most = Math.max(most, await residentMiB(id));
    heap = Math.max(heap, (await tab.send<{usedSize: number}>('Runtime.getHeapUsage')).usedSize / 2 ** 20);
  };
  const ended = work().then(() => true);
  while (!(await Promise.race([ended, sleep(every, false)]))) await look();
  await look();
  return {grown: most - before, heap};
}
