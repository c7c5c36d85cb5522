import {sizeOf, type NewFile} from '../core/source-file.js';
import {tokens} from './converters.js';
import type {RejectReason} from './events.js';

/** What a file must keep to. */
export interface Limits {
  readonly accept: string;
  readonly maxSize: number | null;
  /** How many more files there is room for. */
  readonly room: number;
}

/** Why `file` may not join, or `undefined` when it may. A comfort for people: the server has to judge by itself. */
export function refusal(file: NewFile, {accept, maxSize, room}: Limits): RejectReason['code'] | undefined {
  if (!accepts(accept, file)) return 'type';
  if (maxSize !== null && sizeOf(file.blob) > maxSize) return 'too-large';
  if (room < 1) return 'too-many';
  return undefined;
}

/** The rule of `<input type=file accept>`: an extension, a type, or a family of types such as `image/*`. An empty list takes everything. */
export function accepts(accept: string, {name, type = ''}: Pick<NewFile, 'name' | 'type'>): boolean {
  const wanted = tokens(accept);
  if (wanted.length === 0) return true;
  const lowName = name.toLowerCase();
  const lowType = type.toLowerCase();
  return wanted.some((token) => {
    if (token.startsWith('.')) return lowName.endsWith(token);
    if (token === '*/*') return true;
    return token.endsWith('/*') ? lowType.startsWith(token.slice(0, -1)) : lowType === token;
  });
}
