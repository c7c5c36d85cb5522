import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {beforeEach, describe, it} from 'node:test';
import {HashService} from '../../../src/hash/service.js';
import {wireVersion} from '../../../src/hash/wire-version.js';

class HangingFile extends Blob {
  override get size(): number {
    return 10;
  }
  override slice(): Blob {
    return this;
  }
  override arrayBuffer(): Promise<ArrayBuffer> {
    return new Promise(() => undefined);
  }
  override stream(): never {
    throw new TypeError('no stream');
  }
}

describe('the service a worker gives', () => {
  let ended = 0;
  let service = new HashService(() => undefined);
  const ten = {start: 0, end: 10};

  beforeEach(() => {
    ended = 0;
    service = new HashService(() => (ended += 1));
  });

  it('says its version', () => assert.equal(service.hello(), wireVersion));

  it('answers a digest as plain data', async () =>
    assert.deepEqual(await service.digest(1, 'md5', new Blob(['abc']), {start: 0, end: 3}), {value: '900150983cd24fb0d6963f7d28e17f72'}));

  it('answers a root', async () => assert.deepEqual(await service.root(1, 'md5', []), {value: 'd41d8cd98f00b204e9800998ecf8427e'}));

  it('reads with algorithm none, and makes no digest', async () =>
    assert.deepEqual(await service.digest(1, 'none', new Blob(['abc']), {start: 0, end: 3}), {value: ''}));

  it('answers with the bytes of a short file, its digest and its root', async () => {
    const bytes = new TextEncoder().encode('abc').buffer;
    assert.deepEqual(await service.short(1, 'md5', bytes), {
      value: {
        bytes,
        digest: '900150983cd24fb0d6963f7d28e17f72',
        root: createHash('md5').update('900150983cd24fb0d6963f7d28e17f72', 'hex').digest('hex'),
      },
    });
  });

  it('answers a failure as code and message, which survive structured clone', async () => {
    const reply = await service.digest(1, 'none', new Blob(['abc']), {start: 0, end: 9});
    assert.ok('failed' in reply);
    assert.equal(reply.failed.code, 'file-changed');
    assert.match(reply.failed.message, /6 bytes early/);
    assert.deepEqual(structuredClone(reply), reply);
  });

  it('says hello while a slow disk is waited for', () => {
    void service.digest(1, 'md5', new HangingFile(), ten);
    assert.equal(service.hello(), wireVersion);
    service.cancel(1);
  });

  it('stops a call by its number', async () => {
    const reply = service.digest(7, 'md5', new HangingFile(), ten);
    service.cancel(7);
    assert.ok('failed' in (await reply));
  });

  it('leaves other calls alone', async () => {
    const stopped = service.digest(7, 'md5', new HangingFile(), ten);
    const other = service.digest(8, 'md5', new Blob(['abc']), {start: 0, end: 3});
    service.cancel(7);
    await stopped;
    assert.ok('value' in (await other));
  });

  it('takes a cancel for a call that is over, or never was', () => {
    service.cancel(99);
  });

  it('ends its thread when it is told to', () => {
    service.close();
    assert.equal(ended, 1);
  });
});
