import {readdirSync} from 'node:fs';
import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

import {build} from 'esbuild';

const pages = fileURLToPath(new URL('../pages', import.meta.url));

/** Bundles the contestants' pages into a folder of their own, and gives its path. */
export async function bundlePages(): Promise<string> {
  const outdir = await mkdtemp(join(tmpdir(), 'bench-pages-'));
  const entryPoints = readdirSync(pages).map((name) => join(pages, name));
  // The element is what `npm run build` has made, and not bundled again.
  const external = ['/dist/*', '/strict/*'];
  await build({entryPoints, outdir, bundle: true, format: 'esm', target: 'es2022', minify: true, external, logLevel: 'error'});
  return outdir;
}
