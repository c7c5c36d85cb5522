import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {Ownership} from '../../../src/core/ownership.js';
import type {TabNews} from '../../../src/core/ports.js';
import {settle} from '../../support/fake-clock.js';
import {ScriptedTabs, type ScriptedTab} from '../../support/scripted-tabs.js';

const never = new AbortController().signal;
let browser = new ScriptedTabs();
let here = browser.open();
let there = browser.open();
let losses = 0;
let sending = 0;

const news = (): TabNews => ({status: {name: 'sending'}, progress: {size: 400, hashed: 0, sent: 0, confirmed: sending}});
const ownership = (tab: ScriptedTab = here): Ownership => new Ownership({tabs: tab, key: 'one', news, onLost: () => (losses += 1)});
const nothing = (): void => undefined;

beforeEach(() => {
  browser = new ScriptedTabs();
  here = browser.open();
  there = browser.open();
  losses = 0;
  sending = 0;
});

describe('taking an upload', () => {
  it('is possible when no other tab has it', async () => assert.equal(await ownership().take(never), true));
  it("makes it this tab's", async () => {
    await ownership().take(never);
    assert.equal(browser.holderOf('one'), here);
  });
  it('twice is once', async () => {
    const mine = ownership();
    await mine.take(never);
    assert.equal(await mine.take(never), true);
  });
  it('twice at a time is once: a tab does not find itself', async () => {
    const mine = ownership();
    assert.deepEqual(await Promise.all([mine.take(never), mine.take(never), mine.take(never)]), [true, true, true]);
  });
  it('is possible while an earlier call is stopped', async () => {
    const mine = ownership();
    const stop = new AbortController();
    const first = mine.take(stop.signal);
    const second = mine.take(never);
    stop.abort(new Error('paused'));
    await assert.rejects(first, /paused/);
    assert.deepEqual([await second, browser.holderOf('one')], [true, here]);
  });
  it('is not waited for when nobody wants it any more', async () => {
    const stop = new AbortController();
    const tabs = {claim: () => new Promise<undefined>(nothing), wait: () => new Promise<never>(nothing), takeOver: nothing};
    const mine = new Ownership({tabs, key: 'one', news, onLost: nothing});
    void mine.take(never);
    const second = mine.take(stop.signal);
    stop.abort(new Error('canceled'));
    await assert.rejects(second, /canceled/);
  });
  it('is not asked for while an earlier call has no answer, though one between them was stopped', async () => {
    let asked = 0;
    const claim = (): Promise<undefined> => {
      asked += 1;
      return new Promise(nothing);
    };
    const mine = new Ownership({
      tabs: {claim, wait: () => new Promise<never>(nothing), takeOver: nothing},
      key: 'one',
      news,
      onLost: nothing,
    });
    void mine.take(never);
    await assert.rejects(mine.take(AbortSignal.abort(new Error('canceled'))), /canceled/);
    void mine.take(never);
    await settle();
    assert.equal(asked, 1);
  });
  it('is not possible when another tab has it', async () => {
    await ownership(there).take(never);
    assert.equal(await ownership().take(never), false);
  });
  it('is possible again when that one lets go', async () => {
    const theirs = ownership(there);
    await theirs.take(never);
    theirs.release();
    assert.equal(await ownership().take(never), true);
  });
  it('is possible where no tab can be asked', async () => {
    here.works = false;
    assert.equal(await ownership().take(never), true);
  });
  it('rejects with the reason when it is stopped', () =>
    assert.rejects(ownership().take(AbortSignal.abort(new Error('paused'))), /paused/));
  it('that comes when nobody wants it any more is given back', async () => {
    const stop = new AbortController();
    const taken = ownership().take(stop.signal);
    await Promise.resolve();
    stop.abort(new Error('canceled'));
    await assert.rejects(taken, /canceled/);
    assert.deepEqual(browser.held, []);
  });
});

