import {expect} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {recordRequests, type Requested, type RequestRecord, type Scripted} from '../support/requests.js';
import {all, becomes, file, scene, until} from '../support/scene.js';

let record: RequestRecord;
let answer: (request: Requested) => Scripted;
beforeEach(() => (record = recordRequests((request) => answer(request))));
afterEach(() => record.stop());

/** An element that has sent a file, or has failed to, with a secret in its headers and in its endpoint. */
async function sent(): Promise<ChunkUploader> {
  const {element} = await scene({endpoint: '/uploads?signature=secret', 'resume-key': crypto.randomUUID()});
  Object.assign(element, {protocol: 'chunks', headers: {Authorization: 'secret'}});
  element.add(file());
  await until(() => element.progress.count.failed + element.progress.count.done === 1, 'the end');
  await element.updateComplete;
  return element;
}

const elsewhere: Readonly<Record<string, string>> = {
  'a script': 'javascript:globalThis.hacked=1',
  data: 'data:text/html,<script>globalThis.hacked=1</script>',
  'another host': 'https://evil.test/uploads/1',
  'another host, without a scheme': '//evil.test/uploads/1',
  'another port': 'http://localhost:1/uploads/1',
  'a file': 'file:///etc/passwd',
};

for (const [what, location] of Object.entries(elsewhere)) {
  describe(`Threat 7: a server that sends uploads to ${what}`, () => {
    beforeEach(() => (answer = () => ({status: 201, location, body: {size: 40, complete: false, received: []}})));

    it('is not followed', async () => {
      const element = await sent();
      const [upload] = element.uploads;
      expect(upload?.status.name === 'failed' && upload.status.error.code).to.equal('protocol');
      const origins = new Set(record.requests.map(({url}) => new URL(url).origin));
      expect([...origins]).to.deep.equal([window.location.origin]);
    });

    it('does not bring secrets into the page, its events or its errors', async () => {
      const element = await sent();
      const said = [element.shadowRoot?.textContent, JSON.stringify(element.uploads), element.validationMessage].join();
      expect(said).not.to.match(/secret|evil/);
    });
  });
}

for (const url of ['javascript:globalThis.hacked=1', 'data:text/html,x', 'blob:https://evil.test/1', 'file:///etc/passwd', 'http://[']) {
  describe(`Threat 7: a result that is at ${url}`, () => {
    beforeEach(() => (answer = () => ({status: 201, location: '/uploads/1', body: {size: 40, complete: true, result: {url}}})));

    it('has no URL', async () => {
      const element = await sent();
      const [upload] = element.uploads;
      expect(upload?.status.name === 'done' && upload.status.result.url).to.equal(null);
    });

    it('gives a form the name of the file', async () => {
      expect((await sent()).value).to.deep.equal(['a.txt']);
    });
  });
}

describe('Threat 7: a result at another host', () => {
  beforeEach(() => {
    const result = {url: 'https://files.test/1'};
    answer = () => ({status: 201, location: '/uploads/1', body: {size: 40, complete: true, result}});
  });

  it('is told as it is, and asked for by nobody', async () => {
    const element = await sent();
    expect(element.value).to.deep.equal(['https://files.test/1']);
    expect(record.requests).to.have.length(1);
  });

  it('is no link inside of the element: the page makes one if it wants to', async () => {
    expect(all(await sent(), '[href], [src], form')).to.deep.equal([]);
  });
});

describe('Threat 7: the headers of a page', () => {
  it('go to the origin of the endpoint', async () => {
    answer = () => ({status: 201, location: '/uploads/1', body: {size: 40, complete: true, result: {url: '/1'}}});
    const element = await sent();
    await becomes(element, 'done');
    expect(record.requests.map(({headers}) => headers['authorization'])).to.deep.equal(['secret']);
  });
});
