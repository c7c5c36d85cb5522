import {expect} from '@open-wc/testing';
import type {UploadError} from '../../../src/core/errors.js';
import type {UploadResult} from '../../../src/core/ports.js';
import type {Totals, UploadSnapshot} from '../../../src/core/snapshot.js';
import {UploadEvent} from '../../../src/element/events.js';
import {becomes, eventsOf, file, nextPart, scene, until, uploadAt} from '../support/scene.js';

describe('a file that goes through', () => {
  it('is told of in the order in which things happen', async () => {
    const {element} = await scene();
    const events = eventsOf(element);
    element.add(file());
    await becomes(element, 'done');
    expect(events).to.deep.equal([
      'upload-add queued',
      'upload-change queued',
      'upload-change preparing',
      'upload-change sending',
      'upload-change done',
      'upload-done done',
      'uploads-settled',
    ]);
  });

  it('is told of to listeners outside of shadow roots', async () => {
    const {element} = await scene();
    const heard: string[] = [];
    const listener = ({type}: Event): unknown => heard.push(type);
    document.addEventListener('upload-done', listener);
    const host = document.createElement('div');
    document.body.append(host);
    host.attachShadow({mode: 'open'}).append(element);
    element.add(file());
    await becomes(element, 'done');
    document.removeEventListener('upload-done', listener);
    host.remove();
    expect(heard).to.deep.equal(['upload-done']);
  });

  it('brings its result', async () => {
    const {element} = await scene();
    let result: UploadResult | undefined;
    element.addEventListener('upload-done', (event) => (result = event.detail.result));
    element.add(file('b c.txt'));
    await becomes(element, 'done');
    expect(result?.url).to.equal('https://files.test/b%20c.txt');
  });

  it('can be asked for in the listener: the event comes when the element already knows', async () => {
    const {element} = await scene();
    let known: unknown;
    element.addEventListener('upload-done', () => (known = [element.uploads[0]?.status.name, element.value, element.checkValidity()]));
    element.add(file('a.txt'));
    await becomes(element, 'done');
    expect(known).to.deep.equal(['done', ['https://files.test/a.txt'], true]);
  });

  it('tells of progress, never of more than is confirmed', async () => {
    const {element, backend} = await scene({}, {holding: true});
    const excess: number[] = [];
    let told = 0;
    element.addEventListener('upload-progress', ({detail: {upload}}) => {
      told += 1;
      if (upload.progress.confirmed > backend.received('a.txt')) excess.push(upload.progress.confirmed);
    });
    element.add(file());
    (await nextPart(backend)).confirm();
    await until(() => told > 0, 'progress');
    backend.letGo();
    await becomes(element, 'done');
    expect(excess).to.deep.equal([]);
  });
});

describe('a file that fails', () => {
  it('is told of once, after the change', async () => {
    const {element, backend} = await scene({}, {holding: true});
    const events = eventsOf(element);
    element.add(file());
    (await nextPart(backend)).fail('rejected', 403);
    await becomes(element, 'failed');
    expect(events.slice(-3)).to.deep.equal(['upload-change failed', 'upload-error failed', 'uploads-settled']);
  });

  it('brings the error with its code and status', async () => {
    const {element, backend} = await scene({}, {holding: true});
    let error: UploadError | undefined;
    element.addEventListener('upload-error', (event) => (error = event.detail.error));
    element.add(file());
    (await nextPart(backend)).fail('server', 503);
    await becomes(element, 'failed');
    expect([error?.code, error?.status]).to.deep.equal(['server', 503]);
  });

  it('settles again after a retry that works', async () => {
    const {element, backend} = await scene({}, {holding: true});
    const events = eventsOf(element);
    element.add(file());
    (await nextPart(backend)).fail('corrupt');
    await becomes(element, 'failed');
    backend.letGo();
    element.retry();
    await becomes(element, 'done');
    expect(events.filter((event) => event === 'uploads-settled')).to.have.length(2);
  });
});

