import {resolve} from 'node:path';
import type {DigestAlgorithm} from '../core/hasher-ports.js';
import {faultLine} from './log.js';
import type {Settings} from './options.js';
import type {HeldUpload} from './held-uploads.js';
import type {Upload} from './upload.js';

/** A complete upload, as {@link OnComplete} hears of it. */
export interface CompleteFile {
  readonly id: string;
  readonly owner: string;
  /** Where its bytes are. They may be read, copied, linked or moved away; moved away, the content is `410` from then on. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly algorithm: DigestAlgorithm;
  /** The root digest, in hex; `null` with algorithm `none`. */
  readonly digest: string | null;
  /** What the client said: `name`, `type`, `lastModified`, `path`, or anything else. Never to be trusted, never a path on this machine. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Has a hook hear of every complete upload: once, and after a crash or a failure again. */
export class CompleteHook {
  readonly #settings: Settings;
  readonly #calls = new Map<string, Promise<void>>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Calls the hook when the upload is complete and it has not heard of it. Waits for it, but not for ever. Never rejects. */
  async tell({upload, retain}: HeldUpload): Promise<void> {
    const {onComplete, completeTimeout, log} = this.#settings;
    if (!onComplete || !upload.isUntold) return;
    const call = this.#calls.get(upload.info.id) ?? this.#begin(upload, onComplete, retain());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<true>((give) => (timer = setTimeout(() => give(true), completeTimeout).unref()));
    const isLate = await Promise.race([call, late]);
    clearTimeout(timer);
    if (isLate) log(faultLine('onComplete', `not done after ${completeTimeout} ms; nobody waits for it any longer`, upload.info.id));
  }

  #begin(upload: Upload, hook: OnComplete, release: () => void): Promise<void> {
    const {id} = upload.info;
    const call = this.#call(upload, hook).finally(() => {
      this.#calls.delete(id);
      release();
    });
    this.#calls.set(id, call);
    return call;
  }

  async #call(upload: Upload, hook: OnComplete): Promise<void> {
    const {id, owner, size, algorithm, metadata} = upload.info;
    try {
      await hook({id, owner, path: resolve(upload.folder.content), size, algorithm, digest: upload.root ?? null, metadata});
      await upload.told();
    } catch (error) {
      this.#settings.log(
        faultLine('onComplete failed; it is called again when somebody asks for the upload, and by every sweep', error, id),
      );
    }
  }
}

/** Hears of a complete upload. See `UploadHandlerOptions.onComplete`. */
export type OnComplete = (file: CompleteFile) => unknown;
