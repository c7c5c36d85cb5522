import {expect} from '@open-wc/testing';
import {UploadError, type UploadErrorCode} from '../../../src/core/errors.js';
import {errorSnapshot, type StatusSnapshot, type UploadSnapshot} from '../../../src/core/snapshot.js';
import {Announcer, type Said} from '../../../src/element/announcer.js';
import {formatFor} from '../../../src/element/format.js';
import {english} from '../../../src/element/messages.js';
import {becomes, file, nextPart, one, scene, statusOf, until} from '../support/scene.js';
import {interrupted, show, snapshotOf, totalsOf} from '../support/snapshots.js';

const result = {url: null, instant: false, verified: 'length', digest: null, clientDigest: null, server: null} as const;

const statuses = {
  queued: {name: 'queued'},
  sending: {name: 'sending'},
  paused: {name: 'paused'},
  canceled: {name: 'canceled'},
  done: {name: 'done', result},
} as const satisfies Record<string, StatusSnapshot>;

const failed = (code: UploadErrorCode): StatusSnapshot => ({name: 'failed', error: errorSnapshot(new UploadError(code, ''))});

const waiting = (until: number): StatusSnapshot => ({
  ...{name: 'waiting', error: errorSnapshot(new UploadError('server-busy', '')), attempt: 1, until},
});

const upload = (name: string, status: StatusSnapshot, confirmed = 0): UploadSnapshot => snapshotOf({id: name, name, status, confirmed});

/** Somebody who hears what is said of one list after the other, and can let time pass. */
function listener(): {hear: (...uploads: readonly UploadSnapshot[]) => Said; pass: (ms: number) => void} {
  let now = 0;
  const announcer = new Announcer(() => now);
  return {
    hear: (...uploads) => announcer.look(uploads, {totals: totalsOf(uploads), messages: english, format: formatFor('en'), now: 0}),
    pass: (ms) => (now += ms),
  };
}

describe('what is said of one file', () => {
  it('is nothing while it waits', () => {
    expect(listener().hear(upload('a.txt', statuses.queued))).to.deep.equal({polite: '', alert: ''});
  });

  it('names it when it starts', () => {
    expect(listener().hear(upload('a.txt', statuses.sending)).polite).to.equal('Uploading a.txt.');
  });

  it('is said once', () => {
    const {hear} = listener();
    const first = hear(upload('a.txt', statuses.sending)).polite;
    expect(hear(upload('a.txt', statuses.sending, 1)).polite).to.equal(first);
  });

  it('names it when it is paused, goes on, and is done', () => {
    const {hear} = listener();
    hear(upload('a.txt', statuses.sending));
    const said = [statuses.paused, statuses.sending, statuses.done].map((status) => hear(upload('a.txt', status)).polite);
    expect(said).to.deep.equal(['Paused a.txt.', 'Uploading a.txt.', 'Uploaded a.txt.']);
  });

  it('names it when it is canceled', () => {
    const {hear} = listener();
    hear(upload('a.txt', statuses.sending));
    expect(hear(upload('a.txt', statuses.canceled)).polite).to.equal('Canceled a.txt.');
  });

  it('shows what hides in its name', () => {
    expect(listener().hear(upload('a\u202E.txt', statuses.sending)).polite).to.equal('Uploading a[U+202E].txt.');
  });
});

describe('what is said of several files', () => {
  it('is one sentence', () => {
    const {hear} = listener();
    const three = (status: StatusSnapshot): UploadSnapshot[] => ['a', 'b', 'c'].map((name) => upload(name, status));
    expect(hear(...three(statuses.sending)).polite).to.equal('Uploading 3 files.');
    expect(hear(...three(statuses.paused)).polite).to.equal('Paused 3 files.');
  });

  it('is two sentences when one is done and the next begins', () => {
    const {hear} = listener();
    hear(upload('a', statuses.sending), upload('b', statuses.queued));
    expect(hear(upload('a', statuses.done), upload('b', statuses.sending)).polite).to.equal('Uploading b. Uploaded a.');
  });
});

describe('what is said of files that wait to try again', () => {
  it('names the file and the time', () => {
    const {hear} = listener();
    hear(upload('a', statuses.sending));
    expect(hear(upload('a', waiting(12_000))).polite).to.equal('Trying a again in 12 sec.');
  });

  it('is the soonest time of several', () => {
    const {hear} = listener();
    expect(hear(upload('a', waiting(90_000)), upload('b', waiting(65_000))).polite).to.equal('Trying 2 files again in 1 min 5 sec.');
  });

  it('is said again when the next try has failed, too', () => {
    const {hear} = listener();
    const said = [waiting(1_000), statuses.sending, waiting(2_000)].map((status) => hear(upload('a', status)).polite);
    expect(said).to.deep.equal(['Trying a again in 1 sec.', 'Uploading a.', 'Trying a again in 2 sec.']);
  });
});

