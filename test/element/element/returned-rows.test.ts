import {expect} from '@open-wc/testing';
import type {UploadSnapshot} from '../../../src/core/snapshot.js';
import type {Needs} from '../../../src/core/state.js';
import type {ChunkUploader} from '../../../src/define.js';
import {english} from '../../../src/element/messages.js';
import {all, one, scene, textOf, until} from '../support/scene.js';
import {interrupted, recordActs, show, snapshotOf, type Facts} from '../support/snapshots.js';

/** An element that shows this one upload, and what is asked of it. */
async function row(facts: Facts, attributes: Record<string, string> = {}): Promise<{element: ChunkUploader; asked: readonly string[]}> {
  const {element} = await scene(attributes);
  const asked = recordActs(element);
  await show(element, [snapshotOf({name: 'a.mov', size: 1e9, confirmed: 63e7, ...facts})]);
  return {element, asked};
}

const wordsOn = (element: ChunkUploader): string[] => all(element, 'li button').map(({textContent}) => textContent?.trim() ?? '');
const namesOf = (element: ChunkUploader): (string | null)[] => all(element, 'li button').map((button) => button.getAttribute('aria-label'));

describe('the row of an interrupted upload', () => {
  it('says how much the server has', async () => {
    const {element} = await row({status: interrupted('nothing')});
    expect([textOf(element, 'li [part=status]'), textOf(element, 'li [part=size]')]).to.deep.equal(['Interrupted 63%', '630 MB of 1 GB']);
  });

  it('says its size alone as long as nothing of it is known to be on the server', async () => {
    const {element} = await row({status: interrupted('nothing'), confirmed: 0});
    expect([textOf(element, 'li [part=status]'), textOf(element, 'li [part=size]')]).to.deep.equal(['Interrupted', '1 GB']);
  });

  it('has the bar where it was', async () => {
    const {element} = await row({status: interrupted('file')});
    expect(one(element, 'li [role=progressbar]').getAttribute('aria-valuetext')).to.equal('Interrupted 63%, 630 MB of 1 GB');
  });

  const cases: Record<Needs, readonly [words: string, asks: string]> = {
    nothing: ['Resume', 'resume a'],
    access: ['Allow access', 'resume a'],
    file: ['Choose the file again', ''],
  };
  for (const [needs, [words, asks]] of Object.entries(cases) as [Needs, readonly [string, string]][]) {
    it(`that needs ${needs} has one thing to do, in words, and a way out`, async () => {
      const {element} = await row({status: interrupted(needs)});
      expect(wordsOn(element)).to.deep.equal([words, 'Discard']);
      expect(namesOf(element)).to.deep.equal([`${words} a.mov`, 'Discard a.mov']);
      expect(all(element, '[part~=action-main]')).to.have.length(1);
      expect(one(element, '[part~=action-main]').textContent?.trim()).to.equal(words);
    });

    it(`that needs ${needs} asks for ${asks || 'nothing of the engine'} when it is done`, async () => {
      const {element, asked} = await row({status: interrupted(needs)});
      one(element, '[part~=action-main]').click();
      expect(asked).to.deep.equal(asks ? [asks] : []);
    });
  }

  it('is discarded by being canceled', async () => {
    const {element, asked} = await row({status: interrupted('file')});
    one(element, '[part~=action-cancel]').click();
    expect(asked).to.deep.equal(['cancel a']);
  });

  it('says why the file that was chosen is not taken', async () => {
    const {element} = await row({status: interrupted('file', 'other-file')});
    expect(textOf(element, '[part=error]')).to.equal(english.errors['other-file']);
  });

  it('whose access was refused can ask again, and can have the file chosen as well', async () => {
    const {element, asked} = await row({status: interrupted('access', 'file-unreadable')});
    expect(wordsOn(element)).to.deep.equal(['Allow access', 'Choose the file again', 'Discard']);
    expect(all(element, '[part~=action-main]')).to.have.length(1);
    one(element, '[part~=action-main]').click();
    expect(asked).to.deep.equal(['resume a']);
  });

  it('whose access was refused opens the picker for its file', async () => {
    const {element, asked} = await row({status: interrupted('access', 'file-unreadable')});
    let opened = 0;
    const input = one<HTMLInputElement>(element, 'input.again');
    input.addEventListener('click', (event) => {
      event.preventDefault();
      opened += 1;
    });
    one(element, '[part~=action-choose]').click();
    await until(() => opened > 0, 'the picker');
    expect([opened, asked]).to.deep.equal([1, []]);
  });

  it('says nothing of an error when there is none', async () => {
    const {element} = await row({status: interrupted('file')});
    expect(all(element, '[part=error]')).to.have.length(0);
  });

  it('waits for a person in a list that is manual, too', async () => {
    const {element} = await row({status: interrupted('nothing')}, {manual: ''});
    expect(wordsOn(element)).to.deep.equal(['Resume', 'Discard']);
  });

  it('has the words of the page', async () => {
    const {element} = await row({status: interrupted('access')});
    element.messages = {actions: {access: 'Zugriff erlauben', discard: 'Verwerfen'}, status: {interrupted: 'Unterbrochen'}};
    await element.updateComplete;
    expect([...wordsOn(element), textOf(element, 'li [part=status]')]).to.deep.equal(['Zugriff erlauben', 'Verwerfen', 'Unterbrochen 63%']);
  });
});

