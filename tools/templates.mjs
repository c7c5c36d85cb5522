import {transformSync} from 'esbuild';
import ts from 'typescript';

/**
 * Makes the texts of `css`, `html` and `svg` templates shorter: bundlers leave them as they are. In markup only runs of white space
 * become one space, which a browser shows in the same way. What stands between templates, and in their holes, stays at its line and
 * column, so that source maps stay right.
 *
 * @param {string} text a module, in JavaScript or TypeScript
 * @returns {string}
 */
export function minifyTemplates(text) {
  const source = ts.createSourceFile('module.ts', text, ts.ScriptTarget.ES2022, true);
  /** @type {Edit[]} */
  const edits = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isTaggedTemplateExpression(node)) edits.push(...editsFor(node.tag.getText(source), node.template, source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits.sort((a, b) => b.from - a.from).reduce((done, edit) => replaced(done, edit), text);
}

/** What stands at `from` up to `to` becomes `short`. @typedef {{from: number, to: number, short: string}} Edit */

/** @param {string} tag @param {ts.TemplateLiteral} template @param {ts.SourceFile} source @returns {Edit[]} */
function editsFor(tag, template, source) {
  const isMarkup = tag === 'html' || tag === 'svg';
  if (!isMarkup && tag !== 'css') return [];
  if (ts.isNoSubstitutionTemplateLiteral(template)) {
    const short = isMarkup ? collapsed(template.getText(source)) : `\`${escaped(minifiedCss(template.text))}\``;
    return [{from: template.getStart(source), to: template.getEnd(), short}];
  }
  if (!isMarkup) throw new Error(`A style sheet with a hole is not known how to be minified: ${template.getText(source).slice(0, 80)}`);
  const pieces = [template.head, ...template.templateSpans.map(({literal}) => literal)];
  return pieces.map((piece) => ({from: piece.getStart(source), to: piece.getEnd(), short: collapsed(piece.getText(source))}));
}

/** @param {string} markup */
const collapsed = (markup) => markup.replace(/\s+/g, ' ');

/** @param {string} css */
const minifiedCss = (css) => transformSync(css, {loader: 'css', minify: true}).code.trim();

/** @param {string} text as it is to be inside a template */
const escaped = (text) => text.replace(/[\\`]|\$(?=\{)/g, '\\$&');

/** The white space after it keeps the rest in its place: it is outside of the template, where it means nothing. @param {string} text @param {Edit} edit */
function replaced(text, {from, to, short}) {
  const lines = text.slice(from, to).split('\n').length - 1;
  const column = columnAt(text, to);
  const pad = lines > 0 ? '\n'.repeat(lines) + ' '.repeat(column) : ' '.repeat(Math.max(0, to - from - short.length));
  return text.slice(0, from) + short + pad + text.slice(to);
}

/** @param {string} text @param {number} at */
const columnAt = (text, at) => at - (text.lastIndexOf('\n', at - 1) + 1);
