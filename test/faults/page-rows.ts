import type {Row} from './row.js';

export const pageRows: readonly Row[] = [];
