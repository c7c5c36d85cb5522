import {keepsClauses, type Exceptions, type Runner} from './clauses.js';
import {answers} from './http-answers.js';
import {bodies} from './http-bodies.js';
import {failures} from './http-failures.js';
import type {HttpScene} from './http-scene.js';
import {stopping} from './http-stopping.js';

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
