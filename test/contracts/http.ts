import type {Http} from '../../src/core/ports.js';
import type {EchoServer} from '../support/echo-server.js';
import {keepsClauses, type Exceptions, type Runner} from './clauses.js';
import {answers} from './http-answers.js';
import {bodies} from './http-bodies.js';
import {failures} from './http-failures.js';
import {stopping} from './http-stopping.js';

/** An `Http`, and the URL of an {@link EchoServer} to talk to. */
export interface HttpScene {
  readonly http: Http;
  readonly echo: string;
}

/** ms that is enough for every request that is to succeed. */
export const enough = 8_000;

const clauses = {...answers, ...bodies, ...stopping, ...failures};

/**
 * What every `Http` does, whatever it is made of.
 *
 * @param open Gives an `Http` and the URL of an echo server.
 * @param except Clauses that cannot hold, each with the reason.
 */
export function keepsTheHttpContract(
  name: string,
  open: () => Promise<HttpScene>,
  runner: Runner,
  except?: Exceptions<typeof clauses>,
): void {
  keepsClauses(`the Http contract: ${name}`, clauses, {open, close: async () => undefined}, runner, except);
}
