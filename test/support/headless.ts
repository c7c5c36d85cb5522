import type {UploadError} from '../../src/core/errors.js';
import type {UploadResult} from '../../src/core/ports.js';
import type {Settings} from '../../src/core/settings.js';
import {CountedSlots} from '../../src/core/slots.js';
import type {UploadSnapshot} from '../../src/core/snapshot.js';
import {Uploader} from '../../src/core/uploader.js';
import {inlineHasher} from '../../src/hash/inline-hasher.js';
import {fetchHttp} from '../../src/net/fetch.js';
import {alwaysOnline} from '../../src/net/network.js';
import {chunks} from '../../src/protocols/chunks.js';
import {MemoryStore} from '../../src/stores/memory.js';
import {until} from './wait.js';

/** The engine as an application without a page puts it together, and what it has told. */
export class Headless {
  readonly uploader: Uploader;
  readonly confirmed: number[] = [];
  readonly statuses: string[] = [];
  readonly errors: UploadError[] = [];
  done = 0;
  settled = 0;

  constructor(endpoint: string, settings: Partial<Settings> = {}) {
    const uploader = new Uploader({
      protocol: chunks({endpoint}, fetchHttp()),
      hasher: inlineHasher('md5'),
      slots: new CountedSlots(4),
      store: new MemoryStore(),
      network: alwaysOnline,
      scope: endpoint,
      settings,
    });
    uploader.on('change', ({upload}) => this.statuses.push(upload.status.name));
    uploader.on('progress', ({upload}) => this.confirmed.push(upload.progress.confirmed));
    uploader.on('error', ({error}) => this.errors.push(error));
    uploader.on('done', () => (this.done += 1));
    uploader.on('settled', () => (this.settled += 1));
    this.uploader = uploader;
  }

  /** The upload, when there is one. */
  get only(): UploadSnapshot {
    const [upload] = this.uploader.uploads;
    if (!upload) throw new Error('There is no upload');
    return upload;
  }

  /** Waits until the upload has this status. */
  reaches(name: UploadSnapshot['status']['name']): Promise<unknown> {
    return until(`the upload to be ${name}`, () => this.only.status.name === name, {limit: 60_000});
  }

  /** Waits until more bytes than `low`, and fewer than `high`, are confirmed. */
  isBetween(low: number, high: number): Promise<unknown> {
    return until(`${low} bytes to be confirmed`, () => this.only.progress.confirmed > low && this.only.progress.confirmed < high);
  }

  /** What came of it, when it is done. */
  get result(): UploadResult {
    const {status} = this.only;
    if (status.name !== 'done') throw new Error(`The upload is ${status.name}`);
    return status.result;
  }
}
