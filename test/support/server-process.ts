import type {ChildProcess} from 'node:child_process';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const script = fileURLToPath(new URL('../../demo/server.mjs', import.meta.url));
const built = fileURLToPath(new URL('../../dist/server/index.js', import.meta.url));

/** What {@link startServer} may be told. */
export interface ProcessOptions {
  /** Folder of the uploads. */
  readonly uploads: string;
  /** @default any */
  readonly port?: number;
  /** A program, with its arguments, that runs the command that follows: to set limits, for instance. */
  readonly under?: readonly string[];
}

/** How the demo's server is made to misbehave. */
export interface DemoFaults {
  readonly delay?: number;
  readonly rate?: number;
  readonly fail?: number;
  readonly down?: boolean;
}

/** demo/server.mjs in a process of its own, that can be killed and started again on the same port and folder. */
export class ServerProcess {
  readonly port: number;
  readonly #options: ProcessOptions;
  #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, options: ProcessOptions) {
    this.#child = child;
    this.port = port;
    this.#options = options;
  }

  /** @throws Error when it ends before it listens, with what it said. */
  static async start(options: ProcessOptions): Promise<ServerProcess> {
    const {child, port} = await launch(options, options.port ?? 0);
    return new ServerProcess(child, port, options);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** URL that creates uploads. */
  get endpoint(): string {
    return `${this.origin}/uploads`;
  }

  /** SIGKILL: it gets no chance to do anything more. Resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  /** The same port, the same folder. */
  async restart(): Promise<void> {
    await this.kill();
    this.#child = (await launch(this.#options, this.port)).child;
  }

  /** Sets the faults of the demo. */
  async misbehave(faults: DemoFaults): Promise<void> {
    const headers = {'Content-Type': 'application/json'};
    const {ok} = await fetch(`${this.origin}/demo/faults`, {method: 'POST', headers, body: JSON.stringify(faults)});
    if (!ok) throw new Error('The faults could not be set');
  }
}

/** Starts demo/server.mjs. The package must have been built. */
export const startServer = (options: ProcessOptions): Promise<ServerProcess> => ServerProcess.start(options);

async function launch({uploads, under = []}: ProcessOptions, port: number): Promise<{child: ChildProcess; port: number}> {
  if (!existsSync(built)) throw new Error('dist/server is missing: run "npm run build" first');
  const [command = process.execPath, ...args] = [...under, process.execPath, script];
  const child = spawn(command, args, {env: {...process.env, PORT: String(port), UPLOADS: uploads}, stdio: ['ignore', 'pipe', 'pipe']});
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    const listen = (bytes: Buffer): void => {
      said.push(bytes.toString('utf8'));
      const found = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(said.join(''));
      if (found) resolve({child, port: Number(found[1])});
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${said.join('')}`)));
  });
}
