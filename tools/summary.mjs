/**
 * What a run ends with, so that the end of its output is enough to know what failed: every failure once more, then the total.
 *
 * @typedef {{name: string, error: string}} Failure `name`: of the suites and the test, or what befell the whole file; `error`: may be ''
 * @typedef {{file: string, browser?: string, passed: number, skipped: number, failures: readonly Failure[]}} Count
 */

/** Of an error, only its beginning is told again: so many lines, of so many characters. */
const lines = 15;
const width = 300;

/** @param {string} error */
function beginning(error) {
  const all = error.split('\n').filter((line) => line.trim() !== '');
  const told = all.slice(0, lines).map((line) => (line.length > width ? `${line.slice(0, width)}…` : line));
  return all.length > lines ? [...told, `… and ${all.length - lines} more lines`] : told;
}

/** Where it failed, its name, and the beginning of its error. @param {Count} count @returns {string[]} */
const failuresOf = ({file, browser, failures}) =>
  failures.map(({name, error}) => {
    const where = browser === undefined ? file : `${file} (${browser})`;
    return [`✖ ${where}`, `  ${name}`, ...beginning(error).map((line) => `      ${line}`)].join('\n');
  });

/** How many of each there are in all. @param {readonly Count[]} counts */
export function totalOf(counts) {
  const total = {passed: 0, failed: 0, skipped: 0};
  for (const {passed, failures, skipped} of counts) {
    total.passed += passed;
    total.failed += failures.length;
    total.skipped += skipped;
  }
  return total;
}

/** The last part of a run's output. Its last line is the total. @param {readonly Count[]} counts */
export function summary(counts) {
  const {passed, failed, skipped} = totalOf(counts);
  const blocks = counts.flatMap(failuresOf);
  const told = blocks.length === 0 ? [] : ['── what failed', ...blocks];
  return `\n${[...told, `${passed} passed, ${failed} failed, ${skipped} skipped`].join('\n\n')}`;
}
