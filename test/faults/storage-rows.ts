import type {Row} from './row.js';

export const storageRows: readonly Row[] = [];
