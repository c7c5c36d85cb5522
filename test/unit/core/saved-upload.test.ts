import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Json} from '../../../src/core/ports.js';
import {toSavedUpload} from '../../../src/core/read-saved.js';
import {randomKey, toJson, type SavedUpload} from '../../../src/core/saved-upload.js';
import {ScriptedFile} from '../../support/scripted-file.js';

const {name, type, size, lastModified, path, identity} = new ScriptedFile(400).source;
const whole: SavedUpload = {
  key: '0123456789abcdef0123456789abcdef',
  remote: {id: 'u1', counter: 2},
  page: 'p1',
  file: {name, type, size, lastModified, path, identity},
  confirmed: 200,
  digests: {algorithm: 'md5', blockSize: 4_194_304, list: ['aa', undefined, 'cc']},
  paused: true,
  created: 500,
  expires: 1_000,
};

/** What is left of an upload after it was saved, stored as text, and read. */
const readBack = (saved: SavedUpload): SavedUpload | undefined => toSavedUpload(JSON.parse(JSON.stringify(toJson(saved))) as Json);
/** The same with one thing in it replaced by something else. */
const spoiled = (what: string, by: Json | undefined): SavedUpload | undefined =>
  toSavedUpload(JSON.parse(JSON.stringify({...(toJson(whole) as Record<string, Json>), [what]: by})) as Json);
const spoiledFile = (what: string, by: Json): SavedUpload | undefined => spoiled('file', {...(whole.file as object), [what]: by});

describe('an upload that is saved and read again', () => {
  it('is the same', () => assert.deepEqual(readBack(whole), whole));
  it('is the same where nothing is known of it yet', () => {
    const bare = {...whole, remote: undefined, digests: undefined, confirmed: 0, paused: false};
    assert.deepEqual(readBack(bare), bare);
  });
  it('is the same with not one block digested', () => {
    const digests = {algorithm: 'sha-256', blockSize: 10, list: [undefined, undefined]} as const;
    assert.deepEqual(readBack({...whole, digests})?.digests, digests);
  });
  it('is the same with a file that no digest names: an empty one', () => {
    const {list = []} = readBack({...whole, digests: {algorithm: 'md5', blockSize: 10, list: []}})?.digests ?? {};
    assert.equal(
      list.every((one) => one === undefined),
      true,
    );
  });
  it('has the digests as one text: a list of thousands is saved every second', () => {
    const {digests} = toJson(whole) as {digests: {list: unknown}};
    assert.equal(digests.list, 'aa,,cc');
  });
  it('has no bytes and no handle: it is plain data', () => {
    const file = {...new ScriptedFile(400).source};
    assert.deepEqual(readBack({...whole, file})?.file, whole.file);
  });
});

describe('what cannot be used at all', () => {
  const shapes: readonly (Json | undefined)[] = [undefined, null, true, 7, 'text', [], [1, 2], {}, {remote: {id: 'u1'}}];
  for (const shape of shapes) {
    it(`${JSON.stringify(shape)} counts as nothing`, () => assert.equal(toSavedUpload(shape), undefined));
  }
  const keys: readonly Json[] = [5, '', 'f'.repeat(31), 'f'.repeat(33), 'F'.repeat(32), `${'f'.repeat(32)}\n`, 'evil"\r\nX-Header: 1'];
  for (const key of keys) {
    it(`a key like ${JSON.stringify(key)} counts as nothing: it goes into a header`, () => assert.equal(spoiled('key', key), undefined));
  }
});

describe('what another version has saved', () => {
  it('which knew the key and the remote only, goes on with those', () => {
    const {key, remote} = whole;
    const {file, confirmed, digests, paused, expires} = toSavedUpload({key, remote: remote ?? null}) ?? {};
    assert.deepEqual([file, confirmed, digests, paused, expires], [undefined, 0, undefined, false, Infinity]);
  });
  it('which knows more, goes on with what is known here', () => assert.deepEqual(spoiled('color', 'red'), whole));

  const doubtful: readonly (readonly [what: keyof SavedUpload, by: Json, becomes: unknown])[] = [
    ['remote', null, undefined],
    ['page', 5, ''],
    ['confirmed', -1, 0],
    ['confirmed', 1.5, 0],
    ['confirmed', '200', 0],
    ['paused', 1, false],
    ['paused', 'true', false],
    ['expires', 'tomorrow', Infinity],
    ['expires', -1, Infinity],
    ['file', null, undefined],
    ['file', [], undefined],
    ['file', 'a.bin', undefined],
    ['digests', null, undefined],
    ['digests', 'aa,bb', undefined],
    ['digests', {algorithm: 'crc', blockSize: 10, list: 'aa'}, undefined],
    ['digests', {algorithm: 'none', blockSize: 10, list: ''}, undefined],
    ['digests', {algorithm: 'md5', blockSize: 0.5, list: 'aa'}, undefined],
    ['digests', {algorithm: 'md5', blockSize: 10, list: ['aa']}, undefined],
  ];
  for (const [what, by, becomes] of doubtful) {
    it(`${what} as ${JSON.stringify(by)} counts as not known`, () => assert.deepEqual(spoiled(what, by)?.[what], becomes));
    it(`${what} as ${JSON.stringify(by)} spoils nothing else`, () => assert.deepEqual(spoiled(what, by), {...whole, [what]: becomes}));
  }
  it('leaves out digests that are none', () =>
    assert.deepEqual(spoiled('digests', {algorithm: 'md5', blockSize: 10, list: 'aa,AA,a,xyz,"\r\n,bb'})?.digests?.list, [
      'aa',
      ...[undefined, undefined, undefined, undefined],
      'bb',
    ]));
});

describe('a saved file of which something is missing', () => {
  const wrong: readonly (readonly [what: string, by: Json])[] = [
    ['name', 5],
    ['type', null],
    ['size', -1],
    ['size', '400'],
    ['lastModified', null],
    ['lastModified', 'today'],
    ['path', 7],
    ['identity', {}],
  ];
  for (const [what, by] of wrong) {
    it(`is no file with ${what} ${JSON.stringify(by)}`, () => assert.equal(spoiledFile(what, by)?.file, undefined));
  }
  it('may be older than the epoch', () => assert.equal(spoiledFile('lastModified', -5)?.file?.lastModified, -5));
});

describe('a random key', () => {
  it('has 128 bits in lower-case hex', () => assert.match(randomKey(), /^[0-9a-f]{32}$/));
  it('is another one each time', () => assert.equal(new Set(Array.from({length: 50}, randomKey)).size, 50));
});
