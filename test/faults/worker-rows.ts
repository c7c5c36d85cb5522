import type {Row} from './row.js';

export const workerRows: readonly Row[] = [];
