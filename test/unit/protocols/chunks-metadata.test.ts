import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {sourceFile, type NewFile} from '../../../src/core/source-file.js';
import {metadata} from '../../../src/protocols/chunks-metadata.js';

const encoded = (facts: Partial<NewFile>): string => metadata(sourceFile({blob: new Blob(['x']), name: 'a', lastModified: 7, ...facts}));

/** The pairs as a server reads them (tus 1.0.0). */
const decoded = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split(',').map((pair) => {
      const [key = '', value = ''] = pair.split(' ');
      return [key, Buffer.from(value, 'base64').toString('utf8')];
    }),
  );

describe("a file's metadata", () => {
  it('are its name, type, time and path', () => {
    assert.deepEqual(decoded(encoded({name: 'a.mov', type: 'video/quicktime', path: 'x/a.mov'})), {
      name: 'a.mov',
      type: 'video/quicktime',
      lastModified: '7',
      path: 'x/a.mov',
    });
  });

  it('leave out what is not known', () => {
    assert.deepEqual(decoded(encoded({})), {name: 'a', lastModified: '7'});
  });

  it('are written as in tus 1.0.0', () => {
    assert.equal(encoded({name: 'world_domination_plan.pdf'}), 'name d29ybGRfZG9taW5hdGlvbl9wbGFuLnBkZg==,lastModified Nw==');
  });

  it('may tell of a time before 1970', () => {
    assert.equal(decoded(encoded({lastModified: -5}))['lastModified'], '-5');
  });
});

describe('a hostile name', () => {
  const names: Readonly<Record<string, string>> = {
    'with a comma': 'a,b name c.txt',
    'with quotes': `"a' b".txt`,
    'with new lines': 'a\r\nSet-Cookie: x=y\r\n\r\nb',
    'with a zero byte': 'a\u0000b',
    'with a tab and other controls': 'a\tb\u007f\u0001',
    'that is a path': '../../etc/passwd',
    'that is a path on Windows': '..\\..\\windows\\win.ini',
    'with percent signs': '%2e%2e%2fa%00',
    'of another script': 'ملف تجريبي 文件.txt',
    'that turns its end around': 'photo\u202egpj.exe',
    'of emoji': '👩‍👩‍👧‍👦🏳️‍🌈.png',
    'with combining marks': 'a\u0301\u0323'.repeat(20),
    'that is a key': '__proto__',
    'of spaces': '   ',
    'of one letter': 'x',
    'of 255 bytes': 'é'.repeat(127) + 'x',
    'with a byte order mark': '\ufeffa.txt',
  };
  for (const [what, name] of Object.entries(names)) {
    it(`arrives as it is: ${what}`, () => {
      assert.equal(decoded(encoded({name}))['name'], name);
    });

    it(`makes no header that HTTP does not allow: ${what}`, () => {
      const text = encoded({name, path: `folder/${name}`, type: 'text/plain'});
      assert.match(text, /^[A-Za-z]+ [A-Za-z0-9+/]+={0,2}(,[A-Za-z]+ [A-Za-z0-9+/]+={0,2})*$/);
      assert.doesNotThrow(() => new Headers({'Upload-Metadata': text}));
    });
  }

  it('with half a character arrives with the sign for that', () => {
    assert.equal(decoded(encoded({name: 'a\ud800b'}))['name'], 'a\ufffdb');
  });
});

describe('metadata that are too long', () => {
  it('may have 4096 bytes', () => {
    const overhead = encoded({name: 'xxx', path: ''}).length - 4;
    const name = 'x'.repeat(Math.floor(((4_096 - overhead) * 3) / 4));
    assert.ok(encoded({name}).length <= 4_096);
    assert.ok(encoded({name}).length > 4_092);
  });

  it('go without the path', () => {
    assert.deepEqual(decoded(encoded({name: 'a.txt', path: `${'deep/'.repeat(1_000)}a.txt`})), {name: 'a.txt', lastModified: '7'});
  });

  it('keep the path as long as it fits', () => {
    assert.ok('path' in decoded(encoded({name: 'a.txt', path: `${'deep/'.repeat(500)}a.txt`})));
  });

  it('go without a path of a million characters, too', () => {
    assert.deepEqual(decoded(encoded({name: 'a.txt', path: 'x'.repeat(1_000_000)})), {name: 'a.txt', lastModified: '7'});
  });

  it('are refused when the name alone is too long, in words that say what to do', () => {
    assert.throws(() => encoded({name: 'x'.repeat(3_100)}), {code: 'rejected', message: /3100 characters\). Give it a shorter one/});
  });

  it('are refused when the name has a million characters', () => {
    assert.throws(() => encoded({name: '𝄞'.repeat(500_000)}), {code: 'rejected'});
  });
});
