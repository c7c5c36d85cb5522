import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {RequestFollower} from '../../support/request-follower.js';
import type {Piece} from '../../support/request-follower.js';

const two = Buffer.from(
  'PUT /u/1 HTTP/1.1\r\nHost: a\r\nContent-Range: bytes 100-104/200\r\nContent-Length: 5\r\n\r\nabcde' +
    'GET /u/1 HTTP/1.1\r\nHost: a\r\n\r\n',
);

const told = (pieces: Piece[]): unknown[] =>
  pieces.map(({head, bodyOffset, bytes, last}) => [
    head.method,
    bodyOffset ?? 'head',
    bodyOffset === undefined ? '' : bytes.toString(),
    last,
  ]);

describe('following the requests of a connection', () => {
  it('cuts a stream into heads and bodies', () => {
    assert.deepEqual(told(new RequestFollower().feed(two)), [
      ['PUT', 'head', '', false],
      ['PUT', 0, 'abcde', true],
      ['GET', 'head', '', true],
    ]);
  });

  it('loses and adds no byte, however the stream is cut', () => {
    for (let size = 1; size < two.length; size += 1) {
      const follower = new RequestFollower();
      const pieces: Piece[] = [];
      for (let at = 0; at < two.length; at += size) pieces.push(...follower.feed(two.subarray(at, at + size)));
      assert.equal(Buffer.concat(pieces.map(({bytes}) => bytes)).toString(), two.toString(), `pieces of ${size}`);
      assert.equal(pieces.filter(({last}) => last).length, 2, `pieces of ${size}`);
    }
  });

  it('tells where in the file a body begins', () => {
    assert.equal(new RequestFollower().feed(two)[0]?.head.fileOffset, 100);
  });

  it('takes a body without a range for the beginning of the file', () => {
    const [head] = new RequestFollower().feed(Buffer.from('POST /u HTTP/1.1\r\nContent-Length: 3\r\n\r\n'));
    assert.equal(head?.head.fileOffset, 0);
    assert.equal(head?.head.length, 3);
  });

  it('counts the requests before', () => {
    const heads = new RequestFollower().feed(two).filter(({bodyOffset}) => bodyOffset === undefined);
    assert.deepEqual(
      heads.map(({head}) => head.before),
      [0, 1],
    );
  });

  it('keeps an unfinished head to itself', () => {
    assert.deepEqual(new RequestFollower().feed(two.subarray(0, 30)), []);
  });
});
