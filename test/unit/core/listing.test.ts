import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Listing} from '../../../src/core/listing.js';
import type {UploadStatus} from '../../../src/core/state.js';
import type {Upload} from '../../../src/core/upload.js';

const error = {} as never;
const result = {} as never;

/** What a listing looks at in an upload, and how often it has. */
class Listed {
  readonly storeKey: string;
  readonly file: {readonly identity: string};
  lacksFile = false;
  looks = 0;
  snapshots = 0;
  progress = {size: 100, hashed: 0, sent: 0, confirmed: 0};
  #status: UploadStatus = {name: 'queued'};

  constructor(
    readonly id: string,
    identity = id,
    storeKey = `scope ${identity}`,
  ) {
    this.file = {identity};
    this.storeKey = storeKey;
  }

  get status(): UploadStatus {
    this.looks += 1;
    return this.#status;
  }

  set status(status: UploadStatus) {
    this.#status = status;
    this.lacksFile = status.name === 'interrupted';
  }

  get snapshot(): unknown {
    this.snapshots += 1;
    return {id: this.id, status: this.#status};
  }

  get upload(): Upload {
    return this as unknown as Upload;
  }
}

const listOf = (...all: readonly Listed[]): Listing => {
  const listing = new Listing('scope');
  for (const {upload} of all) listing.add(upload);
  return listing;
};
const ids = (listing: Listing): string[] => listing.snapshots.map(({id}) => id);
const facts = (identity: string): never => ({identity}) as never;
const many = (count: number): Listed[] => Array.from({length: count}, (_, at) => new Listed(`u${at}`));
const looksAt = (all: readonly Listed[]): number => all.reduce((sum, {looks}) => sum + looks, 0);

describe('the uploads of a list', () => {
  it('are in the order they were added', () => assert.deepEqual(ids(listOf(...many(3))), ['u0', 'u1', 'u2']));

  it('have places that grow along the list, also after one was taken away', () => {
    const all = many(3);
    const listing = listOf(...all);
    listing.remove((all[1] as Listed).upload);
    listing.add(new Listed('last').upload);
    const places = [...listing].map((upload) => listing.placeOf(upload));
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
    assert.equal(new Set(places).size, 3);
  });

  it('are found by their id', () => {
    const one = new Listed('a');
    assert.equal(listOf(one).get('a'), one.upload);
  });

  it('are all chosen without an id, and one by its id', () => {
    const listing = listOf(...many(3));
    assert.deepEqual([listing.chosen(undefined).length, listing.chosen('u1').length, listing.chosen('other').length], [3, 1, 0]);
  });
});

describe('the snapshots of a list', () => {
  it('are the same array until something changes', () => {
    const listing = listOf(...many(3));
    assert.equal(listing.snapshots, listing.snapshots);
  });

  it('are another array afterwards, and the first one stays as it was', () => {
    const all = many(2);
    const listing = listOf(...all);
    const before = listing.snapshots;
    const [first = new Listed('')] = all;
    first.status = {name: 'canceled'};
    listing.note(first.upload);
    assert.deepEqual([before[0]?.status.name, listing.snapshots[0]?.status.name], ['queued', 'canceled']);
  });

  it('cannot be changed by whoever gets them', () => assert.ok(Object.isFrozen(listOf(...many(2)).snapshots)));

  it('have one that joined after they were read at their end', () => {
    const listing = listOf(...many(2));
    void listing.snapshots;
    listing.add(new Listed('last').upload);
    assert.deepEqual(ids(listing), ['u0', 'u1', 'last']);
  });

  it('close up where one was taken away', () => {
    const all = many(3);
    const listing = listOf(...all);
    void listing.snapshots;
    listing.remove((all[0] as Listed).upload);
    listing.note((all[2] as Listed).upload);
    assert.deepEqual(ids(listing), ['u1', 'u2']);
  });

  it('do not come back with one that was taken away just after it had changed', () => {
    const all = many(3);
    const listing = listOf(...all);
    void listing.snapshots;
    listing.note((all[2] as Listed).upload);
    listing.remove((all[2] as Listed).upload);
    assert.deepEqual(ids(listing), ['u0', 'u1']);
  });

  it('ask no upload but those that have changed', () => {
    const all = many(10_000);
    const listing = listOf(...all);
    void listing.snapshots;
    listing.note((all[5_000] as Listed).upload);
    listing.note((all[7_000] as Listed).upload);
    void listing.snapshots;
    assert.equal(
      all.reduce((sum, {snapshots}) => sum + snapshots, 0),
      10_002,
    );
  });
});

describe('the tally of a list', () => {
  it('follows what each upload does', () => {
    const all = many(3);
    const listing = listOf(...all);
    const [first = new Listed(''), second = new Listed('')] = all;
    first.status = {name: 'sending'};
    first.progress = {size: 100, hashed: 100, sent: 20, confirmed: 30};
    listing.note(first.upload);
    second.status = {name: 'failed', error};
    listing.note(second.upload);
    const {queued, sending, failed} = listing.tally.count;
    assert.deepEqual([queued, sending, failed, listing.tally.bytes], [1, 1, 1, {size: 300, hashed: 100, sent: 20, confirmed: 30}]);
  });

  it('forgets what is taken away', () => {
    const all = many(2);
    const listing = listOf(...all);
    listing.remove((all[0] as Listed).upload);
    assert.deepEqual([listing.tally.count.queued, listing.tally.bytes.size], [1, 100]);
  });

  it('looks at one upload when one has changed', () => {
    const all = many(10_000);
    const listing = listOf(...all);
    const before = looksAt(all);
    listing.note((all[9_000] as Listed).upload);
    assert.equal(looksAt(all) - before, 1);
  });

  it('knows nothing of an upload that is not listed', () => {
    const listing = listOf(...many(2));
    assert.equal(listing.note(new Listed('other').upload), false);
    assert.equal(listing.tally.count.queued, 2);
  });
});

describe('what an upload is saved under', () => {
  it('is free where nobody has the same', () => assert.equal(listOf(new Listed('a')).freeKey(facts('b')), 'scope b'));
  it('is another one where somebody has', () => assert.equal(listOf(new Listed('a')).freeKey(facts('a')), 'scope a 2'));
  it('is yet another one where that is taken, too', () =>
    assert.equal(listOf(new Listed('a'), new Listed('b', 'a', 'scope a 2')).freeKey(facts('a')), 'scope a 3'));

  it('is free again when the upload is done', () => {
    const one = new Listed('a');
    const listing = listOf(one);
    one.status = {name: 'done', result};
    listing.note(one.upload);
    assert.ok(listing.isFree('scope a'));
  });

  it('is not free as long as one of two that had it is not done', () => {
    const [one, two] = [new Listed('a'), new Listed('b', 'a')];
    const listing = listOf(one, two);
    one.status = {name: 'done', result};
    listing.note(one.upload);
    assert.equal(listing.isFree('scope a'), false);
  });

  it('is free again when the upload is taken off the list', () => {
    const one = new Listed('a');
    const listing = listOf(one);
    one.status = {name: 'failed', error};
    listing.note(one.upload);
    listing.remove(one.upload);
    assert.ok(listing.isFree('scope a'));
  });

  it('is found without a look at the others', () => {
    const all = many(10_000);
    const listing = listOf(...all);
    const before = looksAt(all);
    listing.freeKey(facts('another'));
    listing.waitingFor(facts('another'));
    assert.equal(looksAt(all), before);
  });
});

describe('an upload that lacks its file', () => {
  const lacking = (id: string, identity: string): Listed => {
    const listed = new Listed(id, identity);
    listed.status = {name: 'interrupted', needs: 'file'};
    return listed;
  };

  it('waits for one that looks like it', () => {
    const one = lacking('a', 'x');
    const listing = listOf(new Listed('other'), one);
    assert.deepEqual([listing.waitingFor(facts('x')), listing.waitingFor(facts('y'))], [one.upload, undefined]);
  });

  it('waits no more when it has it', () => {
    const one = lacking('a', 'x');
    const listing = listOf(one);
    one.lacksFile = false;
    assert.equal(listing.waitingFor(facts('x')), undefined);
  });

  it('waits no more when it is canceled, or not listed', () => {
    const [one, two] = [lacking('a', 'x'), lacking('b', 'y')];
    const listing = listOf(one, two);
    one.status = {name: 'canceled'};
    listing.note(one.upload);
    listing.remove(two.upload);
    assert.deepEqual([listing.waitingFor(facts('x')), listing.waitingFor(facts('y'))], [undefined, undefined]);
  });

  it('leaves the next one that looks the same to wait', () => {
    const [one, two] = [lacking('a', 'x'), lacking('b', 'x')];
    const listing = listOf(one, two);
    one.status = {name: 'canceled'};
    listing.note(one.upload);
    assert.equal(listing.waitingFor(facts('x')), two.upload);
  });
});
