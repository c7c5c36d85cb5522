/** `npm run bench [-- file …]`: the measurements of test/bench, one after the other. Never part of the tests: they need a quiet machine. */
import {ensureChromium} from './browsers.mjs';
import {run} from './processes.mjs';
import {filesIn} from './stages.mjs';

const asked = process.argv.slice(2);
const all = filesIn('test/bench', '.bench.ts').filter((file) => asked.length === 0 || asked.some((name) => file.includes(name)));
if (all.length === 0) throw new Error(`test/bench holds no measurement named ${asked.join(' or ') || '*.bench.ts'}`);

process.env.CHROME_PATH = await ensureChromium();
for (const file of all) {
  console.log(`\n── ${file}`);
  const {code} = await run(process.execPath, ['--import', 'tsx', file], {signal: AbortSignal.timeout(15 * 60_000), live: true});
  if (code !== 0) process.exitCode = 1;
}
