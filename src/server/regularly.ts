import {faultLine} from './log.js';
import type {Settings} from './options.js';
import {longestTimer} from './options.js';

/** When the first sweep is, at the latest, in ms: what a crash has left is not to wait for long. */
const firstSweep = 5_000;

/** Sweeps now and then, one sweep at a time, without keeping the process up. Returns what ends it. */
export function regularly(sweep: () => Promise<unknown>, {sweepEvery, log}: Settings): () => void {
  if (sweepEvery === Infinity) return () => undefined;
  let isOver = false;
  let timer: NodeJS.Timeout;
  const next = (delay: number): void => {
    timer = setTimeout(() => void work(), delay).unref();
  };
  const work = async (): Promise<void> => {
    await sweep().catch((error: unknown) => log(faultLine('sweep', error)));
    if (!isOver) next(Math.min(sweepEvery, longestTimer));
  };
  next(Math.min(firstSweep, sweepEvery));
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
