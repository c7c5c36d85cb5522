import type {DigestAlgorithm} from '../../src/core/hasher-ports.js';
import type {ServerResult} from '../../src/core/ports.js';
import type {Refusal} from '../../src/server/problem.js';
import {sameWriter, type NewerRule, type Writer} from '../../src/server/writers.js';
import type {ArrivingPart} from './scripted-reception.js';
import {StoredUpload} from './scripted-server.js';

/** How long a refusal is repeated in the status, in ms: docs/protocol.md section 6. */
const repeatedFor = 10_000;

/** One upload of a {@link ChunksServer}: who writes, what is on its way, and what was stored. */
export class ChunksUpload extends StoredUpload {
  readonly algorithm: DigestAlgorithm;
  readonly arriving = new Set<ArrivingPart>();
  canceled = false;
  /** How often it was completed. */
  completions = 0;
  #writer: Writer | undefined;
  #served: ServerResult | undefined;
  #refused: {readonly status: number; readonly type: string; readonly until: number} | undefined;

  constructor(id: string, key: string, size: number, algorithm: DigestAlgorithm) {
    super(id, key, size);
    this.algorithm = algorithm;
  }

  /** What the server says of the finished file. */
  get served(): ServerResult | undefined {
    return this.#served;
  }

  /** Completes it if nothing is missing. */
  completeIfWhole(): void {
    if (this.complete || this.canceled || !this.whole) return;
    this.completions += 1;
    this.#served = this.result(this.algorithm === 'none' ? 'length' : 'digest');
  }

  isOutdated(writer: Writer, isNewer: NewerRule): boolean {
    return this.#writer !== undefined && !isNewer(writer, this.#writer) && !sameWriter(writer, this.#writer);
  }

  adopt(writer: Writer, isNewer: NewerRule): boolean {
    if (!isNewer(writer, this.#writer)) return false;
    this.#writer = writer;
    return true;
  }

  /** Ends the requests that fit: what they brought is kept. */
  end(fits: (part: ArrivingPart) => boolean, kind: 'superseded' | 'gone' | 'unknown' = 'superseded'): void {
    for (const part of [...this.arriving]) if (fits(part)) part.giveWay(kind);
  }

  /** A part was refused before its body was read; or one was accepted. */
  note(refusal: Refusal | undefined, today: number): void {
    this.#refused = refusal && {status: refusal.status, type: refusal.type, until: today + repeatedFor};
  }

  /** What the status says of the last refusal. */
  refusedAt(today: number): {readonly status: number; readonly type: string; readonly until: string} | undefined {
    if (!this.#refused || this.#refused.until <= today) return undefined;
    return {...this.#refused, until: new Date(this.#refused.until).toISOString()};
  }
}
