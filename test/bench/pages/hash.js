import {workerHasher} from '../../../dist/index.js';
import {enter} from './contest.js';
import {sparkMd5} from './spark.js';

const blockSize = 4_194_304;

/** What the hasher is made of, by the name that the bench asks for. */
async function blocks(file, {cores, folder = 'dist'}) {
  if (cores !== undefined) Object.defineProperty(navigator, 'hardwareConcurrency', {value: cores});
  const hasher = workerHasher({workerSrc: `/${folder}/hash/hash.worker.js`, workers: cores});
  let count = 0;
  try {
    await hasher.blocks(file, {start: 0, end: file.size}, blockSize, () => (count += 1), new AbortController().signal);
    return {count, source: hasher.source, why: hasher.why};
  } finally {
    hasher.close();
  }
}

/** Digests, and no upload: our block MD5, or the usual loop. */
enter({send: ([file], options) => (options.loop ? sparkMd5(file) : blocks(file, options))});
