import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {keepFile} from '../../../src/core/keep-file.js';
import {Source} from '../../../src/core/source.js';
import {FakeClock, settle} from '../../support/fake-clock.js';
import {ScriptedFile} from '../../support/scripted-file.js';
import {ScriptedKeeper, type KeeperCall} from '../../support/scripted-keeper.js';

const never = new AbortController().signal;
let clock = new FakeClock();
let keeper = new ScriptedKeeper();
let file = new ScriptedFile(400);
let source = new Source(file.source, file.source);

const keep = (signal = never): Promise<void> => keepFile(source, 'one', {keeper, clock, limits: {keep: 15_000}}, signal);

beforeEach(() => {
  clock = new FakeClock();
  keeper = new ScriptedKeeper();
  file = new ScriptedFile(400);
  source = new Source(file.source, file.source);
});

describe('a file that is kept as a copy', () => {
  beforeEach(() => keep());

  it('is read from the copy', () => assert.deepEqual([source.kept, source.isCopy, source.blob === file], ['copy', true, false]));
  it('is what it was, whatever becomes of the file', () => {
    const before = file.content;
    file.change();
    assert.deepEqual((source.blob as ScriptedFile).content, before);
  });
  it('is kept once', async () => {
    await keep();
    assert.equal(keeper.count('keep'), 1);
  });
  it('leaves no timer behind', () => assert.equal(clock.sleepers, 0));
});

describe('a file that is kept in another way, or not at all', () => {
  for (const way of ['handle', 'nothing'] as const) {
    it(`(${way}) is read as before`, async () => {
      keeper.keeps = way;
      await keep();
      assert.deepEqual([source.kept, source.isCopy, source.blob === file], [way, false, true]);
    });
    it(`(${way}) is tried once`, async () => {
      keeper.keeps = way;
      await keep();
      await keep();
      assert.equal(keeper.count('keep'), 1);
    });
  }
});

describe('a copy that is not what it should be', () => {
  it('because it is lost at once counts as nothing', async () => {
    const find = keeper.find.bind(keeper);
    keeper.find = (key, signal) => {
      keeper.lose();
      return find(key, signal);
    };
    await keep();
    assert.deepEqual([source.kept, source.blob === file], ['nothing', true]);
  });
  it('because it has another size counts as nothing', async () => {
    const find = keeper.find.bind(keeper);
    keeper.find = (key, signal) => {
      keeper.replace(new ScriptedFile(399));
      return find(key, signal);
    };
    await keep();
    assert.deepEqual([source.kept, source.blob === file], ['nothing', true]);
  });
});

describe('a keeper that does not work', () => {
  for (const call of ['keep', 'find'] as const satisfies readonly KeeperCall[]) {
    it(`and fails at ${call}: the upload goes on without`, async () => {
      keeper.on(call, 'fails');
      await keep();
      assert.deepEqual([source.kept, source.blob === file], ['nothing', true]);
    });
    it(`and is silent at ${call}: the upload goes on without after its limit`, async () => {
      keeper.on(call, 'silent');
      const kept = keep();
      await clock.advance(14_999);
      assert.equal(source.kept, undefined);
      await clock.advance(1);
      await kept;
      assert.deepEqual([source.kept, source.blob === file, clock.sleepers], ['nothing', true, 0]);
    });
  }
});

describe('being stopped while a file is kept', () => {
  it('rejects with the reason', async () => {
    keeper.on('keep', 'silent');
    const stop = new AbortController();
    const kept = keep(stop.signal);
    await settle();
    stop.abort(new Error('paused'));
    await assert.rejects(kept, /paused/);
  });
  it('is no reason not to keep it the next time', async () => {
    keeper.on('keep', 'silent');
    const stop = new AbortController();
    const kept = keep(stop.signal);
    await settle();
    stop.abort();
    await assert.rejects(kept);
    keeper.heal();
    await keep();
    assert.equal(source.kept, 'copy');
  });
});
