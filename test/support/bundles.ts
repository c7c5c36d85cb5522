import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

import * as commonjs from '@rollup/plugin-commonjs';
import {nodeResolve} from '@rollup/plugin-node-resolve';
import {build} from 'esbuild';
import {rollup} from 'rollup';
import type {Plugin} from 'rollup';

const exported = (name: string): string => fileURLToPath(import.meta.resolve(name));

/** What a page that is bundled is made from, by the names of the files that these become. README: Bundlers. */
const entries = {main: exported('chunk-uploader/define'), 'hash.worker': exported('chunk-uploader/worker')};

/** The plugin's types are those of a CommonJS module, and it is none. */
const fromCommonJs = (commonjs as unknown as {default: () => Plugin}).default;

async function byEsbuild(outdir: string): Promise<void> {
  await build({entryPoints: entries, outdir, bundle: true, splitting: true, format: 'esm', minify: true});
}

async function byRollup(dir: string): Promise<void> {
  const bundle = await rollup({input: entries, plugins: [nodeResolve(), fromCommonJs()]});
  await bundle.write({dir, format: 'es'});
  await bundle.close();
}

const bundlers = {esbuild: byEsbuild, rollup: byRollup};

/** The bundlers that are there. */
export type Bundler = keyof typeof bundlers;
export const bundlerNames = Object.keys(bundlers) as readonly Bundler[];

/** A new folder with the built package, as a consumer's bundler leaves it: `main.js`, and what that loads later. To be removed by the caller. */
export async function bundled(by: Bundler): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chunk-uploader-bundle-'));
  await bundlers[by](folder);
  return folder;
}
