import {hex} from './hex.js';
import type {Md5} from './md5.js';

/** What hash-wasm's module for MD5 exports, as far as it is used. */
interface Exports extends WebAssembly.Exports {
  readonly memory: WebAssembly.Memory;
  readonly Hash_GetBuffer: () => number;
  readonly Hash_Init: () => void;
  readonly Hash_Update: (length: number) => void;
  readonly Hash_Final: () => void;
}

/** Bytes that fit into the module's buffer at a time. */
const room = 16 * 1024;

/**
 * Makes MD5 by WebAssembly, about six times as fast as {@link sparkMd5}; the digests are the same.
 *
 * @param code The module that the build took from hash-wasm.
 * @throws whatever the browser throws where a page may not compile WebAssembly (its policy lacks `wasm-unsafe-eval`), or cannot.
 */
export async function wasmMd5(code: BufferSource): Promise<() => Md5> {
  const module = await WebAssembly.compile(code);
  const idle = [open(module)];
  return () => {
    const one = idle.pop() ?? open(module);
    one.begin();
    return {
      add: (bytes) => one.add(bytes),
      end: () => {
        idle.push(one);
        return one.end();
      },
    };
  };
}

/** One instance: it has the state of one digest at a time. */
function open(module: WebAssembly.Module): Md5 & {begin(): void} {
  const {memory, Hash_GetBuffer, Hash_Init, Hash_Update, Hash_Final} = new WebAssembly.Instance(module).exports as Exports;
  const buffer = new Uint8Array(memory.buffer, Hash_GetBuffer(), room);
  return {
    begin: () => Hash_Init(),
    add: (bytes) => {
      for (let at = 0; at < bytes.length; at += room) {
        const piece = bytes.subarray(at, at + room);
        buffer.set(piece);
        Hash_Update(piece.length);
      }
    },
    end: () => {
      Hash_Final();
      return hex(buffer.subarray(0, 16));
    },
  };
}
