import {expect} from '@open-wc/testing';
import {
  absent,
  attribute,
  bytesOrAuto,
  count,
  flag,
  headersSource,
  limit,
  oneOf,
  text,
  tokens,
  type Kind,
} from '../../../src/element/converters.js';
import {warningsOf} from '../support/scene.js';

/** What a kind makes of a value, and whether it complained. Names differ, because a text is told only once. */
let asked = 0;
async function made<T>(kind: Kind<T>, value: unknown): Promise<{value: T; complained: boolean}> {
  let result = kind.initial;
  const said = await warningsOf(() => (result = kind.coerce(value, `test-${(asked += 1)}`)));
  return {value: result, complained: said.length > 0};
}

interface Case {
  readonly kind: Kind<unknown>;
  readonly good: readonly (readonly [given: unknown, value: unknown])[];
  /** Warn, and give the initial value. */
  readonly bad: readonly unknown[];
}

const cases: Record<string, Case> = {
  'a flag': {
    kind: flag,
    good: [
      [true, true],
      [false, false],
      ['', true],
      ['true', true],
      ['false', false],
      ['paused', true],
      [null, false],
      [undefined, false],
      [0, false],
      [1, true],
    ],
    bad: [],
  },
  'a text': {
    kind: text,
    good: [
      ['a', 'a'],
      ['', ''],
      [null, ''],
      [undefined, ''],
    ],
    bad: [7, true, {}, []],
  },
  'a count from 1, initially 3': {
    kind: count(3, 1),
    good: [
      [1, 1],
      ['7', 7],
      [' 7 ', 7],
      [null, 3],
      [undefined, 3],
    ],
    bad: [0, -1, 1.5, NaN, Infinity, '', 'x', '1e400', '0x', true, {}, 2 ** 60],
  },
  'a limit': {
    kind: limit,
    good: [
      [0, 0],
      ['10', 10],
      [null, null],
      [undefined, null],
    ],
    bad: [-1, '10MB', 1.5, NaN, ''],
  },
  'bytes or auto': {
    kind: bytesOrAuto,
    good: [
      ['auto', 'auto'],
      ['65536', 65_536],
      [1, 1],
      [null, 'auto'],
    ],
    bad: [0, 'AUTO', -5, '1 MiB'],
  },
  'one of a few words': {
    kind: oneOf('md5', 'sha-256', 'none'),
    good: [
      ['md5', 'md5'],
      ['none', 'none'],
      [null, 'md5'],
    ],
    bad: ['MD5', 'sha1', '', 5],
  },
  headers: {
    kind: headersSource,
    good: [
      [undefined, undefined],
      [null, undefined],
      ['', undefined],
    ],
    bad: ['[object Object]', 'X-A: 1', '7', 'null', 5],
  },
};

for (const [name, {kind, good, bad}] of Object.entries(cases)) {
  describe(`${name}`, () => {
    for (const [given, value] of good) {
      it(`takes ${JSON.stringify(given) ?? 'undefined'} for ${JSON.stringify(value) ?? 'undefined'}, without a word`, async () => {
        expect(await made(kind, given)).to.deep.equal({value, complained: false});
      });
    }
    for (const given of bad) {
      it(`takes ${typeof given} ${String(given)} for its initial value`, async () => {
        expect((await made(kind, given)).value).to.equal(kind.initial);
      });
    }
  });
}

describe('a bad value of a count', () => {
  it('is complained about', async () => {
    expect((await made(count(3), 'many')).complained).to.equal(true);
  });
});

describe('headers as JSON', () => {
  it('become an object without a word', async () => {
    expect(await made(headersSource, '{"A": "1"}')).to.deep.equal({value: {A: '1'}, complained: false});
  });
});

describe('the declaration of a property', () => {
  it('hands on the text of the attribute, and tells when it is gone', () => {
    const {converter} = attribute(text, 'max-size');
    const from = typeof converter === 'object' ? converter.fromAttribute : undefined;
    expect([from?.('x'), from?.(null)]).to.deep.equal(['x', absent]);
  });

  it('writes true as an empty attribute, and false as none', () => {
    const {converter} = attribute(flag);
    const to = typeof converter === 'object' ? converter.toAttribute : undefined;
    expect([to?.(true), to?.(false), to?.('name')]).to.deep.equal(['', null, 'name']);
  });

  it('has the attribute that is named', () => {
    expect(attribute(text, 'max-size').attribute).to.equal('max-size');
    expect(attribute(text)).not.to.have.property('attribute');
  });
});

describe('a list of tokens', () => {
  const lists: readonly (readonly [list: string, words: readonly string[]])[] = [
    ['', []],
    [' , ', []],
    ['.pdf', ['.pdf']],
    ['.PDF,image/*', ['.pdf', 'image/*']],
    [' .a , .b  .c ', ['.a', '.b', '.c']],
  ];
  for (const [list, words] of lists) {
    it(`"${list}" has ${words.length}`, () => {
      expect(tokens(list)).to.deep.equal(words);
    });
  }
});
