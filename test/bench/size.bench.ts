/** What a page downloads: our bundles and everybody else's, made by esbuild and compressed by gzip -9. */
import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import {gzipSync} from 'node:zlib';

import {build} from 'esbuild';

import type {Goal, Row} from './frame/figures.js';
import {keep} from './frame/results.js';

interface Bundle {
  readonly name: string;
  /** A module that imports what is measured, or a file that is already built. */
  readonly source: {readonly text: string} | {readonly file: string};
  readonly goal?: Goal;
}

const bundles: readonly Bundle[] = [
  {name: 'chunk-uploader: tag, engine, Lit', source: {text: 'import "../../dist/define.js"'}, goal: {most: 18}},
  {
    name: 'chunk-uploader: engine without the tag',
    source: {
      text: 'export {Uploader} from "../../dist/core/uploader.js"; export {chunks} from "../../dist/protocols/chunks.js"; export {xhrHttp} from "../../dist/net/xhr.js"',
    },
    goal: {most: 7},
  },
  {name: 'chunk-uploader: worker', source: {file: '../../dist/hash/hash.worker.js'}, goal: {most: 6}},
  {name: 'chunk-uploader: one file for pages without a bundler', source: {file: '../../dist/cdn/chunk-uploader.js'}, goal: {most: 28}},
  {name: 'tus-js-client', source: {text: 'export * from "tus-js-client"'}},
  {name: '@uppy/core, @uppy/tus', source: {text: 'export {default as a} from "@uppy/core"; export {default as b} from "@uppy/tus"'}},
  {name: '@uppy/core, @uppy/aws-s3', source: {text: 'export {default as a} from "@uppy/core"; export {default as b} from "@uppy/aws-s3"'}},
  {name: 'resumable.js', source: {text: 'export {default} from "resumablejs"'}},
  {name: '@mux/upchunk', source: {text: 'export * from "@mux/upchunk"'}},
  {name: 'FilePond (has a UI; styles not counted)', source: {text: 'export * from "filepond"'}},
  {name: 'Dropzone (has a UI; styles not counted)', source: {text: 'export {default} from "dropzone"'}},
  {name: 'spark-md5', source: {text: 'export {default} from "spark-md5"'}},
];

const here = import.meta.dirname;

/** The entry and every file that is loaded with it at once. What is imported lazily is a file of its own, and not among them. */
async function bundled(contents: string): Promise<readonly Uint8Array[]> {
  const {outputFiles, metafile} = await build({
    stdin: {contents, resolveDir: here, sourcefile: 'entry.js'},
    outdir: here,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
  const {outputs} = metafile;
  const needed = new Set(Object.keys(outputs).filter((name) => outputs[name]?.entryPoint !== undefined));
  for (const name of needed) {
    for (const {path, kind} of outputs[name]?.imports ?? []) if (kind === 'import-statement') needed.add(path);
  }
  const paths = [...needed].map((name) => resolve(name));
  return outputFiles.filter(({path}) => paths.includes(path)).map((file) => file.contents);
}

/** Each file is compressed by itself, as a server does it. */
async function kilobytes({source}: Bundle): Promise<number> {
  const files = 'text' in source ? await bundled(source.text) : [await readFile(new URL(source.file, import.meta.url))];
  return files.reduce((sum, bytes) => sum + gzipSync(bytes, {level: 9}).length, 0) / 1000;
}

const rows: Row[] = [];
for (const bundle of bundles) {
  rows.push({name: bundle.name, cells: [{values: [await kilobytes(bundle)], digits: 1, ...(bundle.goal && {goal: bundle.goal})}]});
}

await keep('size', {
  title: 'Size',
  how: 'Bundled and minified by esbuild for ES2022, then gzip -9. What is loaded only when it is needed does not count.',
  rounds: 1,
  tables: [{id: 'size', title: 'What a page downloads', columns: ['kB, gzip -9'], rows}],
});
