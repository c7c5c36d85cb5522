import {expect, fixture, html} from '@open-wc/testing';
import type {NewFile} from '../../../src/core/source-file.js';
import type {ChunkUploader} from '../../../src/define.js';
import type {Folder} from '../../../src/element/events.js';
import {givenFile, newFile, readDrop, type Addable, type DropSource, type Found} from '../../../src/element/files-from.js';
import {all, becomes, file, one, scene, textOf, until} from '../support/scene.js';

type Item = DropSource['items'][number];

/** An item of a drop: a file, or a folder with what is in it. A tree's leaf is a file; `null` is a folder that cannot be read. */
type Tree = File | null | {readonly [name: string]: Tree};

function entryOf(name: string, tree: Tree, parent = ''): FileSystemEntry {
  const fullPath = `${parent}/${name}`;
  if (tree instanceof File) {
    return {
      name,
      fullPath,
      isFile: true,
      isDirectory: false,
      file: (resolve: (file: File) => void) => resolve(tree),
    } as unknown as FileSystemEntry;
  }
  return {name, fullPath, isFile: false, isDirectory: true, createReader: () => readerOf(tree, fullPath)} as unknown as FileSystemEntry;
}

/** Gives two entries at a time, as browsers give a hundred. */
function readerOf(tree: {readonly [name: string]: Tree} | null, path: string): Pick<FileSystemDirectoryReader, 'readEntries'> {
  const rest = Object.entries(tree ?? {}).map(([name, inner]) => entryOf(name, inner, path));
  return {
    readEntries(resolve, reject) {
      if (tree === null) reject?.(new DOMException('not readable', 'NotReadableError'));
      else resolve(rest.splice(0, 2));
    },
  };
}

const itemOf = (name: string, tree: Tree): Item => ({
  kind: 'file',
  getAsFile: () => (tree instanceof File ? tree : new File([], name)),
  webkitGetAsEntry: () => entryOf(name, tree),
});

/** All that a drop gives, in the order in which it does. */
async function fromDrop(source: DropSource, walk: boolean): Promise<{files: (Addable & Partial<NewFile>)[]; folders: Folder[]}> {
  const all: {files: Addable[]; folders: Folder[]} = {files: [], folders: []};
  const onFound = ({files, folders}: Found): void => {
    all.files.push(...files);
    all.folders.push(...folders);
  };
  await readDrop(source, walk, onFound, new AbortController().signal);
  return all;
}

const dropOf = (...items: readonly Item[]): DropSource => ({items});

describe('a drop of files', () => {
  it('gives them in order', async () => {
    const {files} = await fromDrop(dropOf(itemOf('a.txt', file('a.txt')), itemOf('b.txt', file('b.txt'))), false);
    expect(files.map(({name}) => name)).to.deep.equal(['a.txt', 'b.txt']);
  });

  it('leaves out what is no file, such as text that was dragged', async () => {
    const text: Item = {kind: 'string', getAsFile: () => null, webkitGetAsEntry: () => null};
    const {files, folders} = await fromDrop(dropOf(text, itemOf('a.txt', file('a.txt'))), false);
    expect([files.length, folders.length]).to.deep.equal([1, 0]);
  });

  it('works where an item has no entry', async () => {
    const {files} = await fromDrop(dropOf({kind: 'file', getAsFile: () => file('a.txt'), webkitGetAsEntry: () => null}), false);
    expect(files.map(({name}) => name)).to.deep.equal(['a.txt']);
  });

  it('looks at the items in the same task: they are gone afterwards', async () => {
    const items = [itemOf('a.txt', file('a.txt')), itemOf('b.txt', file('b.txt'))];
    const found = fromDrop({items}, false);
    items.length = 0;
    expect((await found).files).to.have.length(2);
  });
});

