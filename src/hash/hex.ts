/** Bytes as lower-case hex. */
export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The bytes that lower-case hex stands for. The text is trusted: it is one of our digests or was checked before. */
export const fromHex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({length: text.length / 2}, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16));
