import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from 'fast-check';
import {Pieces} from '../../../src/hash/pieces.js';
import {never} from './scene.js';
import {patternBlob} from './vectors.js';

const MiB = 1024 * 1024;

/** A file that notes into which buffers it is read, and gives `step` bytes at a time. */
class WatchedFile extends Blob {
  readonly buffers: number[] = [];
  readonly #size: number;
  readonly #step: number;
  reads = 0;
  cancels = 0;

  constructor(size: number, step: number) {
    super();
    this.#size = size;
    this.#step = step;
  }
  override get size(): number {
    return this.#size;
  }
  override stream(): ReturnType<Blob['stream']> {
    return new ReadableStream({
      type: 'bytes',
      pull: (controller) => {
        this.reads += 1;
        const view = controller.byobRequest?.view;
        if (!view) throw new Error('not read into a buffer');
        this.buffers.push(view.buffer.byteLength);
        controller.byobRequest.respond(Math.min(this.#step, view.byteLength));
      },
      cancel: () => {
        this.cancels += 1;
      },
    });
  }
}

async function everything(pieces: Pieces, most: number): Promise<Buffer> {
  const list: Buffer[] = [];
  for (let piece = await pieces.take(most, never); piece.length > 0; piece = await pieces.take(most, never)) list.push(Buffer.from(piece));
  pieces.close();
  return Buffer.concat(list);
}

describe('taking a blob piece by piece', () => {
  it('gives all of its bytes in order, whatever is asked for', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(3 * MiB), fc.integer({min: 1000, max: 2 * MiB}), async (size, most) => {
        const blob = patternBlob(size);
        assert.ok((await everything(new Pieces(blob), most)).equals(Buffer.from(await blob.arrayBuffer())));
      }),
      {numRuns: 15},
    ));
  it('never gives more than is asked for', async () => {
    const pieces = new Pieces(patternBlob(100_000));
    assert.ok((await pieces.take(7, never)).length <= 7);
    pieces.close();
  });
  it('gives nothing at the end, and again nothing', async () => {
    const pieces = new Pieces(new Blob(['abc']));
    await pieces.take(3, never);
    assert.deepEqual([(await pieces.take(3, never)).length, (await pieces.take(3, never)).length], [0, 0]);
    pieces.close();
  });
});

describe('reading ahead', () => {
  it('has the next piece on its way while one is dealt with', async () => {
    const file = new WatchedFile(10 * MiB, MiB);
    const pieces = new Pieces(file);
    await pieces.take(MiB, never);
    assert.equal(file.reads, 2);
    pieces.close();
  });
  it('is one piece ahead and no more', async () => {
    const file = new WatchedFile(10 * MiB, MiB);
    const pieces = new Pieces(file);
    await pieces.take(10, never);
    await pieces.take(10, never);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(file.reads, 2);
    pieces.close();
  });
  it('needs buffers of 1 MiB at most', async () => {
    const file = new WatchedFile(10 * MiB, MiB);
    await everything(new Pieces(file), MiB);
    assert.deepEqual([...new Set(file.buffers)], [MiB]);
  });
  it('needs a buffer of the size of a small file', async () => {
    const file = new WatchedFile(4096, 4096);
    await everything(new Pieces(file), MiB);
    assert.deepEqual(file.buffers, [4096]);
  });
  it('waits until a piece is worth it: 512 KiB', async () => {
    const pieces = new Pieces(new WatchedFile(10 * MiB, 65_536));
    assert.equal((await pieces.take(MiB, never)).length, MiB / 2);
    pieces.close();
  });
  it('waits for no more than there is', async () => {
    const pieces = new Pieces(new WatchedFile(100_000, 65_536));
    assert.equal((await pieces.take(MiB, never)).length, 100_000);
    pieces.close();
  });
  it('ends when it is closed', async () => {
    const file = new WatchedFile(10 * MiB, MiB);
    const pieces = new Pieces(file);
    await pieces.take(10, never);
    pieces.close();
    assert.equal(file.cancels, 1);
  });
});
