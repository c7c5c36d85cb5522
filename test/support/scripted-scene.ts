import type {UploadError} from '../../src/core/errors.js';
import type {UploaderEvents} from '../../src/core/events.js';
import type {DigestAlgorithm} from '../../src/core/hasher-ports.js';
import type {Limits} from '../../src/core/patience.js';
import type {FileKeeper, Protocol, Tabs} from '../../src/core/ports.js';
import type {Settings} from '../../src/core/settings.js';
import {CountedSlots} from '../../src/core/slots.js';
import type {UploadSnapshot} from '../../src/core/snapshot.js';
import {Uploader} from '../../src/core/uploader.js';
import './all-loaded.js';
import {FakeClock, settle} from './fake-clock.js';
import {ScriptedFile} from './scripted-file.js';
import {ScriptedFrames} from './scripted-frames.js';
import {ScriptedHasher} from './scripted-hasher.js';
import {ScriptedNetwork} from './scripted-network.js';
import {ScriptedProtocol, type ScriptedProtocolOptions} from './scripted-protocol.js';
import {ScriptedStore} from './scripted-store.js';

/** What a {@link Scene} is like, whatever its protocol. */
export interface SceneOptions {
  /** Whether the browser refuses to read a changed file, as Chromium does. Default true. */
  readonly noticesChange?: boolean;
  readonly settings?: Partial<Settings>;
  readonly limits?: Partial<Limits>;
  readonly algorithm?: DigestAlgorithm;
  readonly canRenew?: () => boolean;
  /** Default 6. */
  readonly slots?: number;
  /** A store that outlives the page. */
  readonly store?: ScriptedStore;
  readonly scope?: string;
  /** Keeps files, also those of other scenes: default, nothing is kept. */
  readonly keeper?: FileKeeper;
  /** The tab in which this happens, next to those of other scenes. Default: there are no others. */
  readonly tab?: Tabs;
  /** The time that several scenes have in common. */
  readonly clock?: FakeClock;
}

/** What a {@link ScriptedScene} is like. Parts have the length that the server prefers, where nothing else is said. */
export interface ScriptedSceneOptions extends SceneOptions, Omit<ScriptedProtocolOptions, 'clock' | 'noticesChange'> {}

/** One event as it was told. */
export type Told = {[Name in keyof UploaderEvents]: {readonly name: Name} & UploaderEvents[Name]}[keyof UploaderEvents];

const names = ['add', 'remove', 'change', 'progress', 'error', 'done', 'warning', 'settled', 'restore'] as const;

/** An uploader whose surroundings do as they are told, and speak the protocol that it is given. */
export class Scene<P extends Protocol> {
  readonly clock: FakeClock;
  readonly network = new ScriptedNetwork();
  readonly frames = new ScriptedFrames();
  readonly store: ScriptedStore;
  readonly hasher: ScriptedHasher;
  readonly protocol: P;
  readonly slots: CountedSlots;
  readonly uploader: Uploader;
  readonly files: ScriptedFile[] = [];
  /** Every event in order. */
  readonly told: Told[] = [];

  constructor(options: SceneOptions, protocolAt: (clock: FakeClock) => P) {
    const {noticesChange = true, algorithm = 'md5', settings = {}, limits = {}, canRenew, scope, keeper, tab: tabs} = options;
    this.clock = options.clock ?? new FakeClock();
    this.store = options.store ?? new ScriptedStore();
    this.hasher = new ScriptedHasher({noticesChange, algorithm});
    this.protocol = protocolAt(this.clock);
    this.slots = new CountedSlots(options.slots ?? 6);
    const {clock, network, frames, store, hasher, protocol, slots} = this;
    this.uploader = new Uploader({
      ...{clock, network, frames, store, hasher, protocol, slots, settings, limits},
      ...(canRenew ? {canRenew} : {}),
      ...(scope === undefined ? {} : {scope}),
      ...(keeper ? {keeper} : {}),
      ...(tabs ? {tabs} : {}),
    });
    for (const name of names) this.uploader.on(name, (detail) => this.told.push({name, ...detail} as Told));
  }

  /** Adds a file for each size. Gives their ids. */
  add(...sizes: readonly number[]): readonly string[] {
    const files = sizes.map((size) => new ScriptedFile(size));
    const from = this.files.length;
    this.files.push(...files);
    return this.uploader.add(files.map((file, at) => file.named(`file-${from + at}.bin`))).map(({id}) => id);
  }

  /** Adds one file and lets happen what is ready to. */
  async begin(size: number): Promise<string> {
    const [id = ''] = this.add(size);
    await settle();
    return id;
  }

  /** Lists again what earlier scenes have left, and lets happen what is ready to. Gives their ids. */
  async restore(): Promise<readonly string[]> {
    const uploads = await this.uploader.restore();
    await settle();
    return uploads.map(({id}) => id);
  }

  /** Gives an upload its file and lets it go on, as a person does who chooses it again. Its name is that of the `at`th file of the scene that {@link add}ed it. */
  async give(id: string, file: ScriptedFile, name = 'file-0.bin'): Promise<void> {
    this.files.push(file);
    this.uploader.give(id, file.named(name));
    if (this.upload(id).status.name === 'interrupted') this.uploader.resume(id);
    await settle();
  }

  /** The upload as it is now; the first one when no id is given. */
  upload(id?: string): UploadSnapshot {
    const upload = id === undefined ? this.uploader.uploads[0] : this.uploader.get(id);
    if (!upload) throw new Error(`There is no upload ${id}`);
    return upload;
  }

  /** Names of the statuses of all uploads, in the order of the list. */
  get statuses(): readonly string[] {
    return this.uploader.uploads.map(({status}) => status.name);
  }

  /** Names of the statuses that one upload has gone through, as they were told. */
  path(id: string): readonly string[] {
    return this.told.flatMap((event) => (event.name === 'change' && event.upload.id === id ? [event.upload.status.name] : []));
  }

  /** Codes of all failures that were told. */
  get errors(): readonly string[] {
    return this.told.flatMap((event) => (event.name === 'error' ? [event.error.code] : []));
  }

  get warnings(): readonly UploadError[] {
    return this.told.flatMap((event) => (event.name === 'warning' ? [event.error] : []));
  }

  /** How often an event was told. */
  count(name: keyof UploaderEvents): number {
    return this.told.filter((event) => event.name === name).length;
  }

  /** Code of the error that an upload carries, or `undefined`. */
  code(id?: string): string | undefined {
    const {status} = this.upload(id);
    return 'error' in status ? status.error?.code : undefined;
  }

  /** The `at`th file. */
  file(at = 0): ScriptedFile {
    const file = this.files[at];
    if (!file) throw new Error(`There is no file ${at}`);
    return file;
  }
}

/** A scene whose protocol is scripted, with a server behind it. */
export class ScriptedScene extends Scene<ScriptedProtocol> {
  constructor(options: ScriptedSceneOptions = {}) {
    const settings = {chunkSize: options.parts?.preferred ?? 100, ...options.settings};
    super({...options, settings}, (clock) => new ScriptedProtocol({...options, clock}));
  }

  /** Whether every file that was chosen stands whole, and as it was chosen, on the server. */
  get allArrived(): boolean {
    const {uploads} = this.protocol.server;
    return this.files.every((file) => uploads.some(({complete, bytes}) => complete && Buffer.compare(bytes, file.content) === 0));
  }
}
