import {expect, fixture} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import type {HeadersRequest} from '../../../src/net/headers.js';
import {recordRequests, type Requested, type RequestRecord, type Scripted} from '../support/requests.js';
import {becomes, file, statusOf, until, warningsOf} from '../support/scene.js';

const complete: Scripted = {status: 201, location: '/uploads/1', body: {size: 40, complete: true, result: {url: '/files/1'}}};

let record: RequestRecord;
let answer: (request: Requested) => Scripted = () => complete;

beforeEach(() => {
  answer = () => complete;
  record = recordRequests((request) => answer(request));
});
afterEach(() => record.stop());

const mount = (attributes: string): Promise<ChunkUploader> =>
  fixture<ChunkUploader>(`<chunk-uploader multiple hash="none" resume-key="${crypto.randomUUID()}" ${attributes}></chunk-uploader>`);

/** The requests that one small file makes, until it is done. */
async function requestsFor(element: ChunkUploader, name = 'a.txt'): Promise<readonly Requested[]> {
  const before = record.requests.length;
  const index = element.uploads.length;
  element.add(file(name));
  await becomes(element, 'done', index);
  return record.requests.slice(before);
}

describe('an element with nothing but an endpoint', () => {
  it('creates the upload there, in the words of the default protocol', async () => {
    const [request] = await requestsFor(await mount('endpoint="/uploads"'));
    expect([request?.method, request?.url]).to.deep.equal(['POST', new URL('/uploads', location.href).href]);
    expect(request?.headers['upload-length']).to.equal('40');
  });

  it('makes one request of a small file', async () => {
    expect(await requestsFor(await mount('endpoint="/uploads"'))).to.have.length(1);
  });

  it('sends no cookies to other origins', async () => {
    const [request] = await requestsFor(await mount('endpoint="/uploads"'));
    expect(request?.withCredentials).to.equal(false);
  });

  it('brings the result with an absolute URL', async () => {
    const element = await mount('endpoint="/uploads"');
    await requestsFor(element);
    expect(element.value).to.deep.equal([new URL('/files/1', location.href).href]);
  });
});

describe('the endpoint', () => {
  it('is relative to the page, as every URL in markup', async () => {
    const [request] = await requestsFor(await mount('endpoint="inner/uploads?tenant=7"'));
    expect(request?.url).to.equal(new URL('inner/uploads?tenant=7', document.baseURI).href);
  });

  it('counts for files added after it changed', async () => {
    const element = await mount('endpoint="/first"');
    await requestsFor(element, 'a.txt');
    element.endpoint = '/second';
    const [request] = await requestsFor(element, 'b.txt');
    expect(new URL(request?.url ?? '').pathname).to.equal('/second');
  });

  it('may be another one for each of two elements', async () => {
    const [one] = await requestsFor(await mount('endpoint="/first"'));
    const [two] = await requestsFor(await mount('endpoint="/second"'));
    expect([one, two].map((request) => new URL(request?.url ?? '').pathname)).to.deep.equal(['/first', '/second']);
  });
});

