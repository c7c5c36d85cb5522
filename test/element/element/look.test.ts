import {expect} from '@open-wc/testing';
import {UploadError} from '../../../src/core/errors.js';
import {errorSnapshot} from '../../../src/core/snapshot.js';
import type {ChunkUploader} from '../../../src/define.js';
import {statesOf, type StateName} from '../../../src/element/states.js';
import {all, becomes, file, nextPart, one, scene, textOf, until} from '../support/scene.js';
import {interrupted, show, snapshotOf, totalsOf, type Facts} from '../support/snapshots.js';

const names: readonly StateName[] = ['dragging', 'uploading', 'paused', 'failed', 'held', 'offline', 'interrupted'];

const statesIn = (element: ChunkUploader): StateName[] => names.filter((name) => element.matches(`:state(${name})`));

describe(':state()', () => {
  it('is empty in the beginning', async () => {
    const {element} = await scene();
    expect(statesIn(element)).to.deep.equal([]);
  });

  it('is uploading while something is on its way', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file());
    await becomes(element, 'sending');
    expect(statesIn(element)).to.deep.equal(['uploading']);
    backend.letGo();
    await becomes(element, 'done');
    expect(statesIn(element)).to.deep.equal([]);
  });

  it('is paused with the attribute', async () => {
    const {element} = await scene({paused: ''});
    expect(statesIn(element)).to.deep.equal(['paused']);
  });

  it('is paused when all that is unfinished is', async () => {
    const {element} = await scene({}, {holding: true});
    const [upload] = element.add(file());
    element.pause(upload?.id);
    await element.updateComplete;
    expect(statesIn(element)).to.deep.equal(['paused']);
  });

  it('is not paused while something else goes on', async () => {
    const {element} = await scene({}, {holding: true});
    const [upload] = element.add([file('a.txt'), file('b.txt')]);
    element.pause(upload?.id);
    await becomes(element, 'sending', 1);
    expect(statesIn(element)).to.deep.equal(['uploading']);
  });

  it('is failed and held after a failure of the surroundings', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add([file('a.txt'), file('b.txt')]);
    (await nextPart(backend)).fail('server', 500);
    await until(() => element.progress.held, 'the hold');
    await element.updateComplete;
    expect(statesIn(element)).to.deep.equal(['failed', 'held']);
  });

  it('is failed, not held, after a failure of one file', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file());
    (await nextPart(backend)).fail('rejected');
    await becomes(element, 'failed');
    expect(statesIn(element)).to.deep.equal(['failed']);
  });

  it('is offline when the network is gone', async () => {
    const {element, backend} = await scene();
    backend.refuses = {code: 'offline'};
    element.add(file());
    await becomes(element, 'failed');
    expect(statesIn(element)).to.include.members(['failed', 'offline']);
  });

  it('is offline while it waits to try again, too', () => {
    const error = errorSnapshot(new UploadError('offline', ''));
    const uploads = [snapshotOf({status: {name: 'waiting', error, attempt: 1, until: 0}})];
    expect(statesOf({uploads, totals: totalsOf(uploads), paused: false, dragging: false}).offline).to.equal(true);
  });

  it('is interrupted while something of an earlier page waits for somebody, and nothing else', async () => {
    const {element} = await scene();
    await show(element, [snapshotOf({status: {name: 'interrupted', needs: 'file'}})]);
    expect(statesIn(element)).to.deep.equal(['interrupted']);
  });

  it('is empty while another tab has everything', async () => {
    const {element} = await scene();
    await show(element, [snapshotOf({status: {name: 'elsewhere', there: 'sending'}})]);
    expect(statesIn(element)).to.deep.equal([]);
  });
});

