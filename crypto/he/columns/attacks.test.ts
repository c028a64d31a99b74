// What an owner of numbers, who has the secret key and knows every random part and error of his own ciphertexts, can read from answers: each attack is shown to work on the form
// that has not what protects from it, and to find nothing in the protected one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ciphertext } from 'node-seal';
import * as bfv from '../../reference/bfv.ts';
import { seededRandom } from '../testing.ts';
import { opened, productsOf } from './bin-sums.ts';
import { type BinColumn, decryptSums, encryptRows, newRowKeys, openRows, rowBytes } from './columns.ts';
import { flood, rerandomised } from './protection.ts';
import { unpackAnswer, unpackSeeded } from './row-bytes.ts';
import { plainBuffer, rowContext, switchedWords, toSeal } from './row-context.ts';
import {
  answerNoises,
  columnOf,
  noises,
  phases,
  plainIndicator,
  plainSums,
  q,
  q1,
  secretOf,
  slots,
  t,
  valuesOf,
  wholeParts,
} from './testing.ts';

// One ciphertext and one answer, where an owner has it easiest: 256 rows in 32 bins.
const rows = 256;
const count = 32;
const places = Array.from({ length: count }, (_, bin) => bin * rows);
const context = await rowContext();
const { seal, evaluator } = context;
const keys = await newRowKeys(seededRandom('attacks'));
const secret = secretOf(keys.secretKey);
const keyParts = unpackSeeded('public key', keys.publicKey);
const publicKey = toSeal(context, 'public key', keyParts);
const encryptor = new seal.module.Encryptor(context.context, publicKey);

/** Rows come in pairs of one number, so that two columns that differ by the bins of pairs have the same sums. */
const values = valuesOf('attacks', rows / 2, 1000).reduce(
  (all, value, i) => all.fill(value, 2 * i, 2 * i + 2),
  new Int32Array(rows),
);
const column = columnOf('attacks', rows, count);
const other: BinColumn = { bins: column.bins.map((_, row) => column.bins[row ^ 1]!), count };
const sums = plainSums(column, values);
const [encrypted] = (await encryptRows(keys.secretKey, values, seededRandom('attacks rows'))) as [Uint8Array];
const whole = toSeal(context, 'ciphertext', unpackSeeded('ciphertext', encrypted));
const [ownC0, ownC1] = await wholeParts(whole);
const held = opened(context, encrypted, keyParts.keyName);
const buffer = plainBuffer(context);
const productOf = (of: BinColumn): Ciphertext => productsOf(context, [[held]], buffer, [of], { rows, group: 0 })[0]!;
const indicatorOf = ({ bins }: BinColumn) =>
  plainIndicator(
    slots,
    rows,
    Array.from(bins, (bin, row) => [bin, row] as const),
  );

const lowOf = (poly: bfv.Poly) => poly.map((value) => bfv.mod(value, q1));
const root = bfv.smallestRoot(slots, q1);

/** The polynomial that `by` was multiplied with to give `product`. */
function quotient(product: bfv.Poly, by: bfv.Poly, modulus: bigint, of = bfv.smallestRoot(slots, modulus)): bigint[] {
  const below = bfv.atOddPowers(by, of, modulus);
  const values = bfv
    .atOddPowers(product, of, modulus)
    .map((value, i) => (value * bfv.power(below[i]!, modulus - 2n, modulus)) % modulus);
  return bfv.fromOddPowers(values, of, modulus).map((value) => bfv.centred(value, modulus));
}

/** Of how many rows a polynomial shows the bin: one term of the right sign among those of the row. */
function rowsRead(indicator: readonly bigint[]): number {
  return column.bins.reduce((read, bin, row) => {
    const found = places.flatMap((place, at) => {
      const exponent = place - row;
      return indicator[(exponent + slots) % slots] === (exponent < 0 ? -1n : 1n) ? [at] : [];
    });
    return read + Number(found.length === 1 && found[0] === bin);
  }, 0);
}

test('equal sums come from columns that put every other row elsewhere', () => {
  assert.deepEqual(plainSums(other, values), sums);
  assert.ok(column.bins.filter((bin, row) => bin !== other.bins[row]).length > 200);
});

test('division shows every row’s bin in an answer that is flooded and not rerandomised, and none in one that is', async () => {
  using product = productOf(column);
  flood(context, product, places, seededRandom('flooded only'));
  const [, bare] = await wholeParts(product);
  const found = quotient(lowOf(bare), lowOf(ownC1), q1, root);
  assert.deepEqual(found, indicatorOf(column));
  assert.equal(rowsRead(found), rows);

  using hidden = rerandomised(context, encryptor, product, seededRandom('rerandomised'));
  const [, covered] = await wholeParts(hidden);
  const garbage = quotient(lowOf(covered), lowOf(ownC1), q1, root);
  assert.equal(rowsRead(garbage), 0);
  assert.ok(garbage.filter((value) => value > -1000n && value < 1000n).length < 3);
});

