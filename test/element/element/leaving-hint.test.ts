import {expect} from '@open-wc/testing';
import {UploadError} from '../../../src/core/errors.js';
import {errorSnapshot, type StatusSnapshot, type UploadSnapshot} from '../../../src/core/snapshot.js';
import {asksBeforeLeaving, leavingHint, wayBackOf, type WayBack} from '../../../src/element/leaving-hint.js';
import {english} from '../../../src/element/messages.js';
import {all, file, nextPart, one, scene, textOf, until, type Scene} from '../support/scene.js';
import {interrupted, show, snapshotOf} from '../support/snapshots.js';

type Kept = UploadSnapshot['kept'];

const network = errorSnapshot(new UploadError('network', ''));
const tooLarge = errorSnapshot(new UploadError('too-large', ''));
const result = {url: null, instant: false, verified: 'length', digest: null, clientDigest: null, server: null} as const;

const statuses = {
  queued: {name: 'queued'},
  preparing: {name: 'preparing'},
  sending: {name: 'sending'},
  finishing: {name: 'finishing'},
  waiting: {name: 'waiting', error: network, attempt: 1, until: 0},
  paused: {name: 'paused'},
  'failed, and can be retried': {name: 'failed', error: network},
  'failed for good': {name: 'failed', error: tooLarge},
  done: {name: 'done', result},
  canceled: {name: 'canceled'},
  interrupted: interrupted('nothing'),
  'in another tab': {name: 'elsewhere', there: 'sending'},
} as const satisfies Record<string, StatusSnapshot>;

const upload = (kept: Kept, status: StatusSnapshot = statuses.sending): UploadSnapshot => snapshotOf({kept, status});

const hintOf = (uploads: readonly UploadSnapshot[], autoResume = false): string => leavingHint(uploads, autoResume, english);

const byItself = 'You can close this page: the upload goes on when you come back.';
const resume = 'If you close this page, choose Resume when you come back.';
const choose = 'If you close this page, choose the file again when you come back.';

describe('the way back of an upload on its way', () => {
  const cases: readonly (readonly [kept: Kept, autoResume: boolean, way: WayBack])[] = [
    ['copy', true, 'by-itself'],
    ['copy', false, 'resume'],
    ['handle', true, 'resume'],
    ['handle', false, 'resume'],
    ['record', true, 'choose'],
    ['record', false, 'choose'],
    ['nothing', true, 'never'],
    ['nothing', false, 'never'],
  ];
  for (const [kept, autoResume, way] of cases) {
    it(`of which ${kept} is kept, ${autoResume ? 'with' : 'without'} auto-resume, is "${way}"`, () => {
      expect(wayBackOf(upload(kept), autoResume)).to.equal(way);
    });
  }

  it('is never by itself when a person has paused it', () => {
    expect(wayBackOf(upload('copy', statuses.paused), true)).to.equal('resume');
  });
});

describe('the hint for one upload', () => {
  it('lets people close the page when it goes on by itself', () => {
    expect(hintOf([upload('copy')], true)).to.equal(byItself);
  });

  it('says what to do when it needs a click', () => {
    expect([hintOf([upload('copy')]), hintOf([upload('handle')], true)]).to.deep.equal([resume, resume]);
  });

  it('says what to do when its file is needed', () => {
    expect(hintOf([upload('record')], true)).to.equal(choose);
  });

  it('promises nothing when nothing is kept', () => {
    expect(hintOf([upload('nothing')], true)).to.equal('');
  });

  const told: readonly (keyof typeof statuses)[] = [
    'queued',
    'preparing',
    'sending',
    'finishing',
    'waiting',
    'paused',
    'failed, and can be retried',
  ];
  for (const [name, status] of Object.entries(statuses)) {
    const isTold = told.some((one) => one === name);
    it(`is ${isTold ? 'there' : 'not there'} while it is ${name}`, () => {
      expect(hintOf([upload('record', status)])).to.equal(isTold ? choose : '');
    });
  }
});

describe('the hint for several uploads', () => {
  it('is none without any', () => {
    expect(hintOf([])).to.equal('');
  });

  it('is that of the one that needs most', () => {
    expect(hintOf([upload('copy'), upload('handle')], true)).to.equal(resume);
    expect(hintOf([upload('handle'), upload('record'), upload('copy')], true)).to.equal(choose.replace('file', 'files'));
  });

  it('is never a promise when one would not come back', () => {
    expect(hintOf([upload('copy'), upload('nothing', statuses.queued)], true)).to.equal(choose.replace('file', 'files'));
  });

  it('is none when none would come back', () => {
    expect(hintOf([upload('nothing'), upload('nothing', statuses.queued)])).to.equal('');
  });

  it('does not count what is over, or of an earlier page', () => {
    expect(hintOf([upload('copy'), upload('nothing', statuses.done), upload('record', statuses.interrupted)], true)).to.equal(byItself);
  });

  it('speaks of all of them', () => {
    expect(hintOf([upload('copy'), upload('copy')], true)).to.equal('You can close this page: uploads go on when you come back.');
  });

  it('has the words of the page, and knows how many there are', () => {
    const messages = {...english, leaving: {...english.leaving, resume: (count: number) => `${count} mal fortsetzen`}};
    expect(leavingHint([upload('handle'), upload('copy')], false, messages)).to.equal('2 mal fortsetzen');
  });
});

