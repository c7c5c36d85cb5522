import {UploadError} from './errors.js';
import type {Flight, Line} from './line.js';
import type {Slots} from './ports.js';

/** Makes a request with a body: waits for a slot, and counts on the line until the request has ended. */
export async function inFlight<T>(
  {slots, line}: {readonly slots: Slots; readonly line: Line},
  request: (flight: Flight) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const free = await slots.take(signal);
  const flight = line.begin();
  try {
    return await request(flight);
  } catch (thrown) {
    if (thrown instanceof UploadError && thrown.code === 'server-busy') line.busy();
    throw thrown;
  } finally {
    flight.end();
    free();
  }
}

/** Holds up to `most` slots more while `request` is under way, as many as are free now; it is told how many. */
export async function withMore<T>(slots: Slots, most: number, request: (more: number) => Promise<T>): Promise<T> {
  const taken: (() => void)[] = [];
  try {
    while (taken.length < most) {
      const free = slots.takeFree();
      if (!free) break;
      taken.push(free);
    }
    return await request(taken.length);
  } finally {
    for (const free of taken) free();
  }
}
