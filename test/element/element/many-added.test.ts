import {expect} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {all, becomes, eventsOf, file, one, scene, textOf, until} from '../support/scene.js';

const files = (count: number, name = 'file'): File[] => Array.from({length: count}, (_, at) => file(`${name}-${at}.txt`, 4));
const names = (element: ChunkUploader): string[] => element.uploads.map(({name}) => name);
const haveJoined = (element: ChunkUploader, count: number): Promise<void> =>
  until(
    () => element.uploads.length === count,
    () => `${count} uploads, there are ${element.uploads.length}`,
  );
/** Two turns of the page, in which everything that was to join would have. */
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

describe('few files', () => {
  it('all join in the task in which they are added', async () => {
    const {element} = await scene({manual: ''});
    expect(element.add(files(50))).to.have.length(50);
    expect(element.uploads).to.have.length(50);
  });
});

describe('very many files', () => {
  it('join piece by piece: the first in the same task, each of the others in another one', async () => {
    const {element} = await scene({manual: ''});
    const inTask: number[] = [0];
    let task = 0;
    element.addEventListener('upload-change', () => (inTask[task] = (inTask[task] ?? 0) + 1));
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => {
      task += 1;
      port2.postMessage(null);
    };
    port2.postMessage(null);
    const returned = element.add(files(500));
    expect([returned.length, inTask[0]]).to.deep.equal([50, 50]);
    await haveJoined(element, 500);
    port1.close();
    expect(Math.max(...inTask.filter((count) => count !== undefined))).to.equal(50);
  });

  it('join in their order', async () => {
    const {element} = await scene({manual: ''});
    const given = files(300);
    element.add(given);
    await haveJoined(element, 300);
    expect(names(element)).to.deep.equal(given.map(({name}) => name));
  });

  it('join in their order also when others are added meanwhile, and of these the first at once', async () => {
    const {element} = await scene({manual: ''});
    element.add(files(200));
    expect(element.add(files(3, 'late'))).to.have.length(3);
    await haveJoined(element, 203);
    expect(names(element).filter((name) => name.startsWith('file'))).to.deep.equal(files(200).map(({name}) => name));
  });

  it('are looked at file by file: nobody asks for the size of the last one in the first task', async () => {
    const {element} = await scene({manual: ''});
    const given = files(200);
    let asked = 0;
    for (const one of given) {
      Object.defineProperty(one, 'lastModified', {
        get() {
          asked += 1;
          return 0;
        },
      });
    }
    element.add(given);
    expect(asked).to.equal(50);
    await haveJoined(element, 200);
  });

  it('keep to the limits together', async () => {
    const {element} = await scene({manual: '', 'max-files': '120'});
    const told = eventsOf(element);
    element.add(files(200));
    await until(() => told.filter((name) => name === 'upload-reject').length === 80, 'those that have no room to be refused');
    expect(element.uploads).to.have.length(120);
  });

  it('are refused one by one when something is no file, before any of them joins', async () => {
    const {element} = await scene({manual: ''});
    expect(() => element.add([...files(100), 'text' as unknown as File])).to.throw(TypeError);
    await later();
    expect(element.uploads).to.have.length(0);
  });
});

describe('what is asked for while very many files are still to join', () => {
  it('pause() counts for those as well', async () => {
    const {element} = await scene();
    element.add(files(200));
    element.pause();
    await haveJoined(element, 200);
    await later();
    expect(element.progress.count.paused).to.equal(200);
  });

  it('cancel() ends those that have joined, and no other one joins', async () => {
    const {element} = await scene();
    element.add(files(200));
    element.cancel();
    await later();
    expect([element.uploads.length, element.progress.count.canceled]).to.deep.equal([50, 50]);
  });

  it('cancel() of one leaves the others to join', async () => {
    const {element} = await scene({manual: ''});
    const [first] = element.add(files(200));
    element.cancel(first?.id);
    await haveJoined(element, 200);
  });

  it('start() counts for those as well', async () => {
    const {element} = await scene({manual: ''});
    element.add(files(120));
    element.start();
    await until(() => element.progress.count.done === 120, 'all to be done', 60_000);
  });

  it('start() does not count for those that are added when all have joined', async () => {
    const {element} = await scene({manual: ''});
    element.add(files(120));
    element.start();
    await until(() => element.progress.count.done === 120, 'all to be done', 60_000);
    element.add(file('late.txt'));
    await later();
    expect(element.progress.count.queued).to.equal(1);
  });

  it('an element that is removed takes in no more, and goes on when it is back', async () => {
    const {element} = await scene({manual: ''});
    const {parentNode} = element;
    element.add(files(200));
    element.remove();
    const before = element.uploads.length;
    await later();
    expect(element.uploads).to.have.length(before);
    parentNode?.append(element);
    await haveJoined(element, 200);
  });
});

describe('the end of very many files', () => {
  it('is told once, and not before the last one has joined', async () => {
    const {element} = await scene();
    const settled: number[] = [];
    element.addEventListener('uploads-settled', () => settled.push(element.uploads.length));
    element.add(files(220));
    await until(() => settled.length > 0, 'the list to be settled', 60_000);
    await later();
    expect(settled).to.deep.equal([220]);
  });

  it('leaves a form invalid until all have joined and are done', async () => {
    const {element} = await scene({manual: ''});
    element.add(files(120));
    element.cancel(element.uploads[0]?.id);
    expect(element.checkValidity()).to.equal(false);
    await haveJoined(element, 120);
    element.start();
    await until(() => element.progress.count.done === 119, 'all to be done', 60_000);
    expect(element.checkValidity()).to.equal(true);
  });

  it('gives the form all of them before anybody hears that they are settled', async () => {
    const {element} = await scene({name: 'files'});
    const form = document.createElement('form');
    element.parentNode?.append(form);
    form.append(element);
    let submitted = 0;
    element.addEventListener('uploads-settled', () => (submitted = new FormData(form).getAll('files').length));
    element.add(files(130));
    await until(() => submitted > 0, 'the list to be settled', 60_000);
    expect(submitted).to.equal(130);
  });
});

describe('very many files that are refused', () => {
  it('are told of by name only as far as somebody would read them', async () => {
    const {element} = await scene({accept: '.pdf'});
    element.add(files(40));
    await element.updateComplete;
    expect(all(element, '[part=notice] li')).to.have.length(6);
    expect(textOf(element, '[part=notice] li:last-child')).to.equal('35 more were not added.');
  });

  it('are all told of when they are few', async () => {
    const {element} = await scene({accept: '.pdf'});
    element.add(files(5));
    await element.updateComplete;
    expect(all(element, '[part=notice] li')).to.have.length(5);
  });
});

describe('a form value', () => {
  it('follows each upload of a short list at once', async () => {
    const {element} = await scene();
    element.add(files(2));
    await becomes(element, 'done', 0);
    await becomes(element, 'done', 1);
    expect(one(element, '[part=dropzone]')).to.not.equal(null);
    expect(element.value).to.have.length(2);
  });
});
