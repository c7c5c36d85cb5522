import type {UploadErrorCode} from '../../src/core/errors.js';
import type {UploadSnapshot} from '../../src/core/snapshot.js';
import type {BrowserName, LaunchOptions} from '../support/browser.js';
import type {DiskFile} from '../support/disk-file.js';
import type {Scene, SceneOptions} from '../support/scene.js';
import type {PageOptions} from '../support/site.js';
import type {Stage} from './stage.js';

/** One fault of the catalogue: what happens, what a person sees, what is kept, and how it is brought about. */
export interface Row {
  /** Its name in error texts and documents: a letter (network, file, browser, worker, storage) and a number. */
  readonly number: string;
  /** What goes wrong, in words. */
  readonly fault: string;
  /** What a person sees of it. */
  readonly shows: string;
  /** What is not lost by it. */
  readonly keeps: string;
  /** How it is played, in all its variants, or why it cannot be. */
  readonly play: Played | readonly Played[] | NotRun;
}

/** One way to play a row. */
export type Played = Play | Story;

/** A fault that is not played, everywhere or in one browser. */
export interface NotRun {
  readonly reason: string;
}

/** What is to come of a fault before anything is healed. */
export type Outcome =
  /** It goes on by itself. `failures`: how many times it may have failed and tried again on its way. @default 0 */
  | {readonly ends: 'done'; readonly failures?: number}
  /**
   * It fails, once, with one of these codes. Then it is healed and retried, and gets done; unless `final`, when nothing can get it done.
   * `http`: the status that is told with it. `orDone`: it may get through without failing, when a browser has luck.
   */
  | {
      readonly ends: 'failed';
      readonly code: UploadErrorCode | readonly UploadErrorCode[];
      readonly http?: number;
      readonly final?: true;
      readonly orDone?: true;
    };

/** Where a fault is played. All bytes and ms. */
interface Setting {
  /** Tells the variants of a row apart. */
  readonly variant?: string;
  readonly scene?: SceneOptions;
  readonly page?: PageOptions;
  /** A browser of its own, where what happens to it would disturb the others in it, or where it is not the usual one. */
  readonly browser?: LaunchOptions;
  /** Whether that browser has a profile that outlives it: it can be killed, and started again on what it had stored. */
  readonly lasting?: true;
  /** Limits of waits on top of the tenths. */
  readonly limits?: Readonly<Record<string, number>>;
  /** The file's length. @default 2 MiB */
  readonly size?: number;
  /** Makes another file than one of random bytes. */
  readonly file?: (scene: Scene) => Promise<DiskFile>;
  /** The server takes back what it has said, or never meant it: what it has is not compared with what is shown. */
  readonly lies?: true;
  /** Another file comes in the place of one that looked the same: what is confirmed falls when a page finds that out. */
  readonly mayFall?: true;
  /** What a machine must allow. Where it does not, the row is left out of that run. */
  readonly needs?: 'mounts' | 'openssl';
  /** Where it cannot be played though it can in the other browser, and why. */
  readonly notIn?: Partial<Record<BrowserName, string>>;
}

/** How a fault is played that befalls one file on its way: the file is chosen, the fault happens, is healed, and the file arrives. */
export interface Play extends Setting {
  /** Prepares the fault, before a file is chosen. */
  readonly inject?: (stage: Stage) => Promise<unknown> | void;
  /** Brings it about while the file is on its way. */
  readonly meanwhile?: (stage: Stage) => Promise<unknown>;
  readonly expect: Outcome | ((browser: BrowserName) => Outcome);
  /** More that is to be seen, after the outcome and before anything is healed. */
  readonly look?: (stage: Stage, upload: UploadSnapshot) => Promise<void>;
  /** Takes the fault away, before `retry()`. */
  readonly heal?: (stage: Stage) => Promise<unknown> | void;
  /** More that is to be true at the end. */
  readonly after?: (stage: Stage) => Promise<void> | void;
  /** Bytes that the server may have to read a second time. `Infinity` where what it read is lost to it or cannot be counted. */
  readonly again: number;
}

/** A fault with a course of its own: it chooses files itself and asserts what a {@link Play} would. The promises are checked all the same. */
export interface Story extends Setting {
  readonly story: (stage: Stage) => Promise<void>;
}

/** All variants of a row that can be played at all. */
export const playsOf = ({play}: Row): readonly Played[] => ('reason' in play ? [] : [play].flat());

/** Why a row is not played in a browser, in none of its variants, or `undefined` when it is. */
export function reasonNotRun(row: Row, browser: BrowserName): string | undefined {
  if ('reason' in row.play) return row.play.reason;
  const reasons = playsOf(row).map(({notIn}) => notIn?.[browser]);
  return reasons.every((reason) => reason !== undefined) ? reasons.join('; ') : undefined;
}
