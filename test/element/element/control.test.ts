import {expect, fixture, html} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {all, becomes, file, nextPart, one, scene, statusOf, until, uploadAt, type Scene} from '../support/scene.js';

/** An upload whose second part is on its way: 10 of 40 bytes are confirmed. */
async function midway(attributes: Record<string, string> = {}): Promise<Scene> {
  const made = await scene(attributes, {holding: true});
  made.element.add(file());
  (await nextPart(made.backend)).confirm();
  await until(() => made.backend.parts.length === 1, 'the second part');
  await until(() => uploadAt(made.element).progress.confirmed === 10, 'the first part to be confirmed');
  await made.element.updateComplete;
  return made;
}

/** Presses a button of the first row, or of the line about all. */
async function press(element: ChunkUploader, part: string): Promise<void> {
  await element.updateComplete;
  one(element, `[part~="${part}"]`).click();
  await element.updateComplete;
}

/** Gives a command as an invoker button does. Where the browser knows invokers, a real button does it. */
async function command(element: ChunkUploader, name: string): Promise<void> {
  element.id = 'commanded';
  const button = await fixture<HTMLButtonElement>(html`<button commandfor="commanded" command=${name}>Do</button>`);
  if ('commandForElement' in button) button.click();
  else element.dispatchEvent(Object.assign(new Event('command', {cancelable: true}), {command: name, source: button}));
  await element.updateComplete;
}

type Way = (element: ChunkUploader) => unknown;

const pausing: Record<string, Way> = {
  'pause()': (element) => element.pause(),
  'pause(id)': (element) => element.pause(uploadAt(element).id),
  'paused = true': async (element) => {
    element.paused = true;
    await element.updateComplete;
  },
  'the attribute': async (element) => {
    element.setAttribute('paused', '');
    await element.updateComplete;
  },
  'the command --pause': (element) => command(element, '--pause'),
  'the button': (element) => press(element, 'action-pause'),
};

for (const [way, pause] of Object.entries(pausing)) {
  describe(`pausing by ${way} in mid-part`, () => {
    let made: Scene;
    beforeEach(async () => {
      made = await midway();
      await pause(made.element);
    });

    it('pauses', () => {
      expect(statusOf(made.element)).to.equal('paused');
    });

    it('aborts the request', () => {
      expect(made.backend.parts[0]?.signal.aborted).to.equal(true);
    });

    it('keeps what the server has confirmed, and nothing that was only sent', () => {
      const {confirmed, sent} = uploadAt(made.element).progress;
      expect([confirmed, sent]).to.deep.equal([10, 0]);
    });

    it('sends nothing more', async () => {
      const {length} = made.backend.log;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      expect(made.backend.log).to.have.length(length);
    });
  });
}

const resuming: Record<string, Way> = {
  'resume()': (element) => element.resume(),
  'paused = false': async (element) => {
    element.paused = false;
    await element.updateComplete;
  },
  'taking the attribute off': async (element) => {
    element.removeAttribute('paused');
    await element.updateComplete;
  },
  'the command --resume': (element) => command(element, '--resume'),
  'the button': (element) => press(element, 'action-resume'),
};

for (const [way, resume] of Object.entries(resuming)) {
  describe(`resuming by ${way}`, () => {
    it('goes on from what the server has, and sends nothing twice', async () => {
      const {element, backend} = await midway();
      element.pause();
      await element.updateComplete;
      backend.parts.length = 0;
      backend.log.length = 0;
      backend.holding = false;
      await resume(element);
      await becomes(element, 'done');
      expect(backend.log).to.deep.equal(['open a.txt', 'send a.txt 10-20', 'send a.txt 20-30', 'send a.txt 30-40']);
    });
  });
}

describe('pause() and the attribute paused', () => {
  it('are one state: the method sets it', async () => {
    const {element} = await midway();
    element.pause();
    await element.updateComplete;
    expect([element.paused, element.hasAttribute('paused')]).to.deep.equal([true, true]);
  });

  it('are one state: resume() takes it off', async () => {
    const {element} = await midway();
    element.pause();
    element.resume();
    await element.updateComplete;
    expect([element.paused, element.hasAttribute('paused')]).to.deep.equal([false, false]);
  });

  it('are not touched when one upload is paused', async () => {
    const {element} = await midway();
    element.pause(uploadAt(element).id);
    await element.updateComplete;
    expect(element.paused).to.equal(false);
  });

  it('hold files that are added later', async () => {
    const {element, backend} = await scene({paused: ''});
    element.add(file());
    await element.updateComplete;
    expect(statusOf(element)).to.equal('paused');
    expect(backend.log).to.deep.equal([]);
  });

  it('let one upload go on while the others stay', async () => {
    const {element} = await scene({paused: ''});
    element.add([file('a.txt'), file('b.txt')]);
    element.resume(uploadAt(element, 1).id);
    await becomes(element, 'done', 1);
    expect([statusOf(element, 0), element.paused]).to.deep.equal(['paused', true]);
  });
});

const retrying: Record<string, Way> = {
  'retry()': (element) => element.retry(),
  'retry(id)': (element) => element.retry(uploadAt(element).id),
  'the command --retry': (element) => command(element, '--retry'),
  'the button': (element) => press(element, 'action-retry'),
};

for (const [way, retry] of Object.entries(retrying)) {
  describe(`retrying by ${way} after a failure`, () => {
    it('finishes, and sends nothing twice that was confirmed', async () => {
      const {element, backend} = await midway();
      (await nextPart(backend)).fail('server', 500);
      await becomes(element, 'failed');
      backend.log.length = 0;
      backend.letGo();
      await retry(element);
      await becomes(element, 'done');
      expect(backend.log.filter((line) => line.startsWith('send'))).to.deep.equal([
        'send a.txt 10-20',
        'send a.txt 20-30',
        'send a.txt 30-40',
      ]);
    });
  });
}

