import {expect} from '@open-wc/testing';
import type {UploadError} from '../../../src/core/errors.js';
import {noticesChange} from '../../../src/hash/notices-change.js';
import {rungs} from '../../../src/hash/spawn.js';
import {WorkerHasher} from '../../../src/hash/worker-hasher.js';
import {told} from '../../contracts/hasher.js';
import {builtText, scripted, scriptWorker} from './built.js';
import {digests, never} from './scene.js';

describe('a page that says nothing of workers', () => {
  it('gets a module worker', async () => {
    const hasher = await digests({});
    expect(hasher.source).to.equal('module-worker');
    expect(hasher.why).to.deep.equal([]);
  });
});

describe('a worker that never gets going', () => {
  const factories: Readonly<Record<string, () => Worker>> = {
    'has nothing to say': () => scriptWorker(''),
    'throws at once': () => scriptWorker('throw new Error("at the top")'),
    'is no script': () => scriptWorker('<!doctype html>'),
    'is of another version': () => scriptWorker(scripted({hello: '"chunk-uploader-hash/0"'})),
    'answers rubbish': () => scriptWorker('onmessage = ({data}) => postMessage(data)'),
    'closes itself': () => scriptWorker('close()'),
    'loops for ever': () => scriptWorker('for (;;);'),
    'is missing': () => new Worker('/nowhere/hash.worker.js'),
    'is missing, as a module': () => new Worker('/nowhere/hash.worker.js', {type: 'module'}),
    'is on another origin': () => new Worker('http://127.0.0.1:9/hash.worker.js'),
    'cannot be constructed': () => {
      throw new DOMException('The policy says no', 'SecurityError');
    },
  };
  for (const [title, workerFactory] of Object.entries(factories)) {
    it(`is passed over: it ${title}`, async () => {
      const hasher = await digests({workerFactory});
      expect(hasher.source).to.equal('module-worker');
      expect(hasher.why).to.have.length(1);
      expect(hasher.why[0]).to.match(/^factory: ./);
    });
  }

  it('is passed over: its worker-src is missing', async () => {
    const hasher = await digests({workerSrc: '/nowhere/hash.worker.js'});
    expect(hasher.source).to.equal('module-worker');
    expect(hasher.why[0]).to.match(/^worker-src: error event: ./);
  });

  it('says its version when that is the reason', async () => {
    const hasher = await digests({workerFactory: () => scriptWorker(scripted({hello: '"chunk-uploader-hash/0"'}))});
    expect(hasher.why[0]).to.contain('chunk-uploader-hash/0');
  });
});

describe('a page without the constructor Worker', () => {
  const real = globalThis.Worker;
  beforeEach(() => Reflect.deleteProperty(globalThis, 'Worker'));
  afterEach(() => {
    globalThis.Worker = real;
  });

  it('digests on its own thread, and says so once', async () => {
    const errors: UploadError[] = [];
    const hasher = await digests({onFallback: (error) => errors.push(error)});
    expect(hasher.source).to.equal('this-thread');
    expect(errors.map(({code}) => code)).to.deep.equal(['worker-unavailable']);
  });
});

describe('the Blob worker', () => {
  const ladder = (): ConstructorParameters<typeof WorkerHasher>[0] => rungs({}, builtText).filter(({source}) => source === 'blob-worker');
  const {createObjectURL, revokeObjectURL} = URL;
  let open = new Set<string>();

  beforeEach(() => {
    open = new Set();
    URL.createObjectURL = (object) => {
      const url = createObjectURL.call(URL, object);
      open.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      open.delete(url);
      revokeObjectURL.call(URL, url);
    };
  });
  afterEach(() => Object.assign(URL, {createObjectURL, revokeObjectURL}));

  it('gives its URL back when it has answered', async () => {
    const hasher = new WorkerHasher(ladder());
    await hasher.root([], never);
    expect(hasher.source).to.equal('blob-worker');
    expect(open.size).to.equal(0);
    hasher.close();
  });

  it('gives its URL back when it failed', async () => {
    const failing = rungs({}, async () => 'throw new Error("no")').filter(({source}) => source === 'blob-worker');
    const hasher = new WorkerHasher(failing);
    await hasher.root([], never);
    expect(hasher.source).to.equal('this-thread');
    expect(open.size).to.equal(0);
  });

  it('is passed over in unbuilt sources, which have no text of it', async () => {
    const hasher = new WorkerHasher(rungs({}).filter(({source}) => source === 'blob-worker'));
    await hasher.root([], never);
    expect(hasher.why[0]).to.match(/^blob-worker: .*unbuilt/);
  });

  it('works with the text that the build put into its module', async () => {
    const built = (await import(new URL('/dist/hash/inline-source.js', location.href).href)) as {workerSource: string};
    const hasher = new WorkerHasher(rungs({}, async () => built.workerSource).filter(({source}) => source === 'blob-worker'));
    expect(await told(hasher, new Blob(['abc']), [0, 3])).to.deep.equal([[0, '900150983cd24fb0d6963f7d28e17f72']]);
    expect(hasher.source).to.equal('blob-worker');
    hasher.close();
  });
});

describe('this browser', () => {
  it('notices a changed file if, and only if, it is Chromium', () => {
    expect(noticesChange()).to.equal('chrome' in globalThis || /Chrome\//.test(navigator.userAgent));
  });
});
