import type {MemoryFile} from './memory-file.js';
import type {Survival} from './survival.js';

/** What a name stands for. */
export type Node = MemoryFolder | MemoryFile;
type Changes = readonly (readonly [name: string, node: Node | undefined])[];

/** A folder, with the names that the disk has and the changes that it does not have yet. A rename is one change. */
export class MemoryFolder {
  readonly names = new Map<string, Node>();
  readonly #durable = new Map<string, Node>();
  #pending: Changes[] = [];

  change(changes: Changes): void {
    apply(this.names, changes);
    this.#pending.push(changes);
  }

  sync(): void {
    for (const changes of this.#pending.splice(0)) apply(this.#durable, changes);
  }

  /** The folder after a crash. */
  survivor(survival: Survival): MemoryFolder {
    const names = new Map(this.#durable);
    for (const changes of this.#pending) if (survival.name()) apply(names, changes);
    const after = new MemoryFolder();
    for (const [name, node] of names) after.change([[name, node.survivor(survival)]]);
    after.sync();
    return after;
  }
}

function apply(names: Map<string, Node>, changes: Changes): void {
  for (const [name, node] of changes) {
    if (node) names.set(name, node);
    else names.delete(name);
  }
}
