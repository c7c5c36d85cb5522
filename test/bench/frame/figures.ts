/** What a figure is to be, at most or at least. */
export type Goal = {readonly most: number} | {readonly least: number};

/** One figure: a value per round, as it was measured. */
export interface Figure {
  readonly values: readonly number[];
  /** Digits after the point. @default 2 */
  readonly digits?: number;
  readonly goal?: Goal;
}

/** A cell of a table: a figure, or words. */
export type Cell = Figure | string;

export interface Row {
  readonly name: string;
  readonly cells: readonly Cell[];
}

export interface Table {
  /** Finds it again, for the chart. */
  readonly id: string;
  readonly title: string;
  /** The first column is the name. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly note?: string;
}

/** What one measurement has found. */
export interface Section {
  readonly title: string;
  /** How it was measured, in a few sentences. */
  readonly how: string;
  readonly rounds: number;
  readonly tables: readonly Table[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [below = NaN, above = NaN] = sorted.length % 2 === 0 ? sorted.slice(middle - 1, middle + 1) : [sorted[middle], sorted[middle]];
  return (below + above) / 2;
}

/** Whether the median is as it is to be; the goal is compared with what is shown, not with digits nobody sees. */
export function isMet({values, goal, digits = 2}: Figure): boolean | undefined {
  if (!goal || values.length === 0) return undefined;
  const shown = Number(median(values).toFixed(digits));
  return 'most' in goal ? shown <= goal.most : shown >= goal.least;
}

/** `1.02 (0.98–1.10)`; one value stands alone. */
export function figureText({values, digits = 2}: Figure): string {
  if (values.length === 0) return '–';
  const text = (value: number): string => value.toFixed(digits);
  const middle = text(median(values));
  return values.length === 1 ? middle : `${middle} (${text(Math.min(...values))}–${text(Math.max(...values))})`;
}

/** `≤ 1.00`, without a goal `''`. */
export function goalText({goal, digits = 2}: Figure): string {
  if (!goal) return '';
  return 'most' in goal ? `≤ ${goal.most.toFixed(digits)}` : `≥ ${goal.least.toFixed(digits)}`;
}

/** A cell as text. */
export function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  const met = isMet(cell);
  return met === undefined ? figureText(cell) : `${figureText(cell)} ${met ? '✔' : '✘'} ${goalText(cell)}`;
}
