import {join, relative} from 'node:path';
import {gzipSync} from 'node:zlib';
import * as commonjs from '@rollup/plugin-commonjs';
import {nodeResolve} from '@rollup/plugin-node-resolve';
import {transform} from 'esbuild';
import {rollup} from 'rollup';

/** What a module brings with it, in bytes after gzip. @typedef {{first: number, whole: number, lazy: Map<string, number>}} Loads */
/** `module`: what it was made for, when it is loaded lazily. @typedef {{size: number, imports: string[], module: string | undefined}} File */

/** @param {string | Uint8Array} bytes */
export const gzipped = (bytes) => gzipSync(bytes, {level: 9}).length;

/** The plugin's types are those of a CommonJS module, and it is none. @typedef {{default: () => import('rollup').Plugin}} AsItIs */
const fromCommonJs = /** @type {AsItIs} */ (/** @type {unknown} */ (commonjs)).default;

const entryFile = 'entry.js';

/**
 * What is loaded with a module, as Vite makes it: divided by Rollup, minified by esbuild. Every file is compressed by itself, as servers do.
 *
 * @param {{root: string, entry: string, code?: string, onTheWay?: readonly string[]}} of paths from `root`; `code` in place of a file;
 *   `onTheWay`: lazy modules that count
 * @returns {Promise<Loads>} `first` at once, `whole` with those on the way; `lazy`: what each of all lazy modules adds to `first`
 */
export async function loadsOf({root, entry, code, onTheWay = []}) {
  const files = await filesOf(root, join(root, entry), code);
  /** @param {string} name @param {Set<string>} all @returns {Set<string>} with all that comes with the file */
  const withAll = (name, all) => {
    if (all.has(name)) return all;
    all.add(name);
    for (const next of files.get(name)?.imports ?? []) withAll(next, all);
    return all;
  };
  /** @param {readonly string[]} modules */
  const load = (modules) => {
    const wanted = [...files].filter(([name, {module = ''}]) => name === entryFile || modules.includes(module));
    const all = wanted.reduce((sum, [name]) => withAll(name, sum), new Set());
    return [...all].reduce((bytes, name) => bytes + (files.get(name)?.size ?? 0), 0);
  };
  const first = load([]);
  const lazy = [...files.values()].flatMap(({module}) => module ?? []);
  return {first, whole: load(onTheWay), lazy: new Map(lazy.map((module) => [module, load([module]) - first]))};
}

/** @param {string} root @param {string} input @param {string | undefined} code @returns {Promise<Map<string, File>>} by name */
async function filesOf(root, input, code) {
  const written = {
    name: 'written-down',
    /** @param {string} id */
    resolveId: (id) => (code !== undefined && id === input ? id : null),
    /** @param {string} id */
    load: (id) => (id === input ? code : null),
  };
  const bundle = await rollup({input, plugins: [written, nodeResolve({exportConditions: ['production']}), fromCommonJs()]});
  const {output} = await bundle.generate({format: 'es', entryFileNames: entryFile});
  await bundle.close();
  const files = new Map();
  for (const chunk of output) {
    if (chunk.type !== 'chunk') continue;
    const {code: short} = await transform(chunk.code, {minify: true, format: 'esm', target: 'es2022'});
    const module = chunk.isDynamicEntry ? relative(root, chunk.facadeModuleId ?? '') : undefined;
    files.set(chunk.fileName, {size: gzipped(short), imports: chunk.imports, module});
  }
  return files;
}
