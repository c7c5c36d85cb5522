import {Dealer} from '../../src/core/dealer.js';
import {UploadError} from '../../src/core/errors.js';
import type {Deal, DigestAlgorithm, Hasher, ShortFile} from '../../src/core/hasher-ports.js';
import {patternBlob, vectors, wholes} from '../unit/hash/vectors.js';

/** What mocha and node:test have in common. */
export interface Runner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => Promise<void>): unknown;
}

const MiB = 1024 * 1024;
const blockSize = 4 * MiB;

function same(actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`expected ${should}, got ${is}`);
}

/** What `promise` rejects with. A promise that resolves is a failure. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`expected a rejection, got ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );

const codeOf = (reason: unknown): string => (reason instanceof UploadError ? reason.code : String(reason));

const never = (): AbortSignal => new AbortController().signal;

/** Reads a short file; a hasher that cannot is not let through. */
const short = (hasher: Hasher, blob: Blob, signal = never()): Promise<ShortFile> =>
  hasher.short?.(blob, signal) ?? Promise.reject(new Error('it reads no short files'));

type Told = [index: number, digest: string][];

/** What a hasher tells of a range. */
export async function told(hasher: Hasher, blob: Blob, [start, end]: readonly [number, number], size = blockSize): Promise<Told> {
  const all: Told = [];
  await hasher.blocks(blob, {start, end}, size, (index, digest) => all.push([index, digest]), never());
  return all;
}

/** Lets tasks that are already queued run, whatever they are. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * What every `Hasher` does, whatever it is made of.
 *
 * @param make Gives a fresh hasher; the suite closes it.
 */
export function keepsTheHasherContract(name: string, make: (algorithm: DigestAlgorithm) => Hasher, {describe, it}: Runner): void {
  const clause = (title: string, body: (hasher: Hasher) => Promise<void>, algorithm: DigestAlgorithm = 'md5'): void => {
    it(title, async () => {
      const hasher = make(algorithm);
      try {
        await body(hasher);
      } finally {
        hasher.close();
      }
    });
  };

  describe(`the hasher contract: ${name}`, () => {
    for (const algorithm of ['md5', 'sha-256'] as const) {
      for (const {name: length, size, digests, root} of vectors[algorithm]) {
        clause(
          `makes the known ${algorithm} digests of ${length}`,
          async (hasher) => same(await told(hasher, patternBlob(size), [0, size]), [...digests.entries()]),
          algorithm,
        );
        clause(
          `makes the known ${algorithm} root of ${length}`,
          async (hasher) => same(await hasher.root(digests, never()), root),
          algorithm,
        );
      }
    }
    ranges(clause);
    order(clause);
    ahead(clause);
    whole(clause);
    shorts(clause);
    proof(clause);
    stopping(clause);
    closing(clause);
    theRest(clause);
  });
}

type Clause = (title: string, body: (hasher: Hasher) => Promise<void>, algorithm?: DigestAlgorithm) => void;

function ranges(clause: Clause): void {
  const nine = vectors.md5.at(-1)?.digests ?? [];
  const rows: readonly [string, readonly [number, number], readonly number[]][] = [
    ['the whole block when a few of its bytes are asked for', [100, 200], [0]],
    ['both blocks that two bytes at their border touch', [blockSize - 1, blockSize + 1], [0, 1]],
    ['one block when the range ends where the next begins', [0, blockSize], [0]],
    ['the second block alone', [blockSize, 2 * blockSize], [1]],
    ['the short last block', [9 * MiB - 1, 9 * MiB], [2]],
    ['all blocks when the range reaches into the first and the last', [5, 8 * MiB + 5], [0, 1, 2]],
    ['nothing for an empty range inside a block', [7, 7], []],
    ['nothing for an empty range at the end', [9 * MiB, 9 * MiB], []],
  ];
  for (const [title, range, indices] of rows) {
    clause(`tells ${title}`, async (hasher) =>
      same(
        await told(hasher, patternBlob(9 * MiB), range),
        indices.map((index) => [index, nine[index]]),
      ),
    );
  }
  clause('rejects with file-changed when the range ends beyond the file, and tells nothing', async (hasher) => {
    let count = 0;
    const range = {start: 0, end: 3 * MiB + 1};
    const reason = await rejection(hasher.blocks(patternBlob(3 * MiB), range, MiB, () => (count += 1), never()));
    same([codeOf(reason), count], ['file-changed', 0]);
  });
  clause('digests a File and a slice of a Blob alike', async (hasher) => {
    const file = new File([patternBlob(1000)], 'a.bin');
    const piece = new Blob(['xx', patternBlob(1000), 'yy']).slice(2, 1002);
    same(await told(hasher, file, [0, 1000]), await told(hasher, piece, [0, 1000]));
  });
}

