import {expect} from '@open-wc/testing';
import type {UploadSnapshot} from '../../../src/core/snapshot.js';
import type {ChunkUploader} from '../../../src/define.js';
import {UploadEvent} from '../../../src/element/events.js';
import {english} from '../../../src/element/messages.js';
import type {Backend} from '../support/backend.js';
import {all, becomes, eventsOf, file, nextPart, one, scene, statusOf, textOf, until, uploadAt} from '../support/scene.js';

/** The server that an element has left when it had the first 10 of 40 bytes of `a.txt`. */
async function left(attributes: Record<string, string> = {}): Promise<Backend> {
  const {element, backend} = await scene(attributes, {holding: true});
  element.add(file());
  (await nextPart(backend)).confirm();
  await until(() => backend.parts.length > 0 && uploadAt(element).kept !== 'nothing', 'the second part, and a record');
  element.remove();
  await until(() => element.hasher === null, 'the engine to be closed');
  backend.parts.length = 0;
  backend.log.length = 0;
  return backend;
}

/** The next element for the same server, which lists what was left there. What it sends waits. */
async function next(backend: Backend, attributes: Record<string, string> = {}): Promise<ChunkUploader> {
  const {element} = await scene(attributes, {backend});
  await until(() => element.uploads.length > 0, 'the upload to be listed');
  return element;
}

/** All that is refused from now on, as `name: code`. */
function refusedBy(element: ChunkUploader): string[] {
  const refused: string[] = [];
  element.addEventListener('upload-reject', ({detail}) => refused.push(`${detail.file.name}: ${detail.reason.code}`));
  return refused;
}

/** A person chooses `again` in the picker that was opened for one upload. */
function choose(element: ChunkUploader, again: File): void {
  const input = one<HTMLInputElement>(element, 'input.again');
  input.addEventListener('click', (event) => event.preventDefault(), {once: true});
  const transfer = new DataTransfer();
  transfer.items.add(again);
  one(element, '[part~=action-choose]').click();
  input.files = transfer.files;
  input.dispatchEvent(new Event('change'));
}

const goesOn = ['open a.txt', 'send a.txt 10-20', 'send a.txt 20-30', 'send a.txt 30-40'];

describe('an element that comes after one that has left an upload', () => {
  it('lists it by itself, and it needs its file', async () => {
    const element = await next(await left());
    expect(uploadAt(element).status).to.deep.equal({name: 'interrupted', needs: 'file'});
    expect(uploadAt(element)).to.include({name: 'a.txt', size: 40, kept: 'record'});
  });

  it('shows what the server has', async () => {
    const element = await next(await left());
    await until(() => uploadAt(element).progress.confirmed === 10, 'what the server has');
  });

  it('sends nothing of it', async () => {
    const backend = await left();
    await (await next(backend)).restore();
    expect(backend.log).to.deep.equal([]);
  });

  it('tells of it once, by an upload-restore that leaves shadow roots, and by no upload-add', async () => {
    const backend = await left();
    const told: UploadEvent<'upload-restore'>[] = [];
    const added: string[] = [];
    const listener = (event: UploadEvent<'upload-restore'>): unknown => told.push(event);
    const onAdd = ({type}: Event): unknown => added.push(type);
    document.body.addEventListener('upload-restore', listener);
    document.body.addEventListener('upload-add', onAdd);
    const element = await next(backend);
    await element.restore();
    document.body.removeEventListener('upload-restore', listener);
    document.body.removeEventListener('upload-add', onAdd);
    expect([told.length, added]).to.deep.equal([1, []]);
    expect(told[0]).to.be.instanceOf(UploadEvent);
    expect(told[0]).to.include({bubbles: true, composed: true, cancelable: false});
    expect(told[0]?.detail.upload).to.include({id: uploadAt(element).id, name: 'a.txt'});
    expect(told[0]?.detail.upload.status).to.deep.equal({name: 'interrupted', needs: 'file'});
  });

  it('lists nothing with another resume-key', async () => {
    const backend = await left({'resume-key': 'anna'});
    const {element} = await scene({'resume-key': 'ben'}, {backend});
    expect(await element.restore()).to.deep.equal([]);
    expect(element.uploads).to.deep.equal([]);
  });

  it('lists nothing with no-resume', async () => {
    const {element} = await scene({'no-resume': ''}, {backend: await left()});
    expect(await element.restore()).to.deep.equal([]);
    expect(element.uploads).to.deep.equal([]);
  });
});

