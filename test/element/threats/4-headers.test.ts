import {expect} from '@open-wc/testing';
import type {NewFile} from '../../../src/core/source-file.js';
import {recordRequests, type Requested, type RequestRecord} from '../support/requests.js';
import {becomes, scene} from '../support/scene.js';

let record: RequestRecord;
beforeEach(() => {
  const body = {size: 4, complete: true, result: {url: '/files/1'}};
  record = recordRequests(() => ({status: 201, location: '/uploads/1', body}));
});
afterEach(() => record.stop());

/** The creation of a file with this name, type and path. */
async function creationOf(given: Omit<NewFile, 'blob'>): Promise<Requested> {
  const {element} = await scene({endpoint: '/uploads', 'resume-key': crypto.randomUUID()});
  element.protocol = 'chunks';
  element.add({...given, blob: new Blob(['1234'])});
  await becomes(element, 'done');
  const [request] = record.requests;
  if (!request) throw new Error('nothing was asked');
  return request;
}

/** What the header says, decoded. */
function saidIn({headers}: Requested): Record<string, string> {
  const pairs = (headers['upload-metadata'] ?? '').split(',').map((pair) => pair.split(' '));
  const decode = (base64 = ''): string => new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  return Object.fromEntries(pairs.map(([key = '', value]) => [key, decode(value)]));
}

const names: Readonly<Record<string, string>> = {
  'the end of a header': 'a\r\nX-Injected: 1\r\n\r\nbody.txt',
  'a NUL': 'a\u0000b.txt',
  'a way out of the folder': '../../etc/passwd',
  quotes: 'a"; filename="b.exe',
  'commas and spaces': 'name bmFtZQ==,type x.txt',
  'another script': 'отчёт 文件 👩‍👩‍👧.txt',
};

for (const [what, name] of Object.entries(names)) {
  describe(`Threat 4: a name with ${what}`, () => {
    it('travels in letters that HTTP allows, and in no other header or URL', async () => {
      const request = await creationOf({name});
      const {'upload-metadata': metadata = '', ...others} = request.headers;
      expect(metadata).to.match(/^[\w +/=,]+$/);
      expect(JSON.stringify([request.url, others])).not.to.match(/Injected|passwd|filename/);
    });

    it('arrives as it was', async () => {
      expect(saidIn(await creationOf({name}))['name']).to.equal(name);
    });
  });
}

describe('Threat 4: half a character in a name', () => {
  it('stops nothing, and arrives as the mark for what cannot be read', async () => {
    expect(saidIn(await creationOf({name: 'a\uD800b.txt'}))['name']).to.equal('a\uFFFDb.txt');
  });
});

describe('Threat 4: a type and a path of somebody’s choosing', () => {
  it('travel as data like the name, never as headers', async () => {
    const request = await creationOf({name: 'a.txt', type: 'text/html\r\nX-Injected: 1', path: '../\r\nX-Injected: 1/a.txt'});
    expect(request.headers['content-type']).to.equal('application/octet-stream');
    expect(Object.keys(request.headers)).not.to.include('x-injected');
    expect(saidIn(request)['path']).to.equal('../\r\nX-Injected: 1/a.txt');
  });
});
