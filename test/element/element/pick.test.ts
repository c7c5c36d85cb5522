import {expect} from '@open-wc/testing';
import type {NewFile} from '../../../src/core/source-file.js';
import {UploadsController} from '../../../src/element/controller.js';
import {pick, type Wish} from '../../../src/element/pick.js';
import {file, one, scene, until} from '../support/scene.js';
import {interrupted, show, snapshotOf} from '../support/snapshots.js';

type Answer = (options: {multiple: boolean; types: unknown}) => Promise<readonly FileSystemFileHandle[]>;

/** A real handle, of a file in the browser's own storage. */
async function handleOf(name: string, text: string): Promise<FileSystemFileHandle> {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(name, {create: true});
  const writable = await handle.createWritable();
  await writable.write(text);
  await writable.close();
  return handle;
}

const put: (() => void)[] = [];

function replace(target: object, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, {value, configurable: true, writable: true});
  put.push(() => (before ? Object.defineProperty(target, name, before) : Reflect.deleteProperty(target, name)));
}

/** Puts `answer` in place of the browser's picker, as if somebody had just clicked. The list tells what it was asked. */
function answerWith(answer: Answer, {clicked = true} = {}): unknown[] {
  const asked: unknown[] = [];
  replace(window, 'showOpenFilePicker', (options: Parameters<Answer>[0]) => {
    asked.push(options);
    return answer(options);
  });
  replace(navigator, 'userActivation', {isActive: clicked});
  return asked;
}

afterEach(() => {
  for (const back of put.splice(0).reverse()) back();
});

const wish: Wish = {accept: '', multiple: true, withHandles: true};

/** Picks, and tells what came of it. */
async function picked(asked: Partial<Wish> = {}): Promise<{files: readonly NewFile[]; inputs: number; inTask: number}> {
  const files: NewFile[] = [];
  let inputs = 0;
  const over = pick(
    {...wish, ...asked},
    (some) => files.push(...some),
    () => (inputs += 1),
  );
  const inTask = inputs;
  await over;
  return {files, inputs, inTask};
}

const failing =
  (name: string): Answer =>
  () =>
    Promise.reject(name === 'TypeError' ? new TypeError('no') : new DOMException('no', name));

describe('a picker with handles', () => {
  it('gives files together with their handles', async () => {
    const handle = await handleOf('a.txt', 'hello');
    answerWith(() => Promise.resolve([handle]));
    const {files, inputs} = await picked();
    expect(files.map(({name, blob}) => [name, blob.size])).to.deep.equal([['a.txt', 5]]);
    expect(files[0]?.handle).to.equal(handle);
    expect(inputs).to.equal(0);
  });

  it('is asked for what is accepted, and how many', async () => {
    const asked = answerWith(() => Promise.resolve([]));
    await picked({accept: 'image/*,.mov', multiple: false});
    expect(asked).to.deep.equal([{multiple: false, types: [{accept: {'image/*': [], '*/*': ['.mov']}}]}]);
  });

  it('that a person dismisses is silence', async () => {
    answerWith(failing('AbortError'));
    expect(await picked()).to.deep.equal({files: [], inputs: 0, inTask: 0});
  });

  for (const name of ['SecurityError', 'NotAllowedError', 'TypeError', 'UnknownError']) {
    it(`that fails with ${name} leaves it to the input`, async () => {
      answerWith(failing(name));
      expect(await picked()).to.deep.equal({files: [], inputs: 1, inTask: 0});
    });
  }

  it('opens once at a time', async () => {
    let answer: (handles: readonly FileSystemFileHandle[]) => void = () => undefined;
    const asked = answerWith(() => new Promise((resolve) => (answer = resolve)));
    const first = picked();
    expect(await picked()).to.deep.equal({files: [], inputs: 0, inTask: 0});
    answer([]);
    await first;
    expect(asked).to.have.length(1);
  });

  it('can be opened again after it was dismissed', async () => {
    const asked = answerWith(failing('AbortError'));
    await picked();
    await picked();
    expect(asked).to.have.length(2);
  });
});

describe('the input is opened in the same task', () => {
  it('without a click to answer to', async () => {
    const asked = answerWith(() => Promise.resolve([]), {clicked: false});
    expect([await picked(), asked]).to.deep.equal([{files: [], inputs: 1, inTask: 1}, []]);
  });

  it('where handles are of no use', async () => {
    const asked = answerWith(() => Promise.resolve([]));
    expect([await picked({withHandles: false}), asked]).to.deep.equal([{files: [], inputs: 1, inTask: 1}, []]);
  });

  it('for an accept that cannot be said otherwise', async () => {
    const asked = answerWith(() => Promise.resolve([]));
    expect([await picked({accept: '.my_file'}), asked]).to.deep.equal([{files: [], inputs: 1, inTask: 1}, []]);
  });

  it('where there is no other picker', async () => {
    replace(window, 'showOpenFilePicker', undefined);
    replace(navigator, 'userActivation', {isActive: true});
    expect(await picked()).to.deep.equal({files: [], inputs: 1, inTask: 1});
  });
});

