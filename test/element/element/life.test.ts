import {expect} from '@open-wc/testing';
import {ChunkUploader} from '../../../src/define.js';
import {Backend} from '../support/backend.js';
import {becomes, file, nextPart, scene, statusOf, until, uploadAt, type Scene} from '../support/scene.js';
import {recordListeners, recordWorkers} from '../support/records.js';

/** Longer than a removed element lingers, and told by what it does, not by a clock: its requests are aborted. */
const stopped = (backend: Backend): Promise<void> =>
  until(() => backend.parts.every(({signal}) => signal.aborted), 'the requests to be aborted');

async function onItsWay(attributes: Record<string, string> = {}): Promise<Scene> {
  const made = await scene(attributes, {holding: true});
  made.element.add(file());
  (await nextPart(made.backend)).confirm();
  await until(() => made.backend.parts.length === 1, 'the second part');
  return made;
}

const moves: Record<string, (element: ChunkUploader, to: Element) => unknown> = {
  'append()': (element, to) => to.append(element),
  'remove() and append() in one task': (element, to) => {
    element.remove();
    to.append(element);
  },
  'remove() and append() in a microtask': async (element, to) => {
    element.remove();
    await Promise.resolve();
    to.append(element);
  },
  'remove() and append() in the next frame': async (element, to) => {
    element.remove();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    to.append(element);
  },
  'moveBefore(), where there is one': (element, to) => {
    if ('moveBefore' in to && typeof to.moveBefore === 'function') to.moveBefore(element, null);
    else to.append(element);
  },
};

for (const [way, move] of Object.entries(moves)) {
  describe(`moving the element by ${way}`, () => {
    let made: Scene;
    let to: HTMLElement;
    beforeEach(async () => {
      made = await onItsWay();
      to = document.createElement('section');
      document.body.append(to);
      await move(made.element, to);
    });
    afterEach(() => to.remove());

    it('keeps the request that is on its way', () => {
      expect(made.backend.parts[0]?.signal.aborted).to.equal(false);
    });

    it('keeps the upload, which finishes there', async () => {
      const {id} = uploadAt(made.element);
      made.backend.letGo();
      await becomes(made.element, 'done');
      expect(uploadAt(made.element).id).to.equal(id);
      expect(made.element.parentElement).to.equal(to);
    });

    it('sends nothing twice', async () => {
      made.backend.letGo();
      await becomes(made.element, 'done');
      expect(made.backend.log).to.deep.equal(['open a.txt', 'send a.txt 0-10', 'send a.txt 10-20', 'send a.txt 20-30', 'send a.txt 30-40']);
    });
  });
}

describe('removing the element for good', () => {
  it('aborts what is on its way', async () => {
    const {element, backend} = await onItsWay();
    element.remove();
    await stopped(backend);
  });

  it('sends nothing more', async () => {
    const {element, backend} = await onItsWay();
    element.remove();
    await stopped(backend);
    const {length} = backend.log;
    backend.letGo();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(backend.log).to.have.length(length);
  });

  it('discards nothing on the server: the upload can go on later', async () => {
    const {element, backend} = await onItsWay();
    element.remove();
    await stopped(backend);
    expect(backend.log).not.to.include('discard');
    expect(backend.received('a.txt')).to.equal(10);
  });

  it('reports no failure', async () => {
    const {element, backend} = await onItsWay();
    let failures = 0;
    element.addEventListener('upload-error', () => (failures += 1));
    element.remove();
    await stopped(backend);
    expect(failures).to.equal(0);
  });
});

