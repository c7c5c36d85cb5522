import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {describe, it} from 'node:test';
import {importsOf, wrongImports} from '../../tools/layers.mjs';

const src = new URL('../../src/', import.meta.url);

function sourcesOfTheProject(): Map<string, string> {
  const paths = readdirSync(src, {recursive: true, encoding: 'utf8'}).map((path) => path.replaceAll('\\', '/'));
  return new Map(paths.filter((path) => path.endsWith('.ts')).map((path) => [path, readFileSync(new URL(path, src), 'utf8')]));
}

const check = (sources: Record<string, string>): string[] => wrongImports(new Map(Object.entries(sources)));

describe('the layers of src/', () => {
  const sources = sourcesOfTheProject();

  it('are all there to be checked', () => {
    const folders = new Set([...sources.keys()].map((path) => (path.includes('/') ? path.split('/')[0] : '')));
    assert.deepEqual([...folders].sort(), ['', 'core', 'element', 'hash', 'net', 'protocols', 'server', 'stores']);
  });

  it('are read: the composition root is seen to import from every layer', () => {
    const seen = importsOf('element/wire.ts', sources.get('element/wire.ts') ?? '').map(({to}) => to.split('/')[0]);
    for (const folder of ['core', 'protocols', 'net', 'hash', 'stores']) assert.ok(seen.includes(folder), folder);
  });

  it('import only what they may', () => {
    assert.deepEqual(wrongImports(sources), []);
  });
});

describe('an import in the wrong direction', () => {
  const wrong: Record<string, [from: string, text: string]> = {
    'core from a protocol': ['core/run.ts', `import {chunks} from '../protocols/chunks.js';`],
    'core from the element, if only a type': ['core/run.ts', `import type {ChunkUploader} from '../element/chunk-uploader.js';`],
    'core from a door': ['core/run.ts', `import {Uploader} from '../index.js';`],
    'a protocol from the network': ['protocols/chunks.ts', `import {xhr} from '../net/xhr.js';`],
    'the network from a protocol': ['net/xhr.ts', `export {chunks} from '../protocols/chunks.js';`],
    'hashing from a store': ['hash/identity.ts', `import {memory} from '../stores/memory.js';`],
    'a store from hashing, lazily': ['stores/indexed.ts', `const later = () => import('../hash/identity.js');`],
    'a row of the element from hashing': ['element/rows.ts', `import {spawn} from '../hash/spawn.js';`],
    'a row of the element from a protocol, inside a type': ['element/rows.ts', `let chunks: import('../protocols/chunks.js').Remote;`],
    'the element from a door': ['element/rows.ts', `import '../define.js';`],
    'the composition root from the server': ['element/wire.ts', `import {createUploadHandler} from '../server/index.js';`],
    'a door from the server': ['index.ts', `export * from './server/index.js';`],
    'the server from the engine': ['server/index.ts', `import {UploadError} from '../core/errors.js';`],
    'a folder nobody knows': ['misc/thing.ts', `import {union} from '../core/ranges.js';`],
    'lit outside the element': ['core/run.ts', `import {html} from 'lit';`],
    'a part of lit outside the element': ['index.ts', `import {property} from 'lit/decorators.js';`],
    'comlink outside hashing': ['element/wire.ts', `import {wrap} from 'comlink';`],
    'idb outside the stores': ['element/wire.ts', `import {openDB} from 'idb';`],
    'spark-md5 outside its one file': ['hash/digest.ts', `import SparkMD5 from 'spark-md5';`],
    'Node outside the server': ['core/run.ts', `import {readFile} from 'node:fs/promises';`],
    'Node without its prefix': ['server/index.ts', `import {readFile} from 'fs/promises';`],
    'a package nobody chose': ['core/run.ts', `import pad from 'left-pad';`],
  };

  for (const [name, [from, text]] of Object.entries(wrong)) {
    it(`is found: ${name}`, () => {
      const found = check({[from]: text});
      assert.equal(found.length, 1);
      assert.ok(found[0]?.startsWith(`${from} imports `), found[0]);
    });
  }
});

describe('an import in the right direction', () => {
  const right: Record<string, [from: string, text: string]> = {
    'an adapter from the core': ['net/xhr.ts', `import {UploadError} from '../core/errors.js';`],
    'the composition root from an adapter': ['element/wire.ts', `import {xhr} from '../net/xhr.js';`],
    'a door from the element': ['index.ts', `export {ChunkUploader} from './element/chunk-uploader.js';`],
    'the server from the ranges': ['server/journal.ts', `import {union} from '../core/ranges.js'; import {open} from 'node:fs/promises';`],
    'the server from a type of the core': ['server/blocks.ts', `import type {DigestAlgorithm} from '../core/hasher-ports.js';`],
    'a door from the other': ['define.ts', `import {ChunkUploader} from './index.js';`],
    'lit in the element': ['element/rows.ts', `import {html} from 'lit'; import {repeat} from 'lit/directives/repeat.js';`],
    'spark-md5 in its one file': ['hash/md5.ts', `import SparkMD5 from 'spark-md5';`],
    'a comment that looks like an import': ['core/run.ts', `// import {html} from 'lit';`],
    'a string that looks like an import': ['core/run.ts', `const text = "import {html} from 'lit'";`],
  };

  for (const [name, [from, text]] of Object.entries(right)) {
    it(`is let through: ${name}`, () => {
      assert.deepEqual(check({[from]: text}), []);
    });
  }
});

describe('the order inside the core', () => {
  it('is broken by a run that needs the uploader', () => {
    const found = check({'core/run.ts': `import {Uploader} from './uploader.js';`});
    assert.deepEqual(found, ['core/run.ts leads to core/uploader.ts, which stands above it']);
  });

  it('is broken by way of a file that has no place in it', () => {
    const found = check({'core/pool.ts': `import {cut} from './parts.js';`, 'core/parts.ts': `import {runUpload} from './run.js';`});
    assert.deepEqual(found, ['core/pool.ts leads to core/run.ts, which stands above it']);
  });

  it('says nothing of types', () => {
    assert.deepEqual(check({'core/ports.ts': `import type {UploadStatus} from './state.js'; import {type A} from './run.js';`}), []);
  });
});

describe('a cycle at run time', () => {
  it('is found, however long', () => {
    const found = check({
      'element/a.ts': `import './b.js';`,
      'element/b.ts': `export * from './c.js';`,
      'element/c.ts': `const again = () => import('./a.js');`,
    });
    assert.equal(found.length, 3);
  });

  it('is none when one way is only a type', () => {
    assert.deepEqual(check({'element/a.ts': `import {b} from './b.js';`, 'element/b.ts': `import type {A} from './a.js';`}), []);
  });
});
