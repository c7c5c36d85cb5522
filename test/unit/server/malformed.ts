import fc from 'fast-check';

/** Bytes for the wire, and what may come back. */
export interface Malformed {
  readonly text: string;
  /** Whether it is whole by HTTP: then it is answered, and not only hung up on. */
  readonly isWhole: boolean;
}

/** Stands in the text for the id of an upload that there is. */
export const realId = '{real}';

const id = '0123456789abcdef0123456789abcdef01234567';

/** Text that a header may hold, by HTTP. */
const anyValue = fc.oneof(
  fc.string({unit: fc.integer({min: 32, max: 255}).map((code) => String.fromCharCode(code)), maxLength: 60}),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    '9007199254740993',
    '99999999999999999999',
    '""',
    '*',
    '../../etc/passwd',
    '%00',
    '{"a":1}',
    '[[0,1]]',
    '\xff',
  ),
  fc.integer({min: 1, max: 6_000}).map((length) => 'x'.repeat(length)),
);

const digit = fc.oneof(fc.nat(12), fc.constantFrom(-1, 2 ** 53, 1e300, 0.5));
const goodValues: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'Upload-Length': digit.map(String),
  'Idempotency-Key': fc.constantFrom('"0123456789abcdef"', '"0123456789abcdefX"', '"short"', `"${'k'.repeat(64)}"`),
  'Upload-Digest': fc.constantFrom('md5', 'sha-256', 'none', 'MD5'),
  'Upload-Writer': fc.tuple(digit, fc.constantFrom('writer-one', 'x', '..')).map(([counter, random]) => `${counter}-${random}`),
  'Upload-Metadata': fc.constantFrom('name YQ==', 'name YQ==,name YQ==', 'name', 'a b c', ',', 'name /w==', `${'n'.repeat(5_000)} YQ==`),
  'Upload-Blocks': fc
    .tuple(digit, fc.constantFrom('', 'aa', 'd41d8cd98f00b204e9800998ecf8427e', 'zz,'))
    .map(([first, rest]) => `${first};${rest}`),
  'Content-Range': fc.tuple(digit, digit, digit).map(([from, to, size]) => `bytes ${from}-${to}/${size}`),
  'Content-Type': fc.constantFrom('application/octet-stream', 'application/json', 'text/plain', 'multipart/form-data; boundary=x'),
  Accept: fc.constantFrom('application/vnd.chunks.digests+json', '*/*', ',,;;'),
  Origin: fc.constantFrom('https://evil.example', 'null', ':', 'http://127.0.0.1'),
  'Sec-Fetch-Site': fc.constantFrom('cross-site', 'same-origin', 'none', 'x'),
  Range: fc.constantFrom('bytes=0-1', 'bytes=-1', 'bytes=9-1,3-2', 'x'),
  'Access-Control-Request-Method': fc.constantFrom('PUT', 'x y'),
  Cookie: fc.constantFrom('a=b', ';;;'),
};

const header = fc
  .constantFrom(...Object.keys(goodValues))
  .chain((name) =>
    fc.tuple(fc.constant(name), fc.oneof({weight: 3, arbitrary: goodValues[name] ?? anyValue}, {weight: 1, arbitrary: anyValue})),
  );

const segment: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    id,
    id.slice(1),
    'content',
    '..',
    '.',
    '%2e%2e',
    '..%2f..',
    '%252e',
    '%00',
    '%',
    '%zz',
    'secret',
    '__proto__',
    '\\',
    'info.json',
    '\xe9',
    '',
  ),
  fc.string({unit: fc.integer({min: 33, max: 126}).map((code) => String.fromCharCode(code)), maxLength: 12}),
);
const path = fc.oneof(
  {weight: 6, arbitrary: fc.array(segment, {maxLength: 3}).map((segments) => ['/uploads', ...segments].join('/'))},
  {weight: 1, arbitrary: fc.array(segment, {maxLength: 4}).map((segments) => `/${segments.join('/')}`)},
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '*',
      'http://evil.example/uploads',
      '//evil.example/uploads',
      '/uploads?x',
      '/uploads#x',
      `/${'a'.repeat(3_000)}`,
    ),
  },
);
const method = fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND', 'QUERY');
const body = fc.string({unit: fc.integer({min: 0, max: 255}).map((code) => String.fromCharCode(code)), maxLength: 30});

