import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {publint} from 'publint';
import {rollup} from 'rollup';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Manifest {
  readonly exports: Record<string, string | Record<string, string>>;
  readonly dependencies: Record<string, string>;
  readonly [field: string]: unknown;
}

/** A project into which the packed package was put, with its dependencies and nothing else. */
function consumer(): string {
  const project = mkdtempSync(join(tmpdir(), 'chunk-uploader-consumer-'));
  const [{filename}] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{filename: string}];
  const modules = join(project, 'node_modules');
  const folder = join(modules, 'chunk-uploader');
  mkdirSync(folder, {recursive: true});
  execFileSync('tar', ['-xzf', join(project, filename), '-C', folder, '--strip-components=1']);
  for (const name of Object.keys(manifestOf(folder).dependencies)) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(project, 'package.json'), '{"type": "module"}');
  return project;
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const inNode = (project: string, module: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '--eval', module], {cwd: project, encoding: 'utf8', timeout: 30_000}).trim();

/** What the compiler says about a module in the project. */
function complaints(project: string, text: string, options: ts.CompilerOptions): string[] {
  const file = join(project, 'consumer.ts');
  writeFileSync(file, text);
  const program = ts.createProgram([file], {target: ts.ScriptTarget.ES2022, strict: true, noEmit: true, types: [], ...options});
  return ts.getPreEmitDiagnostics(program).map(({messageText}) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const nodeStyle: ts.CompilerOptions = {module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext};
const bundlerStyle: ts.CompilerOptions = {module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler};

describe('the packed package', () => {
  let project: string;
  let folder: string;
  let files: string[];

  before(() => {
    assert.ok(existsSync(join(root, 'dist/index.js')), 'dist/ is missing: run `npm run build` first');
    project = consumer();
    folder = join(project, 'node_modules/chunk-uploader');
    files = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((path) => /\.\w+$/.test(path));
  });
  after(() => rmSync(project, {recursive: true, force: true}));

  const built = (): string[] => files.filter((path) => path.startsWith('dist/') && path.endsWith('.js'));
  const textOf = (path: string): string => readFileSync(join(folder, path), 'utf8');

  describe('its files', () => {
    it('are there for every path that "exports" names', () => {
      const targets = Object.values(manifestOf(folder).exports).flatMap((entry) =>
        typeof entry === 'string' ? [entry] : Object.values(entry),
      );
      assert.ok(targets.length > 10);
      assert.deepEqual(
        targets.filter((path) => !existsSync(join(folder, path))),
        [],
      );
    });

    it('are there for every other field of package.json that names one', () => {
      const manifest = manifestOf(folder);
      for (const field of ['main', 'module', 'types', 'customElements', 'web-types', 'unpkg', 'jsdelivr']) {
        assert.ok(existsSync(join(folder, String(manifest[field]))), `${field}: ${String(manifest[field])}`);
      }
    });

    it('hold a README and a licence', () => {
      for (const name of ['README.md', 'LICENSE', 'package.json']) assert.ok(existsSync(join(folder, name)), name);
    });

    it('hold nothing of the tests, the demo or the tools', () => {
      assert.deepEqual(
        files.filter((path) => /(^|\/)(test|demo|tools|uploads)\/|\.test\.|tsconfig|config\.mjs$/.test(path)),
        [],
      );
    });

    it('hold types for every module', () => {
      const bundled = (path: string): boolean => path.startsWith('dist/cdn/');
      assert.deepEqual(
        built().filter((path) => !bundled(path) && !files.includes(path.replace(/\.js$/, '.d.ts'))),
        [],
      );
    });

    it('hold every source that a map leads to', () => {
      const maps = files.filter((path) => path.endsWith('.d.ts.map'));
      assert.ok(maps.length > 10);
      for (const map of maps) {
        const {sources} = JSON.parse(textOf(map)) as {sources: string[]};
        for (const source of sources) assert.ok(existsSync(join(folder, dirname(map), source)), `${map}: ${source}`);
      }
    });
  });

  describe('its modules', () => {
    const imported = (path: string): string[] => ts.preProcessFile(textOf(path)).importedFiles.map(({fileName}) => fileName);

    it('import declared dependencies, Node, and each other', () => {
      const known = Object.keys(manifestOf(folder).dependencies);
      const isKnown = (name: string): boolean =>
        /^(\.|node:)/.test(name) || known.some((dependency) => name === dependency || name.startsWith(`${dependency}/`));
      assert.deepEqual(
        built().flatMap((path) => imported(path).filter((name) => !isKnown(name))),
        [],
      );
    });

    it('import only modules that are there', () => {
      const missing = built().flatMap((path) =>
        imported(path)
          .filter((name) => name.startsWith('.') && !existsSync(join(folder, dirname(path), name)))
          .map((name) => `${path}: ${name}`),
      );
      assert.deepEqual(missing, []);
    });

    const inCdn = (): string[] => built().filter((path) => path.startsWith('dist/cdn/'));
    const oneFile = 'dist/cdn/chunk-uploader.js';

    it('need nothing where they must be in one piece', () => {
      const whole = ['dist/hash/hash.worker.js', ...inCdn().filter((path) => path !== oneFile)];
      assert.equal(whole.length, 7);
      for (const path of whole) assert.deepEqual(imported(path), [], path);
    });

    /** What stands in an `import()`. */
    function loadedLater(path: string): string[] {
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        const [first] = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments : [];
        if (first && ts.isStringLiteralLike(first)) found.push(first.text);
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2022));
      return found;
    }

    it('leave nothing outside of the one-file build but what lies beside it', () => {
      const beside = loadedLater(oneFile).map((name) => join(dirname(oneFile), name));
      assert.equal(beside.length, 5);
      assert.deepEqual(
        beside.filter((path) => !inCdn().includes(path)),
        [],
      );
    });

    it('need nothing of that before it is needed', () => {
      const {statements} = ts.createSourceFile(oneFile, textOf(oneFile), ts.ScriptTarget.ES2022);
      assert.equal(
        statements.some((one) => ts.isImportDeclaration(one)),
        false,
      );
    });

    /** What is made around every `new URL('./hash.worker.js', import.meta.url)`, from inside out. */
    function aroundWorkerUrls(path: string): string[][] {
      const found: string[][] = [];
      const visit = (node: ts.Node, around: string[]): void => {
        const made = ts.isNewExpression(node) ? [node.expression.getText()] : [];
        if (made[0] === 'URL' && node.getText().includes('hash.worker.js')) found.push(around);
        ts.forEachChild(node, (child) => visit(child, [...made, ...around]));
      };
      visit(ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2022, true), []);
      return found;
    }

    // Parcel looks for no other file inside of `new Worker()` than one that is its first argument.
    it('name the file of the worker once, outside of all else, where every bundler finds it', () =>
      assert.deepEqual(aroundWorkerUrls('dist/hash/spawn.js'), [[]]));

    it('carry the text of the worker that lies beside them', async () => {
      const worker = textOf('dist/hash/hash.worker.js');
      const carriers = ['dist/hash/inline-source.js', ...inCdn().filter((path) => /inline-source/.test(path))];
      assert.equal(carriers.length, 2);
      for (const path of carriers) {
        const {workerSource} = (await import(join(folder, path))) as {workerSource: string};
        assert.equal(worker.slice(0, workerSource.length) === workerSource && workerSource !== '', true, `${path} is another worker`);
      }
    });

    it('are bundled by Rollup without a warning', async () => {
      const warnings: string[] = [];
      const external = [/^(lit|comlink|idb|spark-md5)/];
      const bundle = await rollup({input: join(folder, 'dist/define.js'), external, onwarn: ({message}) => warnings.push(message)});
      await bundle.close();
      assert.deepEqual(warnings, []);
    });
  });

  describe('in another project', () => {
    it('can be imported in Node', () => {
      assert.equal(
        inNode(project, `const {ChunkUploader} = await import('chunk-uploader'); console.log(typeof ChunkUploader)`),
        'function',
      );
    });

    it('can define the tag in Node', () => {
      assert.equal(
        inNode(project, `await import('chunk-uploader/define'); await import('chunk-uploader/define.js'); console.log('there')`),
        'there',
      );
    });

    it('gives the server its handler', () => {
      assert.equal(
        inNode(project, `const {createUploadHandler} = await import('chunk-uploader/server'); console.log(typeof createUploadHandler)`),
        'function',
      );
    });

    const page = `
      import 'chunk-uploader/define';
      import {ChunkUploader, type UploadSnapshot} from 'chunk-uploader';
      const tag: ChunkUploader = document.createElement('chunk-uploader');
      tag.endpoint = '/uploads';
      tag.addEventListener('upload-done', (event) => {
        const upload: UploadSnapshot = event.detail.upload;
        const url: string | null = event.detail.result.url;
        console.log(upload.name, url);
      });`;

    it('type-checks as Node resolves it', () => {
      assert.deepEqual(complaints(project, page, {...nodeStyle, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts']}), []);
    });

    it('type-checks as a bundler resolves it', () => {
      assert.deepEqual(complaints(project, page, {...bundlerStyle, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts']}), []);
    });

    it('type-checks on a server', () => {
      const server = `
        import {createUploadHandler} from 'chunk-uploader/server';
        const handle: (request: Request) => Promise<Response> = createUploadHandler({directory: '/srv/uploads'});
        console.log(handle);`;
      const types = {types: ['node'], typeRoots: [join(root, 'node_modules/@types')]};
      assert.deepEqual(complaints(project, server, {...nodeStyle, lib: ['lib.es2023.d.ts'], ...types}), []);
    });

    it('does not let a wrong use pass', () => {
      const wrong = `import {ChunkUploader} from 'chunk-uploader'; const tag = new ChunkUploader(); tag.paused = 'no';`;
      const found = complaints(project, wrong, {...bundlerStyle, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts']});
      assert.equal(found.length, 1);
      assert.match(found[0] ?? '', /'string' is not assignable to type 'boolean'/);
    });
  });

  it('has nothing that publint would complain of', async () => {
    const {messages} = await publint({pkgDir: folder, strict: true, pack: false});
    assert.deepEqual(messages, []);
  });
});
