import {answerRows} from './answer-rows.js';
import {lineRows} from './line-rows.js';
import {refusalRows} from './refusal-rows.js';
import type {Row} from './row.js';
import {serverRows} from './server-rows.js';
import {truthRows} from './truth-rows.js';

const position = ({number}: Row): number => Number(number.slice(1));

/** Faults of the network and of what answers in it, in the order of their numbers. */
export const networkRows: readonly Row[] = [...lineRows, ...answerRows, ...refusalRows, ...truthRows, ...serverRows].sort(
  (one, other) => position(one) - position(other),
);
