import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {TestServer} from '../../support/serve.js';
import {until} from '../../support/wait.js';
import {isHigher, parseWriter, sameWriter, takesOver, writerText} from '../../../src/server/writers.js';
import type {Exchange} from './scene.js';
import {KiB, MiB, beginPut, bytesOf, create, created, put, received, status, withServer, write} from './scene.js';

const file = bytesOf(4 * MiB);

/** An upload with a part of writer `1-writer-one` under way: 300 KiB of `[0, 2 MiB)` have been read. */
async function underWay(play: (server: TestServer, url: string, part: Exchange) => Promise<void>): Promise<void> {
  await withServer({}, async (server) => {
    const url = await created(server, file.length);
    const part = beginPut(url, file, 0, 2 * MiB);
    await write(part, file.subarray(0, 300 * KiB));
    await until('the first bytes to be read', () => server.bytesRead === 300 * KiB);
    await play(server, url, part);
  });
}

describe('a GET by a newer writer, while a part of an older one is under way', () => {
  for (const [which, writer] of [
    ['a higher counter', '2-writer-two'],
    ['the same counter and another random', '1-writer-two'],
  ] as const) {
    it(`with ${which} tells all bytes that were read`, () =>
      underWay(async (_, url) => {
        assert.deepEqual(await received(url, {'Upload-Writer': writer}), [[0, 300 * KiB]]);
      }));
  }

  it('ends the older part as superseded', () =>
    underWay(async (_, url, part) => {
      await status(url, {'Upload-Writer': '2-writer-two'});
      const {status: code, headers, said} = await part.answer;
      assert.equal(code, 409);
      assert.equal(headers.get('connection'), 'close');
      assert.equal(said.type, 'urn:chunks:superseded');
      assert.deepEqual(said.received, [[0, 300 * KiB]]);
    }));

  it('has the older part read nothing further', () =>
    underWay(async (server, url, part) => {
      await status(url, {'Upload-Writer': '2-writer-two'});
      part.request.write(file.subarray(300 * KiB, 2 * MiB));
      await part.answer.catch(() => undefined);
      await put(url, file, 2 * MiB, 2 * MiB + 1, {'Upload-Writer': '2-writer-two'});
      assert.equal(server.bytesRead, 300 * KiB + 1);
    }));

  it('is final: the older run cannot add to it', () =>
    underWay(async (_, url, part) => {
      const before = await received(url, {'Upload-Writer': '2-writer-two'});
      part.request.write(file.subarray(300 * KiB, 2 * MiB));
      await part.answer.catch(() => undefined);
      assert.equal((await put(url, file, 2 * MiB, 3 * MiB)).status, 409);
      assert.deepEqual(await received(url), before);
    }));

  it('ends all parts of the older one', () =>
    underWay(async (server, url) => {
      const more = [2, 3].map((at) => ({at, part: beginPut(url, file, at * MiB, (at + 1) * MiB)}));
      for (const {at, part} of more) await write(part, file.subarray(at * MiB, at * MiB + 100));
      await until('these bytes to be read', () => server.bytesRead === 300 * KiB + 200);
      assert.deepEqual(await received(url, {'Upload-Writer': '2-writer-two'}), [
        [0, 300 * KiB],
        [2 * MiB, 2 * MiB + 100],
        [3 * MiB, 3 * MiB + 100],
      ]);
      for (const {part} of more) assert.equal((await part.answer).status, 409);
    }));
});