describe('restore()', () => {
  const names = (uploads: readonly UploadSnapshot[]): string[] => uploads.map(({name, status}) => `${name} ${status.name}`);

  it('gives what is listed, also when that has happened by itself', async () => {
    const element = await next(await left());
    expect(names(await element.restore())).to.deep.equal(['a.txt interrupted']);
  });

  it('gives it in the first task of the element', async () => {
    const backend = await left();
    const {element} = await scene({}, {backend});
    expect(names(await element.restore())).to.deep.equal(['a.txt interrupted']);
  });

  it('lists nothing twice, however often it is called', async () => {
    const element = await next(await left());
    const [first, second] = await Promise.all([element.restore(), element.restore()]);
    expect([names(first), names(second), element.uploads.length]).to.deep.equal([['a.txt interrupted'], ['a.txt interrupted'], 1]);
  });

  it('gives it as it is by then, and not any more when it was taken off the list', async () => {
    const element = await next(await left());
    const {id} = uploadAt(element);
    element.cancel(id);
    expect(names(await element.restore())).to.deep.equal(['a.txt canceled']);
    element.clear(id);
    expect(await element.restore()).to.deep.equal([]);
  });

  it('gives nothing that was added here', async () => {
    const {element} = await scene({}, {holding: true});
    element.add(file());
    expect(await element.restore()).to.deep.equal([]);
  });
});

describe('the file of an interrupted upload, added again', () => {
  const limits: Record<string, (element: ChunkUploader) => unknown> = {
    'without multiple': (element) => (element.multiple = false),
    'with max-files 1': (element) => (element.maxFiles = 1),
    'while accept names other kinds': (element) => (element.accept = '.pdf'),
    'while max-size is below its size': (element) => (element.maxSize = 39),
  };
  for (const [how, set] of Object.entries(limits)) {
    it(`${how} goes to that upload, which goes on from what the server has`, async () => {
      const backend = await left();
      const element = await next(backend);
      set(element);
      const refused = refusedBy(element);
      backend.letGo();
      const [upload] = element.add(file());
      expect(upload?.id).to.equal(uploadAt(element).id);
      await becomes(element, 'done');
      expect([refused, element.uploads.length, backend.log]).to.deep.equal([[], 1, goesOn]);
    });
  }

  it('is announced by no upload-add: it does not join', async () => {
    const element = await next(await left());
    const events = eventsOf(element);
    element.add(file());
    await becomes(element, 'sending');
    expect(events.filter((name) => name.startsWith('upload-add'))).to.deep.equal([]);
  });

  it('takes no room: another file finds as much as before', async () => {
    const element = await next(await left());
    element.maxFiles = 2;
    const refused = refusedBy(element);
    element.add([file('b.txt'), file('a.txt'), file('c.txt')]);
    expect([element.uploads.map(({name}) => name), refused]).to.deep.equal([['a.txt', 'b.txt'], ['c.txt: too-many']]);
  });

  it('is given once: the second one of two would be an upload of its own', async () => {
    const element = await next(await left());
    element.multiple = false;
    const refused = refusedBy(element);
    element.add([file()]);
    await becomes(element, 'sending');
    element.add([file()]);
    expect([element.uploads.length, refused]).to.deep.equal([1, ['a.txt: too-many']]);
  });

  it('is not what another file is: that one finds no room without multiple', async () => {
    const backend = await left();
    const element = await next(backend);
    element.multiple = false;
    const refused = refusedBy(element);
    element.add([file('b.txt'), file('a.txt', 41)]);
    expect([statusOf(element), refused]).to.deep.equal(['interrupted', ['b.txt: too-many', 'a.txt: too-many']]);
    expect(backend.log).to.deep.equal([]);
  });
});

