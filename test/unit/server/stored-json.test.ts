import assert from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {parseEntries} from '../../../src/server/entries.js';
import {parseInfo} from '../../../src/server/upload-info.js';
import {ask, bytesOf, create, created, metadataOf, newKey, put, status, withServer} from './scene.js';

const id = '0123456789abcdef0123456789abcdef01234567';
const good = {version: 1, id, owner: 'ann', size: 10, algorithm: 'md5', metadata: {name: 'a'}};

describe('an info.json that this server has not written', () => {
  const wrong: Record<string, unknown> = {
    nothing: undefined,
    null: null,
    'a list': [],
    'a text': 'x',
    'another version': {...good, version: 2},
    'another id': {...good, id: '../victim'},
    'no owner': {...good, owner: undefined},
    'an owner that is no text': {...good, owner: {toString: 1}},
    'a size that is negative': {...good, size: -1},
    'a size that is no whole number': {...good, size: 1.5},
    'a size that is too large': {...good, size: 2 ** 60},
    'a size that is a text': {...good, size: '10'},
    'another algorithm': {...good, algorithm: 'constructor'},
    'metadata that are a list': {...good, metadata: ['a']},
    'metadata that are no texts': {...good, metadata: {name: {}}},
    'no metadata': {...good, metadata: null},
    'a time that is none': {version: 1, goneUntil: 'soon'},
  };
  for (const [what, value] of Object.entries(wrong)) {
    it(`because it holds ${what}, is none`, () => {
      assert.equal(parseInfo(value === undefined ? '' : JSON.stringify(value), id), undefined);
    });
  }

  it('because it is deep enough to break a parser, is none', () => {
    assert.equal(parseInfo('['.repeat(200_000), id), undefined);
    assert.equal(parseInfo(`{"version":1,"id":"${id}","metadata":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`, id), undefined);
  });

  it('is no upload for anybody who asks, and harms no other', () =>
    withServer({}, async (server) => {
      const [url, other] = [await created(server, 10), await created(server, 10)];
      await writeFile(join(server.directory, url.split('/').at(-1) ?? '', 'info.json'), '{"version":1,"size":1e400}');
      server.forget();
      assert.equal((await ask('GET', url)).status, 404);
      assert.equal((await status(other)).size, 10);
      assert.equal(await server.sweep(), 0);
    }));
});

describe('members of every object', () => {
  it('are no metadata, and metadata of their names are nothing but data', () => {
    const text = `{"version":1,"id":"${id}","owner":"","size":0,"algorithm":"none","metadata":{"__proto__":"x","constructor":"y"}}`;
    const info = parseInfo(text, id);
    assert.ok(info && 'metadata' in info);
    assert.equal(Object.getPrototypeOf(info.metadata), null);
    assert.deepEqual(Object.entries(info.metadata), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    assert.equal('toString' in info.metadata, false);
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });

  it('come through a creation and a restart as any other', () =>
    withServer({}, async (server) => {
      const headers = {'Upload-Metadata': metadataOf({constructor: 'c', name: 'n'}) + `,__proto__ ${Buffer.from('p').toString('base64')}`};
      const {said, headers: answered} = await create(server, 0, {key: newKey(), headers});
      assert.equal(said.result.name, 'n');
      const stored = await readFile(join(server.directory, answered.get('location')?.split('/').at(-1) ?? '', 'info.json'), 'utf8');
      assert.match(stored, /"__proto__":"p"/);
      server.forget();
      assert.equal((await status(server.origin + answered.get('location'))).result.name, 'n');
    }));
});

describe('a line of a journal that cannot be', () => {
  for (const line of [
    '["received",-1,5]',
    '["received",5,1]',
    '["received",0,11]',
    '["received",0.5,1]',
    '["received",0,1e999]',
    '["received",0,5,9]',
    '["received",0]',
    '["verified",3,"aa"]',
    '["verified",1e9,"aa"]',
    '["verified",0]',
    '["dropped",-1]',
    '["digest",0,5]',
    '["complete",7]',
    '["complete"]',
    '["told",1]',
    '["toString"]',
    '["__proto__"]',
    '{"0":"received","1":0,"2":5,"length":3}',
    'null',
  ]) {
    it(`${line} ends it`, () => {
      const {entries, end} = parseEntries(Buffer.from(`["received",0,1]\n${line}\n["received",1,2]\n`), 10);
      assert.deepEqual(entries, [['received', 0, 1]]);
      assert.equal(end, 17);
    });
  }

  it('cannot make an upload complete', () =>
    withServer({}, async (server) => {
      const url = await created(server, 10, {algorithm: 'md5'});
      await writeFile(join(server.directory, url.split('/').at(-1) ?? '', 'journal'), '["received",0,10]\n["verified",5,"00"]\n');
      server.forget();
      const {complete, received} = await status(url);
      assert.deepEqual([complete, received], [false, []]);
      assert.equal((await put(url, bytesOf(10))).status, 400);
    }));
});
