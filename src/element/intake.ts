import {nextTask} from '../core/clock.js';
import type {NewFile} from '../core/source-file.js';
import {newFile, type Addable} from './files-from.js';

/** A piece ends after so many files, or after so many ms. The first one has them all, however long it takes. */
const most = 50;
const pace = 8;

/** What an {@link Intake} works with. */
export interface IntakeDeps<Joined> {
  /** Lets a piece join. Takes file after file, because looking at one may take long; takes all of them. */
  readonly join: (piece: Iterable<NewFile>) => readonly Joined[];
  /** Whether more pieces may join now. Those that may not stay where they are. */
  readonly mayGoOn: () => boolean;
  /** More are to come, until the function that comes back is called. */
  readonly expect: () => () => void;
}

interface Addition {
  readonly files: readonly Addable[];
  /** How many have joined. */
  at: number;
}

/**
 * Where files join. Few do so at once, in the task in which they come. Many do so in pieces, in their order: a browser that is asked for
 * the size of a file on a disk looks there first, and ten thousand of these would keep the page from answering for seconds.
 */
export class Intake<Joined> {
  readonly #deps: IntakeDeps<Joined>;
  #coming: Addition[] = [];
  #running = false;

  constructor(deps: IntakeDeps<Joined>) {
    this.#deps = deps;
  }

  /** Whether some are still to join. */
  get isBusy(): boolean {
    return this.#coming.length > 0;
  }

  /** Gives what those became that have joined when it returns. */
  add(files: readonly Addable[]): readonly Joined[] {
    const addition = {files, at: 0};
    const joined = this.#deps.join(pieceOf(addition, most));
    if (addition.at < files.length) this.#coming.push(addition);
    this.goOn();
    return joined;
  }

  /** Lets those join that are still to come, where nothing is in their way any more. */
  goOn(): void {
    if (!this.#running && this.isBusy) void this.#run();
  }

  /** None of those that are still to come joins. */
  drop(): void {
    this.#coming = [];
  }

  async #run(): Promise<void> {
    this.#running = true;
    const arrived = this.#deps.expect();
    await nextTask();
    for (let next = this.#coming[0]; next && this.#deps.mayGoOn(); next = this.#coming[0]) {
      this.#deps.join(pieceOf(next, 1));
      if (next.at >= next.files.length) this.#coming = this.#coming.filter((one) => one !== next);
      await nextTask();
    }
    this.#running = false;
    arrived();
  }
}

function* pieceOf(addition: Addition, least: number): Generator<NewFile> {
  const end = performance.now() + pace;
  for (let count = 0; count < most && (count < least || performance.now() < end); count += 1) {
    const file = addition.files[addition.at];
    if (file === undefined) return;
    addition.at += 1;
    yield newFile(file);
  }
}
