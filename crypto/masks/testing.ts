// For tests: a whole masked sum among members in one place, through nothing but the front door, with members who drop before and after their
// vectors are sent; and randomness that a seed decides.

import { createHash } from 'node:crypto';
import {
  type Agreement,
  commitmentOf,
  type GivenShare,
  type MaskKeys,
  maskVector,
  newSumSecrets,
  openMaster,
  type Pair,
  pairSign,
  Reveals,
  reconstruct,
  recoverPairs,
  type SecretKind,
  type SumPlace,
  type SumSecrets,
  shareSecret,
  sumVectors,
  unmask,
} from './masks.ts';

export type Random = { bytes(length: number): Uint8Array };

/** SHAKE-256 of the seed and a counter. */
export function seededRandom(seed: string | number): Random {
  let drawn = 0;
  return {
    bytes(length) {
      drawn += 1;
      return new Uint8Array(createHash('shake256', { outputLength: length }).update(`${seed} ${drawn}`).digest());
    },
  };
}

/** Ids of 32 hex digits whose order has nothing to do with the order they come in. */
export function memberIds(count: number, random: Random): string[] {
  return Array.from({ length: count }, () => Buffer.from(random.bytes(16)).toString('hex'));
}

export function randomResidues(length: number, modulus: number, random: Random): Uint32Array {
  const bytes = Buffer.from(random.bytes(length * 4));
  return Uint32Array.from({ length }, (_, at) => bytes.readUInt32LE(4 * at) % modulus);
}

/** What one member has for one sum. */
export type Member = {
  readonly id: string;
  readonly secrets: SumSecrets;
  readonly keys: MaskKeys;
  readonly pairs: Map<string, Pair>;
  /** By who published it and for whom: `${lower} ${higher}`. */
  readonly ciphertexts: Map<string, Uint8Array>;
};

/** Everybody's secrets, keys and pairs. */
export function prepareMembers(ids: readonly string[], agreement: Agreement, place: SumPlace, random: Random): Member[] {
  const ciphertexts = new Map<string, Uint8Array>();
  const members = ids.map((id): Member => {
    const secrets = newSumSecrets(random);
    return { id, secrets, keys: openMaster(agreement, secrets.maskMaster, place, id), pairs: new Map(), ciphertexts };
  });
  for (const lower of members) {
    for (const higher of members) {
      if (lower === higher || pairSign(lower.id, higher.id) !== 1) continue;
      const { ciphertext, ...pair } = lower.keys.offer(higher.id, higher.keys.publicKey);
      ciphertexts.set(`${lower.id} ${higher.id}`, ciphertext);
      lower.pairs.set(higher.id, pair);
      higher.pairs.set(lower.id, higher.keys.accept(lower.id, lower.keys.publicKey, ciphertext));
    }
  }
  return members;
}

/** What the survivors published toward a dropped member, as recoverPairs takes it. */
export function publishedToward(dropped: Member, survivors: readonly Member[]) {
  return survivors.map(({ id, keys, ciphertexts }) => ({
    member: id,
    publicKey: keys.publicKey,
    ciphertext: ciphertexts.get([id, dropped.id].sort().join(' '))!,
  }));
}

export type Play = {
  readonly agreement: Agreement;
  readonly place: SumPlace;
  readonly modulus: number;
  readonly threshold: number;
  readonly vectors: ReadonlyMap<string, Uint32Array>;
  /** Shared their secrets and sent no vector. */
  readonly silent: ReadonlySet<string>;
  /** Sent their vector and are not there to open. */
  readonly gone: ReadonlySet<string>;
  readonly random: Random;
};

/** @returns the survivors' sum */
export async function playSum(play: Play): Promise<Uint32Array> {
  const { agreement, place, modulus, threshold, vectors, silent, gone, random } = play;
  const ids = [...vectors.keys()];
  const members = prepareMembers(ids, agreement, place, random);
  const [survivors, dropped] = [members.filter(({ id }) => !silent.has(id)), members.filter(({ id }) => silent.has(id))];
  const masked = survivors.map(({ id, secrets, pairs }) =>
    maskVector(vectors.get(id)!, { modulus, selfSeed: secrets.selfSeed, pairs: [...pairs.values()] }),
  );
  // By whose secret, which, and who holds the share.
  const held = new Map<string, Uint8Array>();
  for (const { id, secrets } of members) {
    for (const kind of ['maskMaster', 'selfSeed'] as const) {
      const shares = await shareSecret(secrets[kind], threshold, ids.length);
      for (const [at, holder] of ids.entries()) held.set(`${id} ${kind} ${holder}`, shares[at]!);
    }
  }
  const given = new Map<string, GivenShare[]>();
  for (const { id: own } of survivors.filter(({ id }) => !gone.has(id))) {
    const reveals = new Reveals({ session: place.session, own, members: ids, threshold });
    const lists = [survivors, dropped].map((list) => list.map(({ id }) => id)) as [string[], string[]];
    for (const { peer, kind } of reveals.decide(place.index, ...lists)) {
      const name = `${peer} ${kind}`;
      given.set(name, [...(given.get(name) ?? []), { from: own, share: held.get(`${name} ${own}`)! }]);
    }
  }
  const open = async ({ id, secrets }: Member, kind: SecretKind) => {
    const commitment = commitmentOf(kind, secrets[kind], place, id);
    const shares = given.get(`${id} ${kind}`) ?? [];
    return (await reconstruct(shares, threshold, ids.length, { kind, place, member: id, commitment })).secret;
  };
  const selfSeeds = await Promise.all(survivors.map((member) => open(member, 'selfSeed')));
  const leftover: Pair[] = [];
  for (const member of dropped) {
    const master = await open(member, 'maskMaster');
    const own = { member: member.id, publicKey: member.keys.publicKey };
    leftover.push(...recoverPairs(agreement, master, place, own, publishedToward(member, survivors)));
  }
  return unmask(sumVectors(masked, modulus), { modulus, selfSeeds, leftover });
}
