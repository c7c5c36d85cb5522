import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {BLOCK_SIZE} from '../../../src/core/digests.js';
import {toJson, type SavedUpload} from '../../../src/core/saved-upload.js';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails} from '../../support/scripted-faults.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {md5} from '../../support/scripted-hasher.js';
import {ScriptedRun, type ScriptedRunOptions} from '../../support/scripted-run.js';
import {ScriptedServer} from '../../support/scripted-server.js';
import {ScriptedStore} from '../../support/scripted-store.js';

const limit = {timeout: 20_000};
const signal = new AbortController().signal;
/** Two whole blocks, and one of 100 bytes. */
const size = 2 * BLOCK_SIZE + 100;
const chosen = new ScriptedFile(size);
const lookAlike = chosen.lookAlike();
const digestsOf = (file: ScriptedFile): readonly string[] =>
  [0, 1, 2].map((index) => md5(file.content.subarray(index * BLOCK_SIZE, (index + 1) * BLOCK_SIZE)));

/** What an earlier page has left: the server has the first `confirmed` bytes of `file`, and these digests are in the record. */
interface Left {
  readonly file?: ScriptedFile;
  readonly confirmed: number;
  readonly list?: readonly (string | undefined)[];
  readonly page?: string;
  /** The server takes nothing that begins here. Default: it takes everything. */
  readonly stopsAt?: number;
}

let run = new ScriptedRun();

async function goesOn({file = chosen, confirmed, list, page = 'earlier', stopsAt}: Left, options: ScriptedRunOptions = {}): Promise<void> {
  const server = new ScriptedServer();
  const store = new ScriptedStore();
  const key = 'f'.repeat(32);
  server.create(key, size).write(0, file.content.subarray(0, confirmed));
  const digests = list ? ({algorithm: 'md5', blockSize: BLOCK_SIZE, list} as const) : undefined;
  const saved: SavedUpload = {
    key,
    remote: {id: 'u1'},
    page,
    file: chosen.source,
    confirmed,
    digests,
    created: 0,
    paused: false,
    expires: Infinity,
  };
  await store.save('a.bin', toJson({...saved, expires: Number.MAX_SAFE_INTEGER}), signal);
  run = new ScriptedRun({size, store, server, tellsDigests: true, parts: {preferred: size, max: size}, ...options});
  if (stopsAt !== undefined) run.protocol.onPart(stopsAt, deaf, Infinity);
  run.start();
  await settle();
  await run.clock.advance(10);
}

const [first = '', second = '', third = ''] = digestsOf(chosen);
const [other = ''] = digestsOf(lookAlike);
/** The digests in the record, as it is saved when the upload moves on. */
async function savedList(): Promise<readonly string[]> {
  run.run.record.moved();
  await run.clock.advance(1_000);
  const json = (await run.store.load('a.bin', signal)) as {digests: {list: string}};
  return json.digests.list.split(',');
}
const asked = (): number => run.protocol.count('digests');
/** Code of the failure, where the file is by now, and how many uploads the server has ever had. */
const outcome = (): readonly unknown[] => [run.code, run.result?.url, run.protocol.server.everMade.length];
const arrives = [undefined, '/files/u1', 1];
const refused = ['other-file', undefined, 1];

describe('a file that is given again, and digests that were saved', limit, () => {
  it('is taken when all of them fit', async () => {
    await goesOn({confirmed: BLOCK_SIZE + 5, list: [first, second, third]});
    assert.deepEqual(outcome(), arrives);
  });
  it('asks the server for none where they are all here', async () => {
    await goesOn({confirmed: BLOCK_SIZE + 5, list: [first, second, undefined]});
    assert.equal(asked(), 0);
  });
  it('is refused when one of them does not fit', async () => {
    await goesOn({confirmed: BLOCK_SIZE + 5, list: [other, second, third]});
    assert.deepEqual(outcome(), refused);
  });
  it('is refused also when only a block differs of which the server has a piece', async () => {
    await goesOn({confirmed: BLOCK_SIZE + 5, list: [first, other, third]});
    assert.deepEqual(outcome(), refused);
  });
  it('is not held to blocks of which the server has nothing', async () => {
    await goesOn({confirmed: BLOCK_SIZE, list: [first, other, other]});
    assert.deepEqual(outcome(), arrives);
  });
  it('is read where the server has something, and nowhere else, before it is taken', async () => {
    await goesOn({confirmed: BLOCK_SIZE, list: [other, second, third]});
    assert.deepEqual(run.hasher.digested, [0]);
  });
  it('is not read when the server has nothing', async () => {
    await goesOn({confirmed: 0, list: [other, other, other]});
    assert.deepEqual(outcome(), arrives);
  });
  it('sends nothing when it is refused', async () => {
    await goesOn({confirmed: BLOCK_SIZE, list: [other, second, third]});
    assert.equal(run.protocol.count('send'), 0);
  });
  it('leaves the record as it was when it is refused', async () => {
    await goesOn({confirmed: BLOCK_SIZE, list: [other, second, third]});
    const json = (await run.store.load('a.bin', signal)) as {digests: {list: string}; key: string};
    assert.deepEqual([json.key, json.digests.list], ['f'.repeat(32), [other, second, third].join()]);
  });
});

