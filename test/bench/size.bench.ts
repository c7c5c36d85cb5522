/** What a page downloads: ours as a browser really loads it for an upload, and everybody's bundles, compressed by gzip -9. */
import {readFile} from 'node:fs/promises';
import {gzipSync} from 'node:zlib';

import {MiB} from '../support/disk-file.js';
import {bundledText} from './frame/bundles.js';
import {ours} from './frame/contestants.js';
import type {Goal, Row} from './frame/figures.js';
import {bench} from './frame/results.js';
import {sending, type Contestant, type Stage} from './frame/stage.js';

const here = import.meta.dirname;

const zipped = (bytes: Uint8Array): number => gzipSync(bytes, {level: 9}).length;

/** Bytes of the scripts that a page of ours has loaded when a file is uploaded, each compressed by itself; without the worker. */
async function loadedBy(stage: Stage, one: Contestant, folder: string): Promise<number> {
  const sink = await stage.serve('sink');
  const {path} = await stage.shelf.random(8 * MiB);
  const tab = await stage.enter(one, sink.origin, [path]);
  await tab.evaluate(sending(one));
  const all = await tab.evaluate<string[]>('performance.getEntriesByType("resource").map(({name}) => name)');
  await tab.close();
  const scripts = [...new Set(all)].filter((name) => name.includes(folder) && name.endsWith('.js') && !name.endsWith('.worker.js'));
  if (scripts.length === 0) throw new Error(`Nothing was loaded from ${folder}`);
  const sizes = scripts.map(async (name) => zipped(new Uint8Array(await (await fetch(name)).arrayBuffer())));
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

const engine = `export {Uploader} from '../../dist/core/uploader.js';
  export {chunks} from '../../dist/protocols/chunks.js';
  export {xhrHttp} from '../../dist/net/xhr.js';`;

const others: Readonly<Record<string, string>> = {
  'tus-js-client': "export * from 'tus-js-client'",
  '@uppy/core, @uppy/tus': "export {default as a} from '@uppy/core'; export {default as b} from '@uppy/tus'",
  '@uppy/core, @uppy/aws-s3': "export {default as a} from '@uppy/core'; export {default as b} from '@uppy/aws-s3'",
  'resumable.js': "export {default} from 'resumablejs'",
  '@mux/upchunk': "export * from '@mux/upchunk'",
  'FilePond, with UI': "export * from 'filepond'",
  'Dropzone, with UI': "export {default} from 'dropzone'",
  'spark-md5': "export {default} from 'spark-md5'",
};

const row = (name: string, bytes: number, goal?: Goal): Row => ({name, cells: [{values: [bytes / 1000], digits: 1, ...(goal && {goal})}]});

await bench('size', async (stage) => {
  const rows = [
    row('chunk-uploader, bundled: tag, engine, Lit', await loadedBy(stage, {...ours, page: 'bundled'}, '/bundles/element/'), {most: 18}),
    row('chunk-uploader, files for pages without a bundler', await loadedBy(stage, ours, '/dist/cdn/'), {most: 28}),
    row('chunk-uploader: its worker', zipped(await readFile(new URL('../../dist/hash/hash.worker.js', import.meta.url))), {most: 6}),
    row('chunk-uploader: engine without the tag', zipped(await bundledText(engine, here)), {most: 7}),
  ];
  for (const [name, text] of Object.entries(others)) rows.push(row(name, zipped(await bundledText(text, here))));
  return {
    title: 'Size',
    how:
      'The first two are what a browser has really loaded when a file is uploaded, each script compressed by itself. The others are bundles, minified ' +
      'by esbuild for ES2022, with all that can be loaded lazily. Style sheets that have to be loaded apart (FilePond, Dropzone) do not count.',
    rounds: 1,
    tables: [{id: 'size', title: 'What a page downloads', columns: ['kB, gzip -9'], rows}],
  };
});
