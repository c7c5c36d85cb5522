import {expect} from '@open-wc/testing';
import {xhrHttp} from '../../../src/net/xhr.js';
import {keepsTheHttpContract} from '../../contracts/http.js';
import {randomBytes} from '../../support/bytes.js';
import type {Echo, Seen} from '../../support/echo-server.js';
import {echoUrl} from '../support/echo-url.js';

const timeout = 8_000;
const echo = await echoUrl();
const never = (): AbortSignal => new AbortController().signal;

keepsTheHttpContract('xhrHttp', async () => ({http: xhrHttp(), echo}), {describe, it});

describe('xhrHttp on another origin', () => {
  it('has null for a header that the server does not let the page read', async () => {
    const reply = await xhrHttp().send('GET', `${echo}/status/200`, {timeout}, never());
    expect([reply.header('X-Test'), reply.header('X-Hidden')]).to.deep.equal(['a value', null]);
  });

  it('needs no preflight for a GET without headers', async () => {
    const id = Math.random().toString(36).slice(2);
    await xhrHttp().send('GET', `${echo}/echo?id=${id}`, {timeout}, never());
    const seen = (await (await fetch(`${echo}/seen/${id}`)).json()) as Seen;
    expect(seen.preflights).to.equal(0);
  });

  it('listens to a body under way only when it is asked to, because that alone costs a preflight', async () => {
    const preflights: number[] = [];
    for (const onSent of [undefined, () => undefined]) {
      const id = Math.random().toString(36).slice(2);
      const request = {body: new Blob(['x'], {type: 'text/plain'}), timeout, ...(onSent && {onSent})};
      await xhrHttp().send('POST', `${echo}/echo/${id}?id=${id}`, request, never());
      preflights.push(((await (await fetch(`${echo}/seen/${id}`)).json()) as Seen).preflights);
    }
    expect(preflights).to.deep.equal([0, 1]);
  });

  it('rejects with "network" when the server does not let this page in', async () => {
    const outcome = await xhrHttp()
      .send('GET', `${echo}/echo?cors=no`, {timeout}, never())
      .catch((error: unknown) => error);
    expect(outcome).to.include({name: 'UploadError', code: 'network'});
  });
});

describe('xhrHttp and the HTTP version of an answer', () => {
  beforeEach(() => performance.clearResourceTimings());

  it('tells it of one from the own origin', async () => {
    const reply = await xhrHttp().send('HEAD', `/?${Math.random()}`, {timeout}, never());
    expect(await reply.version?.()).to.equal('http/1.1');
  });
  it('does not know it of one from another origin', async () => {
    const reply = await xhrHttp().send('GET', `${echo}/status/200`, {timeout}, never());
    expect(await reply.version?.()).to.equal('');
  });
});

describe('xhrHttp and cookies for another origin', () => {
  const cookieAt = async (withCredentials?: () => boolean): Promise<string | undefined> => {
    const http = xhrHttp(withCredentials ? {withCredentials} : {});
    const {text} = await http.send('GET', `${echo}/echo`, {timeout}, never());
    return (JSON.parse(text) as Echo).headers['cookie'];
  };

  before(() => xhrHttp({withCredentials: () => true}).send('GET', `${echo}/cookie`, {timeout}, never()));

  it('sends none by default', async () => {
    expect(await cookieAt()).to.equal(undefined);
  });

  it('sends them when it is told to', async () => {
    expect(await cookieAt(() => true)).to.contain('seen=yes');
  });

  it('asks again at each request', async () => {
    let allowed = false;
    const http = xhrHttp({withCredentials: () => allowed});
    const cookies: boolean[] = [];
    for (allowed of [false, true]) {
      const {text} = await http.send('GET', `${echo}/echo`, {timeout}, never());
      cookies.push('cookie' in (JSON.parse(text) as Echo).headers);
    }
    expect(cookies).to.deep.equal([false, true]);
  });
});

describe('xhrHttp with a body that takes its time', () => {
  it('tells more than once how much of it is sent', async () => {
    const stop = new AbortController();
    const sent = new Set<number>();
    const body = new Blob([randomBytes(24 * 1_048_576)]);
    const twice = new Promise<void>((resolve) => {
      const onSent = (bytes: number): void => void (sent.add(bytes).size >= 2 && resolve());
      xhrHttp()
        .send('PUT', `${echo}/slow`, {body, timeout, onSent}, stop.signal)
        .catch(() => undefined);
    });
    await twice;
    stop.abort();
    expect([...sent].every((bytes) => bytes <= body.size)).to.equal(true);
  });

  it('tells of fewer bytes than there are while the server has not read them', async () => {
    const stop = new AbortController();
    const body = new Blob([randomBytes(24 * 1_048_576)]);
    const first = await new Promise<number>((resolve) => {
      const onSent = (bytes: number): void => void (bytes > 0 && resolve(bytes));
      xhrHttp()
        .send('PUT', `${echo}/slow`, {body, timeout, onSent}, stop.signal)
        .catch(() => undefined);
    });
    stop.abort();
    expect(first).to.be.greaterThan(0).and.below(body.size);
  });
});

describe('xhrHttp where the browser calls it loaded though nothing was answered', () => {
  const real = globalThis.XMLHttpRequest;

  /** What Firefox does at times when a connection is closed in good order. */
  class Unanswered extends real {
    override get status(): number {
      return 0;
    }
  }

  beforeEach(() => {
    globalThis.XMLHttpRequest = Unanswered;
  });
  afterEach(() => {
    globalThis.XMLHttpRequest = real;
  });

  it('is a failure of the network, and no answer', async () => {
    const failure = await xhrHttp()
      .send('GET', `${echo}/echo`, {timeout}, never())
      .catch((error: unknown) => error);
    expect(failure).to.include({name: 'UploadError', code: 'network'});
  });
});
