import {expect} from '@open-wc/testing';
import {sendKeys} from '@web/test-runner-commands';
import {UploadError} from '../../../src/core/errors.js';
import {errorSnapshot, type StatusSnapshot, type UploadSnapshot} from '../../../src/core/snapshot.js';
import type {ChunkUploader} from '../../../src/define.js';
import {all, one, scene, textOf, until} from '../support/scene.js';
import {show, snapshotOf} from '../support/snapshots.js';

const failed: StatusSnapshot = {name: 'failed', error: errorSnapshot(new UploadError('rejected', ''))};
const listOf = (count: number, statusAt: (at: number) => StatusSnapshot = () => ({name: 'queued'})): UploadSnapshot[] =>
  Array.from({length: count}, (_, at) => snapshotOf({id: `u${at}`, name: `file-${at}.txt`, status: statusAt(at)}));

const rows = (element: ChunkUploader): HTMLElement[] => all(element, '[part~=row]');
const positions = (element: ChunkUploader): number[] => rows(element).map((row) => Number(row.getAttribute('aria-posinset')));
const list = (element: ChunkUploader): HTMLElement => one(element, '[part=list]');
const row = (element: ChunkUploader, at: number): HTMLElement | undefined => rows(element).find(({dataset}) => dataset['id'] === `u${at}`);

/** Scrolls the list, and waits until every row that can be seen is drawn. */
async function scrollTo(element: ChunkUploader, top: number): Promise<void> {
  list(element).scrollTop = top;
  await until(() => isFilled(element), 'the rows that can be seen to be drawn');
}

/** Whether no gap can be seen. */
function isFilled(element: ChunkUploader): boolean {
  const box = list(element).getBoundingClientRect();
  return all(element, '.gap').every((gap) => {
    const {top, bottom} = gap.getBoundingClientRect();
    return bottom <= box.top || top >= box.bottom;
  });
}

/** Whether there is at least so much room above and below, in px. */
function isInside(inner: Element | null | undefined, outer: Element, room = 0): boolean {
  const [{top = 0, bottom = 0} = {}, box] = [inner?.getBoundingClientRect(), outer.getBoundingClientRect()];
  return top - room >= box.top && bottom + room <= box.bottom;
}

async function longList(count = 10_000, statusAt?: (at: number) => StatusSnapshot): Promise<ChunkUploader> {
  const {element} = await scene();
  await show(element, listOf(count, statusAt));
  return element;
}

/** How long the bars glide, each different value once: those of rows and that of all. A person who wants less motion sees none. */
const gliding = (element: ChunkUploader): readonly string[] => [
  ...new Set(all(element, '[part=confirmed]').map((bar) => getComputedStyle(bar).transitionDuration)),
];
const motion = matchMedia('(prefers-reduced-motion: reduce)').matches ? '0s' : '0.2s';

describe('a list of a hundred uploads', () => {
  it('has bars that glide', async () => expect(gliding(await longList(100))).to.deep.equal([motion]));
  it('is drawn whole', async () => expect(rows(await longList(100))).to.have.length(100));
  it('leaves it to the browser to count', async () => {
    const [first] = rows(await longList(100));
    expect([first?.hasAttribute('aria-posinset'), first?.hasAttribute('aria-setsize')]).to.deep.equal([false, false]);
  });
  it('is as high as its rows', async () => {
    const element = await longList(100);
    expect(list(element).scrollHeight).to.equal(list(element).clientHeight);
  });
});

