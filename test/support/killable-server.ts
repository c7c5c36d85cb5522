import {spawn} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const program = fileURLToPath(new URL('./killable-server-main.ts', import.meta.url));

/** The upload server with the stories' pages in a process of its own, so that it can be killed in the middle of a story. */
export class KillableServer {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts on any port, with what an earlier process left in `directory`. */
  static async start(directory: string): Promise<KillableServer> {
    // The child ends with its standard input, so that it cannot outlive this process.
    const child = spawn(process.execPath, ['--import', 'tsx', program, directory], {stdio: ['pipe', 'pipe', 'inherit']});
    for await (const line of createInterface({input: child.stdout})) return new KillableServer(child, Number(line));
    throw new Error('The server ended before it listened.');
  }

  /**
   * SIGKILL: no last word, nothing is flushed by the process. What was given to the system stays there. SIGTERM: it takes nothing
   * new, and ends when running requests have ended.
   */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
