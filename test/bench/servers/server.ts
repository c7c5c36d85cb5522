import type {ChildProcess} from 'node:child_process';
import {fork} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';

import type {Counts} from './counts.js';

/**
 * `sink` throws away what it gets. `reference` is `src/server` and `tus` is `@tus/server`: both write to a disk, with all their defaults. With an
 * owner the reference server takes claims.
 */
export type ServerKind = 'sink' | 'reference' | 'reference-with-owner' | 'tus';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));

/** A server in a process of its own, that also serves the pages. */
export class Server {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** @param bundles Folder with the pages' scripts. @param directory Where bytes are kept; the sink keeps none. */
  static async start(kind: ServerKind, bundles: string, directory: string): Promise<Server> {
    const child = fork(program, [kind, bundles, directory], {execArgv: ['--import', 'tsx']});
    const [port] = (await once(child, 'message')) as [number];
    return new Server(child, port);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What came since the last {@link reset}. */
  async counts(): Promise<Counts> {
    this.#child.send('counts');
    const [counts] = (await once(this.#child, 'message')) as [Counts];
    return counts;
  }

  /** Counts from nothing, and forgets or removes all uploads. */
  async reset(): Promise<void> {
    this.#child.send('reset');
    await once(this.#child, 'message');
  }

  async close(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
  }
}
