import type {Http} from '../../src/core/ports.js';

/** An `Http`, and the URL of an `EchoServer` (test/support/echo-server.ts) to talk to. */
export interface HttpScene {
  readonly http: Http;
  readonly echo: string;
}

/** ms that is enough for every request that is to succeed. */
export const enough = 8_000;
