// The holes that the open systems have, one test each: the attack works against a small model of their design, and runs against a whole round of
// this one and has nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { long } from '../../../appliance/simulation/testing/rounds.ts';
import { newCkks } from '../../../crypto/he/testing-ckks.ts';
import { RevealRefused, Reveals } from '../../../crypto/masks/masks.ts';
import { addStream, streamNonces } from '../../../crypto/masks/stream.ts';
import { drawsOf } from '../draws.ts';
import { nothing } from '../world.ts';
import { coordinatorLies } from './coordinator-lies.ts';
import { boardOf, checkSums, linesOf, openedSecrets } from './invariants.ts';
import { looksAtRaw } from './leakage/looks.ts';
import { seenIn, victim } from './leakage/scene.ts';
import { less, steps } from './leakage/statistics.ts';
import { toldTo } from './lying.ts';
import { modulus } from './plain-sums.ts';
import { quietPlan } from './plan.ts';
import { prepared } from './stories.ts';

const values = 16;
/** What a member's update may look like to who attacks: small against the modulus. */
const plausible = (vector: ArrayLike<number>) =>
  Array.from(vector).every((value) => value < 2 ** 20 || value > modulus - 2 ** 20);
const secret = Int32Array.from({ length: values }, (_, at) => at * 1000 - 7000);
const residues = (vector: Int32Array) => Uint32Array.from(vector, (value) => (value + modulus) % modulus);
const planOf = (seed: number, members = 5) => ({
  ...quietPlan(drawsOf(seed, 'holes'), members, 2),
  ...{ wrapping: 'stand-in' as const, vectors: [0, 1].map(() => Array.from({ length: members }, () => secret)) },
});

