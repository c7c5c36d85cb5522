/**
 * What a worker answers to `hello`. Raised with every change of `HashService`: after a deployment a page may meet an older worker
 * from a cache, and the other way round.
 */
export const wireVersion = 'chunk-uploader-hash/5';
