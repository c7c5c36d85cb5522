import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {Source} from '../../../src/core/source.js';
import {ScriptedFile} from '../../support/scripted-file.js';

const file = new ScriptedFile(400);
const copy = file.again();
const handle = {getFile: () => Promise.reject(new Error('not asked here'))};
let source = new Source(file.source);

describe('a file of which only the name is known', () => {
  beforeEach(() => {
    source = new Source(file.source);
  });

  it('has its facts', () => {
    const {name, size, type, lastModified, path, identity} = file.source;
    assert.deepEqual({...source}, {name, size, type, lastModified, path, identity});
  });
  it('is not here', () =>
    assert.deepEqual([source.isHere, source.isCopy, source.given, source.handle], [false, false, undefined, undefined]));
  it('cannot be read: asking for its bytes is a mistake in the engine', () => assert.throws(() => source.blob, TypeError));
  it('has not been kept, and nobody has tried', () => assert.equal(source.kept, undefined));
  it('cannot become a copy out of nothing', () => {
    source.keep('copy', copy);
    assert.equal(source.isHere, false);
  });
});

describe('a large file', () => {
  const size = 1_048_576;
  const large = new File([new Uint8Array(size)], 'a.bin');
  const facts = {...file.source, size};

  beforeEach(() => {
    source = new Source(facts, {blob: large});
  });

  it('is read as a blob of the same bytes: a browser asks the disk for the length of a file again and again', () => {
    assert.deepEqual([source.blob instanceof File, source.blob.size], [false, size]);
  });
  it('is the same blob each time', () => assert.equal(source.blob, source.blob));
  it('is still what was given', () => assert.equal(source.given, large));
  it('is read so too when its copy is lost, and when that is a file', () => {
    source.keep('copy', new File([large], 'copy'));
    const isFile = [source.blob instanceof File];
    source.loseCopy();
    assert.deepEqual([...isFile, source.blob instanceof File, source.blob.size], [false, false, size]);
  });
  it('is left as it is when it is a blob already', () => {
    const blob = new Blob([large]);
    source.use({blob});
    assert.equal(source.blob, blob);
  });
  it('is left as it is below 1 MiB: such a file is looked at once', () => {
    const short = new File([new Uint8Array(size - 1)], 'b.bin');
    assert.equal(new Source({...facts, size: size - 1}, {blob: short}).blob, short);
  });
});

describe('a file that is here', () => {
  beforeEach(() => {
    source = new Source(file.source, {blob: file, handle});
  });

  it('can be read', () => assert.equal(source.blob, file));
  it('is what was given', () => assert.equal(source.given, file));
  it('has its handle', () => assert.equal(source.handle, handle));
  it('is no copy', () => assert.equal(source.isCopy, false));
  it('that is kept by its handle is read as before', () => {
    source.keep('handle');
    assert.deepEqual([source.kept, source.blob === file, source.isCopy], ['handle', true, false]);
  });
  it('that is kept as a copy is read from the copy', () => {
    source.keep('copy', copy);
    assert.deepEqual([source.kept, source.blob === copy, source.isCopy], ['copy', true, true]);
  });
  it('and kept as a copy, is still given out as it was given', () => {
    source.keep('copy', copy);
    assert.equal(source.given, file);
  });
  it('and kept as a copy, keeps its handle', () => {
    source.keep('copy', copy);
    assert.equal(source.handle, handle);
  });
  it('that could not be kept is not tried again', () => {
    source.keep('nothing');
    assert.equal(source.kept, 'nothing');
  });
  it('that turned out to be another one is not here any more', () => {
    source.keep('copy', copy);
    source.use(undefined);
    assert.deepEqual([source.isHere, source.isCopy, source.given, source.kept], [false, false, undefined, undefined]);
  });
});

describe('a copy that is lost', () => {
  beforeEach(() => {
    source = new Source(file.source, {blob: file, handle});
  });

  it('gives its place to the file itself', () => {
    source.keep('copy', copy);
    assert.equal(source.loseCopy(), true);
    assert.deepEqual([source.blob === file, source.given === file, source.isCopy, source.isHere], [true, true, false, true]);
  });
  it('leaves the handle', () => {
    source.keep('copy', copy);
    source.loseCopy();
    assert.equal(source.handle, handle);
  });
  it('is not kept any more, and not tried again', () => {
    source.keep('copy', copy);
    source.loseCopy();
    assert.equal(source.kept, 'nothing');
  });
  it('is lost once', () => {
    source.keep('copy', copy);
    source.loseCopy();
    assert.equal(source.loseCopy(), false);
  });
  it('cannot be replaced when an earlier page has left nothing else', () => {
    source = new Source(file.source);
    source.use({blob: copy, isCopy: true}, 'copy');
    assert.deepEqual([source.loseCopy(), source.blob === copy, source.kept], [false, true, 'copy']);
  });
  it('is none where there was no copy', () => {
    source.keep('handle');
    assert.deepEqual([source.loseCopy(), source.kept], [false, 'handle']);
  });
  it('is none where there is no file', () => {
    source = new Source(file.source);
    assert.deepEqual([source.loseCopy(), source.isHere], [false, false]);
  });
});

describe('a file that was found again', () => {
  it('as a copy is kept already', () => {
    source = new Source(file.source);
    source.use({blob: copy, isCopy: true}, 'copy');
    assert.deepEqual([source.isHere, source.isCopy, source.kept], [true, true, 'copy']);
  });
  it('by a person has to be kept anew', () => {
    source = new Source(file.source);
    source.use({blob: copy, isCopy: true}, 'copy');
    source.use({blob: file});
    assert.deepEqual([source.blob === file, source.isCopy, source.kept], [true, false, undefined]);
  });
});