/** Flower's SecAgg+ folds the words of a seed into one of 32 bits, and starts a generator of numbers by it. */
const folded = (seed: Uint8Array) => new Uint32Array(Uint8Array.from(seed).buffer).reduce((all, word) => (all ^ word) >>> 0, 0);
/** The n-th number of a small generator (as Flower's, its state is the seed). */
function numberOf(seed: number, at: number): number {
  const state = (seed + Math.imul(at + 1, 0x6d2b79f5)) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

/** Tries seeds from one on, and takes the first under which all values are small. */
function searched(masked: Uint32Array, from: number, count: number): number | undefined {
  for (let guess = from; guess < from + count; guess += 1) {
    for (let at = 0; ; at += 1) {
      if (at === masked.length) return guess >>> 0;
      const value = (masked[at]! - numberOf(guess, at)) >>> 0;
      if (value > 2 ** 20 && value < 2 ** 32 - 2 ** 20) break;
    }
  }
  return undefined;
}

test('a key of 256 bits squeezed into 32 is found by trying; the masks of a round are not', async () => {
  const { run, views, together } = await seenIn({ seed: 31, plan: planOf(31) });
  const [one, other] = run.world.members.map(({ id }) => id);
  const { seed } = together.pair(one!, other!, 0);
  // Theirs: the whole search takes seconds; in a short run it begins close to where it ends.
  const key = folded(seed);
  const theirs = Uint32Array.from(secret, (value, at) => (value + numberOf(key, at)) >>> 0);
  const tries = long ? 2 ** 32 : 2 ** 20;
  const from = long ? 0 : Math.max(0, key - 2 ** 19);
  assert.equal(searched(theirs, from, tries), key);
  // Ours, where all other masks are known: neither the fold, nor any seed of the same search as the start of a stream, takes the last one off.
  const { master: _master, self } = views.secretsOf(one!, 0);
  const alone = together.maskedOf(one!, 0)!;
  addStream(alone, self, streamNonces.self, modulus, -1);
  for (const peer of run.world.members.map(({ id }) => id).slice(2)) {
    const { seed: known, sign } = together.pair(one!, peer, 0);
    addStream(alone, known, streamNonces.pair, modulus, sign === 1 ? -1 : 1);
  }
  assert.ok(!plausible(alone));
  assert.equal(searched(alone, from, tries), undefined);
  for (let guess = 0; guess < 2 ** 12; guess += 1) {
    const words = new Uint32Array(8);
    words[0] = key ^ guess;
    const tried = alone.slice();
    addStream(tried, new Uint8Array(words.buffer), streamNonces.pair, modulus, -1);
    assert.ok(!plausible(tried));
  }
  // And with the whole seed it is off: the attack had only to find 256 bits.
  addStream(alone, seed, streamNonces.pair, modulus, -1);
  assert.deepEqual(alone, residues(secret));
  // Eight words, each as free as the others.
  const seeds = [0, 1].flatMap((sum) => run.world.members.slice(1).map(({ id }) => together.pair(one!, id, sum).seed));
  for (let word = 0; word < 8; word += 1)
    assert.equal(new Set(seeds.map((found) => new Uint32Array(Uint8Array.from(found).buffer)[word])).size, seeds.length);
});

test('a server that asks for both shares of one member gets them in a flawed design, and here from nobody', async () => {
  const ids = Array.from({ length: 5 }, (_, at) => `0${at}`);
  const asked = ids[4]!;
  // Theirs: a client answers each request by itself: shares of the seed for who is alive, of the key for who is not.
  const theirs = { selfSeed: 0, maskMaster: 0 };
  for (const _client of ids.slice(0, 4)) for (const alive of [true, false]) theirs[alive ? 'selfSeed' : 'maskMaster'] += 1;
  assert.ok(theirs.selfSeed >= 4 && theirs.maskMaster >= 4, 'both secrets come together');
  // Ours: a member decides once for each sum.
  const ours = { selfSeed: 0, maskMaster: 0 };
  for (const own of ids.slice(0, 4)) {
    const reveals = new Reveals({ session: 'spring', own, members: ids, threshold: 4 });
    for (const alive of [true, false]) {
      try {
        const decided = reveals.decide(1, alive ? ids : ids.slice(0, 4), alive ? [] : [asked]);
        ours[decided.find(({ peer }) => peer === asked)!.kind] += 1;
      } catch (error) {
        assert.ok(error instanceof RevealRefused);
      }
    }
  }
  assert.equal(Math.min(ours.selfSeed, ours.maskMaster), 0);
  // In a whole round a coordinator that asks for it is named, and nobody's two secrets are anywhere.
  for (const name of ['shares are asked of the seed of who was dropped', 'a survivor is left out']) {
    const run = await toldTo(coordinatorLies.find((lie) => lie.name === name)!, 7);
    const kinds = Map.groupBy(await openedSecrets(run), ({ sum, of }) => `${sum} ${of}`);
    for (const [what, opened] of kinds) assert.equal(new Set(opened.map(({ kind }) => kind)).size, 1, what);
  }
});

test('where every client has the key of the encryption, one reads another’s update; here only the custodian has it, and finds masks', async () => {
  // Theirs: one CKKS key pair for all, and a client that sees what another one sent.
  using everybodys = await newCkks();
  const [sent] = everybodys.encrypt(Float64Array.from(secret));
  const read = everybodys.decrypt([sent!], values);
  assert.ok(read.every((value, at) => Math.abs(value - secret[at]!) < 1e-2));
  // Ours: no member is given a key, and what members fetch has nobody's vector; who holds the key finds what is masked.
  const { run, views, together } = await seenIn({ seed: 32, plan: planOf(32) });
  const { world } = run;
  const contributions = new Set(world.ledger.ofKind('contribution').flatMap(({ says }) => says.ciphertexts));
  for (const node of world.members) {
    assert.ok(!node.book.text.includes('secretKey'));
    for (const digest of views.of(node.id).blobs.keys()) assert.ok(!contributions.has(digest));
  }
  for (const { id } of world.members) assert.ok(!plausible(together.maskedOf(id, 0)!), 'the key alone opens a vector');
});

test('under a mask of one number differences of entries show; here they do not', async () => {
  const mask = 3_141_592_653;
  const theirs = residues(secret).map((value) => (value + mask) % modulus);
  assert.deepEqual(steps(theirs), steps(residues(secret)));
  const { run, together } = await seenIn({ seed: 33, plan: planOf(33) });
  const ids = run.world.members.map(({ id }) => id);
  const looks = looksAtRaw(together, ids);
  for (const vector of looks['as it left, value by value']!) {
    const same = vector.filter((value, at) => value === steps(residues(secret))[at]).length;
    assert.equal(same, 0);
    assert.ok(!plausible(vector));
  }
});

test('a sum of masks that nobody can take off is lost with a member; here it opens, also with the last one that may go', async () => {
  // Theirs: pairwise masks that cancel when all are there, and nothing to recover them by.
  const pairMask = (low: number, high: number) => 1 + ((low * 7919 + high * 104_729) % (modulus - 1));
  const maskedBy = (own: number) =>
    [0, 1, 2, 3, 4].reduce((sum, peer) => {
      if (peer === own) return sum;
      const mask = pairMask(Math.min(own, peer), Math.max(own, peer));
      return (sum + (own < peer ? mask : modulus - mask)) % modulus;
    }, 10);
  const sumOf = (present: readonly number[]) => present.reduce((sum, own) => (sum + maskedBy(own)) % modulus, 0);
  assert.equal(sumOf([0, 1, 2, 3, 4]), 50);
  assert.notEqual(sumOf([0, 1, 2, 4]), 40);
  // Ours, at each step, in a round whose threshold is one below all.
  for (const point of ['shares', 'contribution', 'confirmation', 'reveal'] as const) {
    const { run } = await seenIn({ seed: 34, point, plan: planOf(34) });
    const stays = run.world.members.filter((_, at) => at !== victim);
    for (const node of stays) assert.equal(await checkSums(run, node), 2, `sums are lost where ${point} is not said`);
  }
});

test('fewer than the threshold open nothing: the round ends, and no vector with it', async () => {
  const run = await prepared(35, nothing, { ...planOf(35), gone: [1, 2].map((party) => ({ party, atStep: 40 })) });
  try {
    await run.run(6000);
    const board = boardOf(run.world, run.round, await linesOf(run.world.desk));
    assert.equal(board.ended?.code, 'round_expired');
    const opened = await openedSecrets(run);
    const bySum = Map.groupBy(opened, ({ sum, of }) => `${sum} ${of}`);
    for (const [what, secrets] of bySum) assert.ok(new Set(secrets.map(({ kind }) => kind)).size === 1, what);
    for (const sum of board.sums) assert.ok(!sum.opened || sum.survivors!.length >= board.threshold);
  } finally {
    await run.world.close();
  }
});

test('the looks of this file see what they look for', () => {
  assert.ok(plausible(residues(secret)));
  assert.ok(plausible(less(residues(secret), residues(secret))));
});
