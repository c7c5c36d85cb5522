/** The WebAssembly module that hash-wasm makes MD5 with. The package has it only inside of its code, so it is caught on its way to the compiler. */
import {createMD5} from 'hash-wasm';

/** @returns {Promise<Buffer>} */
export async function md5Module() {
  const {compile} = WebAssembly;
  /** @type {Buffer | undefined} */
  let module;
  WebAssembly.compile = (bytes) => {
    module = Buffer.from(/** @type {ArrayBuffer} */ (bytes));
    return compile(bytes);
  };
  try {
    await createMD5();
  } finally {
    WebAssembly.compile = compile;
  }
  if (!module) throw new Error('hash-wasm compiled nothing: has it been used before in this process?');
  return module;
}
