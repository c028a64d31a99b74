// The custodian's part in a round: it makes the key that sums are encrypted under, and opens each sum once everybody has confirmed whose
// values are in it. It sees the masked sum and what takes the masks off, so the sum and nothing of anybody; the coordinator sees neither.

import Type from 'typebox';
import {
  AgreementRefused,
  type Committed,
  commitmentOf,
  MasterMismatch,
  type Pair,
  reconstruct,
  recoverPairs,
  type SecretKind,
  SharesRefused,
  unmask,
} from '../../../crypto/masks/masks.ts';
import { decodeKeys, decodeShares, encodeSum, type SumKeys, saltBytes, saltedDigest } from '../../protocol/round/blobs.ts';
import type { Sum } from '../../protocol/round/board.ts';
import { roundLimits } from '../../protocol/round/round-terms.ts';
import { closed, fromBase64, idSchema, parseCanonical, readerOf } from '../../protocol/signed.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import { cut, keysOf, openKey, sealingSecret, tellLocked } from './custodian-keys.ts';
import { openFrom, sealUnder } from './sealed.ts';
import type { RoundSession } from './session.ts';

/** Of an opened sum, in one thing that an entry names. */
const sealedPartBytes = 4 * 1024 * 1024;
const secret = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
const share = Type.Record(idSchema, Type.String({ pattern: '^[A-Za-z0-9_-]{44}$' }));
const readReveal = readerOf('reveal', Type.Object({ self: secret, masters: share }, closed));
const readRecovery = readerOf('recovery', Type.Object({ selves: share }, closed));

/** Until the round is over. @throws {Over} @throws {Closed} @throws {ProtocolFault} share_wrong, ciphertext_wrong, blob_unknown */
export async function runCustodian(session: RoundSession): Promise<void> {
  const { board, state } = session;
  await session.until(() => board.begun && state.custody !== undefined);
  await tellLocked(session);
  await session.say(
    () => board.custody !== undefined,
    async () => ({ kind: 'custody', approvals: [...state.custody!.approvals], ...(await keysOf(session)) }),
  );
  const published = new PublishedKeys(session);
  for (let at = 0; ; at += 1) {
    const sum = () => board.sums[at];
    await session.until(() => {
      const held = sum();
      return held !== undefined && (held.opened !== undefined || board.revealed(held));
    });
    await session.say(
      () => sum()!.opened !== undefined,
      () => opened(session, sum()!, published),
    );
  }
}

async function opened(session: RoundSession, sum: Sum, published: PublishedKeys) {
  const { ports, board, round, custodyKey } = session;
  const { encryption } = board.terms;
  const modulus = ports.sums.modulusOf(encryption);
  const fetched = Promise.all(sum.ciphertexts!.map((digest) => session.fetch(digest)));
  const [{ selfSeeds, leftover }, ciphertexts] = await Promise.all([left(session, sum, published), fetched]);
  await openKey(session);
  const masked = await ports.sums.decrypt(encryption, custodyKey.secret!, ciphertexts, sum.values);
  const residues = session.timed('masks', () => unmask(masked, { modulus, selfSeeds, leftover }));
  const half = modulus / 2;
  const values = Int32Array.from(residues, (residue) => (residue > half ? residue - modulus : residue));
  const bytes = encodeSum(ports.random.bytes(saltBytes), values);
  const { secret, secrets } = await sealingSecret(session, sum.sum);
  const sealed: string[] = [];
  for (const [at, part] of cut(bytes, sealedPartBytes).entries()) {
    sealed.push(await session.give(sealUnder(secret, { round, what: 'sum', of: `${sum.sum} ${at}` }, part, ports.random)));
  }
  return { kind: 'opened' as const, sum: sum.sum, salted: saltedDigest(bytes), sealed, ...(secrets && { secrets }) };
}

/** What is left in the masked sum: seeds of all whose values are in it, and pairs of those whose are not. */
async function left(
  session: RoundSession,
  sum: Sum,
  published: PublishedKeys,
): Promise<{ selfSeeds: Uint8Array[]; leftover: Pair[] }> {
  const { standing, round } = session;
  const read = async <Value>(digest: string, what: string, from: string, reader: (value: unknown) => Value) => {
    const sealed = await session.fetch(digest);
    const place = { round, what, of: `${sum.sum} ${from}` };
    try {
      const bytes = await session.timed('seals', () => openFrom(standing.wrapPrivateKey(), place, sealed));
      return { from, said: reader(parseCanonical(what, bytes.toString('utf8'))) };
    } catch (fault) {
      // Whose it is: the others have to know with whom they cannot go on.
      if (fault instanceof ProtocolFault) throw new ProtocolFault(fault.code, `${what} of ${from}`);
      throw fault;
    }
  };
  const selves = new Map<string, Uint8Array>();
  const masters = new Map<string, { from: string; share: Uint8Array }[]>();
  const missing = new Map<string, { from: string; share: Uint8Array }[]>();
  const reveals = [...sum.reveals].map(([from, digest]) => read(digest, 'reveal', from, readReveal));
  for (const { from, said } of await Promise.all(reveals)) {
    selves.set(from, fromBase64(said.self, 32) ?? new Uint8Array(0));
    gather(masters, from, said.masters);
  }
  const recoveries = [...sum.recoveries].map(([from, digest]) => read(digest, 'recovery', from, readRecovery));
  for (const { from, said } of await Promise.all(recoveries)) gather(missing, from, said.selves);
  const keys = await published.of(sum);
  const selfSeeds: Uint8Array[] = [];
  for (const member of sum.survivors!) {
    const committed = committedOf(session, sum, member, 'selfSeed', keys);
    const own = selves.get(member);
    if (own && !sum.missing?.includes(member)) {
      if (!fits(committed, own)) throw new ProtocolFault('share_wrong', member);
      selfSeeds.push(own);
    } else selfSeeds.push(await together(session, sum, missing.get(member) ?? [], committed));
  }
  const leftover: Pair[] = [];
  for (const dropped of sum.members.filter((member) => !sum.survivors!.includes(member))) {
    const committed = committedOf(session, sum, dropped, 'maskMaster', keys);
    leftover.push(
      ...(await pairsOf(session, sum, dropped, await together(session, sum, masters.get(dropped) ?? [], committed), keys)),
    );
  }
  return { selfSeeds, leftover };
}