/** The element with rows of every length, in a box of this width. */
async function inBox(width: number, dir = 'ltr'): Promise<ChunkUploader> {
  const {element, backend} = await scene({'files-at-once': '1'}, {holding: true});
  const box = element.parentElement;
  if (box) Object.assign(box, {dir, style: `inline-size: ${width}px`});
  element.add([
    file('a', 40),
    file(`${'a very long name '.repeat(15)}.tar.gz`, 1_234_567),
    file('x'.repeat(255), 9),
    file('ملف طويل جدا باللغة العربية.pdf', 9),
  ]);
  (await nextPart(backend)).fail('server', 500);
  await becomes(element, 'failed');
  element.maxSize = 1;
  element.add(file(`${'no'.repeat(100)}.txt`, 2));
  await element.updateComplete;
  return element;
}

for (const [width, dir] of [
  [320, 'ltr'],
  [320, 'rtl'],
  [200, 'ltr'],
  [960, 'rtl'],
] as const) {
  describe(`in ${width} px, ${dir}`, () => {
    it('nothing sticks out', async () => {
      const element = await inBox(width, dir);
      const {left, right} = element.getBoundingClientRect();
      for (const inner of all(element, 'button, li, [part=track], [part=meta], [part=name], [part=error], [part=notice]')) {
        const box = inner.getBoundingClientRect();
        expect(box.left, inner.outerHTML.slice(0, 80)).to.be.at.least(left - 7);
        expect(box.right, inner.outerHTML.slice(0, 80)).to.be.at.most(right + 7);
      }
      expect(element.scrollWidth).to.be.at.most(Math.ceil(right - left));
    });

    it('the extension of a long name can be seen', async () => {
      const element = await inBox(width, dir);
      const tail = all(element, '.tail').find(({textContent}) => textContent?.endsWith('.tar.gz'));
      const name = tail?.parentElement?.getBoundingClientRect();
      const box = tail?.getBoundingClientRect();
      expect(box && name && box.left >= name.left - 1 && box.right <= name.right + 1).to.equal(true);
    });
  });
}

const longName = `${'a very long name '.repeat(15)}.tar.gz`;

const returned: readonly Facts[] = [
  {name: longName, status: interrupted('nothing'), size: 1_234_567_890, confirmed: 1_000_000_000},
  {name: 'x'.repeat(255), status: interrupted('access', 'file-unreadable')},
  {name: 'ملف طويل جدا باللغة العربية.pdf', status: interrupted('file', 'other-file'), startedAgain: true},
  {name: longName, status: {name: 'elsewhere', there: 'waiting'}, size: 1_234_567_890, confirmed: 1_000_000_000},
  {name: 'a', status: {name: 'sending'}, startedAgain: true},
];

/** The element with rows that earlier pages and other tabs have left, in a box of this width. */
async function returnedIn(width: number, dir = 'ltr'): Promise<ChunkUploader> {
  const {element} = await scene();
  const box = element.parentElement;
  if (box) Object.assign(box, {dir, style: `inline-size: ${width}px`});
  await show(
    element,
    returned.map((facts, index) => snapshotOf({id: `${index}`, confirmed: 63, ...facts})),
  );
  return element;
}

