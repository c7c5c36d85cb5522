import type {StatusSnapshot, UploadSnapshot} from '../core/snapshot.js';
import type {Messages} from './messages.js';

/** How an upload comes back after its page was closed, best first: by itself, when a person says so, with its file chosen again, or not. */
export type WayBack = 'by-itself' | 'resume' | 'choose' | 'never';

const ways: readonly WayBack[] = ['by-itself', 'resume', 'choose', 'never'];

/** How this one would come back if its page were closed now. What a person has paused never goes on by itself. */
export function wayBackOf({status, kept}: UploadSnapshot, autoResume: boolean): WayBack {
  if (kept === 'nothing') return 'never';
  if (kept === 'record') return 'choose';
  return autoResume && kept === 'copy' && status.name !== 'paused' ? 'by-itself' : 'resume';
}

const running: readonly StatusSnapshot['name'][] = ['preparing', 'sending', 'finishing', 'waiting'];

/** Not over, and no other tab or earlier page has it. */
const isAtStake = ({status}: UploadSnapshot): boolean =>
  running.includes(status.name) ||
  status.name === 'queued' ||
  status.name === 'paused' ||
  (status.name === 'failed' && status.error.retryable);

/**
 * What happens to what is unfinished when the page is closed, in words; `''` when nothing is, or when nothing of it would come back. Of
 * several uploads the one that needs most counts. Says nothing of interrupted ones: their rows do.
 */
export function leavingHint(uploads: readonly UploadSnapshot[], autoResume: boolean, {leaving}: Messages): string {
  let count = 0;
  const found = new Set<WayBack>();
  for (const upload of uploads) {
    if (!isAtStake(upload)) continue;
    count += 1;
    found.add(wayBackOf(upload, autoResume));
  }
  const worst = ways.findLast((way) => found.has(way));
  if (worst === undefined || (worst === 'never' && found.size === 1)) return '';
  return leaving[worst === 'never' ? 'choose' : worst](count);
}

/**
 * Whether people are to be asked before they leave the page: something goes on, or will by itself, and would not go on by itself when they
 * come back. A queue that moves has always one that is running.
 */
export function asksBeforeLeaving(uploads: readonly UploadSnapshot[], autoResume: boolean): boolean {
  if (!uploads.some(({status}) => running.includes(status.name))) return false;
  const moves = ({status}: UploadSnapshot): boolean => running.includes(status.name) || status.name === 'queued';
  return uploads.some((upload) => moves(upload) && wayBackOf(upload, autoResume) !== 'by-itself');
}
