import SparkMD5 from 'spark-md5';

/** An MD5 (RFC 1321) in the making. Says whether bytes are the same by accident, not whether somebody forged them. */
export interface Md5 {
  /** Takes `bytes` in. They may be changed or given away as soon as this returns. */
  add(bytes: Uint8Array<ArrayBuffer>): void;
  /** The digest, in lower-case hex. Nothing can be added afterwards. */
  end(): string;
}

/** Makes MD5 by spark-md5, which works wherever scripts do. */
export function sparkMd5(): Md5 {
  const digest = new SparkMD5.ArrayBuffer();
  return {
    add: ({buffer, byteOffset, byteLength}) => {
      const isAll = byteLength === buffer.byteLength;
      digest.append(isAll ? buffer : buffer.slice(byteOffset, byteOffset + byteLength));
    },
    end: () => digest.end(),
  };
}
