import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { combine } from 'shamir-secret-sharing';
import { plainCombine } from '../reference/shamir.ts';
import {
  type Committed,
  commitmentOf,
  reconstruct,
  type SecretKind,
  SharesRefused,
  shareHashOf,
  shareSecret,
  thresholdOf,
} from './masks.ts';
import { memberIds, seededRandom } from './testing.ts';

const place = { session: 'spring', index: 12 };
const owner = '0f';
const random = seededRandom('shares');
const equal = (a: Uint8Array, b: Uint8Array) => assert.equal(Buffer.from(a).toString('hex'), Buffer.from(b).toString('hex'));

function committed(secret: Uint8Array, kind: SecretKind = 'selfSeed', where = place): Committed {
  return { kind, place: where, member: owner, commitment: commitmentOf(kind, secret, where, owner) };
}

async function shared(threshold: number, members: number) {
  const secret = random.bytes(32);
  const shares = await shareSecret(secret, threshold, members);
  const ids = memberIds(members, random);
  return { secret, given: shares.map((share, at) => ({ from: ids[at]!, share })), about: committed(secret) };
}

/** The same share with one byte changed, or every byte of the secret's. */
function spoiled<T extends { share: Uint8Array }>(one: T, at?: number): T {
  const share = Uint8Array.from(one.share);
  if (at !== undefined) share[at]! ^= 64;
  else share.set(random.bytes(32));
  return { ...one, share };
}

test('draft-mcgrew-tss-03, test vector: the library’s field and formula are those that are published', async () => {
  const shares = [
    [1, 'b9fa07e185'],
    [2, 'f5409b4511'],
  ].map(([x, y]) => Uint8Array.from([...Buffer.from(String(y), 'hex'), Number(x)]));
  equal(await combine(shares), Buffer.from('7465737400', 'hex'));
  equal(plainCombine(shares), Buffer.from('7465737400', 'hex'));
});

test('thresholds: more than half, and more than two thirds', () => {
  const counts = [3, 4, 5, 6, 7, 9, 10, 100, 255];
  assert.deepEqual(
    counts.map((count) => thresholdOf(count, 'semi-honest')),
    [2, 3, 3, 4, 4, 5, 6, 51, 128],
  );
  assert.deepEqual(
    counts.map((count) => thresholdOf(count, 'malicious')),
    [3, 3, 4, 5, 5, 7, 7, 67, 171],
  );
  for (let members = 3; members <= 255; members += 1) {
    const cheats = Math.ceil(members / 3) - 1;
    // Honest members answer one question each and cheats both: two secrets of one member would take this many answers.
    assert.ok(2 * thresholdOf(members, 'malicious') > members + cheats);
    assert.ok(2 * thresholdOf(members, 'semi-honest') > members);
  }
  for (const members of [2, 256, 3.5])
    assert.throws(() => thresholdOf(members, 'malicious'), /members: expected an integer from 3 to 255/);
});

test('any so many shares give the secret, as the plain twin has it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 3, max: 12 }),
      fc.constantFrom('malicious' as const, 'semi-honest' as const),
      fc.nat(),
      async (members, setting, turn) => {
        const threshold = thresholdOf(members, setting);
        const { secret, given, about } = await shared(threshold, members);
        const some = given.map((_, at) => given[(at * 5 + turn) % members]!).filter((one, at, all) => all.indexOf(one) === at);
        const few = some.slice(0, threshold);
        if (few.length === threshold) {
          equal(plainCombine(few.map(({ share }) => share)), secret);
          const found = await reconstruct(few, threshold, members, about);
          equal(found.secret, secret);
          assert.deepEqual([found.wrong, found.suspects, found.attempts], [[], [], 1]);
        }
        await assert.rejects(reconstruct(given.slice(0, threshold - 1), threshold, members, about), { reason: 'too-few' });
      },
    ),
    { seed: 7, numRuns: 30 },
  );
});

test('255 members are the most that the field has places for, and they work', async () => {
  const { secret, given, about } = await shared(171, 255);
  equal((await reconstruct(given.slice(80), 171, 255, about)).secret, secret);
  assert.equal(new Set(given.map(({ share }) => share[32])).size, 255);
});

test('fewer shares than the threshold say nothing: every secret is as likely with them', async () => {
  const { given } = await shared(3, 4);
  const known = given.slice(0, 2).map(({ share }) => share);
  // For each first byte that the secret might have there is exactly one first byte of the third share.
  const third = given[2]!.share;
  const seen = new Set<number>();
  for (let byte = 0; byte < 256; byte += 1) {
    const guess = Uint8Array.from(third);
    guess[0] = byte;
    seen.add(plainCombine([...known, guess])[0]!);
  }
  assert.equal(seen.size, 256);
});

test('wrong shares are left out and named, while enough right ones are there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 4, max: 11 }), fc.nat(), async (members, turn) => {
      const threshold = thresholdOf(members, 'malicious');
      const { secret, given, about } = await shared(threshold, members);
      const liars = new Set(Array.from({ length: members - threshold }, (_, at) => (turn + at * 3) % members));
      const found = await reconstruct(
        given.map((one, at) => (liars.has(at) ? spoiled(one) : one)),
        threshold,
        members,
        about,
      );
      equal(found.secret, secret);
      assert.deepEqual(found.wrong, []);
      // Spare shares are not looked at when the first ones give the secret.
      const inTheWay = [...liars].some((at) => at < threshold);
      assert.equal(found.attempts > 1, inTheWay);
      assert.deepEqual(found.suspects.toSorted(), inTheWay ? [...liars].map((at) => given[at]!.from).toSorted() : []);
    }),
    { seed: 8, numRuns: 40 },
  );
});

