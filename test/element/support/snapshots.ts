import {UploadError, type UploadErrorCode} from '../../../src/core/errors.js';
import {errorSnapshot, toTotals, type StatusSnapshot, type Totals, type UploadSnapshot} from '../../../src/core/snapshot.js';
import {Speed} from '../../../src/core/speed.js';
import type {Needs} from '../../../src/core/state.js';
import {Tally} from '../../../src/core/tally.js';
import type {ChunkUploader} from '../../../src/define.js';

/** What a test says of an upload; the rest is that of a small file that has not begun. */
export interface Facts extends Partial<Omit<UploadSnapshot, 'progress'>> {
  readonly confirmed?: number;
}

/** One upload as plain data. */
export function snapshotOf({confirmed = 0, size = 100, status = {name: 'queued'}, ...facts}: Facts = {}): UploadSnapshot {
  return {
    ...{id: 'a', name: 'a', type: '', path: '', kept: 'record', startedAgain: false, speed: 0, remaining: null},
    ...facts,
    size,
    status,
    progress: {size, hashed: 0, sent: 0, confirmed},
  };
}

/** All of them together. */
export function totalsOf(uploads: readonly UploadSnapshot[]): Totals {
  const tally = new Tally();
  for (const {status, progress} of uploads) tally.add(status.name, progress);
  return toTotals(tally, new Speed(), 0, false);
}

/** An upload that an earlier page has left, and why the file that was given is not taken. */
export const interrupted = (needs: Needs, code?: UploadErrorCode): StatusSnapshot =>
  code ? {name: 'interrupted', needs, error: errorSnapshot(new UploadError(code, ''))} : {name: 'interrupted', needs};

/** Has the element show `uploads`, whatever its engine has. */
export async function show(element: ChunkUploader, uploads: readonly UploadSnapshot[]): Promise<void> {
  Object.defineProperties(element, {
    uploads: {value: uploads, configurable: true},
    progress: {value: totalsOf(uploads), configurable: true},
  });
  element.requestUpdate();
  await element.updateComplete;
}

/** What was asked of the element's uploads since, as `resume a`. Nothing of it happens. */
export function recordActs(element: ChunkUploader): readonly string[] {
  const asked: string[] = [];
  for (const act of ['start', 'pause', 'resume', 'retry', 'cancel', 'clear'] as const) {
    Object.defineProperty(element, act, {value: (id = 'all') => asked.push(`${act} ${id}`), configurable: true});
  }
  return asked;
}
