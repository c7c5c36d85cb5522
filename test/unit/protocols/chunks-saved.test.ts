import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import type {Json} from '../../../src/core/ports.js';
import {created, fileOf, MiB, never, openRequest, remote, scripted, statusOf, uploadUrl} from '../../support/scripted-chunks.js';

const opensWith = async (saved: Json, size = 20 * MiB): Promise<readonly string[]> => {
  const {http, protocol} = scripted(() => (http.last.method === 'GET' ? {body: statusOf()} : created({size})));
  await protocol.open(openRequest({saved, repeated: true, file: fileOf(size)}), never());
  return http.lines;
};

const asked = ['GET /uploads/abc'];
const createdAnew = ['POST /uploads'];

describe('a saved remote that fits', () => {
  it('is asked about', async () => {
    assert.deepEqual(await opensWith(remote), asked);
  });

  it('may have fields that a later version has added', async () => {
    assert.deepEqual(await opensWith({...remote, later: ['more']}), asked);
  });
});

describe('a saved remote that does not fit', () => {
  const wrong: Readonly<Record<string, Json>> = {
    'is null': null,
    'is a number': 5,
    'is a text': uploadUrl,
    'is a list': [uploadUrl, 20 * MiB, 3, 'x'],
    'is empty': {},
    'has no URL': {...remote, url: null},
    'has a URL that is a number': {...remote, url: 5},
    'has a URL that is none': {...remote, url: 'http://['},
    'has a relative URL': {...remote, url: '/uploads/abc'},
    'leads to another host': {...remote, url: 'https://evil.test/uploads/abc'},
    'leads to another port': {...remote, url: 'https://server.test:444/uploads/abc'},
    'leads to http where the endpoint is https': {...remote, url: 'http://server.test/uploads/abc'},
    'is a script': {...remote, url: 'javascript:alert(1)'},
    'is data': {...remote, url: 'data:application/json,{}'},
    'is a blob of the same origin': {...remote, url: 'blob:https://server.test/0d2a7a5c'},
    'has no size': {...remote, size: null},
    'has a size that is a text': {...remote, size: '20971520'},
    'has a negative size': {...remote, size: -1},
    'has the size of another file': {...remote, size: 20 * MiB - 1},
    'has no counter': {...remote, counter: null},
    'has a counter that is no whole number': {...remote, counter: 1.5},
    'has a counter of 0': {...remote, counter: 0},
    'has a negative counter': {...remote, counter: -3},
    'has a counter that cannot be raised': {...remote, counter: Number.MAX_SAFE_INTEGER},
    'has a counter beyond all numbers': {...remote, counter: 1e300},
    'does not say who wrote': {...remote, random: null},
  };
  for (const [what, saved] of Object.entries(wrong)) {
    it(`is ignored when it ${what}`, async () => {
      assert.deepEqual(await opensWith(saved), createdAnew);
    });
  }

  it('is ignored without sending bytes along, because the key may be known', async () => {
    const {http, protocol} = scripted(created());
    await protocol.open(openRequest({saved: {}, repeated: true}), never());
    assert.equal(http.last.body, undefined);
  });

  it('is replaced by one that fits', async () => {
    const {protocol} = scripted(created());
    const opened = await protocol.open(openRequest({saved: {url: 'javascript:alert(1)'}, repeated: true}), never());
    assert.equal(opened.kind === 'open' && opened.remote.url, uploadUrl);
  });
});