type Head = readonly (readonly [name: string, value: string])[];

const write = (verb: string, target: string, headers: Head, bytes: string): string => {
  const all = [...headers, ['Host', '127.0.0.1'], ['Connection', 'close']];
  return `${verb} ${target} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${bytes}`;
};

/** What a client might send, with a header or two that it would not. */
const creation = fc.string({unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 20}).map((key): Head => [
  ['Upload-Length', '100'],
  ['Idempotency-Key', `"${key}"`],
  ['Upload-Writer', '1-writer-one'],
  ['Content-Type', 'application/octet-stream'],
]);
const part = fc.tuple(fc.nat(2_000_000), fc.nat(40)).map(([from, length]): Head => [
  ['Content-Range', `bytes ${from}-${from + length}/1000000000`],
  ['Upload-Writer', '1-writer-one'],
  ['Content-Type', 'application/octet-stream'],
]);
const nearly = fc
  .tuple(
    fc.oneof(
      creation.map((head) => ['POST', '/uploads', head] as const),
      part.map((head) => ['PUT', `/uploads/${realId}`, head] as const),
    ),
    fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', undefined, undefined, undefined, undefined),
    fc.array(header, {maxLength: 2}),
    fc.nat(40),
  )
  .map(([[verb, target, head], other, wrong, length]): Malformed => {
    const bytes = 'b'.repeat(length);
    const names = new Set(wrong.map(([name]) => name));
    const headers: Head = [...head.filter(([name]) => !names.has(name)), ...wrong, ['Content-Length', String(length)]];
    return {text: write(target === '/uploads' && other === 'PUT' ? verb : (other ?? verb), target, headers, bytes), isWhole: true};
  });

/** A request that is HTTP, and nonsense by the protocol. */
const wild: fc.Arbitrary<Malformed> = fc
  .tuple(method, path, fc.uniqueArray(header, {maxLength: 8, selector: ([name]) => name}), body, fc.boolean())
  .map(([verb, target, headers, bytes, isChunked]) => {
    const frame = isChunked ? (['Transfer-Encoding', 'chunked'] as const) : (['Content-Length', String(bytes.length)] as const);
    const sent = isChunked ? `${bytes.length > 0 ? `${bytes.length.toString(16)}\r\n${bytes}\r\n` : ''}0\r\n\r\n` : bytes;
    return {text: write(verb, target, [...headers, frame], sent), isWhole: true};
  });

/** Requests that are HTTP. */
export const nonsense: fc.Arbitrary<Malformed> = fc.oneof(wild, nearly);

const odd = fc.constantFrom(
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET /uploads HTTP/9.9\r\nHost: x\r\n\r\n',
  'GET /uploads\r\n\r\n',
  'POST /uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
  'POST /uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\nx',
  'POST /uploads HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
  'POST /uploads HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'POST /uploads HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n',
  'POST /uploads HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n',
  'POST /uploads HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n',
  'GET /uploads HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n',
  'GET /uploads HTTP/1.1\r\nHost: x\r\nA\0B: y\r\n\r\n',
  'GET /uploads HTTP/1.1\nHost: x\n\n',
  `GET /uploads HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  `GET /uploads HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(3_000)}\r\n`,
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  '\r\n\r\n\r\n',
  '\0\0\0\0',
);

/** A request that was damaged: characters changed, put in or taken out, or its end cut off. It may happen to be HTTP still. */
const damaged = fc
  .tuple(nonsense, fc.nat(10_000), fc.constantFrom('flip', 'insert', 'remove', 'cut'), fc.integer({min: 0, max: 255}))
  .map(([{text}, where, how, code]) => {
    const at = where % text.length;
    const char = String.fromCharCode(code);
    const rest = {flip: char + text.slice(at + 1), insert: char + text.slice(at), remove: text.slice(at + 1), cut: ''}[how];
    return text.slice(0, at) + (rest ?? '');
  });

/** What is no HTTP, or only by chance. */
export const noise: fc.Arbitrary<Malformed> = fc.oneof(odd, damaged, body).map((text) => ({text, isWhole: false}));
