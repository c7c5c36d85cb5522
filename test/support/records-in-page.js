/** Runs in the page and gets at what the element has stored. Plain JavaScript because it goes into the page as it is. */
{
  /** The element's database. */
  const name = 'chunk-uploader';

  /** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
  const asked = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('IndexedDB gave no reason'));
    });

  /** @template T @param {(database: IDBDatabase) => Promise<T>} work @param {T} none */
  const inDatabase = async (work, none) => {
    const databases = await indexedDB.databases();
    if (!databases.some((one) => one.name === name)) return none;
    const database = await asked(indexedDB.open(name));
    try {
      return await work(database);
    } finally {
      database.close();
    }
  };

  const records = {
    /** Keys and records of uploads, and keys of files. Makes no database where there is none. */
    read: () =>
      inDatabase(
        async (database) => {
          const both = database.transaction(['uploads', 'files']);
          const [uploads, files] = [both.objectStore('uploads'), both.objectStore('files')];
          const [keys, all, kept] = await Promise.all([asked(uploads.getAllKeys()), asked(uploads.getAll()), asked(files.getAllKeys())]);
          return {uploads: keys.map((key, at) => [String(key), all[at]]), files: kept.map(String)};
        },
        {uploads: [], files: []},
      ),
    /** @param {object} fields */
    rewrite: (fields) =>
      inDatabase(async (database) => {
        const uploads = database.transaction('uploads', 'readwrite').objectStore('uploads');
        const [keys, all] = await Promise.all([asked(uploads.getAllKeys()), asked(uploads.getAll())]);
        await Promise.all(keys.map((key, at) => asked(uploads.put({...all[at], ...fields}, key))));
      }, undefined),
    /** @returns {Promise<'gone' | 'blocked'>} */
    remove: () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = () => resolve('gone');
        request.onerror = () => reject(request.error ?? new Error('The database cannot be removed'));
        request.onblocked = () => setTimeout(resolve, 5_000, 'blocked');
      }),
    /** Stays open, and lets go of it for nobody. @param {number} version */
    occupy: (version) => asked(indexedDB.open(name, version)).then(() => undefined),
  };
  Object.assign(globalThis, {records});
}