describe('putting a removed element back later', () => {
  async function back(made: Scene): Promise<void> {
    made.element.remove();
    await until(() => made.element.hasher === null, 'the engine to be closed');
    made.backend.parts.length = 0;
    made.backend.log.length = 0;
    made.backend.holding = false;
    document.body.append(made.element);
  }

  afterEach(() => {
    for (const element of document.body.querySelectorAll(':scope > chunk-uploader')) element.remove();
  });

  it('goes on from what the server has', async () => {
    const made = await onItsWay();
    await back(made);
    await becomes(made.element, 'done');
    expect(made.backend.log).to.deep.equal(['open a.txt', 'send a.txt 10-20', 'send a.txt 20-30', 'send a.txt 30-40']);
  });

  it('leaves paused what was paused', async () => {
    const made = await onItsWay();
    made.element.pause(uploadAt(made.element).id);
    await back(made);
    await made.element.updateComplete;
    expect([statusOf(made.element), made.backend.log]).to.deep.equal(['paused', []]);
  });

  it('leaves waiting what waited for start()', async () => {
    const made = await onItsWay();
    made.element.manual = true;
    made.element.add(file('b.txt'));
    await back(made);
    await becomes(made.element, 'done', 0);
    expect(statusOf(made.element, 1)).to.equal('queued');
  });

  it('does not try again by itself what had failed', async () => {
    const made = await onItsWay();
    (await nextPart(made.backend)).fail('server', 500);
    await becomes(made.element, 'failed');
    await back(made);
    await made.element.updateComplete;
    expect([statusOf(made.element), made.backend.log]).to.deep.equal(['paused', []]);
  });

  it('still lists what was done, and its value', async () => {
    const made = await scene();
    made.element.add(file());
    await becomes(made.element, 'done');
    const {id} = uploadAt(made.element);
    made.element.remove();
    await until(() => made.element.hasher === null, 'the engine to be closed');
    document.body.append(made.element);
    await made.element.updateComplete;
    expect([uploadAt(made.element).id, made.element.value, made.element.progress.count.done]).to.deep.equal([
      id,
      ['https://files.test/a.txt'],
      1,
    ]);
  });

  it('lets what was done be removed from the list', async () => {
    const made = await scene();
    made.element.add(file());
    await becomes(made.element, 'done');
    made.element.remove();
    await until(() => made.element.hasher === null, 'the engine to be closed');
    document.body.append(made.element);
    made.element.clear(uploadAt(made.element).id);
    expect(made.element.uploads).to.deep.equal([]);
  });

  it('takes new files as ever', async () => {
    const made = await onItsWay();
    await back(made);
    made.element.add(file('b.txt'));
    await becomes(made.element, 'done', 1);
    expect(made.backend.received('b.txt')).to.equal(40);
  });
});

describe('a hundred elements that come, upload, and go', function () {
  this.timeout(180_000);

  it('leave no listener on the window or the document, and no worker', async () => {
    const listeners = recordListeners();
    const workers = recordWorkers();
    try {
      for (let cycle = 0; cycle < 100; cycle += 1) {
        const backend = new Backend({holding: true});
        const element = new ChunkUploader();
        element.protocol = backend.protocol;
        document.body.append(element);
        element.add(file());
        await until(() => backend.parts.length === 1, 'a part');
        element.remove();
      }
      await until(() => workers.alive() === 0, 'the workers to end');
      await until(() => listeners.left().length === 0, `the listeners to go: ${listeners.left().join()}`);
      expect(workers.made()).to.equal(100);
    } finally {
      listeners.stop();
      workers.stop();
    }
  });

  it('cost nothing when nobody gives them a file', async () => {
    const listeners = recordListeners();
    const workers = recordWorkers();
    try {
      for (let cycle = 0; cycle < 100; cycle += 1) {
        const element = new ChunkUploader();
        document.body.append(element);
        await element.updateComplete;
        element.remove();
      }
      expect([workers.made(), listeners.left()]).to.deep.equal([0, []]);
    } finally {
      listeners.stop();
      workers.stop();
    }
  });

  it('keep one set of listeners when it is always the same element', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file());
    await until(() => backend.parts.length === 1, 'a part');
    const listeners = recordListeners();
    try {
      for (let cycle = 0; cycle < 100; cycle += 1) {
        const parent = element.parentElement;
        element.remove();
        parent?.append(element);
        await element.updateComplete;
      }
      expect(listeners.left().sort()).to.deep.equal(['document visibilitychange', 'window beforeunload']);
      expect(backend.parts[0]?.signal.aborted).to.equal(false);
    } finally {
      listeners.stop();
    }
  });
});
