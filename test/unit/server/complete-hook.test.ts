import assert from 'node:assert/strict';
import {readFile, rename} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import type {CompleteFile, FaultLine, LogLine} from '../../../src/server/index.js';
import {stays, until} from '../../support/wait.js';
import {ask, bytesOf, create, created, metadataOf, newKey, put, putChecked, rootOf, status, withServer} from './scene.js';

const file = bytesOf(5000);

/** A hook that writes down what it hears, and may be told to behave otherwise. */
function listener(): {
  heard: CompleteFile[];
  faults: FaultLine[];
  options: {onComplete: (file: CompleteFile) => unknown; log: (line: LogLine) => void};
  then: () => unknown;
} {
  const heard: CompleteFile[] = [];
  const faults: FaultLine[] = [];
  const self = {
    heard,
    faults,
    then: (): unknown => undefined,
    options: {
      onComplete: (complete: CompleteFile): unknown => {
        heard.push(complete);
        return self.then();
      },
      log: (line: LogLine): void => void (line.event === 'fault' && faults.push(line)),
    },
  };
  return self;
}

describe('onComplete', () => {
  it('hears of a complete upload once, with what is known of it', async () => {
    const {heard, options} = listener();
    await withServer({...options, authorize: () => ({owner: 'ann'})}, async (server) => {
      const url = await created(server, file.length, {algorithm: 'md5', headers: {'Upload-Metadata': metadataOf({name: 'a.mov', x: 'y'})}});
      await putChecked(url, file, 0, 3000);
      assert.equal(heard.length, 0);
      await putChecked(url, file, 3000);
      const [complete] = heard;
      assert.ok(complete);
      const {path, metadata, ...rest} = complete;
      assert.deepEqual(rest, {id: url.split('/').at(-1), owner: 'ann', size: 5000, algorithm: 'md5', digest: rootOf(file)});
      assert.deepEqual({...metadata}, {name: 'a.mov', x: 'y'});
      assert.ok((await readFile(path)).equals(file));
      await putChecked(url, file, 0, 3000);
      await status(url, {'Upload-Writer': '2-writer-two'});
      server.forget();
      await status(url);
      assert.equal(await server.sweep(), 0);
      assert.equal(heard.length, 1);
    });
  });

  it('hears of a file that came whole with its creation, and of an empty one', async () => {
    const {heard, options} = listener();
    await withServer(options, async (server) => {
      await create(server, file.length, {body: file});
      await create(server, 0);
      assert.deepEqual(
        heard.map(({size}) => size),
        [5000, 0],
      );
    });
  });

  it('is called once when everything comes at the same time', async () => {
    const {heard, options} = listener();
    await withServer(options, async (server) => {
      const key = newKey();
      const url = await created(server, file.length, {key});
      await Promise.all([
        ...[0, 1, 2, 3, 4].map((at) => put(url, file, at * 1000, (at + 1) * 1000)),
        ...[1, 2, 3].map(() => status(url)),
        create(server, file.length, {key}),
      ]);
      await status(url);
      assert.equal(heard.length, 1);
    });
  });

  it('is over before the client is told', async () => {
    const hook = listener();
    let letGo = (): void => undefined;
    hook.then = () => new Promise<void>((resolve) => (letGo = resolve));
    await withServer({...hook.options, completeTimeout: 60_000}, async (server) => {
      let answered = false;
      const answer = create(server, file.length, {body: file}).finally(() => (answered = true));
      await until('the hook to be called', () => hook.heard.length === 1);
      await stays('unanswered', () => !answered, 200);
      letGo();
      assert.equal((await answer).said.complete, true);
    });
  });

  it('is not waited for longer than its time; it is not called again as long as it may still be done', async () => {
    const hook = listener();
    let letGo = (): void => undefined;
    hook.then = () => new Promise<void>((resolve) => (letGo = resolve));
    await withServer({...hook.options, completeTimeout: 50}, async (server) => {
      const {said, headers} = await create(server, file.length, {body: file});
      assert.equal(said.complete, true);
      assert.match(hook.faults[0]?.error ?? '', /not done after 50 ms/);
      const url = server.origin + headers.get('location');
      await status(url);
      await server.sweep();
      assert.equal(hook.heard.length, 1);
      letGo();
      await until('it to be written down', async () =>
        (await readFile(join(server.directory, url.split('/').at(-1) ?? '', 'journal'), 'utf8')).includes('told'),
      );
      server.forget();
      await status(url);
      assert.equal(hook.heard.length, 1);
    });
  });

  for (const [what, fail] of [
    ['rejects', () => Promise.reject(new Error('no database'))],
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
  ] as const) {
    it(`that ${what} is logged, changes nothing for the client, and is called again`, async () => {
      const hook = listener();
      hook.then = fail;
      await withServer(hook.options, async (server) => {
        const {said, headers} = await create(server, file.length, {body: file});
        assert.equal(said.complete, true);
        assert.match(hook.faults[0]?.error ?? '', /no database/);
        hook.then = () => undefined;
        await ask('GET', server.origin + headers.get('location'));
        await server.sweep();
        assert.equal(hook.heard.length, 2);
      });
    });
  }

  it('hears at the next start of what was complete when the server died before it was told', async () => {
    const hook = listener();
    hook.then = () => new Promise(() => undefined);
    await withServer({...hook.options, completeTimeout: 20}, async (server) => {
      await create(server, file.length, {body: file});
      hook.then = () => undefined;
      server.forget({sweepEvery: 50});
      await until('the sweep at the start', () => hook.heard.length === 2);
      server.forget({sweepEvery: 50});
      await stays('not called again', () => hook.heard.length === 2, 300);
    });
  });

  it('may take the file away: its content is gone then, and its status stays', async () => {
    await withServer({onComplete: ({path}) => rename(path, `${path}.taken`)}, async (server) => {
      const {said, headers} = await create(server, file.length, {body: file});
      assert.equal((await ask('GET', server.origin + said.result.url)).status, 410);
      server.forget();
      const again = await status(server.origin + headers.get('location'));
      assert.equal(again.complete, true);
      assert.equal((await ask('GET', server.origin + said.result.url)).status, 410);
    });
  });
});
