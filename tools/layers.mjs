/** Who may import whom in src/. Reads what the TypeScript parser finds, so a comment or a string is no import. */
import {posix} from 'node:path';
import ts from 'typescript';

/**
 * @typedef {ReadonlyMap<string, string>} Sources text by path below src/, with `/`
 * @typedef {{from: string, to: string, typeOnly: boolean}} Import `to`: a path below src/ that ends in .ts, or a package's name
 */

/** Folders of src/ that a file of this folder may import from, besides its own. '' are the files in src/ itself: the doors.
 *  @type {Record<string, readonly string[]>} */
const folders = {
  core: [],
  protocols: ['core'],
  net: ['core'],
  hash: ['core'],
  stores: ['core'],
  element: ['core'],
  server: [],
  '': ['core', 'protocols', 'net', 'hash', 'stores', 'element'],
};

/** The composition root sees every layer. @type {Record<string, readonly string[]>} */
const files = {'element/wire.ts': ['core', 'protocols', 'net', 'hash', 'stores']};

/** The server counts with the ranges of the engine. Of the rest of the core it may use types, which leave nothing at run time. */
const sharedWithServer = 'core/ranges.ts';

/** The only places that may import a package. A place is a folder (with `/`) or a file. `node:` stands for all of Node. */
const packages = {
  lit: 'element/',
  comlink: 'hash/',
  idb: 'stores/',
  'spark-md5': 'hash/md5.ts',
  'hash-wasm': 'hash/md5-wasm.ts',
  'node:': 'server/',
};

/** The engine, from above to below. What one of a later row needs at run time never leads to an earlier one, on any way. */
const coreRows = [['uploader'], ['upload'], ['run'], ['pool', 'retry', 'state'], ['ports'], ['errors', 'ranges']];

/** @param {string} file */
const folderOf = (file) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');

/** @param {ts.Node} node @returns {{name: ts.Node | undefined, typeOnly: boolean} | undefined} */
function nameIn(node) {
  if (ts.isImportDeclaration(node)) return {name: node.moduleSpecifier, typeOnly: isTypeOnly(node.importClause)};
  if (ts.isExportDeclaration(node)) return {name: node.moduleSpecifier, typeOnly: node.isTypeOnly};
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return {name: node.argument.literal, typeOnly: true};
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return {name: node.arguments[0], typeOnly: false};
  return undefined;
}

/** @param {ts.ImportClause | undefined} clause */
function isTypeOnly(clause) {
  if (!clause) return false; // for its side effect
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  if (clause.name || !names || !ts.isNamedImports(names)) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

/** Every import, re-export and `import()` of a file. @param {string} from @param {string} text @returns {Import[]} */
export function importsOf(from, text) {
  /** @type {Import[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const named = nameIn(node);
    if (named?.name && ts.isStringLiteralLike(named.name)) found.push({from, to: target(from, named.name.text), typeOnly: named.typeOnly});
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(from, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** @param {string} from @param {string} name */
function target(from, name) {
  if (!name.startsWith('.')) return name;
  return posix.join(posix.dirname(from), name).replace(/\.js$/, '.ts');
}

/** @param {Import} one @returns {string | undefined} what is wrong with it */
function objection({from, to, typeOnly}) {
  const [own, other] = [folderOf(from), folderOf(to)];
  if (!to.endsWith('.ts')) return packageObjection(from, to);
  if (!(own in folders)) return 'comes from a folder that the layers do not know';
  if (own === 'server' && other === 'core' && (typeOnly || to === sharedWithServer)) return undefined;
  if (own === other || folders[own]?.includes(other) || files[from]?.includes(other)) return undefined;
  return `${own || 'a door'} must not see ${other || 'the doors'}`;
}

/** @param {string} from @param {string} name */
function packageObjection(from, name) {
  const entry = Object.entries(packages).find(([known]) => name === known || name.startsWith(known.endsWith(':') ? known : `${known}/`));
  if (!entry) return 'is a package that no layer may import';
  const [, place] = entry;
  return from === place || (place.endsWith('/') && from.startsWith(place)) ? undefined : `belongs into ${place} only`;
}

/** @param {Sources} sources */
const allImports = (sources) => [...sources].flatMap(([file, text]) => importsOf(file, text));

/** Everything a file needs at run time, directly or not. @param {readonly Import[]} imports @param {string} file */
function reach(imports, file) {
  const seen = new Set([file]);
  for (const one of seen) for (const {from, to, typeOnly} of imports) if (from === one && !typeOnly) seen.add(to);
  seen.delete(file);
  return seen;
}

/** @param {readonly Import[]} imports @returns {string[]} */
function coreOutOfOrder(imports) {
  const paths = coreRows.map((row) => row.map((name) => `core/${name}.ts`));
  return paths.flatMap((row, at) =>
    row.flatMap((file) => {
      const needed = reach(imports, file);
      return paths
        .slice(0, at)
        .flat()
        .filter((above) => needed.has(above))
        .map((above) => `${file} leads to ${above}, which stands above it`);
    }),
  );
}

/** @param {readonly Import[]} imports @returns {string[]} */
function cycles(imports) {
  const runtime = imports.filter(({typeOnly}) => !typeOnly);
  return runtime
    .filter(({from, to}) => to === from || reach(imports, to).has(from))
    .map(({from, to}) => `${from} and ${to} need each other`);
}

/** Each import that breaks a rule of the layers, in words. Empty when there is none. @param {Sources} sources */
export function wrongImports(sources) {
  const imports = allImports(sources);
  const wrong = imports.flatMap((one) => {
    const why = objection(one);
    return why === undefined ? [] : [`${one.from} imports ${one.to}: ${why}`];
  });
  return [...wrong, ...coreOutOfOrder(imports), ...cycles(imports)];
}
