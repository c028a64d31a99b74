import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Agreement,
  AgreementRefused,
  agreementSizes,
  MasterMismatch,
  openMaster,
  pairSign,
  recoverPairs,
  type SumPlace,
} from './masks.ts';
import { memberIds, prepareMembers, publishedToward, seededRandom } from './testing.ts';

const place: SumPlace = { session: 'spring', index: 7 };
const agreements: readonly Agreement[] = ['x-wing', 'x25519'];
const [low, high] = ['0a', 'b1'] as const;
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Both sides of one pair. */
function agree(
  agreement: Agreement,
  lowMaster: Uint8Array,
  highMaster: Uint8Array,
  where = place,
  ids: [string, string] = [low, high],
) {
  const [lower, higher] = [openMaster(agreement, lowMaster, where, ids[0]), openMaster(agreement, highMaster, where, ids[1])];
  const offered = lower.offer(ids[1], higher.publicKey);
  return { lower, higher, offered, accepted: higher.accept(ids[0], lower.publicKey, offered.ciphertext) };
}

for (const agreement of agreements) {
  const { publicKeyBytes, ciphertextBytes } = agreementSizes[agreement];

  test(`${agreement}: both sides have one seed of 32 bytes, with opposite signs, and the same again from the same secrets`, () => {
    const random = seededRandom(`agree ${agreement}`);
    const [a, b] = [random.bytes(32), random.bytes(32)];
    const one = agree(agreement, a, b);
    assert.equal(toHex(one.offered.seed), toHex(one.accepted.seed));
    assert.equal(one.offered.seed.length, 32);
    assert.deepEqual([one.offered.sign, one.accepted.sign], [1, -1]);
    assert.deepEqual([one.lower.publicKey.length, one.offered.ciphertext.length], [publicKeyBytes, ciphertextBytes]);
    assert.deepEqual(agree(agreement, a, b).offered, one.offered);
  });

  test(`${agreement}: a seed is another one for another sum, session, member or secret, in every one of its words`, () => {
    const random = seededRandom(`other ${agreement}`);
    const [a, b, c] = [random.bytes(32), random.bytes(32), random.bytes(32)];
    const flipped = Uint8Array.from(a);
    flipped[31]! ^= 128;
    const seeds = [
      agree(agreement, a, b),
      agree(agreement, a, b, { ...place, index: 8 }),
      agree(agreement, a, b, { ...place, session: 'autumn' }),
      agree(agreement, a, b, place, [low, 'b2']),
      agree(agreement, a, b, place, ['0b', high]),
      agree(agreement, b, a),
      agree(agreement, c, b),
      agree(agreement, flipped, b),
    ].map(({ offered }) => toHex(offered.seed));
    assert.equal(new Set(seeds).size, seeds.length);
    // Whoever keeps 32 bits of a seed finds it by trying: every word of eight digits has to differ, not only one.
    for (let at = 0; at < 64; at += 8) assert.equal(new Set(seeds.map((seed) => seed.slice(at, at + 8))).size, seeds.length);
  });

  test(`${agreement}: over many pairs each bit of a seed is set about half of the time`, () => {
    const random = seededRandom(`bits ${agreement}`);
    const ids = memberIds(40, random);
    const seeds = prepareMembers(ids, agreement, place, random).flatMap(({ pairs }) =>
      [...pairs.values()].map(({ seed }) => seed),
    );
    assert.equal(seeds.length, 40 * 39);
    assert.equal(new Set(seeds.map(toHex)).size, (40 * 39) / 2);
    const count = seeds.length;
    for (let bit = 0; bit < 256; bit += 1) {
      const set = seeds.filter((seed) => (seed[bit >> 3]! >> (bit & 7)) & 1).length;
      // Each seed is there twice; 5 standard deviations.
      assert.ok(Math.abs(set - count / 2) < 5 * Math.sqrt(count / 2), `bit ${bit}: ${set} of ${count}`);
    }
  });

  test(`${agreement}: from the maskMaster of whoever dropped come the survivors' masks with it, with their signs`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 7 }), fc.nat(1_000_000), fc.nat(6), (count, seed, which) => {
        const random = seededRandom(seed);
        const members = prepareMembers(memberIds(count, random), agreement, place, random);
        const gone = members[which % count]!;
        const survivors = members.filter((member) => member !== gone);
        const recovered = recoverPairs(
          agreement,
          gone.secrets.maskMaster,
          place,
          { member: gone.id, publicKey: gone.keys.publicKey },
          publishedToward(gone, survivors),
        );
        assert.deepEqual(
          recovered.map(({ seed, sign }) => [toHex(seed), sign]),
          survivors.map(({ pairs }) => [toHex(pairs.get(gone.id)!.seed), pairs.get(gone.id)!.sign]),
        );
      }),
      { seed: 3, numRuns: 15 },
    );
  });

  test(`${agreement}: malformed keys are refused by name`, () => {
    const random = seededRandom(`malformed ${agreement}`);
    const { lower, higher, offered } = agree(agreement, random.bytes(32), random.bytes(32));
    const refused = (peer: string, what: string) => (error: unknown) =>
      error instanceof AgreementRefused && error.peer === peer && error.what === what;
    for (const length of [0, 31, publicKeyBytes - 1, publicKeyBytes + 1]) {
      const bad = Buffer.alloc(length, 9);
      assert.throws(() => lower.offer(high, bad), refused(high, 'public-key'));
      assert.throws(() => higher.accept(low, bad, offered.ciphertext), refused(low, 'public-key'));
    }
    for (const length of [1, ciphertextBytes + 1]) {
      assert.throws(() => higher.accept(low, lower.publicKey, Buffer.alloc(length)), refused(low, 'ciphertext'));
    }
    // A point of small order, alone or as the last 32 bytes.
    const small = Uint8Array.from(higher.publicKey);
    small.fill(0, publicKeyBytes - 32);
    assert.throws(() => lower.offer(high, small), refused(high, 'public-key'));
    if (agreement === 'x-wing') {
      const sent = Uint8Array.from(offered.ciphertext);
      sent.fill(0, ciphertextBytes - 32);
      assert.throws(() => higher.accept(low, lower.publicKey, sent), refused(low, 'ciphertext'));
    } else {
      const ownSmall = new Uint8Array(32);
      assert.throws(() => higher.accept(low, ownSmall, new Uint8Array(0)), refused(low, 'public-key'));
    }
  });

  test(`${agreement}: a maskMaster that gives another key than was published is found out`, () => {
    const random = seededRandom(`mismatch ${agreement}`);
    const members = prepareMembers(memberIds(3, random), agreement, place, random);
    const [gone, ...survivors] = members as [(typeof members)[0], ...typeof members];
    const published = { member: gone.id, publicKey: gone.keys.publicKey };
    assert.throws(
      () => recoverPairs(agreement, random.bytes(32), place, published, publishedToward(gone, survivors)),
      (error: unknown) => error instanceof MasterMismatch && error.what === 'public-key' && error.member === gone.id,
    );
  });

  test(`${agreement}: nothing is agreed on with keys that are closed, with oneself, or in the wrong direction`, () => {
    const random = seededRandom(`direction ${agreement}`);
    const { lower, higher } = agree(agreement, random.bytes(32), random.bytes(32));
    assert.throws(() => higher.offer(low, lower.publicKey), /peer: expected a higher id than b1, got 0a/);
    assert.throws(() => lower.accept(high, higher.publicKey, new Uint8Array(0)), /peer: expected a lower id than 0a, got b1/);
    assert.throws(() => lower.offer(low, lower.publicKey), /peer: expected another member than 0a/);
    lower.close();
    assert.throws(() => lower.offer(high, higher.publicKey), /keys of 0a: expected open ones, got closed ones/);
  });
}

