import {expect, fixture} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {scene, warningsOf} from '../support/scene.js';

type Property = Exclude<keyof ChunkUploader & string, 'messages'>;

const mount = (markup: string): Promise<ChunkUploader> => fixture<ChunkUploader>(markup);

const read = (element: ChunkUploader, property: string): unknown => Reflect.get(element, property);

const flags: readonly (readonly [attribute: string, property: Property])[] = [
  ['multiple', 'multiple'],
  ['directory', 'directory'],
  ['required', 'required'],
  ['disabled', 'disabled'],
  ['manual', 'manual'],
  ['paused', 'paused'],
  ['resume-online', 'resumeOnline'],
  ['no-resume', 'noResume'],
  ['auto-resume', 'autoResume'],
  ['submit-when-done', 'submitWhenDone'],
  ['with-credentials', 'withCredentials'],
];

const values: readonly (readonly [attribute: string, property: Property, initial: unknown, text: string, value: unknown])[] = [
  ['endpoint', 'endpoint', '', '/uploads', '/uploads'],
  ['protocol', 'protocol', 'chunks', 'tus', 'tus'],
  ['accept', 'accept', '', '.pdf, image/*', '.pdf, image/*'],
  ['capture', 'capture', '', 'user', 'user'],
  ['name', 'name', '', 'attachments', 'attachments'],
  ['max-size', 'maxSize', null, '1048576', 1_048_576],
  ['max-files', 'maxFiles', null, '5', 5],
  ['chunk-size', 'chunkSize', 'auto', '65536', 65_536],
  ['concurrency', 'concurrency', 4, '2', 2],
  ['files-at-once', 'filesAtOnce', 2, '4', 4],
  ['retries', 'retries', 0, '3', 3],
  ['hash', 'hash', 'md5', 'sha-256', 'sha-256'],
  ['worker-src', 'workerSrc', '', '/worker.js', '/worker.js'],
  ['resume-key', 'resumeKey', '', 'user-7', 'user-7'],
  ['keep-files', 'keepFiles', 0, '1048576', 1_048_576],
  ['keep-files', 'keepFiles', 0, '', 268_435_456],
];

for (const [attribute, property] of flags) {
  describe(`the boolean attribute ${attribute}`, () => {
    it('is false when it is absent', async () => {
      expect(read(await mount('<chunk-uploader></chunk-uploader>'), property)).to.equal(false);
    });

    it('is true when it is present', async () => {
      expect(read(await mount(`<chunk-uploader ${attribute}></chunk-uploader>`), property)).to.equal(true);
    });

    it('is false when its value is "false", as frameworks write it on a late upgrade', async () => {
      expect(read(await mount(`<chunk-uploader ${attribute}="false"></chunk-uploader>`), property)).to.equal(false);
    });

    it('is false again when it is taken off', async () => {
      const element = await mount(`<chunk-uploader ${attribute}></chunk-uploader>`);
      element.removeAttribute(attribute);
      expect(read(element, property)).to.equal(false);
    });

    it('is true when its property is set to the empty text, as React does', async () => {
      const element = await mount('<chunk-uploader></chunk-uploader>');
      Reflect.set(element, property, '');
      expect(read(element, property)).to.equal(true);
    });

    it('is false when its property is set to undefined', async () => {
      const element = await mount(`<chunk-uploader ${attribute}></chunk-uploader>`);
      Reflect.set(element, property, undefined);
      expect(read(element, property)).to.equal(false);
    });
  });
}

for (const [attribute, property, initial, text, value] of values) {
  describe(`the attribute ${attribute}`, () => {
    it(`is ${String(initial)} when it is absent`, async () => {
      expect(read(await mount('<chunk-uploader></chunk-uploader>'), property)).to.equal(initial);
    });

    it('is read from markup', async () => {
      expect(read(await mount(`<chunk-uploader ${attribute}="${text}"></chunk-uploader>`), property)).to.equal(value);
    });

    it('can be set as a property', async () => {
      const element = await mount('<chunk-uploader></chunk-uploader>');
      Reflect.set(element, property, value);
      expect(read(element, property)).to.equal(value);
    });

    it('understands the text of its value as a property', async () => {
      const element = await mount('<chunk-uploader></chunk-uploader>');
      Reflect.set(element, property, text);
      expect(read(element, property)).to.equal(value);
    });

    it(`is ${String(initial)} again when it is taken off`, async () => {
      const element = await mount(`<chunk-uploader ${attribute}="${text}"></chunk-uploader>`);
      element.removeAttribute(attribute);
      expect(read(element, property)).to.equal(initial);
    });

    it(`is ${String(initial)} when its property is set to undefined`, async () => {
      const element = await mount(`<chunk-uploader ${attribute}="${text}"></chunk-uploader>`);
      Reflect.set(element, property, undefined);
      expect(read(element, property)).to.equal(initial);
    });
  });
}

