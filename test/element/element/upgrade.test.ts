import {expect, fixtureCleanup} from '@open-wc/testing';
import {ChunkUploader} from '../../../src/define.js';
import {Backend} from '../support/backend.js';
import {becomes, eventsOf, file, statusOf, until} from '../support/scene.js';

let count = 0;

/** An element of a tag that nobody has defined yet, already in the page. */
function unknownElement(): HTMLElement {
  const element = document.createElement(`late-uploader-${(count += 1)}`);
  document.body.append(element);
  return element;
}

/** Defines the tag, which upgrades the element. */
function upgrade(element: HTMLElement): ChunkUploader {
  customElements.define(element.localName, class extends ChunkUploader {});
  if (!(element instanceof ChunkUploader)) throw new Error('the element was not upgraded');
  return element;
}

afterEach(() => {
  fixtureCleanup();
  for (const element of document.querySelectorAll('chunk-uploader, [data-late]')) element.remove();
});

const makeWorker = (): Worker => new Worker('/none.js');

/** Something to set for every property that can be set, and what is read afterwards where that is another thing. */
const settable: Record<string, readonly [given: unknown, read?: unknown]> = {
  endpoint: ['/early'],
  protocol: [new Backend().protocol],
  headers: [{Authorization: 'early'}],
  withCredentials: [true],
  accept: ['.txt'],
  multiple: ['', true],
  directory: [true],
  capture: ['user'],
  maxSize: ['10', 10],
  maxFiles: [3],
  name: ['early'],
  required: [true],
  disabled: [true],
  submitWhenDone: [true],
  chunkSize: ['65536', 65_536],
  concurrency: ['2', 2],
  filesAtOnce: [4],
  manual: [true],
  paused: ['false', false],
  retries: [5],
  resumeOnline: [true],
  hash: ['none'],
  workerSrc: [makeWorker],
  noResume: [true],
  resumeKey: ['someone'],
  keepFiles: ['1048576', 1_048_576],
  autoResume: [true],
  messages: [{list: 'Early'}],
  limits: [{stall: 1_000}],
};

describe('every property that can be set', () => {
  it('stands in the table of this test', () => {
    expect([...ChunkUploader.elementProperties.keys()].sort()).to.deep.equal(Object.keys(settable).sort());
  });

  for (const [name, [given, read = given]] of Object.entries(settable)) {
    it(`${name} counts after the upgrade, and does not hide later changes`, async () => {
      const element = unknownElement();
      Object.assign(element, {[name]: given});
      const upgraded = upgrade(element);
      await upgraded.updateComplete;
      expect([Reflect.get(upgraded, name), Object.hasOwn(upgraded, name)]).to.deep.equal([read, false]);
      upgraded.remove();
    });
  }
});

describe('what else was done before the element was defined', () => {
  it('a listener hears what happens after the upgrade', async () => {
    const element = unknownElement();
    Object.assign(element, {protocol: new Backend().protocol, hash: 'none'});
    const events = eventsOf(element);
    const upgraded = upgrade(element);
    upgraded.add(file());
    await becomes(upgraded, 'done');
    expect(events).to.include('upload-done done');
    upgraded.remove();
  });

  it('attributes count, and so does what stands between the tags', async () => {
    const element = unknownElement();
    element.setAttribute('max-size', '7');
    element.textContent = 'Bring it here';
    const upgraded = upgrade(element);
    await upgraded.updateComplete;
    const shown = upgraded.shadowRoot
      ?.querySelector('slot')
      ?.assignedNodes()
      .map(({textContent}) => textContent);
    expect([upgraded.maxSize, shown]).to.deep.equal([7, ['Bring it here']]);
    upgraded.remove();
  });

  it('a form knows it', () => {
    const form = document.createElement('form');
    document.body.append(form);
    const element = unknownElement();
    form.append(element);
    expect(upgrade(element).form).to.equal(form);
    form.remove();
  });
});