describe('a drop of files with handles', () => {
  const handle = {kind: 'file', name: 'a.txt', getFile: () => Promise.resolve(file('a.txt'))};
  const withHandle = (answer: () => Promise<unknown>): Item => ({...itemOf('a.txt', file('a.txt')), getAsFileSystemHandle: answer});

  it('gives each file its handle', async () => {
    const {files} = await fromDrop(dropOf(withHandle(() => Promise.resolve(handle))), false);
    expect(files.map(({name, handle: given}) => [name, given === handle])).to.deep.equal([['a.txt', true]]);
  });

  it('asks for all of them in the same task', async () => {
    const asked: string[] = [];
    const items = ['a.txt', 'b.txt'].map((name) => ({
      ...itemOf(name, file(name)),
      getAsFileSystemHandle: () => Promise.resolve(asked.push(name)),
    }));
    const found = fromDrop({items}, false);
    expect(asked).to.deep.equal(['a.txt', 'b.txt']);
    await found;
  });

  it('does not ask for those of folders', async () => {
    let asked = 0;
    const folder: Item = {...itemOf('photos', {}), getAsFileSystemHandle: () => Promise.resolve((asked += 1))};
    await fromDrop(dropOf(folder), true);
    expect(asked).to.equal(0);
  });

  const without: Record<string, () => Promise<unknown>> = {
    'is refused': () => Promise.reject(new DOMException('no', 'NotAllowedError')),
    'is null': () => Promise.resolve(null),
    'is one of a folder': () => Promise.resolve({...handle, kind: 'directory'}),
    'cannot be asked for': () => {
      throw new TypeError('no');
    },
  };
  for (const [how, answer] of Object.entries(without)) {
    it(`gives the file alone when its handle ${how}`, async () => {
      const {files} = await fromDrop(dropOf(withHandle(answer)), false);
      expect(files.map(({name, handle: given}) => [name, given])).to.deep.equal([['a.txt', undefined]]);
    });
  }

  it('does not wait longer than a second for a handle', async () => {
    const start = performance.now();
    const {files} = await fromDrop(dropOf(withHandle(() => new Promise(() => undefined))), false);
    expect(files.map(({name, handle: given}) => [name, given])).to.deep.equal([['a.txt', undefined]]);
    expect(performance.now() - start).to.be.within(900, 5_000);
  });

  it('waits for several late handles at the same time', async () => {
    const start = performance.now();
    const late = withHandle(() => new Promise(() => undefined));
    expect((await fromDrop(dropOf(late, late, late), false)).files).to.have.length(3);
    expect(performance.now() - start).to.be.below(2_500);
  });
});

describe('a dropped folder', () => {
  const tree: Tree = {'1.txt': file('1.txt'), '2.txt': file('2.txt'), '3.txt': file('3.txt'), inner: {'4.txt': file('4.txt')}};

  it('is never taken for a file', async () => {
    const {files} = await fromDrop(dropOf(itemOf('photos', tree)), false);
    expect(files).to.deep.equal([]);
  });

  it('is named where folders are not walked', async () => {
    const {folders} = await fromDrop(dropOf(itemOf('photos', tree)), false);
    expect(folders).to.deep.equal([{name: 'photos', path: 'photos'}]);
  });

  it('is walked to its end, though the browser gives entries in portions', async () => {
    const {files} = await fromDrop(dropOf(itemOf('photos', tree)), true);
    expect(files.map(({name}) => name)).to.deep.equal(['1.txt', '2.txt', '3.txt', '4.txt']);
  });

  it('gives its files their paths', async () => {
    const {files} = await fromDrop(dropOf(itemOf('photos', tree)), true);
    expect(files.map(({path}) => path)).to.deep.equal(['photos/1.txt', 'photos/2.txt', 'photos/3.txt', 'photos/inner/4.txt']);
  });

  it('that cannot be read is named, and the rest is taken', async () => {
    const {files, folders} = await fromDrop(dropOf(itemOf('photos', {closed: null, 'a.txt': file('a.txt')})), true);
    expect(files.map(({name}) => name)).to.deep.equal(['a.txt']);
    expect(folders).to.deep.equal([{name: 'closed', path: 'photos/closed'}]);
  });

  it('that is empty gives nothing and is no mistake', async () => {
    expect(await fromDrop(dropOf(itemOf('photos', {})), true)).to.deep.equal({files: [], folders: []});
  });
});

describe('a file in the terms of the engine', () => {
  it('has what the browser knows of it', () => {
    const {name, type, lastModified, path} = newFile(file('a.txt'));
    expect({name, type, lastModified, path}).to.deep.equal({name: 'a.txt', type: 'text/plain', lastModified: 1_700_000_000_000, path: ''});
  });

  it('is given back as the very File it was', () => {
    const given = file();
    expect(givenFile(newFile(given))).to.equal(given);
  });

  it('may be bytes with a name', () => {
    const bytes = {blob: new Blob(['x']), name: 'x.bin'};
    expect(newFile(bytes)).to.equal(bytes);
    expect(givenFile(bytes)).to.equal(bytes);
  });
});

