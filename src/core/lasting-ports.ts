/**
 * The seams of what outlives a page: saved uploads, the files themselves, and the other tabs that see both. The rules of ports.ts hold
 * here too.
 */
import type {Json, SourceFile} from './ports.js';
import type {Progress, StatusSnapshot} from './snapshot.js';

/** Remembers uploads across runs; keys are made of protocol, endpoint, resume key and identity. */
export interface ResumeStore {
  /** Whether a later page load can have what is saved. */
  readonly outlivesPage: boolean;
  /** Uploads will come soon: what the first of them would wait for is brought. Nobody waits for it. */
  prepare?(): void;
  load(key: string, signal: AbortSignal): Promise<Json | undefined>;
  save(key: string, record: Json, signal: AbortSignal): Promise<void>;
  /** Also drops what a {@link FileKeeper} of the same storage keeps under this key. */
  forget(key: string, signal: AbortSignal): Promise<void>;
  all(signal: AbortSignal): Promise<readonly (readonly [key: string, record: Json])[]>;
}

/** How the file of an upload can be had again by a later page: not at all, through its handle, or as a copy that the browser keeps. */
export type Kept = 'nothing' | 'handle' | 'copy';

/**
 * As much of a `FileSystemFileHandle` as is used. Browsers that have handles but not the two permission calls give access
 * without being asked.
 */
export interface FileHandle {
  getFile(): Promise<File>;
  queryPermission?(descriptor: {readonly mode: 'read'}): Promise<'granted' | 'denied' | 'prompt'>;
  requestPermission?(descriptor: {readonly mode: 'read'}): Promise<'granted' | 'denied' | 'prompt'>;
}

/** What a keeper has of a file. */
export type FoundFile =
  /** Here it is. A copy is what it was when it was kept; anything else may have changed since. */
  | {readonly kind: 'file'; readonly blob: Blob; readonly lastModified: number; readonly isCopy: boolean; readonly handle?: FileHandle}
  /** It can be had as soon as a person allows access. */
  | {readonly kind: 'locked'}
  | {readonly kind: 'nothing'};

/** Keeps files across page loads, under the keys of a {@link ResumeStore}. */
export interface FileKeeper {
  /** Keeps what it can of `file` in place of what was kept under `key`. Having no room, or no way, is no failure: then `nothing` is kept. */
  keep(key: string, file: SourceFile, signal: AbortSignal): Promise<Kept>;
  /**
   * Looks for the file and asks nobody. A copy comes first.
   *
   * @throws UploadError `file-unreadable` when the file behind a handle is gone.
   */
  find(key: string, signal: AbortSignal): Promise<FoundFile>;
  /**
   * Has the browser ask the person for access. Only in answer to a click or a key. `locked` when they refuse.
   *
   * @throws UploadError as {@link find}.
   */
  ask(key: string, signal: AbortSignal): Promise<FoundFile>;
}

/** What one tab tells others of an upload. Plain data. */
export interface TabNews {
  readonly status: StatusSnapshot;
  readonly progress: Progress;
}

/** An upload that belongs to this tab alone. */
export interface Claim {
  /** Aborted as soon as another tab has taken the upload over. */
  readonly lost: AbortSignal;
  /** What other tabs are told when they ask, from now on. The last word before {@link release} reaches those that wait. */
  tell(news: TabNews): void;
  /** Lets go: the next tab may have it. Calling it twice is harmless. */
  release(): void;
}

/** Sees to it that an upload is worked on in one tab, window or worker of an origin at a time. */
export interface Tabs {
  /** The upload for this tab; `undefined` when another one has it. */
  claim(key: string, signal: AbortSignal): Promise<Claim | undefined>;
  /**
   * Waits until the tab that has the upload lets go, ends, or gives no sign of life for long. `onNews` is told what it says meanwhile.
   */
  wait(key: string, onNews: (news: TabNews) => void, signal: AbortSignal): Promise<Claim>;
  /** Asks the tab that has the upload to let go: its claim is lost then. Whoever waits gets it. */
  takeOver(key: string): void;
}
