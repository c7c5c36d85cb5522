import assert from 'node:assert/strict';
import {describe, it, mock} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {HttpRequest} from '../../../src/core/ports.js';
import {withHeaders, type HeadersRequest, type HeadersSource} from '../../../src/net/headers.js';
import {ScriptedHttp, type Step} from '../../support/scripted-http.js';

const endpoint = 'https://server.test/uploads';
const never = (): AbortSignal => new AbortController().signal;

/** An `Http` with the page's headers, what stands behind it, and a way to send through it. */
function scene(source: HeadersSource | undefined, ...steps: Step[]) {
  const inner = new ScriptedHttp(...steps);
  const http = withHeaders(
    inner,
    () => source,
    () => endpoint,
  );
  const send = (url = endpoint, request: Partial<HttpRequest> = {}, signal = never()) =>
    http.send('PUT', url, {timeout: 1_000, ...request}, signal);
  return {inner, send};
}

describe('a function of headers', () => {
  const asking = (...steps: Step[]) => {
    const asked: HeadersRequest[] = [];
    const source = (request: HeadersRequest): Record<string, string> => {
      asked.push(request);
      return {'X-Call': String(asked.length)};
    };
    return {asked, ...scene(source, ...steps)};
  };

  it('is told the method and the URL', async () => {
    const {asked, send} = asking({});
    await send('https://server.test/uploads/1');
    assert.deepEqual(asked, [{method: 'PUT', url: 'https://server.test/uploads/1', renew: false}]);
  });

  it('is asked for each request', async () => {
    const {inner, send} = asking({}, {});
    await send();
    await send();
    assert.deepEqual(
      inner.asked.map(({headers}) => headers?.['X-Call']),
      ['1', '2'],
    );
  });

  it('may take its time', async () => {
    const {inner, send} = scene(async () => Promise.resolve({'X-Late': 'yes'}), {});
    await send();
    assert.deepEqual(inner.last.headers, {'X-Late': 'yes'});
  });

  it('is not asked for another origin', async () => {
    const {asked, send} = asking({});
    await send('https://evil.test/');
    assert.deepEqual(asked, []);
  });

  for (const status of [401, 403]) {
    it(`is asked to renew after ${status}, until that has helped`, async () => {
      const {asked, send} = asking({status}, {status}, {status: 200}, {status: 200});
      for (let request = 0; request < 4; request += 1) await send();
      assert.deepEqual(
        asked.map(({renew}) => renew),
        [false, true, true, false],
      );
    });
  }

  it('is still asked to renew when an older request succeeds after the refusal', async () => {
    let letOldOneThrough = (): void => undefined;
    const held = new Promise<void>((resolve) => (letOldOneThrough = resolve));
    const renewals: boolean[] = [];
    const statuses = [200, 401, 200];
    const inner = {
      send: async () => {
        const status = statuses.shift() ?? 200;
        if (statuses.length === 2) await held;
        return {status, url: endpoint, header: () => null, text: ''};
      },
    };
    const source = ({renew}: HeadersRequest): Record<string, string> => {
      renewals.push(renew);
      return {};
    };
    const http = withHeaders(
      inner,
      () => source,
      () => endpoint,
    );
    const send = (): Promise<unknown> => http.send('PUT', endpoint, {timeout: 1}, never());
    const old = send();
    await send();
    letOldOneThrough();
    await old;
    await send();
    assert.deepEqual(renewals, [false, false, true]);
  });

  it('is not asked to renew after any other refusal', async () => {
    const {asked, send} = asking({status: 500}, {status: 404}, {status: 407}, {});
    for (let request = 0; request < 4; request += 1) await send();
    assert.equal(
      asked.some(({renew}) => renew),
      false,
    );
  });

  it('gives the answer back as it is, also a refusal', async () => {
    const {send} = asking({status: 401, body: 'no', headers: {'X-Why': 'expired'}});
    const reply = await send();
    assert.deepEqual([reply.status, reply.text, reply.header('X-Why')], [401, 'no', 'expired']);
  });
});

describe('a function of headers that fails', () => {
  const failing: Readonly<Record<string, HeadersSource>> = {
    throws: () => {
      throw new Error('no token');
    },
    rejects: () => Promise.reject(new Error('no token')),
  };
  for (const [how, source] of Object.entries(failing)) {
    it(`fails as "unauthorized" when it ${how}, and nothing is sent`, async () => {
      const {inner, send} = scene(source);
      await assert.rejects(send(), (error: unknown) => {
        assert.ok(error instanceof UploadError);
        assert.deepEqual([error.code, /no token/.test(error.message), error.cause instanceof Error], ['unauthorized', true, true]);
        return true;
      });
      assert.equal(inner.asked.length, 0);
    });
  }

  it('is not asked when the upload was stopped before', async () => {
    let asked = 0;
    const {inner, send} = scene(() => ({'X-Call': String((asked += 1))}));
    const reason = new Error('paused');
    await assert.rejects(send(endpoint, {}, AbortSignal.abort(reason)), reason);
    assert.deepEqual([asked, inner.asked.length], [0, 0]);
  });

  it('does not hold an upload that was stopped before, though it never answers', async () => {
    const {send} = scene(() => new Promise<never>(() => undefined));
    const reason = new Error('paused');
    await assert.rejects(send(endpoint, {}, AbortSignal.abort(reason)), reason);
  });

  it('does not hold an upload that is stopped meanwhile', async () => {
    const stop = new AbortController();
    const {send} = scene(() => new Promise<never>(() => undefined));
    const reason = new Error('paused');
    const stopped = send(endpoint, {}, stop.signal);
    stop.abort(reason);
    await assert.rejects(stopped, reason);
  });
});

describe('a function of headers that never answers', () => {
  it('fails as "unauthorized" after 30 s, and nothing is sent', async () => {
    const limit = new AbortController();
    const limits: number[] = [];
    const timeout = mock.method(AbortSignal, 'timeout', (ms: number) => {
      limits.push(ms);
      return limit.signal;
    });
    try {
      const {inner, send} = scene(() => new Promise<never>(() => undefined));
      const late = send();
      limit.abort(new DOMException('The time is over', 'TimeoutError'));
      await assert.rejects(late, {code: 'unauthorized'});
      assert.deepEqual([limits, inner.asked.length], [[30_000], 0]);
    } finally {
      timeout.mock.restore();
    }
  });
});
