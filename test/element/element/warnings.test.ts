import {expect} from '@open-wc/testing';
import {UploadError} from '../../../src/core/errors.js';
import type {ChunkUploader} from '../../../src/define.js';
import type {UploadEvent} from '../../../src/element/events.js';
import {eventsOf, file, scene, until, warningsOf} from '../support/scene.js';

type Warning = UploadEvent<'upload-warning'>;

/** Every warning of the element from now on. */
function heardFrom(element: ChunkUploader): Warning[] {
  const heard: Warning[] = [];
  element.addEventListener('upload-warning', (event) => heard.push(event));
  return heard;
}

/** What is told while a browser without workers uploads a file. */
async function withoutWorkers(): Promise<{heard: Warning[]; element: ChunkUploader}> {
  const real = globalThis.Worker;
  Object.assign(globalThis, {Worker: undefined});
  try {
    const {element} = await scene({hash: 'md5'});
    const heard = heardFrom(element);
    await warningsOf(async () => {
      element.add([file('a.txt'), file('b.txt')]);
      await until(() => element.progress.count.done === 2, 'both files');
    });
    return {heard, element};
  } finally {
    Object.assign(globalThis, {Worker: real});
  }
}

/** What is told while nothing can be remembered of a file. */
async function withoutStore(): Promise<{heard: Warning[]; events: string[]}> {
  const {put} = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException('There is no room left', 'QuotaExceededError');
  };
  try {
    const {element} = await scene();
    const heard = heardFrom(element);
    const events = eventsOf(element);
    await warningsOf(async () => {
      element.add([file('a.txt'), file('b.txt')]);
      await until(() => element.progress.count.done === 2, 'both files');
    });
    return {heard, events};
  } finally {
    IDBObjectStore.prototype.put = put;
  }
}

describe('upload-warning, where no worker can be had', () => {
  it('has the code worker-unavailable', async () => {
    const {heard} = await withoutWorkers();
    expect(heard.map(({detail: {error}}) => error.code)).to.deep.equal(['worker-unavailable']);
  });

  it('brings an UploadError that says why', async () => {
    const {heard} = await withoutWorkers();
    expect(heard[0]?.detail.error).to.be.instanceOf(UploadError);
    expect(heard[0]?.detail.error.message).to.contain("digests are made on the page's own thread");
  });

  it('is heard outside of shadow roots, and cannot be prevented', async () => {
    const {heard} = await withoutWorkers();
    expect([heard[0]?.bubbles, heard[0]?.composed, heard[0]?.cancelable]).to.deep.equal([true, true, false]);
  });

  it('comes when the element already knows', async () => {
    const {element} = await withoutWorkers();
    expect(element.hasher?.source).to.equal('this-thread');
  });
});

describe('upload-warning, where nothing can be remembered', () => {
  it('has the code storage-unavailable', async () => {
    const {heard} = await withoutStore();
    expect(heard.map(({detail: {error}}) => error.code)).to.deep.equal(['storage-unavailable']);
  });

  it('stops nothing, and is no failure', async () => {
    const {events} = await withoutStore();
    expect(events.at(-1)).to.equal('uploads-settled');
    expect(events.filter((event) => event.startsWith('upload-error'))).to.deep.equal([]);
  });
});
