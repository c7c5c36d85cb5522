import type {Totals, UploadSnapshot} from '../core/snapshot.js';

/** What style sheets can see of the element, as `:state(uploading)`. */
export type StateName = 'dragging' | 'uploading' | 'paused' | 'failed' | 'held' | 'offline' | 'interrupted';

/** What the states are made from. */
export interface Seen {
  readonly uploads: readonly UploadSnapshot[];
  readonly totals: Totals;
  readonly paused: boolean;
  readonly dragging: boolean;
}

/** Which states hold now. */
export function statesOf({uploads, totals: {count, held}, paused, dragging}: Seen): Record<StateName, boolean> {
  const running = count.preparing + count.sending + count.finishing > 0;
  const idle = !running && count.queued + count.waiting === 0;
  return {
    dragging,
    uploading: running,
    paused: paused || (idle && count.paused > 0),
    failed: count.failed > 0,
    held,
    interrupted: count.interrupted > 0,
    offline:
      count.failed + count.waiting > 0 &&
      uploads.some(({status}) => (status.name === 'failed' || status.name === 'waiting') && status.error.code === 'offline'),
  };
}

/** Shows them. */
export function showStates(states: CustomStateSet, seen: Seen): void {
  for (const [name, holds] of Object.entries(statesOf(seen))) {
    if (holds) states.add(name);
    else states.delete(name);
  }
}