describe('a list of ten thousand uploads', () => {
  let element: ChunkUploader;
  beforeEach(async () => (element = await longList()));

  it('has no bar that glides, nor has that of all: a layout for each frame is too much', () =>
    expect(gliding(element)).to.deep.equal(['0s']));

  it('draws a few of them', () => expect(rows(element).length).to.be.within(20, 120));
  it('begins with the first', () => expect(positions(element)[0]).to.equal(1));

  it('says how many there are, and which of them each row is', () => {
    const [, second] = rows(element);
    expect([second?.getAttribute('aria-posinset'), second?.getAttribute('aria-setsize')]).to.deep.equal(['2', '10000']);
  });

  it('is as long as if all were drawn', () => {
    const height = rows(element)[1]?.getBoundingClientRect().height ?? 0;
    expect(list(element).scrollHeight).to.be.within(height * 9_000, height * 11_000);
  });

  it('is scrolled by itself, so that the rest of the page stays within reach', () =>
    expect(list(element).getBoundingClientRect().height).to.be.at.most(innerHeight));

  it('has nothing in its gaps for people who hear it', () => {
    for (const gap of all(element, '.gap')) expect([gap.getAttribute('role'), gap.textContent]).to.deep.equal(['none', '']);
  });

  it('draws what comes into view', async () => {
    await scrollTo(element, list(element).scrollHeight / 2);
    expect(positions(element)[0]).to.be.within(4_000, 6_000);
    expect(rows(element).length).to.be.below(120);
  });

  it('ends with the last', async () => {
    // How long it is in all is known when the last rows are drawn.
    for (let times = 0; times < 10 && !row(element, 9_999); times += 1) await scrollTo(element, list(element).scrollHeight);
    expect(row(element, 9_999)?.nextElementSibling).to.equal(null);
  });

  it('has no hole, however it is scrolled', async () => {
    const seen = new Set<number>();
    for (let top = 0; top < 20_000; top += 300) {
      await scrollTo(element, top);
      for (const position of positions(element)) seen.add(position);
    }
    const last = Math.max(...seen);
    expect([last > 100, seen.size]).to.deep.equal([true, last]);
  });

  it('has its rows in order', async () => {
    await scrollTo(element, 5_000);
    const drawn = positions(element);
    expect(drawn).to.deep.equal([...drawn].sort((a, b) => a - b));
  });

  it('follows when it becomes short', async () => {
    await scrollTo(element, list(element).scrollHeight);
    await show(element, listOf(3));
    expect(rows(element)).to.have.length(3);
  });

  it('follows when it becomes shorter and is still long', async () => {
    await scrollTo(element, list(element).scrollHeight);
    await show(element, listOf(150));
    await until(() => rows(element).length > 0 && isFilled(element), 'rows');
    expect(positions(element).at(-1)).to.equal(150);
  });

  it('draws again only the row whose upload has changed', async () => {
    const uploads = listOf(10_000);
    await show(element, uploads);
    const before = rows(element);
    uploads[1] = snapshotOf({id: 'u1', name: 'file-1.txt', status: {name: 'paused'}});
    await show(element, [...uploads]);
    expect([rows(element)[0] === before[0], rows(element)[1]?.dataset['status']]).to.deep.equal([true, 'paused']);
  });

  it('may be let as long as it is by the page, and draws what the page scrolls into view', async () => {
    const style = document.createElement('style');
    style.textContent = 'chunk-uploader::part(list) {max-block-size: none}';
    document.head.append(style);
    try {
      window.scrollTo(0, 100_000);
      await until(() => (positions(element)[0] ?? 0) > 500, 'rows further down');
    } finally {
      style.remove();
      window.scrollTo(0, 0);
    }
  });
});

describe('rows of different heights', () => {
  it('are all there, also where many have failed and are higher', async () => {
    const element = await longList(1_000, (at) => (at % 3 === 0 ? failed : {name: 'done', result: {} as never}));
    const seen = new Set<number>();
    const end = (): number => list(element).scrollHeight - list(element).clientHeight;
    for (let top = 0; top < end(); top += 250) {
      await scrollTo(element, top);
      for (const position of positions(element)) seen.add(position);
    }
    expect(seen.size).to.equal(1_000);
  });
});

