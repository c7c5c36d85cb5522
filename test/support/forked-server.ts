import type {ChildProcess} from 'node:child_process';
import {fork} from 'node:child_process';
import {once} from 'node:events';
import type {ServerOptions} from 'node:http';
import {fileURLToPath} from 'node:url';

import type {UploadHandlerOptions} from '../../src/server/index.js';

const program = fileURLToPath(new URL('./forked-server-main.ts', import.meta.url));

/** What it is run with: plain data. */
export interface ForkedOptions {
  readonly handler: UploadHandlerOptions;
  readonly node?: ServerOptions;
}

/** How the process is. */
export interface ForkedState {
  /** Bytes of its heap and of what hangs on it, after garbage was collected. */
  readonly memory: number;
  /** What is open beside the listening socket: connections, files, requests to the disk. */
  readonly open: readonly string[];
  /** What its log calls a fault, and what nobody caught. */
  readonly faults: readonly string[];
  /** How often `onComplete` was called, by id. */
  readonly completed: Readonly<Record<string, number>>;
}

/** The upload server in a process of its own, that tells how it is. */
export class ForkedServer {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(options: ForkedOptions): Promise<ForkedServer> {
    const child = fork(program, [JSON.stringify(options)], {execArgv: ['--import', 'tsx']});
    const [{port}] = (await once(child, 'message')) as [{port: number}];
    return new ForkedServer(child, port);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isUp(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async state(): Promise<ForkedState> {
    this.#child.send('state');
    const [state] = (await once(this.#child, 'message')) as [ForkedState];
    return state;
  }

  async stop(): Promise<void> {
    if (!this.isUp) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
