import {readdirSync} from 'node:fs';
import {copyFile, mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

import {build} from 'esbuild';

import {dist} from './dist.js';

const pages = fileURLToPath(new URL('../pages', import.meta.url));

const usual = {bundle: true, format: 'esm', target: 'es2022', minify: true, logLevel: 'error'} as const;

/** Bundles the contestants' pages, and our element as a bundler does it, into a folder of their own. Gives its path. */
export async function bundlePages(): Promise<string> {
  const outdir = await mkdtemp(join(tmpdir(), 'bench-pages-'));
  const entryPoints = readdirSync(pages).map((name) => join(pages, name));
  await build({...usual, entryPoints, outdir, external: ['/dist/*', '/bundles/*'], alias: {'chunk-uploader': join(dist, 'index.js')}});
  const element = join(outdir, 'element');
  await build({...usual, entryPoints: [join(dist, 'define.js')], outdir: element, splitting: true});
  await copyFile(join(dist, 'hash/hash.worker.js'), join(element, 'hash.worker.js'));
  return outdir;
}

/** A module with all that it needs, as one file. */
export async function bundledText(contents: string, resolveDir: string): Promise<Uint8Array> {
  const {outputFiles} = await build({...usual, stdin: {contents, resolveDir}, write: false});
  const [file] = outputFiles;
  if (!file) throw new Error('esbuild made nothing');
  return file.contents;
}
