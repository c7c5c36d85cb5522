import {readFile} from 'node:fs/promises';

import type {UploaderPage} from './page.js';

/** What test/support/records-in-page.js puts into a page. */
declare const records: {
  read(): Promise<KeptRecords>;
  rewrite(fields: object): Promise<void>;
  remove(): Promise<'gone' | 'blocked'>;
  occupy(version: number): Promise<void>;
};

const inPage = readFile(new URL('./records-in-page.js', import.meta.url), 'utf8');

/** What a page's origin has stored of uploads. */
export interface KeptRecords {
  /** Keys and records of uploads. */
  readonly uploads: readonly (readonly [string, {readonly [field: string]: unknown}])[];
  /** Keys of uploads whose file is kept, as a copy or a handle. */
  readonly files: readonly string[];
}

/** What stands in IndexedDB. Makes no database where there is none. */
export async function keptRecords({page}: UploaderPage): Promise<KeptRecords> {
  await page.evaluate(await inPage);
  return page.evaluate(() => records.read());
}

/** Changes fields of every record, behind the element's back. A page that has the upload under way saves its own over that. */
export async function rewriteRecords({page}: UploaderPage, fields: {readonly [field: string]: unknown}): Promise<void> {
  await page.evaluate(await inPage);
  await page.evaluate((changes) => records.rewrite(changes), fields);
}

/** Removes the database, as clearing the site's data does. `blocked`: some page would not let go of it for 5 s. */
export async function removeRecords({page}: UploaderPage): Promise<'gone' | 'blocked'> {
  await page.evaluate(await inPage);
  return page.evaluate(() => records.remove());
}

/** Opens the database in another version and keeps it open whatever others ask: what a page of another release does that hangs. */
export async function occupyRecords({page}: UploaderPage, version: number): Promise<void> {
  await page.evaluate(await inPage);
  await page.evaluate((wanted) => records.occupy(wanted), version);
}