type Given = { readonly from: string; readonly share: Uint8Array };
type Published = ReadonlyMap<string, readonly SumKeys[]>;

function gather(into: Map<string, Given[]>, from: string, shares: { readonly [member: string]: string }): void {
  for (const [member, text] of Object.entries(shares)) {
    into.set(member, [...(into.get(member) ?? []), { from, share: Buffer.from(text, 'base64url') }]);
  }
}

/** What members published for a batch, fetched once for all of its sums. */
class PublishedKeys {
  readonly #session: RoundSession;
  readonly #keys = new Map<string, readonly SumKeys[]>();
  #batch = -1;

  constructor(session: RoundSession) {
    this.#session = session;
  }

  async of({ sum, members }: Sum): Promise<Published> {
    const { board } = this.#session;
    const at = Math.floor(sum / roundLimits.batchSums);
    if (at !== this.#batch) this.#keys.clear();
    this.#batch = at;
    const fetched = async (member: string) => {
      const bytes = await this.#session.fetch(board.batches[at]!.keys.get(member)![0]!);
      this.#keys.set(member, decodeKeys(bytes, board.terms.agreement, roundLimits.batchSums, `keys of ${member}`));
    };
    await Promise.all(members.filter((member) => !this.#keys.has(member)).map(fetched));
    return this.#keys;
  }
}

function committedOf({ round }: RoundSession, { sum }: Sum, member: string, kind: SecretKind, keys: Published): Committed {
  const { self, master } = keys.get(member)![sum % roundLimits.batchSums]!;
  return { kind, place: { session: round, index: sum }, member, commitment: kind === 'selfSeed' ? self : master };
}

function fits({ kind, place, member, commitment }: Committed, secret: Uint8Array): boolean {
  return secret.length === 32 && Buffer.compare(commitmentOf(kind, secret, place, member), commitment) === 0;
}

/** @throws {ProtocolFault} share_wrong naming whose secret does not come together */
async function together(
  { board }: RoundSession,
  { sum }: Sum,
  given: readonly Given[],
  committed: Committed,
): Promise<Uint8Array> {
  const members = board.batches[Math.floor(sum / roundLimits.batchSums)]!.keyed!.length;
  try {
    return (await reconstruct(given, board.threshold, members, committed)).secret;
  } catch (error) {
    if (error instanceof SharesRefused) throw new ProtocolFault('share_wrong', committed.member);
    throw error;
  }
}

/** The masks that a member that gave nothing left in the vectors of the others. @throws {ProtocolFault} share_wrong */
async function pairsOf(session: RoundSession, sum: Sum, dropped: string, master: Uint8Array, keys: Published): Promise<Pair[]> {
  const { board, round } = session;
  const { agreement } = board.terms;
  const batch = board.batches[Math.floor(sum.sum / roundLimits.batchSums)]!;
  const index = sum.sum % roundLimits.batchSums;
  const publicKey = (member: string) => keys.get(member)![index]!.publicKey;
  const survivors = [];
  for (const member of sum.survivors!) {
    const [lower, higher] = member < dropped ? [member, dropped] : [dropped, member];
    const bytes = await session.fetch(batch.shares.get(lower)![higher]![0]!);
    const { ciphertexts } = decodeShares(bytes, agreement, roundLimits.batchSums, agreement === 'x-wing', `shares of ${lower}`);
    survivors.push({ member, publicKey: publicKey(member), ciphertext: ciphertexts[index] ?? new Uint8Array(0) });
  }
  try {
    const place = { session: round, index: sum.sum };
    return recoverPairs(agreement, master, place, { member: dropped, publicKey: publicKey(dropped) }, survivors);
  } catch (error) {
    if (error instanceof MasterMismatch) throw new ProtocolFault('share_wrong', dropped);
    if (error instanceof AgreementRefused) throw new ProtocolFault('share_wrong', error.peer);
    throw error;
  }
}
