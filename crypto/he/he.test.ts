import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contextOf, makeContext } from './context.ts';
import {
  addCiphertexts,
  chunkCount,
  decryptVector,
  encryptVector,
  HeError,
  type HeErrorCode,
  newAdder,
  newKeys,
  noiseBudgetBits,
  type ParametersName,
  packedBytes,
  parametersOf,
  parametersTable,
  vectorLengthMax,
} from './he.ts';
import { loadSeal } from './seal.ts';
import { packed, polynomials, seededRandom, small } from './testing.ts';

const names = Object.keys(parametersTable) as ParametersName[];
const keysOf = {
  'bfv-4096': await newKeys('bfv-4096', seededRandom('keys')),
  'bfv-8192': await newKeys('bfv-8192', seededRandom('keys of 8192')),
};
const keys = keysOf['bfv-4096'];
const refusal = (code: HeErrorCode) => (error: unknown) => error instanceof HeError && error.code === code;
const vector = (length: number, label: string, below: number) => {
  const words = new DataView(seededRandom(label).bytes(length * 4).buffer);
  return Uint32Array.from({ length }, (_, i) => words.getUint32(i * 4) % below);
};
const encryptOne = async (label: string, values = vector(small.slots, label, small.plainModulus)) =>
  (await encryptVector('bfv-4096', keys.publicKey, values, seededRandom(label)))[0]!;

test('sums of vectors come out exactly, whatever their length, under each row of the table', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 4000, max: 20_000 }), fc.constantFrom(4096, 8192, 8193)),
      fc.integer({ min: 1, max: 5 }),
      fc.string(),
      async (name, length, members, label) => {
        const { plainModulus } = parametersOf(name);
        const vectors = Array.from({ length: members }, (_, i) => vector(length, `${label} ${i}`, plainModulus));
        const sent = await Promise.all(vectors.map((values) => encryptVector(name, keysOf[name].publicKey, values)));
        const chunks = chunkCount(parametersOf(name), length);
        assert.ok(sent.every((list) => list.length === chunks));
        const sums = await Promise.all(
          Array.from({ length: chunks }, (_, chunk) =>
            addCiphertexts(
              name,
              sent.map((list) => list[chunk]!),
            ),
          ),
        );
        const expected = vectors[0]!.map((_, i) => vectors.reduce((sum, values) => sum + values[i]!, 0) % plainModulus);
        assert.deepEqual(await decryptVector(name, keysOf[name].secretKey, sums, length), expected);
      },
    ),
    { seed: 4096, numRuns: 25 },
  );
});

test('as many different members as the table allows, with the largest values, are exact and keep most of the noise budget', async () => {
  const values = new Uint32Array(small.slots).fill(small.plainModulus - 1);
  const fresh: Uint8Array[] = [];
  for (let i = 0; i < 25; i += 1) fresh.push(await encryptOne(`member ${i}`, values));
  using adder = await newAdder('bfv-4096');
  for (let i = 0; i < small.addendsMax; i += 1) adder.add(fresh[i % fresh.length]!);
  const sum = adder.bytes();
  const expected = new Uint32Array(small.slots).fill(small.plainModulus - small.addendsMax);
  assert.deepEqual(await decryptVector('bfv-4096', keys.secretKey, [sum], small.slots), expected);
  const budget = await noiseBudgetBits('bfv-4096', keys.secretKey, sum);
  assert.ok(budget >= 7 && budget <= 12, `${budget}`);
  assert.throws(() => adder.add(fresh[0]!), {
    name: 'HeError',
    code: 'too-many-addends',
    message: 'adder: bfv-4096 adds at most 500 ciphertexts, got 501',
  });
  assert.deepEqual(adder.bytes(), sum, 'what was refused is not in the sum');
  assert.equal(adder.addends, small.addendsMax);
});

