import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as bfv from '../../reference/bfv.ts';
import { seededRandom } from '../testing.ts';
import { opened, productsOf } from './bin-sums.ts';
import { encryptRows, newRowKeys, noBin, rowParameters } from './columns.ts';
import { putIndicator } from './indicators.ts';
import { unpackSeeded } from './row-bytes.ts';
import { plainBuffer, rowContext, toSeal } from './row-context.ts';
import {
  columnOf,
  noises,
  phases,
  plainIndicator,
  plainSums,
  q,
  q1,
  q2,
  secretOf,
  slots,
  t,
  valuesOf,
  wholeParts,
} from './testing.ts';

function drawsOf(label: string): bfv.Draws {
  const random = seededRandom(label);
  const number = (bytes: number) => BigInt(`0x${Buffer.from(random.bytes(bytes)).toString('hex')}`);
  return {
    ternary: () => (number(8) % 3n) - 1n,
    error: () => (number(8) % 43n) - 21n,
    below: (modulus) => number(24) % modulus,
  };
}

// The design on its own, where everything can be followed by hand.
const small = { ring: { n: 32, q: 2n ** 50n - 27n, t: 257n } as bfv.Ring, perCiphertext: 8 };

test('the textbook, term by term: a ciphertext times an indicator holds the sums of bins, and other coefficients never leak into them', () => {
  const { ring, perCiphertext } = small;
  const draws = drawsOf('small');
  const { s, pk } = bfv.newTextbookKeys(ring, draws);
  const bins = ring.n / perCiphertext;
  const row = fc.record({ value: fc.integer({ min: -5, max: 5 }), bin: fc.option(fc.nat(bins - 1)) });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 3 * perCiphertext }), (rows) => {
      let total: bfv.Ciphertext | undefined;
      for (let from = 0; from < rows.length; from += perCiphertext) {
        const chunk = rows.slice(from, from + perCiphertext);
        const m: bigint[] = Array.from({ length: ring.n }, (_, i) => bfv.mod(BigInt(chunk[i]?.value ?? 0), ring.t));
        const c = bfv.encryptTextbook(ring, pk, m, draws);
        const entries = chunk.flatMap(({ bin }, i) => (bin === null ? [] : [[bin, i] as const]));
        const indicator = plainIndicator(ring.n, perCiphertext, entries);
        const product = c.map((part) => bfv.multiplyPlainly(part, indicator, ring.q)) as unknown as bfv.Ciphertext;
        total = total ? bfv.add(total, product, ring.q) : product;
      }
      const read = bfv.decryptTextbook(ring, s, total!);
      for (let bin = 0; bin < bins; bin += 1) {
        const expected = rows.reduce((sum, each) => sum + (each.bin === bin ? each.value : 0), 0);
        assert.equal(bfv.centred(read[bin * perCiphertext]!, ring.t), BigInt(expected));
      }
    }),
    { seed: 32, numRuns: 60 },
  );
});

test('indicators are those of the definition, whatever columns fall into a group', () => {
  const rows = 700;
  const columns = [columnOf('a', rows, 20, 4), columnOf('b', rows, 50), columnOf('c', rows, 1)];
  const words = new Uint32Array(2 * slots);
  for (const chunk of [0, 1, 2]) {
    for (const group of [0, 1, 2]) {
      const entries: [number, number][] = [];
      let offset = 0;
      for (const { bins, count } of columns) {
        for (let row = chunk * 256; row < Math.min(rows, chunk * 256 + 256); row += 1) {
          const at = offset + bins[row]! - group * 32;
          if (bins[row] !== noBin && at >= 0 && at < 32) entries.push([at, row - chunk * 256]);
        }
        offset += count;
      }
      const places = putIndicator(words, columns, { rows, chunk, group });
      const expected = plainIndicator(slots, 256, entries);
      const found = Array.from({ length: slots }, (_, i) => bfv.centred(BigInt(words[2 * i]!), t));
      assert.deepEqual(found, expected);
      assert.equal(places.length, entries.length, 'each row and bin has a place of its own');
      for (const place of places) words[2 * place] = 0;
      assert.ok(words.every((word) => word === 0));
    }
  }
});

