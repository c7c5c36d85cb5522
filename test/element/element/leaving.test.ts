import {expect} from '@open-wc/testing';
import type {UploadErrorCode} from '../../../src/core/errors.js';
import {recordListeners} from '../support/records.js';
import {becomes, file, nextPart, scene, statusOf, until, uploadAt, type Scene} from '../support/scene.js';

/** Whether a person who leaves the page now is asked first. */
const asks = (): boolean => !dispatchEvent(new Event('beforeunload', {cancelable: true}));

async function sending(attributes: Record<string, string> = {}): Promise<Scene> {
  const made = await scene(attributes, {holding: true});
  made.element.limits = {backOff: 30_000};
  made.element.add([file('a.txt'), file('b.txt')]);
  await until(() => made.backend.parts.length > 0, 'a part');
  await made.element.updateComplete;
  return made;
}

/** Two files of which the first has stopped with `code`, one at a time. */
async function stopped(code: UploadErrorCode, status: string, attributes: Record<string, string> = {}): Promise<Scene> {
  const made = await sending({'files-at-once': '1', ...attributes});
  (await nextPart(made.backend)).fail(code);
  await becomes(made.element, status);
  return made;
}

/** A list, and whether people are asked. */
const lists: Record<string, readonly [asked: boolean, make: () => Promise<Scene>]> = {
  'that is empty': [false, () => scene()],
  'with files on their way': [true, () => sending()],
  'in which one waits to try again': [true, () => stopped('server', 'waiting', {retries: '1'})],
  'in which one has failed and the next is on its way': [true, () => stopped('rejected', 'failed')],
  'that a failure holds': [false, () => stopped('server', 'failed')],
  'that is paused': [
    false,
    async () => {
      const made = await sending();
      made.element.pause();
      await made.element.updateComplete;
      return made;
    },
  ],
  'that waits for start()': [
    false,
    async () => {
      const made = await scene({manual: ''});
      made.element.add(file());
      await made.element.updateComplete;
      return made;
    },
  ],
  'that waits for start(), and is not manual any more': [
    false,
    async () => {
      const made = await scene({manual: ''});
      made.element.add(file());
      made.element.manual = false;
      await made.element.updateComplete;
      return made;
    },
  ],
  'in which one is on its way and others wait for start()': [
    true,
    async () => {
      const made = await sending();
      made.element.manual = true;
      made.element.add(file('c.txt'));
      await made.element.updateComplete;
      return made;
    },
  ],
  'in which all is done or canceled': [
    false,
    async () => {
      const made = await sending();
      made.element.cancel(uploadAt(made.element, 1).id);
      made.backend.letGo();
      await becomes(made.element, 'done');
      return made;
    },
  ],
};

for (const [what, [asked, make]] of Object.entries(lists)) {
  describe(`leaving a page with a list ${what}`, () => {
    it(asked ? 'is asked about' : 'is not asked about', async () => {
      await make();
      expect(asks()).to.equal(asked);
    });

    it(`has ${asked ? 'one listener' : 'no listener'} for it`, async () => {
      const listeners = recordListeners();
      try {
        await make();
        expect(listeners.left().filter((name) => name.includes('unload'))).to.deep.equal(asked ? ['window beforeunload'] : []);
      } finally {
        listeners.stop();
      }
    });
  });
}

describe('leaving a page whose element was removed', () => {
  it('is not asked about, from the moment of the removal', async () => {
    const {element} = await sending();
    element.remove();
    expect(asks()).to.equal(false);
  });

  it('is asked about again when it was only moved', async () => {
    const {element} = await sending();
    const parent = element.parentElement;
    element.remove();
    parent?.append(element);
    expect(asks()).to.equal(true);
  });
});

describe('leaving a page with two elements', () => {
  it('is asked about as long as one of them is busy', async () => {
    const one = await sending();
    const two = await sending();
    one.element.pause();
    await one.element.updateComplete;
    expect([statusOf(one.element), asks()]).to.deep.equal(['paused', true]);
    two.element.pause();
    await two.element.updateComplete;
    expect(asks()).to.equal(false);
  });
});