test('sums of sums count what is in them', async () => {
  const [one, other] = [await encryptOne('one'), await encryptOne('other')];
  using adder = await newAdder('bfv-4096');
  adder.add(await addCiphertexts('bfv-4096', [one, other]), 2);
  adder.add(one, 498);
  assert.equal(adder.addends, 500);
  assert.throws(() => adder.add(one), refusal('too-many-addends'));
  for (const bad of [0, -1, 1.5, Number.NaN]) assert.throws(() => adder.add(one, bad), RangeError);
});

test('the numbers of the table are what its comments say', () => {
  for (const parameters of Object.values(parametersTable)) {
    const { slots, dataPrime: q, specialPrime: p, plainModulus, securityBits, addendsMax } = parameters;
    const t = BigInt(plainModulus);
    const step = BigInt(2 * slots);
    for (const prime of [q, p, t]) assert.ok(prime % step === 1n && isPrime(prime), `${prime}`);
    for (let other = t + step; other < 2n ** 32n; other += step) assert.ok(!isPrime(other), `${other} is larger`);
    const most = { 'bfv-4096': { bits: 109, at: 128 }, 'bfv-8192': { bits: 152, at: 192 } }[parameters.name];
    assert.ok((q * p).toString(2).length <= most.bits && securityBits === most.at);
    // In thousandths, rounded up: N/2 + 1.001 for each ciphertext.
    const noise = BigInt(addendsMax) * BigInt(500 * slots + 1001);
    assert.ok(21n * (2n * BigInt(slots) + 1n) * 1000n < p, 'what is left of the encryption of zero is under a thousandth');
    assert.ok(4n * t * noise < 1000n * 2n ** BigInt(q.toString(2).length), 'the budget is at least one bit');
    assert.ok(2n * t * noise < 1000n * q, 'decryption is exact');
  }
});

function isPrime(n: bigint): boolean {
  let [odd, twos] = [n - 1n, 0];
  for (; odd % 2n === 0n; odd /= 2n) twos += 1;
  const power = (base: bigint, exponent: bigint): bigint =>
    exponent === 0n ? 1n : (power((base * base) % n, exponent / 2n) * (exponent % 2n ? base : 1n)) % n;
  // Miller and Rabin; these bases decide every number below 2^64 (Sorenson and Webster 2015).
  return [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n].every((base) => {
    let x = power(base, odd);
    if (x === 1n || x === n - 1n) return true;
    for (let i = 1; i < twos; i += 1) {
      x = (x * x) % n;
      if (x === n - 1n) return true;
    }
    return false;
  });
}

test('numbers that SEAL does not make, or does not take as safe, are refused before anything is computed', async () => {
  const seal = await loadSeal();
  const wrong = [
    { ...small, dataPrime: small.dataPrime - 8192n },
    { ...small, plainModulus: 65_537 },
    { ...small, slots: 2048 },
    // As many bits as N = 8192 may have are too many here.
    { ...small, dataPrime: 1_152_921_504_606_748_673n, specialPrime: 1_152_921_504_606_830_593n },
    { ...small, securityBits: 192 as const },
  ];
  for (const parameters of wrong) assert.throws(() => makeContext(seal, parameters), refusal('parameters-differ'));
  await assert.rejects(newKeys('bfv-2048' as ParametersName), refusal('unknown-parameters'));
  await assert.rejects(newKeys('toString' as ParametersName), refusal('unknown-parameters'));
});

test('a seeded port decides keys and ciphertexts; the system never gives the same', async () => {
  assert.deepEqual(await newKeys('bfv-4096', seededRandom('keys')), keys);
  assert.notDeepEqual((await newKeys('bfv-4096', seededRandom('others'))).publicKey, keys.publicKey);
  assert.deepEqual(await encryptOne('again'), await encryptOne('again'));
  const values = vector(3, 'same', 100);
  const [[a], [b]] = [
    await encryptVector('bfv-4096', keys.publicKey, values),
    await encryptVector('bfv-4096', keys.publicKey, values),
  ];
  assert.notDeepEqual(a, b);
  assert.notDeepEqual((await newKeys('bfv-4096')).secretKey, (await newKeys('bfv-4096')).secretKey);
});

