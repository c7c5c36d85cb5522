import {blamesNetwork, ComeBack} from './come-back.js';
import type {UploadError} from './errors.js';
import type {Limits} from './patience.js';
import type {Clock, Network} from './ports.js';
import {isRunning, type UploadStatus} from './state.js';
import type {Turns} from './turns.js';
import type {Upload} from './upload.js';

/** What a {@link Hold} works with. */
export interface HoldDeps {
  readonly uploads: Iterable<Upload>;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly network: Network;
  readonly limits: Pick<Limits, 'comeBack'>;
  /** Whether uploads that the network has stopped go on by themselves. */
  readonly resumeOnline: () => boolean;
}

/** Stops a whole list when the surroundings fail, and lets it go on: asked by a person, by an automatic try, or by the network's return. */
export class Hold {
  readonly #deps: HoldDeps;
  readonly #comeBack: ComeBack;

  constructor(deps: HoldDeps) {
    this.#deps = deps;
    this.#comeBack = new ComeBack({
      ...{clock: deps.clock, network: deps.network, firstPause: deps.limits.comeBack},
      probe: (signal) => this.#probe(signal),
      goOn: () => this.#networkIsBack(),
    });
  }

  /** An upload's status has changed. */
  changed(upload: Upload, before: UploadStatus): void {
    const {status} = upload;
    const {turns} = this.#deps;
    if (status.name === 'failed' || status.name === 'waiting') this.#begin(upload, status.error);
    if (before.name === 'waiting' && status.name === 'queued') turns.probe(upload.id);
    if (before.name === 'preparing' && turns.isProbe(upload.id)) this.#probed(status);
  }

  /** `resumeOnline` may have changed. */
  follow(): void {
    if (!this.#deps.resumeOnline()) this.#comeBack.stop();
    else if (this.#networkFailures().length > 0) this.#comeBack.wait();
  }

  /** The list goes on. */
  end(): void {
    this.#comeBack.stop();
    this.#deps.turns.release();
  }

  /** The list goes on, if nothing that had stopped it is left, and nothing is about to show whether that is over. */
  endWithoutFailures(): void {
    const {turns, uploads} = this.#deps;
    const holds = ({status}: Upload): boolean => 'error' in status && status.error?.holds === true && status.name !== 'paused';
    const tries = ({id, status}: Upload): boolean => turns.isProbe(id) && (status.name === 'queued' || status.name === 'preparing');
    if (turns.held && ![...uploads].some((upload) => holds(upload) || tries(upload))) this.end();
  }

  /** Looks out for nothing any more. */
  close(): void {
    this.#comeBack.stop();
  }

  /** The first failure that blames the surroundings stops everybody: the others go back to the queue and wait. */
  #begin(by: Upload, error: UploadError): void {
    if (!error.holds) return;
    this.#deps.turns.hold();
    for (const upload of this.#deps.uploads) if (upload !== by) upload.hold();
    if (this.#deps.resumeOnline() && blamesNetwork(error.code)) this.#comeBack.wait();
    // A try after a network failure has met something that does not end when the network is back.
    else if (this.#networkFailures().length === 0) this.#comeBack.stop();
  }

  /** An automatic try has gone ahead of the held list. Once the server has opened its upload, the others may follow. */
  #probed(status: UploadStatus): void {
    if (status.name === 'preparing') return;
    if (isRunning(status) || status.name === 'done') this.end();
    else if (status.name === 'failed') this.endWithoutFailures();
  }

  /** Those that the network has stopped, whether or not they try again by themselves. */
  #networkFailures(): Upload[] {
    return [...this.#deps.uploads].filter(
      ({status}) => (status.name === 'failed' || status.name === 'waiting') && blamesNetwork(status.error.code),
    );
  }

  /** What a server's failure holds does not go on because there is a network. */
  #networkIsBack(): void {
    const {uploads} = this.#deps;
    const failures = [...uploads].flatMap(({status}) => (status.name === 'failed' || status.name === 'waiting' ? [status.error] : []));
    if (failures.some(({code, holds}) => holds && !blamesNetwork(code))) return;
    for (const upload of this.#networkFailures()) upload.retry();
    this.end();
  }

  /** Asks by any upload that the network has stopped, also by one that a person has paused since. */
  async #probe(signal: AbortSignal): Promise<boolean> {
    const stopped = [...this.#deps.uploads].find(({status}) => 'error' in status && status.error && blamesNetwork(status.error.code));
    return stopped ? stopped.probe(signal) : false;
  }
}