describe('waiting for an upload', () => {
  it('ends at once when no tab has it', async () => {
    await ownership().wait(nothing, never);
    assert.equal(browser.holderOf('one'), here);
  });
  it('ends when the other tab lets go', async () => {
    const theirs = ownership(there);
    await theirs.take(never);
    const waited = ownership().wait(nothing, never);
    await settle();
    theirs.release();
    await waited;
    assert.equal(browser.holderOf('one'), here);
  });
  it('ends when the other tab dies', async () => {
    await ownership(there).take(never);
    const waited = ownership().wait(nothing, never);
    await settle();
    there.die();
    await waited;
    assert.equal(browser.holderOf('one'), here);
  });
  it('hears what the other tab tells meanwhile', async () => {
    const theirs = ownership(there);
    await theirs.take(never);
    const heard: number[] = [];
    const waited = ownership().wait(({progress}) => heard.push(progress.confirmed), never);
    await settle();
    for (sending = 100; sending <= 300; sending += 100) theirs.tell();
    theirs.release();
    await waited;
    assert.deepEqual(heard, [100, 200, 300]);
  });
  it('hears what the other tab had told before', async () => {
    const theirs = ownership(there);
    await theirs.take(never);
    sending = 200;
    theirs.tell();
    const heard: number[] = [];
    ownership()
      .wait(({progress}) => heard.push(progress.confirmed), never)
      .catch(nothing);
    await settle();
    assert.deepEqual(heard, [200]);
  });
  it('stops when it is told to', async () => {
    await ownership(there).take(never);
    const stop = new AbortController();
    const waited = ownership().wait(nothing, stop.signal);
    await settle();
    stop.abort(new Error('paused'));
    await assert.rejects(waited, /paused/);
    assert.equal(browser.waiting, 0);
  });
  it('that ends in the very moment in which it is stopped gives the upload back', async () => {
    const theirs = ownership(there);
    await theirs.take(never);
    const stop = new AbortController();
    const waited = ownership().wait(nothing, stop.signal);
    await settle();
    theirs.release();
    stop.abort(new Error('canceled'));
    await assert.rejects(waited, /canceled/);
    assert.deepEqual(browser.held, []);
  });
});

describe("an upload that is this tab's", () => {
  let mine = ownership();

  beforeEach(async () => {
    mine = ownership();
    await mine.take(never);
  });

  it('is lost when another tab takes it over', () => {
    there.takeOver('one');
    assert.equal(losses, 1);
  });
  it('is lost once', () => {
    there.takeOver('one');
    browser.rob('one');
    assert.equal(losses, 1);
  });
  it('can be taken again after it was lost, when it is free', async () => {
    there.takeOver('one');
    assert.equal(await mine.take(never), true);
  });
  it('is not lost when it was let go before', () => {
    mine.release();
    there.takeOver('one');
    assert.equal(losses, 0);
  });
  it('may be let go twice', async () => {
    mine.release();
    await ownership(there).take(never);
    mine.release();
    assert.equal(browser.holderOf('one'), there);
  });
  it('tells nobody anything after it was let go', async () => {
    const heard: TabNews[] = [];
    mine.release();
    await ownership(there).take(never);
    const third = browser.open();
    ownership(third)
      .wait((one) => heard.push(one), never)
      .catch(nothing);
    await settle();
    mine.tell();
    assert.deepEqual(heard, []);
  });
  it('is found to be lost also when that was so from the beginning', async () => {
    const lost = AbortSignal.abort();
    const claim = {lost, tell: nothing, release: nothing};
    const tabs = {claim: () => Promise.resolve(claim), wait: () => Promise.resolve(claim), takeOver: nothing};
    await new Ownership({tabs, key: 'one', news, onLost: () => (losses += 1)}).take(never);
    await settle();
    assert.equal(losses, 1);
  });
  it('is let go by the other tab when that one is asked to', () => {
    ownership(there).takeOver();
    assert.equal(losses, 1);
  });
});