describe('the row of an upload that another tab has', () => {
  it('says what is going on there', async () => {
    const {element} = await row({status: {name: 'elsewhere', there: 'sending'}});
    expect([textOf(element, 'li [part=status]'), textOf(element, 'li [part=size]')]).to.deep.equal([
      'Uploading in another tab 63%',
      '630 MB of 1 GB',
    ]);
  });

  it('says that it is at rest there', async () => {
    const {element} = await row({status: {name: 'elsewhere', there: 'paused'}});
    expect(textOf(element, 'li [part=status]')).to.equal('Paused in another tab 63%');
  });

  it('moves its bar with the news', async () => {
    const {element} = await row({status: {name: 'elsewhere', there: 'sending'}});
    await show(element, [snapshotOf({size: 1e9, confirmed: 8e8, status: {name: 'elsewhere', there: 'sending'}})]);
    expect(one(element, 'li [role=progressbar]').getAttribute('aria-valuenow')).to.equal('80');
  });

  it('can be continued here, and taken off here', async () => {
    const {element} = await row({status: {name: 'elsewhere', there: 'sending'}});
    expect(wordsOn(element)).to.deep.equal(['Continue here', 'Remove']);
    expect(namesOf(element)).to.deep.equal(['Continue here a.mov', 'Remove a.mov']);
  });

  it('goes on here when that is asked', async () => {
    const {element, asked} = await row({status: {name: 'elsewhere', there: 'sending'}});
    one(element, '[part~=action-resume]').click();
    expect(asked).to.deep.equal(['resume a']);
  });

  it('leaves the list at once when it is removed: "canceled" would say too much', async () => {
    const {element, asked} = await row({status: {name: 'elsewhere', there: 'sending'}});
    one(element, '[part~=action-cancel]').click();
    expect(asked).to.deep.equal(['cancel a', 'clear a']);
  });

  it('asks for nothing: no button stands out', async () => {
    const {element} = await row({status: {name: 'elsewhere', there: 'sending'}});
    expect(all(element, '[part~=action-main]')).to.have.length(0);
  });
});

describe('the row of an upload that the server had lost', () => {
  const sentence = 'Started again: the server no longer had it';

  for (const name of ['queued', 'preparing', 'sending', 'finishing', 'paused'] as const) {
    it(`says so while it is ${name}`, async () => {
      const {element} = await row({status: {name}, startedAgain: true});
      expect(textOf(element, '[part=note]')).to.equal(sentence);
    });
  }

  it('says so when it was interrupted again', async () => {
    const {element} = await row({status: interrupted('file'), startedAgain: true});
    expect(textOf(element, '[part=note]')).to.equal(sentence);
  });

  it('says nothing of it any more when it is over', async () => {
    const result = {url: null, instant: false, verified: 'length', digest: null, clientDigest: null, server: null} as const;
    const {element} = await row({status: {name: 'done', result}, startedAgain: true});
    await show(element, [snapshotOf({status: {name: 'done', result}, startedAgain: true})]);
    expect(all(element, '[part=note]')).to.have.length(0);
    await show(element, [snapshotOf({status: {name: 'canceled'}, startedAgain: true})]);
    expect(all(element, '[part=note]')).to.have.length(0);
  });

  it('says nothing of others', async () => {
    const {element} = await row({status: {name: 'sending'}});
    expect(all(element, '[part=note]')).to.have.length(0);
  });
});

describe('the line about all uploads, with some of an earlier page', () => {
  async function lineOf(...uploads: readonly Facts[]): Promise<{element: ChunkUploader; asked: readonly string[]; acts: string[]}> {
    const {element} = await scene();
    const asked = recordActs(element);
    await show(
      element,
      uploads.map((facts, index): UploadSnapshot => snapshotOf({id: `${index}`, ...facts})),
    );
    return {element, asked, acts: all(element, '[part~=action-all]').map(({textContent}) => textContent?.trim() ?? '')};
  }

  it('resumes all when one needs nothing else', async () => {
    const {element, asked, acts} = await lineOf({status: interrupted('nothing')}, {status: interrupted('file')});
    expect(acts).to.deep.equal(['Resume all']);
    one(element, '[part~=action-all-resume]').click();
    expect(asked).to.deep.equal(['resume all']);
  });

  it('cannot do for all what a person has to do for each', async () => {
    expect((await lineOf({status: interrupted('access')}, {status: interrupted('file')})).acts).to.deep.equal([]);
  });

  it('leaves to other tabs what they have', async () => {
    expect((await lineOf({status: {name: 'elsewhere', there: 'sending'}}, {status: {name: 'elsewhere'}})).acts).to.deep.equal([]);
  });

  it('counts what is interrupted and what another tab has as not done', async () => {
    const result = {url: null, instant: false, verified: 'length', digest: null, clientDigest: null, server: null} as const;
    const {element} = await lineOf(
      {status: {name: 'done', result}, confirmed: 100},
      {status: interrupted('file'), confirmed: 60},
      {status: {name: 'elsewhere', there: 'sending'}, confirmed: 20},
    );
    expect(textOf(element, '[part=total] [part=meta]')).to.equal('1 of 3 done 60%');
  });
});
