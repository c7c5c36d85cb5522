import {expect} from '@open-wc/testing';
import type {UploadSnapshot} from '../../../src/core/snapshot.js';
import type {NewFile} from '../../../src/core/source-file.js';
import {ChunkUploader} from '../../../src/define.js';
import {UploadsController} from '../../../src/element/controller.js';
import {Backend} from '../support/backend.js';
import {becomes, file, nextPart, until, uploadAt} from '../support/scene.js';
import {interrupted, snapshotOf, type Facts} from '../support/snapshots.js';

type Entries = (readonly [name: string, value: FormDataEntryValue])[];

/** What the browser was told: what to submit, and what to keep besides (`none`: that the same). */
interface Told {
  readonly value: Entries;
  readonly state: Entries | 'none';
}

interface Stage {
  readonly form: HTMLFormElement;
  readonly element: ChunkUploader;
  readonly backend: Backend;
  readonly told: readonly Told[];
  readonly changes: () => number;
}

const entriesOf = (data: unknown): Entries => (data instanceof FormData ? [...data] : []);

let stages: HTMLFormElement[] = [];

afterEach(() => {
  for (const form of stages) form.remove();
  stages = [];
});

/** An element in a form, and what it tells the browser: really, and into a list. */
async function stage({name = 'attachment', holding = true, ...attributes}: Record<string, string | boolean> = {}): Promise<Stage> {
  const backend = new Backend({holding: Boolean(holding)});
  const form = document.createElement('form');
  const element = new ChunkUploader();
  for (const [key, value] of Object.entries({name, hash: 'none', multiple: '', ...attributes})) element.setAttribute(key, String(value));
  element.protocol = backend.protocol;
  const internals: unknown = Reflect.get(element, 'internals');
  if (!(internals instanceof ElementInternals)) throw new Error('no internals');
  const told: Told[] = [];
  const {setFormValue} = internals;
  internals.setFormValue = (...args) => {
    setFormValue.apply(internals, args);
    told.push({value: entriesOf(args[0]), state: args.length > 1 ? entriesOf(args[1]) : 'none'});
  };
  let changes = 0;
  form.addEventListener('change', () => (changes += 1));
  form.append(element);
  document.body.append(form);
  stages.push(form);
  await element.updateComplete;
  return {form, element, backend, told, changes: () => changes};
}

describe('while an upload in a form is unfinished', () => {
  it('the browser keeps its file, the very same object', async () => {
    const {element, told} = await stage();
    const given = file();
    element.add(given);
    await becomes(element, 'sending');
    const {value, state} = told.at(-1) ?? {};
    expect(value).to.deep.equal([]);
    expect(state).to.have.length(1);
    expect(state !== 'none' && state?.[0]?.[1]).to.equal(given);
  });

  it('nothing of it is submitted', async () => {
    const {form, element} = await stage();
    element.add(file());
    await becomes(element, 'sending');
    expect([...new FormData(form)]).to.deep.equal([]);
  });

  it('is no change of the value', async () => {
    const {element, changes} = await stage();
    element.add(file());
    await becomes(element, 'sending');
    expect(changes()).to.equal(0);
  });

  it('the browser is told once, however far it gets', async () => {
    const {element, backend, told} = await stage();
    element.add(file());
    await becomes(element, 'sending');
    const before = told.length;
    (await nextPart(backend)).confirm();
    await until(() => uploadAt(element).progress.confirmed === 10, 'a part');
    await element.updateComplete;
    expect(told).to.have.length(before);
  });

  it('it is kept while it is paused, and after a failure', async () => {
    const {element, backend, told} = await stage({'files-at-once': '1'});
    element.add([file('a.txt'), file('b.txt')]);
    (await nextPart(backend)).fail('rejected');
    await becomes(element, 'failed');
    element.pause();
    await becomes(element, 'paused', 1);
    expect(told.at(-1)?.state).to.have.length(2);
  });

  it('it is let go with no-resume', async () => {
    const {element, told} = await stage({'no-resume': ''});
    element.add(file());
    await becomes(element, 'sending');
    expect(told.every(({state}) => state === 'none')).to.equal(true);
  });

  it('bytes that are no File are left out: there would be no name', async () => {
    const {element, told} = await stage();
    element.add([{blob: new Blob(['12345']), name: 'bytes.bin'}]);
    await becomes(element, 'sending');
    expect(told.every(({state}) => state === 'none')).to.equal(true);
  });

  it('it is kept in a form that submits nothing of it, too', async () => {
    const {element, told} = await stage({name: ''});
    element.add(file());
    await becomes(element, 'sending');
    expect(told.at(-1)?.state).to.have.length(1);
  });
});