describe('headers', () => {
  it('as an object go with every request', async () => {
    const element = await mount('endpoint="/uploads"');
    element.headers = {Authorization: 'Bearer 1'};
    const [request] = await requestsFor(element);
    expect(request?.headers['authorization']).to.equal('Bearer 1');
  });

  it('from the attribute go, too', async () => {
    const [request] = await requestsFor(await mount(`endpoint="/uploads" headers='{"X-Tenant": "7"}'`));
    expect(request?.headers['x-tenant']).to.equal('7');
  });

  it('do not replace those of the protocol', async () => {
    const element = await mount('endpoint="/uploads"');
    element.headers = {'Upload-Length': '1'};
    const [request] = await requestsFor(element);
    expect(Object.entries(request?.headers ?? {}).filter(([name]) => name === 'upload-length')).to.have.length(1);
    expect(request?.headers['upload-length']).to.equal('40');
  });

  it('as a function are asked for each request, which they are told of', async () => {
    const element = await mount('endpoint="/uploads"');
    const asked: HeadersRequest[] = [];
    element.headers = (request) => {
      asked.push(request);
      return {'X-Number': String(asked.length)};
    };
    const [first] = await requestsFor(element, 'a.txt');
    const [second] = await requestsFor(element, 'b.txt');
    expect([first?.headers['x-number'], second?.headers['x-number']]).to.deep.equal(['1', '2']);
    expect(asked.map(({method, renew}) => [method, renew])).to.deep.equal([
      ['POST', false],
      ['POST', false],
    ]);
  });

  it('may come later', async () => {
    const element = await mount('endpoint="/uploads"');
    element.headers = () => Promise.resolve({'X-Late': 'yes'});
    const [request] = await requestsFor(element);
    expect(request?.headers['x-late']).to.equal('yes');
  });

  it('are those of the moment of the request', async () => {
    const element = await mount('endpoint="/uploads"');
    await requestsFor(element, 'a.txt');
    element.headers = {'X-New': '1'};
    const [request] = await requestsFor(element, 'b.txt');
    expect(request?.headers['x-new']).to.equal('1');
  });

  it('are renewed once after a 401, and no failure is shown', async () => {
    const element = await mount('endpoint="/uploads"');
    let failures = 0;
    element.addEventListener('upload-error', () => (failures += 1));
    element.headers = ({renew}) => ({Authorization: renew ? 'fresh' : 'stale'});
    answer = ({headers}) => (headers['authorization'] === 'fresh' ? complete : {status: 401});
    const requests = await requestsFor(element);
    expect(requests.map(({headers}) => headers['authorization'])).to.deep.equal(['stale', 'fresh']);
    expect(failures).to.equal(0);
  });

  it('that throw end the upload, not the page', async () => {
    const element = await mount('endpoint="/uploads"');
    element.headers = () => {
      throw new Error('signed out');
    };
    element.add(file());
    await becomes(element, 'failed');
    const [upload] = element.uploads;
    expect(upload?.status.name === 'failed' && upload.status.error.code).to.equal('unauthorized');
    expect(record.requests).to.deep.equal([]);
  });
});

describe('with-credentials', () => {
  it('sends cookies', async () => {
    const [request] = await requestsFor(await mount('endpoint="/uploads" with-credentials'));
    expect(request?.withCredentials).to.equal(true);
  });

  it('counts from the next request', async () => {
    const element = await mount('endpoint="/uploads"');
    await requestsFor(element, 'a.txt');
    element.withCredentials = true;
    const [request] = await requestsFor(element, 'b.txt');
    expect(request?.withCredentials).to.equal(true);
  });
});

describe('hash', () => {
  for (const algorithm of ['md5', 'sha-256', 'none']) {
    it(`${algorithm} is what the server is told`, async () => {
      const element = await mount('endpoint="/uploads"');
      element.setAttribute('hash', algorithm);
      element.add(file());
      await until(() => record.requests.length > 0, 'the request');
      expect(record.requests[0]?.headers['upload-digest']).to.equal(algorithm);
    });
  }

  it('sha-256 becomes md5, with a warning, on a page without crypto.subtle', async () => {
    const element = await mount('endpoint="/uploads"');
    element.hash = 'sha-256';
    const real = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
    const poor = {getRandomValues: crypto.getRandomValues.bind(crypto)};
    Object.defineProperty(globalThis, 'crypto', {value: poor, configurable: true});
    try {
      const said = await warningsOf(() => void element.add(file()));
      await until(() => record.requests.length > 0, 'the request');
      expect(said.join()).to.contain('"hash" falls back to md5');
      expect(record.requests[0]?.headers['upload-digest']).to.equal('md5');
    } finally {
      if (real) Object.defineProperty(globalThis, 'crypto', real);
    }
  });
});

describe('what the server answers', () => {
  const cases: readonly (readonly [status: number, code: string])[] = [
    [403, 'unauthorized'],
    [500, 'server'],
    [503, 'server-busy'],
  ];
  for (const [status, code] of cases) {
    it(`${status} is shown as ${code}, with the number`, async () => {
      const element = await mount('endpoint="/uploads"');
      answer = () => ({status});
      element.add(file());
      await becomes(element, 'failed');
      const [upload] = element.uploads;
      const error = upload?.status.name === 'failed' ? upload.status.error : undefined;
      expect([error?.code, error?.status]).to.deep.equal([code, status]);
    });
  }

  it('does not matter any more after cancel()', async () => {
    const element = await mount('endpoint="/uploads" manual');
    element.add(file());
    element.cancel();
    element.start();
    await element.updateComplete;
    await until(() => statusOf(element) === 'canceled', 'the cancel');
    expect(record.requests.filter(({method}) => method === 'POST')).to.deep.equal([]);
  });
});
