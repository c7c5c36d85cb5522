import {expect} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {indexedStore} from '../../../src/stores/indexed.js';
import {recordRequests, type RequestRecord, type Scripted} from '../support/requests.js';
import {becomes, file, scene, until} from '../support/scene.js';

let record: RequestRecord;
let answer: () => Scripted;
beforeEach(() => (record = recordRequests(() => answer())));
afterEach(() => record.stop());

const refuses = (): Scripted => ({status: 503});
const takes = (): Scripted => ({status: 201, location: '/uploads/1', body: {size: 40, complete: true, result: {url: '/1'}}});

/** The keys of what was created, once for each request. That something is canceled may be told later than its test has ended. */
const keys = (method = 'POST'): (string | undefined)[] =>
  record.requests.flatMap((request) => (request.method === method ? [request.headers['idempotency-key']] : []));

/** Somebody whom no other test knows. */
const somebody = (): string => crypto.randomUUID();

async function user(resumeKey: string, attributes: Record<string, string> = {}): Promise<ChunkUploader> {
  const {element} = await scene({endpoint: '/uploads', 'resume-key': resumeKey, ...attributes});
  element.protocol = 'chunks';
  await element.restore();
  return element;
}

/** What a browser keeps of a page outside the one database that uploads are saved in. */
async function keptElsewhere(): Promise<string[]> {
  const databases = (await indexedDB.databases()).map(({name = ''}) => name).filter((name) => name !== 'chunk-uploader');
  const stored = [localStorage, sessionStorage].flatMap((storage) => Object.keys(storage));
  return [...databases, ...stored, ...(await caches.keys()), document.cookie, JSON.stringify(history.state)];
}

/** Names of the files of which something is saved for this person. */
async function savedFor(resumeKey: string): Promise<string[]> {
  const entries = await indexedStore().all(new AbortController().signal);
  return entries
    .flatMap(([key, record]) => (key.includes(resumeKey) ? [JSON.stringify(record)] : []))
    .map((text) => /[a-z]+\.txt/.exec(text)?.[0] ?? '');
}

/** Waits until this is what is saved for a person: an upload is forgotten shortly after it is over. */
async function isSaved(resumeKey: string, names: readonly string[]): Promise<void> {
  const end = performance.now() + 10_000;
  let saved = await savedFor(resumeKey);
  while (saved.join() !== names.join() && performance.now() < end) saved = await savedFor(resumeKey);
  expect(saved).to.deep.equal(names);
}

/** One upload that is done, one that has failed and one that was canceled. */
async function threeUploads(resumeKey: string, attributes?: Record<string, string>): Promise<ChunkUploader> {
  const element = await user(resumeKey, attributes);
  answer = takes;
  element.add(file('done.txt'));
  await becomes(element, 'done');
  answer = refuses;
  element.add([file('failed.txt'), file('canceled.txt')]);
  await until(() => element.progress.count.failed === 1, 'the failure');
  element.cancel(element.uploads[2]?.id);
  return element;
}

describe('Threat 9: what is left on the computer', () => {
  it('is what somebody has to finish: nothing of what is done, and nothing of what was canceled', async () => {
    const alice = somebody();
    await threeUploads(alice);
    await isSaved(alice, ['failed.txt']);
  });

  it('is in one database, and nowhere else', async () => {
    const before = await keptElsewhere();
    await threeUploads(somebody());
    expect(await keptElsewhere()).to.deep.equal(before);
  });

  it('is nothing at all with no-resume', async () => {
    const alice = somebody();
    await threeUploads(alice, {'no-resume': ''});
    expect(await savedFor(alice)).to.deep.equal([]);
  });

  it('is no file, unless the page asks for copies', async () => {
    const alice = somebody();
    const first = await threeUploads(alice);
    await isSaved(alice, ['failed.txt']); // what stops is saved a moment later
    first.remove();
    await new Promise((resolve) => setTimeout(resolve, 500)); // an element that is removed lets go of its uploads a moment later
    const element = await user(alice);
    expect(element.uploads.map(({name, kept}) => [name, kept])).to.deep.equal([['failed.txt', 'record']]);
  });

  it('is gone as soon as the upload is discarded', async () => {
    const alice = somebody();
    const element = await threeUploads(alice);
    element.cancel();
    await isSaved(alice, []);
  });
});

describe('Threat 9: another person at the same page', () => {
  it('sees nothing of what the first one has left', async () => {
    await threeUploads(somebody());
    expect((await user(somebody())).uploads).to.deep.equal([]);
  });

  it('does not go on with the upload of the first one', async () => {
    const element = await user(somebody());
    answer = refuses;
    element.add(file());
    await becomes(element, 'failed');
    element.resumeKey = somebody();
    answer = takes;
    element.add(file());
    await becomes(element, 'done', 1);
    expect(new Set(keys()).size).to.equal(2);
  });

  it('does not go on with what was done before', async () => {
    const element = await user(somebody());
    answer = takes;
    element.add(file());
    await becomes(element, 'done');
    element.add(file());
    await becomes(element, 'done', 1);
    expect(new Set(keys()).size).to.equal(2);
  });

  it('does not go on with what was canceled', async () => {
    const element = await user(somebody());
    answer = refuses;
    element.add(file());
    await becomes(element, 'failed');
    element.cancel();
    answer = takes;
    element.add(file());
    await becomes(element, 'done', 1);
    await until(() => keys('DELETE').length > 0, 'the server to be told');
    expect(new Set(keys()).size).to.equal(2);
    expect(keys('DELETE')).to.deep.equal(keys().slice(0, 1));
  });
});

describe('Threat 9: the same person', () => {
  it('goes on with an upload that failed: it is the same one to the server', async () => {
    const element = await user(somebody());
    answer = refuses;
    element.add(file());
    await becomes(element, 'failed');
    answer = takes;
    element.retry();
    await becomes(element, 'done');
    expect([keys().length > 1, new Set(keys()).size]).to.deep.equal([true, 1]);
  });
});