describe('when an upload in a form is over', () => {
  it('what is kept is what is submitted, as without any of this', async () => {
    const {form, element, backend, told} = await stage();
    element.add(file());
    await becomes(element, 'sending');
    backend.letGo();
    await becomes(element, 'done');
    expect(told.at(-1)).to.deep.equal({value: [['attachment', 'https://files.test/a.txt']], state: 'none'});
    expect([...new FormData(form)]).to.deep.equal([['attachment', 'https://files.test/a.txt']]);
  });

  it('its file is let go, while that of another one is kept', async () => {
    const {form, element, backend, told} = await stage({'files-at-once': '1'});
    const second = file('b.txt');
    element.add([file('a.txt', 10), second]);
    (await nextPart(backend)).confirm();
    await becomes(element, 'done');
    const {value, state} = told.at(-1) ?? {};
    expect(value).to.deep.equal([['attachment', 'https://files.test/a.txt']]);
    expect(state !== 'none' && state?.map(([, one]) => one === second)).to.deep.equal([true]);
    expect([...new FormData(form).values()]).to.deep.equal(['https://files.test/a.txt']);
  });

  it('its file is let go when it is canceled', async () => {
    const {element, told} = await stage();
    element.add(file());
    await becomes(element, 'sending');
    element.cancel();
    await becomes(element, 'canceled');
    expect(told.at(-1)).to.deep.equal({value: [], state: 'none'});
  });
});

describe('when the browser puts a form back', () => {
  const given: [id: string, file: NewFile][] = [];
  const put: (() => void)[] = [];

  /** Lets every controller believe that it has these uploads, and records what they are given. */
  function believe(uploads: readonly Facts[]): void {
    const snapshots: readonly UploadSnapshot[] = uploads.map((facts, index) => snapshotOf({id: `${index}`, ...facts}));
    const replace = (name: string, descriptor: PropertyDescriptor): void => {
      const before = Object.getOwnPropertyDescriptor(UploadsController.prototype, name) ?? {};
      Object.defineProperty(UploadsController.prototype, name, {configurable: true, ...descriptor});
      put.push(() => Object.defineProperty(UploadsController.prototype, name, before));
    };
    replace('uploads', {get: () => snapshots});
    replace('give', {value: (...one: [string, NewFile]) => given.push(one)});
  }

  afterEach(() => {
    for (const back of put.splice(0)) back();
    given.length = 0;
  });

  function stateOf(...entries: readonly (readonly [name: string, value: string | File])[]): FormData {
    const data = new FormData();
    for (const [name, value] of entries) {
      if (typeof value === 'string') data.append(name, value);
      else data.append(name, value);
    }
    return data;
  }

  const lacking: readonly Facts[] = [
    {name: 'a.txt', size: 41, status: interrupted('file')},
    {name: 'a.txt', size: 40, status: {name: 'sending'}},
    {name: 'a.txt', size: 40, status: interrupted('nothing')},
    {name: 'a.txt', size: 40, status: interrupted('file')},
  ];

  it('the interrupted upload with the same name and size gets its file', async () => {
    const {element} = await stage();
    believe(lacking);
    const one = file('a.txt', 40);
    element.formStateRestoreCallback(stateOf(['file', one]), 'restore');
    await until(() => given.length > 0, 'the file');
    expect(given.map(([id, {blob, name}]) => [id, blob === one, name])).to.deep.equal([['3', true, 'a.txt']]);
  });

  it('a file that no upload lacks is let go', async () => {
    const {element} = await stage();
    believe(lacking);
    element.formStateRestoreCallback(stateOf(['file', file('b.txt', 40)], ['file', file('a.txt', 39)]), 'restore');
    await element.restore();
    await element.updateComplete;
    expect(given).to.deep.equal([]);
  });

  const others: Record<string, readonly [state: FormData | string | File | null, mode: 'restore' | 'autocomplete']> = {
    'the value of a finished upload': [stateOf(['attachment', 'https://files.test/a.txt']), 'restore'],
    'the value of an element that is called as our files are': [stateOf(['file', 'a.txt']), 'restore'],
    'a file that stands elsewhere': [stateOf(['attachment', file('a.txt', 40)]), 'restore'],
    nothing: [null, 'restore'],
    'a text': ['a.txt', 'restore'],
    'a file by itself': [file('a.txt', 40), 'restore'],
    'what is filled in for a person': [stateOf(['file', file('a.txt', 40)]), 'autocomplete'],
  };
  for (const [what, [state, mode]] of Object.entries(others)) {
    it(`${what} changes nothing`, async () => {
      const {form, element, changes} = await stage();
      believe(lacking);
      element.formStateRestoreCallback(state, mode);
      await element.restore();
      await element.updateComplete;
      expect([given, changes(), [...new FormData(form)]]).to.deep.equal([[], 0, []]);
    });
  }
});
