import {isUnreadable, toUploadError, UploadError, type UploadErrorCode} from './errors.js';
import type {Answer, Json} from './ports.js';
import {bytesIn, type Ranges} from './ranges.js';
import type {Run} from './run.js';
import {Setback} from './setback.js';

/** How often a run may be set back with nothing confirmed in between, and a block may be damaged on its way. */
const fruitlessLimit = 3;
const damagedLimit = 2;

/** How long a server gets to notice that a connection is gone and to keep what came over it, before it is asked again, in ms. */
const settling = 300;

/** The server may have got further: no answer came, or none that can be read. */
const outcomeUnknown: readonly UploadErrorCode[] = ['network', 'timeout', 'protocol'];

/** Whether what was thrown leaves open if the server has the bytes of the request. */
export const leavesOutcomeOpen = (thrown: unknown): boolean => outcomeUnknown.includes(toUploadError(thrown).code);

/**
 * What a run puts right by itself before anything is called a failure. Every correction ends in asking the server anew and
 * cutting parts from what is missing then. All of them are bounded.
 */
export class Corrections {
  readonly #run: Run;
  readonly #damaged = new Map<number, number>();
  #most = 0;
  #fruitless = 0;
  #renewed = false;
  #lost = false;

  constructor(run: Run) {
    this.#run = run;
  }

  /**
   * Resolves when the run may try again, in the same task where nothing has to be asked.
   *
   * @throws UploadError the failure, when it is one.
   */
  async takeUp(thrown: unknown, signal: AbortSignal): Promise<void> {
    this.#run.report.sent(0);
    this.#hasGained();
    if (thrown instanceof Setback) return this.#mend(thrown.what, signal);
    const error = toUploadError(thrown);
    if (leavesOutcomeOpen(error)) return this.#ask(error, signal);
    if (isUnreadable(error) && this.#run.withoutCopy()) return;
    if (error.code !== 'unauthorized' || this.#renewed || !this.#run.canRenew()) throw error;
    this.#renewed = true;
  }

  /**
   * Whether more is confirmed than ever before in this run: that earns the corrections back. What a server forgets and
   * remembers in turn does not.
   */
  #hasGained(): boolean {
    const confirmed = bytesIn(this.#run.confirmed);
    if (confirmed <= this.#most) return false;
    this.#most = confirmed;
    this.#fruitless = 0;
    this.#renewed = false;
    return true;
  }

  /** Once more without a gain. */
  #countFruitless(error: UploadError): void {
    this.#fruitless += 1;
    if (this.#fruitless > fruitlessLimit) throw error;
  }

  async #mend(what: Setback['what'], signal: AbortSignal): Promise<void> {
    switch (what.kind) {
      case 'gone':
        return this.#startAgain(signal);
      case 'too-large':
        return this.#shrink(what.error);
      case 'dropped':
        return this.#sendBlocksAgain(what.blocks, what.error, signal);
      case 'conflict':
        return this.#countFruitless(what.error);
    }
  }

  #shrink(error: UploadError): void {
    if (!this.#run.partSize.shrink()) throw error;
  }

  async #startAgain(signal: AbortSignal): Promise<void> {
    if (this.#lost) throw new UploadError('not-found', 'The server has forgotten this upload twice. Retry starts it from the beginning.');
    this.#lost = true;
    this.#run.confirmed = [];
    this.#most = 0;
    this.#run.report.lost();
    await this.#run.record.renew(signal);
  }

  /** Was it the file or the line? The file says: digested once more it is the same, or it has changed. */
  async #sendBlocksAgain(blocks: readonly number[], error: UploadError, signal: AbortSignal): Promise<void> {
    for (const index of blocks) {
      const times = (this.#damaged.get(index) ?? 0) + 1;
      this.#damaged.set(index, times);
      await this.#run.digests.compare(this.#run.digests.block(index), signal);
      if (times > damagedLimit) throw error;
    }
  }

  /** The outcome of a request is unknown: a question. It goes on if the server got further meanwhile. */
  async #ask(error: UploadError, signal: AbortSignal): Promise<void> {
    const slept = this.#run.wake.slept();
    const {remote} = this.#run.record;
    if (remote === undefined) return this.#passOver(error, slept);
    const answer = await this.#answerAfter(error, remote, signal);
    if (answer instanceof UploadError) throw whichToTell(error, answer);
    if (answer.kind === 'done') return this.#countFruitless(error);
    if (answer.kind === 'gone') return this.#startAgain(signal);
    if (answer.refused?.code === 'too-large') return this.#shrink(answer.refused);
    if (answer.refused) throw answer.refused;
    const before = bytesIn(this.#run.confirmed);
    const now = bytesIn(answer.confirmed);
    this.#run.confirmed = answer.confirmed;
    this.#run.report.confirmed(now);
    if (now <= before) return this.#passOver(error, slept);
    if (!this.#hasGained()) this.#countFruitless(error);
    if (error.code === 'timeout') this.#run.line.crawled(now - before);
  }

  /** What the server says. After a lost connection that may be too early: it is asked once more before "nothing new" is believed. */
  async #answerAfter(error: UploadError, remote: Json, signal: AbortSignal): Promise<Answer | UploadError> {
    const {protocol, reach, clock, confirmed} = this.#run;
    const ask = async (): Promise<Answer | UploadError> => {
      const answer = await reach.through((limited) => protocol.ask(remote, limited), signal).catch(toUploadError);
      signal.throwIfAborted();
      return answer;
    };
    const first = await ask();
    if (error.code !== 'network' || first instanceof UploadError || isNews(first, confirmed)) return first;
    await clock.sleep(settling, signal);
    return ask();
  }

  /** Nothing was gained. That is a failure, unless the machine slept, or a shorter part may get through. */
  #passOver(error: UploadError, slept: boolean): void {
    if (slept) return this.#countFruitless(error);
    if (error.code !== 'network' || !this.#run.partSize.vanished()) throw error;
  }
}

/** Whether an answer tells of more than that the server has what it had. */
const isNews = (answer: Answer, confirmed: Ranges): boolean =>
  answer.kind !== 'open' || answer.refused !== undefined || bytesIn(answer.confirmed) > bytesIn(confirmed);

/**
 * Half an answer, and then none at all: it is the network or the server that is gone, and not its manners. No answer, and then one that
 * no upload server gives: somebody else answers in its place.
 */
function whichToTell(error: UploadError, asked: UploadError): UploadError {
  const isGone = error.code === 'protocol' && (asked.code === 'network' || asked.code === 'offline');
  const isReplaced = error.code === 'network' && asked.code === 'protocol';
  return isGone || isReplaced ? asked : error;
}
