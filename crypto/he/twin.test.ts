import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as bfv from '../reference/bfv.ts';
import {
  addCiphertexts,
  decryptVector,
  encryptVector,
  HeError,
  newAdder,
  newKeys,
  noiseBudgetBits,
  parametersTable,
} from './he.ts';
import { packed, polynomials, seededRandom, small } from './testing.ts';

const runs = { seed: 2012, numRuns: 40 };

function drawsOf(label: string): bfv.Draws {
  const random = seededRandom(label);
  const number = (bytes: number) => BigInt(`0x${Buffer.from(random.bytes(bytes)).toString('hex')}`);
  return {
    ternary: () => (number(8) % 3n) - 1n,
    error: () => (number(8) % 43n) - 21n,
    below: (modulus) => number(24) % modulus,
  };
}

// The textbook on its own, where everything can be followed by hand: 97 is 1 modulo 32, as batching wants it.
const ring: bfv.Ring = { n: 16, q: 2n ** 40n - 87n, t: 97n };
const slots = fc.array(fc.bigInt({ min: 0n, max: ring.t - 1n }), { minLength: ring.n, maxLength: ring.n });

test('the textbook adds in its slots, and reads its own ciphertexts', () => {
  const draws = drawsOf('textbook');
  const { s, pk } = bfv.newTextbookKeys(ring, draws);
  fc.assert(
    fc.property(fc.array(slots, { minLength: 1, maxLength: 6 }), (vectors) => {
      const ciphertexts = vectors.map((values) => bfv.encryptTextbook(ring, pk, bfv.fromSlots(values, ring.t), draws));
      const total = ciphertexts.reduce((x, y) => bfv.add(x, y, ring.q));
      const expected = vectors.reduce((x, y) => x.map((value, i) => (value + y[i]!) % ring.t));
      assert.deepEqual(bfv.toSlots(bfv.decryptTextbook(ring, s, total), ring.t), expected);
    }),
    runs,
  );
});

test('slots multiply as polynomials do, and a transform is what it says', () => {
  fc.assert(
    fc.property(slots, slots, (x, y) => {
      const product = bfv.multiplyPlainly(bfv.fromSlots(x, ring.t), bfv.fromSlots(y, ring.t), ring.t);
      assert.deepEqual(
        bfv.toSlots(product, ring.t),
        x.map((value, i) => (value * y[i]!) % ring.t),
      );
      const root = bfv.smallestRoot(ring.n, ring.t);
      assert.deepEqual(bfv.multiply(x, y, root, ring.t), bfv.multiplyPlainly(x, y, ring.t));
      const at = (place: bigint) => x.reduceRight((sum, coefficient) => bfv.mod(sum * place + coefficient, ring.t), 0n);
      const values = bfv.atOddPowers(x, root, ring.t);
      assert.deepEqual(
        values,
        x.map((_, j) => at(bfv.power(root, BigInt(2 * j + 1), ring.t))),
      );
      assert.deepEqual(bfv.fromOddPowers(values, root, ring.t), x);
    }),
    runs,
  );
});

test('rounding goes to the nearest, on both sides of zero', () => {
  fc.assert(
    fc.property(fc.integer({ min: -10_000, max: 10_000 }), fc.integer({ min: 1, max: 99 }), (a, b) => {
      assert.equal(bfv.roundedQuotient(BigInt(a), BigInt(b)), BigInt(Math.floor((2 * a + b) / (2 * b))));
    }),
    { seed: 7, numRuns: 500 },
  );
});

// From here on the twin reads what SEAL wrote, and SEAL what the twin wrote.
const [q, p, t] = [small.dataPrime, small.specialPrime, BigInt(small.plainModulus)];
const big: bfv.Ring = { n: small.slots, q, t };
const root = bfv.smallestRoot(small.slots, q);
const keys = await newKeys('bfv-4096', seededRandom('keys'));
/** SEAL's secret key as coefficients, from its values modulo each of the two primes. */
const secretBy = (prime: bigint, index: number) =>
  bfv
    .fromOddPowers(
      bfv.bitReversed(polynomials(keys.secretKey, 'secret key')[index]!),
      bfv.smallestRoot(small.slots, prime),
      prime,
    )
    .map((x) => bfv.centred(x, prime));
const s = secretBy(q, 0);
const positive = (poly: bfv.Poly, prime: bigint) => poly.map((x) => bfv.mod(x, prime));

