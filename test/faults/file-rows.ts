import type {Row} from './row.js';

export const fileRows: readonly Row[] = [];