describe('add()', () => {
  const names = (element: ChunkUploader): string[] => element.uploads.map(({name}) => name);

  it('takes one file', async () => {
    const {element} = await scene({manual: ''});
    element.add(file('a.txt'));
    expect(names(element)).to.deep.equal(['a.txt']);
  });

  it('takes an array', async () => {
    const {element} = await scene({manual: ''});
    element.add([file('a.txt'), file('b.txt')]);
    expect(names(element)).to.deep.equal(['a.txt', 'b.txt']);
  });

  it('takes whatever can be iterated', async () => {
    const {element} = await scene({manual: ''});
    element.add(new Set([file('a.txt')]));
    expect(names(element)).to.deep.equal(['a.txt']);
  });

  it('takes a FileList', async () => {
    const {element} = await scene({manual: ''});
    const transfer = new DataTransfer();
    transfer.items.add(file('a.txt'));
    element.add(transfer.files);
    expect(names(element)).to.deep.equal(['a.txt']);
  });

  it('takes bytes with a name', async () => {
    const {element, backend} = await scene();
    element.add({blob: new Blob(['12345']), name: 'bytes.bin'});
    await becomes(element, 'done');
    expect(backend.received('bytes.bin')).to.equal(5);
  });

  it('takes nothing of nothing', async () => {
    const {element} = await scene();
    expect(element.add([])).to.deep.equal([]);
  });

  it('gives the snapshots of what joined', async () => {
    const {element} = await scene({manual: ''});
    const [added] = element.add(file('a.txt'));
    expect(added?.id).to.equal(element.uploads[0]?.id);
  });

  it('shows the files of the list again', async () => {
    const {element} = await scene({manual: ''});
    const given = [file('a.txt'), file('b.txt')];
    element.add(given);
    expect(element.files).to.deep.equal(given);
  });
});

describe('the picker', () => {
  it('adds what was picked, and can be used for the same file again', async () => {
    const {element} = await scene({manual: ''});
    const input = one<HTMLInputElement>(element, 'input');
    const transfer = new DataTransfer();
    transfer.items.add(file('picked.txt'));
    input.files = transfer.files;
    input.dispatchEvent(new Event('change', {bubbles: true}));
    expect(element.uploads.map(({name}) => name)).to.deep.equal(['picked.txt']);
    expect(input.value).to.equal('');
  });

  it('is opened by the button', async () => {
    const {element} = await scene();
    let opened = 0;
    one(element, 'input').addEventListener('click', (event) => {
      opened += 1;
      event.preventDefault();
    });
    one(element, '[part=button]').click();
    element.showPicker();
    expect(opened).to.equal(2);
  });

  it('has the attributes of a file input', async () => {
    const {element} = await scene({accept: 'image/*', directory: '', capture: 'environment'});
    const input = one<HTMLInputElement>(element, 'input');
    expect([input.accept, input.multiple, input.webkitdirectory, input.getAttribute('capture')]).to.deep.equal([
      'image/*',
      true,
      true,
      'environment',
    ]);
  });

  it('has none that were not set', async () => {
    const {element} = await scene({multiple: 'false'});
    const input = one(element, 'input');
    for (const name of ['accept', 'multiple', 'webkitdirectory', 'capture']) expect(input.hasAttribute(name), name).to.equal(false);
  });

  it('says what it takes', async () => {
    const {element} = await scene({multiple: 'false'});
    expect(textOf(element, '[part=button]')).to.equal('Choose a file');
    element.multiple = true;
    await element.updateComplete;
    expect(textOf(element, '[part=button]')).to.equal('Choose files');
    element.directory = true;
    await element.updateComplete;
    expect(textOf(element, '[part=button]')).to.equal('Choose a folder');
  });
});

/** A drag event with real files. */
function drag(type: string, ...files: readonly File[]): DragEvent {
  const dataTransfer = new DataTransfer();
  for (const one of files) dataTransfer.items.add(one);
  return new DragEvent(type, {dataTransfer, bubbles: true, composed: true, cancelable: true});
}

