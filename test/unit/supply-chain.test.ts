import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {before, describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');

interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestIn = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** The folder of a package that `from` depends on. */
function folderOf(name: string, from: string): string {
  const paths = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  const found = paths.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')));
  assert.ok(found, `${name} is not installed`);
  return found;
}

/** This package and all that comes into a project with it. */
function installed(folder = root, seen = new Map<string, Manifest>()): ReadonlyMap<string, Manifest> {
  if (seen.has(folder)) return seen;
  const manifest = manifestIn(folder);
  seen.set(folder, manifest);
  for (const name of Object.keys(manifest.dependencies ?? {})) installed(folderOf(name, folder), seen);
  return seen;
}

describe('Threat 12: what comes with the package', () => {
  it('runs nothing when it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
    const all = [...installed().values()];
    assert.ok(all.length > 3);
    const running = all.filter(({name}) => existsSync(join(root, 'node_modules', name, 'binding.gyp')));
    const told = all.filter(({scripts = {}}) => hooks.slice(0, 3).some((hook) => hook in scripts));
    assert.deepEqual(
      [...running, ...told].map(({name}) => name),
      [],
    );
    assert.deepEqual(
      hooks.filter((hook) => hook in (manifestIn(root).scripts ?? {})),
      [],
    );
  });

  it('has exact versions', () => {
    for (const [name, version] of Object.entries(manifestIn(root).dependencies ?? {})) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  });

  it('is locked with a digest each', () => {
    const {packages} = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, {integrity?: string; link?: boolean}>;
    };
    const loose = Object.entries(packages).filter(([path, {integrity}]) => path !== '' && !integrity?.startsWith('sha512-'));
    assert.deepEqual(
      loose.map(([path]) => path),
      [],
    );
  });
});

describe('Threat 12: what was built', () => {
  let scripts: readonly (readonly [path: string, text: string])[] = [];
  before(() => {
    assert.ok(existsSync(dist), 'dist/ is missing: run `npm run build` first');
    scripts = readdirSync(dist, {recursive: true, encoding: 'utf8'})
      .filter((path) => path.endsWith('.js') && !path.startsWith('server'))
      .map((path) => [path, readFileSync(join(dist, path), 'utf8')] as const);
  });

  const holding = (pattern: RegExp): string[] => scripts.filter(([, text]) => pattern.test(text)).map(([path]) => path);

  it('turns no text into code', () => {
    assert.ok(scripts.length > 40);
    assert.deepEqual(holding(/\beval\(|new Function\b|\bFunction\(["'`]|document\.write|importScripts/), []);
  });

  it('loads nothing from another host', () => {
    assert.deepEqual(holding(/(import|from|fetch|Worker|importScripts)\s*\(?\s*["'`](https?:)?\/\//), []);
  });

  it('has in its worker nothing but the worker that lies beside it', () => {
    const [, inline = ''] = /workerSource = (.*);\n$/s.exec(readFileSync(join(dist, 'hash/inline-source.js'), 'utf8')) ?? [];
    const worker = readFileSync(join(dist, 'hash/hash.worker.js'), 'utf8');
    assert.ok(worker.startsWith(JSON.parse(inline) as string));
  });

  it('has its worker beside every build that looks for one there', () => {
    for (const path of holding(/new URL\(["']\.\/hash\.worker\.js["']/)) {
      assert.ok(existsSync(join(dist, dirname(path), 'hash.worker.js')), path);
    }
  });
});
