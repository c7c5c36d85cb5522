import type {UploadError} from '../../src/core/errors.js';
import {Line} from '../../src/core/line.js';
import {SeenStore} from '../../src/core/seen-store.js';
import {defaultLimits, type Limits} from '../../src/core/patience.js';
import {keepsNothing} from '../../src/core/keeps-nothing.js';
import {oneTab} from '../../src/core/one-tab.js';
import {CountedSlots} from '../../src/core/slots.js';
import type {Progress} from '../../src/core/snapshot.js';
import type {UploadStatus} from '../../src/core/state.js';
import {Upload} from '../../src/core/upload.js';
import './all-loaded.js';
import {FakeClock, settle} from './fake-clock.js';
import {ScriptedFile} from './scripted-file.js';
import {ScriptedHasher} from './scripted-hasher.js';
import {ScriptedNetwork} from './scripted-network.js';
import {ScriptedProtocol, type ScriptedProtocolOptions} from './scripted-protocol.js';
import {ScriptedStore} from './scripted-store.js';

/** What a {@link ScriptedUpload} is like. */
export interface ScriptedUploadOptions extends Omit<ScriptedProtocolOptions, 'clock'> {
  /** Default 400: four parts. */
  readonly size?: number;
  readonly retries?: number;
  readonly limits?: Partial<Limits>;
}

/** One upload without a list: somebody has to give it its turn. */
export class ScriptedUpload {
  readonly clock = new FakeClock();
  readonly network = new ScriptedNetwork();
  readonly store = new ScriptedStore();
  readonly file: ScriptedFile;
  readonly hasher: ScriptedHasher;
  readonly protocol: ScriptedProtocol;
  readonly upload: Upload;
  /** Names of the statuses it went through. */
  readonly path: string[] = [];
  readonly history: Progress[] = [];
  readonly warnings: UploadError[] = [];
  /** Is called at every change of status, in the same task. */
  onChange: (status: UploadStatus) => void = () => undefined;

  constructor(options: ScriptedUploadOptions = {}) {
    const {size = 400, noticesChange = true, retries = 0} = options;
    this.file = new ScriptedFile(size);
    this.hasher = new ScriptedHasher({noticesChange});
    this.protocol = new ScriptedProtocol({...options, clock: this.clock, parts: {parallel: 1, ...options.parts}});
    const limits = {...defaultLimits, ...options.limits};
    const {clock, network, hasher, protocol} = this;
    const store = new SeenStore(this.store);
    const deps = {
      ...{clock, network, store, hasher, protocol, limits, keeper: keepsNothing, tabs: oneTab, page: 'this'},
      slots: new CountedSlots(6),
      line: new Line({clock, limits, width: {count: Infinity}}),
      chunkSize: () => protocol.parts.preferred,
      canRenew: () => false,
      retries: () => retries,
    };
    this.upload = new Upload('one', 'key', this.file.source, this.file.source, deps, {
      statusChanged: ({status}) => {
        this.path.push(status.name);
        this.onChange(status);
      },
      progressed: ({progress}) => this.history.push(progress),
      warned: (error) => this.warnings.push(error),
    });
  }

  /** Its turn has come. */
  async start(): Promise<void> {
    this.upload.start();
    await settle();
  }

  get name(): string {
    return this.upload.status.name;
  }

  /** Code of the error that its status carries. */
  get code(): string | undefined {
    const {status} = this.upload;
    return 'error' in status ? status.error?.code : undefined;
  }

  /** Whether the server has it whole, byte by byte. */
  get arrived(): boolean {
    const {complete, bytes} = this.protocol.server.only;
    return complete && Buffer.compare(bytes, this.file.content) === 0;
  }
}
