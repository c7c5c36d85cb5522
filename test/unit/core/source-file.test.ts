import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {sizeOf, sourceFile, type NewFile} from '../../../src/core/source-file.js';

const blob = new Blob(['hello'], {type: 'text/plain'});
const identity = (changes: Partial<NewFile>): string =>
  sourceFile({blob, name: 'a.txt', lastModified: 5, path: 'b/a.txt', ...changes}).identity;

describe('what is read of a file', () => {
  it('its size', () => assert.equal(sourceFile({blob, name: 'a'}).size, 5));
  it('its type, when none is given', () => assert.equal(sourceFile({blob, name: 'a'}).type, 'text/plain'));
  it('the given type, when there is one', () => assert.equal(sourceFile({blob, name: 'a', type: 'image/png'}).type, 'image/png'));
  it('no date, when none is given', () => assert.equal(sourceFile({blob, name: 'a'}).lastModified, 0));
  it('no path, when none is given', () => assert.equal(sourceFile({blob, name: 'a'}).path, ''));
  it('the same blob', () => assert.equal(sourceFile({blob, name: 'a'}).blob, blob));
});

describe('the size of a blob', () => {
  /** Counts how often it is asked. */
  class AskedBlob extends Blob {
    asked = 0;
    override get size(): number {
      this.asked += 1;
      return 7;
    }
  }

  it('is asked for once: a file has to look at the disk for it', () => {
    const blob = new AskedBlob();
    const sizes = [sizeOf(blob), sizeOf(blob), sourceFile({blob, name: 'a'}).size];
    assert.deepEqual([sizes, blob.asked], [[7, 7, 7], 1]);
  });
  it('may be nothing', () => assert.equal(sizeOf(new Blob()), 0));
  it('is of each its own', () => assert.deepEqual([sizeOf(new Blob(['ab'])), sizeOf(new Blob(['abc']))], [2, 3]));
});

describe('names', () => {
  for (const name of ['"quoted".txt', 'new\nline', 'שלום.pdf', '😀.png', '../../etc/passwd', 'ä'.repeat(127), '']) {
    it(`${JSON.stringify(name.slice(0, 20))} is kept as it is`, () => assert.equal(sourceFile({blob, name}).name, name));
  }
  it('half a surrogate pair becomes U+FFFD: it cannot be sent', () =>
    assert.equal(sourceFile({blob, name: 'a\ud83d.txt'}).name, 'a\ufffd.txt'));
  it('the other half too', () => assert.equal(sourceFile({blob, name: '\ude00b'}).name, '\ufffdb'));
  it('the same in a path', () => assert.equal(sourceFile({blob, name: 'a', path: 'x\ud83d/a'}).path, 'x\ufffd/a'));
  it('always survive UTF-8', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({min: 0, max: 0xffff})), (units) => {
        const {name} = sourceFile({blob, name: String.fromCharCode(...units)});
        assert.equal(new TextDecoder().decode(new TextEncoder().encode(name)).replace(/^\ufeff/, ''), name.replace(/^\ufeff/, ''));
      }),
      {numRuns: 300},
    ));
});

describe('the identity', () => {
  it('is the same for the same file', () => assert.equal(identity({}), identity({})));
  it('does not depend on the bytes: those are proven by digests', () =>
    assert.equal(identity({blob: new Blob(['world'], {type: 'text/plain'})}), identity({})));
  const changes: Record<string, Partial<NewFile>> = {
    name: {name: 'b.txt'},
    size: {blob: new Blob(['hello!'], {type: 'text/plain'})},
    date: {lastModified: 6},
    path: {path: 'c/a.txt'},
    type: {type: 'text/html'},
  };
  for (const [what, change] of Object.entries(changes)) it(`differs by ${what}`, () => assert.notEqual(identity(change), identity({})));
  it('cannot be mistaken by moving a comma', () => assert.notEqual(identity({name: 'a","b', path: ''}), identity({name: 'b', path: 'a'})));
});
