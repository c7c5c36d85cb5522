const MiB = 1024 * 1024;
const blockSize = 4 * MiB;

/** Byte number i is i modulo 251, so that no two blocks are alike. */
export function patternBlob(size: number): Blob {
  const period = Uint8Array.from({length: 251 * 4096}, (_, at) => at % 251);
  const whole = Array.from({length: Math.floor(size / period.length)}, () => period);
  return new Blob([...whole, period.subarray(0, size % period.length)]);
}

interface Vector {
  readonly name: string;
  readonly size: number;
  readonly digests: readonly string[];
  readonly root: string;
}

const wholeMd5 = 'aad8b8e4d120d0df7a7fda991d5dab03';
const wholeSha = 'a117210941a0b00dcb2d8577e680d84b6fa0eaf760d2afc654c953b9859d54fa';

/** Digests of `patternBlob` in blocks of 4 MiB, made with OpenSSL. */
export const vectors: Readonly<Record<'md5' | 'sha-256', readonly Vector[]>> = {
  md5: [
    {name: '0 bytes', size: 0, digests: [], root: 'd41d8cd98f00b204e9800998ecf8427e'},
    {name: '1 byte', size: 1, digests: ['93b885adfe0da089cdf634904fd59f71'], root: '7e4696ef25d5faececd853ce5e2a233b'},
    {name: '4 MiB - 1', size: blockSize - 1, digests: ['d14c5acea679625f1111e902d00b0ae0'], root: '1ca0c8590558ec59d1bcff8aaef6f557'},
    {name: '4 MiB', size: blockSize, digests: [wholeMd5], root: 'ec7fa770294394d00c89da11cb272750'},
    {
      name: '4 MiB + 1',
      size: blockSize + 1,
      digests: [wholeMd5, '7e6a2afe551e067a75fafacf47a6d981'],
      root: '626d0427ee675fb3bbbcad8310b1cf2d',
    },
    {
      name: '9 MiB',
      size: 9 * MiB,
      digests: [wholeMd5, '670593051f6479ed59059ae82629ff7a', '22d7a5aa00ceeb3efc20976eec43a427'],
      root: '69390cd2d7a95089c4eed5a89f306692',
    },
  ],
  'sha-256': [
    {name: '0 bytes', size: 0, digests: [], root: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'},
    {
      name: '1 byte',
      size: 1,
      digests: ['6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
      root: '1406e05881e299367766d313e26c05564ec91bf721d31726bd6e46e60689539a',
    },
    {
      name: '4 MiB - 1',
      size: blockSize - 1,
      digests: ['8bc25f24c0f447466930cda6b0ac7405adc7f6348c50204caa9f9a5b6217ed42'],
      root: 'e1d05b9adf4293b7fec11b099ce74116fc06dfa733a9833be9166ab4c769da43',
    },
    {name: '4 MiB', size: blockSize, digests: [wholeSha], root: 'b9654428408015906b44a00935b70af33830aa344b780b0eabd535a133150d04'},
    {
      name: '4 MiB + 1',
      size: blockSize + 1,
      digests: [wholeSha, '74cd9ef9c7e15f57bdad73c511462ca65cb674c46c49639c60f1b44650fa1dcb'],
      root: '4a6cc0a344febaa07772e7c974834b2fb1d24594d4ba15f27c97a54699709f44',
    },
    {
      name: '9 MiB',
      size: 9 * MiB,
      digests: [
        wholeSha,
        '9889e2ef8bd7d8fea5ef99243b7784ecd8deaf613bdb7a6c0b3ac56f23078303',
        '1db2d9bf83e04c2ca03075eb16444ca55808907f1c969fc1af44ada23dd5a056',
      ],
      root: 'a9aa14f788a027eba2f37a2a5344ce86e1371071f6959953374165125d07b19a',
    },
  ],
};

/** MD5 of `patternBlob` in one go, made with OpenSSL. */
export const wholes: readonly (readonly [name: string, size: number, md5: string])[] = [
  ['no bytes', 0, 'd41d8cd98f00b204e9800998ecf8427e'],
  ['1 byte', 1, '93b885adfe0da089cdf634904fd59f71'],
  ['4 MiB', 4 * MiB, 'aad8b8e4d120d0df7a7fda991d5dab03'],
  ['9 MiB', 9 * MiB, '0aa0ffd067f85965934ed63cc8660850'],
];
