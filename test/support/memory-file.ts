import type {Survival} from './memory-disk.js';

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
    this.#change({at, bytes: Uint8Array.from(bytes)});
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

/** A buffer that grows by doubling. */
class Growing {
  #room = Buffer.alloc(0);
  #length = 0;

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  apply(change: Change): void {
    if ('length' in change) return this.#resize(change.length);
    if (change.bytes.length === 0) return;
    this.#resize(Math.max(this.#length, change.at + change.bytes.length));
    this.#room.set(change.bytes, change.at);
  }

  copy(): Growing {
    const copy = new Growing();
    copy.#room = Buffer.from(this.bytes);
    copy.#length = this.#length;
    return copy;
  }

  #resize(length: number): void {
    if (length > this.#room.length) {
      const room = Buffer.alloc(Math.max(length, this.#room.length * 2));
      room.set(this.bytes);
      this.#room = room;
    } else if (length < this.#length) this.#room.fill(0, length, this.#length);
    this.#length = length;
  }
}
