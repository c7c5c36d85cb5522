import type {Database} from './connection.js';
import {transact} from './transact.js';

/**
 * Removes kept files that no record stands for: a page ended in between. Files are kept only after their record was saved, so one
 * without cannot be new. Looks first, because removing needs both stores, and while a tab copies a file nobody could save a record.
 */
export async function dropOrphans(database: Database): Promise<void> {
  const kept = await transact(database, [['files'], 'readonly'], ({store}) => store.getAllKeys());
  const saved = new Set(await transact(database, [['uploads'], 'readonly'], ({store}) => store.getAllKeys()));
  const orphans = kept.filter((key) => !saved.has(key));
  if (orphans.length === 0) return;
  await transact(database, [['uploads', 'files'], 'readwrite'], async (transaction) => {
    const [uploads, files] = [transaction.objectStore('uploads'), transaction.objectStore('files')];
    for (const key of orphans) {
      if ((await uploads.getKey(key)) === undefined) await files.delete(key);
    }
  });
}