describe('the keyboard in a long list', () => {
  it('stays on a row that is scrolled out of view', async () => {
    const element = await longList();
    const button = row(element, 1)?.querySelector('button');
    button?.focus();
    await scrollTo(element, 100_000);
    expect(element.shadowRoot?.activeElement).to.equal(button);
    expect(positions(element)[0]).to.equal(2);
  });

  it('leaves no other row behind', async () => {
    const element = await longList();
    row(element, 1)?.querySelector('button')?.focus();
    await scrollTo(element, 100_000);
    expect(positions(element)[1]).to.be.above(500);
  });

  it('stays on its row when that is scrolled out below', async () => {
    const element = await longList();
    await scrollTo(element, 100_000);
    const focused = rows(element)[20];
    focused?.querySelector('button')?.focus();
    await scrollTo(element, 0);
    expect(element.shadowRoot?.activeElement?.closest('li')).to.equal(focused);
    expect(rows(element).at(-1)).to.equal(focused);
  });

  it('stays in its row when the upload ends while it is out of view', async () => {
    const element = await longList();
    row(element, 1)?.querySelector('button')?.focus();
    await scrollTo(element, 100_000);
    await show(
      element,
      listOf(10_000, (at) => (at === 1 ? {name: 'done', result: {} as never} : {name: 'queued'})),
    );
    expect(element.shadowRoot?.activeElement?.closest<HTMLElement>('li')?.dataset['id']).to.equal('u1');
  });

  it('goes from row to row by Tab', async () => {
    const element = await longList(1_000, () => ({name: 'done', result: {} as never}));
    row(element, 0)?.querySelector('button')?.focus();
    for (let at = 0; at < 50; at += 1) {
      const focused = element.shadowRoot?.activeElement;
      expect(focused?.closest('li')?.getAttribute('aria-posinset')).to.equal(`${at + 1}`);
      await until(() => isInside(focused, list(element)), `the button of row ${at + 1} to be seen`);
      // A person's keys come later than the frame that draws what follows; a driver's may not, on a busy machine.
      await until(() => row(element, at + 1), `row ${at + 2} to be drawn`);
      await sendKeys({press: 'Tab'});
    }
  });

  /** Goes by Tab to the button of the fourth row, in a list that ends so many px below the upper edge of that button. */
  async function tabToEnd(height: (button: DOMRect) => number): Promise<{button: Element | null | undefined; element: ChunkUploader}> {
    const element = await longList(1_000, () => ({name: 'done', result: {} as never}));
    const [before, button] = [2, 3].map((at) => row(element, at)?.querySelector('button'));
    const box = button?.getBoundingClientRect() ?? new DOMRect();
    list(element).style.maxBlockSize = `${box.top - list(element).getBoundingClientRect().top + height(box)}px`;
    before?.focus();
    await sendKeys({press: 'Tab'});
    expect(element.shadowRoot?.activeElement).to.equal(button);
    return {button, element};
  }

  it('has its whole ring in view when it goes to a button that was out of view', async () => {
    const {button, element} = await tabToEnd(() => -1);
    await until(() => isInside(button, list(element), 4), 'room for the ring');
  });

  // Firefox scrolls only to what cannot be seen at all.
  const whereItScrolls = navigator.userAgent.includes('Firefox') ? it.skip : it;

  whereItScrolls('has its whole ring in view when it goes to a button at the very end of what can be seen', async () => {
    const {button, element} = await tabToEnd(({height}) => height + 2);
    await until(() => isInside(button, list(element), 4), 'room for the ring');
  });

  it('is nowhere in the list when it was elsewhere', async () => {
    const element = await longList();
    await scrollTo(element, 100_000);
    expect(row(element, 1)).to.equal(undefined);
  });
});

describe('failed uploads in a long list', () => {
  const some = (at: number): StatusSnapshot => (at % 1_000 === 999 ? failed : {name: 'queued'});
  const button = (element: ChunkUploader): HTMLElement | undefined => all(element, '[part~=action-all-failed]')[0];
  const press = async (element: ChunkUploader): Promise<void> => {
    button(element)?.click();
    await element.updateComplete;
  };

  it('are counted on a button', async () => {
    const element = await longList(5_000, some);
    expect(textOf(element, '[part~=action-all-failed]')).to.equal('Only failed (5)');
    expect(button(element)?.getAttribute('aria-pressed')).to.equal('false');
  });

  it('are all that is shown when it is pressed', async () => {
    const element = await longList(5_000, some);
    await press(element);
    expect(rows(element).map(({dataset}) => dataset['id'])).to.deep.equal(['u999', 'u1999', 'u2999', 'u3999', 'u4999']);
    expect(button(element)?.getAttribute('aria-pressed')).to.equal('true');
  });

  it('leave no doubt to anybody who looks whether it is pressed', async () => {
    const element = await longList(5_000, some);
    const line = (): string | undefined => button(element) && getComputedStyle(button(element) as HTMLElement).textDecorationLine;
    expect(line()).to.equal('none');
    await press(element);
    expect(line()).to.equal('underline');
  });

  it('are counted among themselves then', async () => {
    const element = await longList(5_000, some);
    await press(element);
    expect([rows(element)[1]?.getAttribute('aria-posinset'), rows(element)[1]?.getAttribute('aria-setsize')]).to.deep.equal(['2', '5']);
  });

  it('are among all others when it is pressed again', async () => {
    const element = await longList(5_000, some);
    await press(element);
    await press(element);
    expect(positions(element)[0]).to.equal(1);
    expect(rows(element).length).to.be.above(20);
  });

  it('are found also when the list had been scrolled to its end', async () => {
    const element = await longList(5_000, some);
    await scrollTo(element, list(element).scrollHeight);
    await press(element);
    expect(rows(element)).to.have.length(5);
  });

  it('are no view of their own any more when there are none', async () => {
    const element = await longList(5_000, some);
    await press(element);
    await show(element, listOf(5_000));
    expect(button(element)).to.equal(undefined);
    expect(positions(element)[0]).to.equal(1);
  });

  it('need no button in a short list', async () => expect(button(await longList(50, () => failed))).to.equal(undefined));
  it('need none where none has failed', async () => expect(button(await longList(5_000))).to.equal(undefined));
});

describe('a long list and its element', () => {
  it('goes on when the element was removed and is back', async () => {
    const element = await longList();
    const {parentNode} = element;
    element.remove();
    parentNode?.append(element);
    await scrollTo(element, 200_000);
    expect(positions(element)[0]).to.be.above(500);
  });
});
