import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newWrapKeyPair } from '../hpke.ts';
import { chiSquare } from '../reference/masks.ts';
import {
  commitmentOf,
  maskVector,
  newSumSecrets,
  openMaster,
  openShares,
  type Pair,
  RevealRefused,
  Reveals,
  reconstruct,
  recoverPairs,
  SharesRefused,
  sealShares,
  shareSecret,
  thresholdOf,
  unmask,
} from './masks.ts';
import { addStream, streamNonces } from './stream.ts';
import { memberIds, prepareMembers, publishedToward, seededRandom } from './testing.ts';

const place = { session: 'spring', index: 1 };
const modulus = 2 ** 32;

test('a seed is not found by trying the 32 bits that other systems have squeezed theirs into', () => {
  const random = seededRandom('squeeze');
  const members = prepareMembers(memberIds(3, random), 'x25519', place, random);
  const { seed } = [...members[0]!.pairs.values()][0]!;
  const real = new Uint32Array(32);
  addStream(real, seed, streamNonces.pair, modulus, 1);
  // Whoever knows all of a seed but one bit of any of its eight words, or knows the XOR of the words, has nothing of the stream.
  const words = new Uint32Array(Uint8Array.from(seed).buffer);
  const fold = words.reduce((all, word) => (all ^ word) >>> 0, 0);
  for (let at = 0; at < 8; at += 1) {
    const same = Uint32Array.from(words);
    // The fold stays what it is.
    same[at]! ^= 1;
    same[(at + 1) % 8]! ^= 1;
    assert.equal(
      same.reduce((all, word) => (all ^ word) >>> 0, 0),
      fold,
    );
    const guess = new Uint32Array(32);
    addStream(guess, new Uint8Array(same.buffer), streamNonces.pair, modulus, 1);
    const equalWords = guess.filter((word, index) => word === real[index]).length;
    assert.equal(equalWords, 0);
  }
});

test('opening all of one sum opens nothing of another, earlier or later', () => {
  const random = seededRandom('other sums');
  const ids = memberIds(3, random);
  const sums = [0, 1, 2].map((index) => prepareMembers(ids, 'x25519', { session: 'spring', index }, random));
  const values = new Uint32Array(50_000);
  const masked = sums.map(([first]) =>
    maskVector(values, { modulus, selfSeed: first!.secrets.selfSeed, pairs: [...first!.pairs.values()] }),
  );
  // Everything of the middle sum is known; its masks on the neighbours' vectors leave these as uniform as before.
  const [known] = sums[1]!;
  const everything = { modulus, selfSeeds: [known!.secrets.selfSeed], leftover: [...known!.pairs.values()] };
  assert.ok(unmask(masked[1]!, everything).every((value) => value === 0));
  for (const at of [0, 2]) assert.ok(chiSquare(unmask(masked[at]!, everything), modulus) < 360);
  // Nor does its maskMaster give the key pair of a neighbour.
  for (const index of [0, 2]) {
    const guess = openMaster('x25519', known!.secrets.maskMaster, { session: 'spring', index }, known!.id);
    assert.notDeepEqual(guess.publicKey, sums[index]![0]!.keys.publicKey);
  }
});

test('a coordinator that tells half of the members one story and half another gets both secrets of nobody', async () => {
  const random = seededRandom('two stories');
  for (const count of [4, 7, 10, 13]) {
    const ids = memberIds(count, random).toSorted();
    const threshold = thresholdOf(count, 'malicious');
    const cheats = ids.slice(0, Math.ceil(count / 3) - 1);
    const victim = ids.at(-1)!;
    const counts = { selfSeed: cheats.length, maskMaster: cheats.length };
    const others = ids.filter((id) => id !== victim);
    for (const [at, own] of others.filter((id) => !cheats.includes(id)).entries()) {
      const reveals = new Reveals({ session: 'spring', own, members: ids, threshold });
      const stories = [() => reveals.decide(1, ids, []), () => reveals.decide(1, others, [victim])];
      // Each is asked for both, in the order that suits the coordinator.
      for (const story of at % 2 === 0 ? stories : stories.reverse()) {
        try {
          const { kind } = story().find(({ peer }) => peer === victim)!;
          counts[kind] += 1;
        } catch (error) {
          assert.ok(error instanceof RevealRefused && error.reason === 'other-list');
        }
      }
    }
    // The victim itself tells its own share of its selfSeed.
    counts.selfSeed += 1;
    assert.ok(counts.selfSeed < threshold || counts.maskMaster < threshold, `${count}: ${JSON.stringify(counts)}`);
  }
});

test('a list of one survivor, whose vector would be the sum, is answered by nobody', () => {
  const ids = memberIds(6, seededRandom('alone')).toSorted();
  for (const own of ids) {
    const reveals = new Reveals({ session: 'spring', own, members: ids, threshold: 5 });
    assert.throws(() => reveals.decide(1, [ids[0]!], ids.slice(1)), RevealRefused);
  }
});

