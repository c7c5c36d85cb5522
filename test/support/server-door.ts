import {seedUpload} from './seed-upload.js';
import type {Seed} from './seed-upload.js';
import type {Intercept, TestServer} from './serve.js';

/** What a refusal may say beside its status. */
interface Words {
  /** `type` of the problem document. @default 'about:blank' */
  readonly type?: string;
}

/** Stands before a server and lets requests wait, refuses them, or puts something behind it that was not there. */
export class ServerDoor {
  /** How many requests were refused. */
  refused = 0;
  readonly #server: TestServer;

  constructor(server: TestServer) {
    this.#server = server;
  }

  /** Answers one request that `matches` in the handler's place, after its body was read. */
  answer(matches: (request: Request) => boolean, status: number, words: Words = {}): void {
    let left = 1;
    this.refuseWhile((request) => matches(request) && left-- > 0, status, words);
  }

  /** Answers every request that `matches` in the handler's place, after its body was read. */
  refuseWhile(matches: (request: Request) => boolean, status: number, {type = 'about:blank'}: Words = {}): void {
    const server = this.#server;
    const before = server.intercept;
    server.intercept = async (request, next) => {
      if (!matches(request)) return before(request, next);
      this.refused += 1;
      await request.arrayBuffer();
      return Response.json({type, title: 'Refused for the story', status}, {status, headers: {'content-type': 'application/problem+json'}});
    };
  }

  /**
   * Has `answer` answer requests that `matches` in the handler's place, `count` at most; its `next` is what would have answered. `met` is
   * fulfilled when the first has come, `end` ends it.
   */
  instead(
    matches: (request: Request) => boolean,
    answer: Intercept,
    count = Infinity,
  ): {readonly met: Promise<void>; readonly end: () => void} {
    const server = this.#server;
    const before = server.intercept;
    let left = count;
    const met = new Promise<void>((resolve) => {
      server.intercept = (request, next) => {
        if (left <= 0 || !matches(request)) return before(request, next);
        left -= 1;
        resolve();
        return answer(request, (asked) => before(asked, next));
      };
    });
    return {met, end: () => void (left = 0)};
  }

  /** Lets the next `count` requests that match wait at the server's door, bodies unread. `came` is fulfilled when the first has come. */
  hold(matches: (request: Request) => boolean, count = Infinity): {readonly came: Promise<void>; readonly release: () => void} {
    const server = this.#server;
    const before = server.intercept;
    let left = count;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const came = new Promise<void>((resolve) => {
      server.intercept = async (request, next) => {
        if (!matches(request) || left-- <= 0) return before(request, next);
        resolve();
        await released;
        return before(request, next);
      };
    });
    return {came, release};
  }

  /** Makes the server have the first bytes, all zeros, of the upload that is created next. The promise is fulfilled with its id. */
  seedFirstUpload(seed: Pick<Seed, 'size' | 'received' | 'algorithm'>): Promise<string> {
    const server = this.#server;
    const before = server.intercept;
    let seeding: Promise<string> | undefined;
    return new Promise((seeded) => {
      server.intercept = async (request, next) => {
        if (request.method === 'POST') {
          const key = request.headers.get('idempotency-key')?.replaceAll('"', '') ?? '';
          // The same creation may come again while this is at work.
          seeding ??= seedUpload({directory: server.directory, key, ...seed});
          seeded(await seeding);
        }
        return before(request, next);
      };
    });
  }
}
