/** Leaves out what spark-md5 has for strings, for saved states and for browsers of long ago: nothing here calls it, and it is a third of the code. */

/** Everything that is assigned at the top of the package and needed: MD5 of ArrayBuffers, in pieces. */
const needed = /^SparkMD5\.(ArrayBuffer(\.prototype\.(append|end|reset|_finish))?|prototype\._finish)$/;

/** @typedef {{type: string, start: number, end: number, expression?: {type: string, left?: {start: number, end: number}}}} Statement */

/** What is left in by the minifier when nothing else needs it any more. @param {Statement} statement @param {string} code */
function isLeftOut({type, expression}, code) {
  if (type === 'IfStatement') return true; // the tests for old browsers
  if (type !== 'ExpressionStatement' || expression?.type !== 'AssignmentExpression' || !expression.left) return false;
  return !needed.test(code.slice(expression.left.start, expression.left.end));
}

/** A plugin for rollup, to stand before the one that reads CommonJS. @returns {import('rollup').Plugin} */
export const leanSparkMd5 = () => ({
  name: 'lean-spark-md5',
  transform(code, id) {
    if (!/\/spark-md5\.js$/.test(id)) return null;
    /** @type {any} */
    const [{expression}] = this.parse(code).body;
    /** @type {readonly Statement[]} */
    const statements = expression.arguments[0].body.body;
    const lean = statements.filter((statement) => isLeftOut(statement, code)).reverse();
    return {code: lean.reduce((left, {start, end}) => left.slice(0, start) + left.slice(end), code), map: null};
  },
});
