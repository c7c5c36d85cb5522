import {FileDigests} from '../../src/core/digests.js';
import type {DigestAlgorithm} from '../../src/core/hasher-ports.js';
import {PartSize} from '../../src/core/parts.js';
import {Line} from '../../src/core/line.js';
import {SeenStore} from '../../src/core/seen-store.js';
import {defaultLimits, type Limits} from '../../src/core/patience.js';
import type {UploadResult} from '../../src/core/ports.js';
import {Reach} from '../../src/core/reach.js';
import {UploadRecord} from '../../src/core/record.js';
import {runUpload, type Run} from '../../src/core/run.js';
import {bothSlots, CountedSlots} from '../../src/core/slots.js';
import {UploadError} from '../../src/core/errors.js';
import {Wake} from '../../src/core/wake.js';
import './all-loaded.js';
import {FakeClock} from './fake-clock.js';
import {ScriptedFile} from './scripted-file.js';
import {ScriptedHasher} from './scripted-hasher.js';
import {ScriptedNetwork} from './scripted-network.js';
import {ScriptedProtocol, type ScriptedProtocolOptions} from './scripted-protocol.js';
import {ScriptedStore} from './scripted-store.js';

/** What a {@link ScriptedRun} is like. */
export interface ScriptedRunOptions extends Omit<ScriptedProtocolOptions, 'clock'> {
  /** Bytes of the file. Default 400: four parts. */
  readonly size?: number;
  readonly algorithm?: DigestAlgorithm;
  readonly canRenew?: boolean;
  /** Default: what the server prefers, so that a story knows its parts. */
  readonly chunkSize?: number | 'auto';
  readonly limits?: Partial<Limits>;
  readonly slots?: number;
  readonly store?: ScriptedStore;
  /** Default `this`. */
  readonly page?: string;
}

/** One run of one file, with nothing above it: what it reports is written down. */
export class ScriptedRun {
  readonly clock = new FakeClock();
  readonly network = new ScriptedNetwork();
  readonly file: ScriptedFile;
  readonly hasher: ScriptedHasher;
  readonly protocol: ScriptedProtocol;
  readonly store: ScriptedStore;
  readonly slots: CountedSlots;
  readonly run: Run;
  /** What was reported, in order: words, and numbers after `sent` and `confirmed`. */
  readonly reports: string[] = [];
  readonly confirmed: number[] = [];
  readonly sent: number[] = [];
  readonly warnings: UploadError[] = [];
  result: UploadResult | undefined;
  /** What it was rejected with. */
  failure: unknown;
  readonly #stop = new AbortController();

  constructor(options: ScriptedRunOptions = {}) {
    const {size = 400, noticesChange = true, algorithm = 'md5', canRenew = false} = options;
    this.file = new ScriptedFile(size);
    this.hasher = new ScriptedHasher({noticesChange, algorithm});
    this.protocol = new ScriptedProtocol({...options, clock: this.clock});
    const chunkSize = options.chunkSize ?? this.protocol.parts.preferred;
    this.store = options.store ?? new ScriptedStore();
    this.slots = new CountedSlots(options.slots ?? 6);
    const limits = {...defaultLimits, ...options.limits};
    const {clock, hasher, protocol, slots, network} = this;
    const file = this.file.source;
    const width = new CountedSlots(Infinity);
    const digests = new FileDigests(file, hasher, () => undefined);
    const record = new UploadRecord('a.bin', {
      ...{store: new SeenStore(this.store), clock, file, page: options.page ?? 'this'},
      state: () => ({confirmed: this.confirmed.at(-1) ?? 0, digests: digests.made, paused: false}),
      claim: () => Promise.resolve(true),
      onStored: () => undefined,
      warn: (error) => this.warnings.push(error),
    });
    this.run = {
      ...{file, clock, hasher, protocol, limits, record, digests, confirmed: []},
      keepFile: () => Promise.resolve(),
      withoutCopy: () => false,
      slots: bothSlots(width, slots),
      reach: new Reach({protocol, network, clock, remote: () => record.remote}),
      line: new Line({clock, limits, width}),
      wake: new Wake(clock),
      partSize: new PartSize(),
      chunkSize: () => chunkSize,
      canRenew: () => canRenew,
      report: this.#report(),
    };
  }

  /** Starts the run, and writes down how it ends. */
  start(): void {
    runUpload(this.run, this.#stop.signal).then(
      (result) => (this.result = result),
      (thrown: unknown) => (this.failure = thrown),
    );
  }

  stop(reason?: unknown): void {
    this.#stop.abort(reason);
  }

  /** Code of the failure, or `undefined` as long as there is none. */
  get code(): string | undefined {
    return this.failure instanceof UploadError ? this.failure.code : undefined;
  }

  /** Whether the server has the file byte by byte, and has said so. */
  get arrived(): boolean {
    const {complete, bytes} = this.protocol.server.only;
    return complete && Buffer.compare(bytes, this.file.content) === 0;
  }

  #report(): Run['report'] {
    const word = (name: string) => (): void => void this.reports.push(name);
    return {
      opened: word('opened'),
      verifying: word('verifying'),
      sentAll: word('sentAll'),
      lost: word('lost'),
      sent: (bytes) => void this.sent.push(bytes),
      confirmed: (bytes) => void this.confirmed.push(bytes),
    };
  }
}
