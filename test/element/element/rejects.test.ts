import {expect, fixture} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import type {UploadEvents} from '../../../src/element/events.js';
import {accepts} from '../../../src/element/limits.js';
import {all, file, one, scene, textOf, warningsOf} from '../support/scene.js';

type Rejected = UploadEvents['upload-reject'];

/** Everything the element refuses from now on. */
function rejectsOf(element: ChunkUploader): Rejected[] {
  const seen: Rejected[] = [];
  element.addEventListener('upload-reject', ({detail}) => seen.push(detail));
  return seen;
}

const codes = (rejects: readonly Rejected[]): string[] => rejects.map(({file: {name}, reason}) => `${name}: ${reason.code}`);

describe('accept', () => {
  const cases: readonly (readonly [accept: string, name: string, type: string, taken: boolean])[] = [
    ['', 'anything.bin', '', true],
    ['.pdf', 'report.pdf', 'application/pdf', true],
    ['.pdf', 'REPORT.PDF', '', true],
    ['.PDF', 'report.pdf', '', true],
    ['.pdf', 'report.pdf.exe', '', false],
    ['.pdf', 'pdf', '', false],
    ['image/*', 'photo', 'image/png', true],
    ['image/*', 'photo.png', '', false],
    ['image/*', 'film.mp4', 'video/mp4', false],
    ['image/png', 'photo.jpg', 'image/jpeg', false],
    ['IMAGE/PNG', 'photo.png', 'image/png', true],
    ['.pdf, image/*', 'photo.gif', 'image/gif', true],
    ['.pdf,.docx', 'letter.docx', '', true],
    ['.tar.gz', 'backup.tar.gz', '', true],
    ['*/*', 'odd', '', true],
    ['image', 'photo.png', 'image/png', false],
  ];
  for (const [accept, name, type, taken] of cases) {
    it(`"${accept}" ${taken ? 'takes' : 'refuses'} ${name} (${type || 'no type'})`, () => {
      expect(accepts(accept, {name, type})).to.equal(taken);
    });
  }

  it('refuses with the code type, and takes the others', async () => {
    const {element} = await scene({accept: '.txt', manual: ''});
    const rejects = rejectsOf(element);
    element.add([file('a.txt'), file('b.exe', 10, '')]);
    expect(codes(rejects)).to.deep.equal(['b.exe: type']);
    expect(element.uploads.map(({name}) => name)).to.deep.equal(['a.txt']);
  });
});

describe('max-size', () => {
  it('takes a file of just that size', async () => {
    const {element} = await scene({'max-size': '40', manual: ''});
    expect(element.add(file('a.txt', 40))).to.have.length(1);
  });

  it('refuses one byte more', async () => {
    const {element} = await scene({'max-size': '40', manual: ''});
    const rejects = rejectsOf(element);
    element.add(file('a.txt', 41));
    expect(codes(rejects)).to.deep.equal(['a.txt: too-large']);
  });
});

describe('max-files', () => {
  it('takes as many as fit, in order', async () => {
    const {element} = await scene({'max-files': '2', manual: ''});
    const rejects = rejectsOf(element);
    element.add([file('a.txt'), file('b.txt'), file('c.txt')]);
    expect(codes(rejects)).to.deep.equal(['c.txt: too-many']);
  });

  it('counts what is listed already', async () => {
    const {element} = await scene({'max-files': '2', manual: ''});
    const rejects = rejectsOf(element);
    element.add([file('a.txt'), file('b.txt')]);
    element.add(file('c.txt'));
    expect(codes(rejects)).to.deep.equal(['c.txt: too-many']);
  });

  it('does not count what was canceled', async () => {
    const {element} = await scene({'max-files': '1', manual: ''});
    element.add(file('a.txt'));
    element.cancel();
    expect(element.add(file('b.txt'))).to.have.length(1);
  });

  it('does not count what was refused or prevented', async () => {
    const {element} = await scene({'max-files': '1', 'max-size': '50', manual: ''});
    element.addEventListener('upload-add', (event) => {
      if (event.detail.upload.name === 'no.txt') event.preventDefault();
    });
    element.add([file('large.txt', 60), file('no.txt'), file('a.txt')]);
    expect(element.uploads.map(({name}) => name)).to.deep.equal(['a.txt']);
  });

  it('of 0 takes nothing', async () => {
    const {element} = await scene({'max-files': '0', manual: ''});
    expect(element.add(file())).to.deep.equal([]);
  });
});

