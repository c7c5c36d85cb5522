import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Activity} from '../../../src/core/activity.js';

describe('something that is begun', () => {
  it('lives', () => assert.equal(new Activity().next().live, true));
  it('is not aborted', () => assert.equal(new Activity().next().signal.aborted, false));
  it('is through once', () => {
    const doing = new Activity().next();
    assert.deepEqual([doing.end(), doing.end(), doing.live], [true, false, false]);
  });
  it('is not aborted because it is through', () => {
    const doing = new Activity().next();
    doing.end();
    assert.equal(doing.signal.aborted, false);
  });
  it('aborts what is left of it when it ends for a reason', () => {
    const doing = new Activity().next();
    const reason = new Error('a part has failed');
    doing.end(reason);
    assert.equal(doing.signal.reason, reason);
  });
});

describe('beginning something else', () => {
  it('stops what was going on', () => {
    const activity = new Activity();
    const first = activity.next();
    activity.next();
    assert.deepEqual([first.live, first.signal.aborted], [false, true]);
  });
  it('leaves the new one alone', () => {
    const activity = new Activity();
    const first = activity.next();
    const second = activity.next();
    first.end();
    assert.deepEqual([second.live, second.signal.aborted], [true, false]);
  });
  it('the old one has nothing to say any more', () => {
    const activity = new Activity();
    const first = activity.next();
    activity.next();
    assert.equal(first.end(new Error('late')), false);
  });
  it('does not abort what was through', () => {
    const activity = new Activity();
    const first = activity.next();
    first.end();
    activity.next();
    assert.equal(first.signal.aborted, false);
  });
});

describe('stopping', () => {
  it('where nothing goes on is harmless', () => assert.doesNotThrow(() => new Activity().stop()));
  it('counts before anybody hears of it', () => {
    const activity = new Activity();
    const doing = activity.next();
    let live = true;
    doing.signal.addEventListener('abort', () => (live = doing.live));
    activity.stop();
    assert.equal(live, false);
  });
  it('lets another thing begin inside', () => {
    const activity = new Activity();
    const doing = activity.next();
    let second: ReturnType<Activity['next']> | undefined;
    doing.signal.addEventListener('abort', () => (second = activity.next()));
    activity.stop();
    assert.equal(second?.live, true);
  });
  it('may be left to the caller: it does not count any more, and is not aborted yet', () => {
    const activity = new Activity();
    const doing = activity.next();
    const left = activity.leave();
    assert.deepEqual([doing.live, doing.signal.aborted], [false, false]);
    left?.abort();
    assert.equal(doing.signal.aborted, true);
  });
});
