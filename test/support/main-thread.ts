import type {Page} from 'puppeteer-core';

/** What a page's main thread did meanwhile. Times are thread CPU time in ms: what a task took, not how long others kept it waiting. */
export interface MainThread {
  /** The longest tasks, longest first, each with what it did longest. */
  readonly longest: readonly {readonly cpu: number; readonly what: string}[];
  readonly tasks: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** µs of thread CPU time. */
  readonly tdur?: number;
  readonly args: {
    readonly name?: string;
    readonly data?: {readonly frames?: readonly {readonly url: string; readonly processId?: number}[]};
  };
}

const categories = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];

/** Traces the page's renderer while `work` runs. Chromium only. */
export async function watchMainThread<T>(page: Page, work: () => Promise<T>): Promise<{result: T; thread: MainThread}> {
  await page.tracing.start({categories});
  const result = await work();
  const buffer = await page.tracing.stop();
  const {traceEvents} = JSON.parse(new TextDecoder().decode(buffer)) as {traceEvents: readonly TraceEvent[]};
  return {result, thread: summary(traceEvents, page.url())};
}

function summary(events: readonly TraceEvent[], url: string): MainThread {
  const pid = events.flatMap(({args}) => args.data?.frames ?? []).find((frame) => frame.url === url)?.processId;
  const main = events.find((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain' && event.pid === pid);
  if (!main) throw new Error(`No main thread of ${url} in the trace`);
  const own = events.filter((event) => event.pid === main.pid && event.tid === main.tid && event.ph === 'X');
  const tasks = own.filter(({name}) => name === 'ThreadControllerImpl::RunTask');
  if (!tasks.some(({tdur}) => tdur !== undefined)) throw new Error('The trace has no thread times');
  const longest = [...tasks].sort((a, b) => (b.tdur ?? 0) - (a.tdur ?? 0)).slice(0, 5);
  return {tasks: tasks.length, longest: longest.map((task) => ({cpu: (task.tdur ?? 0) / 1000, what: whatIn(task, own)}))};
}

/** The longest step inside a task. */
function whatIn(task: TraceEvent, all: readonly TraceEvent[]): string {
  const end = task.ts + (task.dur ?? 0);
  const inside = all.filter((event) => event !== task && event.ts >= task.ts && event.ts < end && !event.name.includes('RunTask'));
  return inside.sort((a, b) => (b.tdur ?? 0) - (a.tdur ?? 0))[0]?.name ?? 'nothing named';
}