describe('without multiple', () => {
  it('the list holds one file', async () => {
    const {element} = await scene({multiple: 'false', manual: ''});
    const rejects = rejectsOf(element);
    element.add([file('a.txt'), file('b.txt')]);
    expect(codes(rejects)).to.deep.equal(['b.txt: too-many']);
  });

  it('there is room again when it is removed', async () => {
    const {element} = await scene({multiple: 'false', manual: ''});
    element.add(file('a.txt'));
    element.cancel();
    element.clear();
    expect(element.add(file('b.txt'))).to.have.length(1);
  });
});

describe('a missing endpoint', () => {
  const bare = (attributes = ''): Promise<ChunkUploader> =>
    fixture<ChunkUploader>(`<chunk-uploader multiple ${attributes}></chunk-uploader>`);

  it('refuses every file with the code no-endpoint', async () => {
    const element = await bare();
    const rejects = rejectsOf(element);
    element.add([file('a.txt'), file('b.txt')]);
    expect(codes(rejects)).to.deep.equal(['a.txt: no-endpoint', 'b.txt: no-endpoint']);
  });

  it('does not throw', async () => {
    const element = await bare();
    expect(() => element.add(file())).not.to.throw();
  });

  it('tells people that something is wrong with the page', async () => {
    const element = await bare();
    element.add(file());
    await element.updateComplete;
    expect(textOf(element, '[part=notice]')).to.contain('not set up');
  });

  it('is as bad as one that is no URL', async () => {
    const element = await bare('endpoint="https://["');
    const rejects = rejectsOf(element);
    element.add(file());
    expect(codes(rejects)).to.deep.equal(['a.txt: no-endpoint']);
  });

  it('does not matter to a protocol that needs none', async () => {
    const {element} = await scene({manual: ''});
    expect(element.endpoint).to.equal('');
    expect(element.add(file())).to.have.length(1);
  });

  it('can be mended at any time', async () => {
    const element = await bare('manual');
    element.add(file());
    element.endpoint = '/uploads';
    expect(element.add(file())).to.have.length(1);
  });
});

describe('a protocol that this version does not speak', () => {
  it('warns, refuses and does not throw', async () => {
    const said = await warningsOf(async () => {
      const element = await fixture<ChunkUploader>('<chunk-uploader endpoint="/u" protocol="carrier-pigeon"></chunk-uploader>');
      const rejects = rejectsOf(element);
      element.add(file());
      expect(codes(rejects)).to.deep.equal(['a.txt: no-endpoint']);
    });
    expect(said.join()).to.contain('carrier-pigeon');
  });
});

describe('what was refused', () => {
  it('is shown with its name and the reason', async () => {
    const {element} = await scene({'max-size': '1'});
    element.add([file('a.txt'), file('b.txt')]);
    await element.updateComplete;
    expect(all(element, '[part=notice] li').map(({textContent}) => textContent)).to.deep.equal([
      'a.txt was not added. The file is too large.',
      'b.txt was not added. The file is too large.',
    ]);
  });

  it('is told to screen readers at once: the alert is there before its text', async () => {
    const {element} = await scene({'max-size': '1'});
    const notice = one(element, '[part=notice]');
    expect(notice.getAttribute('role')).to.equal('alert');
    element.add(file());
    await element.updateComplete;
    expect(one(element, '[part=notice]')).to.equal(notice);
  });

  it('is gone when the next files come', async () => {
    const {element} = await scene({'max-size': '50', manual: ''});
    element.add(file('a.txt', 60));
    element.add(file('b.txt', 40));
    await element.updateComplete;
    expect(textOf(element, '[part=notice]')).to.equal('');
  });

  it('can be dismissed', async () => {
    const {element} = await scene({'max-size': '1'});
    element.add(file());
    await element.updateComplete;
    one(element, '[part=notice] button').click();
    await element.updateComplete;
    expect(textOf(element, '[part=notice]')).to.equal('');
  });

  it('brings the very file, and a reason for people, in the event', async () => {
    const {element} = await scene({'max-size': '1'});
    const rejects = rejectsOf(element);
    const given = file();
    element.add(given);
    expect(rejects[0]?.file).to.equal(given);
    expect(rejects[0]?.reason.message).to.equal('The file is too large.');
  });
});
