import {expect} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {english} from '../../../src/element/messages.js';
import {recordRequests, type RequestRecord, type Scripted} from '../support/requests.js';
import {all, becomes, file, nextPart, one, scene, textOf, until} from '../support/scene.js';

/** Names that are markup, that turn what follows around, that hide, or that are another script's. */
const names: Readonly<Record<string, string>> = {
  markup: '<img src=x onerror="globalThis.hacked=1">.png',
  'a script': '"><script>globalThis.hacked=1</script>.txt',
  'an attribute': '" onmouseover="globalThis.hacked=1" x=".txt',
  'a turned end': 'invoice\u202Efdp.exe',
  'isolates that are never closed': '\u2067\u2066report.txt',
  'an end of isolation': '\u2069\u2069\u202Cafter.txt',
  'control characters': 'a\u0000b\u0007c\u001Bd\u009Be\r\nf.txt',
  'what cannot be seen': 'photo.jpg\u200B\u2060\u3164\uFEFF.exe',
  'a word from right to left': 'ملف.pdf',
};

/** Characters that may be seen nowhere: they would do something to what stands around them. */
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff]/;

/** Every text and every attribute inside of the element. */
function everything(element: ChunkUploader): string[] {
  const inner = all(element, '*');
  const texts = inner.flatMap(({childNodes}) => [...childNodes].flatMap((node) => (node instanceof Text ? [node.data] : [])));
  return [...texts, ...inner.flatMap(({attributes}) => [...attributes].map(({value}) => value))];
}

/** The element after a file of this name was refused, began, waited to try again, and failed. */
async function through(name: string): Promise<ChunkUploader> {
  const {element, backend} = await scene({retries: '1', 'max-size': '50', 'files-at-once': '1'}, {holding: true});
  element.limits = {backOff: 30_000};
  element.add([file(name), file('b.txt')]);
  (await nextPart(backend)).fail('server', 500);
  await becomes(element, 'waiting');
  element.retries = 0;
  element.retry();
  (await nextPart(backend)).fail('server', 500);
  await becomes(element, 'failed');
  element.add(file(name, 60));
  await element.updateComplete;
  return element;
}

for (const [what, name] of Object.entries(names)) {
  describe(`Threat 3: a name with ${what}`, () => {
    it('acts nowhere: not in texts, labels, titles, live regions or the notice', async () => {
      const element = await through(name);
      expect(everything(element).filter((text) => acting.test(text))).to.deep.equal([]);
    });

    it('makes no element, and runs nothing', async () => {
      const element = await through(name);
      expect(all(element, 'img, script, [onerror], [onmouseover]')).to.deep.equal([]);
      expect(Reflect.get(globalThis, 'hacked')).to.equal(undefined);
    });

    it('is isolated wherever it can be seen', async () => {
      const element = await through(name);
      const shown = textOf(element, '[part=name]');
      const end = shown.slice(-8);
      const holding = all(element, '*').filter(
        (inner) => [...inner.childNodes].some((node) => node instanceof Text && node.data.includes(end)) && !inner.matches('.hidden'),
      );
      expect(holding.length).to.be.at.least(2);
      expect(holding.filter((inner) => inner.closest('bdi') === null).map(({outerHTML}) => outerHTML)).to.deep.equal([]);
    });

    it('is not in what a form says', async () => {
      const element = await through(name);
      expect(element.validationMessage).to.equal(english.form.unfinished);
    });
  });
}

describe('Threat 3: a refused name from right to left', () => {
  it('does not turn the sentence around it', async () => {
    const {element} = await scene({'max-size': '1'});
    element.add(file('ملف.pdf'));
    await element.updateComplete;
    const line = one(element, '[part=notice] li');
    const name = line.querySelector('bdi')?.getBoundingClientRect();
    expect(line.textContent).to.equal('ملف.pdf was not added. The file is too large.');
    expect(name && name.left - line.getBoundingClientRect().left < 2).to.equal(true);
  });

  it('may be told of in words that leave it out', async () => {
    const {element} = await scene({'max-size': '1'});
    element.messages = {notAdded: () => 'One was left out.'};
    element.add(file('ملف.pdf'));
    await element.updateComplete;
    expect(textOf(element, '[part=notice] li')).to.equal('One was left out.');
  });
});

const hostile = '<img src=x onerror="globalThis.hacked=1">\u202E\u0007 your password, please';

/** What a server may say, in every place where it can say something. */
const answers: Readonly<Record<string, Scripted>> = {
  'a problem document': {status: 400, body: {type: hostile, title: hostile, detail: hostile, instance: hostile}},
  'a page': {status: 503, body: `<!doctype html><script>globalThis.hacked=1</script>${hostile}`},
  'a success that is none': {status: 200, body: {complete: hostile, size: hostile, received: hostile}},
  'a place that is none': {status: 201, location: hostile, body: {size: 40, complete: false, received: []}},
  'a result': {
    status: 201,
    location: '/uploads/1',
    body: {size: 40, complete: true, result: {url: hostile, name: hostile, type: hostile, digest: null, note: hostile}},
  },
};

for (const [what, answer] of Object.entries(answers)) {
  describe(`Threat 3: hostile words of a server in ${what}`, () => {
    let record: RequestRecord;
    beforeEach(() => (record = recordRequests(() => answer)));
    afterEach(() => record.stop());

    async function answered(): Promise<ChunkUploader> {
      const {element} = await scene({endpoint: '/uploads', 'resume-key': crypto.randomUUID()});
      element.protocol = 'chunks';
      element.add(file());
      await until(() => element.progress.count.failed + element.progress.count.done === 1, 'the end');
      await element.updateComplete;
      return element;
    }

    it('are shown nowhere', async () => {
      const element = await answered();
      expect(everything(element).filter((text) => /password|hacked/.test(text) || acting.test(text))).to.deep.equal([]);
      expect(Reflect.get(globalThis, 'hacked')).to.equal(undefined);
    });

    it('are replaced by words of our own', async () => {
      const element = await answered();
      const [upload] = element.uploads;
      if (upload?.status.name === 'failed') expect(textOf(element, '[part=error]')).to.contain(english.errors[upload.status.error.code]);
      else expect(textOf(element, '[part=status]')).to.equal(english.status.done);
    });
  });
}
