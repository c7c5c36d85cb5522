import {expect} from '@open-wc/testing';
import type {UploadErrorCode} from '../../../src/core/errors.js';
import type {ChunkUploader} from '../../../src/define.js';
import {english} from '../../../src/element/messages.js';
import {all, becomes, file, nextPart, one, scene, textOf, until, uploadAt, type Scene} from '../support/scene.js';

const bar = (element: ChunkUploader): HTMLElement => one(element, '[part~=row] [role=progressbar]');

const shown = (element: ChunkUploader, part: 'confirmed' | 'sent'): number =>
  parseFloat(one(element, `[part~=row] [part=${part}]`).style.scale) * 100;

/** Confirms so many parts of ten bytes, and waits until the element shows it. */
async function confirmed(size: number, parts: number): Promise<Scene> {
  const made = await scene({}, {holding: true});
  made.element.add(file('a.txt', size));
  for (let part = 0; part < parts; part += 1) (await nextPart(made.backend)).confirm();
  const bytes = Math.min(size, parts * 10);
  await until(() => uploadAt(made.element).progress.confirmed === bytes, `${bytes} bytes`);
  await until(() => made.backend.parts.length === 1 && uploadAt(made.element).progress.sent > 0, 'the next part on its way');
  const isDrawn = (part: 'confirmed' | 'sent', bytes: number): boolean =>
    Math.abs(shown(made.element, part) - Math.min(99, (Math.min(size, bytes) / size) * 100)) < 0.01;
  await until(() => isDrawn('sent', bytes + 10) && isDrawn('confirmed', bytes), 'the bar to be drawn');
  return made;
}

describe('the bar in mid-upload', () => {
  it('tells the confirmed share, rounded down', async () => {
    const {element} = await confirmed(70, 2);
    expect(bar(element).getAttribute('aria-valuenow')).to.equal('28');
  });

  it('draws the dark part as far as the server has confirmed', async () => {
    const {element, backend} = await confirmed(40, 1);
    expect(shown(element, 'confirmed')).to.equal((backend.received('a.txt') / 40) * 100);
  });

  it('draws the pale part as far as was sent', async () => {
    const {element} = await confirmed(40, 1);
    expect(shown(element, 'sent')).to.equal(50);
  });

  it("has a name with the file's name", async () => {
    const {element} = await confirmed(40, 1);
    expect(bar(element).getAttribute('aria-label')).to.equal('Uploading a.txt');
  });

  it('says in words what it tells in numbers', async () => {
    const {element} = await confirmed(40, 1);
    expect(bar(element).getAttribute('aria-valuetext')).to.match(/^Uploading 25%, 10 bytes of 40 bytes/);
  });

  it('has its limits', async () => {
    const {element} = await confirmed(40, 1);
    expect([bar(element).getAttribute('aria-valuemin'), bar(element).getAttribute('aria-valuemax')]).to.deep.equal(['0', '100']);
  });

  it('falls back to the confirmed share when it is paused', async () => {
    const {element} = await confirmed(40, 1);
    element.pause();
    await element.updateComplete;
    expect([shown(element, 'confirmed'), shown(element, 'sent')]).to.deep.equal([25, 25]);
  });
});

describe('the bar before the server has said "complete"', () => {
  it('is not at 100 with everything sent and all but one byte confirmed', async () => {
    const {element} = await confirmed(1_001, 100);
    expect(bar(element).getAttribute('aria-valuenow')).to.equal('99');
    expect(shown(element, 'sent')).to.be.at.most(99);
  });

  it('is not at 100 for an empty file that waits', async () => {
    const {element} = await scene({manual: ''});
    element.add(file('empty.txt', 0));
    await element.updateComplete;
    expect(bar(element).getAttribute('aria-valuenow')).to.equal('0');
  });
});

describe('the bar afterwards', () => {
  it('is at 100', async () => {
    const {element, backend} = await confirmed(40, 1);
    backend.letGo();
    await becomes(element, 'done');
    expect([bar(element).getAttribute('aria-valuenow'), shown(element, 'confirmed')]).to.deep.equal(['100', 100]);
  });
});

