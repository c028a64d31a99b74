import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chiSquare, plainMask, plainSum } from '../reference/masks.ts';
import {
  type Agreement,
  fixedPoint,
  fromResidues,
  maskLimits,
  maskVector,
  type SumPlace,
  sumVectors,
  thresholdOf,
  toResidues,
  unmask,
} from './masks.ts';
import { streamNonces } from './stream.ts';
import { memberIds, playSum, prepareMembers, randomResidues, seededRandom } from './testing.ts';

const place: SumPlace = { session: 'spring', index: 3 };
const moduli = fc.oneof(
  fc.integer({ min: 2 ** 16, max: 2 ** 32 }),
  fc.constantFrom(2 ** 16, 2 ** 31 - 1, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32),
);

/** Members of whom `silent` send nothing and `gone` do not open, so that as many as the threshold are left to. */
const plays = fc
  .record({
    count: fc.integer({ min: 3, max: 12 }),
    setting: fc.constantFrom('semi-honest' as const, 'malicious' as const),
    agreement: fc.constantFrom<Agreement>('x-wing', 'x25519'),
    modulus: moduli,
    length: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat(1_000_000),
  })
  .chain((drawn) => {
    const spare = drawn.count - thresholdOf(drawn.count, drawn.setting);
    const absent = fc.nat(spare);
    return absent.chain((silent) =>
      fc.record({ drawn: fc.constant(drawn), silent: fc.constant(silent), gone: fc.nat(spare - silent) }),
    );
  });

test('the sum of the survivors is exact, whoever dropped before or after their vectors were sent', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(plays, async ({ drawn: { count, setting, agreement, modulus, length, seed }, silent, gone }) => {
      const random = seededRandom(seed);
      const ids = memberIds(count, random);
      const vectors = new Map(ids.map((id) => [id, randomResidues(length, modulus, random)]));
      const sets = { silent: new Set(ids.slice(0, silent)), gone: new Set(ids.slice(silent, silent + gone)) };
      const threshold = thresholdOf(count, setting);
      const sum = await playSum({ agreement, place, modulus, threshold, vectors, ...sets, random });
      const expected = plainSum(
        ids.filter((id) => !sets.silent.has(id)).map((id) => vectors.get(id)!),
        modulus,
      );
      assert.deepEqual(sum, expected);
      seen.add(`${silent > 0} ${gone > 0} ${agreement}`);
    }),
    { seed: 4, numRuns: 60 },
  );
  // Every kind of dropping came up, with both agreements.
  assert.equal(seen.size, 8);
});

test('numbers go in and their sum comes out, to half a step for each member', async () => {
  const random = seededRandom('numbers');
  const ids = memberIds(5, random);
  const form = fixedPoint({ modulus: 2 ** 31 - 1, members: 5, bound: 100, stepsPerUnit: 1e6 });
  const draw = () => Array.from(randomResidues(20, 2 ** 32, random), (word) => (word / 2 ** 31 - 1) * 100);
  const numbers = new Map(ids.map((id) => [id, draw()]));
  const vectors = new Map(ids.map((id) => [id, toResidues(numbers.get(id)!, form)]));
  const none = new Set<string>();
  const play = { agreement: 'x-wing' as const, place, modulus: form.modulus, threshold: 4, vectors, random };
  const sum = fromResidues(await playSum({ ...play, silent: new Set([ids[2]!]), gone: none }), form);
  for (let at = 0; at < sum.length; at += 1) {
    const expected = ids.filter((_, index) => index !== 2).reduce((total, id) => total + numbers.get(id)![at]!, 0);
    assert.ok(Math.abs(sum[at]! - expected) <= 4 * 0.5e-6 + 1e-9, `${at}: ${sum[at]} for ${expected}`);
  }
});

test('the plain twin masks to the same vectors', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 8 }), moduli, fc.nat(1_000_000), (count, modulus, seed) => {
      const random = seededRandom(seed);
      const ids = memberIds(count, random);
      for (const { id, secrets, pairs } of prepareMembers(ids, 'x25519', place, random)) {
        const values = randomResidues(17, modulus, random);
        const self = { key: secrets.selfSeed, nonce: streamNonces.self, sign: 1 as const };
        const others = ids
          .filter((peer) => peer !== id)
          .map((peer) => ({
            key: pairs.get(peer)!.seed,
            nonce: streamNonces.pair,
            sign: id < peer ? (1 as const) : (-1 as const),
          }));
        assert.deepEqual(
          maskVector(values, { modulus, selfSeed: secrets.selfSeed, pairs: [...pairs.values()] }),
          plainMask(values, [self, ...others], modulus),
        );
      }
    }),
    { seed: 5, numRuns: 25 },
  );
});

