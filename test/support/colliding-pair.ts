/** The hex digits in which the two differ, written out; all others are the same. */
const blocksWith = (a: string, b: string, c: string, d: string, e: string, f: string): Buffer =>
  Buffer.from(
    `d131dd02c5e6eec4693d9a0698aff95c2fcab5${a}12467eab4004583eb8fb7f8955ad340609f4b30283e4888325${b}415a085125e8f7cdc99fd91dbd${c}80373c5b` +
      `d8823e3156348f5bae6dacd436c919c6dd53e2${d}87da03fd02396306d248cda0e99f33420f577ee8ce54b67080${e}0d1ec69821bcb6a8839396f965${f}6ff72a70`,
    'hex',
  );

/**
 * Two files of 128 bytes with one MD5, 79054025255fb1a26e4bc422aef54eb4. From X. Wang, D. Feng, X. Lai and H. Yu, "Collisions for Hash
 * Functions MD4, MD5, HAVAL-128 and RIPEMD", Cryptology ePrint Archive 2004/199.
 */
export const collidingPair: readonly [Buffer, Buffer] = [
  blocksWith('87', '71', 'f2', 'b4', 'a8', '2b'),
  blocksWith('07', 'f1', '72', '34', '28', 'ab'),
];
