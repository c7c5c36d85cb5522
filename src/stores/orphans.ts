import {answer, transact} from './transact.js';

/**
 * Removes kept files that no record stands for: a page ended in between. Files are kept only after their record was saved, so one
 * without cannot be new. Looks first, because removing needs both stores, and while a tab copies a file nobody could save a record.
 */
export async function dropOrphans(database: IDBDatabase): Promise<void> {
  const kept = await transact(database, [['files'], 'readonly'], (store) => answer(store.getAllKeys()));
  const saved = new Set(await transact(database, [['uploads'], 'readonly'], (store) => answer(store.getAllKeys())));
  const orphans = kept.filter((key) => !saved.has(key));
  if (orphans.length === 0) return;
  await transact(database, [['uploads', 'files'], 'readwrite'], async (uploads, transaction) => {
    const files = transaction.objectStore('files');
    for (const key of orphans) {
      if ((await answer(uploads.getKey(key))) === undefined) await answer(files.delete(key));
    }
  });
}