describe('the file of an interrupted upload, chosen again in its row', () => {
  it('lets it go on from what the server has', async () => {
    const backend = await left();
    const element = await next(backend);
    backend.letGo();
    choose(element, file());
    await becomes(element, 'done');
    expect(backend.log).to.deep.equal(goesOn);
  });

  it('lets it go on in an element that is disabled, too: nothing is added', async () => {
    const backend = await left();
    const element = await next(backend, {disabled: ''});
    backend.letGo();
    choose(element, file());
    await becomes(element, 'done');
  });

  for (const [what, wrong] of Object.entries({name: file('b.txt'), size: file('a.txt', 41)})) {
    it(`is refused in words when its ${what} is another one, and the right one is taken afterwards`, async () => {
      const backend = await left();
      const element = await next(backend);
      choose(element, wrong);
      await element.updateComplete;
      expect(textOf(element, '[part=error]')).to.equal(english.errors['other-file']);
      expect([statusOf(element), backend.log]).to.deep.equal(['interrupted', []]);
      backend.letGo();
      choose(element, file());
      await becomes(element, 'done');
      expect(all(element, '[part=error]')).to.deep.equal([]);
    });
  }
});

describe('keep-files', () => {
  const values: Record<string, readonly [keepFiles: string | undefined, kept: UploadSnapshot['kept']]> = {
    'that is absent keeps no copy': [undefined, 'record'],
    'without a value keeps one': ['', 'copy'],
    '"false" keeps none': ['false', 'record'],
    '"0" keeps none': ['0', 'record'],
    'of fewer bytes than the file has keeps none': ['39', 'record'],
    'of enough bytes keeps one': ['1000000', 'copy'],
  };
  for (const [what, [value, kept]] of Object.entries(values)) {
    it(what, async () => {
      const attributes = value === undefined ? {} : {'keep-files': value};
      const element = await next(await left(attributes), attributes);
      const needs = kept === 'copy' ? 'nothing' : 'file';
      expect(uploadAt(element)).to.include({kept});
      expect(uploadAt(element).status).to.deep.equal({name: 'interrupted', needs});
    });
  }

  it('that was set later counts for files that come later', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.keepFiles = 1_000_000;
    element.add(file());
    await until(() => backend.parts.length > 0 && uploadAt(element).kept === 'copy', 'a copy');
  });
});

describe('an interrupted upload whose file was kept', () => {
  it('goes on when it is resumed, from what the server has', async () => {
    const backend = await left({'keep-files': ''});
    const element = await next(backend, {'keep-files': ''});
    backend.letGo();
    element.resume(uploadAt(element).id);
    await becomes(element, 'done');
    expect(backend.log).to.deep.equal(goesOn);
  });

  it('goes on by itself with auto-resume', async () => {
    const backend = await left({'keep-files': ''});
    backend.holding = false;
    const element = await next(backend, {'keep-files': '', 'auto-resume': ''});
    await becomes(element, 'done');
    expect(backend.log).to.deep.equal(goesOn);
  });

  it('goes on when auto-resume is set later', async () => {
    const backend = await left({'keep-files': ''});
    const element = await next(backend, {'keep-files': ''});
    await element.restore();
    expect(statusOf(element)).to.equal('interrupted');
    backend.letGo();
    element.autoResume = true;
    await becomes(element, 'done');
  });

  it('is not there any more after it was canceled', async () => {
    const backend = await left({'keep-files': ''});
    const element = await next(backend, {'keep-files': ''});
    element.cancel(uploadAt(element).id);
    await until(() => backend.log.includes('discard'), 'the server to be told');
    const {element: third} = await scene({'keep-files': ''}, {backend});
    expect(await third.restore()).to.deep.equal([]);
  });
});