test('one mask that is not known leaves a vector uniform, and the whole sum still comes out', () => {
  const random = seededRandom('one honest pair');
  const length = 100_000;
  for (const modulus of [65_537, 3 * 2 ** 30, 2 ** 32]) {
    const [first, second, colluder] = prepareMembers(memberIds(3, random), 'x-wing', place, random) as ReturnType<
      typeof prepareMembers
    >;
    const zero = new Uint32Array(length);
    const masked = [first!, second!].map(({ secrets, pairs }) =>
      maskVector(zero, { modulus, selfSeed: secrets.selfSeed, pairs: [...pairs.values()] }),
    );
    // The third one and who collects know both own masks, and the pairs with the third one. The mask between the first two is all that is left.
    const seen = [first!, second!].map(({ secrets, pairs }, at) =>
      unmask(masked[at]!, { modulus, selfSeeds: [secrets.selfSeed], leftover: [pairs.get(colluder!.id)!] }),
    );
    for (const vector of seen) {
      assert.ok(chiSquare(vector, modulus) < 360, `modulus ${modulus}: ${chiSquare(vector, modulus)}`);
      const low = vector.map((value) => value % 256);
      assert.ok(chiSquare(low, 256) < 360);
    }
    assert.ok(sumVectors(seen, modulus).every((value) => value === 0));
  }
});

test('the selfSeed alone keeps a vector covered when every pair of it is opened, as of one who came too late', () => {
  const random = seededRandom('late');
  const modulus = 2 ** 32;
  const [late] = prepareMembers(memberIds(4, random), 'x25519', place, random);
  const pairs = [...late!.pairs.values()];
  const masked = maskVector(new Uint32Array(100_000), { modulus, selfSeed: late!.secrets.selfSeed, pairs });
  const seen = unmask(masked, { modulus, selfSeeds: [], leftover: pairs });
  assert.ok(chiSquare(seen, modulus) < 360);
  assert.ok(unmask(seen, { modulus, selfSeeds: [late!.secrets.selfSeed], leftover: [] }).every((value) => value === 0));
});

test('misuse is refused', () => {
  const modulus = 70_000;
  const seed = (byte: number) => new Uint8Array(32).fill(byte);
  const pairs = [
    { seed: seed(1), sign: 1 as const },
    { seed: seed(2), sign: -1 as const },
  ];
  const masks = { modulus, selfSeed: seed(3), pairs };
  const values = Uint32Array.from([1, 69_999]);
  assert.equal(maskVector(values, masks).length, 2);
  assert.throws(() => maskVector(Uint32Array.from([0, 70_000]), masks), /values\[1\]: expected a value below the modulus 70000/);
  assert.throws(() => maskVector(new Uint32Array(0), masks), /values: expected 1 to 16777216 values, got 0/);
  assert.throws(() => maskVector(values, { ...masks, pairs: pairs.slice(1) }), /pairs: expected 2 to 254, got 1/);
  const many = Array.from({ length: maskLimits.membersMax }, () => pairs[0]!);
  assert.throws(() => maskVector(values, { ...masks, pairs: many }), /pairs: expected 2 to 254, got 255/);
  const twice = [pairs[0]!, { seed: seed(1), sign: -1 as const }];
  assert.throws(() => maskVector(values, { ...masks, pairs: twice }), /seeds: expected each once, got one twice/);
  assert.throws(() => maskVector(values, { ...masks, selfSeed: seed(2) }), /seeds: expected each once, got one twice/);
  assert.throws(() => maskVector(values, { ...masks, selfSeed: new Uint8Array(4) }), /seed: expected 32 bytes, got 4/);
  const sign = 0 as 1;
  assert.throws(
    () => maskVector(values, { ...masks, pairs: [pairs[0]!, { seed: seed(4), sign }] }),
    /sign: expected 1 or -1, got 0/,
  );
  assert.throws(() => sumVectors([], modulus), /vectors: expected some, got none/);
  assert.throws(() => sumVectors([values, new Uint32Array(3)], modulus), /vectors\[1\]: expected 2 values, got 3/);
  assert.throws(() => sumVectors([values, Uint32Array.from([0, 70_001])], modulus), /vectors\[1\]\[1\]: expected a value below/);
  assert.throws(() => unmask(values, { modulus, selfSeeds: [seed(1), seed(1)], leftover: [] }), /seeds: expected each once/);
});
