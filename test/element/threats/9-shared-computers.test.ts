import {expect} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {recordRequests, type RequestRecord, type Scripted} from '../support/requests.js';
import {becomes, file, scene, until} from '../support/scene.js';

let record: RequestRecord;
let answer: () => Scripted;
beforeEach(() => (record = recordRequests(() => answer())));
afterEach(() => record.stop());

const refuses = (): Scripted => ({status: 503});
const takes = (): Scripted => ({status: 201, location: '/uploads/1', body: {size: 40, complete: true, result: {url: '/1'}}});

const keys = (): (string | undefined)[] => record.requests.map(({headers}) => headers['idempotency-key']);

async function user(resumeKey: string): Promise<ChunkUploader> {
  const {element} = await scene({endpoint: '/uploads', 'resume-key': resumeKey});
  element.protocol = 'chunks';
  return element;
}

/** What a browser keeps of a page, in all places there are. */
async function kept(): Promise<string[]> {
  const databases = await indexedDB.databases();
  const stored = [localStorage, sessionStorage].flatMap((storage) => Object.keys(storage));
  return [...databases.map(({name = ''}) => name), ...stored, ...(await caches.keys()), document.cookie, JSON.stringify(history.state)];
}

describe('Threat 9: what is left on the computer', () => {
  it('is nothing, after uploads that were done, have failed and were canceled', async () => {
    const before = await kept();
    const element = await user('alice');
    answer = takes;
    element.add(file('done.txt'));
    await becomes(element, 'done');
    answer = refuses;
    element.add([file('failed.txt'), file('canceled.txt')]);
    await until(() => element.progress.count.failed === 1, 'the failure');
    element.cancel(element.uploads[2]?.id);
    expect(await kept()).to.deep.equal(before);
  });
});

describe('Threat 9: another person at the same page', () => {
  it('does not go on with the upload of the first one', async () => {
    const element = await user('alice');
    answer = refuses;
    element.add(file());
    await becomes(element, 'failed');
    element.resumeKey = 'bob';
    answer = takes;
    element.add(file());
    await becomes(element, 'done', 1);
    expect(new Set(keys()).size).to.equal(2);
  });

  it('does not go on with what was done before', async () => {
    const element = await user('alice');
    answer = takes;
    element.add(file());
    await becomes(element, 'done');
    element.add(file());
    await becomes(element, 'done', 1);
    expect(new Set(keys()).size).to.equal(2);
  });

  it('does not go on with what was canceled', async () => {
    const element = await user('alice');
    answer = refuses;
    element.add(file());
    await becomes(element, 'failed');
    element.cancel();
    answer = takes;
    element.add(file());
    await becomes(element, 'done', 1);
    const created = record.requests.filter(({method}) => method === 'POST').map(({headers}) => headers['idempotency-key']);
    expect(new Set(created).size).to.equal(2);
  });
});

describe('Threat 9: the same person', () => {
  it('goes on with an upload that failed: it is the same one to the server', async () => {
    const element = await user('alice');
    answer = refuses;
    element.add(file());
    await becomes(element, 'failed');
    answer = takes;
    element.retry();
    await becomes(element, 'done');
    expect([keys().length > 1, new Set(keys()).size]).to.deep.equal([true, 1]);
  });
});
