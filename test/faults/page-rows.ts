import {elementRows} from './page-rows-element.js';
import {pageLifeRows} from './page-rows-life.js';
import {returnRows} from './page-rows-return.js';
import {tabRows} from './page-rows-tabs.js';
import type {Row} from './row.js';
import {clearedRow} from './storage-rows-lost.js';

const inOrder = (row: Row, other: Row): number => Number(row.number.slice(1)) - Number(other.number.slice(1));

export const pageRows: readonly Row[] = [...pageLifeRows, ...returnRows, ...tabRows, ...elementRows, clearedRow].sort(inOrder);
