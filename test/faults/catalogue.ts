import {fileRows} from './file-rows.js';
import {networkRows} from './network-rows.js';
import {pageRows} from './page-rows.js';
import type {Row} from './row.js';
import {storageRows} from './storage-rows.js';
import {workerRows} from './worker-rows.js';

/** Every fault that the promises are held against, in order. */
export const catalogue: readonly Row[] = [...networkRows, ...fileRows, ...pageRows, ...workerRows, ...storageRows];

const series = {N: 35, F: 18, B: 15, W: 7, S: 5} as const;

/** The numbers of all faults that there are. */
export const faultNumbers: readonly string[] = Object.entries(series).flatMap(([letter, count]) =>
  Array.from({length: count}, (_, index) => `${letter}${index + 1}`),
);
