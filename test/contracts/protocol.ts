import {keepsClauses, type Exceptions, type Runner} from './clauses.js';
import {claiming} from './protocol-claiming.js';
import {comingBack} from './protocol-coming-back.js';
import {opening} from './protocol-opening.js';
import type {ProtocolScene} from './protocol-scene.js';
import {sending} from './protocol-sending.js';
import {stoppingRequests} from './protocol-stopping.js';

const clauses = {...opening, ...sending, ...comingBack, ...claiming, ...stoppingRequests};

/**
 * What every `Protocol` does, whatever its server.
 *
 * @param open Gives a protocol and a fresh server.
 * @param except Clauses that cannot hold, each with the reason.
 */
export function keepsTheProtocolContract(
  name: string,
  open: () => Promise<ProtocolScene>,
  runner: Runner,
  except?: Exceptions<typeof clauses>,
): void {
  keepsClauses(`the Protocol contract: ${name}`, clauses, {open, close: (scene) => scene.close()}, runner, except);
}
