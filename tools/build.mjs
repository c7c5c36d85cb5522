/** `npm run build`: everything that is published, into dist/. Serial, and the first step that fails ends it. */
import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {minifyTemplates} from './templates.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program of node_modules/.bin; its output is ours. @param {string} program @param {string[]} args */
function run(program, ...args) {
  try {
    execFileSync(`node_modules/.bin/${program}`, args, {cwd: root, stdio: 'inherit', shell: process.platform === 'win32'});
  } catch {
    console.error(`✖ build: ${program} ${args.join(' ')} failed`);
    process.exit(1);
  }
}

rmSync(`${root}/dist`, {recursive: true, force: true});

// 1. Unbundled ES modules and their types. The server is a program of its own: it sees Node, and no DOM.
run('tsc', '-p', 'tsconfig.json');
run('tsc', '-p', 'src/server/tsconfig.json');

// 2. Style sheets and markup inside of modules, which no bundler makes shorter.
for (const name of readdirSync(`${root}/dist/element`).filter((one) => one.endsWith('.js'))) {
  const file = `${root}/dist/element/${name}`;
  writeFileSync(file, minifyTemplates(readFileSync(file, 'utf8')));
}

// 3. What must be in one piece: the worker, its text, and the file for pages without a bundler.
run('rollup', '--config', 'rollup.config.mjs', '--silent');

// 4. What editors want to know about the tag.
run('cem', 'analyze', '--config', 'tools/cem.config.mjs', '--quiet');
