import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {settle} from '../../support/fake-clock.js';
import {deaf, fails} from '../../support/scripted-faults.js';
import {ScriptedRun} from '../../support/scripted-run.js';

const limit = {timeout: 20_000};
let scene = new ScriptedRun();

beforeEach(() => {
  scene = new ScriptedRun();
});

const go = async (): Promise<void> => {
  scene.start();
  await settle();
};

describe('a creation of which no byte leaves', limit, () => {
  beforeEach(() => scene.protocol.on('open', deaf));

  it('has the beginning of the file looked at after 5 s', async () => {
    await go();
    await scene.clock.advance(5_000);
    assert.deepEqual(scene.hasher.checked, [{start: 0, end: 100}]);
  });
  it('has nothing looked at before', async () => {
    await go();
    await scene.clock.advance(4_999);
    assert.deepEqual(scene.hasher.checked, []);
  });
  it('fails as file-unreadable when the file is gone, though the request hangs for ever', async () => {
    await go();
    scene.file.remove();
    await scene.clock.advance(5_000);
    assert.equal(scene.code, 'file-unreadable');
  });
  it('fails as file-changed when the file has changed', async () => {
    await go();
    scene.file.change();
    await scene.clock.advance(5_000);
    assert.equal(scene.code, 'file-changed');
  });
  it('goes on waiting while the file can be read', async () => {
    await go();
    await scene.clock.advance(9_000);
    assert.equal(scene.code, undefined);
  });
});

describe('a creation that fails', limit, () => {
  it('is the fault of a file that is gone, not of the network', async () => {
    scene.protocol.on('open', fails('network'));
    scene.file.remove();
    await go();
    assert.equal(scene.code, 'file-unreadable');
  });
  it('is the fault of the network when the file can be read', async () => {
    scene.protocol.on('open', fails('network'));
    await go();
    assert.equal(scene.code, 'network');
  });
  it('has the file left alone when the server answered', async () => {
    scene.protocol.on('open', fails('rejected'));
    await go();
    assert.deepEqual([scene.code, scene.hasher.checked], ['rejected', []]);
  });
});