const canceling: Record<string, Way> = {
  'cancel()': (element) => element.cancel(),
  'cancel(id)': (element) => element.cancel(uploadAt(element).id),
  'the command --cancel': (element) => command(element, '--cancel'),
  'the button': (element) => press(element, 'action-cancel'),
};

for (const [way, cancel] of Object.entries(canceling)) {
  describe(`canceling by ${way} in mid-part`, () => {
    let made: Scene;
    beforeEach(async () => {
      made = await midway();
      await cancel(made.element);
    });

    it('ends the upload', () => {
      expect(statusOf(made.element)).to.equal('canceled');
    });

    it('aborts the request', () => {
      expect(made.backend.parts[0]?.signal.aborted).to.equal(true);
    });

    it('has the server throw away what it has', async () => {
      await until(() => made.backend.log.includes('discard'), 'the discard');
    });

    it('leaves the row until it is removed', async () => {
      expect(all(made.element, '[part~=row]')).to.have.length(1);
      await press(made.element, 'action-clear');
      expect(all(made.element, '[part~=row]')).to.have.length(0);
    });
  });
}

const starting: Record<string, Way> = {
  'start()': (element) => element.start(),
  'start(id)': (element) => element.start(uploadAt(element).id),
  'the command --start': (element) => command(element, '--start'),
  'the button of the row': (element) => press(element, 'action-start'),
  'the button for all': (element) => press(element, 'action-all-start'),
};

for (const [way, start] of Object.entries(starting)) {
  describe(`starting by ${way} with manual`, () => {
    it('sends nothing before, and everything after', async () => {
      const {element, backend} = await scene({manual: ''});
      element.add(file());
      await element.updateComplete;
      expect(backend.log).to.deep.equal([]);
      await start(element);
      await becomes(element, 'done');
      expect(backend.received('a.txt')).to.equal(40);
    });
  });
}

describe('the command --show-picker', () => {
  it('opens the file input', async () => {
    const {element} = await scene();
    let opened = 0;
    one<HTMLInputElement>(element, 'input').addEventListener('click', (event) => {
      opened += 1;
      event.preventDefault();
    });
    await command(element, '--show-picker');
    expect(opened).to.equal(1);
  });
});

describe('a command that is not ours', () => {
  it('does nothing', async () => {
    const {element} = await midway();
    await command(element, '--explode');
    expect(statusOf(element)).to.equal('sending');
  });

  it('does nothing when the page prevented one of ours', async () => {
    const {element} = await midway();
    element.parentElement?.addEventListener('command', (event) => event.preventDefault(), {capture: true});
    await command(element, '--pause');
    expect(statusOf(element)).to.equal('sending');
  });
});

describe('asking for what is not possible', () => {
  it('does nothing to a finished upload', async () => {
    const {element} = await scene();
    element.add(file());
    await becomes(element, 'done');
    const {id} = uploadAt(element);
    for (const act of ['start', 'pause', 'resume', 'retry', 'cancel'] as const) element[act](id);
    await element.updateComplete;
    expect(statusOf(element)).to.equal('done');
  });

  it('does nothing for an id that is not listed', async () => {
    const {element} = await midway();
    for (const act of ['start', 'pause', 'resume', 'retry', 'cancel', 'clear'] as const) element[act]('upload-0');
    expect(statusOf(element)).to.equal('sending');
  });
});

describe('the buttons for all', () => {
  const three = async (): Promise<Scene> => {
    const made = await scene({}, {holding: true});
    made.element.add([file('a.txt'), file('b.txt'), file('c.txt')]);
    await until(() => made.backend.parts.length === 2, 'two files on their way');
    await made.element.updateComplete;
    return made;
  };

  const labels = (element: ChunkUploader): string[] => all(element, '[part~=action-all]').map(({textContent}) => textContent?.trim() ?? '');

  it('are not there for one file', async () => {
    const {element} = await midway();
    expect(labels(element)).to.deep.equal([]);
  });

  it('pause everything', async () => {
    const {element} = await three();
    await press(element, 'action-all-pause');
    expect(element.uploads.map(({status}) => status.name)).to.deep.equal(['paused', 'paused', 'paused']);
  });

  it('resume everything', async () => {
    const {element, backend} = await three();
    await press(element, 'action-all-pause');
    backend.letGo();
    await press(element, 'action-all-resume');
    await until(() => element.progress.count.done === 3, 'three files');
  });

  it('retry what failed and let the rest go on', async () => {
    const {element, backend} = await three();
    (await nextPart(backend)).fail('network');
    await until(() => element.progress.held, 'the hold');
    backend.letGo();
    await press(element, 'action-all-retry');
    await until(() => element.progress.count.done === 3, 'three files');
  });

  it('offer only what would change something', async () => {
    const {element, backend} = await three();
    expect(labels(element)).to.deep.equal(['Pause all']);
    await press(element, 'action-all-pause');
    expect(labels(element)).to.deep.equal(['Resume all']);
    backend.letGo();
    await press(element, 'action-all-resume');
    await until(() => element.progress.count.done === 3, 'three files');
    await element.updateComplete;
    expect(labels(element)).to.deep.equal(['Clear finished']);
  });

  it('clear what is finished', async () => {
    const {element, backend} = await three();
    backend.letGo();
    await until(() => element.progress.count.done === 3, 'three files');
    await press(element, 'action-all-clear');
    expect(element.uploads).to.deep.equal([]);
  });
});
