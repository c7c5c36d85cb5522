/**
 * How long parts should be, and how many at a time: docs/decisions/0006 and 0008. One file through the element to the reference server on
 * this machine, every setting once per round, as a ratio to the default within the round. Prints the median and the range.
 */
import puppeteer from 'puppeteer-core';

import {CHROME_ARGS, ensureChromium} from '../../tools/browsers.mjs';
import {MiB, Shelf} from '../support/disk-file.js';
import {UploaderPage} from '../support/page.js';
import {freshFolder, removeFolders, serve} from '../support/serve.js';
import {pagePath, site} from '../support/site.js';

const size = Number(process.env['SIZE'] ?? 256) * MiB;
const rounds = Number(process.env['ROUNDS'] ?? 3);

interface Setting {
  /** MiB, or what the line suggests. */
  readonly part: number | 'auto';
  readonly parallel: number;
  readonly hash: 'none' | 'md5';
}

const usual: Setting = {part: 8, parallel: 3, hash: 'none'};
const settings: readonly Setting[] = [
  usual,
  ...([1, 4, 16, 32, 'auto'] as const).map((part) => ({...usual, part})),
  ...[1, 2, 4].map((parallel) => ({...usual, parallel})),
  {...usual, hash: 'md5'},
];

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
const nameOf = ({part, parallel, hash}: Setting): string => `${parallel} x ${part === 'auto' ? part : `${part} MiB`}, hash ${hash}`;

const shelf = await Shelf.open();
const file = await shelf.random(size);
const browser = await puppeteer.launch({executablePath: await ensureChromium(), args: CHROME_ARGS});
const server = await serve({directory: await freshFolder(), parts: {min: 65_536, preferred: 8 * MiB, max: 64 * MiB, parallel: 4}});
server.intercept = async (request, next) => (await site(new URL(request.url))) ?? next(request);

/** ms from choosing the file to "done". */
async function time({part, parallel, hash}: Setting): Promise<number> {
  const context = await browser.createBrowserContext();
  const attributes = {endpoint: '/uploads', hash, 'chunk-size': part === 'auto' ? part : String(part * MiB), concurrency: String(parallel)};
  const page = await UploaderPage.open(context, server.origin + pagePath({attributes}));
  const began = performance.now();
  await page.pick(file.path);
  await page.becomes('done', {limit: 120_000});
  const took = performance.now() - began;
  await context.close();
  return took;
}

const ratios = new Map<Setting, number[]>();
const rates: number[] = [];
await time(usual);
for (let round = 0; round < rounds; round += 1) {
  const base = await time(usual);
  rates.push(size / MiB / (base / 1000));
  for (const setting of settings.slice(1)) ratios.set(setting, [...(ratios.get(setting) ?? []), (await time(setting)) / base]);
}

console.log(`${size / MiB} MiB, ${rounds} rounds; ${nameOf(usual)}: ${median(rates).toFixed(0)} MiB/s`);
for (const [setting, list] of ratios) {
  console.log(
    `${nameOf(setting).padEnd(26)} time x ${median(list).toFixed(2)} (${Math.min(...list).toFixed(2)}-${Math.max(...list).toFixed(2)})`,
  );
}

await browser.close();
await server.close();
await removeFolders();
await shelf.close();
