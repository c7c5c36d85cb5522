import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {noticesChange} from '../../../src/hash/notices-change.js';

const brands = (...names: string[]): {userAgentData: {brands: {brand: string}[]}} => ({
  userAgentData: {brands: names.map((brand) => ({brand}))},
});

describe('a browser that names its engine', () => {
  it('notices as Chromium', () => assert.equal(noticesChange(brands('Not(A:Brand', 'Chromium')), true));
  it('notices as Edge, which is Chromium', () => assert.equal(noticesChange(brands('Microsoft Edge', 'Chromium')), true));
  it('does not notice as another engine', () => assert.equal(noticesChange(brands('Somebody', 'Another')), false));
  it('is believed more than its user agent string', () =>
    assert.equal(noticesChange({...brands('Another'), userAgent: 'Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36'}), false));
});

describe('a browser that only has a user agent string', () => {
  const rows: readonly [string, boolean, string][] = [
    ['Chromium on http', true, 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'],
    [
      'headless Chromium',
      true,
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36',
    ],
    [
      'Chromium by its own name',
      true,
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chromium/90.0 Safari/537.36',
    ],
    ['Opera', true, 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 OPR/106.0.0.0'],
    ['Firefox', false, 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'],
    [
      'Safari',
      false,
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
    ],
    [
      'Chrome on iOS',
      false,
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0 Mobile/15E148 Safari/604.1',
    ],
    ['something that only mentions it', false, 'Mozilla/5.0 (like Chrome)'],
    ['nothing at all', false, ''],
  ];
  for (const [title, notices, userAgent] of rows)
    it(`${notices ? 'notices' : 'does not notice'}: ${title}`, () => assert.equal(noticesChange({userAgent}), notices));
});

describe('no browser', () => {
  it('is not trusted to notice', () => assert.equal(noticesChange({}), false));
  it('is not trusted to notice in Node', () => assert.equal(noticesChange(), false));
});
