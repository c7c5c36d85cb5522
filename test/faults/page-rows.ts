import {elementRows} from './page-rows-element.js';
import {pageLifeRows} from './page-rows-life.js';
import type {Row} from './row.js';

const inOrder = (row: Row, other: Row): number => Number(row.number.slice(1)) - Number(other.number.slice(1));

export const pageRows: readonly Row[] = [...pageLifeRows, ...elementRows].sort(inOrder);
