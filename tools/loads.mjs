import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';

/** What a module brings with it, in bytes after gzip. @typedef {{first: number, whole: number, lazy: Map<string, number>}} Loads */

/** @param {Uint8Array} bytes */
export const gzipped = (bytes) => gzipSync(bytes, {level: 9}).length;

/**
 * What is loaded with a module, as a bundler makes it: every file is compressed by itself, as servers do.
 *
 * @param {{root: string, entry: string, code?: string, onTheWay?: readonly string[]}} of paths from `root`; `code` in place of a file;
 *   `onTheWay`: lazy modules that count
 * @returns {Promise<Loads>} `first` at once, `whole` with those on the way; `lazy`: what each of all lazy modules adds to `first`
 */
export async function loadsOf({root, entry, code, onTheWay = []}) {
  const {metafile, outputFiles} = await build({
    absWorkingDir: root,
    ...(code === undefined ? {entryPoints: [entry]} : {stdin: {contents: code, resolveDir: root, sourcefile: entry}}),
    ...{bundle: true, minify: true, splitting: true, format: 'esm', target: 'es2022'},
    ...{outdir: 'out', write: false, metafile: true},
  });
  const outputs = new Map(Object.entries(metafile.outputs));
  const sizes = new Map([...outputs.keys()].map((path, at) => [path, gzipped(outputFiles[at]?.contents ?? new Uint8Array())]));
  /** @param {string} path @param {Set<string>} files @returns {Set<string>} with all that comes with `path` */
  const withAll = (path, files) => {
    if (files.has(path)) return files;
    files.add(path);
    for (const {path: next, kind} of outputs.get(path)?.imports ?? []) if (kind === 'import-statement') withAll(next, files);
    return files;
  };
  /** @param {Iterable<string>} files */
  const sum = (files) => [...files].reduce((bytes, path) => bytes + (sizes.get(path) ?? 0), 0);
  const files = new Map([...outputs].flatMap(([path, {entryPoint}]) => (entryPoint === undefined ? [] : [[entryPoint, path]])));
  /** @param {readonly string[]} modules */
  const load = (modules) => sum(modules.reduce((all, module) => withAll(files.get(module) ?? '', all), new Set()));
  const first = load([entry]);
  const lazy = [...files.keys()].filter((module) => module !== entry);
  return {
    first,
    whole: load([entry, ...onTheWay.filter((module) => files.has(module))]),
    lazy: new Map(lazy.map((module) => [module, load([entry, module]) - first])),
  };
}