describe('a part of an older writer', () => {
  const refusedAfter = async (newest: string, older: string, forget = false): Promise<string> => {
    let type = '';
    await withServer({}, async (server) => {
      const url = await created(server, file.length, {writer: '1-writer-one'});
      await status(url, {'Upload-Writer': newest});
      if (forget) server.forget();
      const answer = await put(url, file, 0, 1000, {'Upload-Writer': older});
      type = answer.said.type;
      assert.equal(answer.status, 409);
      assert.deepEqual(answer.said.received, []);
      assert.equal(server.bytesRead, 0);
    });
    return type;
  };

  it('is refused as superseded, unread', async () =>
    assert.equal(await refusedAfter('3-writer-new', '2-writer-old'), 'urn:chunks:superseded'));

  it('is refused when it has the same counter and another random', async () =>
    assert.equal(await refusedAfter('2-writer-new', '2-writer-old'), 'urn:chunks:superseded'));

  it('is refused after a restart too', async () =>
    assert.equal(await refusedAfter('3-writer-new', '2-writer-old', true), 'urn:chunks:superseded'));

  it('is refused when the newer one has only sent a part, and never asked', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length);
      await put(url, file, 0, 10, {'Upload-Writer': '2-writer-two'});
      assert.equal((await put(url, file, 10, 20, {'Upload-Writer': '1-writer-one'})).status, 409);
    }));
});

describe('the writer of a creation', () => {
  it('is remembered', () =>
    withServer({}, async (server) => {
      const url = await created(server, file.length, {writer: '3-writer-three'});
      assert.equal((await put(url, file, 0, 10, {'Upload-Writer': '2-writer-two'})).status, 409);
    }));

  it('that repeats it begins a run, even with the same counter: the client may have lost all but the key', () =>
    withServer({}, async (server) => {
      const key = 'a-key-that-survived-a-reload';
      await create(server, file.length, {key, writer: '1-writer-one'});
      const {headers} = await create(server, file.length, {key, writer: '1-writer-two'});
      const url = server.origin + headers.get('location');
      assert.equal((await put(url, file, 0, 10, {'Upload-Writer': '1-writer-two'})).status, 200);
      assert.equal((await put(url, file, 10, 20, {'Upload-Writer': '1-writer-one'})).status, 409);
    }));

  it('that repeats it with bytes is refused when a newer one has taken over', () =>
    withServer({}, async (server) => {
      const key = 'a-key-that-survived-a-reload';
      await create(server, file.length, {key, writer: '1-writer-one'});
      await create(server, file.length, {key, writer: '2-writer-two'});
      const {status: code, said} = await create(server, file.length, {key, writer: '1-writer-one', body: file.subarray(0, 1000)});
      assert.deepEqual([code, said.type], [409, 'urn:chunks:superseded']);
    }));
});

describe('comparing writers', () => {
  const [one, other, two] = [
    {counter: 1, random: 'aaaaaaaa'},
    {counter: 1, random: 'bbbbbbbb'},
    {counter: 2, random: 'aaaaaaaa'},
  ];

  it('reads what it writes', () => {
    for (const writer of [one, {counter: Number.MAX_SAFE_INTEGER, random: '_-'.repeat(32)}])
      assert.deepEqual(parseWriter(writerText(writer)), writer);
  });

  it('does not read what is none', () => {
    const wrong = [
      '',
      '1',
      '-',
      '0-aaaaaaaa',
      '01-aaaaaaaa',
      '1-aaaaaaa',
      `1-${'a'.repeat(65)}`,
      '1-aaaa aaaa',
      '-1-aaaaaaaa',
      '1.5-aaaaaaaa',
      '9007199254740993-aaaaaaaa',
      '1-aaaaaaaa\n',
      '１-aaaaaaaa',
    ];
    for (const text of wrong) assert.equal(parseWriter(text), undefined, text);
  });

  it('a first writer is newer than nobody', () => {
    assert.ok(isHigher(one, undefined));
    assert.ok(takesOver(one, undefined));
  });

  it('a higher counter is newer by both rules', () => {
    assert.ok(isHigher(two, one));
    assert.ok(takesOver(two, one));
    assert.ok(!isHigher(one, two));
    assert.ok(!takesOver(one, two));
  });

  it('another random of the same counter is newer only at the beginning of a run', () => {
    assert.ok(!isHigher(other, one));
    assert.ok(takesOver(other, one));
    assert.ok(!takesOver(one, one));
  });

  it('two requests without a writer are not the same', () => {
    assert.ok(!sameWriter(undefined, undefined));
    assert.ok(sameWriter(one, {...one}));
    assert.ok(!sameWriter(one, other));
  });
});
