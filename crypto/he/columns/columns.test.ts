import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HeError, type HeErrorCode } from '../errors.ts';
import { loadSeal, type Random } from '../seal.ts';
import { seededRandom } from '../testing.ts';
import {
  type BinColumn,
  binsAtOnceMax,
  binsPerAnswer,
  ciphertextCount,
  decryptSums,
  encryptRows,
  newRowKeys,
  noBin,
  openRows,
  rowBytes,
  rowParameters,
  rowsMax,
  rowsPerCiphertext,
  sumMax,
} from './columns.ts';
import { packAnswer, unpackAnswer } from './row-bytes.ts';
import { makeRowContext } from './row-context.ts';
import { answerNoises, columnOf, plainSums, valuesOf } from './testing.ts';

const keys = await newRowKeys(seededRandom('owner'));
const refusal = (code: HeErrorCode) => (error: unknown) => error instanceof HeError && error.code === code;
const countsOf = (columns: readonly BinColumn[]) => columns.map(({ count }) => count);

async function asked(lists: readonly Int32Array[], columns: readonly BinColumn[], label: string, random?: Random) {
  const rows = lists[0]!.length;
  const encrypted = await Promise.all(
    lists.map((values, at) => encryptRows(keys.secretKey, values, seededRandom(`${label} ${at}`))),
  );
  using open = await openRows(keys.publicKey, encrypted, rows);
  return open.sums(columns, random ?? seededRandom(`${label} answers`));
}

async function checkExact(lists: readonly Int32Array[], columns: readonly BinColumn[], label: string): Promise<void> {
  const answers = await asked(lists, columns, label);
  lists.forEach((values, at) => {
    const read = decryptSums(keys.secretKey, answers[at]!, countsOf(columns), values.length);
    assert.deepEqual(
      read,
      columns.map((column) => plainSums(column, values)),
    );
  });
}

test('sums over any rows and bins are those of plain numbers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(255, 256, 257, 512, 1500)),
      fc.array(
        fc.record({ count: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 256 })), skip: fc.nat(3) }),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
      fc.nat(1_000_000),
      async (rows, shapes, seed) => {
        const label = `${seed}`;
        const columns = shapes.map(({ count, skip }, at) => columnOf(`${label} ${at}`, rows, count, skip));
        const limit = Math.floor(sumMax / rows);
        await checkExact(
          [valuesOf(`${label} gradients`, rows, limit), valuesOf(`${label} hessians`, rows, 1000)],
          columns,
          label,
        );
      },
    ),
    { seed: 8192, numRuns: 12 },
  );
});

test('the largest numbers there may be, of both signs and in one row or in all, are exact', async () => {
  const rows = 300;
  const [up, down] = [new Int32Array(rows), new Int32Array(rows)];
  [up[7], down[299]] = [sumMax, -sumMax];
  const each = Math.floor(sumMax / rows);
  const alternating = Int32Array.from({ length: rows }, (_, row) => (row % 2 ? each : -each) * 2);
  const columns = [columnOf('wide', rows, 256), columnOf('node', rows, 3, 2), { bins: new Uint16Array(rows), count: 1 }];
  await checkExact([up, down], columns, 'one row');
  await checkExact([new Int32Array(rows).fill(each), new Int32Array(rows).fill(-each)], columns, 'all rows');
  await checkExact([alternating], columns, 'alternating');
});

test('rows that are in no bin, empty bins and empty answers count as zero', async () => {
  const values = valuesOf('empty', 600, 5000);
  const none = { bins: new Uint16Array(600).fill(noBin), count: 40 };
  const lastBinOnly = { bins: new Uint16Array(600).fill(255), count: 256 };
  const firstChunkOnly = { bins: Uint16Array.from({ length: 600 }, (_, row) => (row < 100 ? 1 : noBin)), count: 3 };
  await checkExact([values, values], [none, lastBinOnly, firstChunkOnly], 'empty');
  await checkExact([values], [none], 'nothing at all');
  await checkExact([new Int32Array(600)], [lastBinOnly], 'zeros');
});

