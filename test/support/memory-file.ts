import type {Survival} from './survival.js';

type Change = {readonly at: number; readonly bytes: Uint8Array} | {readonly length: number};

/** Bytes in memory, and which of them the disk has. */
export class MemoryFile {
  changed = Date.now();
  #now = new Growing();
  #durable = new Growing();
  #pending: Change[] = [];
  #failures = 0;

  /** What a reader sees, synced or not. */
  get bytes(): Buffer {
    return this.#now.bytes;
  }

  write(bytes: Uint8Array, at: number): number {
    this.#change({at, bytes});
    return bytes.length;
  }

  truncate(length: number): void {
    this.#change({length});
  }

  /**
   * The file as one who has opened it sees it. As on Linux, a failed sync is told once to each of them, and what was to be written
   * never is: the next sync would succeed and mean nothing.
   */
  view(): {sync(): boolean; fail(): void} {
    let seen = this.#failures;
    return {
      sync: () => {
        if (seen !== this.#failures) {
          seen = this.#failures;
          return false;
        }
        for (const change of this.#pending.splice(0)) this.#durable.apply(change);
        return true;
      },
      fail: () => {
        seen = ++this.#failures;
        this.#pending = [];
      },
    };
  }

  /** The file after a crash. */
  survivor(survival: Survival): MemoryFile {
    const after = new MemoryFile();
    after.changed = this.changed;
    after.#now = this.#durable.copy();
    for (const change of this.#pending) after.#now.apply(torn(change, survival));
    after.#durable = after.#now.copy();
    return after;
  }

  #change(change: Change): void {
    this.changed = Date.now();
    this.#now.apply(change);
    this.#pending.push(change);
  }
}

function torn(change: Change, survival: Survival): Change {
  if (!('bytes' in change)) return survival.name() ? change : {at: 0, bytes: new Uint8Array()};
  return {at: change.at, bytes: change.bytes.subarray(0, survival.bytes(change.bytes.length))};
}

/** A buffer that grows by doubling. Copies share it until one of them is written to. */
class Growing {
  #room: Buffer<ArrayBuffer> = Buffer.alloc(0);
  #length = 0;
  #isShared = false;

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  apply(change: Change): void {
    if ('bytes' in change && change.bytes.length === 0) return;
    const length = 'length' in change ? change.length : Math.max(this.#length, change.at + change.bytes.length);
    if (this.#isShared || length > this.#room.length) this.#moveTo(Buffer.alloc(Math.max(length, 2 * this.#length)));
    this.#room.fill(0, Math.min(length, this.#length), this.#length);
    this.#length = length;
    if ('bytes' in change) this.#room.set(change.bytes, change.at);
  }

  copy(): Growing {
    const copy = new Growing();
    copy.#room = this.#room;
    copy.#length = this.#length;
    copy.#isShared = this.#isShared = true;
    return copy;
  }

  #moveTo(room: Buffer<ArrayBuffer>): void {
    room.set(this.bytes);
    this.#room = room;
    this.#isShared = false;
  }
}