test('every key and ciphertext has the one length that its parameters give, and 15 bytes a value at most', async () => {
  for (const name of names) {
    const parameters = parametersOf(name);
    const [chunk] = await encryptVector(name, keysOf[name].publicKey, Uint32Array.of(1));
    assert.equal(chunk!.length, packedBytes(parameters, 'ciphertext'));
    assert.ok(chunk!.length / parameters.slots < 15.01);
    assert.equal(keysOf[name].publicKey.length, packedBytes(parameters, 'public key'));
    assert.equal(keysOf[name].secretKey.length, packedBytes(parameters, 'secret key'));
  }
});

test('foreign bytes that are no ciphertext of these parameters are refused by what is wrong with them', async () => {
  const good = await encryptOne('good');
  const [c0, c1] = polynomials(good, 'ciphertext') as [bigint[], bigint[]];
  const zero = c0.map(() => 0n);
  const changed = (at: number, value: number) => {
    const out = new Uint8Array(good);
    out[at] = value;
    return out;
  };
  const [other] = await encryptVector('bfv-8192', keysOf['bfv-8192'].publicKey, Uint32Array.of(1));
  const highest = packed([c0.map((x, i) => (i === 9 ? small.dataPrime : x)), c1], 'ciphertext');
  const bad: [HeErrorCode, Uint8Array][] = [
    ['malformed', new Uint8Array(0)],
    ['malformed', good.subarray(0, 7)],
    ['malformed', changed(0, 0x49)],
    ['malformed', changed(4, 2)],
    ['malformed', changed(5, 4)],
    ['malformed', keys.publicKey],
    ['malformed', keys.secretKey],
    ['other-parameters', other!],
    ['other-parameters', changed(6, 9)],
    ['other-parameters', changed(7, 2)],
    ['wrong-length', good.subarray(0, 8)],
    ['wrong-length', good.subarray(0, -1)],
    ['wrong-length', Buffer.concat([good, Buffer.alloc(1)])],
    // Three polynomials, as a product of ciphertexts has.
    ['wrong-length', Buffer.concat([good, good.subarray(8 + (good.length - 8) / 2)])],
    ['out-of-range', highest],
    ['out-of-range', new Uint8Array(good).fill(255, 8)],
    ['transparent', packed([c0, zero], 'ciphertext')],
    ['transparent', packed([zero, zero], 'ciphertext')],
  ];
  using adder = await newAdder('bfv-4096');
  adder.add(good);
  for (const [code, bytes] of bad) {
    assert.throws(() => adder.add(bytes), refusal(code), code);
    await assert.rejects(decryptVector('bfv-4096', keys.secretKey, [bytes], 1), refusal(code), code);
  }
  assert.deepEqual(adder.bytes(), good, 'nothing of them is in the sum');
  adder.add(packed([zero, c1], 'ciphertext'));
  // The largest coefficient that may be: one below the prime.
  adder.add(packed([c0.map(() => small.dataPrime - 1n), c1], 'ciphertext'));
});

test('SEAL’s own serialisation, which may be compressed and choose its settings, is not read at all', async () => {
  const { seal, context } = await contextOf('bfv-4096');
  using ciphertext = new seal.module.Ciphertext(context);
  const { none, zlib, zstd } = seal.module.ComprModeType;
  for (const mode of [none, zlib, zstd]) {
    await assert.rejects(addCiphertexts('bfv-4096', [ciphertext.saveToArray(mode)]), refusal('malformed'));
  }
});

test('any change to a ciphertext is refused or makes another ciphertext, and nothing else happens', async () => {
  const good = await encryptOne('changed');
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), async (at, value, length) => {
      const bytes = new Uint8Array(good.subarray(0, length % 3 ? undefined : length));
      if (at < bytes.length) bytes[at] = value;
      try {
        await addCiphertexts('bfv-4096', [good, bytes]);
      } catch (error) {
        assert.ok(error instanceof HeError, `${error}`);
      }
    }),
    { seed: 99, numRuns: 200 },
  );
});

