import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import type {StatusSnapshot} from '../../../src/core/snapshot.js';
import {readMessage} from '../../../src/stores/tab-messages.js';

const error = {code: 'offline', message: 'There is no network connection.', retryable: true, docs: 'docs/errors.md#offline'} as const;
const result = {url: '/a', instant: false, verified: 'digest', digest: null, server: null, clientDigest: null} as const;
const progress = {size: 10, hashed: 5, sent: 1, confirmed: 2};

const statuses: readonly StatusSnapshot[] = [
  {name: 'queued'},
  {name: 'preparing'},
  {name: 'sending'},
  {name: 'sending', verifying: true},
  {name: 'finishing'},
  {name: 'canceled'},
  {name: 'paused'},
  {name: 'paused', error},
  {name: 'waiting', error, attempt: 1, until: 5},
  {name: 'failed', error},
  {name: 'done', result},
  {name: 'done', result: {...result, url: null}},
];

const newsWith = (news: unknown): unknown => ({kind: 'news', key: 'a', from: 'x', news});

describe('a message between tabs that makes sense', () => {
  const messages = [
    {kind: 'ask', key: 'a', from: 'x'},
    {kind: 'ask', key: '', from: ''},
    {kind: 'news', key: 'a', from: 'x'},
    {kind: 'wish', key: 'a', but: []},
    {kind: 'wish', key: 'a', but: ['x', 'y']},
    {kind: 'echo', from: 'x'},
  ];

  for (const message of messages) {
    it(`is read: ${JSON.stringify(message)}`, () => assert.deepEqual(readMessage(message), message));
  }

  for (const status of statuses) {
    it(`is read with news of an upload that is ${JSON.stringify(status).slice(0, 60)}`, () => {
      const message = newsWith({status, progress});
      assert.deepEqual(readMessage(message), message);
    });
  }

  it('is read without what it has besides', () => {
    assert.deepEqual(readMessage({kind: 'echo', from: 'x', more: 1}), {kind: 'echo', from: 'x'});
  });
});

describe('what makes no sense', () => {
  const garbage: readonly unknown[] = [
    undefined,
    null,
    true,
    0,
    '',
    'ask',
    [],
    ['ask', 'a', 'x'],
    {},
    new Map([['kind', 'ask']]),
    {kind: 'ask'},
    {kind: 'ask', key: 'a'},
    {kind: 'ask', key: 1, from: 'x'},
    {kind: 'ask', key: 'a', from: null},
    {kind: 'news', key: 'a'},
    {kind: 'wish', key: 'a'},
    {kind: 'wish', key: 'a', but: 'x'},
    {kind: 'wish', key: 'a', but: [1]},
    {kind: 'wish', but: []},
    {kind: 'echo'},
    {kind: 'toString', key: 'a', from: 'x'},
    {kind: ['ask'], key: 'a', from: 'x'},
  ];

  for (const [at, data] of garbage.entries()) {
    it(`is not read: ${at}, ${JSON.stringify(data)}`, () => assert.equal(readMessage(data), undefined));
  }
});

describe('news that make no sense', () => {
  const odd: readonly unknown[] = [
    null,
    'sending',
    {},
    {status: {name: 'sending'}},
    {progress},
    {status: {name: 'dreaming'}, progress},
    {status: {name: 'constructor'}, progress},
    {status: {name: ['sending']}, progress},
    {status: {name: 'failed'}, progress},
    {status: {name: 'failed', error: {...error, code: 'dreamt'}}, progress},
    {status: {name: 'failed', error: {...error, code: 'toString'}}, progress},
    {status: {name: 'failed', error: {...error, message: 1}}, progress},
    {status: {name: 'paused', error: 'offline'}, progress},
    {status: {name: 'waiting', error, attempt: '1', until: 5}, progress},
    {status: {name: 'waiting', error, attempt: 1}, progress},
    {status: {name: 'done'}, progress},
    {status: {name: 'done', result: {url: 5}}, progress},
    {status: {name: 'sending'}, progress: null},
    {status: {name: 'sending'}, progress: {...progress, size: '10'}},
    {status: {name: 'sending'}, progress: {...progress, sent: NaN}},
    {status: {name: 'sending'}, progress: {...progress, confirmed: -1}},
    {status: {name: 'sending'}, progress: {...progress, hashed: Infinity}},
    {status: {name: 'sending'}, progress: {size: 1}},
  ];

  for (const [at, news] of odd.entries()) {
    it(`are a sign of life and nothing more: ${at}, ${JSON.stringify(news)?.slice(0, 90)}`, () => {
      assert.deepEqual(readMessage(newsWith(news)), {kind: 'news', key: 'a', from: 'x'});
    });
  }
});