function order(clause: Clause): void {
  const small = 16 * 1024;
  clause('tells blocks in order', async (hasher) => {
    const all = await told(hasher, patternBlob(40 * small), [0, 40 * small], small);
    same(
      all.map(([index]) => index),
      Array.from({length: 40}, (_, index) => index),
    );
  });
  clause('tells every block before it is done, and nothing afterwards', async (hasher) => {
    let count = 0;
    await hasher.blocks(patternBlob(20 * small), {start: 0, end: 20 * small}, small, () => (count += 1), never());
    const atTheEnd = count;
    await turn();
    same([atTheEnd, count], [20, 20]);
  });
  clause('keeps calls at the same time apart', async (hasher) => {
    const [whole, part, root] = await Promise.all([
      told(hasher, patternBlob(10 * small), [0, 10 * small], small),
      told(hasher, patternBlob(10 * small), [3 * small, 5 * small], small),
      hasher.root([], never()),
    ]);
    same(part, whole.slice(3, 5));
    same(root, 'd41d8cd98f00b204e9800998ecf8427e');
  });
  clause('rejects with what the listener throws, and tells no more', async (hasher) => {
    const mistake = new Error('in the listener');
    let count = 0;
    const listener = (): never => {
      count += 1;
      throw mistake;
    };
    const reason = await rejection(hasher.blocks(patternBlob(9 * small), {start: 0, end: 9 * small}, small, listener, never()));
    await turn();
    same([reason === mistake, count], [true, 1]);
  });
}

function ahead(clause: Clause): void {
  const small = 16 * 1024;
  const all = async (hasher: Hasher, deal: Deal, size: number, blockSize = small): Promise<Told> => {
    const list: Told = [];
    await hasher.ahead(patternBlob(size), deal, blockSize, (index, digest) => list.push([index, digest]), never());
    return list.sort(([a], [b]) => a - b);
  };
  clause('digests ahead what it is dealt, with the digests that blocks have', async (hasher) =>
    same(await all(hasher, new Dealer(0, 20), 20 * small - 5), await told(hasher, patternBlob(20 * small - 5), [0, 20 * small - 5], small)),
  );
  clause('digests nothing ahead of an empty deal', async (hasher) => same(await all(hasher, new Dealer(0, 0), small), []));
  clause('digests ahead until the deal is empty, whoever empties it', async (hasher) => {
    const dealer = new Dealer(0, 20);
    const both = await Promise.all([all(hasher, dealer, 20 * small), all(hasher, dealer, 20 * small)]);
    same(
      both
        .flat()
        .map(([index]) => index)
        .sort((a, b) => a - b),
      Array.from({length: 20}, (_, index) => index),
    );
  });
  clause('lets blocks that somebody waits for go before those that are digested ahead', async (hasher) => {
    const ended: string[] = [];
    const far = all(hasher, new Dealer(0, 60), 60 * small).then(() => ended.push('ahead'));
    const part = told(hasher, patternBlob(8 * small), [0, 8 * small], small).then(() => ended.push('part'));
    await Promise.all([far, part]);
    same(ended, ['part', 'ahead']);
  });
  clause('rejects with what the listener of blocks ahead throws', async (hasher) => {
    const mistake = new Error('in the listener');
    const listener = (): never => {
      throw mistake;
    };
    const reason = await rejection(hasher.ahead(patternBlob(9 * small), new Dealer(0, 9), small, listener, never()));
    same(reason === mistake, true);
  });
  clause('tells nothing ahead with algorithm none', async (hasher) => same(await all(hasher, new Dealer(0, 3), 3 * small), []), 'none');
}

function whole(clause: Clause): void {
  const digest = (hasher: Hasher, size: number): Promise<string> => hasher.whole(patternBlob(size), () => undefined, never());
  for (const [name, size, expected] of wholes) {
    clause(`makes the plain md5 of ${name}`, async (hasher) => same(await digest(hasher, size), expected));
  }
  clause('tells how far a whole file has come, up to its end', async (hasher) => {
    const steps: number[] = [];
    await hasher.whole(patternBlob(9 * MiB), (bytes) => steps.push(bytes), never());
    same(
      steps,
      [...new Set(steps)].sort((a, b) => a - b),
    );
    same(steps.at(-1), 9 * MiB);
  });
  clause(
    'says that there is no plain sha-256, and what to do',
    async (hasher) => {
      const reason = await rejection(digest(hasher, 1));
      same([codeOf(reason), /Use md5/.test(String(reason))], ['unexpected', true]);
    },
    'sha-256',
  );
  clause('has an empty plain digest with algorithm none', async (hasher) => same(await digest(hasher, 10), ''), 'none');
  clause('makes two whole files at a time', async (hasher) => {
    const expected = wholes.map(([, , md5]) => md5);
    same(await Promise.all(wholes.map(([, size]) => digest(hasher, size))), expected);
  });
}

