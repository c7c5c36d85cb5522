/** hash-wasm's module for MD5 in base64, put here by the build. Empty in the sources: then spark-md5 digests alone. */
export const md5Wasm: string = '';