describe('a row in words', () => {
  it('has name, status and size', async () => {
    const {element} = await scene({manual: ''});
    element.add(file('report.pdf', 1_500));
    await element.updateComplete;
    expect([textOf(element, '[part=name]'), textOf(element, '[part=status]'), textOf(element, '[part=size]')]).to.deep.equal([
      'report.pdf',
      'Waiting',
      '1.5 kB',
    ]);
  });

  it('tells speed and time left once they are known', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file('a.txt', 4_000));
    const drip = setInterval(() => backend.parts.shift()?.confirm(), 30);
    await until(() => all(element, '[part~=row] [part=remaining]').length > 0, 'the time left');
    clearInterval(drip);
    expect(textOf(element, '[part=speed]')).to.match(/^[\d.,]+ (byte|kB|MB)\/s$/);
    expect(textOf(element, '[part=remaining]')).to.match(/^\d.* left$/);
  });

  it('tells no speed when it is paused', async () => {
    const {element} = await confirmed(40, 1);
    element.pause();
    await element.updateComplete;
    expect(all(element, '[part=speed]')).to.have.length(0);
  });

  it('says that it is paused, and how far it is', async () => {
    const {element} = await confirmed(40, 1);
    element.pause();
    await element.updateComplete;
    expect(textOf(element, '[part=status]')).to.equal('Paused 25%');
  });

  it('says that it is done, without a percentage', async () => {
    const {element} = await scene();
    element.add(file());
    await becomes(element, 'done');
    expect(textOf(element, '[part=status]')).to.equal('Done');
  });

  it('says when another upload holds it up', async () => {
    const {element, backend} = await scene({'files-at-once': '1'}, {holding: true});
    element.add([file('a.txt'), file('b.txt')]);
    (await nextPart(backend)).fail('network');
    await becomes(element, 'failed');
    expect(all(element, '[part=status]').map(({textContent}) => textContent)).to.deep.equal(['Failed', 'On hold']);
    expect(textOf(element, '[part=total] [part=meta]')).to.contain('Stopped by a failure');
  });

  it('says that it tries again by itself', async () => {
    const {element, backend} = await scene({retries: '1'}, {holding: true});
    element.add(file());
    (await nextPart(backend)).fail('server', 500);
    await becomes(element, 'waiting');
    expect(textOf(element, '[part=status]')).to.match(/^Trying again (in 1 sec|soon)$/);
  });

  it('keeps the markup of a name and the status of the row apart', async () => {
    const {element} = await scene({manual: ''});
    element.add(file());
    await element.updateComplete;
    expect(one(element, '[part~=row]').dataset['status']).to.equal('queued');
    expect(one(element, '[part~=row]').matches('[part~=row-queued]')).to.equal(true);
  });
});

const failures: readonly UploadErrorCode[] = [
  ...(['offline', 'network', 'timeout', 'server', 'server-busy', 'unauthorized', 'rejected', 'too-large', 'elsewhere'] as const),
  ...(['corrupt', 'protocol', 'file-changed', 'file-unreadable', 'unexpected'] as const),
];

for (const code of failures) {
  describe(`a row that failed with ${code}`, () => {
    it('says what happened and what to do', async () => {
      const {element, backend} = await scene();
      backend.refuses = {code};
      element.add(file());
      await becomes(element, 'failed');
      expect(textOf(element, '[part=error]')).to.equal(english.errors[code]);
    });
  });
}

describe('a row that failed with an HTTP status', () => {
  it('names it', async () => {
    const {element, backend} = await scene();
    backend.refuses = {code: 'server', status: 502};
    element.add(file());
    await becomes(element, 'failed');
    expect(textOf(element, '[part=error]')).to.contain('(HTTP 502)');
  });
});

describe('the buttons of a row', () => {
  const labels = (element: ChunkUploader): (string | null)[] =>
    all(element, '[part~=row] button').map((button) => button.getAttribute('aria-label'));

  it('are pause and cancel while it is on its way', async () => {
    const {element} = await confirmed(40, 1);
    expect(labels(element)).to.deep.equal(['Pause a.txt', 'Cancel a.txt']);
  });

  it('are resume and cancel when it is paused', async () => {
    const {element} = await confirmed(40, 1);
    element.pause();
    await element.updateComplete;
    expect(labels(element)).to.deep.equal(['Resume a.txt', 'Cancel a.txt']);
  });

  it('are retry and cancel when it failed and a retry can help', async () => {
    const {element, backend} = await scene();
    backend.refuses = {code: 'network'};
    element.add(file());
    await becomes(element, 'failed');
    expect(labels(element)).to.deep.equal(['Retry a.txt', 'Cancel a.txt']);
  });

  it('are only remove when it failed and no retry can help', async () => {
    const {element, backend} = await scene();
    backend.refuses = {code: 'too-large'};
    element.add(file());
    await becomes(element, 'failed');
    expect(labels(element)).to.deep.equal(['Remove a.txt']);
  });

  it('are only remove when it is done', async () => {
    const {element} = await scene();
    element.add(file());
    await becomes(element, 'done');
    expect(labels(element)).to.deep.equal(['Remove a.txt']);
  });

  it('are start and cancel when it waits for start()', async () => {
    const {element} = await scene({manual: ''});
    element.add(file());
    await element.updateComplete;
    expect(labels(element)).to.deep.equal(['Start a.txt', 'Cancel a.txt']);
  });
});

