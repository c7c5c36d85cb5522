import {expect} from '@open-wc/testing';
import {Backend} from '../support/backend.js';
import {recordWorkers} from '../support/records.js';
import {becomes, file, nextPart, one, scene, statusOf, until} from '../support/scene.js';

describe('settings that change while files are on their way', () => {
  it('files-at-once counts at once', async () => {
    const {element, backend} = await scene({'files-at-once': '1'}, {holding: true});
    element.add([file('a.txt'), file('b.txt'), file('c.txt')]);
    await until(() => backend.parts.length === 1, 'one file');
    element.filesAtOnce = 3;
    await until(() => backend.parts.length === 3, 'three files');
  });

  it('concurrency counts at once', async () => {
    const {element, backend} = await scene({concurrency: '1', 'files-at-once': '3'}, {holding: true});
    element.add([file('a.txt'), file('b.txt'), file('c.txt')]);
    await until(() => backend.parts.length === 1, 'one request');
    element.concurrency = 2;
    await until(() => backend.parts.length === 2, 'two requests');
  });

  it('retries count for the next failure', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file());
    const part = await nextPart(backend);
    element.retries = 1;
    await element.updateComplete;
    part.fail('server', 500);
    await becomes(element, 'waiting');
  });

  it('manual counts for files added later', async () => {
    const {element} = await scene();
    element.add(file('a.txt'));
    element.manual = true;
    element.add(file('b.txt'));
    await becomes(element, 'done', 0);
    expect(statusOf(element, 1)).to.equal('queued');
  });
});

describe('requests with a body', () => {
  it('are at most 4 at a time, all elements of the page together', async () => {
    const scenes = [await scene({'files-at-once': '3'}, {holding: true}), await scene({'files-at-once': '3'}, {holding: true})];
    for (const {element} of scenes) element.add([file('a.txt'), file('b.txt'), file('c.txt')]);
    const waiting = (): number => scenes.reduce((sum, {backend}) => sum + backend.parts.length, 0);
    await until(() => waiting() === 4, 'four requests');
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(waiting()).to.equal(4);
    for (const {backend} of scenes) backend.letGo();
    for (const {element} of scenes) await until(() => element.progress.count.done === 3, 'three files each');
  });

  it('are not kept by an element that was removed', async () => {
    // Of one list no more than three begin at once on a line of which nothing is known, so two of them take all four places.
    const gone = [await scene({'files-at-once': '3'}, {holding: true}), await scene({'files-at-once': '3'}, {holding: true})];
    for (const {element} of gone) element.add([file('a.txt'), file('b.txt'), file('c.txt')]);
    await until(() => gone.reduce((sum, {backend}) => sum + backend.parts.length, 0) === 4, 'four requests');
    const {element} = await scene();
    element.add(file());
    for (const {element: removed} of gone) removed.remove();
    await becomes(element, 'done');
  });
});

describe('another target for files', () => {
  it('counts for files added later, and leaves the others where they are', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file('first.txt'));
    await until(() => backend.parts.length === 1, 'the first file');
    const other = new Backend();
    element.protocol = other.protocol;
    element.add(file('second.txt'));
    await becomes(element, 'done', 1);
    backend.letGo();
    await becomes(element, 'done', 0);
    expect([backend.received('first.txt'), backend.received('second.txt'), other.received('second.txt')]).to.deep.equal([40, 0, 40]);
  });

  it('leaves them under one control', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file('first.txt'));
    const other = new Backend({holding: true});
    element.protocol = other.protocol;
    element.add(file('second.txt'));
    await until(() => backend.parts.length + other.parts.length === 2, 'both');
    element.pause();
    expect(element.uploads.map(({status}) => status.name)).to.deep.equal(['paused', 'paused']);
  });

  it('leaves them under one sum', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file('first.txt', 40));
    (await nextPart(backend)).confirm();
    const other = new Backend();
    element.protocol = other.protocol;
    element.add(file('second.txt', 60));
    await becomes(element, 'done', 1);
    await until(() => element.progress.confirmed === 70, 'the sum');
    const {size, count} = element.progress;
    expect([size, count.done, count.sending]).to.deep.equal([100, 1, 1]);
  });

  it('makes no new engine, and no second worker, when nothing changed', async () => {
    const {element} = await scene({hash: 'md5'});
    const workers = recordWorkers();
    try {
      for (const name of ['a.txt', 'b.txt']) element.add(file(name));
      await until(() => element.progress.count.done === 2, 'both');
      expect(workers.made()).to.equal(1);
    } finally {
      workers.stop();
    }
  });

  it('that fails does not hold files of the other', async () => {
    const {element, backend} = await scene({}, {holding: true});
    element.add(file('first.txt'));
    await until(() => backend.parts.length === 1, 'the first file');
    const other = new Backend();
    other.refuses = {code: 'server', status: 500};
    element.protocol = other.protocol;
    element.add(file('second.txt'));
    await becomes(element, 'failed', 1);
    expect(statusOf(element, 0)).to.equal('sending');
  });
});

describe('where digests are made', () => {
  it('can be read once there is a file', async () => {
    const {element} = await scene({hash: 'md5'});
    expect(element.hasher).to.equal(null);
    element.add(file());
    await becomes(element, 'done');
    expect(element.hasher?.source).to.be.a('string');
    expect(element.hasher?.why).to.be.an('array');
  });

  it('may be a worker that the page makes, and tells why it is not', async () => {
    const {element} = await scene({hash: 'md5'});
    let asked = 0;
    element.workerSrc = () => {
      asked += 1;
      throw new Error('the page cannot');
    };
    element.add(file());
    await becomes(element, 'done');
    expect(asked).to.equal(1);
    expect(element.hasher?.why.join()).to.contain('factory: the page cannot');
  });
});

describe('resume-online', () => {
  it('goes on by itself when the network is back', async () => {
    const {element, backend} = await scene({'resume-online': ''});
    backend.refuses = {code: 'offline'};
    element.add(file());
    await becomes(element, 'failed');
    backend.refuses = undefined;
    window.dispatchEvent(new Event('offline'));
    window.dispatchEvent(new Event('online'));
    await becomes(element, 'done');
  });

  it('does not touch what a person paused', async () => {
    const {element, backend} = await scene({'resume-online': ''});
    backend.refuses = {code: 'offline'};
    element.add(file());
    await becomes(element, 'failed');
    one(element, '[part~=action-retry]').focus();
    element.pause();
    await element.updateComplete;
    backend.refuses = undefined;
    window.dispatchEvent(new Event('online'));
    await element.updateComplete;
    expect(statusOf(element)).to.equal('paused');
  });
});
