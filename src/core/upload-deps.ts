import type {UploadError} from './errors.js';
import type {Hasher} from './hasher-ports.js';
import type {Line} from './line.js';
import type {Limits} from './patience.js';
import type {Clock, FileKeeper, Network, Protocol, Slots, Tabs} from './ports.js';
import type {SeenStore} from './seen-store.js';
import type {Progress} from './snapshot.js';
import type {UploadStatus} from './state.js';
import type {Upload} from './upload.js';

/** What all uploads of a list share. */
export interface UploadDeps {
  readonly protocol: Protocol;
  readonly hasher: Hasher;
  readonly store: SeenStore;
  readonly keeper: FileKeeper;
  readonly tabs: Tabs;
  /** Tells this list from every other, also from those of other page loads. */
  readonly page: string;
  readonly slots: Slots;
  readonly network: Network;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly line: Line;
  readonly chunkSize: () => number | 'auto';
  readonly canRenew: () => boolean;
  /** How many automatic tries a failure gets. */
  readonly retries: () => number;
}

/** Who is told. All in the same task. */
export interface UploadListener {
  statusChanged(upload: Upload, before: UploadStatus): void;
  progressed(upload: Upload, before: Progress): void;
  warned(error: UploadError): void;
}