const context = await rowContext();
const keys = await newRowKeys(seededRandom('twin'));
const secret = secretOf(keys.secretKey);
const rows = 600;
const values = valuesOf('twin', rows, 1_000_000);
const encrypted = await encryptRows(keys.secretKey, values, seededRandom('twin rows'));
const { keyName } = unpackSeeded('public key', keys.publicKey);
const root = bfv.smallestRoot(slots, q1);

test('the secret key is of coefficients -1, 0 and 1 in equal parts', () => {
  for (const value of [-1n, 0n, 1n]) {
    const share = secret.filter((coefficient) => coefficient === value).length;
    assert.ok(Math.abs(share - slots / 3) < 150, `${share}`);
  }
});

test('the twin reads what the owner encrypts: rows in the first coefficients, zeros after, an error of 21 at most', async () => {
  using ciphertext = toSeal(context, 'ciphertext', unpackSeeded('ciphertext', encrypted[2]!));
  const [c0, c1] = await wholeParts(ciphertext);
  const [c0Low, c1Low] = [c0, c1].map((part) => part.map((value) => value % q1)) as [bigint[], bigint[]];
  const product = bfv.multiply(
    c1Low,
    secret.map((value) => bfv.mod(value, q1)),
    root,
    q1,
  );
  const phase = c0Low.map((value, i) => bfv.mod(value + product[i]!, q1));
  // Modulo q1 alone, q v / t is what is left of it.
  const expected = Array.from({ length: slots }, (_, i) => bfv.mod(BigInt(values[512 + i] ?? 0), t));
  const errors = phase.map((value, i) => bfv.centred(value - bfv.roundedQuotient(q * expected[i]!, t), q1));
  const largest = Math.max(...errors.map((error) => Math.abs(Number(error))));
  assert.ok(largest > 8 && largest <= 21, `${largest}`);
  const square = errors.reduce((sum, error) => sum + Number(error * error), 0) / slots;
  assert.ok(Math.abs(square - 10.5) < 1, `${square}`);
});

test('products of SEAL are those of the twin, and their noise is below 22 for each row and bin of a group', async () => {
  const columns = [columnOf('twin a', rows, 20, 5), columnOf('twin b', rows, 9)];
  const lists = [encrypted.map((bytes) => opened(context, bytes, keyName))];
  const [product] = productsOf(context, lists, plainBuffer(context), columns, { rows, group: 0 });
  try {
    const [c0, c1] = await wholeParts(product!);
    let expected: bigint[] = new Array(slots).fill(0n);
    const words = new Uint32Array(2 * slots);
    let counted = 0;
    for (const [chunk, bytes] of encrypted.entries()) {
      const places = putIndicator(words, columns, { rows, chunk, group: 0 });
      counted += places.length;
      const indicator = Array.from({ length: slots }, (_, i) => bfv.mod(bfv.centred(BigInt(words[2 * i]!), t), q1));
      for (const place of places) words[2 * place] = 0;
      using ciphertext = toSeal(context, 'ciphertext', unpackSeeded('ciphertext', bytes));
      const [, part] = await wholeParts(ciphertext);
      const low = part.map((value) => value % q1);
      const next = bfv.multiply(low, indicator, root, q1);
      expected = expected.map((value, i) => (value + next[i]!) % q1);
    }
    assert.deepEqual(
      c1.map((value) => value % q1),
      expected,
    );
    const places = Array.from({ length: 29 }, (_, bin) => bin * 256);
    const sums = columns.flatMap((column) => [...plainSums(column, values)]);
    const found = noises(
      phases((place) => c0[place]!, c1, secret, q, places),
      sums,
      q,
    ).map(Number);
    for (const noise of found) assert.ok(Math.abs(noise) <= 22 * counted, `${noise}`);
    // Of independent errors it is far less: a deviation of 3.2 for each root of what was counted.
    const deviation = Math.sqrt(found.reduce((sum, noise) => sum + noise * noise, 0) / found.length);
    assert.ok(deviation > 1.5 * Math.sqrt(counted) && deviation < 6 * Math.sqrt(counted), `${deviation} for ${counted}`);
    assert.ok(22 * counted < rowParameters.productNoiseMax);
    assert.ok(q2 > q1);
  } finally {
    product?.delete();
    for (const ciphertext of lists.flat()) ciphertext.delete();
  }
});
