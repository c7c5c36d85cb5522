/** Writes docs/benchmarks.md and its picture from all that `results.json` holds. Measures nothing. */
import {writeFile} from 'node:fs/promises';

import {format, resolveConfig} from 'prettier';

import {readResults} from '../frame/results.js';
import {chart} from './chart.js';
import {report} from './report.js';

const docs = new URL('../../../docs/', import.meta.url);
const results = await readResults();
const config = await resolveConfig(new URL('benchmarks.md', docs));
await writeFile(new URL('benchmarks.md', docs), await format(report(results), {...config, parser: 'markdown', proseWrap: 'preserve'}));
await writeFile(new URL('images/benchmarks.svg', docs), chart(results));
