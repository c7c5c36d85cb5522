import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {minifyTemplates} from '../../../tools/templates.mjs';

/** Where a text stands: line and column. */
function placeOf(text: string, wanted: string): readonly [number, number] {
  const at = text.indexOf(wanted);
  assert.ok(at >= 0, `${wanted} is not there`);
  const before = text.slice(0, at).split('\n');
  return [before.length, before.at(-1)?.length ?? 0];
}

describe('a style sheet in a module', () => {
  const module = [
    'const before = 1;',
    'const styles = css`',
    "  [part='row'] {",
    '    color: red;',
    '  }',
    '`; const after = 2;',
    'last();',
  ].join('\n');

  it('becomes short', () => {
    assert.match(minifyTemplates(module), /css`\[part=row\]\{color:red\}`/);
  });

  it('leaves what follows at its line and column', () => {
    for (const part of ['before', 'const after', 'last()']) assert.deepEqual(placeOf(minifyTemplates(module), part), placeOf(module, part));
  });

  it('means the same where it has a backslash', () => {
    const short = minifyTemplates("css`a::before { content: '\\\\00b7'; }`");
    assert.match(short, /content:\s*"\\\\b7"/);
  });

  it('stays a template where it has what would end one', () => {
    const short = minifyTemplates("css`a { content: '\\`\\${b}'; }`");
    assert.equal((0, eval)(`const css = String.raw; ((s) => s[0])\`x\`; ${short.replace('css', '')}`), 'a{content:"`${b}"}');
  });

  it('keeps what browsers do not all know beside what they do', () => {
    const short = minifyTemplates(
      "css`a { text-align: -webkit-match-parent; text-align: match-parent; content: 'x'; content: 'x' / ''; }`",
    );
    assert.match(short, /-webkit-match-parent.*match-parent.*content.*content/);
  });

  it('is refused when it has a hole: nobody knows what comes there', () => {
    assert.throws(() => minifyTemplates('css`a { color: ${red}; }`'), /hole/);
  });
});

describe('markup in a module', () => {
  const module = [
    'const row = (name) => html`<li',
    '  part="row"',
    '  title=${name}',
    '>',
    '  ${name ? html`<b>',
    '    ${name}</b> ` : nothing} <i></i>',
    '</li>`;',
    'last();',
  ].join('\n');

  it('has one space for several', () => {
    assert.equal(minifyTemplates('html`<p>  a \n\t b</p> `').trimEnd(), 'html`<p> a b</p> `');
  });

  it('has a space wherever it had white space', () => {
    const texts = [...minifyTemplates(module).matchAll(/[`}]([^`}$]*)(?:\$\{|`)/g)].map(([, text]) => text);
    assert.deepEqual(
      texts.filter((text) => /</.test(text ?? '')),
      ['<li part="row" title=', '<b> ', '</b> ', ' <i></i> </li>'],
    );
  });

  it('leaves what stands in its holes at its line and column', () => {
    const short = minifyTemplates(module);
    for (const part of ['name ? html', 'nothing', 'last()']) assert.deepEqual(placeOf(short, part), placeOf(module, part), part);
  });

  it('is the same drawing for svg', () => {
    assert.equal(minifyTemplates('svg`<path\n  d="M1 2" />`').trim(), 'svg`<path d="M1 2" />`');
  });
});

it('leaves every other template alone', () => {
  const module = 'const a = `x   y`; const b = String.raw`x   ${y}   z`;';
  assert.equal(minifyTemplates(module), module);
});
