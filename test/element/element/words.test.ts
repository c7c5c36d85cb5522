import {expect, fixture, html} from '@open-wc/testing';
import {UploadError} from '../../../src/core/errors.js';
import {errorSnapshot, type StatusSnapshot} from '../../../src/core/snapshot.js';
import type {ChunkUploader} from '../../../src/define.js';
import {splitName, visibleName} from '../../../src/element/file-name.js';
import {formatFor, percentOf} from '../../../src/element/format.js';
import {languageOf} from '../../../src/element/language.js';
import {english, errorText, statusText, withOverrides} from '../../../src/element/messages.js';
import {all, becomes, file, nextPart, one, scene, textOf, until} from '../support/scene.js';

describe('bytes', () => {
  const cases: readonly (readonly [bytes: number, text: string])[] = [
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [1_234, '1.23 kB'],
    [12_345, '12.3 kB'],
    [123_456, '123 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [1_073_741_824, '1.07 GB'],
    [5e12, '5 TB'],
    [3e15, '3 PB'],
    [3e18, '3,000 PB'],
    [-5, '0 bytes'],
  ];
  for (const [bytes, text] of cases) {
    it(`${bytes} are "${text}"`, () => {
      expect(formatFor('en').bytes(bytes)).to.equal(text);
    });
  }

  it('are written as people of the language do', () => {
    expect(formatFor('de').bytes(1_234_567)).to.match(/^1,23\sMB$/);
  });
});

describe('a duration', () => {
  const cases: readonly (readonly [ms: number, text: string])[] = [
    [0, '1 sec'],
    [1_500, '2 sec'],
    [9_000, '9 sec'],
    [11_000, '15 sec'],
    [54_000, '55 sec'],
    [56_000, '1 min'],
    [61_000, '2 min'],
    [59 * 60_000, '59 min'],
    [60 * 60_000, '1 hr'],
    [95 * 60_000, '1 hr 35 min'],
    [11 * 3_600_000 + 60_000, '11 hr'],
  ];
  for (const [ms, text] of cases) {
    it(`of ${ms} ms is "${text}"`, () => {
      expect(formatFor('en').duration(ms)).to.equal(text);
    });
  }
});

describe('a countdown', () => {
  const cases: readonly (readonly [ms: number, text: string])[] = [
    [0, '0 sec'],
    [1, '1 sec'],
    [11_001, '12 sec'],
    [59_000, '59 sec'],
    [59_001, '1 min'],
    [61_000, '1 min 1 sec'],
    [300_000, '5 min'],
  ];
  for (const [ms, text] of cases) {
    it(`of ${ms} ms is at "${text}"`, () => {
      expect(formatFor('en').countdown(ms)).to.equal(text);
    });
  }
});

describe('other numbers', () => {
  it('a speed has a unit per second', () => {
    expect(formatFor('en').speed(2_345_678)).to.equal('2.35 MB/s');
  });

  it('a percentage has no decimals', () => {
    expect(formatFor('en').percent(45)).to.equal('45%');
  });

  it("a tag that is no language falls back to the browser's own", () => {
    expect(formatFor('not a language').bytes(1)).to.equal(formatFor('').bytes(1));
  });

  it('a language is asked once', () => {
    expect(formatFor('fr')).to.equal(formatFor('fr'));
  });
});

describe('a percentage of bytes', () => {
  it('is rounded down', () => {
    expect(percentOf(1, 3, false)).to.equal(33);
  });

  it('is 99 when all bytes are there and nobody has said that it is over', () => {
    expect(percentOf(10, 10, false)).to.equal(99);
  });

  it('is 100 when it is over, of an empty file too', () => {
    expect([percentOf(10, 10, true), percentOf(0, 0, true)]).to.deep.equal([100, 100]);
  });

  it('is 0 of an empty file that is not over', () => {
    expect(percentOf(0, 0, false)).to.equal(0);
  });
});

describe('a name for people', () => {
  const same: readonly string[] = ['a.txt', 'with space.txt', 'ünïcödé.txt', '文件.txt', '👩‍👩‍👧‍👦.jpg', 'نص\u200Cفارسی.txt', 'e\u0301.txt'];
  for (const name of same) {
    it(`is "${name}" as it is`, () => {
      expect(visibleName(name)).to.equal(name);
    });
  }

  const marked: readonly (readonly [name: string, text: string])[] = [
    ['a\u0000b', 'a[U+0000]b'],
    ['a\tb', 'a[U+0009]b'],
    ['a\u007Fb', 'a[U+007F]b'],
    ['a\u0085b', 'a[U+0085]b'],
    ['a\u00ADb', 'a[U+00AD]b'],
    ['a\u061Cb', 'a[U+061C]b'],
    ['a\u200Bb', 'a[U+200B]b'],
    ['a\u200Eb\u200F', 'a[U+200E]b[U+200F]'],
    ['a\u2028b', 'a[U+2028]b'],
    ['\u202Ab\u202C', '[U+202A]b[U+202C]'],
    ['\u2066b\u2069', '[U+2066]b[U+2069]'],
    ['\uFEFFb', '[U+FEFF]b'],
    ['\uD800b', '[U+D800]b'],
    ['a\u180Eb', 'a[U+180E]b'],
    ['a\u206Fb', 'a[U+206F]b'],
    ['a\u3164b\uFFA0', 'a[U+3164]b[U+FFA0]'],
    ['a\uFFF9b', 'a[U+FFF9]b'],
  ];
  for (const [name, text] of marked) {
    it(`is ${text} where something hides`, () => {
      expect(visibleName(name)).to.equal(text);
    });
  }
});

describe('a long name', () => {
  it('keeps its end, with the extension', () => {
    const {head, tail} = splitName('a very long name of a file with its extension.tar.gz');
    expect(tail).to.equal('ion.tar.gz');
    expect(head + tail).to.equal('a very long name of a file with its extension.tar.gz');
  });

  it('is not split while it is short', () => {
    expect(splitName('short.txt')).to.deep.equal({head: 'short.txt', tail: ''});
  });

  it('is never cut inside of what people see as one character', () => {
    const {tail} = splitName(`${'x'.repeat(30)}👩‍👩‍👧‍👦.jpg12345`);
    expect(tail).to.equal('👩‍👩‍👧‍👦.jpg12345');
  });
});

describe('the texts', () => {
  it('can be replaced one by one', () => {
    const messages = withOverrides({list: 'Dateien', errors: {offline: 'Kein Netz.'}});
    expect([messages.list, messages.errors.offline, messages.errors.network]).to.deep.equal([
      'Dateien',
      'Kein Netz.',
      english.errors.network,
    ]);
  });

  it('have a sentence for every failure, and no two the same', () => {
    const sentences = Object.values(english.errors);
    expect(new Set(sentences).size).to.equal(sentences.length);
    for (const sentence of sentences) expect(sentence).to.match(/^[A-Z].*\.$/);
  });

  it('name the HTTP status where there was one', () => {
    expect(errorText(english, {code: 'server', status: 500})).to.equal(`${english.errors.server} (HTTP\u00a0500)`);
    expect(errorText(english, {code: 'server'})).to.equal(english.errors.server);
  });

  const result = {url: null, verified: 'length', digest: null, clientDigest: null, server: null} as const;
  const error = errorSnapshot(new UploadError('network', ''));
  const cases: readonly (readonly [status: StatusSnapshot, held: boolean, text: string])[] = [
    [{name: 'queued'}, false, 'Waiting'],
    [{name: 'queued'}, true, 'On hold'],
    [{name: 'preparing'}, false, 'Checking'],
    [{name: 'sending'}, false, 'Uploading'],
    [{name: 'sending', verifying: true}, false, 'Verifying'],
    [{name: 'finishing'}, false, 'Finishing'],
    [{name: 'paused'}, true, 'Paused'],
    [{name: 'waiting', error, attempt: 1, until: 0}, false, 'Trying again soon'],
    [{name: 'failed', error}, false, 'Failed'],
    [{name: 'done', result: {...result, instant: false}}, false, 'Done'],
    [{name: 'done', result: {...result, instant: true}}, false, 'Done, the server had it already'],
    [{name: 'canceled'}, false, 'Canceled'],
    [{name: 'interrupted', needs: 'nothing'}, true, 'Interrupted'],
    [{name: 'interrupted', needs: 'file', error}, false, 'Interrupted'],
    [{name: 'elsewhere'}, true, 'Uploading in another tab'],
  ];
  for (const [status, held, text] of cases) {
    it(`say "${text}" of one that is ${status.name}${held ? ' and held' : ''}`, () => {
      expect(statusText(english, status, held)).to.equal(text);
    });
  }
});

describe('what the texts say of an upload in another tab', () => {
  const said = {
    queued: 'Waiting in another tab',
    preparing: 'Uploading in another tab',
    sending: 'Uploading in another tab',
    finishing: 'Uploading in another tab',
    paused: 'Paused in another tab',
    waiting: 'Trying again soon in another tab',
    failed: 'Failed in another tab',
    done: 'Done in another tab',
    canceled: 'Canceled in another tab',
    interrupted: 'Interrupted in another tab',
    elsewhere: 'Uploading in another tab',
  } as const satisfies Record<StatusSnapshot['name'], string>;
  for (const [there, text] of Object.entries(said) as [StatusSnapshot['name'], string][]) {
    it(`is "${text}" when it is ${there} there`, () => {
      expect(statusText(english, {name: 'elsewhere', there}, false)).to.equal(text);
    });
  }

  it('can be said in another language', () => {
    const messages = withOverrides({status: {paused: 'Angehalten'}, inOtherTab: (status) => `${status} (anderer Tab)`});
    expect(statusText(messages, {name: 'elsewhere', there: 'paused'}, false)).to.equal('Angehalten (anderer Tab)');
  });
});

describe('the property messages', () => {
  it('replaces texts of the page, at any time', async () => {
    const {element} = await scene({manual: ''});
    element.add(file());
    element.messages = {
      choose: () => 'Auswählen',
      status: {queued: 'Wartet'},
      actionOn: (action, name) => `${name}: ${action}`,
      actions: {cancel: 'Abbrechen'},
    };
    await element.updateComplete;
    expect([textOf(element, '[part=button]'), textOf(element, '[part=status]')]).to.deep.equal(['Auswählen', 'Wartet']);
    expect(one(element, '[part~=action-cancel]').getAttribute('aria-label')).to.equal('a.txt: Abbrechen');
  });

  it('gives the English ones back when it is unset', async () => {
    const {element} = await scene();
    element.messages = {choose: () => 'Auswählen'};
    await element.updateComplete;
    element.messages = undefined;
    await element.updateComplete;
    expect(textOf(element, '[part=button]')).to.equal('Choose files');
  });

  it('is text, whatever stands in it', async () => {
    const {element} = await scene();
    element.messages = {drop: () => '<b>bold</b>'};
    await element.updateComplete;
    expect(textOf(element, '[part=label]')).to.equal('<b>bold</b>');
    expect(all(element, 'b')).to.have.length(0);
  });
});

describe('the language of numbers', () => {
  it('is that of the nearest element with one', async () => {
    const outer = await fixture(
      html`<div lang="fr">
        <p lang="de"><span></span></p>
      </div>`,
    );
    const inner = outer.querySelector('span');
    expect(inner && languageOf(inner)).to.equal('de');
  });

  it('is found through shadow roots', async () => {
    const outer = await fixture<HTMLElement>(html`<div lang="fr"></div>`);
    const inner = document.createElement('span');
    outer.attachShadow({mode: 'open'}).append(inner);
    expect(languageOf(inner)).to.equal('fr');
  });

  it('counts for what the element shows', async () => {
    const {element} = await scene({manual: '', lang: 'de'});
    element.add(file('a.txt', 1_500));
    await element.updateComplete;
    expect(textOf(element, '[part=size]')).to.match(/^1,5\skB$/);
  });
});

describe('what the slots say', () => {
  it('replaces the words of the drop zone and of the button', async () => {
    const element = await fixture<ChunkUploader>(html`<chunk-uploader>Bring it here<b slot="button">Browse</b></chunk-uploader>`);
    const [label, button] = all<HTMLSlotElement>(element, 'slot');
    expect(label?.assignedNodes().map(({textContent}) => textContent)).to.deep.equal(['Bring it here']);
    expect(button?.assignedNodes().map(({textContent}) => textContent)).to.deep.equal(['Browse']);
  });

  it('leaves the button in place', async () => {
    const element = await fixture<ChunkUploader>(html`<chunk-uploader>Bring it here</chunk-uploader>`);
    expect(one<HTMLButtonElement>(element, '[part=button]').disabled).to.equal(false);
  });
});

describe('an automatic try', () => {
  it('is announced by the row, and happens', async () => {
    const {element, backend} = await scene({retries: '1'}, {holding: true});
    element.add(file());
    (await nextPart(backend)).fail('server', 500);
    await becomes(element, 'waiting');
    backend.holding = false;
    one(element, '[part~=action-retry]').click();
    await until(() => element.progress.count.done === 1, 'the upload');
  });
});