describe('blocks of which no digest was saved', limit, () => {
  it('are asked of the server, once', async () => {
    await goesOn({confirmed: 2 * BLOCK_SIZE});
    assert.deepEqual([asked(), ...outcome()], [1, ...arrives]);
  });
  it('refuse the file where the server has something else', async () => {
    await goesOn({file: lookAlike, confirmed: BLOCK_SIZE});
    assert.deepEqual(outcome(), refused);
  });
  it('are asked for where only some are missing', async () => {
    await goesOn({file: lookAlike, confirmed: 2 * BLOCK_SIZE, list: [first, undefined, undefined]});
    assert.deepEqual([asked(), ...outcome()], [1, ...refused]);
  });
  it('are not asked for where the server has them in pieces only', async () => {
    await goesOn({confirmed: BLOCK_SIZE - 1});
    assert.deepEqual([asked(), ...outcome()], [0, ...arrives]);
  });
  it('and that nobody has ever digested, are left to the server, which compares as soon as they are whole', async () => {
    await goesOn({file: lookAlike, confirmed: 100, list: [undefined, undefined, undefined]});
    assert.notEqual(run.code, 'other-file');
    assert.equal(run.arrived, true);
  });
  it('and that nobody can compare, are saved without a digest: the next file is not held to this one', async () => {
    await goesOn({confirmed: BLOCK_SIZE + 5, list: [first, undefined, undefined], stopsAt: BLOCK_SIZE + 5});
    assert.deepEqual(await savedList(), [first, '', third]);
  });
  it('are saved with a digest as soon as the server has told its own', async () => {
    await goesOn({confirmed: BLOCK_SIZE, stopsAt: BLOCK_SIZE});
    assert.deepEqual(await savedList(), [first, second, third]);
  });
  it('are saved with a digest where the server has nothing of them', async () => {
    await goesOn({confirmed: 0, stopsAt: 0});
    assert.deepEqual(await savedList(), [first, second, third]);
  });
  it('cannot be compared where the server tells none: the end tells', async () => {
    await goesOn({confirmed: 2 * BLOCK_SIZE}, {tellsDigests: false});
    assert.deepEqual(outcome(), arrives);
  });
  it('make the run fail as the network when that question fails', async () => {
    const server = new ScriptedServer();
    server.create('f'.repeat(32), size).write(0, chosen.content.subarray(0, BLOCK_SIZE));
    const store = new ScriptedStore();
    await store.save('a.bin', {key: 'f'.repeat(32), remote: {id: 'u1'}}, signal);
    run = new ScriptedRun({size, store, server, tellsDigests: true});
    run.protocol.on('digests', fails('network'), {times: Infinity});
    run.start();
    await run.clock.advance(60_000);
    assert.equal(run.code, 'network');
  });
});

describe('a file without digests', limit, () => {
  it('is taken: nothing can be compared but the length', async () => {
    await goesOn({confirmed: BLOCK_SIZE}, {algorithm: 'none', verified: 'length'});
    assert.deepEqual([asked(), run.code], [0, undefined]);
  });
});

describe('a file that was uploaded by this very list before', limit, () => {
  it('goes on when it is the same', async () => {
    await goesOn({confirmed: BLOCK_SIZE, list: [first, second, third], page: 'this'});
    assert.deepEqual(outcome(), arrives);
  });
  it('starts again when it only looks the same: it has been saved anew since', async () => {
    await goesOn({file: lookAlike, confirmed: BLOCK_SIZE, list: digestsOf(lookAlike), page: 'this'});
    assert.deepEqual([run.code, run.result?.url, run.reports.includes('lost')], [undefined, '/files/u2', true]);
  });
});

describe('an upload that no earlier page has begun', limit, () => {
  beforeEach(async () => {
    run = new ScriptedRun({size, tellsDigests: true, parts: {preferred: size, max: size}});
    run.start();
    await settle();
  });

  it('has nothing to be compared with', () => assert.deepEqual([asked(), run.code, run.arrived], [0, undefined, true]));
  it('digests every block once', () => assert.deepEqual([...run.hasher.digested].sort(), [0, 1, 2]));
});