const phaseOf = (bytes: Uint8Array) => {
  const [c0, c1] = polynomials(bytes, 'ciphertext') as [bigint[], bigint[]];
  const c1s = bfv.multiply(c1, positive(s, q), root, q);
  return c0.map((x, i) => bfv.mod(x + c1s[i]!, q));
};

const vectorOf = (label: string) =>
  Uint32Array.from({ length: small.slots }, (_, i) => Number(drawsOf(`${label} ${i}`).below(t)));

test('the secret key that SEAL keeps as values is -1, 0 and 1, the same modulo both primes', () => {
  assert.ok(s.every((x) => x >= -1n && x <= 1n));
  assert.deepEqual(secretBy(p, 1), s);
  for (const kept of [-1n, 0n, 1n]) assert.ok(Math.abs(s.filter((x) => x === kept).length - small.slots / 3) < 200);
});

test('the public key is an encryption of zero under it, within the error that the noise bound takes for granted', () => {
  const [bq, bp, aq, ap] = polynomials(keys.publicKey, 'public key') as bigint[][];
  for (const [prime, b, a] of [
    [q, bq!, aq!],
    [p, bp!, ap!],
  ] as const) {
    const primeRoot = bfv.smallestRoot(small.slots, prime);
    const coefficients = (values: bfv.Poly) => bfv.fromOddPowers(bfv.bitReversed(values), primeRoot, prime);
    const as = bfv.multiply(coefficients(a), positive(s, prime), primeRoot, prime);
    const errors = coefficients(b).map((x, i) => bfv.centred(x + as[i]!, prime));
    assert.ok(errors.every((e) => e >= -21n && e <= 21n));
    assert.ok(errors.some((e) => e !== 0n));
  }
});

test('the twin reads a ciphertext and a sum that SEAL wrote, slot by slot', async () => {
  const [x, y] = [vectorOf('x'), vectorOf('y')];
  const [[cx], [cy]] = [
    await encryptVector('bfv-4096', keys.publicKey, x, seededRandom('cx')),
    await encryptVector('bfv-4096', keys.publicKey, y, seededRandom('cy')),
  ];
  const read = (bytes: Uint8Array) => bfv.toSlots(bfv.scaledDown(phaseOf(bytes), big), t);
  assert.deepEqual(read(cx!), Array.from(x, BigInt));
  const total = await addCiphertexts('bfv-4096', [cx!, cy!]);
  assert.deepEqual(
    read(total),
    Array.from(x, (value, i) => (BigInt(value) + BigInt(y[i]!)) % t),
  );
  const [px, py] = [polynomials(cx!, 'ciphertext'), polynomials(cy!, 'ciphertext')];
  const expected = px.map((poly, i) => poly.map((value, j) => (value + py[i]![j]!) % q));
  assert.deepEqual(polynomials(total, 'ciphertext'), expected);
});

/** Noise of a ciphertext whose message is known: how far it is from q m / t. */
const noiseOf = (bytes: Uint8Array, values: Uint32Array) => {
  const m = bfv.fromSlots(Array.from(values, BigInt), t);
  return phaseOf(bytes).map((x, i) => bfv.centred(x - bfv.roundedQuotient(q * m[i]!, t), q));
};

test('the noise of fresh ciphertexts is far below the bound of the table', async () => {
  const values = vectorOf('noise');
  const [bytes] = await encryptVector('bfv-4096', keys.publicKey, values, seededRandom('noise'));
  const largest = Math.max(...noiseOf(bytes!, values).map((e) => Math.abs(Number(e))));
  // Rounded random parts times a key of 2,731 coefficients that are not zero: a deviation of 15, and 4,096 draws from it.
  assert.ok(largest > 30 && largest < 120, `${largest}`);
  assert.ok(largest <= small.slots / 2 + 1);
});

