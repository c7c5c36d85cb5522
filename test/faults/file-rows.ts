import {changedFileRows} from './file-rows-changed.js';
import {oddNameRows} from './file-rows-names.js';
import {oddFileRows} from './file-rows-odd.js';
import type {Row} from './row.js';

const inOrder = (row: Row, other: Row): number => Number(row.number.slice(1)) - Number(other.number.slice(1));

export const fileRows: readonly Row[] = [...changedFileRows, ...oddFileRows, ...oddNameRows].sort(inOrder);