test('whatever single byte the liars change, the secret is right; with hashes they are named for sure, and found at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 4, max: 11 }), fc.nat(), fc.nat(32), async (members, turn, byte) => {
      const threshold = thresholdOf(members, 'malicious');
      const { secret, given, about } = await shared(threshold, members);
      const liars = new Set(Array.from({ length: members - threshold }, (_, at) => (turn + at * 3) % members));
      const spoilt = given.map((one, at) => (liars.has(at) ? spoiled(one, byte) : one));
      equal((await reconstruct(spoilt, threshold, members, about)).secret, secret);
      const shareHashes = new Map(given.map(({ from, share }) => [from, shareHashOf(share, about, from)]));
      const found = await reconstruct(spoilt, threshold, members, { ...about, shareHashes });
      equal(found.secret, secret);
      assert.deepEqual(
        [found.wrong, found.suspects, found.attempts],
        [given.filter((_, at) => liars.has(at)).map(({ from }) => from), [], 1],
      );
    }),
    { seed: 10, numRuns: 60 },
  );
});

test('a share that is not the holder’s own, or has no hash, does not pass where there are hashes', async () => {
  const { secret, given, about } = await shared(3, 5);
  const shareHashes = new Map(given.slice(1).map(({ from, share }) => [from, shareHashOf(share, about, from)]));
  const swapped = [given[0]!, { from: given[1]!.from, share: given[2]!.share }, ...given.slice(2)];
  const found = await reconstruct(swapped, 3, 5, { ...about, shareHashes });
  equal(found.secret, secret);
  assert.deepEqual(found.wrong, [given[0]!.from, given[1]!.from]);
});

test('with a hundred members and three liars the secret is found by the choices that are tried', async () => {
  const { secret, given, about } = await shared(67, 100);
  const liars = [0, 40, 66];
  const found = await reconstruct(
    given.map((one, at) => (liars.includes(at) ? spoiled(one) : one)),
    67,
    100,
    about,
  );
  equal(found.secret, secret);
  assert.deepEqual(
    found.suspects,
    liars.map((at) => given[at]!.from),
  );
});

test('too many wrong shares: it says so, after no more attempts than it may', async () => {
  const { given, about } = await shared(4, 5);
  const bad = given.map((one, at) => (at < 2 ? spoiled(one) : one));
  await assert.rejects(reconstruct(bad, 4, 5, about), { name: 'SharesRefused', reason: 'no-fit', attempts: 5, exhausted: true });
  const many = await shared(14, 20);
  const spoilt = many.given.map((one, at) => (at % 2 === 0 ? spoiled(one) : one));
  const tooMany = { name: 'SharesRefused', reason: 'no-fit', attempts: 50, exhausted: false };
  await assert.rejects(reconstruct(spoilt, 14, 20, many.about, 50), tooMany);
});

test('what has not the form of a share is named: another length, or the place of the secret itself', async () => {
  const { secret, given, about } = await shared(3, 5);
  const atZero = Uint8Array.from([...secret, 0]);
  const bad = [{ ...given[0]!, share: given[0]!.share.subarray(1) }, { ...given[1]!, share: atZero }, ...given.slice(2)];
  const found = await reconstruct(bad, 3, 5, about);
  equal(found.secret, secret);
  assert.deepEqual(found.wrong, [given[0]!.from, given[1]!.from]);
  await assert.rejects(
    reconstruct(bad.slice(0, 4), 3, 5, about),
    (error: unknown) => error instanceof SharesRefused && error.reason === 'too-few' && error.wrong.length === 2,
  );
});

test('a share that is somebody else’s, copied, does not stop the others', async () => {
  const { secret, given, about } = await shared(3, 5);
  const copied = [given[0]!, { from: given[1]!.from, share: given[0]!.share }, ...given.slice(2)];
  equal((await reconstruct(copied, 3, 5, about)).secret, secret);
});

test('a commitment is of one kind, sum, session, member and secret', () => {
  const secret = random.bytes(32);
  const commitments = [
    commitmentOf('selfSeed', secret, place, owner),
    commitmentOf('maskMaster', secret, place, owner),
    commitmentOf('selfSeed', secret, { ...place, index: 13 }, owner),
    commitmentOf('selfSeed', secret, { ...place, session: 'autumn' }, owner),
    commitmentOf('selfSeed', secret, place, '0e'),
    commitmentOf('selfSeed', random.bytes(32), place, owner),
  ].map((bytes) => bytes.toString('hex'));
  assert.equal(new Set(commitments).size, 6);
});

test('misuse is refused', async () => {
  const secret = random.bytes(32);
  await assert.rejects(shareSecret(new Uint8Array(16), 3, 4), /secret: expected 32 bytes, got 16/);
  for (const threshold of [1, 2, 5, 2.5]) {
    await assert.rejects(shareSecret(secret, threshold, 4), /threshold: expected an integer from 3 to the number of members 4/);
  }
  const { given, about } = await shared(3, 4);
  await assert.rejects(reconstruct([...given, given[0]!], 3, 4, about), /given: expected at most one share of each of 4 members/);
  await assert.rejects(reconstruct([given[0]!, given[0]!, given[1]!], 3, 4, about), /given: expected at most one share/);
});
