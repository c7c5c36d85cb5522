import type {Socket} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';

import type {AnswerHarm} from './relay-faults.js';
import {reset} from './reset.js';

/** How a side went: in good order, or by a reset (also when there was no connection at all). */
export type Ending = 'ended' | 'reset';

const END_OF_HEAD = Buffer.from('\r\n\r\n');

interface Waiting {
  readonly bytes: Buffer;
  /** `performance.now()` when it has travelled the line. */
  readonly due: number;
}

/** What {@link RelayedAnswers} has to know of its line. */
interface AnswerLine {
  readonly still: () => boolean;
  /** One way, in ms. */
  readonly latency: () => number;
}

/** The server's side of a connection on its way to the client. */
export class RelayedAnswers {
  readonly #client: Socket;
  readonly #line: AnswerLine;
  readonly #waiting: Waiting[] = [];
  #harm: AnswerHarm | undefined;
  /** Bytes of the harmed answer that have passed, when only some may. */
  #head: Buffer = Buffer.alloc(0);
  #ending: Ending | undefined;
  #pumping = false;

  constructor(client: Socket, line: AnswerLine) {
    this.#client = client;
    this.#line = line;
  }

  /** What becomes of the answers from now on. */
  set harm(harm: AnswerHarm | undefined) {
    this.#harm = harm;
    this.#head = Buffer.alloc(0);
  }

  /** The server has sent `bytes`. */
  feed(bytes: Buffer): void {
    this.#waiting.push({bytes, due: performance.now() + this.#line.latency()});
    this.wake();
  }

  /** The server is gone: the client is told, after what is on its way. */
  close(how: Ending): void {
    this.#ending = how;
    this.wake();
  }

  /** Forgets what is on its way. */
  drop(): void {
    this.#waiting.length = 0;
  }

  /** Goes on after a silence. */
  wake(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump().finally(() => {
      this.#pumping = false;
    });
  }

  async #pump(): Promise<void> {
    while (!this.#line.still()) {
      const next = this.#waiting[0];
      if (!next) return this.#end();
      const early = next.due - performance.now();
      if (early > 0) {
        await sleep(early);
        continue;
      }
      this.#waiting.shift();
      await this.#pass(next.bytes);
    }
  }

  #end(): void {
    if (this.#ending === 'reset') reset(this.#client);
    if (this.#ending === 'ended') this.#client.end(() => this.#client.destroy());
  }

  async #pass(bytes: Buffer): Promise<void> {
    const {drip, keep} = this.#harm ?? {};
    if (keep !== undefined) return this.#passSome(bytes, keep);
    if (drip === undefined) return void this.#client.write(bytes);
    for (let at = 0; at < bytes.length && !this.#client.destroyed; at++) {
      this.#client.write(bytes.subarray(at, at + 1));
      await sleep(drip);
    }
  }

  /** Holds the answer back until there is enough of it, then lets its head and `keep` bytes of its body pass, and ends. */
  #passSome(bytes: Buffer, keep: number): void {
    this.#head = Buffer.concat([this.#head, bytes]);
    const head = this.#head.indexOf(END_OF_HEAD);
    if (head < 0 || this.#head.length < head + END_OF_HEAD.length + keep) return;
    this.#client.end(this.#head.subarray(0, head + END_OF_HEAD.length + keep));
    this.drop();
  }
}
