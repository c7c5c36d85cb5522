import type {IDBPTransaction, StoreNames} from 'idb';
import type {Database, Stored} from './connection.js';

/**
 * Does `work` in one transaction, and waits until that is complete: an exceeded quota shows at its end, and not at the request that was too
 * much. `work` waits for requests of the transaction only. It is undone when `work` throws or `stop` is aborted. What it has changed is on
 * the disk then, and not lost with the power, unless it is `relaxed`, which is much faster.
 *
 * @throws What aborted the transaction, or what `work` throws.
 */
export async function transact<T, const Names extends readonly StoreNames<Stored>[], Mode extends 'readonly' | 'readwrite'>(
  database: Database,
  [names, mode, durability = 'strict']: readonly [names: Names, mode: Mode, durability?: 'strict' | 'relaxed'],
  work: (transaction: IDBPTransaction<Stored, Names, Mode>) => Promise<T>,
  stop?: AbortSignal,
): Promise<T> {
  const transaction = database.transaction(names, mode, {durability});
  // Also when nobody comes to wait for it: else the page is told of a rejection that nobody handled.
  transaction.done.catch(() => undefined);
  const undo = (): void => abort(transaction);
  stop?.addEventListener('abort', undo);
  try {
    const result = await work(transaction);
    await transaction.done;
    return result;
  } catch (thrown) {
    undo();
    throw transaction.error ?? thrown;
  } finally {
    stop?.removeEventListener('abort', undo);
  }
}

function abort(transaction: {abort(): void}): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already, or is past stopping.
  }
}
