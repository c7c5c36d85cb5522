import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {UploadError} from '../../../src/core/errors.js';
import type {Json, Sent} from '../../../src/core/ports.js';
import type {Step} from '../../support/scripted-http.js';
import {never, refusal, scripted, sendRequest} from '../../support/scripted-chunks.js';

const sentWith = (step: Step): Promise<Sent> => scripted(step).protocol.send(sendRequest(), never());

/** The code that sending fails with. */
const codeOf = (step: Step): Promise<string> =>
  sentWith(step).then(
    ({kind}) => `no failure but "${kind}"`,
    (error: unknown) => (error instanceof UploadError ? error.code : String(error)),
  );

describe('blocks that were dropped', () => {
  const dropped = (blocks: Json): Step => refusal(422, 'blocks-dropped', {received: [], blocks});

  it('are named', async () => {
    const sent = await sentWith(dropped([1, 2]));
    assert.ok(sent.kind === 'dropped');
    assert.deepEqual([sent.blocks, sent.error.code, sent.error.status], [[1, 2], 'corrupt', 422]);
  });

  it('are told in words that name the file', async () => {
    const sent = await sentWith(dropped([1]));
    assert.ok(sent.kind === 'dropped');
    assert.match(sent.error.message, /Block 1 of "a\.bin"/);
  });

  it('count once each', async () => {
    const sent = await sentWith(dropped([1, 1, 1, 1]));
    assert.deepEqual(sent.kind === 'dropped' && sent.blocks, [1]);
  });

  const nonsense: Readonly<Record<string, Json>> = {
    'a block behind the last': [5],
    'a block far behind': [2 ** 40],
    'a negative block': [-1],
    'a block and a half': [1.5],
    'a text': ['1'],
    'a block and nothing': [1, null],
  };
  for (const [what, blocks] of Object.entries(nonsense)) {
    it(`are not believed when they are ${what}`, async () => {
      assert.equal(await codeOf(dropped(blocks)), 'protocol');
    });
  }

  it('may be the last of the file', async () => {
    assert.equal((await sentWith(dropped([4]))).kind, 'dropped');
  });

  it('are a plain refusal when none is named', async () => {
    assert.deepEqual([await codeOf(dropped([])), await codeOf(refusal(422, 'blocks-dropped'))], ['rejected', 'rejected']);
  });
});

describe('a part that gets no answer', () => {
  for (const code of ['network', 'timeout'] as const) {
    it(`fails as "${code}", and is not sent again by the protocol`, async () => {
      const {http, protocol} = scripted(new UploadError(code, 'lost'));
      await assert.rejects(protocol.send(sendRequest(), never()), {code});
      assert.equal(http.asked.length, 1);
    });
  }
});
