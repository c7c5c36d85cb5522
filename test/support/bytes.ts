/** What `getRandomValues` gives at most at a time. */
const most = 65_536;

/** `size` random bytes, in Node and in a page alike. */
export function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += most) crypto.getRandomValues(bytes.subarray(at, at + most));
  return bytes;
}

/** SHA-256 in hex. Needs a secure context. */
export async function sha256(bytes: Uint8Array<ArrayBuffer> | Blob): Promise<string> {
  const buffer = bytes instanceof Blob ? await bytes.arrayBuffer() : bytes;
  const digest = await crypto.subtle.digest('SHA-256', buffer);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
