/** Control characters, and those that turn the direction of what follows or cannot be seen: tools of names that pretend to be others. */
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\p{Surrogate}/gu;

/** A name as it may be shown anywhere: what cannot be seen becomes a mark such as `[U+202E]`. Joiners of emoji and scripts stay. */
export const visibleName = (name: string): string =>
  name.replace(hidden, (character) => `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`);

/** Characters of a long name that are kept at its end, so that the extension can be seen. */
const kept = 10;

/** A name in two pieces: the first may be shortened on screen, the second may not. Never cuts a character that people see as one. */
export function splitName(name: string): {readonly head: string; readonly tail: string} {
  const characters = segments(name);
  if (characters.length <= kept * 2) return {head: name, tail: ''};
  return {head: characters.slice(0, -kept).join(''), tail: characters.slice(-kept).join('')};
}

const segmenter = 'Segmenter' in Intl ? new Intl.Segmenter() : undefined;

const segments = (name: string): readonly string[] =>
  segmenter ? Array.from(segmenter.segment(name), ({segment}) => segment) : Array.from(name);
