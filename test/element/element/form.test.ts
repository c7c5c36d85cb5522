import {expect, fixture, html} from '@open-wc/testing';
import type {ChunkUploader} from '../../../src/define.js';
import {Backend} from '../support/backend.js';
import {becomes, file, nextPart, one, statusOf, until, uploadAt} from '../support/scene.js';

interface FormScene {
  readonly form: HTMLFormElement;
  readonly element: ChunkUploader;
  readonly backend: Backend;
  readonly sent: () => string[];
}

async function formScene({required = false, holding = false, name = 'attachment'} = {}): Promise<FormScene> {
  const backend = new Backend({holding});
  const form = await fixture<HTMLFormElement>(
    html`<form>
      <chunk-uploader name=${name} multiple hash="none" ?required=${required} .protocol=${backend.protocol}></chunk-uploader>
    </form>`,
  );
  const element = form.querySelector('chunk-uploader');
  if (!element) throw new Error('no element');
  await element.updateComplete;
  return {form, element, backend, sent: () => new FormData(form).getAll(name).map(String)};
}

describe('in a form', () => {
  it('the element belongs to it', async () => {
    const {form, element} = await formScene();
    expect(element.form).to.equal(form);
    expect([...form.elements]).to.include(element);
  });

  it('nothing is submitted without a file', async () => {
    const {sent} = await formScene();
    expect(sent()).to.deep.equal([]);
  });

  it('the URL of every finished upload is submitted under its name', async () => {
    const {element, sent} = await formScene();
    element.add([file('a.txt'), file('b.txt')]);
    await until(() => element.progress.count.done === 2, 'both');
    await element.updateComplete;
    expect(sent()).to.deep.equal(['https://files.test/a.txt', 'https://files.test/b.txt']);
    expect(element.value).to.deep.equal(sent());
  });

  it('what was removed from the list is not submitted', async () => {
    const {element, sent} = await formScene();
    element.add([file('a.txt'), file('b.txt')]);
    await until(() => element.progress.count.done === 2, 'both');
    element.clear(uploadAt(element, 0).id);
    await element.updateComplete;
    expect(sent()).to.deep.equal(['https://files.test/b.txt']);
  });

  it('nothing is submitted without a name', async () => {
    const {form, element} = await formScene({name: ''});
    element.add(file());
    await becomes(element, 'done');
    expect([...new FormData(form)]).to.deep.equal([]);
  });

  it('the name can change', async () => {
    const {form, element} = await formScene();
    element.add(file());
    await becomes(element, 'done');
    element.name = 'other';
    await element.updateComplete;
    expect([...new FormData(form).keys()]).to.deep.equal(['other']);
  });

  it('nothing is submitted while it is disabled', async () => {
    const {element, sent} = await formScene();
    element.add(file());
    await becomes(element, 'done');
    element.disabled = true;
    await element.updateComplete;
    expect(sent()).to.deep.equal([]);
  });
});

describe('the event change', () => {
  it('comes with every new value, bubbling to the form', async () => {
    const {form, element} = await formScene();
    const values: string[][] = [];
    form.addEventListener('change', () => values.push([...element.value]));
    element.add(file('a.txt'));
    await becomes(element, 'done');
    element.clear();
    await element.updateComplete;
    expect(values).to.deep.equal([['https://files.test/a.txt'], []]);
  });

  it('does not come with the first rendering', async () => {
    const backend = new Backend();
    let changes = 0;
    const form = await fixture(
      html`<form @change=${() => (changes += 1)}><chunk-uploader name="a" .protocol=${backend.protocol}></chunk-uploader></form>`,
    );
    await form.querySelector('chunk-uploader')?.updateComplete;
    expect(changes).to.equal(0);
  });
});

describe('a form with an unfinished upload', () => {
  it('is invalid, and says why', async () => {
    const {form, element, backend} = await formScene({holding: true});
    element.add(file());
    await until(() => backend.parts.length === 1, 'a part');
    await element.updateComplete;
    expect([form.checkValidity(), element.validity.customError]).to.deep.equal([false, true]);
    expect(element.validationMessage).to.equal('Wait until all files are uploaded, or remove them.');
  });

  it('is invalid in the task of the add()', async () => {
    const {form, element} = await formScene({holding: true});
    element.add(file());
    expect(form.checkValidity()).to.equal(false);
  });

  it('is invalid with one that failed', async () => {
    const {form, element, backend} = await formScene({holding: true});
    element.add(file());
    (await nextPart(backend)).fail('rejected');
    await becomes(element, 'failed');
    expect(form.checkValidity()).to.equal(false);
  });

  it('is valid when that one is removed', async () => {
    const {form, element, backend} = await formScene({holding: true});
    element.add(file());
    (await nextPart(backend)).fail('rejected');
    await becomes(element, 'failed');
    element.clear();
    await element.updateComplete;
    expect(form.checkValidity()).to.equal(true);
  });

  it('is valid when it was canceled', async () => {
    const {form, element} = await formScene({holding: true});
    element.add(file());
    element.cancel();
    expect(form.checkValidity()).to.equal(true);
  });

  it('is valid at the moment of upload-done: a listener may submit', async () => {
    const {form, element} = await formScene();
    let valid: boolean | undefined;
    element.addEventListener('upload-done', () => (valid = form.checkValidity()));
    element.add(file());
    await becomes(element, 'done');
    expect(valid).to.equal(true);
  });
});

describe('a required element', () => {
  it('misses a value without an upload', async () => {
    const {form, element} = await formScene({required: true});
    expect([form.checkValidity(), element.validity.valueMissing, element.validationMessage]).to.deep.equal([false, true, 'Add a file.']);
  });

  it('is content with a finished one', async () => {
    const {form, element} = await formScene({required: true});
    element.add(file());
    await becomes(element, 'done');
    expect(form.checkValidity()).to.equal(true);
  });

  it('is not content with a canceled one', async () => {
    const {form, element} = await formScene({required: true, holding: true});
    element.add(file());
    element.cancel();
    await element.updateComplete;
    expect([statusOf(element), form.checkValidity()]).to.deep.equal(['canceled', false]);
  });

  it('is not asked while disabled', async () => {
    const {form, element} = await formScene({required: true});
    element.disabled = true;
    await element.updateComplete;
    expect([element.willValidate, form.checkValidity()]).to.deep.equal([false, true]);
  });

  it('shows the browser where: the focus goes to the button', async () => {
    const {element} = await formScene({required: true});
    expect(element.reportValidity()).to.equal(false);
    element.focus();
    expect(element.shadowRoot?.activeElement).to.equal(one(element, '[part=button]'));
  });
});

describe('a complaint of the page', () => {
  it('makes the element invalid until it is taken back', async () => {
    const {element} = await formScene();
    element.setCustomValidity('Not today.');
    expect([element.checkValidity(), element.validationMessage]).to.deep.equal([false, 'Not today.']);
    element.setCustomValidity('');
    expect(element.checkValidity()).to.equal(true);
  });
});

describe('a form that is reset', () => {
  it('lets go of every file', async () => {
    const {form, element, backend, sent} = await formScene({holding: true});
    element.add([file('a.txt'), file('b.txt')]);
    await until(() => backend.parts.length === 2, 'two parts');
    form.reset();
    await element.updateComplete;
    expect([element.uploads, sent(), form.checkValidity()]).to.deep.equal([[], [], true]);
  });
});