describe('the button of the element', () => {
  const cases: readonly (readonly [attributes: Record<string, string>, withHandles: boolean])[] = [
    [{}, true],
    [{accept: 'image/*'}, true],
    [{'no-resume': ''}, false],
    [{directory: ''}, false],
    [{capture: 'user'}, false],
  ];
  for (const [attributes, withHandles] of cases) {
    it(`${withHandles ? 'asks' : 'does not ask'} for handles with ${JSON.stringify(attributes)}`, async () => {
      const asked = answerWith(failing('AbortError'));
      const {element} = await scene(attributes);
      one(element, 'input').addEventListener('click', (event) => event.preventDefault());
      one(element, '[part=button]').click();
      expect(asked).to.have.length(withHandles ? 1 : 0);
    });
  }

  it('adds what was picked, within the limits', async () => {
    const handles = [await handleOf('a.txt', 'hello'), await handleOf('b.txt', 'hello, hello')];
    answerWith(() => Promise.resolve(handles));
    const {element} = await scene({manual: '', 'max-size': '6'});
    element.showPicker();
    await until(() => element.uploads.length > 0, 'the file');
    expect(element.uploads.map(({name}) => name)).to.deep.equal(['a.txt']);
  });

  it('does nothing while the element is disabled', async () => {
    const asked = answerWith(failing('AbortError'));
    const {element} = await scene({disabled: ''});
    element.showPicker();
    expect(asked).to.deep.equal([]);
  });
});

describe('choosing the file of one upload again', () => {
  async function lacking(attributes: Record<string, string> = {}) {
    const {element} = await scene(attributes);
    await show(element, [snapshotOf({id: 'upload-a', status: interrupted('file')})]);
    return element;
  }

  it('asks for one file of any kind', async () => {
    const asked = answerWith(failing('AbortError'));
    const element = await lacking({accept: 'image/*'});
    one(element, '[part~=action-choose]').click();
    expect(asked).to.deep.equal([{multiple: false, types: []}]);
  });

  it('opens an input of its own where there are no handles', async () => {
    answerWith(failing('AbortError'), {clicked: false});
    const element = await lacking({accept: 'image/*'});
    const again = one<HTMLInputElement>(element, 'input.again');
    let opened = 0;
    again.addEventListener('click', (event) => {
      opened += 1;
      event.preventDefault();
    });
    one(element, '[part~=action-choose]').click();
    expect([opened, again.accept, again.multiple, again.hidden, again.tabIndex]).to.deep.equal([1, '', false, true, -1]);
  });

  /** What the engines are given from now on. */
  function recordGiven(): readonly (readonly [id: string, file: NewFile])[] {
    const given: [string, NewFile][] = [];
    replace(UploadsController.prototype, 'give', (id: string, one: NewFile) => given.push([id, one]));
    return given;
  }

  it('gives that one upload what was chosen, with its handle', async () => {
    const handle = await handleOf('a', 'hello');
    answerWith(() => Promise.resolve([handle]));
    const given = recordGiven();
    const element = await lacking();
    one(element, '[part~=action-choose]').click();
    await until(() => given.length > 0, 'the file');
    expect(given.map(([id, {name, blob, ...rest}]) => [id, name, blob.size, rest.handle === handle])).to.deep.equal([
      ['upload-a', 'a', 5, true],
    ]);
  });

  it('gives it what the input brought, and adds nothing to the list', async () => {
    answerWith(failing('AbortError'), {clicked: false});
    const given = recordGiven();
    const element = await lacking();
    const added: string[] = [];
    element.addEventListener('upload-add', ({detail}) => added.push(detail.upload.name));
    const again = one<HTMLInputElement>(element, 'input.again');
    again.addEventListener('click', (event) => event.preventDefault());
    one(element, '[part~=action-choose]').click();
    const transfer = new DataTransfer();
    transfer.items.add(file('a', 7));
    again.files = transfer.files;
    again.dispatchEvent(new Event('change', {bubbles: true}));
    expect(given.map(([id, {name, blob}]) => [id, name, blob.size])).to.deep.equal([['upload-a', 'a', 7]]);
    expect([added, again.value]).to.deep.equal([[], '']);
  });

  it('is possible while the element is disabled: nothing is added', async () => {
    const asked = answerWith(failing('AbortError'));
    const element = await lacking({disabled: ''});
    one(element, '[part~=action-choose]').click();
    expect(asked).to.have.length(1);
  });
});
