import {UploadError} from '../core/errors.js';
import type {SourceFile} from '../core/ports.js';

/** The longest `Upload-Metadata` in bytes: docs/protocol.md section 2.2. */
const longest = 4_096;

/**
 * `Upload-Metadata` in the encoding of tus 1.0.0: pairs of key and base64 of UTF-8. A path that makes it too long is left out.
 *
 * @throws UploadError `rejected` when the name alone is too long.
 */
export function metadata({name, type, lastModified, path}: SourceFile): string {
  const pairs = Object.entries({name, type, lastModified: String(lastModified), path}).filter(([, value]) => value !== '');
  const whole = encode(pairs);
  if (whole.length <= longest) return whole;
  const withoutPath = encode(pairs.filter(([key]) => key !== 'path'));
  if (withoutPath.length <= longest) return withoutPath;
  throw new UploadError('rejected', `The file's name is too long (${name.length} characters). Give it a shorter one.`);
}

const encode = (pairs: readonly (readonly [string, string])[]): string => pairs.map(([key, value]) => `${key} ${base64(value)}`).join(',');

/** Base64 of the UTF-8 bytes. `btoa` alone throws on anything but Latin-1; a path may be too long to be spread into arguments. */
const base64 = (text: string): string => btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
