import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {UploadError, type UploadErrorCode} from '../../src/core/errors.js';
import {english} from '../../src/element/messages.js';
import {errorFor} from '../../src/protocols/reply.js';
import {replyOf} from '../support/scripted-http.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/errors.md`, 'utf8');

/** Every code there is: the compiler sees to it that each has its words. */
const codes = Object.keys(english.errors) as UploadErrorCode[];

/** Text below each heading of the second level. */
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end).trim()] as const;
    }),
);

const sectionOf = (name: string): string => {
  const section = sections.get(name);
  assert.ok(section !== undefined, `docs/errors.md has no section "${name}"`);
  return section;
};

const words = (yes: boolean): string => (yes ? 'yes' : 'no');

describe('docs/errors.md', () => {
  it('has a section for every code in the order of the list, and one about HTTP', () => {
    assert.deepEqual([...sections.keys()], [...codes, 'HTTP statuses']);
  });

  it('has headings that make the anchors which errors name', () => {
    for (const code of codes) {
      const [path, anchor] = new UploadError(code, '').docs.split('#');
      assert.deepEqual([path, anchor, /^[a-z-]+$/.test(code)], ['docs/errors.md', code, true]);
    }
  });

  it('is in the package', () => {
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{files}] = JSON.parse(listed) as [{files: {path: string}[]}];
    assert.ok(files.some(({path}) => path === 'docs/errors.md'));
  });
});

for (const code of codes) {
  describe(`what docs/errors.md says of ${code}`, () => {
    const {holds, retryable, passing} = new UploadError(code, '');

    it('begins with what people read', () => {
      assert.ok(sectionOf(code).startsWith(`*${english.errors[code]}*\n`), `it must begin with *${english.errors[code]}*`);
    });

    it('has what people and developers can do', () => {
      for (const who of ['People', 'Developers']) assert.match(sectionOf(code), new RegExp(`^- ${who}: \\S`, 'm'));
    });

    it('has the facts of the code', () => {
      const facts = `Retry helps: ${words(retryable)}. Holds the list: ${words(holds)}. Automatic retries count: ${words(passing)}.`;
      assert.ok(sectionOf(code).includes(`- ${facts}`), `it must have "${facts}"`);
    });
  });
}

/** The table's rows: single statuses, then ranges for what is left over. */
const rows = [...(sections.get('HTTP statuses') ?? '').matchAll(/^\| (.+?) \| (.+?) \|$/gm)].map(
  ([, statuses = '', code = '']) => [statuses, code.replaceAll('`', '')] as const,
);

function codeInTable(status: number): string | undefined {
  const single = rows.find(([statuses]) => statuses.split(', ').includes(String(status)));
  const range = rows.find(([statuses]) => {
    const [, from, to] = /^(\d+)-(\d+), others$/.exec(statuses) ?? [];
    return from !== undefined && Number(from) <= status && status <= Number(to);
  });
  return (single ?? range ?? rows.find(([statuses]) => statuses === 'any other'))?.[1];
}

describe('the table of HTTP statuses', () => {
  it('says of every status what the code does', () => {
    const statuses = Array.from({length: 500}, (_, index) => 100 + index);
    const told = statuses.map((status) => `${status} ${codeInTable(status)}`);
    assert.deepEqual(
      told,
      statuses.map((status) => `${status} ${errorFor(replyOf({status})).code}`),
    );
  });

  it('names only codes that there are', () => {
    const named = rows.slice(2).flatMap(([, code]) => code.split(/, | or /));
    assert.ok(named.length > 8);
    assert.deepEqual(
      named.filter((code) => !codes.some((known) => known === code)),
      [],
    );
  });
});
