import {toUploadError} from './errors.js';
import type {Hasher} from './hasher-ports.js';
import type {Clock, SourceFile} from './ports.js';
import type {Limits} from './patience.js';
import type {Range} from './ranges.js';

/** What it takes to look at a file. */
interface Watched {
  readonly file: SourceFile;
  readonly hasher: Hasher;
  readonly clock: Clock;
  readonly limits: Limits;
}

/**
 * Makes a request that carries bytes of `span`. A file that is gone looks like a network that is gone, and in some browsers the
 * request hangs for ever: so the file is looked at when no byte has left for a while, and before the network is blamed.
 *
 * @throws UploadError `file-changed` or `file-unreadable` when it is the file; else whatever the request throws.
 */
export async function watchingFile<T>(
  watched: Watched,
  span: Range,
  onSent: (bytes: number) => void,
  request: (onSent: (bytes: number) => void) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const quiet = new QuietWatch(watched, span, signal);
  const noteSent = (bytes: number): void => {
    quiet.moved(bytes);
    onSent(bytes);
  };
  try {
    return await Promise.race([request(noteSent), quiet.unreadable]);
  } catch (thrown) {
    const {code} = toUploadError(thrown);
    if (!signal.aborted && (code === 'network' || code === 'timeout')) await watched.hasher.check(watched.file.blob, span, signal);
    throw thrown;
  } finally {
    quiet.stop();
  }
}

/** Looks at the file when no byte has left for a while. `unreadable` rejects when it cannot be read; it never resolves. */
class QuietWatch {
  readonly unreadable: Promise<never>;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #movedAt: number;
  #sent = 0;

  constructor(watched: Watched, span: Range, outer: AbortSignal) {
    this.#clock = watched.clock;
    this.#movedAt = watched.clock.now();
    this.unreadable = new Promise((_, reject) => {
      this.#watch(watched, span, AbortSignal.any([outer, this.#stop.signal])).catch(reject);
    });
    this.unreadable.catch(() => undefined);
  }

  moved(sent: number): void {
    if (sent > this.#sent) this.#movedAt = this.#clock.now();
    this.#sent = sent;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #watch({limits, hasher, file}: Watched, span: Range, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#clock.sleep(limits.quiet, signal);
      if (this.#clock.now() - this.#movedAt >= limits.quiet) {
        await hasher.check(file.blob, {start: span.start + this.#sent, end: span.end}, signal);
      }
    }
  }
}