for (const [width, dir] of [
  [320, 'ltr'],
  [320, 'rtl'],
  [200, 'rtl'],
  [960, 'ltr'],
] as const) {
  describe(`rows of an earlier page, in ${width} px, ${dir}`, () => {
    it('have nothing that sticks out', async () => {
      const element = await returnedIn(width, dir);
      const {left, right} = element.getBoundingClientRect();
      for (const inner of all(element, 'button, li, [part=track], [part=meta] > *, [part=name], [part=note], [part=error], [part=hint]')) {
        const box = inner.getBoundingClientRect();
        expect(box.left, inner.outerHTML.slice(0, 80)).to.be.at.least(left - 1);
        expect(box.right, inner.outerHTML.slice(0, 80)).to.be.at.most(right + 1);
      }
      expect(element.scrollWidth).to.be.at.most(Math.ceil(right - left));
    });

    it('have no words that are cut off', async () => {
      const element = await returnedIn(width, dir);
      for (const inner of all(element, 'li button, [part=note], [part=error], [part=hint]')) {
        expect(inner.scrollWidth, inner.textContent ?? '').to.be.at.most(inner.clientWidth + 1);
        expect(inner.scrollHeight, inner.textContent ?? '').to.be.at.most(inner.clientHeight + 1);
      }
    });

    it('have room for the words of other languages', async () => {
      const element = await returnedIn(width, dir);
      element.messages = {actions: {choose: 'Zugriff auf die Datei noch einmal ausdrücklich erlauben', discard: 'Hochladen verwerfen'}};
      await element.updateComplete;
      const {left, right} = element.getBoundingClientRect();
      for (const button of all(element, 'li button')) {
        const box = button.getBoundingClientRect();
        expect(box.left >= left && box.right <= right, button.textContent ?? '').to.equal(true);
        expect(button.scrollHeight, button.textContent ?? '').to.be.at.most(button.clientHeight + 1);
      }
    });

    it('have what there is to do below all that is told', async () => {
      const element = await returnedIn(width, dir);
      for (const row of all(element, '[part~=row-interrupted], [part~=row-elsewhere]')) {
        const {top} = row.querySelector('[part=actions]')?.getBoundingClientRect() ?? {};
        for (const told of row.querySelectorAll('[part=name], [part=track], [part=meta], [part=note], [part=error]')) {
          expect(told.getBoundingClientRect().bottom, told.outerHTML.slice(0, 80)).to.be.at.most((top ?? 0) + 0.5);
        }
      }
    });
  });
}

describe('of the buttons of an interrupted upload', () => {
  const groundOf = (button: HTMLElement): string => getComputedStyle(button).backgroundColor;

  it('the one thing to do stands out by its ground', async () => {
    const element = await returnedIn(700);
    const [main, discard] = all(element, '[part~=row-interrupted]:first-child button');
    expect(main && discard && [groundOf(main) !== groundOf(discard), groundOf(discard)]).to.deep.equal([true, 'rgba(0, 0, 0, 0)']);
  });

  it('none does when another tab is at work', async () => {
    const element = await returnedIn(700);
    expect(all(element, '[part~=row-elsewhere] button').map(groundOf)).to.deep.equal(['rgba(0, 0, 0, 0)', 'rgba(0, 0, 0, 0)']);
  });
});

describe('the bar of an upload that does not move here', () => {
  const colours = {
    '--chunk-uploader-accent': 'rgb(1, 2, 3)',
    '--chunk-uploader-muted': 'rgb(4, 5, 6)',
    '--chunk-uploader-danger': 'rgb(7, 8, 9)',
  };

  async function colourOf(facts: Facts): Promise<string> {
    const {element} = await scene();
    for (const [name, value] of Object.entries(colours)) element.style.setProperty(name, value);
    await show(element, [snapshotOf(facts)]);
    return getComputedStyle(one(element, 'li [part=confirmed]')).backgroundColor;
  }

  it('is calm when it was interrupted', async () => {
    expect(await colourOf({status: interrupted('nothing')})).to.equal('rgb(4, 5, 6)');
  });

  it('is calm when another tab has it', async () => {
    expect(await colourOf({status: {name: 'elsewhere', there: 'sending'}})).to.equal('rgb(4, 5, 6)');
  });

  it('has the colour of failures when something went wrong', async () => {
    expect(await colourOf({status: interrupted('file', 'other-file')})).to.equal('rgb(7, 8, 9)');
  });
});

describe('from right to left', () => {
  const sides = (element: ChunkUploader): [bar: DOMRect, track: DOMRect] => [
    one(element, '[part=confirmed]').getBoundingClientRect(),
    one(element, '[part=track]').getBoundingClientRect(),
  ];

  async function half(dir: string): Promise<ChunkUploader> {
    const {element, backend} = await scene({}, {holding: true});
    if (element.parentElement) element.parentElement.dir = dir;
    element.style.setProperty('--chunk-uploader-bar-size', '10px');
    element.add(file('a.txt', 20));
    (await nextPart(backend)).confirm();
    await until(() => textOf(element, '[part=status]').includes('50%'), 'half of it');
    return element;
  }

  it('the bar grows from the right', async () => {
    const [bar, track] = sides(await half('rtl'));
    expect(bar.right).to.be.closeTo(track.right, 1);
  });

  it('and otherwise from the left', async () => {
    const [bar, track] = sides(await half('ltr'));
    expect(bar.left).to.be.closeTo(track.left, 1);
  });
});