function shorts(clause: Clause): void {
  const pattern = (size: number): Promise<ArrayBuffer> => patternBlob(size).arrayBuffer();
  const listed = (bytes: ArrayBuffer): readonly number[] => [...new Uint8Array(bytes)];
  for (const algorithm of ['md5', 'sha-256'] as const) {
    clause(
      `gives the bytes of a short file, the ${algorithm} digest that its block has, and the root`,
      async (hasher) => {
        const {bytes, digest, root} = await short(hasher, patternBlob(1000));
        same(root, await hasher.root([digest], never()));
        same(listed(bytes), listed(await pattern(1000)));
        same([[0, digest]], await told(hasher, patternBlob(1000), [0, 1000]));
      },
      algorithm,
    );
  }
  clause('gives each of many short files its own bytes', async (hasher) => {
    const sizes = Array.from({length: 30}, (_, index) => index + 1);
    const files = await Promise.all(sizes.map((size) => short(hasher, patternBlob(size))));
    same(
      files.map(({bytes}) => bytes.byteLength),
      sizes,
    );
    same(new Set(files.map(({digest}) => digest)).size, 30);
  });
  clause('reads a short file anew each time', async (hasher) => {
    const blob = patternBlob(10);
    const [one, other] = [await short(hasher, blob), await short(hasher, blob)];
    same([one.bytes === other.bytes, listed(one.bytes)], [false, listed(other.bytes)]);
  });
  clause('has a short file of a single byte and of 64 KiB', async (hasher) => {
    for (const size of [1, 65_536]) same((await short(hasher, patternBlob(size))).bytes.byteLength, size);
  });
}

function proof(clause: Clause): void {
  const nonce = '00ff10a7';
  const at = (index: number): Blob => patternBlob(9 * MiB).slice(index * blockSize, (index + 1) * blockSize);
  const expected = async (hasher: Hasher, index: number): Promise<unknown> => {
    const joined = new Blob([new Uint8Array([0x00, 0xff, 0x10, 0xa7]), at(index)]);
    return (await told(hasher, joined, [0, 1], joined.size))[0]?.[1];
  };
  for (const algorithm of ['md5', 'sha-256'] as const) {
    clause(
      `proves by ${algorithm} of a nonce and each block, in the order of the questions`,
      async (hasher) => {
        const proof = await hasher.prove(patternBlob(9 * MiB), {nonce, blocks: [2, 0, 2], blockSize}, never());
        same(proof, [await expected(hasher, 2), await expected(hasher, 0), await expected(hasher, 2)]);
      },
      algorithm,
    );
  }
  clause('proves nothing when nothing is asked', async (hasher) =>
    same(await hasher.prove(patternBlob(9), {nonce, blocks: [], blockSize}, never()), []),
  );
  clause('cannot prove a block that the file has not', async (hasher) => {
    same(codeOf(await rejection(hasher.prove(patternBlob(9), {nonce, blocks: [0, 7], blockSize}, never()))), 'protocol');
  });
  clause(
    'proves nothing with algorithm none',
    async (hasher) => same(await hasher.prove(patternBlob(9), {nonce, blocks: [0], blockSize}, never()), []),
    'none',
  );
}

function stopping(clause: Clause): void {
  const blob = patternBlob(64 * 1024);
  const all = {start: 0, end: blob.size};
  const calls: Readonly<Record<string, (hasher: Hasher, signal: AbortSignal) => Promise<unknown>>> = {
    blocks: (hasher, signal) => hasher.blocks(blob, all, 1024, () => undefined, signal),
    root: (hasher, signal) => hasher.root(['d41d8cd98f00b204e9800998ecf8427e'], signal),
    check: (hasher, signal) => hasher.check(blob, all, signal),
    ahead: (hasher, signal) => hasher.ahead(blob, new Dealer(0, 64), 1024, () => undefined, signal),
    whole: (hasher, signal) => hasher.whole(blob, () => undefined, signal),
    prove: (hasher, signal) => hasher.prove(blob, {nonce: '00', blocks: [0, 1], blockSize: 1024}, signal),
    short: (hasher, signal) => short(hasher, blob, signal),
  };
  for (const [name, call] of Object.entries(calls)) {
    clause(`${name}: rejects with the reason of a signal that is aborted already`, async (hasher) => {
      const reason = new Error('not wanted');
      same((await rejection(call(hasher, AbortSignal.abort(reason)))) === reason, true);
    });
    clause(`${name}: rejects with the reason when it is aborted under way`, async (hasher) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const outcome = rejection(call(hasher, controller.signal));
      controller.abort(reason);
      same((await outcome) === reason, true);
    });
  }
  clause('tells nothing after it was aborted', async (hasher) => {
    const controller = new AbortController();
    const indices: number[] = [];
    const onBlock = (index: number): void => {
      indices.push(index);
      if (index === 2) controller.abort();
    };
    await rejection(hasher.blocks(blob, all, 1024, onBlock, controller.signal));
    await turn();
    same(indices, [0, 1, 2]);
  });
  clause('goes on with another call when one is aborted', async (hasher) => {
    const controller = new AbortController();
    const stopped = rejection(hasher.blocks(blob, all, 1024, () => controller.abort(), controller.signal));
    const other = told(hasher, blob, [0, blob.size], 1024);
    await stopped;
    same((await other).length, 64);
  });
  clause('works again after an abort', async (hasher) => {
    await rejection(hasher.check(blob, all, AbortSignal.abort()));
    same((await told(hasher, blob, [0, 1], 1024)).length, 1);
  });
}

