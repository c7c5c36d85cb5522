import {expect} from '@open-wc/testing';
import {ChunkUploader} from '../../../src/define.js';
import * as door from '../../../src/index.js';
import {warningsOf} from '../support/scene.js';

/** Loads the module that defines the tag once more, as a second copy of the package would. */
const secondCopy = (): Promise<unknown> => import(new URL(`../../../src/define.ts?copy=${Math.random()}`, import.meta.url).href);

describe('the module that defines the tag', () => {
  it('has defined it', () => {
    expect(customElements.get('chunk-uploader')).to.equal(ChunkUploader);
    expect(document.createElement('chunk-uploader')).to.be.instanceOf(ChunkUploader);
  });

  it('says nothing when it is loaded again with the same class', async () => {
    expect(await warningsOf(secondCopy)).to.deep.equal([]);
  });

  it('warns, and does not throw, when another class has the tag', async () => {
    const {get} = customElements;
    customElements.get = () => class extends HTMLElement {};
    const said = await warningsOf(secondCopy);
    customElements.get = get;
    expect(said.join()).to.contain('another copy');
  });
});

describe('the public door', () => {
  it('has the element, the engine and what it is made from', () => {
    const expected = [
      'ChunkUploader',
      'UploadEvent',
      'Uploader',
      'UploadError',
      'chunks',
      'xhrHttp',
      'workerHasher',
      'MemoryStore',
      'browserNetwork',
    ];
    expect(Object.keys(door)).to.include.members(expected);
  });

  it('lets the element be subclassed under another name', async () => {
    class MyUploader extends door.ChunkUploader {}
    customElements.define('my-uploader', MyUploader);
    const element = new MyUploader();
    document.body.append(element);
    await element.updateComplete;
    expect(element.shadowRoot?.querySelector('[part=dropzone]')).not.to.equal(null);
    element.remove();
  });
});