describe('a row with three buttons', () => {
  it('has its bar in line with those of the others', async () => {
    const {element, backend} = await scene({retries: '1', 'files-at-once': '1'}, {holding: true});
    element.limits = {backOff: 30_000};
    if (element.parentElement) element.parentElement.style.inlineSize = '700px';
    element.add([file('a.txt'), file('b.txt')]);
    (await nextPart(backend)).fail('server', 500);
    await becomes(element, 'waiting');
    const ends = all(element, '[part~=row] [part=track]').map((track) => track.getBoundingClientRect().right);
    expect(all(element, 'li:first-child button')).to.have.length(3);
    expect(ends[0]).to.be.closeTo(ends[1] ?? 0, 0.5);
  });
});

describe('facts that do not fit into one line', () => {
  it('have dots between them, and none where a line begins', async () => {
    const {element, backend} = await scene({retries: '1'}, {holding: true});
    element.limits = {backOff: 30_000};
    if (element.parentElement) element.parentElement.style.inlineSize = '200px';
    element.add(file('a.txt', 4_000));
    (await nextPart(backend)).confirm();
    (await nextPart(backend)).fail('server', 500);
    await becomes(element, 'waiting');
    const meta = one(element, '[part~=row] [part=meta]');
    const [first, second] = [...meta.children].map((fact) => fact.getBoundingClientRect());
    const dot = second && second.left + parseFloat(getComputedStyle(meta.children[1] ?? meta, '::before').insetInlineStart);
    expect(first && second && second.top >= first.bottom - 1).to.equal(true);
    expect(dot).to.be.lessThan(meta.getBoundingClientRect().left);
    expect(getComputedStyle(meta).overflowX).to.equal('clip');
  });
});

describe('what a page can style', () => {
  it('is every part that the documentation names', async () => {
    const {element} = await scene({}, {holding: true});
    element.add([file('a.txt'), file('b.txt')]);
    await becomes(element, 'sending');
    const there = new Set(all(element, '[part]').flatMap((inner) => [...inner.part]));
    const documented = ['base', 'dropzone', 'label', 'button', 'notice', 'total', 'action-all', 'list', 'row', 'icon', 'name', 'meta'];
    expect([...there]).to.include.members([
      ...documented,
      'status',
      'size',
      'actions',
      'action',
      'track',
      'confirmed',
      'sent',
      'row-sending',
      'action-pause',
    ]);
  });

  it('is what stands in rows of an earlier page, and below the list', async () => {
    const element = await returnedIn(700);
    const there = new Set(all(element, '[part]').flatMap((inner) => [...inner.part]));
    expect([...there]).to.include.members(['row-interrupted', 'row-elsewhere', 'note', 'error', 'action-main', 'action-choose', 'hint']);
  });

  it('is the colour of the bar', async () => {
    const {element} = await scene({}, {holding: true});
    element.style.setProperty('--chunk-uploader-accent', 'rgb(1, 2, 3)');
    element.add(file());
    await becomes(element, 'sending');
    expect(getComputedStyle(one(element, '[part=confirmed]')).backgroundColor).to.equal('rgb(1, 2, 3)');
  });

  it('follows the colour scheme of the page', async () => {
    const {element} = await scene();
    const colourIn = (scheme: string): string => {
      element.style.colorScheme = scheme;
      return getComputedStyle(element).color;
    };
    expect(colourIn('dark')).not.to.equal(colourIn('light'));
  });

  it('is hidden by the attribute hidden', async () => {
    const {element} = await scene({hidden: ''});
    expect(getComputedStyle(element).display).to.equal('none');
  });
});
