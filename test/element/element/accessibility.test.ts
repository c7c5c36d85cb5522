import {expect} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {all, becomes, file, nextPart, one, scene, until, type Scene} from '../support/scene.js';
import {interrupted, show, snapshotOf, type Facts} from '../support/snapshots.js';

/** An element that shows these uploads, whatever its engine has. */
async function showing(...uploads: readonly Facts[]): Promise<Scene> {
  const made = await scene();
  await show(
    made.element,
    uploads.map((facts, index) => snapshotOf({id: `${index}`, name: `${index}.mov`, confirmed: 63, ...facts})),
  );
  return made;
}

const situations: Record<string, () => Promise<Scene>> = {
  'with no file': () => scene(),
  'for one file': () => scene({multiple: 'false'}),
  'while disabled': () => scene({disabled: ''}),
  async 'with a file that waits'() {
    const made = await scene({manual: ''});
    made.element.add(file());
    await made.element.updateComplete;
    return made;
  },
  async 'with a file on its way'() {
    const made = await scene({}, {holding: true});
    made.element.add(file());
    (await nextPart(made.backend)).confirm();
    await until(() => made.backend.parts.length === 1, 'the second part');
    await made.element.updateComplete;
    return made;
  },
  async 'with files that are paused'() {
    const made = await scene({paused: ''});
    made.element.add([file('a.txt'), file('b.txt')]);
    await made.element.updateComplete;
    return made;
  },
  async 'with a failure that holds the list'() {
    const made = await scene({'files-at-once': '1'}, {holding: true});
    made.element.add([file('a.txt'), file('b.txt')]);
    (await nextPart(made.backend)).fail('server', 500);
    await becomes(made.element, 'failed');
    return made;
  },
  async 'with a file that waits to try again'() {
    const made = await scene({retries: '1'}, {holding: true});
    made.element.limits = {backOff: 30_000};
    made.element.add([file('a.txt'), file('b.txt')]);
    (await nextPart(made.backend)).fail('server', 503);
    await becomes(made.element, 'waiting');
    return made;
  },
  async 'with finished and canceled files'() {
    const made = await scene();
    made.element.add([file('a.txt'), file('b.txt')]);
    made.element.cancel(made.element.uploads[1]?.id);
    await becomes(made.element, 'done');
    return made;
  },
  'with files of an earlier page': () =>
    showing({status: interrupted('nothing')}, {status: interrupted('access')}, {status: interrupted('file')}),
  'with files of an earlier page that could not be taken up again': () =>
    showing({status: interrupted('access', 'file-unreadable')}, {status: interrupted('file', 'other-file'), startedAgain: true}),
  'with files that another tab has': () => showing({status: {name: 'elsewhere', there: 'sending'}}, {status: {name: 'elsewhere'}}),
  'with a file that has started again': () => showing({status: {name: 'sending'}, startedAgain: true}),
  async 'with refused files'() {
    const made = await scene({accept: '.png'});
    made.element.add([file('a.txt'), file('b.txt')]);
    await made.element.updateComplete;
    return made;
  },
};

for (const [situation, make] of Object.entries(situations)) {
  for (const scheme of ['light', 'dark']) {
    describe(`${situation}, in ${scheme}`, () => {
      const root = document.documentElement;
      beforeEach(() => Object.assign(root.style, {colorScheme: scheme, background: 'Canvas'}));
      afterEach(() => root.removeAttribute('style'));

      it('axe finds nothing', async () => {
        const {element} = await make();
        await expect(element).to.be.accessible();
      });
    });
  }

  describe(`${situation}, for the keyboard`, () => {
    it('every button can be reached and has a name of its own', async () => {
      const {element} = await make();
      const buttons = all<HTMLButtonElement>(element, 'button:not(:disabled)');
      const names = buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent?.trim() ?? '');
      for (const button of buttons) expect(button.tabIndex).to.equal(0);
      expect(names.every((name) => name.length > 0)).to.equal(true);
      expect(new Set(names).size).to.equal(names.length);
    });

    it('nothing else takes the focus', async () => {
      const {element} = await make();
      const focusable = all(element, 'a[href], input, select, textarea, [tabindex]').filter(
        ({tabIndex, hidden}) => tabIndex >= 0 && !hidden,
      );
      expect(focusable).to.deep.equal([]);
    });

    it('nothing can be clicked that is not a button', async () => {
      const {element} = await make();
      expect(all(element, '[role=button]')).to.have.length(0);
    });

    it('every target is at least 24 px', async () => {
      const {element} = await make();
      for (const button of all(element, 'button')) {
        const {width, height} = button.getBoundingClientRect();
        expect(Math.min(width, height), button.outerHTML).to.be.at.least(24);
      }
    });
  });
}

