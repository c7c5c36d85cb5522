import {expect} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {recordRequests, type RequestRecord} from '../support/requests.js';
import {all, becomes, file, scene} from '../support/scene.js';

const page = '<!doctype html><script>globalThis.hacked=1</script>';

/** A page that says it is a picture. */
const disguised = (): File => new File([page], 'photo.png', {type: 'image/png'});

describe('Threat 11: a page that is called a picture', () => {
  let record: RequestRecord;
  const made: unknown[] = [];
  const {createObjectURL} = URL;
  beforeEach(() => {
    const result = {url: '/files/1', type: 'text/html'};
    record = recordRequests(() => ({status: 201, location: '/uploads/1', body: {size: page.length, complete: true, result}}));
    made.length = 0;
    URL.createObjectURL = (object) => {
      made.push(object);
      return createObjectURL(object);
    };
  });
  afterEach(() => {
    URL.createObjectURL = createObjectURL;
    record.stop();
  });

  async function uploaded(): Promise<ChunkUploader> {
    const {element} = await scene({endpoint: '/uploads', 'resume-key': crypto.randomUUID(), accept: 'image/*'});
    element.protocol = 'chunks';
    element.add(disguised());
    await becomes(element, 'done');
    return element;
  }

  it('is opened by nothing in the element', async () => {
    const element = await uploaded();
    expect(all(element, 'img, picture, video, audio, iframe, object, embed, link, a')).to.deep.equal([]);
    expect(made.filter((object) => object instanceof File)).to.deep.equal([]);
    expect(Reflect.get(globalThis, 'hacked')).to.equal(undefined);
  });

  it('is sent as bytes without a type: what it calls itself is metadata', async () => {
    await uploaded();
    expect(record.requests.map(({headers}) => headers['content-type'])).to.deep.equal(['application/octet-stream']);
  });

  it('is let in by "accept", which looks at names and types only: servers have to look themselves', async () => {
    const {element} = await scene({accept: 'image/*', manual: ''});
    expect(element.add(disguised())).to.have.length(1);
  });

  it('is kept out where its name and type say what it is', async () => {
    const {element} = await scene({accept: 'image/*', manual: ''});
    expect(element.add(file('page.html', 10, 'text/html'))).to.have.length(0);
  });
});
