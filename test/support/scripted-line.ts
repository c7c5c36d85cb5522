import {UploadError} from '../../src/core/errors.js';
import type {Clock, Http, HttpReply, HttpRequest} from '../../src/core/ports.js';
import type {ChunksServer} from './scripted-chunks-server.js';
import {healthy} from './scripted-line-faults.js';
import {broken, Passage, type Aftermath, type Behaviour, type Delivered, type Way} from './scripted-passage.js';
import type {Reception} from './scripted-reception.js';

/** Who looks at every request and every answer. */
export interface Witness {
  /** Just before a request leaves. */
  leaves(passage: Passage): void;
  /** The client is about to be told this. */
  arrives(passage: Passage, answer: Delivered): void;
  /** The client is about to see that no answer comes: the outcome is unknown to it. */
  fails(passage: Passage): void;
}

/** What a {@link ScriptedLine} is like when nothing is wrong. */
export interface LineOptions {
  readonly latency: number;
  readonly rate: number;
  readonly noticesChange: boolean;
}

interface Rule {
  readonly fits: (passage: Passage) => boolean;
  readonly behaviour: Behaviour;
  left: number;
}

/** The line between a client and a server: an `Http` whose requests can be lost, cut, repeated, delayed, damaged and lied to. */
export class ScriptedLine implements Http, Way {
  readonly server: ChunksServer;
  readonly clock: Clock;
  readonly latency: number;
  readonly rate: number;
  readonly noticesChange: boolean;
  readonly lingering: Reception[] = [];
  readonly copies: (() => void)[] = [];
  /** Requests whose client still waits. */
  readonly passages = new Set<Passage>();
  reachable = true;
  /** Nothing gets through, and nobody is told so. */
  deaf = false;
  proxyLimit = Infinity;
  aftermath: Aftermath = 'notices';
  witness: Witness | undefined;
  readonly #breakers = new Map<Passage, (reason: Error) => void>();
  #rules: Rule[] = [];

  constructor(server: ChunksServer, clock: Clock, {latency, rate, noticesChange}: LineOptions) {
    this.server = server;
    this.clock = clock;
    this.latency = latency;
    this.rate = rate;
    this.noticesChange = noticesChange;
  }

  /** The next `times` requests that fit behave so. Earlier rules go first. */
  on(fits: (passage: Passage) => boolean, behaviour: Behaviour, times: number): void {
    this.#rules.push({fits, behaviour, left: times});
  }

  /** Every connection breaks. */
  reset(): void {
    for (const breakOff of [...this.#breakers.values()]) breakOff(broken('The connection was reset.'));
  }

  /** The server notices that connections are dead. */
  notice(): void {
    for (const reception of this.lingering.splice(0)) reception.cut();
  }

  /** Everything is well from now on. */
  heal(): void {
    this.#rules = [];
    this.reachable = true;
    this.deaf = false;
    this.proxyLimit = Infinity;
    this.aftermath = 'notices';
    this.notice();
  }

  async send(method: string, url: string, request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    signal.throwIfAborted();
    const passage = new Passage(method, url, request, signal, this);
    this.witness?.leaves(passage);
    this.passages.add(passage);
    try {
      const answer = await this.#first(passage, this.#behaviour(passage));
      this.witness?.arrives(passage, answer);
      return replyOf(answer, url);
    } catch (thrown) {
      if (!signal.aborted) this.witness?.fails(passage);
      throw thrown;
    } finally {
      this.passages.delete(passage);
      this.#breakers.delete(passage);
      passage.close();
    }
  }

  #behaviour(passage: Passage): Behaviour {
    if (this.deaf) return (one) => one.forever();
    const rule = this.#rules.find(({fits, left}) => left > 0 && fits(passage));
    if (rule) rule.left -= 1;
    return rule?.behaviour ?? healthy;
  }

  /** Whatever comes first: an answer, the client's limit, its change of mind, or a reset. */
  #first(passage: Passage, behaviour: Behaviour): Promise<Delivered> {
    const {signal, timeout} = passage;
    return new Promise((resolve, reject) => {
      this.#breakers.set(passage, reject);
      passage.whenAborted(() => reject(signal.reason as Error));
      passage.sleep(timeout).then(
        () => reject(new UploadError('timeout', `No answer within ${timeout} ms.`)),
        () => undefined,
      );
      behaviour(passage).then(
        (answer) => !this.deaf && resolve(answer),
        (thrown: Error) => !this.deaf && reject(thrown),
      );
    });
  }
}

function replyOf({status, headers, text, url: from}: Delivered, url: string): HttpReply {
  const found = new Headers(headers);
  return {status, url: from ?? url, header: (name) => found.get(name), text, version: () => Promise.resolve('http/1.1')};
}