describe('the structure', () => {
  it('is a labelled group for what comes in', async () => {
    const {element} = await scene();
    const group = one(element, '[part=dropzone]');
    expect([group.getAttribute('role'), group.getAttribute('aria-label')]).to.deep.equal(['group', 'Add files']);
  });

  it('is a named list of items', async () => {
    const {element} = await scene({manual: ''});
    element.add([file('a.txt'), file('b.txt')]);
    await element.updateComplete;
    const list = one(element, 'ul[part=list]');
    expect([list.getAttribute('aria-label'), list.getAttribute('role')]).to.deep.equal(['Uploads', 'list']);
    expect([...list.children].map(({localName}) => localName)).to.deep.equal(['li', 'li']);
  });

  it('keeps signs from screen readers', async () => {
    const {element} = await scene({manual: ''});
    element.add(file());
    await element.updateComplete;
    expect(all(element, 'svg:not([aria-hidden=true])')).to.have.length(0);
  });

  it('gives the name of a file its own direction', async () => {
    const {element} = await scene({manual: ''});
    element.add(file('تقرير.pdf'));
    await element.updateComplete;
    const name = one(element, 'bdi[part=name]');
    expect([name.dir, name.matches(':dir(rtl)')]).to.deep.equal(['auto', true]);
  });
});

describe('the keyboard', () => {
  const focused = (element: ChunkUploader): string | null | undefined => element.shadowRoot?.activeElement?.getAttribute('aria-label');

  async function pressFocused(element: ChunkUploader, part: string, index = 0): Promise<void> {
    const button = all(element, `[part~=${part}]`)[index];
    button?.focus();
    button?.click();
    await element.updateComplete;
  }

  it('stays on the button that turns from pause into resume and back', async () => {
    const {element} = await scene({}, {holding: true});
    element.add(file());
    await becomes(element, 'sending');
    await pressFocused(element, 'action-pause');
    expect(focused(element)).to.equal('Resume a.txt');
    await pressFocused(element, 'action-resume');
    await element.updateComplete;
    expect(focused(element)).to.equal('Pause a.txt');
  });

  it('goes to the other button of the row when its own vanishes', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file());
    await becomes(element, 'sending');
    one(element, '[part~=action-pause]').focus();
    backend.letGo();
    await becomes(element, 'done');
    expect(focused(element)).to.equal('Remove a.txt');
  });

  it('goes to the next row when its own is removed', async () => {
    const {element} = await scene();
    element.add([file('a.txt'), file('b.txt'), file('c.txt')]);
    await until(() => element.progress.count.done === 3, 'three files');
    await element.updateComplete;
    await pressFocused(element, 'action-clear', 1);
    expect(focused(element)).to.equal('Remove c.txt');
  });

  it('goes to the row before when the last one is removed', async () => {
    const {element} = await scene();
    element.add([file('a.txt'), file('b.txt')]);
    await until(() => element.progress.count.done === 2, 'two files');
    await element.updateComplete;
    await pressFocused(element, 'action-clear', 1);
    expect(focused(element)).to.equal('Remove a.txt');
  });

  it('goes to the picker when no row is left', async () => {
    const {element} = await scene();
    element.add(file());
    await becomes(element, 'done');
    await pressFocused(element, 'action-clear');
    expect(element.shadowRoot?.activeElement).to.equal(one(element, '[part=button]'));
  });

  it('stays in the line about all when pause all turns into resume all', async () => {
    const {element} = await scene({}, {holding: true});
    element.add([file('a.txt'), file('b.txt')]);
    await becomes(element, 'sending');
    await pressFocused(element, 'action-all-pause');
    expect(element.shadowRoot?.activeElement?.textContent?.trim()).to.equal('Resume all');
  });

  it('goes to what can be done with an upload that was interrupted', async () => {
    const {element} = await showing({status: {name: 'preparing'}});
    one(element, '[part~=action-pause]').focus();
    await show(element, [snapshotOf({id: '0', name: '0.mov', status: interrupted('file', 'other-file')})]);
    expect(focused(element)).to.equal('Choose the file again 0.mov');
  });

  it('goes to the button that stops it when an upload goes on again', async () => {
    const {element} = await showing({status: interrupted('nothing')});
    one(element, '[part~=action-resume]').focus();
    await show(element, [snapshotOf({id: '0', name: '0.mov', status: {name: 'queued'}})]);
    expect(focused(element)).to.equal('Pause 0.mov');
  });

  it('meets what there is to do before the way out', async () => {
    const {element} = await showing({status: interrupted('access')});
    const names = all(element, 'li button').map((button) => button.getAttribute('aria-label'));
    expect(names).to.deep.equal(['Allow access 0.mov', 'Discard 0.mov']);
  });

  it('is not taken away from the page by a failure', async () => {
    const {element, backend} = await scene({}, {holding: true});
    const elsewhere = document.createElement('input');
    document.body.append(elsewhere);
    element.add(file());
    const part = await nextPart(backend);
    elsewhere.focus();
    part.fail('network');
    await becomes(element, 'failed');
    expect(document.activeElement).to.equal(elsewhere);
    elsewhere.remove();
  });

  it('is put on the picker by focus()', async () => {
    const {element} = await scene();
    element.focus();
    expect(element.shadowRoot?.activeElement).to.equal(one(element, '[part=button]'));
  });
});