test('with more rows, ciphertexts hold more of them and answers fewer bins', async () => {
  assert.deepEqual([1, 20_000, 20_001, 80_000, 80_001, rowsMax].map(rowsPerCiphertext), [256, 256, 512, 512, 1024, 1024]);
  assert.deepEqual([20_000, 80_000, rowsMax].map(binsPerAnswer), [32, 16, 8]);
  assert.deepEqual([1, 256, 257, 20_000, rowsMax].map(ciphertextCount), [1, 1, 2, 79, 196]);
  // Only the first and last chunks have rows in the node, so that nothing takes long.
  for (const rows of [20_001, 80_001]) {
    const values = valuesOf(`${rows}`, rows, 9000);
    const bins = Uint16Array.from({ length: rows }, (_, row) => (row < 700 || row > rows - 700 ? row % 20 : noBin));
    await checkExact([values], [{ bins, count: 20 }], `${rows} rows`);
  }
});

test('the largest flood in either direction is read exactly, and is all of the noise that may be', async () => {
  const values = valuesOf('flood', 500, 100_000);
  const columns = [columnOf('flood', 500, 32)];
  const sums = plainSums(columns[0]!, values);
  for (const [byte, sign] of [
    [0xff, 1],
    [0x00, -1],
  ] as const) {
    const seeded = seededRandom('flood seeds');
    // SEAL draws 64 bytes at once, a flood takes ten.
    const random = { bytes: (length: number) => (length === 10 ? new Uint8Array(10).fill(byte) : seeded.bytes(length)) };
    const [answers] = await asked([values], columns, 'flood', random);
    assert.deepEqual(decryptSums(keys.secretKey, answers!, [32], 500), [sums]);
    for (const noise of answerNoises(keys.secretKey, answers![0]!, sums, 500)) {
      assert.ok(noise * sign > 8192 - 200 && noise * sign < 8192 + 200 && Math.abs(noise) < rowParameters.noiseMax, `${noise}`);
    }
  }
});

test('the numbers of the table are what its comments say', () => {
  const { slots, answerPrime: q1, switchedPrime: q2, specialPrime: p, plainModulus, floodBits } = rowParameters;
  const [n, t, flood] = [BigInt(slots), BigInt(plainModulus), 2n ** BigInt(floodBits)];
  for (const prime of [q1, q2, p, t]) assert.equal(prime % (2n * n), 1n);
  assert.deepEqual(
    [q1, q2, p].map((prime) => prime.toString(2).length),
    [48, 60, 44],
  );
  assert.ok((q1 * q2 * p).toString(2).length <= 152);
  const productNoiseMax = BigInt(rowParameters.productNoiseMax);
  for (const rows of [20_000, 80_000, rowsMax]) assert.ok(22n * BigInt(rows * binsPerAnswer(rows)) <= productNoiseMax);
  assert.ok(flood >= 2n ** 47n * productNoiseMax);
  assert.ok(21n * (2n * n + 1n) * 2n < p, 'what is left of the encryption of zero is below a half');
  // In halves, so that all is whole.
  const before = flood + productNoiseMax + n / 2n + 1n;
  assert.ok(2n * before + q2 * (n + 1n) < 2n * q2 * BigInt(rowParameters.noiseMax), 'no honest answer is refused');
  assert.ok(2n * t * BigInt(rowParameters.noiseMax) < q1, 'decryption is exact');
  // Before the switch too, where it decides nothing: q is far larger.
  assert.ok(2n * t * before < q1 * q2);
  assert.equal(sumMax, 2_147_237_888);
});

test('numbers that SEAL does not make, or does not take as safe, are refused', async () => {
  const seal = await loadSeal();
  const { answerPrime, switchedPrime, specialPrime } = rowParameters;
  const wrong = [
    { primes: [answerPrime - 16384n, switchedPrime, specialPrime] },
    { plainModulus: 65_537 },
    { slots: 4096 },
    // Four bits more than 192 bits of security allow.
    { primes: [281_474_976_546_817n, switchedPrime, answerPrime] },
  ];
  for (const different of wrong) assert.throws(() => makeRowContext(seal, different), refusal('parameters-differ'));
});

test('a seeded port decides keys, ciphertexts and answers; the system never gives the same', async () => {
  assert.deepEqual(await newRowKeys(seededRandom('owner')), keys);
  assert.notDeepEqual((await newRowKeys()).publicKey, (await newRowKeys()).publicKey);
  const values = valuesOf('seeded', 100, 100);
  const columns = [columnOf('seeded', 100, 5)];
  assert.deepEqual(await asked([values], columns, 'seeded'), await asked([values], columns, 'seeded'));
  const [a, b] = [await encryptRows(keys.secretKey, values), await encryptRows(keys.secretKey, values)];
  assert.notDeepEqual(a, b);
  using open = await openRows(keys.publicKey, [a], 100);
  const [[first], [second]] = [open.sums(columns), open.sums(columns)];
  assert.notDeepEqual(first, second);
});

