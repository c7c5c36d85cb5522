import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {KiB, ask, begin, bytesOf, create, created, creationHeaders, partHeaders, received, withServer, without} from './scene.js';

const octets = {'Content-Type': 'application/octet-stream'};
const file = bytesOf(100 * KiB);

describe('a malformed header of a creation', () => {
  const b64 = (text: string): string => Buffer.from(text).toString('base64');
  const wrong: readonly (readonly [header: string, value: string | undefined])[] = [
    ['Upload-Length', undefined],
    ['Upload-Length', ''],
    ['Upload-Length', '-1'],
    ['Upload-Length', '+1'],
    ['Upload-Length', '1.5'],
    ['Upload-Length', '1e3'],
    ['Upload-Length', '0x10'],
    ['Upload-Length', '12 34'],
    ['Upload-Length', '5, 5'],
    ['Upload-Length', 'NaN'],
    ['Upload-Length', '9007199254740992'],
    ['Upload-Length', '99999999999999999999999'],
    ['Idempotency-Key', undefined],
    ['Idempotency-Key', ''],
    ['Idempotency-Key', '0123456789abcdef'],
    ['Idempotency-Key', '"0123456789abcde"'],
    ['Idempotency-Key', `"${'a'.repeat(65)}"`],
    ['Idempotency-Key', '"0123456789abcdef/"'],
    ['Idempotency-Key', '"0123456789abcdef", "0123456789abcdef"'],
    ['Idempotency-Key', '"../../../../etc/passwd"'],
    ['Upload-Digest', 'MD5'],
    ['Upload-Digest', 'sha-1'],
    ['Upload-Digest', ''],
    ['Upload-Digest', '__proto__'],
    ['Upload-Writer', ''],
    ['Upload-Writer', '1'],
    ['Upload-Writer', '0-abcdefgh'],
    ['Upload-Writer', '1-abcdefg'],
    ['Upload-Writer', '99999999999999999-abcdefgh'],
    ['Upload-Metadata', 'name'.padEnd(4097, 'x')],
    ['Upload-Metadata', 'name not~base64'],
    ['Upload-Metadata', 'name YQ'],
    ['Upload-Metadata', 'name YQ== YQ=='],
    ['Upload-Metadata', ' ,'],
    ['Upload-Metadata', `name ${b64('a')},,type ${b64('b')}`],
    ['Upload-Metadata', `name ${b64('a')},name ${b64('b')}`],
    ['Upload-Metadata', `name ${Buffer.from([0xff, 0xfe]).toString('base64')}`],
    ['Upload-Metadata', `n\u00e4me ${b64('a')}`],
  ];

  for (const [header, value] of wrong) {
    it(`${header}: ${value === undefined ? '(missing)' : JSON.stringify(value.slice(0, 40))} is refused by its name`, () =>
      withServer({}, async (server) => {
        const headers = without(creationHeaders(1000, {writer: '1-writer-one', algorithm: 'md5'}), header);
        const answer = await ask('POST', server.endpoint, value === undefined ? headers : {...headers, [header]: value});
        assert.equal(answer.status, 400);
        assert.equal(answer.headers.get('content-type'), 'application/problem+json');
        assert.equal(answer.said.type, 'urn:chunks:bad-request');
        assert.ok(answer.said.detail.startsWith(`${header}:`), answer.said.detail);
        assert.equal('status' in answer.said && answer.said.status, 400);
        assert.ok(answer.said.title);
      }));
  }

  it('Content-Type of a body is refused by its name', () =>
    withServer({}, async (server) => {
      for (const type of [
        'text/plain',
        'multipart/form-data; boundary=x',
        'application/x-www-form-urlencoded',
        'application/octet-stream; x=y',
      ]) {
        const {status: code, said} = await create(server, 1000, {body: file.subarray(0, 10), headers: {'Content-Type': type}});
        assert.equal(code, 400);
        assert.match(said.detail, /^Content-Type/);
      }
    }));

  it('Content-Length over the size of the file is refused by its name', () =>
    withServer({}, async (server) => {
      const {status: code, said} = await create(server, 9, {body: file.subarray(0, 10)});
      assert.equal(code, 400);
      assert.match(said.detail, /^Content-Length/);
    }));

  it('leaves nothing on the server', () =>
    withServer({}, async (server) => {
      const headers = creationHeaders(1000);
      await ask('POST', server.endpoint, {...headers, 'Upload-Digest': 'crc'});
      assert.equal((await ask('POST', server.endpoint, headers)).status, 201);
    }));
});

describe('a malformed header of a part', () => {
  const wrong: readonly (readonly [header: string, value: string | undefined])[] = [
    ['Content-Range', undefined],
    ['Content-Range', ''],
    ['Content-Range', 'bytes 0-9'],
    ['Content-Range', 'bytes 0-9/*'],
    ['Content-Range', 'bytes */102400'],
    ['Content-Range', 'bytes=0-9/102400'],
    ['Content-Range', 'Bytes 0-9/102400'],
    ['Content-Range', 'bytes 9-0/102400'],
    ['Content-Range', 'bytes -9/102400'],
    ['Content-Range', 'bytes 0-102400/102400'],
    ['Content-Range', 'bytes 0-9/9007199254740993'],
    ['Content-Range', 'bytes 0-9/102400, bytes 20-29/102400'],
    ['Content-Range', 'items 0-9/102400'],
    ['Upload-Writer', undefined],
    ['Upload-Writer', 'me'],
    ['Upload-Writer', '1-abcdefgh, 2-abcdefgh'],
    ['Content-Type', undefined],
    ['Content-Type', 'text/plain'],
  ];

  for (const [header, value] of wrong) {
    it(`${header}: ${value ?? '(missing)'} is refused by its name, unread`, () =>
      withServer({}, async (server) => {
        const url = await created(server, file.length);
        const headers = without(partHeaders(file, 0, 10), header);
        const part = begin('PUT', url, value === undefined ? headers : {...headers, [header]: value});
        part.request.end(file.subarray(0, 10));
        const answer = await part.answer;
        assert.equal(answer.status, 400);
        assert.equal(answer.said.type, 'urn:chunks:bad-request');
        assert.ok(answer.said.detail.startsWith(header), answer.said.detail);
        assert.equal(server.bytesRead, 0);
        assert.deepEqual(await received(url), []);
      }));
  }

  it('of a question is refused too', () =>
    withServer({}, async (server) => {
      const url = await created(server, 5);
      const {status: code, said} = await ask('GET', url, {'Upload-Writer': 'x'});
      assert.equal(code, 400);
      assert.match(said.detail, /^Upload-Writer/);
    }));
});

describe('headers that are only too long', () => {
  it('are refused without harm to the next request', () =>
    withServer({}, async (server) => {
      const part = begin('POST', server.endpoint, {...creationHeaders(5), 'X-Long': 'x'.repeat(70_000)});
      part.request.end();
      const {status: code} = await part.answer;
      assert.equal(code, 431);
      assert.equal((await ask('POST', server.endpoint, {...creationHeaders(5), ...octets})).status, 201);
    }));
});