describe('the share that is said', () => {
  it('comes at a quarter, half and three quarters', () => {
    const {hear, pass} = listener();
    hear(upload('a', statuses.sending));
    const said = [24, 25, 49, 50, 75, 99].map((confirmed) => {
      pass(10_000);
      return hear(upload('a', statuses.sending, confirmed)).polite;
    });
    expect(said).to.deep.equal(['Uploading a.', '25% uploaded.', '25% uploaded.', '50% uploaded.', '75% uploaded.', '75% uploaded.']);
  });

  it('comes no sooner than 10 s after the last one', () => {
    const {hear, pass} = listener();
    hear(upload('a', statuses.sending));
    pass(9_999);
    expect(hear(upload('a', statuses.sending, 30)).polite).to.equal('Uploading a.');
    pass(1);
    expect(hear(upload('a', statuses.sending, 55)).polite).to.equal('50% uploaded.');
  });

  it('is not said of what was paused', () => {
    const {hear, pass} = listener();
    hear(upload('a', statuses.sending));
    pass(20_000);
    expect(hear(upload('a', statuses.paused, 30)).polite).to.equal('Paused a.');
  });

  it('is of all files together', () => {
    const {hear, pass} = listener();
    hear(upload('a', statuses.sending), upload('b', statuses.queued));
    pass(10_000);
    expect(hear(upload('a', statuses.sending, 60), upload('b', statuses.queued)).polite).to.equal('25% uploaded.');
  });

  it('is said again after the server lost something', () => {
    const {hear, pass} = listener();
    hear(upload('a', statuses.sending));
    const said = [30, 5, 30].map((confirmed) => {
      pass(10_000);
      return hear(upload('a', statuses.sending, confirmed)).polite;
    });
    expect(said.at(-1)).to.equal('25% uploaded.');
  });
});

describe('what is said of uploads that an earlier page has left', () => {
  const left = (name: string, confirmed: number): UploadSnapshot => upload(name, {name: 'interrupted', needs: 'file'}, confirmed);

  it('is that they can be continued, and from where', () => {
    expect(listener().hear(left('a.mov', 63))).to.deep.equal({polite: '1 upload can be continued: a.mov, 63% uploaded.', alert: ''});
  });

  it('is one sentence for several of them, also when they come one after the other', () => {
    const {hear} = listener();
    hear(left('a.mov', 63));
    expect(hear(left('a.mov', 63), left('b.mov', 20)).polite).to.equal('2 uploads can be continued, 41% uploaded.');
  });

  it('leaves out what another one in the list is at', () => {
    const {hear} = listener();
    expect(hear(upload('c.mov', statuses.done), left('a.mov', 63)).polite).to.equal(
      'Uploaded c.mov. 1 upload can be continued: a.mov, 63% uploaded.',
    );
  });

  it('is said once', () => {
    const {hear} = listener();
    const first = hear(left('a.mov', 63)).polite;
    expect(hear(left('a.mov', 70)).polite).to.equal(first);
  });

  it('shows what hides in its name', () => {
    expect(listener().hear(left('a\u202E.mov', 0)).polite).to.include('a[U+202E].mov');
  });

  it('is an alert when the file that was chosen is another one', () => {
    const {hear} = listener();
    hear(left('a.mov', 63));
    const {polite, alert} = hear(upload('a.mov', interrupted('file', 'other-file'), 63));
    expect(polite).to.equal('1 upload can be continued: a.mov, 63% uploaded.');
    expect(alert).to.equal(`a.mov was not uploaded. ${english.errors['other-file']}`);
  });

  it('is the alert alone when it comes back from a look at its content', () => {
    const {hear} = listener();
    hear(upload('a.mov', {name: 'preparing'}));
    const {polite, alert} = hear(upload('a.mov', interrupted('file', 'other-file'), 63));
    expect([polite, alert !== '']).to.deep.equal(['Uploading a.mov.', true]);
  });

  it('takes the alert back when it goes on', () => {
    const {hear} = listener();
    hear(upload('a.mov', interrupted('file', 'other-file')));
    expect(hear(upload('a.mov', statuses.sending)).alert).to.equal('');
  });
});