test('SEAL reads a ciphertext that the twin made with its public key', async () => {
  const draws = drawsOf('twin encrypts');
  const values = vectorOf('twin');
  const m = bfv.fromSlots(Array.from(values, BigInt), t);
  const [u, e0, e1] = [Array.from(s, draws.ternary), Array.from(s, draws.error), Array.from(s, draws.error)];
  const key = polynomials(keys.publicKey, 'public key') as bigint[][];
  // (key u + e) modulo q and modulo p, joined to one number modulo q p, divided by p, rounded.
  const part = (keyQ: bfv.Poly, keyP: bfv.Poly, e: bfv.Poly) => {
    const by = (prime: bigint, values: bfv.Poly) => {
      const primeRoot = bfv.smallestRoot(small.slots, prime);
      const plain = bfv.fromOddPowers(bfv.bitReversed(values), primeRoot, prime);
      return bfv.multiply(plain, positive(u, prime), primeRoot, prime).map((x, i) => bfv.mod(x + e[i]!, prime));
    };
    const [byQ, byP] = [by(q, keyQ), by(p, keyP)];
    const inverse = bfv.power(p, q - 2n, q);
    return byQ.map((x, i) => bfv.mod(bfv.roundedQuotient(byP[i]! + p * bfv.mod((x - byP[i]!) * inverse, q), p), q));
  };
  const c0 = part(key[0]!, key[1]!, e0).map((x, i) => bfv.mod(x + bfv.roundedQuotient(q * m[i]!, t), q));
  const bytes = packed([c0, part(key[2]!, key[3]!, e1)], 'ciphertext');
  assert.deepEqual(await decryptVector('bfv-4096', keys.secretKey, [bytes], values.length), values);
});

for (const parameters of Object.values(parametersTable)) {
  const { name, slots: n, dataPrime, addendsMax, plainModulus } = parameters;
  test(`${name}: as many as may be added are exact with the worst noise and the largest values; one more is refused`, async () => {
    const { secretKey } = await newKeys(name, seededRandom(`worst ${name}`));
    const secretRoot = bfv.smallestRoot(n, dataPrime);
    const secret = bfv.fromOddPowers(
      bfv.bitReversed(polynomials(secretKey, 'secret key', parameters)[0]!),
      secretRoot,
      dataPrime,
    );
    // Made with the secret key: every coefficient is off by all that a fresh ciphertext can be off by.
    const draws = drawsOf('worst');
    const modulus = BigInt(plainModulus);
    const m = bfv.fromSlots(new Array(n).fill(modulus - 1n), modulus);
    const c1 = secret.map(() => draws.below(dataPrime));
    const c0 = bfv.multiply(c1, secret, secretRoot, dataPrime).map((x, i) => {
      return bfv.mod(bfv.roundedQuotient(dataPrime * m[i]!, modulus) + BigInt(n / 2 + 1) - x, dataPrime);
    });
    const worst = packed([c0, c1], 'ciphertext', parameters);
    // Both limits are 125 times a power of two.
    let part = worst;
    let partAddends = 1;
    for (; partAddends * 125 < addendsMax; partAddends *= 2) part = await addCiphertexts(name, [part, part]);
    using adder = await newAdder(name);
    for (let i = 0; i < 125; i += 1) adder.add(part, partAddends);
    assert.equal(adder.addends, addendsMax);
    const total = adder.bytes();
    const expected = new Uint32Array(n).fill(plainModulus - addendsMax);
    assert.deepEqual(await decryptVector(name, secretKey, [total], n), expected);
    assert.equal(await noiseBudgetBits(name, secretKey, total), 1);
    assert.throws(() => adder.add(worst), { name: 'HeError', code: 'too-many-addends' });
    // A coordinator that lies about what is in a sum gets past the adder, and not past the custodian.
    const twice = await addCiphertexts(name, [total, total]);
    await assert.rejects(decryptVector(name, secretKey, [twice], 1), { name: 'HeError', code: 'noise-exhausted' });
  });
}

test('honest ciphertexts that are added far too often are refused, never garbage', async () => {
  const values = vectorOf('often');
  let [sum] = await encryptVector('bfv-4096', keys.publicKey, values, seededRandom('often'));
  let refusals = 0;
  for (let times = 1n; times <= 2n ** 30n; times *= 2n) {
    try {
      const read = await decryptVector('bfv-4096', keys.secretKey, [sum!], values.length);
      assert.deepEqual(
        read,
        values.map((value) => Number((BigInt(value) * times) % t)),
      );
      assert.equal(refusals, 0, 'once refused, always refused');
    } catch (error) {
      if (!(error instanceof HeError)) throw error;
      assert.equal(error.code, 'noise-exhausted');
      refusals += 1;
    }
    sum = await addCiphertexts('bfv-4096', [sum!, sum!]);
  }
  // One ciphertext added to itself keeps its shape: the noise doubles, which it would not with as many different ones.
  assert.ok(refusals >= 14 && refusals <= 17, `${refusals}`);
});
