import {expect} from '@open-wc/testing';
import {becomes, file, nextPart, one, scene, statusOf, until, uploadAt} from '../support/scene.js';

describe('calls from inside of listeners', () => {
  it('add() in upload-done makes a chain', async () => {
    const {element} = await scene();
    const names = ['b.txt', 'c.txt'];
    element.addEventListener('upload-done', () => {
      const next = names.shift();
      if (next) element.add(file(next));
    });
    element.add(file('a.txt'));
    await until(() => element.progress.count.done === 3, 'three files');
    expect(element.uploads.map(({name}) => name)).to.deep.equal(['a.txt', 'b.txt', 'c.txt']);
  });

  it('add() in upload-add adds both, each once', async () => {
    const {element} = await scene({manual: ''});
    element.addEventListener('upload-add', () => element.add(file('b.txt')), {once: true});
    element.add(file('a.txt'));
    expect(element.uploads.map(({name}) => name).sort()).to.deep.equal(['a.txt', 'b.txt']);
  });

  it('clear() in upload-done empties the list', async () => {
    const {element} = await scene();
    element.addEventListener('upload-done', ({detail}) => element.clear(detail.upload.id));
    element.add([file('a.txt'), file('b.txt')]);
    await until(() => element.uploads.length === 0, 'an empty list');
    await element.updateComplete;
    expect(element.shadowRoot?.querySelectorAll('li')).to.have.length(0);
  });

  it('pause() in upload-add keeps the file from starting', async () => {
    const {element, backend} = await scene();
    element.addEventListener('upload-add', () => element.pause());
    element.add(file());
    await element.updateComplete;
    expect([statusOf(element), backend.log]).to.deep.equal(['paused', []]);
  });

  it('pause() in upload-progress stops there', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.addEventListener('upload-progress', ({detail}) => detail.upload.progress.confirmed > 0 && element.pause());
    element.add(file());
    (await nextPart(backend)).confirm();
    await becomes(element, 'paused');
    expect(uploadAt(element).progress.confirmed).to.equal(10);
  });

  it('retry() in upload-error goes on', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.addEventListener('upload-error', () => element.retry());
    element.add(file());
    (await nextPart(backend)).fail('network');
    backend.holding = false;
    await until(() => backend.parts.length > 0 || element.progress.count.done === 1, 'the retry');
    backend.letGo();
    await becomes(element, 'done');
  });

  it('remove() in upload-change leaves nothing behind', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.addEventListener('upload-change', ({detail}) => detail.upload.status.name === 'sending' && element.remove());
    element.add(file());
    await until(() => element.hasher === null, 'the end');
    expect(backend.parts.every(({signal}) => signal.aborted)).to.equal(true);
  });

  it('a change of attributes in upload-change counts', async () => {
    const {element} = await scene({'files-at-once': '1'});
    element.addEventListener('upload-change', () => (element.filesAtOnce = 2), {once: true});
    element.add([file('a.txt'), file('b.txt')]);
    await until(() => element.progress.count.done === 2, 'both');
  });
});

describe('many files at once', () => {
  it('are all listed, all sent, and settle once', async () => {
    const {element, backend} = await scene({'files-at-once': '4'});
    let settled = 0;
    element.addEventListener('uploads-settled', () => (settled += 1));
    const names = Array.from({length: 200}, (_, index) => `${index}.txt`);
    element.add(names.map((name) => file(name, 15)));
    await until(
      () => element.progress.count.done === 200,
      () => `two hundred files, there are ${JSON.stringify(element.progress.count)}`,
      50_000,
    );
    await element.updateComplete;
    expect(one(element, '[part~=row]').getAttribute('aria-setsize')).to.equal('200');
    expect(names.every((name) => backend.received(name) === 15)).to.equal(true);
    expect(settled).to.equal(1);
  });

  it('may have the same name', async () => {
    const {element} = await scene();
    element.add([file('a.txt', 10), file('a.txt', 20), file('a.txt', 10)]);
    await until(() => element.progress.count.done === 3, 'three files');
    expect(new Set(element.uploads.map(({id}) => id)).size).to.equal(3);
  });

  it('may be empty', async () => {
    const {element} = await scene();
    element.add(file('empty.txt', 0));
    await becomes(element, 'done');
    expect(element.value).to.deep.equal(['https://files.test/empty.txt']);
  });

  it('render once for what happens in one task', async () => {
    const {element} = await scene({manual: ''});
    let renders = 0;
    element.addController({hostUpdated: () => (renders += 1)});
    for (let index = 0; index < 50; index += 1) element.add(file(`${index}.txt`));
    await element.updateComplete;
    expect(renders).to.be.at.most(2);
  });
});