describe('what is said of uploads in another tab', () => {
  it('is that it has them', () => {
    expect(listener().hear(upload('a.mov', {name: 'elsewhere'})).polite).to.equal('Another tab has a.mov.');
  });

  it('is said once, whatever happens there', () => {
    const {hear} = listener();
    hear(upload('a.mov', {name: 'elsewhere', there: 'sending'}));
    expect(hear(upload('a.mov', {name: 'elsewhere', there: 'paused'}, 50)).polite).to.equal('Another tab has a.mov.');
  });

  it('is no share of what is uploaded', () => {
    const {hear, pass} = listener();
    hear(upload('a.mov', {name: 'elsewhere', there: 'sending'}));
    pass(20_000);
    expect(hear(upload('a.mov', {name: 'elsewhere', there: 'sending'}, 60)).polite).to.equal('Another tab has a.mov.');
  });

  it('is that they are uploaded when they are done there', () => {
    const {hear} = listener();
    hear(upload('a.mov', {name: 'elsewhere', there: 'finishing'}));
    expect(hear(upload('a.mov', statuses.done)).polite).to.equal('Uploaded a.mov.');
  });
});

describe('what is said of an upload that the server had lost', () => {
  const again = (confirmed: number): UploadSnapshot => ({...upload('a.mov', statuses.sending, confirmed), startedAgain: true});

  it('is that it has started again', () => {
    const {hear} = listener();
    hear(upload('a.mov', statuses.sending, 20));
    expect(hear(again(0)).polite).to.equal('Started again with a.mov: no longer on the server.');
  });

  it('is said once', () => {
    const {hear, pass} = listener();
    hear(upload('a.mov', statuses.sending, 20));
    hear(again(0));
    pass(10_000);
    expect(hear(again(30)).polite).to.equal('25% uploaded.');
  });
});

describe('a failure', () => {
  it('is an alert with name, reason and what to do', () => {
    const {hear} = listener();
    expect(hear(upload('a.txt', failed('offline'))).alert).to.equal(
      'a.txt was not uploaded. You are offline. Check the connection, then retry.',
    );
  });

  it('is not said politely as well', () => {
    expect(listener().hear(upload('a.txt', failed('offline'))).polite).to.equal('');
  });

  it('stands unchanged as long as it lasts, so that it is read once', () => {
    const {hear} = listener();
    const first = hear(upload('a.txt', failed('offline'))).alert;
    expect(hear(upload('a.txt', failed('offline')), upload('b.txt', statuses.queued)).alert).to.equal(first);
  });

  it('is taken back by a retry, so that the same one can be read again', () => {
    const {hear} = listener();
    const first = hear(upload('a.txt', failed('offline'))).alert;
    expect(hear(upload('a.txt', statuses.sending)).alert).to.equal('');
    expect(hear(upload('a.txt', failed('offline'))).alert).to.equal(first);
  });
});

describe('failures that come together', () => {
  const failures = (count: number): UploadSnapshot[] => Array.from({length: count}, (_, at) => upload(`${at}.txt`, failed('rejected')));
  const alertOf = (count: number): string => listener().hear(...failures(count)).alert;

  it('are told by name as long as they are few', () => {
    expect(alertOf(3).match(/\d\.txt was not uploaded/g)).to.deep.equal([0, 1, 2].map((at) => `${at}.txt was not uploaded`));
    expect(alertOf(3)).not.to.contain('more');
  });

  it('are counted from the fourth on: nobody listens to a hundred sentences', () => {
    expect(alertOf(100).match(/\.txt/g)).to.have.length(3);
    expect(alertOf(100).endsWith(' 97 more were not uploaded.')).to.equal(true);
    expect(alertOf(4).endsWith(' 1 more was not uploaded.')).to.equal(true);
  });
});

interface Whole {
  readonly length?: number;
  readonly last?: StatusSnapshot;
  readonly moving?: number;
}

