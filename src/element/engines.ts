import type {Totals, UploadSnapshot} from '../core/snapshot.js';
import type {NewFile} from '../core/source-file.js';
import {noneInAnyStatus} from '../core/tally.js';
import type {Uploader} from '../core/uploader.js';
import type {Wired} from './wire.js';

/** What can be asked of one upload, or of all of them. */
export type Act = 'start' | 'pause' | 'resume' | 'retry' | 'cancel' | 'clear';

interface Engine extends Wired {
  /** Engines of the same settings have the same key. */
  readonly key: string;
  /** Engines with the same one remember their uploads together. */
  readonly scope: string;
}

/** An unfinished upload of an engine that was closed. */
export interface Parked {
  readonly file: NewFile;
  /** What becomes of it when it comes back: what was stopped does not go on by itself. */
  readonly then: 'go-on' | 'wait' | 'stay-paused';
}

const none: Totals = {
  size: 0,
  hashed: 0,
  sent: 0,
  confirmed: 0,
  speed: 0,
  remaining: null,
  held: false,
  count: noneInAnyStatus(),
};

/**
 * The engines of one element, looking like one. Mostly there is one; when the endpoint, the protocol or the digest changes, files added
 * later get a new one, and every upload stays with the engine it was added to. Finished uploads outlive their engine as snapshots.
 */
export class Engines {
  #engines: readonly Engine[] = [];
  #past: readonly UploadSnapshot[] = [];

  /** The engine for files added now, if one was made. */
  get current(): Engine | undefined {
    return this.#engines.at(-1);
  }

  get all(): readonly Uploader[] {
    return this.#engines.map(({uploader}) => uploader);
  }

  get uploads(): readonly UploadSnapshot[] {
    const only = this.#only;
    if (only) return only.uploads;
    return [...this.#past, ...this.all.flatMap(({uploads}) => uploads)];
  }

  get progress(): Totals {
    const only = this.#only;
    if (only) return only.progress;
    return [pastTotals(this.#past), ...this.all.map(({progress}) => progress)].reduce(sum, none);
  }

  /** The one uploader that all listed uploads are of, as it mostly is: nothing has to be put together. */
  get #only(): Uploader | undefined {
    return this.#past.length === 0 && this.#engines.length === 1 ? this.current?.uploader : undefined;
  }

  /** The files of the listed uploads, in the order of the list, as far as they are here. Those of an engine that was closed are gone. */
  get files(): readonly NewFile[] {
    return this.uploads.flatMap(({id}) => this.file(id) ?? []);
  }

  /** Engines with nothing left in their lists are closed on the way. */
  use(engine: Engine): void {
    const idle = this.#engines.filter(({uploader}) => uploader.uploads.length === 0);
    for (const {uploader} of idle) uploader.close();
    this.#engines = [...this.#engines.filter((one) => !idle.includes(one)), engine];
  }

  /** Adds to the current engine. */
  add(files: readonly NewFile[]): readonly UploadSnapshot[] {
    return this.current?.uploader.add(files) ?? [];
  }

  /** More files are to come: see `Uploader.expect`. */
  expect(): () => void {
    const arrived = this.all.map((uploader) => uploader.expect());
    return () => arrived.forEach((come) => come());
  }

  /** Lists again what earlier pages have left for the current engine, unless another one of this element works on it. */
  async restore(): Promise<readonly UploadSnapshot[]> {
    const {current} = this;
    const isAlone = this.#engines.every(({scope}, at) => scope !== current?.scope || at === this.#engines.length - 1);
    return current && isAlone ? current.uploader.restore() : [];
  }

  /** Here is the file of an interrupted upload again. */
  give(id: string, file: NewFile): void {
    for (const uploader of this.all) uploader.give(id, file);
  }

  /** Whether a listed upload of the current engine lacks its file, and this seems to be it. */
  awaits(file: NewFile): boolean {
    return this.current?.uploader.awaits(file) ?? false;
  }

  act(act: Act, id?: string): void {
    for (const uploader of this.all) {
      if (id === undefined || uploader.get(id)) uploader[act](id);
    }
    if (act === 'clear') this.#past = this.#past.filter((upload) => id !== undefined && upload.id !== id);
  }

  /** Stops everything and releases workers. What was finished stays listed; what was not comes back as it was given. */
  close(): readonly Parked[] {
    const {uploads} = this;
    const parked = uploads.filter(isUnfinished).flatMap(({id, status}) => {
      const file = status.name === 'interrupted' ? undefined : this.file(id);
      return file ? [{file, then: afterParking(status.name)}] : [];
    });
    for (const uploader of this.all) uploader.close();
    this.#engines = [];
    this.#past = uploads.filter(({status}) => status.name === 'done');
    return parked;
  }

  /** The file of an upload, as long as it is here. */
  file(id: string): NewFile | undefined {
    return this.all.map((uploader) => uploader.file(id)).find((file) => file !== undefined);
  }
}

/** Whether something of an upload still has to be done by somebody. */
export const isUnfinished = ({status}: UploadSnapshot): boolean => status.name !== 'done' && status.name !== 'canceled';

function afterParking(name: UploadSnapshot['status']['name']): Parked['then'] {
  if (name === 'paused' || name === 'failed') return 'stay-paused';
  return name === 'queued' ? 'wait' : 'go-on';
}

const pastTotals = (past: readonly UploadSnapshot[]): Totals => {
  const size = past.reduce((bytes, upload) => bytes + upload.size, 0);
  return {...none, size, hashed: size, confirmed: size, count: {...none.count, done: past.length}};
};

function sum(a: Totals, b: Totals): Totals {
  const count = {...a.count};
  for (const [name, more] of Object.entries(b.count)) count[name as keyof Totals['count']] += more;
  return {
    size: a.size + b.size,
    hashed: a.hashed + b.hashed,
    sent: a.sent + b.sent,
    confirmed: a.confirmed + b.confirmed,
    speed: a.speed + b.speed,
    remaining: a.remaining === null || b.remaining === null ? (a.remaining ?? b.remaining) : Math.max(a.remaining, b.remaining),
    held: a.held || b.held,
    count,
  };
}
