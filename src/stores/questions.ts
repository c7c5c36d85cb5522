import type {Clock, TabNews} from '../core/ports.js';
import type {TabChannel} from './tab-channel.js';
import type {TabMessage} from './tab-messages.js';

/** The fewest questions that have to stay without an answer before anybody is taken for frozen. */
const fewest = 3;

/** How many questions are asked in the time that the one who has an upload may take to answer a wish. */
const hurriedQuestions = 4;

/** What {@link Questions} are asked with. */
export interface QuestionParts {
  readonly channel: TabChannel;
  readonly clock: Clock;
  readonly key: string;
  /** Whoever asks. */
  readonly id: string;
  readonly onNews: (news: TabNews) => void;
  /** ms from one question to the next. */
  readonly every: number;
  /** How long the one who has the upload may be silent, in ms. */
  readonly silence: number;
  /** The same after a wish. */
  readonly grace: number;
}

/**
 * Asks the tab that has an upload for news, again and again.
 *
 * Silence is counted in questions and not in time: one's own question is heard here as well, after all answers that were given before
 * it. A tab that slept, or whose timers are slow, hears what was answered meanwhile first, and holds nobody for frozen because it was
 * late itself.
 */
export class Questions {
  readonly #parts: QuestionParts;
  readonly #silent = new AbortController();
  #hurried = false;
  /** Own questions heard since the last sign of life. The last of them had no time yet to be answered. */
  #open = 0;

  constructor(parts: QuestionParts) {
    this.#parts = parts;
  }

  /** Asks until `signal` is aborted, and resolves when nobody has answered for too long. */
  async untilSilent(signal: AbortSignal): Promise<void> {
    const {channel, clock} = this.#parts;
    const stop = channel.subscribe((message) => this.#hear(message));
    const over = AbortSignal.any([signal, this.#silent.signal]);
    try {
      for (;;) {
        this.#ask();
        await clock.sleep(this.#beat, over);
      }
    } catch {
      signal.throwIfAborted();
    } finally {
      stop();
    }
  }

  /** A wish was said: whoever is awake hears it at once, so that less silence is needed. */
  hurry(): void {
    this.#hurried = true;
    this.#open = 0;
    this.#ask();
  }

  get #beat(): number {
    const {every, grace} = this.#parts;
    return this.#hurried ? Math.min(every, grace / hurriedQuestions) : every;
  }

  get #enough(): number {
    const {every, silence} = this.#parts;
    return this.#hurried ? hurriedQuestions : Math.max(fewest, Math.ceil(silence / every));
  }

  #ask(): void {
    const {channel, key, id} = this.#parts;
    channel.post({kind: 'ask', key, from: id});
  }

  #hear(message: TabMessage): void {
    const {key, id, onNews} = this.#parts;
    if (message.kind === 'echo' || message.key !== key) return;
    if (message.kind === 'ask' && message.from === id) {
      this.#open += 1;
      if (this.#open > this.#enough) this.#silent.abort();
    } else if (message.kind === 'news') {
      this.#open = 0;
      this.#hurried = false;
      if (message.news) onNews(message.news);
    }
  }
}