describe('an element without attributes', () => {
  it('grows none by itself', async () => {
    const {outerHTML} = await mount('<chunk-uploader></chunk-uploader>');
    expect(outerHTML).to.equal('<chunk-uploader></chunk-uploader>');
  });

  it('grows none by being given its own initial values', async () => {
    const element = await mount('<chunk-uploader></chunk-uploader>');
    Object.assign(element, {concurrency: 4, endpoint: '', manual: false});
    await element.updateComplete;
    expect(element.getAttributeNames()).to.deep.equal([]);
  });
});

describe('the property paused', () => {
  it('is reflected when it is set', async () => {
    const {element} = await scene();
    element.paused = true;
    await element.updateComplete;
    expect(element.hasAttribute('paused')).to.equal(true);
  });

  it('is taken off again when it is unset', async () => {
    const {element} = await scene({paused: ''});
    element.paused = false;
    await element.updateComplete;
    expect(element.hasAttribute('paused')).to.equal(false);
  });

  it('does not stay in the markup as paused="false", which style sheets would take for true', async () => {
    const element = await mount('<chunk-uploader paused="false"></chunk-uploader>');
    expect(element.matches('[paused]')).to.equal(false);
  });
});

describe('a disabled="false" in the markup', () => {
  it('does not disable, though the platform would', async () => {
    const element = await mount('<chunk-uploader disabled="false"></chunk-uploader>');
    expect(element.matches(':disabled')).to.equal(false);
  });
});

const bad: readonly (readonly [property: Property, value: unknown, instead: unknown])[] = [
  ['maxSize', '10MB', null],
  ['maxSize', -1, null],
  ['maxFiles', 1.5, null],
  ['chunkSize', 'large', 'auto'],
  ['chunkSize', 0, 'auto'],
  ['concurrency', 0, 4],
  ['concurrency', NaN, 4],
  ['filesAtOnce', 'two', 2],
  ['retries', Infinity, 0],
  ['hash', 'sha1', 'md5'],
  ['endpoint', 7, ''],
];

for (const [property, value, instead] of bad) {
  describe(`${property} set to ${String(value)}`, () => {
    it(`counts as ${String(instead)}`, async () => {
      const element = await mount('<chunk-uploader></chunk-uploader>');
      await warningsOf(() => Reflect.set(element, property, value));
      expect(read(element, property)).to.equal(instead);
    });
  });
}

describe('a bad value', () => {
  it('is told on the console with the name of the attribute', async () => {
    const element = await mount('<chunk-uploader></chunk-uploader>');
    const said = await warningsOf(() => Reflect.set(element, 'resumeKey', 7));
    expect(said).to.deep.equal(['<chunk-uploader>: "resume-key" must be a text.']);
  });

  it('is told once, however often it comes', async () => {
    const element = await mount('<chunk-uploader></chunk-uploader>');
    const said = await warningsOf(() => {
      for (let times = 0; times < 3; times += 1) Reflect.set(element, 'accept', times);
    });
    expect(said).to.deep.equal(['<chunk-uploader>: "accept" must be a text.']);
  });

  it('does not throw', async () => {
    const element = await mount('<chunk-uploader></chunk-uploader>');
    expect(() => Reflect.set(element, 'chunkSize', Symbol('odd'))).not.to.throw();
  });
});

describe('the property headers', () => {
  it('takes an object', async () => {
    const element = await mount('<chunk-uploader></chunk-uploader>');
    const headers = {Authorization: 'Bearer 1'};
    element.headers = headers;
    expect(element.headers).to.equal(headers);
  });

  it('takes a function', async () => {
    const element = await mount('<chunk-uploader></chunk-uploader>');
    const headers = () => ({Authorization: 'Bearer 1'});
    element.headers = headers;
    expect(element.headers).to.equal(headers);
  });

  it('is read from JSON in the attribute', async () => {
    const element = await mount(`<chunk-uploader headers='{"X-Tenant": "7"}'></chunk-uploader>`);
    expect(element.headers).to.deep.equal({'X-Tenant': '7'});
  });

  it('warns when a framework has written an object as text', async () => {
    const said = await warningsOf(() => mount('<chunk-uploader headers="[object Object]"></chunk-uploader>'));
    expect(said.join()).to.contain('"headers"');
  });
});

describe('the properties that also take objects', () => {
  it('keep a protocol object', async () => {
    const {element, backend} = await scene();
    expect(element.protocol).to.equal(backend.protocol);
  });

  it('keep a function that makes the worker', async () => {
    const element = await mount('<chunk-uploader></chunk-uploader>');
    const make = () => new Worker('data:text/javascript,');
    element.workerSrc = make;
    expect(element.workerSrc).to.equal(make);
  });
});
