import type {ChunkUploader, HeadersSource, MessageOverrides, Protocol, Totals, UploadSnapshot} from '../../src/index.js';
import '../../src/define.js';
import {holds, type Fits, type Same} from './same.js';

// The tag has its class.
const created = document.createElement('chunk-uploader');
const found = document.querySelector('chunk-uploader');
holds<[Same<typeof created, ChunkUploader>, Same<typeof found, ChunkUploader | null>]>(true, true);

/** Every attribute of version 1 and the type of its property. */
interface Attributes {
  endpoint: string;
  protocol: string | Protocol;
  headers: HeadersSource | undefined;
  withCredentials: boolean;
  accept: string;
  multiple: boolean;
  directory: boolean;
  capture: string;
  name: string;
  required: boolean;
  disabled: boolean;
  maxSize: number | null;
  maxFiles: number | null;
  chunkSize: number | 'auto';
  concurrency: number;
  filesAtOnce: number;
  manual: boolean;
  paused: boolean;
  retries: number;
  resumeOnline: boolean;
  hash: 'md5' | 'sha-256' | 'none';
  noResume: boolean;
  resumeKey: string;
  keepFiles: number;
  autoResume: boolean;
  submitWhenDone: boolean;
  workerSrc: string | (() => Worker);
  messages: MessageOverrides | undefined;
}
holds<[Same<Pick<ChunkUploader, keyof Attributes>, Attributes>]>(true);

// What can only be read cannot be written.
interface ReadOnly {
  readonly uploads: readonly UploadSnapshot[];
  readonly progress: Totals;
  readonly value: readonly string[];
  readonly form: HTMLFormElement | null;
  readonly validity: ValidityState;
}
holds<[Same<Pick<ChunkUploader, keyof ReadOnly>, ReadOnly>]>(true);

// The methods take an id, or nothing for all.
type ById = (id?: string) => void;
holds<
  [
    Same<ChunkUploader['start'], ById>,
    Same<ChunkUploader['pause'], ById>,
    Same<ChunkUploader['resume'], ById>,
    Same<ChunkUploader['retry'], ById>,
    Same<ChunkUploader['cancel'], ById>,
    Same<ChunkUploader['clear'], ById>,
    Same<ChunkUploader['showPicker'], () => void>,
    Same<ChunkUploader['restore'], () => Promise<readonly UploadSnapshot[]>>,
  ]
>(true, true, true, true, true, true, true, true);

// add() takes what pages have at hand.
type Takes = Parameters<ChunkUploader['add']>[0];
holds<[Fits<File, Takes>, Fits<FileList, Takes>, Fits<File[], Takes>, Fits<{blob: Blob; name: string}, Takes>]>(true, true, true, true);

// A plain Blob has no name, and is refused.
holds<[Same<Fits<Blob, Takes>, false>]>(true);