test('lengths are known before a byte is read', async () => {
  const values = valuesOf('lengths', 300, 9);
  const encrypted = await encryptRows(keys.secretKey, values);
  using open = await openRows(keys.publicKey, [encrypted], 300);
  const [answers] = open.sums([columnOf('lengths', 300, 40)]);
  assert.deepEqual(
    [keys.publicKey, keys.secretKey, ...encrypted, ...answers!].map(({ length }) => length),
    [159_832, 2_072, 110_680, 110_680, 49_176 + 6 * 32, 49_176 + 6 * 8],
  );
  assert.equal(rowBytes('answer', 8), answers![1]!.length);
});

test('foreign bytes are refused by what is wrong with them', async () => {
  const rows = 20;
  const values = valuesOf('foreign', rows, 100);
  const [good] = (await encryptRows(keys.secretKey, values, seededRandom('foreign'))) as [Uint8Array];
  const others = await newRowKeys(seededRandom('others'));
  const [foreign] = (await encryptRows(others.secretKey, values)) as [Uint8Array];
  const changed = (bytes: Uint8Array, at: number, value: number) => {
    const out = new Uint8Array(bytes);
    out[at] = value;
    return out;
  };
  const general = (bytes: Uint8Array): [HeErrorCode, Uint8Array][] => [
    ['malformed', new Uint8Array(0)],
    ['malformed', bytes.subarray(0, 23)],
    ['malformed', changed(bytes, 0, 1)],
    ['malformed', changed(bytes, 4, 2)],
    ['malformed', changed(bytes, 5, 3)],
    ['other-parameters', changed(bytes, 6, 1)],
    ['other-parameters', changed(bytes, 7, 2)],
    ['wrong-length', bytes.subarray(0, -1)],
    ['wrong-length', Buffer.concat([bytes, Buffer.alloc(1)])],
  ];
  const filled = (bytes: Uint8Array, from: number) => new Uint8Array(bytes).fill(255, from);
  const ciphertexts: [HeErrorCode, Uint8Array][] = [
    ...general(good),
    ['malformed', keys.publicKey],
    ['other-key', foreign],
    ['other-key', changed(good, 9, good[9]! ^ 1)],
    ['out-of-range', filled(good, 88)],
  ];
  for (const [code, bytes] of ciphertexts) await assert.rejects(openRows(keys.publicKey, [[bytes]], rows), refusal(code), code);
  const publicKeys: [HeErrorCode, Uint8Array][] = [
    ...general(keys.publicKey),
    ['other-key', others.publicKey],
    ['other-key', changed(keys.publicKey, 60, keys.publicKey[60]! ^ 1)],
    ['other-key', filled(keys.publicKey, 88)],
  ];
  for (const [code, bytes] of publicKeys) await assert.rejects(openRows(bytes, [[good]], rows), refusal(code), code);
  const secretKeys: [HeErrorCode, Uint8Array][] = [...general(keys.secretKey), ['out-of-range', filled(keys.secretKey, 24)]];
  for (const [code, bytes] of secretKeys) await assert.rejects(encryptRows(bytes, values), refusal(code), code);
  const columns = [columnOf('foreign', rows, 4)];
  const [[answer]] = (await asked([values], columns, 'foreign')) as [[Uint8Array]];
  const { keyName, asked: c0, c1 } = unpackAnswer(answer, 4);
  const words = (poly: Float64Array) =>
    Uint32Array.from({ length: 16_384 }, (_, i) => (i % 2 ? poly[i >> 1]! / 2 ** 32 : poly[i >> 1]! % 2 ** 32));
  assert.deepEqual(packAnswer(keyName, c0, words(c1)), answer);
  const answers: [HeErrorCode, Uint8Array][] = [
    ...general(answer),
    ['out-of-range', changed(filled(answer, 24), 24, 0)],
    ['out-of-range', filled(answer, 48)],
    ['transparent', packAnswer(keyName, c0, new Uint32Array(16_384))],
    [
      'noise-exhausted',
      packAnswer(keyName, [c0[0]!, c0[1]!, c0[2]!, (c0[3]! + 2 ** 15) % Number(rowParameters.answerPrime)], words(c1)),
    ],
    ['noise-exhausted', packAnswer(keyName, c0, words(c1.map((value, i) => (i === 5 ? value / 2 : value))))],
  ];
  for (const [code, bytes] of answers) assert.throws(() => decryptSums(keys.secretKey, [bytes], [4], rows), refusal(code), code);
  assert.throws(() => decryptSums(others.secretKey, [answer], [4], rows), refusal('other-key'));
  // Whoever forges the name too: sums of garbage are refused as well, all but one in 2.6 for each bin.
  const forged = new Uint8Array(answer);
  forged.set(others.secretKey.subarray(8, 24), 8);
  assert.throws(() => decryptSums(others.secretKey, [forged], [4], rows), refusal('noise-exhausted'));
});

