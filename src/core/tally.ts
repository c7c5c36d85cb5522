import type {Progress, StatusSnapshot} from './snapshot.js';

/** How many uploads there are in each status. */
export type Count = Record<StatusSnapshot['name'], number>;

/** A count of nothing. */
export const noneInAnyStatus = (): Count => ({
  ...{queued: 0, preparing: 0, sending: 0, finishing: 0, paused: 0, waiting: 0, failed: 0, done: 0, canceled: 0},
  ...{interrupted: 0, elsewhere: 0},
});

/** How many there are in all statuses together. */
export const allIn = (count: Readonly<Count>): number => Object.values(count).reduce((sum, more) => sum + more, 0);

/**
 * How many uploads there are in each status, and the bytes of all but the canceled ones. Kept with every change, so that asking costs
 * the same for one upload and for ten thousand.
 */
export class Tally {
  readonly count = noneInAnyStatus();
  readonly bytes = {size: 0, hashed: 0, sent: 0, confirmed: 0};

  /** One more upload; with `times` -1 one less, as it was when it was counted. */
  add(name: keyof Count, {size, hashed, sent, confirmed}: Progress, times: 1 | -1 = 1): void {
    this.count[name] += times;
    if (name === 'canceled') return;
    this.bytes.size += times * size;
    this.bytes.hashed += times * hashed;
    this.bytes.sent += times * sent;
    this.bytes.confirmed += times * confirmed;
  }
}