describe('the line about all', () => {
  it('is not there for one file', async () => {
    const {element} = await confirmed(40, 1);
    expect(all(element, '[part=total]')).to.have.length(0);
  });

  it('tells how many are done, and the confirmed share of all', async () => {
    const {element, backend} = await scene({'files-at-once': '1'}, {holding: true});
    element.add([file('a.txt', 10), file('b.txt', 30)]);
    (await nextPart(backend)).confirm();
    await until(() => element.progress.confirmed === 10 && backend.parts.length === 1, 'the first file');
    await until(() => textOf(element, '[part=total] [part=meta]').includes('25%'), 'the share');
    expect(textOf(element, '[part=total] [part=meta]')).to.match(/^1 of 2 done 25%/);
    expect(one(element, '[part=total] [role=progressbar]').getAttribute('aria-valuenow')).to.equal('25');
  });

  it('does not count what was canceled', async () => {
    const {element} = await scene({manual: ''});
    const [first] = element.add([file('a.txt'), file('b.txt'), file('c.txt')]);
    element.cancel(first?.id);
    await element.updateComplete;
    expect(textOf(element, '[part=total] [part=meta]')).to.match(/^0 of 2 done/);
  });

  it('is at 100 only when the last one is done', async () => {
    const {element} = await scene();
    element.add([file('a.txt'), file('b.txt')]);
    await until(() => element.progress.count.done === 2, 'both');
    await element.updateComplete;
    expect(one(element, '[part=total] [role=progressbar]').getAttribute('aria-valuenow')).to.equal('100');
  });
});

const hostile: Record<string, string> = {
  markup: '<img src=x onerror=alert(1)>.png',
  quotes: `"quoted" & 'quoted'.txt`,
  'a template literal': '${alert(1)}.txt',
  'a Lit marker': '<!--?lit$123$-->.txt',
  emoji: '👩‍👩‍👧‍👦 family.jpg',
  'very long': `${'x'.repeat(251)}.txt`,
  'right to left': 'تقرير.pdf',
};

for (const [kind, name] of Object.entries(hostile)) {
  describe(`a name with ${kind}`, () => {
    it('is shown as it is, as text', async () => {
      const {element} = await scene({manual: ''});
      element.add(file(name));
      await element.updateComplete;
      expect(one(element, '[part=name]').textContent).to.equal(name);
      expect(one(element, '[part=name]').querySelector('img, script')).to.equal(null);
    });

    it('is in the labels, whole', async () => {
      const {element} = await scene({manual: ''});
      element.add(file(name));
      await element.updateComplete;
      expect(one(element, '[part~=action-cancel]').getAttribute('aria-label')).to.equal(`Cancel ${name}`);
      expect(one(element, '[part=name]').title).to.equal(name);
    });
  });
}

describe('a name that turns the direction of its end', () => {
  const name = 'invoice\u202Efdp.exe';

  it('is shown with a mark, everywhere', async () => {
    const {element} = await scene({manual: ''});
    element.add(file(name));
    await element.updateComplete;
    const everything = element.shadowRoot?.innerHTML ?? '';
    expect(everything).not.to.contain('\u202E');
    expect(textOf(element, '[part=name]')).to.equal('invoice[U+202E]fdp.exe');
  });

  it('is not changed in the data', async () => {
    const {element} = await scene({manual: ''});
    element.add(file(name));
    expect(uploadAt(element).name).to.equal(name);
  });

  it('is shown with a mark when it is refused, too', async () => {
    const {element} = await scene({'max-size': '1'});
    element.add(file(name));
    await element.updateComplete;
    expect(textOf(element, '[part=notice]')).to.contain('invoice[U+202E]fdp.exe was not added');
  });
});

describe('a name of more than one line', () => {
  it('stays one line', async () => {
    const {element} = await scene({manual: ''});
    element.add(file('first\nsecond\r\n.txt'));
    await element.updateComplete;
    expect(one(element, '[part=name]').textContent).to.equal('first[U+000A]second[U+000D][U+000A].txt');
  });
});
