import {expect} from '@open-wc/testing';
import {typesFor, type PickerType} from '../../../src/element/accept-types.js';

type Ask = (options: {types: readonly PickerType[]}) => Promise<unknown>;

const ask = (window as {showOpenFilePicker?: Ask}).showOpenFilePicker;

/**
 * What the browser itself says of such types. It looks at them before it looks for a click to answer to: a TypeError means that it does
 * not understand them, any other refusal that it does.
 */
async function browserTakes(types: readonly PickerType[]): Promise<boolean> {
  const error: unknown = await ask?.call(window, {types}).catch((thrown: unknown) => thrown);
  return !(error instanceof TypeError);
}

const all: readonly PickerType[] = [];

const expressible: Record<string, readonly PickerType[]> = {
  '': all,
  ' , ': all,
  '*/*': all,
  '.png, */*': all,
  '.png': [{accept: {'*/*': ['.png']}}],
  '.PNG': [{accept: {'*/*': ['.png']}}],
  '.png,.tar.gz .7z': [{accept: {'*/*': ['.png', '.tar.gz', '.7z']}}],
  '.c++': [{accept: {'*/*': ['.c++']}}],
  '.abcdefghijklmno': [{accept: {'*/*': ['.abcdefghijklmno']}}],
  'image/*': [{accept: {'image/*': []}}],
  'IMAGE/PNG': [{accept: {'image/png': []}}],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': [
    {accept: {'application/vnd.openxmlformats-officedocument.wordprocessingml.document': []}},
  ],
  'image/svg+xml': [{accept: {'image/svg+xml': []}}],
  'video/*, audio/mpeg, .mov, .mkv': [{accept: {'video/*': [], 'audio/mpeg': [], '*/*': ['.mov', '.mkv']}}],
};

const inexpressible: readonly string[] = [
  'png',
  'image',
  'image/',
  '/png',
  '.',
  '.png.',
  '.ä',
  '.my_file',
  '.a-b',
  '.abcdefghijklmnop',
  'text/plain;charset=utf-8',
  'foo/bar',
  'image/png,docx',
  '.png,.my_file',
  '*',
  '__proto__',
  'image/"png"',
];

describe('accept, for a picker with handles', () => {
  for (const [accept, types] of Object.entries(expressible)) {
    it(`"${accept}" becomes ${JSON.stringify(types)}`, () => {
      expect(typesFor(accept)).to.deep.equal(types);
    });
  }

  for (const accept of inexpressible) {
    it(`"${accept}" is left to the file input`, () => {
      expect(typesFor(accept)).to.equal(undefined);
    });
  }
});

describe('the browser, asked with what was made of accept', () => {
  const only = ask ? it : it.skip;

  for (const [accept, types] of Object.entries(expressible)) {
    only(`understands what became of "${accept}"`, async () => {
      expect(await browserTakes(types)).to.equal(true);
    });
  }

  const wrong: Record<string, PickerType> = {
    'an extension without a dot': {accept: {'*/*': ['png']}},
    'an extension that is too long': {accept: {'*/*': ['.abcdefghijklmnop']}},
    'an extension with other characters': {accept: {'*/*': ['.my_file']}},
    'an extension that ends with a dot': {accept: {'*/*': ['.png.']}},
    'a type without a slash': {accept: {image: []}},
    'a type with parameters': {accept: {'text/plain;charset=utf-8': []}},
  };
  for (const [what, type] of Object.entries(wrong)) {
    only(`does not understand ${what}, which is why that is not made`, async () => {
      expect(await browserTakes([type])).to.equal(false);
    });
  }
});