test('shares of another sum or session, played again, do not pass for this one’s', async () => {
  const random = seededRandom('replay');
  const [session, member] = ['spring', 'aa'];
  const ids = memberIds(5, random);
  const made = await Promise.all(
    [0, 1].map(async (index) => {
      const { selfSeed } = newSumSecrets(random);
      return { index, selfSeed, shares: await shareSecret(selfSeed, 4, 5) };
    }),
  );
  const [old, now] = made as [(typeof made)[0], (typeof made)[0]];
  const about = (one: typeof old, where = session) => {
    const at = { session: where, index: one.index };
    return { kind: 'selfSeed' as const, place: at, member, commitment: commitmentOf('selfSeed', one.selfSeed, at, member) };
  };
  const given = (one: typeof old) => one.shares.map((share, at) => ({ from: ids[at]!, share }));
  await assert.rejects(reconstruct(given(old), 4, 5, about(now)), (error: unknown) => error instanceof SharesRefused);
  // The same secret under another session's commitment is another secret.
  const elsewhere = { ...about(now), commitment: about(now, 'autumn').commitment };
  await assert.rejects(reconstruct(given(now), 4, 5, elsewhere), { reason: 'no-fit' });
  // One who plays an old share is named.
  const mixed = given(now).map((one, at) => (at === 2 ? given(old)[2]! : one));
  assert.deepEqual((await reconstruct(mixed, 4, 5, about(now))).suspects, [ids[2]]);
  // A share of maskMaster does not pass for one of selfSeed.
  await assert.rejects(reconstruct(given(now), 4, 5, { ...about(now), kind: 'maskMaster' }), { reason: 'no-fit' });
});

test('a member that publishes somebody else’s public key as its own shares no mask with anybody', () => {
  const random = seededRandom('copied key');
  for (const agreement of ['x25519', 'x-wing'] as const) {
    const [victim, honest] = ['0a', '0c'].map((id) => openMaster(agreement, random.bytes(32), place, id));
    // "0b" copies the key of "0a". Its seed with "0c" is bound to its own id, and is not the victim's.
    const withVictim = victim!.offer('0c', honest!.publicKey);
    const withCopy = honest!.accept('0b', victim!.publicKey, withVictim.ciphertext);
    assert.notDeepEqual(withCopy.seed, withVictim.seed);
  }
});

test('a whole exchange by sealed batches: the sum comes out, and nobody opens what was sealed for another', async () => {
  const random = seededRandom('whole');
  const ids = memberIds(4, random);
  const members = prepareMembers(ids, 'x-wing', place, random);
  const wrapKeys = await Promise.all(ids.map(() => newWrapKeyPair(random)));
  const batchOf = (sender: string, receiver: string) => ({
    session: place.session,
    first: place.index,
    count: 1,
    sender,
    receiver,
  });
  const inbox = new Map<string, Awaited<ReturnType<typeof openShares>>[0]>();
  for (const { id, secrets } of members) {
    const [masters, selves] = await Promise.all([shareSecret(secrets.maskMaster, 3, 4), shareSecret(secrets.selfSeed, 3, 4)]);
    for (const [at, receiver] of ids.entries()) {
      const shares = { maskMaster: masters[at]!, selfSeed: selves[at]! };
      if (receiver === id) {
        inbox.set(`${id} ${id}`, shares);
        continue;
      }
      const sealed = await sealShares(wrapKeys[at]!.publicKey, batchOf(id, receiver), [shares], random);
      const [opened] = await openShares(wrapKeys[at]!.privateKey, batchOf(id, receiver), sealed);
      inbox.set(`${receiver} ${id}`, opened!);
      const stranger = wrapKeys[(at + 1) % 4]!.privateKey;
      await assert.rejects(openShares(stranger, batchOf(id, receiver), sealed), { name: 'SealedSharesBroken' });
    }
  }
  const [gone, ...survivors] = members as [(typeof members)[0], ...typeof members];
  const about = (member: (typeof members)[0], kind: 'maskMaster' | 'selfSeed') => ({
    kind,
    place,
    member: member.id,
    commitment: commitmentOf(kind, member.secrets[kind], place, member.id),
  });
  const open = async (member: (typeof members)[0], kind: 'maskMaster' | 'selfSeed') => {
    const given = survivors.map(({ id }) => ({ from: id, share: inbox.get(`${id} ${member.id}`)![kind] }));
    return (await reconstruct(given, 3, 4, about(member, kind))).secret;
  };
  const values = Uint32Array.from([5, 6]);
  const total = new Uint32Array(2);
  for (const { secrets, pairs } of survivors) {
    const masked = maskVector(values, { modulus, selfSeed: secrets.selfSeed, pairs: [...pairs.values()] });
    for (const at of [0, 1]) total[at] = (total[at]! + masked[at]!) >>> 0;
  }
  const selfSeeds = await Promise.all(survivors.map((member) => open(member, 'selfSeed')));
  const own = { member: gone.id, publicKey: gone.keys.publicKey };
  const master = await open(gone, 'maskMaster');
  const leftover: Pair[] = recoverPairs('x-wing', master, place, own, publishedToward(gone, survivors));
  assert.deepEqual([...unmask(total, { modulus, selfSeeds, leftover })], [15, 18]);
});
