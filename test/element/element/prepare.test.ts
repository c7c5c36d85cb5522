import {expect} from '@open-wc/testing';
import {ChunkUploader} from '../../../src/define.js';
import {Backend} from '../support/backend.js';
import {recordWorkers} from '../support/records.js';
import {becomes, file, one, scene, until} from '../support/scene.js';

/** Does something with an element while workers are counted. */
async function counting(
  attributes: Record<string, string>,
  act: (element: ChunkUploader, made: () => number) => Promise<void>,
): Promise<void> {
  const workers = recordWorkers();
  try {
    const {element} = await scene(attributes);
    await act(element, () => workers.made());
  } finally {
    workers.stop();
  }
}

/** Long enough that a worker would have been made. */
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));

/** A window of Firefox that another one has pushed back moves its focus, but tells nobody: so the event comes from here, as browsers send it. */
const focus = (element: ChunkUploader): void =>
  void one(element, '[part=button]').dispatchEvent(new FocusEvent('focusin', {bubbles: true, composed: true}));

const signs: Record<string, (element: ChunkUploader) => void> = {
  'a pointer that comes to it': (element) => element.dispatchEvent(new PointerEvent('pointerenter')),
  'the focus in it': focus,
  'a drag over it': (element) => element.dispatchEvent(new DragEvent('dragenter', {dataTransfer: new DataTransfer()})),
  'prepare()': (element) => element.prepare(),
};

describe('an element that was only shown', () => {
  it('has started no worker', () =>
    counting({hash: 'md5'}, async (_, made) => {
      await later();
      expect(made()).to.equal(0);
    }));
});

for (const [sign, give] of Object.entries(signs)) {
  describe(`${sign}, before there are files`, () => {
    it('starts a worker', () =>
      counting({hash: 'md5'}, async (element, made) => {
        give(element);
        await until(() => made() === 1, 'a worker');
      }));

    it('starts no second one, however often it comes, nor does the first file', () =>
      counting({hash: 'md5'}, async (element, made) => {
        for (let time = 0; time < 3; time += 1) give(element);
        element.add(file());
        await becomes(element, 'done');
        expect(made()).to.equal(1);
      }));

    it('sends nothing and lists nothing', async () => {
      const {element, backend} = await scene();
      give(element);
      await later();
      expect([backend.log, element.uploads]).to.deep.equal([[], []]);
    });
  });
}

describe('what comes to an element that is not open', () => {
  it('does nothing while it is disabled', () =>
    counting({hash: 'md5', disabled: ''}, async (element, made) => {
      element.dispatchEvent(new PointerEvent('pointerenter'));
      await later();
      expect(made()).to.equal(0);
    }));

  it('does nothing while nobody knows where files go', () =>
    counting({hash: 'md5'}, async (element, made) => {
      element.protocol = 'chunks';
      element.dispatchEvent(new PointerEvent('pointerenter'));
      await later();
      expect(made()).to.equal(0);
    }));

  it('does nothing before the element is in the page: nobody would end the worker', () =>
    counting({}, async (_, made) => {
      const apart = new ChunkUploader();
      apart.protocol = new Backend().protocol;
      apart.prepare();
      await later();
      expect(made()).to.equal(0);
    }));

  it('does nothing when the element has left the page for good', () =>
    counting({hash: 'md5'}, async (element, made) => {
      element.remove();
      await new Promise((resolve) => setTimeout(resolve, 600));
      element.prepare();
      await later();
      expect(made()).to.equal(0);
    }));
});