function closing(clause: Clause): void {
  const blob = patternBlob(2 * blockSize);
  const all = {start: 0, end: blob.size};
  const nameOf = (reason: unknown): string => (reason instanceof Error ? reason.name : 'no error');
  const more = (hasher: Hasher): Promise<unknown>[] => [
    hasher.ahead(blob, new Dealer(0, 2), blockSize, () => undefined, never()),
    hasher.whole(blob, () => undefined, never()),
    hasher.prove(blob, {nonce: '', blocks: [0], blockSize}, never()),
    short(hasher, patternBlob(10)),
  ];
  clause('rejects what is pending when it is closed', async (hasher) => {
    const pending = [
      hasher.blocks(blob, all, blockSize, () => undefined, never()),
      hasher.check(blob, all, never()),
      hasher.root([], never()),
      ...more(hasher),
    ];
    const reasons = Promise.all(pending.map(rejection));
    hasher.close();
    same([...new Set((await reasons).map(nameOf))], ['AbortError']);
  });
  clause('rejects when it is closed in mid-hash, and tells no more', async (hasher) => {
    const indices: number[] = [];
    const onBlock = (index: number): void => {
      indices.push(index);
      hasher.close();
    };
    same(nameOf(await rejection(hasher.blocks(blob, all, 1024 * 1024, onBlock, never()))), 'AbortError');
    await turn();
    same(indices, [0]);
  });
  clause('rejects every call after it was closed', async (hasher) => {
    hasher.close();
    const reasons = [
      hasher.blocks(blob, all, blockSize, () => undefined, never()),
      hasher.check(blob, all, never()),
      hasher.root([], never()),
      ...more(hasher),
    ];
    same([...new Set((await Promise.all(reasons.map(rejection))).map(nameOf))], ['AbortError']);
  });
  clause('may be closed twice', async (hasher) => {
    await hasher.root([], never());
    hasher.close();
    hasher.close();
  });
}

function theRest(clause: Clause): void {
  clause('makes the digest of RFC 1321 for "abc"', async (hasher) =>
    same(await told(hasher, new Blob(['abc']), [0, 3]), [[0, '900150983cd24fb0d6963f7d28e17f72']]),
  );
  clause(
    'makes the digest of FIPS 180 for "abc"',
    async (hasher) =>
      same(await told(hasher, new Blob(['abc']), [0, 3]), [[0, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad']]),
    'sha-256',
  );
  clause('reads a range and says nothing of it', async (hasher) =>
    same(await hasher.check(patternBlob(9 * MiB), {start: 5, end: 9 * MiB}, never()), undefined),
  );
  clause('checks an empty range', async (hasher) => same(await hasher.check(new Blob(), {start: 0, end: 0}, never()), undefined));
  clause('finds a file changed that ends before the range', async (hasher) =>
    same(codeOf(await rejection(hasher.check(new Blob(['abc']), {start: 0, end: 4}, never()))), 'file-changed'),
  );
  clause('tells nothing with algorithm none', async (hasher) => same(await told(hasher, patternBlob(1000), [0, 1000]), []), 'none');
  clause('has an empty root with algorithm none', async (hasher) => same(await hasher.root([], never()), ''), 'none');
  clause(
    'reads with algorithm none too',
    async (hasher) => same(await hasher.check(patternBlob(10), {start: 0, end: 10}, never()), undefined),
    'none',
  );
  clause('says which algorithm it has', async (hasher) => same(hasher.algorithm, 'sha-256'), 'sha-256');
  clause('says whether reads notice a change', async (hasher) => same(typeof hasher.noticesChange, 'boolean'));
}
