/** The stores of the database. */
export type StoreName = 'uploads' | 'files';

/** What a request comes to. @throws What IndexedDB says of it. */
export const answer = <T>(request: Pick<IDBRequest, 'addEventListener' | 'error'> & {readonly result: T}): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? ended()));
  });

/**
 * Does `work` in one transaction, and waits until that is complete: an exceeded quota shows at its end, and not at the request that was too
 * much. `work` gets the first of the stores, and waits for requests of the transaction only. It is undone when `work` throws or `stop` is
 * aborted. What it has changed is on the disk then, and not lost with the power, unless it is `relaxed`, which is much faster.
 *
 * @throws What aborted the transaction, or what `work` throws.
 */
export async function transact<T>(
  database: IDBDatabase,
  [names, mode, durability = 'strict']: readonly [
    names: readonly [StoreName, ...StoreName[]],
    mode: 'readonly' | 'readwrite',
    durability?: 'strict' | 'relaxed',
  ],
  work: (store: IDBObjectStore, transaction: IDBTransaction) => Promise<T>,
  stop?: AbortSignal,
): Promise<T> {
  const transaction = database.transaction(names, mode, {durability});
  const done = completion(transaction);
  // Also when nobody comes to wait for it: else the page is told of a rejection that nobody handled.
  done.catch(() => undefined);
  const undo = (): void => abort(transaction);
  stop?.addEventListener('abort', undo);
  try {
    const result = await work(transaction.objectStore(names[0]), transaction);
    await done;
    return result;
  } catch (thrown) {
    undo();
    throw transaction.error ?? thrown;
  } finally {
    stop?.removeEventListener('abort', undo);
  }
}

const completion = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error ?? ended()));
  });

/** It was aborted, and nothing was wrong. */
const ended = (): DOMException => new DOMException('The transaction was aborted', 'AbortError');

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already, or is past stopping.
  }
}