describe('uploads-settled', () => {
  it('comes once for several files, with the totals', async () => {
    const {element} = await scene();
    const settled: Totals[] = [];
    element.addEventListener('uploads-settled', (event) => settled.push(event.detail.totals));
    element.add([file('a.txt', 20), file('b.txt', 30), file('c.txt', 50)]);
    await until(() => element.progress.count.done === 3, 'three files');
    expect(settled.map(({count, confirmed}) => [count.done, confirmed])).to.deep.equal([[3, 100]]);
  });
});

describe('upload-add', () => {
  it('keeps a file out when it is prevented', async () => {
    const {element, backend} = await scene();
    element.addEventListener('upload-add', (event) => event.preventDefault());
    expect(element.add(file())).to.deep.equal([]);
    await element.updateComplete;
    expect(element.uploads).to.deep.equal([]);
    expect(backend.log).to.deep.equal([]);
  });

  it('keeps out only the file it was prevented for', async () => {
    const {element} = await scene();
    element.addEventListener('upload-add', (event) => {
      if (event.detail.upload.name === 'b.txt') event.preventDefault();
    });
    element.add([file('a.txt'), file('b.txt'), file('c.txt')]);
    expect(element.uploads.map(({name}) => name)).to.deep.equal(['a.txt', 'c.txt']);
  });

  it('shows what the upload would be', async () => {
    const {element} = await scene();
    let shown: UploadSnapshot | undefined;
    element.addEventListener('upload-add', (event) => (shown = event.detail.upload));
    element.add(file('a.txt', 12));
    expect([shown?.name, shown?.size, shown?.type, shown?.status.name]).to.deep.equal(['a.txt', 12, 'text/plain', 'queued']);
  });

  it('brings the very file that was given', async () => {
    const {element} = await scene();
    const given = file();
    let brought: unknown;
    element.addEventListener('upload-add', (event) => (brought = event.detail.file));
    element.add(given);
    expect(brought).to.equal(given);
  });

  it('comes before the file is in the list', async () => {
    const {element} = await scene();
    let listed = -1;
    element.addEventListener('upload-add', () => (listed = element.uploads.length));
    element.add(file());
    expect(listed).to.equal(0);
  });
});

describe('every event', () => {
  it('is an UploadEvent with the snapshot of that moment', async () => {
    const {element} = await scene();
    let event: Event | undefined;
    element.addEventListener('upload-done', (done) => (event = done));
    element.add(file());
    await becomes(element, 'done');
    expect(event).to.be.instanceOf(UploadEvent);
    expect(event?.bubbles).to.equal(true);
    expect(event?.composed).to.equal(true);
    expect(event?.cancelable).to.equal(false);
  });

  it('carries plain, frozen data that can be stored', async () => {
    const {element} = await scene();
    element.add(file());
    await becomes(element, 'done');
    const upload = uploadAt(element);
    expect(Object.isFrozen(upload)).to.equal(true);
    expect(Object.isFrozen(upload.progress)).to.equal(true);
    expect(JSON.parse(JSON.stringify(upload))).to.deep.equal(structuredClone(upload));
  });

  it('is heard although another listener throws', async () => {
    const {element} = await scene();
    const errors: string[] = [];
    const caught = (event: ErrorEvent): void => {
      errors.push(event.message);
      event.preventDefault();
    };
    const {onerror} = window;
    window.onerror = () => true;
    window.addEventListener('error', caught);
    let heard = false;
    element.addEventListener('upload-done', () => {
      throw new Error('of the page');
    });
    element.addEventListener('upload-done', () => (heard = true));
    element.add(file());
    await becomes(element, 'done');
    window.removeEventListener('error', caught);
    window.onerror = onerror;
    expect(heard).to.equal(true);
    expect(errors).to.have.length(1);
  });
});

describe('what the browser fires inside of the element', () => {
  it("does not leak out: only events of ours do, and the form value's change", async () => {
    const {element} = await scene();
    const heard: string[] = [];
    for (const name of ['input', 'change', 'progress', 'error', 'cancel']) element.addEventListener(name, ({type}) => heard.push(type));
    const input = element.shadowRoot?.querySelector('input');
    for (const name of ['input', 'change']) input?.dispatchEvent(new Event(name, {bubbles: true, composed: name === 'input'}));
    expect(heard).to.deep.equal([]);
  });
});
