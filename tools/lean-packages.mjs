/** Plugins for rollup that leave out of packages what nothing here calls, where a minifier cannot know that. */

/** A line of Comlink that brings a third of it: functions as arguments and results of calls. */
const functionsAsValues = '    ["proxy", proxyTransferHandler],\n';

/** Comlink for calls with plain values. @returns {import('rollup').Plugin} */
export const leanComlink = () => ({
  name: 'lean-comlink',
  transform(code, id) {
    if (!/\/comlink\.mjs$/.test(id)) return null;
    if (!code.includes(functionsAsValues)) this.error('Comlink has changed: what is left out of it is not there');
    return {code: code.replace(functionsAsValues, '\n'), map: null};
  },
});

/** Everything that is assigned at the top of the package and needed: MD5 of ArrayBuffers, in pieces. */
const needed = /^SparkMD5\.(ArrayBuffer(\.prototype\.(append|end|reset|_finish))?|prototype\._finish)$/;

/** @typedef {{type: string, start: number, end: number}} Node */
/** @typedef {Node & {expression?: Node & {left?: Node, right?: Node & {body?: {body: Statement[]}}}}} Statement */

/** What is left in by the minifier when nothing else needs it any more. @param {Statement} statement @param {string} code @returns {readonly Node[]} */
function leftOut(statement, code) {
  const {type, expression} = statement;
  if (type === 'IfStatement') return [statement]; // the tests for old browsers
  if (type !== 'ExpressionStatement' || expression?.type !== 'AssignmentExpression' || !expression.left) return [];
  if (!needed.test(code.slice(expression.left.start, expression.left.end))) return [statement];
  return expression.right?.body?.body.filter(({start, end}) => /^if \(raw\)/.test(code.slice(start, end))) ?? []; // whether bytes are wanted
}

/**
 * A module of spark-md5 without what it has for strings, for digests as bytes, for saved states and for browsers of long ago, which is two
 * fifths of it.
 *
 * @returns {import('rollup').Plugin}
 */
export const leanSparkMd5 = () => ({
  name: 'lean-spark-md5',
  transform(code, id) {
    if (!/\/spark-md5\.js$/.test(id)) return null;
    /** @type {any} */
    const [{expression}] = this.parse(code).body;
    /** @type {Node & {body: readonly Statement[]}} */
    const {start, body} = expression.arguments[0].body;
    const lean = body.flatMap((statement) => leftOut(statement, code)).reverse();
    const end = body.find(({type}) => type === 'ReturnStatement')?.start;
    const whole = lean.reduce((left, out) => left.slice(0, out.start) + ' '.repeat(out.end - out.start) + left.slice(out.end), code);
    return {code: `${whole.slice(start + 1, end)} export default SparkMD5;`, map: null};
  },
});
