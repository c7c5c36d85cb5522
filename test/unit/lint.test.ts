import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {ESLint} from 'eslint';

const eslint = new ESLint({cwd: fileURLToPath(new URL('../..', import.meta.url))});

const injection = ['no-eval', 'no-implied-eval', 'no-new-func', 'no-script-url'];
const restricted = ['no-restricted-imports', 'no-restricted-properties', 'no-restricted-syntax'];

/** The rules that a script breaks, as a file of the demo: no types are needed there, and the same rules hold (below). */
async function broken(script: string): Promise<string[]> {
  const results = await eslint.lintText(script, {filePath: 'demo/snippet.js'});
  return results.flatMap(({messages}) => messages.map(({ruleId, message}) => ruleId ?? `cannot be read: ${message}`));
}

const element = `const element = document.createElement('p'); const text = String(location);`;

/** Every way from text to markup or code that a mistake could take. */
const forbidden: Readonly<Record<string, string>> = {
  innerHTML: `${element} element.innerHTML = text;`,
  'innerHTML by its name': `${element} element['innerHTML'] = text;`,
  'innerHTML in an object': `${element} Object.assign(element, {innerHTML: text});`,
  'innerHTML in a template of Lit': 'import {html} from "lit"; export const shown = (text) => html`<p .innerHTML=${text}></p>`;',
  outerHTML: `${element} element.outerHTML = text;`,
  insertAdjacentHTML: `${element} element.insertAdjacentHTML('beforeend', text);`,
  setHTMLUnsafe: `${element} element.setHTMLUnsafe(text);`,
  parseHTMLUnsafe: `${element} Document.parseHTMLUnsafe(text);`,
  srcdoc: `${element} element.srcdoc = text;`,
  'srcdoc in a template of Lit': 'import {html} from "lit"; export const shown = (text) => html`<iframe srcdoc=${text}></iframe>`;',
  'an attribute that is code': `${element} element.setAttribute('onclick', text);`,
  'a fragment from text': `${element} document.createRange().createContextualFragment(text);`,
  DOMParser: `${element} new DOMParser().parseFromString(text, 'text/html');`,
  'document.write': `${element} document.write(text);`,
  'document.writeln': `${element} document.writeln(text);`,
  eval: `${element} eval(text);`,
  'eval by another name': `${element} globalThis.eval(text);`,
  'window.eval': `${element} window.eval(text);`,
  'new Function': `${element} new Function(text);`,
  Function: `${element} Function(text)();`,
  'window.Function': `${element} new window.Function(text);`,
  'a timer with text': `setTimeout('alert(1)', 10);`,
  'a link that is a script': `${element} element.setAttribute('href', 'javascript:void 0');`,
  unsafeHTML: `import {unsafeHTML} from 'lit/directives/unsafe-html.js'; export {unsafeHTML};`,
  unsafeSVG: `import {unsafeSVG} from 'lit/directives/unsafe-svg.js'; export {unsafeSVG};`,
  'unsafeHTML of lit-html': `import {unsafeHTML} from 'lit-html/directives/unsafe-html.js'; export {unsafeHTML};`,
  'unsafeHTML, loaded later': `await import('lit/directives/unsafe-html.js');`,
  unsafeStatic: `import {unsafeStatic} from 'lit/static-html.js'; export {unsafeStatic};`,
  unsafeCSS: `import {unsafeCSS} from 'lit'; export {unsafeCSS};`,
  'a listener to unload': `addEventListener('unload', () => undefined);`,
  'a listener to unload of the window': `window.addEventListener('unload', () => undefined);`,
  'a listener to beforeunload that is always there': `addEventListener('beforeunload', (event) => event.preventDefault());`,
};

describe('the linter forbids', {timeout: 180_000}, () => {
  for (const [what, script] of Object.entries(forbidden)) {
    it(what, async () => {
      const [first = 'nothing', ...more] = await broken(script);
      assert.deepEqual([[...injection, ...restricted].includes(first), more], [true, []], first);
    });
  }
});

describe('a comment that silences the linter', () => {
  it('has no effect', async () => {
    const rules = await broken(`${element}\n// eslint-disable-next-line\nelement.innerHTML = text;`);
    assert.ok(rules.includes('no-restricted-properties'));
  });
});

describe('the linter allows', () => {
  it('text that stays text', async () => {
    const harmless = `${element} element.textContent = text; element.append(text); element.setAttribute('title', text);`;
    assert.deepEqual(await broken(harmless), []);
  });
});

describe('the same rules hold', () => {
  /** Where types are known, a rule that knows them stands in place of the plain one. */
  async function rulesOf(path: string): Promise<unknown[]> {
    const {rules} = (await eslint.calculateConfigForFile(path)) as {rules: Record<string, unknown>};
    const {'@typescript-eslint/no-implied-eval': typed = rules['no-implied-eval']} = rules;
    return [...injection, ...restricted].map((name) => (name === 'no-implied-eval' ? [typed].flat()[0] : rules[name]));
  }

  for (const path of [
    'src/define.ts',
    'src/element/rows.ts',
    'src/hash/spawn.ts',
    'src/server/send.ts',
    'src/core/run.ts',
    'tools/size.mjs',
  ]) {
    it(`in ${path}`, async () => {
      assert.deepEqual(await rulesOf(path), await rulesOf('demo/snippet.js'));
    });
  }

  it('in the file that may listen to beforeunload, but for that', async () => {
    const [usual, here] = await Promise.all([rulesOf('demo/snippet.js'), rulesOf('src/element/page-life.ts')]);
    assert.deepEqual(here.slice(0, -1), usual.slice(0, -1));
    const selectors = (list: unknown): string[] => (list as {selector?: string}[]).flatMap(({selector}) => selector ?? []);
    const missing = selectors(usual.at(-1)).filter((selector) => !selectors(here.at(-1)).includes(selector));
    assert.deepEqual(missing.length > 0 && missing.every((selector) => selector.includes('value=beforeunload')), true);
  });
});
