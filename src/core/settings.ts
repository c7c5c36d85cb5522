import type {Hasher} from './hasher-ports.js';
import type {Limits} from './patience.js';
import type {Clock, FileKeeper, Frames, Network, Protocol, ResumeStore, Slots, Tabs} from './ports.js';

/** What may be changed at any time. */
export interface Settings {
  /** Uploads that run at a time. Default 2. */
  readonly filesAtOnce: number;
  /** Automatic tries after a failure that may pass by itself. Default 0. */
  readonly retries: number;
  /** Whether uploads that failed for want of a network go on by themselves when it is back. Default false. */
  readonly resumeOnline: boolean;
  /** Whether added files wait for `start()`. Default false. */
  readonly manual: boolean;
  /** Bytes in a part, within what the server allows; `auto` (default) is what the server prefers. */
  readonly chunkSize: number | 'auto';
  /**
   * Whether uploads of an earlier page go on by themselves as soon as they are listed again, where nothing is needed of a person and
   * no person had paused them. Default false.
   */
  readonly autoResume: boolean;
}

/** What an {@link Uploader} works with. */
export interface UploaderOptions {
  readonly protocol: Protocol;
  /** Closed together with the uploader. */
  readonly hasher: Hasher;
  readonly slots: Slots;
  readonly store: ResumeStore;
  /** Keeps the files themselves. Default: nothing is kept, and a later page has to be given them again. */
  readonly keeper?: FileKeeper;
  /** Keeps other tabs from working on the same upload. Default: there are none. */
  readonly tabs?: Tabs;
  readonly network: Network;
  readonly clock?: Clock;
  /** When to tell of progress. Default: a timer of 50 ms. */
  readonly frames?: Frames;
  /** Beginning of the store's keys: whatever tells this list's uploads from others', such as the endpoint. Default `''`. */
  readonly scope?: string;
  /** Whether asking for headers again after a 401 may help. Default: never. */
  readonly canRenew?: () => boolean;
  readonly limits?: Partial<Limits>;
  readonly settings?: Partial<Settings>;
}

/** What stands in {@link Settings} when nothing is given. */
export const defaultSettings: Settings = {
  filesAtOnce: 2,
  retries: 0,
  resumeOnline: false,
  manual: false,
  chunkSize: 'auto',
  autoResume: false,
};
