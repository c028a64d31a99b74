// One masked and encrypted sum among members in one process, as the benchmark of sums has it: what a round does (federation/participant/round),
// without its board, its network and its disk. One member shares its secrets, and then gives nothing.

import { canonicalJson } from '../../crypto/canonical-json.ts';
import { newWrapKeyPair } from '../../crypto/hpke.ts';
import {
  commitmentOf,
  type MaskKeys,
  maskVector,
  newSumSecrets,
  openMaster,
  openShares,
  type Pair,
  reconstruct,
  recoverPairs,
  type SumSecrets,
  type SumShares,
  sealShares,
  shareSecret,
  toResidues,
  unmask,
} from '../../crypto/masks/masks.ts';
import { sealTo } from '../../federation/participant/round/sealed.ts';
import { encodeKeys, encodeShares } from '../../federation/protocol/round/blobs.ts';
import { roundLimits, sumBound, thresholdOf } from '../../federation/protocol/round/round-terms.ts';
import { systemPorts } from '../core/ports.ts';
import { addPacks, roundCrypto } from '../federate/rounds/round-crypto.ts';

const { random } = systemPorts;
export const encryption = 'bfv-4096';
const agreement = 'x-wing';
export const modulus = roundCrypto.modulusOf(encryption);
const session = '0'.repeat(32);

export const phases = ['setUp', 'mask', 'encrypt', 'add', 'decrypt', 'unmask'] as const;
export type Phase = (typeof phases)[number];
export type Seconds = { [phase in Phase]: number };
export const noSeconds = (): Seconds => Object.fromEntries(phases.map((phase) => [phase, 0])) as Seconds;

export type Watch = { seconds: Seconds; timed<Result>(phase: Phase, work: () => Result | Promise<Result>): Promise<Result> };
export function stopwatch(): Watch {
  const seconds = noSeconds();
  return {
    seconds,
    async timed(phase, work) {
      const startMs = performance.now();
      try {
        return await work();
      } finally {
        seconds[phase] += (performance.now() - startMs) / 1000;
      }
    },
  };
}

/** Of one member for one sum. */
type Prepared = { readonly secrets: SumSecrets; readonly keys: MaskKeys; readonly pairs: Map<string, Pair> };
type Member = {
  readonly id: string;
  readonly sums: Prepared[];
  /** By sender, and of each the sums of the batch. */
  readonly shares: Map<string, readonly SumShares[]>;
  readonly ciphertexts: Map<string, Uint8Array[]>;
};
export type Batch = {
  readonly first: number;
  readonly members: readonly Member[];
  readonly threshold: number;
  /** What a member sent ahead on average, for all sums of the batch. */
  readonly bytesByMember: number;
};

/** Keys, pairs and shares of a batch of sums, sealed for each other and opened. */
export async function prepareBatch(first: number, count: number, sums: number = roundLimits.batchSums): Promise<Batch> {
  const threshold = thresholdOf({ members: Array.from({ length: count }, (_, at) => `${at}`), against: 'malicious' });
  const wrapKeys = await Promise.all(Array.from({ length: count }, () => newWrapKeyPair(random)));
  const members = Array.from({ length: count }, (_, at): Member => {
    const id = `${at}`.padStart(32, '0');
    const prepared = Array.from({ length: sums }, (__, index): Prepared => {
      const secrets = newSumSecrets(random);
      const keys = openMaster(agreement, secrets.maskMaster, { session, index: first + index }, id);
      return { secrets, keys, pairs: new Map() };
    });
    return { id, sums: prepared, shares: new Map(), ciphertexts: new Map() };
  });
  let bytes = 0;
  for (const member of members) bytes += publishedBytes(member, first);
  for (const [at, sender] of members.entries()) {
    const shared: SumShares[][] = members.map(() => []);
    for (const { secrets } of sender.sums) {
      const masters = await shareSecret(secrets.maskMaster, threshold, count);
      const selves = await shareSecret(secrets.selfSeed, threshold, count);
      for (const place of members.keys()) shared[place]!.push({ maskMaster: masters[place]!, selfSeed: selves[place]! });
    }
    sender.shares.set(sender.id, shared[at]!);
    for (const [place, receiver] of members.entries()) {
      if (receiver === sender) continue;
      const offers = at < place ? sender.sums.map((sum, index) => agree(sum, sender.id, receiver, index)) : [];
      if (at < place) sender.ciphertexts.set(receiver.id, offers);
      const where = { session, first, count: sums, sender: sender.id, receiver: receiver.id };
      const sealed = await sealShares(wrapKeys[place]!.publicKey, where, shared[place]!, random);
      bytes += encodeShares({ sealed, ciphertexts: offers }).length;
      receiver.shares.set(sender.id, await openShares(wrapKeys[place]!.privateKey, where, sealed));
    }
  }
  return { first, members, threshold, bytesByMember: bytes / count };
}