test('one that would take away the randomness of the others is refused, and the sum stays', async () => {
  const good = await encryptOne('honest');
  const negated = polynomials(good, 'ciphertext').map((poly) => poly.map((x) => (x === 0n ? 0n : small.dataPrime - x)));
  using adder = await newAdder('bfv-4096');
  adder.add(good);
  assert.throws(() => adder.add(packed(negated, 'ciphertext')), refusal('transparent'));
  adder.add(good);
  const values = vector(small.slots, 'honest', small.plainModulus);
  const twice = values.map((value) => (2 * value) % small.plainModulus);
  assert.deepEqual(await decryptVector('bfv-4096', keys.secretKey, [adder.bytes()], small.slots), twice);
});

test('a ciphertext of another key is refused instead of read as garbage', async () => {
  const others = await newKeys('bfv-4096', seededRandom('others'));
  const [foreign] = await encryptVector('bfv-4096', others.publicKey, Uint32Array.of(5));
  await assert.rejects(decryptVector('bfv-4096', keys.secretKey, [foreign!], 1), refusal('noise-exhausted'));
  const mixed = await addCiphertexts('bfv-4096', [foreign!, await encryptOne('mine')]);
  for (const { secretKey } of [keys, others]) {
    await assert.rejects(decryptVector('bfv-4096', secretKey, [mixed], 1), refusal('noise-exhausted'));
  }
});

test('keys that are none, and a public key that hides nothing, are refused', async () => {
  const values = Uint32Array.of(1);
  const [b0, b1, a0] = polynomials(keys.publicKey, 'public key') as bigint[][];
  const hidesNothing = packed([b0!, b1!, a0!, a0!.map(() => 0n)], 'public key');
  await assert.rejects(encryptVector('bfv-4096', hidesNothing, values), refusal('transparent'));
  await assert.rejects(encryptVector('bfv-4096', keys.secretKey, values), refusal('malformed'));
  await assert.rejects(encryptVector('bfv-4096', keysOf['bfv-8192'].publicKey, values), refusal('other-parameters'));
  await assert.rejects(encryptVector('bfv-4096', keys.publicKey.subarray(1), values), refusal('malformed'));
  await assert.rejects(decryptVector('bfv-4096', keys.publicKey, [await encryptOne('x')], 1), refusal('malformed'));
});

test('misuse is refused, by place and without the value', async () => {
  const tooLarge = Uint32Array.of(0, small.plainModulus - 1, small.plainModulus);
  await assert.rejects(encryptVector('bfv-4096', keys.publicKey, tooLarge), {
    name: 'RangeError',
    message: 'values[2]: expected an integer from 0 to 4294828032',
  });
  await assert.rejects(encryptVector('bfv-4096', keys.publicKey, new Uint32Array(0)), /length: expected 1 to 1048576, got 0/);
  await assert.rejects(encryptVector('bfv-4096', keys.publicKey, new Uint32Array(vectorLengthMax + 1)), RangeError);
  const one = await encryptOne('one');
  await assert.rejects(decryptVector('bfv-4096', keys.secretKey, [one], 4097), refusal('wrong-length'));
  await assert.rejects(decryptVector('bfv-4096', keys.secretKey, [one, one], 4096), refusal('wrong-length'));
  const adder = await newAdder('bfv-4096');
  assert.throws(() => adder.bytes(), refusal('nothing-added'));
  adder.add(one);
  adder[Symbol.dispose]();
  adder[Symbol.dispose]();
  assert.throws(() => adder.add(one), refusal('disposed'));
  assert.throws(() => adder.bytes(), refusal('disposed'));
  await assert.rejects(addCiphertexts('bfv-4096', []), refusal('nothing-added'));
});

test('what a member’s bytes start at makes no difference', async () => {
  const good = await encryptOne('shifted');
  const shifted = Buffer.alloc(good.length + 3);
  shifted.set(good, 3);
  assert.deepEqual(await addCiphertexts('bfv-4096', [shifted.subarray(3)]), good);
});
