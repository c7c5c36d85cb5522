import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {isProtocolName, protocolByName, protocolNames} from '../../../src/protocols/by-name.js';
import {endpoint} from '../../support/scripted-chunks.js';
import {ScriptedHttp} from '../../support/scripted-http.js';

describe('a protocol by its name', () => {
  for (const name of protocolNames) {
    it(`is spoken: ${name}`, () => {
      assert.equal(isProtocolName(name), true);
    });

    it(`has that name itself: ${name}`, () => {
      assert.equal(protocolByName(name, {endpoint}, new ScriptedHttp()).name, name);
    });
  }

  for (const name of ['', 'Chunks', 'chunk', 'toString', '__proto__', 'constructor']) {
    it(`is not spoken: "${name}"`, () => {
      assert.equal(isProtocolName(name), false);
    });
  }
});
