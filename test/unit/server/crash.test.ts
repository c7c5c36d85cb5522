import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {CompleteFile} from '../../../src/server/index.js';
import {MemoryDisk} from '../../support/memory-disk.js';
import type {Survival} from '../../support/survival.js';
import {dropAll, keepSome} from '../../support/survival.js';
import type {Story} from './crash-client.js';
import {CrashClient, Interrupted, Server, foldersOn} from './crash-client.js';
import {block, bytesOf} from './sample-file.js';

const small = bytesOf(200_000);
const large = bytesOf(block + 70_000, 2);

const stories: Readonly<Record<string, Story>> = {
  'a file in five parts, not digested': {file: small, algorithm: 'none', first: 10_000, part: 66_000},
  'a file in five parts, digested': {file: small, algorithm: 'sha-256', first: 10_000, part: 66_000},
  'a file of two blocks': {file: large, algorithm: 'md5', first: 100_000, part: 2_100_000},
  'a file that comes whole with its creation': {file: bytesOf(3_000, 3), algorithm: 'md5', first: 3_000, part: 3_000},
  'an empty file': {file: Buffer.alloc(0), algorithm: 'none', first: 0, part: 1},
  'an upload that is canceled': {file: small, algorithm: 'none', first: 10_000, part: 66_000, cancel: true},
};

/** Lets the client come again and again until it is done. `next` gives the server that it finds. */
async function finish(client: CrashClient, server: Server, next: (before: Server) => Server): Promise<Server> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      await client.go(server);
      return server;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      server = next(server);
    }
  }
  throw new Error('It never ended');
}

/** What has to be true at the end, also after more crashes, of the kind that loses most. */
async function isWell(client: CrashClient, {disk, told}: Server, mostCalls: number): Promise<void> {
  assert.equal(client.wasCanceled, client.story.cancel === true);
  const rebooted = new Server(disk.survivor(dropAll), told);
  await client.go(rebooted);
  await rebooted.handle.sweep();
  const calls = told.length;
  const last = new Server(rebooted.disk.survivor(dropAll), told);
  await client.go(last);
  await last.handle.sweep();
  assert.equal(told.length, calls, 'the hook was called though it had been told');
  const folders = foldersOn(last.disk);
  assert.equal(folders.length, 1, 'there is more than the one upload');
  const path = `/srv/uploads/${folders[0] ?? ''}`;
  assert.deepEqual(last.disk.namesIn(path), client.wasCanceled ? ['info.json'] : ['content', 'info.json', 'journal']);
  if (client.wasCanceled) return assert.equal(calls, 0);
  const lines = last.disk.bytesOf(`${path}/journal`).toString('utf8').split('\n');
  assert.equal(lines.filter((line) => line.startsWith('["complete"')).length, 1, 'it was completed twice');
  assert.ok(calls >= 1 && calls <= mostCalls, `the hook was called ${calls} times`);
}

/** How many calls the disk gets when nothing happens. */
async function callsOf(story: Story): Promise<readonly string[]> {
  const server = new Server(new MemoryDisk(), []);
  const client = new CrashClient(story);
  await client.go(server);
  const {calls} = server.disk;
  await isWell(client, server, 1);
  return [...calls];
}

/** Blocks are 4 MiB: with two of them, `npm test` has time for the harshest disk only. */
const isSlow = ({file}: Story): boolean => file.length > block;
const deep = process.env['DEEP'] === '1';

/** What becomes of the disk. */
interface Crash {
  readonly survival: (seed: number) => Survival;
  /** What the next start finds. */
  readonly next: (dead: MemoryDisk) => MemoryDisk;
}

const crashes: Readonly<Record<string, Crash>> = {
  'loses all that was not synced': {survival: () => dropAll, next: (dead) => dead.survivor()},
  'keeps some of what was not synced, in any order': {survival: keepSome, next: (dead) => dead.survivor()},
  'keeps it for now, because only the process dies': {survival: keepSome, next: (dead) => dead.restarted()},
};

for (const [name, story] of Object.entries(stories)) {
  describe(`${name}, on a disk whose power is cut at any call`, () => {
    for (const [what, {survival, next}] of Object.entries(crashes)) {
      if (isSlow(story) && !what.endsWith('in any order') && !deep) continue;
      it(`and that ${what}: nothing that was acknowledged is lost`, async (t) => {
        const calls = await callsOf(story);
        assert.ok(calls.length > 20, `${calls.length} calls`);
        t.diagnostic(`${calls.length} calls`);
        for (let index = 0; index < calls.length; index++) {
          const told: CompleteFile[] = [];
          const disk = new MemoryDisk();
          disk.survival = survival(index);
          disk.fate = (at) => (at === index ? 'cut' : undefined);
          const client = new CrashClient(story);
          // The server that comes next is stopped too, somewhere on its way; the third is not.
          let stops = [index % 31];
          const reboot = ({disk: dead}: Server): Server => {
            const found = next(dead);
            const [stop] = stops;
            stops = stops.slice(1);
            found.survival = survival(index + 1);
            if (stop !== undefined) found.fate = (at) => (at === stop ? 'cut' : undefined);
            return new Server(found, told);
          };
          try {
            await isWell(client, await finish(client, new Server(disk, told), reboot), 3);
          } catch (error) {
            throw new Error(`Cut at call ${index}, "${calls[index]}"`, {cause: error});
          }
        }
      });
    }
  });

  describe(`${name}, on a disk that fails at any call`, {skip: isSlow(story) && !deep && 'takes long, which is for DEEP=1'}, () => {
    for (const [code, times] of [
      ['ENOSPC', 1],
      ['ENOSPC', 4],
      ['EIO', 1],
    ] as const) {
      it(`with ${code}, ${times === 1 ? 'once' : `${times} times in a row`}: it is told, nothing is half counted, and it goes on`, async () => {
        const calls = await callsOf(story);
        for (let index = 0; index < calls.length; index++) {
          const disk = new MemoryDisk();
          disk.fate = (at) => (at >= index && at < index + times ? {code} : undefined);
          const client = new CrashClient(story);
          try {
            await isWell(client, await finish(client, new Server(disk, []), (same) => same), 1 + times);
          } catch (error) {
            throw new Error(`Failed at call ${index}, "${calls[index]}"`, {cause: error});
          }
        }
      });
    }
  });
}

describe('what a process had written and not synced when it died', () => {
  for (const [name, story] of Object.entries(stories)) {
    if (isSlow(story)) continue;
    it(`is durable when the next process tells it: ${name}`, async () => {
      const calls = await callsOf(story);
      for (let index = 0; index < calls.length; index++) {
        const told: CompleteFile[] = [];
        const disk = new MemoryDisk();
        disk.fate = (at) => (at === index ? 'cut' : undefined);
        const client = new CrashClient(story);
        await assert.rejects(client.go(new Server(disk, told)), Interrupted);
        const next = new Server(disk.restarted(), told);
        await client.look(next);
        try {
          await isWell(client, await finish(client, new Server(next.disk.survivor(dropAll), told), (same) => same), 2);
        } catch (error) {
          throw new Error(`Cut at call ${index}, "${calls[index]}"`, {cause: error});
        }
      }
    });
  }
});