describe('dropping on the element', () => {
  it('adds the files', async () => {
    const {element} = await scene({manual: ''});
    one(element, '[part=dropzone]').dispatchEvent(drag('drop', file('dropped.txt')));
    await until(() => element.uploads.length === 1, 'the file');
    expect(element.uploads.map(({name}) => name)).to.deep.equal(['dropped.txt']);
  });

  it('keeps the browser from opening the file', async () => {
    const {element} = await scene({manual: ''});
    const events = [drag('dragover', file()), drag('drop', file())];
    for (const event of events) element.dispatchEvent(event);
    expect(events.map(({defaultPrevented}) => defaultPrevented)).to.deep.equal([true, true]);
  });

  it('shows while files are held over it', async () => {
    const {element} = await scene();
    element.dispatchEvent(drag('dragenter', file()));
    await element.updateComplete;
    expect(element.matches(':state(dragging)')).to.equal(true);
    element.dispatchEvent(drag('dragleave', file()));
    await element.updateComplete;
    expect(element.matches(':state(dragging)')).to.equal(false);
  });

  it('goes on showing it while the pointer crosses what is inside', async () => {
    const {element} = await scene();
    element.dispatchEvent(drag('dragenter', file()));
    one(element, '[part=button]').dispatchEvent(drag('dragenter', file()));
    element.dispatchEvent(drag('dragleave', file()));
    await element.updateComplete;
    expect(element.matches(':state(dragging)')).to.equal(true);
  });

  it('leaves alone what is no file', async () => {
    const {element} = await scene();
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('text/plain', 'some words');
    const event = new DragEvent('dragover', {dataTransfer, bubbles: true, cancelable: true});
    element.dispatchEvent(event);
    expect(event.defaultPrevented).to.equal(false);
  });

  it('adds nothing while disabled, and still does not let the browser leave the page', async () => {
    const {element} = await scene({disabled: ''});
    const event = drag('drop', file());
    element.dispatchEvent(event);
    await element.updateComplete;
    expect([element.uploads.length, event.defaultPrevented]).to.deep.equal([0, true]);
  });
});

describe('pasting on the element', () => {
  /** A clipboard made by script brings no files in Firefox: it is put in its place. */
  const paste = (...files: readonly File[]): ClipboardEvent => {
    const clipboardData = new DataTransfer();
    for (const one of files) clipboardData.items.add(one);
    const event = new ClipboardEvent('paste', {bubbles: true, composed: true, cancelable: true});
    return Object.defineProperty(event, 'clipboardData', {value: clipboardData});
  };

  it('adds the files', async () => {
    const {element} = await scene({manual: ''});
    one(element, '[part=button]').dispatchEvent(paste(file('pasted.png')));
    expect(element.uploads.map(({name}) => name)).to.deep.equal(['pasted.png']);
  });

  it('leaves alone what is no file', async () => {
    const {element} = await scene();
    const event = paste();
    element.dispatchEvent(event);
    expect(event.defaultPrevented).to.equal(false);
  });
});

describe('a disabled element', () => {
  it('has a disabled button, and opens no picker', async () => {
    const {element} = await scene({disabled: ''});
    let opened = 0;
    one(element, 'input').addEventListener('click', () => (opened += 1));
    element.showPicker();
    expect([one<HTMLButtonElement>(element, '[part=button]').disabled, opened]).to.deep.equal([true, 0]);
  });

  it('is disabled by a fieldset as well', async () => {
    const fieldset = await fixture<HTMLFieldSetElement>(html`<fieldset disabled><chunk-uploader></chunk-uploader></fieldset>`);
    const element = fieldset.querySelector('chunk-uploader');
    await element?.updateComplete;
    expect(element?.shadowRoot?.querySelector('button')?.disabled).to.equal(true);
    fieldset.disabled = false;
    await element?.updateComplete;
    expect(element?.shadowRoot?.querySelector('button')?.disabled).to.equal(false);
  });

  it('lets go on what is under way, with all its buttons', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file());
    element.disabled = true;
    await until(() => backend.parts.length === 1, 'a part');
    await element.updateComplete;
    expect(all<HTMLButtonElement>(element, '[part~=row] button').every(({disabled}) => !disabled)).to.equal(true);
    backend.letGo();
    await becomes(element, 'done');
  });

  it('takes files from script', async () => {
    const {element} = await scene({disabled: '', manual: ''});
    expect(element.add(file())).to.have.length(1);
  });
});