test('x-wing: a member that encapsulated otherwise than from its maskMaster is named when it drops', () => {
  const random = seededRandom('otherwise');
  const members = prepareMembers(memberIds(3, random), 'x-wing', place, random).sort((a, b) => pairSign(b.id, a.id));
  const [gone, first, second] = members as [(typeof members)[0], (typeof members)[0], (typeof members)[0]];
  const published = publishedToward(gone, [first, second]);
  const other = openMaster('x-wing', random.bytes(32), place, gone.id).offer(second.id, second.keys.publicKey).ciphertext;
  assert.throws(
    () =>
      recoverPairs('x-wing', gone.secrets.maskMaster, place, { member: gone.id, publicKey: gone.keys.publicKey }, [
        published[0]!,
        { ...published[1]!, ciphertext: other },
      ]),
    (error: unknown) => error instanceof MasterMismatch && error.what === 'ciphertext' && error.peer === second.id,
  );
});

test('a peer that shows two public keys gets encapsulations that have no randomness in common', () => {
  const random = seededRandom('two keys');
  const lower = openMaster('x-wing', random.bytes(32), place, low);
  const [one, two] = [0, 1].map(() => openMaster('x-wing', random.bytes(32), place, high).publicKey) as [Uint8Array, Uint8Array];
  const ephemeral = (publicKey: Uint8Array) => toHex(lower.offer(high, publicKey).ciphertext.subarray(1088));
  assert.notEqual(ephemeral(one), ephemeral(two));
});

test('misuse is refused', () => {
  const master = new Uint8Array(32);
  assert.throws(() => openMaster('x25519', new Uint8Array(16), place, low), /maskMaster: expected 32 bytes, got 16/);
  assert.throws(() => openMaster('x25519', master, { session: '', index: 0 }, low), /session: expected 1 to 128 characters/);
  assert.throws(() => openMaster('x25519', master, { session: 's', index: -1 }, low), /index: expected an integer/);
  assert.throws(() => openMaster('x25519', master, place, 'B1'), /member: expected 1 to 64 lower-case hex digits/);
});