describe('people are asked before they leave', () => {
  const asks = (uploads: readonly UploadSnapshot[], autoResume = true): boolean => asksBeforeLeaving(uploads, autoResume);

  for (const kept of ['nothing', 'record', 'handle'] as const) {
    it(`while an upload is on its way of which ${kept} is kept`, () => {
      expect(asks([upload(kept)])).to.equal(true);
    });
  }

  it('while a copy is on its way that does not go on by itself', () => {
    expect(asks([upload('copy')], false)).to.equal(true);
  });

  it('not while all that is on its way goes on by itself', () => {
    expect(asks([upload('copy'), upload('copy', statuses.preparing)])).to.equal(false);
  });

  it('when one of several does not', () => {
    expect(asks([upload('copy'), upload('record')])).to.equal(true);
  });

  it('when one waits for its turn that would be lost', () => {
    expect(asks([upload('copy'), upload('nothing', statuses.queued)])).to.equal(true);
  });

  const busy = ['preparing', 'sending', 'finishing', 'waiting'] as const;
  for (const [name, status] of Object.entries(statuses)) {
    const isBusy = busy.some((one) => one === name);
    it(`${isBusy ? 'while' : 'not while all there is'} is ${name}`, () => {
      expect(asks([upload('record', status)])).to.equal(isBusy);
    });
  }

  it('whatever became of others', () => {
    expect(asks([upload('copy'), upload('nothing', statuses.done), upload('record', statuses.paused)])).to.equal(false);
  });
});

describe('the line in the element', () => {
  async function sending(attributes: Record<string, string> = {}): Promise<Scene> {
    const made = await scene(attributes, {holding: true});
    made.element.add(file());
    await until(() => made.backend.parts.length > 0, 'a part');
    await made.element.updateComplete;
    return made;
  }

  /** Asks as a browser does, and tells whether it was held back and with what words. */
  function leave(): {held: boolean; words: unknown} {
    const event = Object.defineProperty(new Event('beforeunload', {cancelable: true}), 'returnValue', {value: '', writable: true});
    return {held: !dispatchEvent(event), words: event.returnValue};
  }

  it('stands below the list while something is unfinished', async () => {
    const {element} = await scene();
    await show(element, [upload('record')]);
    expect(textOf(element, '[part=hint]')).to.equal(choose);
    expect(one(element, '[part=hint]').getBoundingClientRect().top).to.be.at.least(
      one(element, '[part=list]').getBoundingClientRect().bottom,
    );
  });

  it('follows auto-resume', async () => {
    const {element} = await scene({'auto-resume': ''});
    await show(element, [upload('copy')]);
    expect(textOf(element, '[part=hint]')).to.equal(byItself);
    element.autoResume = false;
    await element.updateComplete;
    expect(textOf(element, '[part=hint]')).to.equal(resume);
  });

  it('is gone when all is done', async () => {
    const {element, backend} = await sending();
    backend.letGo();
    await until(() => element.progress.count.done === 1, 'the upload');
    await element.updateComplete;
    expect(all(element, '[part=hint]')).to.have.length(0);
  });

  it('is not there with no-resume', async () => {
    const {element} = await sending({'no-resume': ''});
    expect(all(element, '[part=hint]')).to.have.length(0);
  });

  it('is what old browsers say when they ask', async () => {
    const {element, backend} = await scene();
    await show(element, [upload('record')]);
    expect(leave()).to.deep.equal({held: true, words: choose});
    backend.letGo();
  });

  it('is not the word when there is none: they ask in others', async () => {
    const {element} = await scene();
    await show(element, [upload('nothing')]);
    expect(leave()).to.deep.equal({held: true, words: english.form.unfinished});
  });

  it('lets people go, without a word, when everything goes on by itself', async () => {
    const {element} = await scene({'auto-resume': ''});
    await show(element, [upload('copy')]);
    expect(leave()).to.deep.equal({held: false, words: ''});
    element.autoResume = false;
    await element.updateComplete;
    expect(leave().held).to.equal(true);
  });

  it('is there for uploads of the engine, too', async () => {
    const {element, backend} = await sending();
    (await nextPart(backend)).confirm();
    await until(() => element.uploads[0]?.kept === 'record', 'the record');
    await element.updateComplete;
    expect(textOf(element, '[part=hint]')).to.equal(choose);
  });
});