function publishedBytes({ id, sums }: Member, first: number): number {
  const keys = sums.map(({ secrets, keys: { publicKey } }, index) => {
    const place = { session, index: first + index };
    const master = commitmentOf('maskMaster', secrets.maskMaster, place, id);
    return { publicKey, master, self: commitmentOf('selfSeed', secrets.selfSeed, place, id) };
  });
  return encodeKeys(keys).length;
}

/** What a survivor of a sum sends to the custodian. */
export async function revealBytes({ members }: Batch): Promise<number> {
  const { publicKey } = await newWrapKeyPair(random);
  const [some, dropped] = [members[0]!, members.at(-1)!];
  const text = (secret: Uint8Array) => Buffer.from(secret).toString('base64url');
  const masters = { [dropped.id]: text(some.shares.get(dropped.id)![0]!.maskMaster) };
  const bytes = Buffer.from(canonicalJson({ self: text(some.sums[0]!.secrets.selfSeed), masters }));
  return (await sealTo(publicKey, { round: session, what: 'reveal', of: `0 ${some.id}` }, bytes, random)).length;
}

/** Both sides of a pair. @returns what the lower one publishes */
function agree(lower: Prepared, id: string, receiver: Member, index: number): Uint8Array {
  const higher = receiver.sums[index]!;
  const { ciphertext, ...pair } = lower.keys.offer(receiver.id, higher.keys.publicKey);
  lower.pairs.set(receiver.id, pair);
  higher.pairs.set(id, higher.keys.accept(id, lower.keys.publicKey, ciphertext));
  return ciphertext;
}

export type Keys = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

/**
 * @param vectors of the members, in their order; the last member gives nothing
 * @returns the sum of the others' vectors, and what one of them sent
 */
export async function sumOf(
  { first, members, threshold }: Batch,
  index: number,
  vectors: readonly Int32Array[],
  { publicKey, secretKey }: Keys,
  { timed }: Watch,
): Promise<{ sum: Int32Array; ciphertextBytes: number }> {
  const [survivors, dropped] = [members.slice(0, -1), members.at(-1)!];
  const length = vectors[0]!.length;
  const sent: Uint8Array[][] = [];
  for (const [at, { sums }] of survivors.entries()) {
    const { secrets, pairs } = sums[index]!;
    const masked = await timed('mask', () => {
      const residues = toResidues(vectors[at]!, { modulus, members: 1, bound: sumBound, stepsPerUnit: 1 });
      return maskVector(residues, { modulus, selfSeed: secrets.selfSeed, pairs: [...pairs.values()] });
    });
    sent.push(await timed('encrypt', () => roundCrypto.encrypt(encryption, publicKey, masked)));
  }
  const added: Uint8Array[] = [];
  for (const place of sent[0]!.keys()) {
    const packs = sent.map((packed) => packed[place]!);
    added.push(await timed('add', () => addPacks(encryption, packs)));
  }
  const masked = await timed('decrypt', () => roundCrypto.decrypt(encryption, secretKey, added, length));
  const residues = await timed('unmask', async () => {
    const place = { session, index: first + index };
    const own = dropped.sums[index]!;
    const commitment = commitmentOf('maskMaster', own.secrets.maskMaster, place, dropped.id);
    const given = survivors.map(({ id, shares }) => ({ from: id, share: shares.get(dropped.id)![index]!.maskMaster }));
    const committed = { kind: 'maskMaster', place, member: dropped.id, commitment } as const;
    const { secret } = await reconstruct(given, threshold, members.length, committed);
    // The lower ids, which all survivors are, made what is between them and the dropped one.
    const published = survivors.map(({ id, sums, ciphertexts }) => ({
      member: id,
      publicKey: sums[index]!.keys.publicKey,
      ciphertext: ciphertexts.get(dropped.id)![index]!,
    }));
    const leftover = recoverPairs(agreement, secret, place, { member: dropped.id, publicKey: own.keys.publicKey }, published);
    const selfSeeds = survivors.map(({ sums }) => sums[index]!.secrets.selfSeed);
    return unmask(masked, { modulus, selfSeeds, leftover });
  });
  const sum = Int32Array.from(residues, (residue) => (residue > modulus / 2 ? residue - modulus : residue));
  return { sum, ciphertextBytes: sent[0]!.reduce((total, pack) => total + pack.length, 0) };
}