describe('what is said of a long list that is on its way', () => {
  /** So many are done, the next four are being sent, and one of the others may be something else. */
  const list = (done: number, {length = 200, last = statuses.queued, moving = 4}: Whole = {}): UploadSnapshot[] =>
    Array.from({length}, (_, at) => {
      const going = at < done + moving ? statuses.sending : statuses.queued;
      return upload(`${at}.txt`, at < done ? statuses.done : at === length - 1 ? last : going);
    });
  const begun = (): ReturnType<typeof listener> & {first: string} => {
    const heard = listener();
    return {...heard, first: heard.hear(...list(0)).polite};
  };

  it('begins at once', () => expect(begun().first).to.equal('Uploading 4 files.'));

  it('is nothing more for ten seconds, whatever starts and ends', () => {
    const {hear, pass, first} = begun();
    const said = [10, 20, 30].map((done) => {
      pass(3_000);
      return hear(...list(done)).polite;
    });
    expect(said).to.deep.equal([first, first, first]);
  });

  it('is then told together, and nothing of it is lost', () => {
    const {hear, pass} = begun();
    for (const done of [10, 20, 30]) hear(...list(done));
    pass(10_000);
    expect(hear(...list(40)).polite).to.equal('Uploading 4 files. Uploaded 40 files.');
  });

  it('is no failure either before that, and all of them then', () => {
    const {hear, pass} = begun();
    expect(hear(...list(10, {last: failed('rejected')})).alert).to.equal('');
    pass(10_000);
    expect(hear(...list(20, {last: failed('rejected')})).alert).to.match(/^199\.txt was not uploaded/);
  });

  it('is at once what somebody pauses or cancels', () => {
    const {hear} = begun();
    expect(hear(...list(10, {last: statuses.paused})).polite).to.contain('Paused 199.txt.');
    expect(hear(...list(20, {last: statuses.canceled})).polite).to.contain('Canceled 199.txt.');
  });

  it('is a failure once more when it was tried again between two looks', () => {
    const {hear, pass} = begun();
    pass(10_000);
    const first = hear(...list(10, {last: failed('rejected')})).alert;
    hear(...list(20, {last: statuses.sending}));
    pass(10_000);
    const other = hear(...list(30, {last: failed('server')})).alert;
    expect(other).to.match(/^199\.txt was not uploaded/);
    expect(other).to.not.equal(first);
  });

  it('is each of two pauses, however soon the second follows', () => {
    const {hear} = begun();
    hear(...list(10, {last: statuses.paused}));
    hear(...list(20, {last: statuses.sending}));
    expect(hear(...list(30, {last: statuses.paused})).polite).to.contain('Paused 199.txt.');
  });

  it('is at once that all is done', () => {
    const {hear} = begun();
    expect(hear(...list(200)).polite).to.equal('Uploaded 200 files.');
  });

  it('is at once the failure after which nothing goes on', () => {
    const {hear} = begun();
    expect(hear(...list(10, {moving: 0, last: failed('offline')})).alert).to.match(/^199\.txt was not uploaded/);
  });

  it('is at once that it goes on after a rest', () => {
    const {hear} = begun();
    hear(...list(10, {moving: 0}));
    expect(hear(...list(10)).polite).to.equal('Uploading 4 files.');
  });

  it('is everything at once where the list is short', () => {
    const {hear} = listener();
    hear(...list(0, {length: 100}));
    expect(hear(...list(10, {length: 100})).polite).to.equal('Uploading 4 files. Uploaded 10 files.');
  });
});

describe('the live regions of the element', () => {
  it('are there before there is anything to say', async () => {
    const {element} = await scene();
    expect(one(element, '[role=status]').textContent).to.equal('');
    expect(one(element, '.hidden[role=alert]').textContent).to.equal('');
  });

  it('are the same elements when there is', async () => {
    const {element} = await scene();
    const region = one(element, '[role=status]');
    element.add(file());
    await becomes(element, 'done');
    expect(one(element, '[role=status]')).to.equal(region);
  });

  it('say what happens, in order', async () => {
    const {element, backend} = await scene({}, {holding: true});
    const said: string[] = [];
    const region = one(element, '[role=status]');
    const observer = new MutationObserver(() => said.push(region.textContent ?? ''));
    observer.observe(region, {characterData: true, childList: true, subtree: true});
    element.add(file());
    await until(() => backend.parts.length === 1, 'a part');
    element.pause();
    await element.updateComplete;
    backend.letGo();
    element.resume();
    await becomes(element, 'done');
    await until(() => said.at(-1) === 'Uploaded a.txt.', 'the last sentence');
    observer.disconnect();
    expect(said).to.deep.equal(['Uploading a.txt.', 'Paused a.txt.', 'Uploading a.txt.', 'Uploaded a.txt.']);
  });

  it('say what can be continued as soon as it is listed', async () => {
    const {element} = await scene();
    await show(element, [snapshotOf({name: 'a.mov', status: interrupted('nothing'), confirmed: 63})]);
    expect(one(element, '[role=status]').textContent).to.equal('1 upload can be continued: a.mov, 63% uploaded.');
  });

  it('alert a failure once', async () => {
    const {element, backend} = await scene({}, {holding: true});
    const region = one(element, '.hidden[role=alert]');
    let changes = 0;
    const observer = new MutationObserver(() => (changes += 1));
    observer.observe(region, {characterData: true, childList: true, subtree: true});
    element.add(file());
    (await nextPart(backend)).fail('server', 500);
    await becomes(element, 'failed');
    element.requestUpdate();
    await element.updateComplete;
    await until(() => changes > 0, 'the alert');
    observer.disconnect();
    expect([changes, statusOf(element)]).to.deep.equal([1, 'failed']);
    expect(region.textContent).to.equal(
      'a.txt was not uploaded. Something went wrong on the server. Wait a moment, then retry. (HTTP\u00a0500)',
    );
  });
});