describe('properties that were set before the element was defined', () => {
  it('count after the upgrade', async () => {
    const element = unknownElement();
    Object.assign(element, {endpoint: '/early', chunkSize: 65_536, multiple: true});
    const upgraded = upgrade(element);
    await upgraded.updateComplete;
    expect([upgraded.endpoint, upgraded.chunkSize, upgraded.multiple]).to.deep.equal(['/early', 65_536, true]);
    upgraded.remove();
  });

  it('go through the same rules as later ones', async () => {
    const element = unknownElement();
    Object.assign(element, {paused: 'false', concurrency: '2'});
    const upgraded = upgrade(element);
    await upgraded.updateComplete;
    expect([upgraded.paused, upgraded.concurrency]).to.deep.equal([false, 2]);
    upgraded.remove();
  });

  it('count for a file that is added in the task of the upgrade', () => {
    const element = unknownElement();
    Object.assign(element, {protocol: new Backend().protocol, manual: true, hash: 'none'});
    const upgraded = upgrade(element);
    expect(upgraded.add(file())).to.have.length(1);
    expect(statusOf(upgraded)).to.equal('queued');
    upgraded.remove();
  });

  it('do not hide later changes', async () => {
    const element = unknownElement();
    Object.assign(element, {retries: 4});
    const upgraded = upgrade(element);
    await upgraded.updateComplete;
    upgraded.setAttribute('retries', '1');
    expect(upgraded.retries).to.equal(1);
    upgraded.remove();
  });
});

describe('an element that is not in the page yet', () => {
  const detached = (): {element: ChunkUploader; backend: Backend} => {
    const backend = new Backend();
    const element = document.createElement('chunk-uploader');
    Object.assign(element, {protocol: backend.protocol, hash: 'none', multiple: true});
    return {element, backend};
  };

  it('sends nothing of a file that is added', async () => {
    const {element, backend} = detached();
    element.add(file());
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(backend.log).to.deep.equal([]);
  });

  it('gives no snapshot yet', () => {
    expect(detached().element.add(file())).to.deep.equal([]);
  });

  it('uploads it when it comes into the page', async () => {
    const {element, backend} = detached();
    element.add(file());
    document.body.append(element);
    await becomes(element, 'done');
    expect(backend.received('a.txt')).to.equal(40);
  });

  it('tells of it then, and not before', () => {
    const {element} = detached();
    const events = eventsOf(element);
    element.add(file());
    expect(events).to.deep.equal([]);
    document.body.append(element);
    expect(events.slice(0, 2)).to.deep.equal(['upload-add queued', 'upload-change queued']);
  });

  it('keeps the order of what was asked', async () => {
    const {element, backend} = detached();
    element.manual = true;
    element.add(file('first.txt'));
    element.start();
    element.add(file('second.txt'));
    document.body.append(element);
    await becomes(element, 'done', 0);
    expect(statusOf(element, 1)).to.equal('queued');
    expect(backend.received('second.txt')).to.equal(0);
  });

  it('can be paused beforehand', async () => {
    const {element, backend} = detached();
    element.pause();
    element.add(file());
    document.body.append(element);
    await element.updateComplete;
    expect(statusOf(element)).to.equal('paused');
    expect(backend.log).to.deep.equal([]);
  });

  it('answers every question with nothing', () => {
    const {element} = detached();
    expect(element.uploads).to.deep.equal([]);
    expect(element.files).to.deep.equal([]);
    expect(element.value).to.deep.equal([]);
    expect(element.hasher).to.equal(null);
    expect(element.progress.size).to.equal(0);
  });

  it('takes every other call without a word', () => {
    const {element} = detached();
    for (const act of ['start', 'pause', 'resume', 'retry', 'cancel', 'clear'] as const) {
      expect(() => element[act](), act).not.to.throw();
      expect(() => element[act]('nobody'), act).not.to.throw();
    }
    expect(() => element.showPicker()).not.to.throw();
  });

  it('has nothing to restore', async () => {
    expect(await detached().element.restore()).to.deep.equal([]);
  });
});

describe('properties that are set in the task of an add()', () => {
  it('count for it, before the element has rendered again', async () => {
    const element = document.createElement('chunk-uploader');
    document.body.append(element);
    await element.updateComplete;
    Object.assign(element, {protocol: new Backend().protocol, hash: 'none', paused: true});
    element.add(file());
    expect(statusOf(element)).to.equal('paused');
    element.remove();
  });

  it('count for those added before, too', async () => {
    const backend = new Backend({holding: true});
    const element = document.createElement('chunk-uploader');
    Object.assign(element, {protocol: backend.protocol, hash: 'none'});
    document.body.append(element);
    element.add(file());
    await until(() => backend.parts.length === 1, 'the first part');
    element.paused = true;
    await element.updateComplete;
    expect(statusOf(element)).to.equal('paused');
    element.remove();
  });
});