test('an owner who suspects a column finds its very c1 in an answer that is not rerandomised, and nothing of it in one that is', async () => {
  const switchedC1 = (ciphertext: Ciphertext) => {
    using answer = ciphertext.copy();
    evaluator.cipherModSwitchToNextInplace(answer);
    const { c1 } = switchedWords(context, answer);
    return Array.from({ length: slots }, (_, i) => c1[2 * i + 1]! * 2 ** 32 + c1[2 * i]!);
  };
  using suspected = productOf(column);
  using elsewhere = productOf(other);
  const expected = switchedC1(suspected);
  using bare = productOf(column);
  flood(context, bare, places, seededRandom('flooded again'));
  assert.deepEqual(switchedC1(bare), expected);
  assert.notDeepEqual(switchedC1(elsewhere), expected);

  using open = await openRows(keys.publicKey, [[encrypted]], rows);
  const { c1 } = unpackAnswer(open.sums([column], seededRandom('whole answer'))[0]![0]!, count);
  for (const guess of [expected, switchedC1(elsewhere)]) {
    assert.ok(c1.filter((value, i) => value === guess[i]).length < 3);
    const near = c1.filter((value, i) => Math.abs(value - guess[i]!) < Number(q1) / 20).length;
    // A tenth of all, and what lies around the ends counts once.
    assert.ok(near > 0.085 * slots && near < 0.115 * slots, `${near}`);
  }
});

/** The errors that the owner put into his ciphertext, which he knows; here worked out with the key. */
function ownErrors(): bigint[] {
  const product = bfv.multiply(lowOf(ownC1), lowOf(secret), root, q1);
  return product.map((value, i) => {
    const message = bfv.roundedQuotient(q * bfv.mod(BigInt(values[i] ?? 0), t), t);
    return bfv.centred(ownC0[i]! + value - message, q1);
  });
}

const predicted = (of: BinColumn, errors: bfv.Poly) => {
  const product = bfv.multiply(lowOf(errors), lowOf(indicatorOf(of)), root, q1);
  return places.map((place) => Number(bfv.centred(product[place]!, q1)));
};

test('noise tells which of two columns of equal sums it was when it is not flooded, and is a coin when it is', async () => {
  const errors = ownErrors();
  const [mine, others] = [predicted(column, errors), predicted(other, errors)];
  const guessedRight = async (label: string, flooded: boolean) => {
    const truth = seededRandom(`${label} coin`).bytes(1)[0]! % 2 === 0;
    using product = productOf(truth ? column : other);
    using answer = rerandomised(context, encryptor, product, seededRandom(`${label} zero`));
    if (flooded) flood(context, answer, places, seededRandom(`${label} flood`));
    const [c0, c1] = await wholeParts(answer);
    const found = noises(
      phases((place) => c0[place]!, c1, secret, q, places),
      sums,
      q,
    ).map(Number);
    if (flooded) assert.ok(found.some((noise) => Math.abs(noise) > 2 ** 71));
    // Which prediction is nearer, by least squares.
    const towards = found.reduce((sum, noise, i) => sum + (noise - (mine[i]! + others[i]!) / 2) * (mine[i]! - others[i]!), 0);
    return towards > 0 === truth;
  };
  const rightOf = async (trials: number, flooded: boolean) => {
    let right = 0;
    for (let trial = 0; trial < trials; trial += 1) right += Number(await guessedRight(`${trial} ${flooded}`, flooded));
    return right;
  };
  assert.equal(await rightOf(8, false), 8);
  const right = await rightOf(30, true);
  assert.ok(right > 7 && right < 23, `${right} of 30`);
});

