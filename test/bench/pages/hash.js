import {workerHasher} from 'chunk-uploader';
import {enter} from './contest.js';
import {sparkMd5} from './spark.js';

const blockSize = 4_194_304;

/** MD5 of every block; by as many workers as the hasher thinks right, unless the bench says how many. */
async function blocks(file, {workers, strict}) {
  const hasher = workerHasher({workerSrc: `/${strict === undefined ? 'dist' : 'strict'}/hash/hash.worker.js`, ...(workers && {workers})});
  let count = 0;
  try {
    await hasher.blocks(file, {start: 0, end: file.size}, blockSize, () => (count += 1), new AbortController().signal);
    return {count, source: hasher.source, engine: hasher.engine};
  } finally {
    hasher.close();
  }
}

/** Digests, and no upload: our block MD5, or the usual loop. */
enter({send: ([file], options) => (options.loop ? sparkMd5(file) : blocks(file, options))});
