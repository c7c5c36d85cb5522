import type {UploadErrorCode} from './errors.js';
import type {Clock, Network} from './ports.js';

/** The longest wait between two quiet questions, in ms. */
const longestPause = 30_000;

/** Failures that end when the network is back. */
const networkCodes: readonly UploadErrorCode[] = ['offline', 'network', 'timeout'];

/** Whether the network is to blame for `code`. */
export const blamesNetwork = (code: UploadErrorCode): boolean => networkCodes.includes(code);

/** What {@link ComeBack} needs of its list. */
export interface ComeBackDeps {
  readonly clock: Clock;
  readonly network: Network;
  /** How long the first quiet question waits, in ms. */
  readonly firstPause: number;
  /** Asks the server quietly whether it can be reached. */
  readonly probe: (signal: AbortSignal) => Promise<boolean>;
  /** The server can be reached again. */
  readonly goOn: () => void;
}

/**
 * Finds out when the network is back: at once when the browser says so, and otherwise, because a browser often does not notice, by
 * a quiet question after a while, then ever more rarely up to every 30 s. Asks nothing while the browser says that it is offline.
 */
export class ComeBack {
  readonly #deps: ComeBackDeps;
  #waiting: AbortController | undefined;

  constructor(deps: ComeBackDeps) {
    this.#deps = deps;
  }

  /** Begins to look out. Calling it again changes nothing. */
  wait(): void {
    if (this.#waiting) return;
    const {signal} = (this.#waiting = new AbortController());
    const back = (): void => {
      if (signal.aborted) return;
      this.stop();
      this.#deps.goOn();
    };
    signal.addEventListener(
      'abort',
      this.#deps.network.subscribe((online) => online && back()),
    );
    this.#probe(signal).then(back, () => undefined);
  }

  /** Ends looking out. */
  stop(): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
  }

  /** Resolves when a question was answered. */
  async #probe(signal: AbortSignal): Promise<void> {
    const {clock, network, probe, firstPause} = this.#deps;
    for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 1.5)) {
      await clock.sleep(pause * (1 + Math.random() / 4), signal);
      if (network.online && (await probe(signal))) return;
    }
  }
}