test('coefficients that nobody asked for show every row’s bin where c0 is sent whole, and nothing in an answer', async () => {
  const shifted = (coefficients: bfv.Poly) => {
    const own = Array.from({ length: slots }, (_, i) => bfv.mod(BigInt(values[i] ?? 0), t));
    return rowsRead(quotient(coefficients, own, t));
  };
  const all = Array.from({ length: slots }, (_, i) => i);
  using product = productOf(column);
  using answer = rerandomised(context, encryptor, product, seededRandom('whole'));
  flood(context, answer, all, seededRandom('whole flood'));
  const [c0, c1] = await wholeParts(answer);
  const timesKey = (poly: bfv.Poly, modulus: bigint) =>
    bfv.multiply(
      poly.map((value) => value % modulus),
      secret.map((value) => bfv.mod(value, modulus)),
      bfv.smallestRoot(slots, modulus),
      modulus,
    );
  // By q1 and q2 apart, put together as wholeParts() does.
  const [byLow, byHigh] = [timesKey(c1, q1), timesKey(c1, q / q1)];
  const inverse = bfv.power((q / q1) % q1, q1 - 2n, q1);
  const phase = c0.map((value, i) => bfv.mod(value + byHigh[i]! + (q / q1) * bfv.mod((byLow[i]! - byHigh[i]!) * inverse, q1), q));
  assert.equal(shifted(bfv.scaledDown(phase, { n: slots, q, t })), rows);

  using open = await openRows(keys.publicKey, [[encrypted]], rows);
  const [bytes] = open.sums([column], seededRandom('picked'))[0]!;
  assert.equal(bytes!.length, rowBytes('answer', count), 'the sums that were asked for and c1, nothing else');
  const { asked, c1: sent } = unpackAnswer(bytes!, count);
  const guessed = timesKey(Array.from(sent, BigInt), q1).map((value, place) => {
    return bfv.mod(value + BigInt(place % rows === 0 ? asked[place / rows]! : 0), q1);
  });
  const read = bfv.scaledDown(guessed, { n: slots, q: q1, t });
  assert.deepEqual(
    places.map((place) => Number(bfv.centred(read[place]!, t))),
    [...sums],
    'what he shall read is there',
  );
  assert.ok(shifted(read) === 0);
});

test('answers for two columns of equal sums are alike: the same sums, noise as the flood alone has it, c1 uniform', async () => {
  using open = await openRows(keys.publicKey, [[encrypted]], rows);
  const trials = 20;
  const histogram = new Float64Array(256);
  const noisesOf = (of: BinColumn, label: string) =>
    Array.from({ length: trials }, (_, trial) => {
      const [bytes] = open.sums([of], seededRandom(`${label} ${trial}`))[0]!;
      assert.deepEqual(decryptSums(keys.secretKey, [bytes!], [count], rows), [sums]);
      for (const value of unpackAnswer(bytes!, count).c1) histogram[Math.floor((value / Number(q1)) * 256)]! += 1;
      return answerNoises(keys.secretKey, bytes!, sums, rows);
    }).flat();
  const [a, b] = [noisesOf(column, 'a'), noisesOf(other, 'b')];
  for (const found of [a, b]) {
    // Uniform to 8,192 on either side, and what rounding adds: without the flood it would be 26.
    const deviation = Math.sqrt(found.reduce((sum, noise) => sum + noise * noise, 0) / found.length);
    assert.ok(Math.abs(deviation / (8192 / Math.sqrt(3)) - 1) < 0.05, `${deviation}`);
    assert.ok(kolmogorov(found, (x) => Math.min(1, Math.max(0, (x + 8192) / 16384))) < 1.63 / Math.sqrt(found.length));
  }
  const sorted = [...b].sort((x, y) => x - y);
  const shareBelow = (x: number) => sorted.filter((value) => value <= x).length / sorted.length;
  assert.ok(kolmogorov(a, shareBelow) < 1.63 * Math.sqrt(2 / a.length));
  const each = (2 * trials * slots) / 256;
  const chiSquare = histogram.reduce((sum, found) => sum + (found - each) ** 2 / each, 0);
  // 255 degrees of freedom: within 4 deviations.
  assert.ok(Math.abs(chiSquare - 255) < 4 * Math.sqrt(510), `${chiSquare}`);
});

test('what nothing here prevents: an owner who encrypts powers of two reads the bins of thirty rows at once', async () => {
  const lying = Int32Array.from({ length: rows }, (_, row) => (row < 30 ? 2 ** row : 0));
  const sent = await encryptRows(keys.secretKey, lying, seededRandom('lying'));
  using open = await openRows(keys.publicKey, [sent], rows);
  const [read] = decryptSums(keys.secretKey, open.sums([column], seededRandom('lied to'))[0]!, [count], rows);
  const bins = Array.from({ length: 30 }, (_, row) => read!.findIndex((sum) => ((sum >> row) & 1) === 1));
  assert.deepEqual(bins, [...column.bins.subarray(0, 30)]);
});

/** Largest distance between the shares below each value and a distribution. */
function kolmogorov(found: readonly number[], shareBelow: (x: number) => number): number {
  const sorted = [...found].sort((x, y) => x - y);
  return sorted.reduce((most, x, i) => {
    const expected = shareBelow(x);
    return Math.max(most, Math.abs((i + 1) / sorted.length - expected), Math.abs(i / sorted.length - expected));
  }, 0);
}
