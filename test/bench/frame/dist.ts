import {resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The build that is measured: `DIST=path`, or the project's own. */
export const dist = resolve(process.env['DIST'] ?? fileURLToPath(new URL('../../../dist', import.meta.url)));
