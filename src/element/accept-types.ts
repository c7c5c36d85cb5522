import {tokens} from './converters.js';

/** What `showOpenFilePicker` takes as one of its `types` (File System Access). */
export interface PickerType {
  readonly accept: Readonly<Record<string, readonly string[]>>;
}

const family = /^(?:audio|image|video|text|font|application|model)\/(?:\*|[a-z0-9][a-z0-9!#$&^_.+-]*)$/;

/** With the dot; browsers refuse longer ones and other characters. */
const extension = /^\.(?=.{1,15}$)[a-z0-9+.]*[a-z0-9+]$/;

/**
 * The attribute `accept` as a picker with handles takes it: one entry that has it all, none where everything is welcome. `undefined`
 * when something in it cannot be said that way; the file input takes everything.
 */
export function typesFor(accept: string): readonly PickerType[] | undefined {
  const wanted = tokens(accept);
  if (wanted.length === 0 || wanted.includes('*/*')) return [];
  const extensions = wanted.filter((token) => extension.test(token));
  const types = wanted.filter((token) => family.test(token));
  if (extensions.length + types.length < wanted.length) return undefined;
  // A type without extensions stands for those that the browser knows; `*/*` for none but those that are named.
  const named = extensions.length > 0 ? {'*/*': extensions} : {};
  return [{accept: {...Object.fromEntries(types.map((type) => [type, []])), ...named}}];
}
