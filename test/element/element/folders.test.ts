import {expect} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {readDrop, type Found} from '../../../src/element/files-from.js';
import {all, eventsOf, file, scene, textOf, until} from '../support/scene.js';

/** A folder whose files come in batches, each when the test says so. */
class HeldFolder {
  readonly #batches: readonly (readonly File[])[];
  #next = 0;
  #give: (() => void) | undefined;
  /** How often it was asked for more. */
  asked = 0;

  constructor(...batches: readonly (readonly File[])[]) {
    this.#batches = batches;
  }

  /** Gives the batch that was asked for; after the last one, nothing. */
  async give(): Promise<void> {
    await until(() => this.#give, 'the folder to be asked');
    this.#give?.();
  }

  get item(): DataTransferItem {
    const entry = {name: 'photos', fullPath: '/photos', isFile: false, isDirectory: true, createReader: () => ({readEntries: this.#read})};
    return {kind: 'file', getAsFile: () => null, webkitGetAsEntry: () => entry} as unknown as DataTransferItem;
  }

  readonly #read = (resolve: (entries: unknown[]) => void): void => {
    this.asked += 1;
    this.#give = () => {
      this.#give = undefined;
      const files = this.#batches[this.#next] ?? [];
      this.#next += 1;
      resolve(files.map((one) => entryOf(one)));
    };
  };
}

const entryOf = (one: File, readable = true): unknown => ({
  ...{name: one.name, fullPath: `/photos/${one.name}`, isFile: true, isDirectory: false},
  file: (resolve: (file: File) => void, reject: (error: Error) => void) => (readable ? resolve(one) : reject(new Error('not readable'))),
});

const batch = (count: number, name: string): File[] => Array.from({length: count}, (_, at) => file(`${name}-${at}.txt`, 4));

function drop(element: ChunkUploader, ...items: readonly DataTransferItem[]): void {
  const event = new Event('drop', {bubbles: true, cancelable: true});
  Object.defineProperty(event, 'dataTransfer', {value: {types: ['Files'], items}});
  element.dispatchEvent(event);
}

const reading = (element: ChunkUploader): string => (all(element, '[part=reading]').length > 0 ? textOf(element, '[part=reading]') : '');
const has = (element: ChunkUploader, count: number): Promise<void> => until(() => element.uploads.length === count, `${count} uploads`);
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

describe('a folder that is being read', () => {
  let element: ChunkUploader;
  let folder: HeldFolder;
  beforeEach(async () => {
    ({element} = await scene({directory: ''}));
    folder = new HeldFolder(batch(3, 'a'), batch(2, 'b'));
    drop(element, folder.item);
    await folder.give();
    await has(element, 3);
    await element.updateComplete;
  });

  it('has its first files listed before the others are known', () =>
    expect(element.uploads.map(({path}) => path)[0]).to.equal('photos/a-0.txt'));
  it('is told of, with the files so far', () => expect(reading(element)).to.equal('Reading the folder… 3 files'));

  it('is told of no more when it was read', async () => {
    await folder.give();
    await folder.give();
    await has(element, 5);
    await until(() => reading(element) === '', 'the folder to be told of no more');
  });

  it('is not settled before it was read, though all so far are done', async () => {
    const told = eventsOf(element);
    await until(() => element.progress.count.done === 3, 'the first to be done');
    await later();
    expect(told).to.not.contain('uploads-settled');
    await folder.give();
    await folder.give();
    await until(() => told.includes('uploads-settled'), 'the list to be settled');
    expect(element.progress.count.done).to.equal(5);
  });

  it('keeps a form from being submitted until then', async () => {
    await until(() => element.progress.count.done === 3, 'the first to be done');
    await element.updateComplete;
    expect(element.checkValidity()).to.equal(false);
    await folder.give();
    await folder.give();
    await until(() => element.progress.count.done === 5, 'all to be done');
    await until(() => element.checkValidity(), 'the form to be valid');
  });

  it('gives no more when all is canceled', async () => {
    element.cancel();
    await folder.give();
    await later();
    expect([element.uploads.length, folder.asked]).to.deep.equal([3, 2]);
    await until(() => reading(element) === '', 'the folder to be told of no more');
  });

  it('goes on giving when all is paused, and those are paused', async () => {
    element.pause();
    await folder.give();
    await has(element, 5);
    expect(element.uploads.slice(3).map(({status}) => status.name)).to.deep.equal(['paused', 'paused']);
  });
});

describe('what is refused of a folder', () => {
  it('is told of together, however often the folder gives some', async () => {
    const {element} = await scene({directory: '', accept: '.pdf'});
    const folder = new HeldFolder(batch(1, 'a'), batch(1, 'b'));
    drop(element, folder.item);
    await folder.give();
    await folder.give();
    await folder.give();
    await until(() => all(element, '[part=notice] li').length === 2, 'both to be told of');
  });

  it('is told of no more when others are dropped', async () => {
    const {element} = await scene({directory: '', accept: '.pdf'});
    for (const name of ['a', 'b']) {
      const folder = new HeldFolder(batch(1, name));
      drop(element, folder.item);
      await folder.give();
      await folder.give();
      await until(() => textOf(element, '[part=notice]').includes(`${name}-0.txt`), 'it to be told of');
    }
    expect(all(element, '[part=notice] li')).to.have.length(1);
  });
});

describe('reading a drop', () => {
  const live = new AbortController().signal;
  const read = async (items: readonly DataTransferItem[], walk = true): Promise<Found[]> => {
    const found: Found[] = [];
    await readDrop({items}, walk, (some) => found.push(some), live);
    return found;
  };

  it('gives plain files all at once', async () => {
    const item = (name: string): DataTransferItem =>
      ({kind: 'file', getAsFile: () => file(name), webkitGetAsEntry: () => null}) as unknown as DataTransferItem;
    const found = await read([item('a'), item('b')]);
    expect(found.map(({files}) => files.map(({name}) => name))).to.deep.equal([['a', 'b']]);
  });

  it('leaves out a file of a folder that cannot be read, names the folder, and gives the others', async () => {
    let rest = [entryOf(file('a.txt')), entryOf(file('b.txt'), false), entryOf(file('c.txt'))];
    const readEntries = (resolve: (entries: unknown[]) => void): void => {
      resolve(rest);
      rest = [];
    };
    const entry = {name: 'photos', fullPath: '/photos', isFile: false, isDirectory: true, createReader: () => ({readEntries})};
    const found = await read([{kind: 'file', getAsFile: () => null, webkitGetAsEntry: () => entry} as unknown as DataTransferItem]);
    expect(found.flatMap(({files}) => files.map(({name}) => name))).to.deep.equal(['a.txt', 'c.txt']);
    expect(found.flatMap(({folders}) => folders)).to.deep.equal([{name: 'photos', path: 'photos'}]);
  });

  it('asks no file for what the browser would have to look for', async () => {
    const handle = {kind: 'file', getFile: () => Promise.resolve(file())};
    const given = file('a.txt');
    let asked = 0;
    Object.defineProperty(given, 'lastModified', {get: () => (asked += 1)});
    const item = {
      ...{kind: 'file', getAsFile: () => given, webkitGetAsEntry: () => null},
      getAsFileSystemHandle: () => Promise.resolve(handle),
    } as unknown as DataTransferItem;
    const [found] = await read([item]);
    expect([asked, (found?.files[0] as {handle?: unknown}).handle]).to.deep.equal([0, handle]);
  });
});