test('any change to a ciphertext is refused or makes another one, and nothing else happens', async () => {
  const columns = [columnOf('changed', 30, 32)];
  const [good] = await encryptRows(keys.secretKey, valuesOf('changed', 30, 100), seededRandom('changed'));
  await fc.assert(
    fc.asyncProperty(fc.nat(good!.length - 1), fc.nat(255), async (at, value) => {
      const bytes = new Uint8Array(good!);
      bytes[at] = value;
      try {
        using open = await openRows(keys.publicKey, [[bytes]], 30);
        decryptSums(keys.secretKey, open.sums(columns)[0]!, [32], 30);
      } catch (error) {
        assert.ok(error instanceof HeError, `${error}`);
      }
    }),
    { seed: 7, numRuns: 40 },
  );
});

test('misuse is refused, by place and without the value', async () => {
  const [sk, pk] = [keys.secretKey, keys.publicKey];
  await assert.rejects(encryptRows(sk, new Int32Array(0)), { name: 'RangeError', message: 'rows: expected 1 to 200000, got 0' });
  await assert.rejects(encryptRows(sk, new Int32Array(rowsMax + 1)), RangeError);
  await assert.rejects(encryptRows(sk, Int32Array.of(sumMax, 1)), {
    name: 'RangeError',
    message: 'values: expected those of one sign to come to 2147237888 at most, so that no sum of rows is ambiguous',
  });
  await assert.rejects(encryptRows(sk, Int32Array.of(-(2 ** 31))), RangeError);
  const encrypted = await encryptRows(sk, Int32Array.of(sumMax, -sumMax, 0));
  await assert.rejects(openRows(pk, [], 3), /lists: expected 1 to 4, got 0/);
  await assert.rejects(openRows(pk, Array(5).fill(encrypted), 3), RangeError);
  await assert.rejects(openRows(pk, [encrypted, []], 3), refusal('wrong-length'));
  await assert.rejects(openRows(pk, [encrypted], 257), refusal('wrong-length'));
  const open = await openRows(pk, [encrypted], 3);
  const column = { bins: Uint16Array.of(0, 1, noBin), count: 2 };
  const answers = open.sums([column])[0]!;
  assert.throws(() => open.sums([]), /expected 1 to 4096 bins in all, got 0/);
  assert.throws(() => open.sums(Array.from({ length: binsAtOnceMax / 2 + 1 }, () => column)), RangeError);
  assert.throws(() => open.sums([{ ...column, count: 257 }]), /columns\[0\]\.count: expected 1 to 256 bins, got 257/);
  assert.throws(
    () => open.sums([column, { ...column, count: 1 }]),
    /columns\[1\]\.bins\[1\]: expected a bin below 1, or 65535 for none/,
  );
  assert.throws(() => open.sums([{ ...column, bins: new Uint16Array(4) }]), /columns\[0\]\.bins: expected 3 rows, got 4/);
  assert.throws(() => decryptSums(sk, answers, [33], 3), refusal('wrong-length'));
  assert.throws(() => decryptSums(sk, answers, [1], 3), refusal('wrong-length'));
  assert.throws(() => decryptSums(sk, answers, [0], 3), RangeError);
  assert.throws(() => decryptSums(sk, answers, [2], 0), RangeError);
  assert.deepEqual(decryptSums(sk, answers, [1, 1], 3), [Int32Array.of(sumMax), Int32Array.of(-sumMax)]);
  open[Symbol.dispose]();
  open[Symbol.dispose]();
  assert.throws(() => open.sums([column]), refusal('disposed'));
});
