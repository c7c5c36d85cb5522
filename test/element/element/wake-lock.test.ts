import {expect} from '@open-wc/testing';
import {believeHidden, recordListeners, recordWakeLocks, type WakeLockRecord} from '../support/records.js';
import {becomes, file, nextPart, scene, until, type Scene} from '../support/scene.js';

let locks: WakeLockRecord;
let seeAgain: () => void = () => undefined;

beforeEach(() => (locks = recordWakeLocks()));
afterEach(() => {
  seeAgain();
  seeAgain = () => undefined;
  locks.stop();
});

const held = (count: number): Promise<void> =>
  until(
    () => locks.held() === count,
    () => `${count} wake locks to be held, there are ${locks.held()}`,
  );

async function sending(attributes: Record<string, string> = {}): Promise<Scene> {
  const made = await scene(attributes, {holding: true});
  made.element.limits = {backOff: 30_000};
  made.element.add(file());
  await becomes(made.element, 'sending');
  return made;
}

/** What ends the sending, in many ways. */
const ends: Record<string, (made: Scene) => unknown> = {
  'is done': ({backend}) => backend.letGo(),
  'is paused': ({element}) => element.pause(),
  'is canceled': ({element}) => element.cancel(),
  'has failed': async ({backend}) => (await nextPart(backend)).fail('rejected'),
  'waits to try again': async ({element, backend}) => {
    element.retries = 1;
    await element.updateComplete;
    (await nextPart(backend)).fail('server');
  },
  'is removed with its element': ({element}) => element.remove(),
};

describe('the screen', () => {
  it('is left alone before anything is sent', async () => {
    const {element} = await scene({manual: ''});
    element.add(file());
    await element.updateComplete;
    expect(locks.granted()).to.equal(0);
  });

  it('is kept awake while a file is on its way', async () => {
    await sending();
    await held(1);
  });

  for (const [what, end] of Object.entries(ends)) {
    it(`may sleep when the file ${what}`, async () => {
      const made = await sending();
      await held(1);
      await end(made);
      await held(0);
    });
  }

  it('is kept awake by one lock for several elements', async () => {
    const one = await sending();
    const two = await sending();
    await held(1);
    one.backend.letGo();
    await becomes(one.element, 'done');
    expect([locks.granted(), locks.held()]).to.deep.equal([1, 1]);
    two.backend.letGo();
    await held(0);
  });

  it('is kept awake by the same lock when the element moves', async () => {
    const {element} = await sending();
    await held(1);
    const section = document.createElement('section');
    document.body.append(section);
    element.remove();
    section.append(element);
    await element.updateComplete;
    await held(1);
    expect(locks.granted()).to.equal(1);
    section.remove();
  });
});

describe('a page in the background', () => {
  it('gives its lock back', async () => {
    await sending();
    await held(1);
    seeAgain = believeHidden(true);
    await held(0);
  });

  it('takes it again when it is seen, and still sends', async () => {
    await sending();
    await held(1);
    seeAgain = believeHidden(true);
    await held(0);
    seeAgain = believeHidden(false);
    await held(1);
  });

  it('takes none when nothing is sent any more', async () => {
    const {element, backend} = await sending();
    await held(1);
    seeAgain = believeHidden(true);
    backend.letGo();
    await becomes(element, 'done');
    seeAgain = believeHidden(false);
    await element.updateComplete;
    expect(locks.held()).to.equal(0);
  });

  it('takes none for what begins there', async () => {
    seeAgain = believeHidden(true);
    await sending();
    expect(locks.granted()).to.equal(0);
    seeAgain = believeHidden(false);
    await held(1);
  });
});

describe('a lock that the browser takes away by itself', () => {
  it('is taken again when the page is seen the next time', async () => {
    const sentinels: WakeLockSentinel[] = [];
    const {request} = navigator.wakeLock;
    Object.assign(navigator.wakeLock, {
      request: async () => {
        const sentinel = await request.call(navigator.wakeLock, 'screen');
        sentinels.push(sentinel);
        return sentinel;
      },
    });
    await sending();
    await held(1);
    await sentinels[0]?.release();
    seeAgain = believeHidden(false);
    await held(1);
    expect(locks.granted()).to.equal(2);
  });
});

describe('a browser that gives no lock', () => {
  it('uploads all the same, and says nothing', async () => {
    locks.stop();
    locks = recordWakeLocks({refuse: true});
    const errors: unknown[] = [];
    const note = (event: PromiseRejectionEvent): unknown => errors.push(event.reason);
    addEventListener('unhandledrejection', note);
    const {element, backend} = await sending();
    backend.letGo();
    await becomes(element, 'done');
    removeEventListener('unhandledrejection', note);
    expect(errors).to.deep.equal([]);
  });

  it('may not even know of them, as on plain http', async () => {
    const real = Object.getOwnPropertyDescriptor(Navigator.prototype, 'wakeLock');
    Reflect.deleteProperty(Navigator.prototype, 'wakeLock');
    try {
      const {element, backend} = await sending();
      backend.letGo();
      await becomes(element, 'done');
    } finally {
      if (real) Object.defineProperty(Navigator.prototype, 'wakeLock', real);
    }
    expect(locks.granted()).to.equal(0);
  });
});

describe('listening to whether the page is seen', () => {
  it('ends with the sending', async () => {
    const listeners = recordListeners();
    try {
      const {element, backend} = await sending();
      backend.letGo();
      await becomes(element, 'done');
      await until(
        () => listeners.left().length === 0,
        () => `the listeners to go: ${listeners.left().join()}`,
      );
    } finally {
      listeners.stop();
    }
  });
});
