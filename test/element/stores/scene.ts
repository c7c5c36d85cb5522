import type {SourceFile} from '../../../src/core/ports.js';
import {sourceFile} from '../../../src/core/source-file.js';

let made = 0;

/** A name that no other test's database has. */
export const freshName = (): string => `test-${Date.now()}-${made++}`;

/** Removes a database, and waits until it is gone. */
export function removeDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error('not removed'));
  });
}

/** A file of the page's memory. */
export const fileOf = (content: BlobPart, more: Partial<SourceFile> = {}): SourceFile => ({
  ...sourceFile({blob: new File([content], 'a.txt', {type: 'text/plain', lastModified: 5_000}), name: 'a.txt', lastModified: 5_000}),
  ...more,
});

/** A signal that nobody aborts. */
export const never = (): AbortSignal => new AbortController().signal;
