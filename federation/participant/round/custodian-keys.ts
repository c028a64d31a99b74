// Keys of the custodian: the pair of the round, under the node's vault or split among people, and the secrets that opened sums are sealed by for the
// members, another one as soon as somebody who has the one before is left out.

import { zeroBytes } from '../../../crypto/keys.ts';
import { boardLimits } from '../../protocol/round/sayings.ts';
import { fromBase64, toBase64 } from '../../protocol/signed.ts';
import type { HandedShare } from './custody-key.ts';
import { placeOfSecret, secretSince } from './group-secrets.ts';
import { sealTo } from './sealed.ts';
import type { RoundSession } from './session.ts';
import type { KeptKey } from './state.ts';

type Wrapped = { [member: string]: string };

/** Where the sealed key lies: by itself, so that it goes with all that was written of it. */
export const sealedKeySpool = (round: string): string => `${round}-custody`;
const sealedKeyName = 'sealed-key';

const isSplit = (key: KeptKey): key is Extract<KeptKey, { set: number }> => 'set' in key;

/** Its people have to give their shares before a sum can be opened. */
export const isLocked = ({ state, custodyKey }: RoundSession): boolean =>
  state.key !== undefined && isSplit(state.key) && custodyKey.secret === undefined;

/** Until the key is open: at once where it lies under the node's vault. */
export async function openKey(session: RoundSession): Promise<void> {
  const { state, custodyKey } = session;
  const { key } = state;
  if (key && !isSplit(key)) {
    custodyKey.keep(fromSecret(key.secretKey));
    if (!custodyKey.group) custodyKey.renew(fromBase64(key.group, 32)!, key.since ?? -1);
  }
  await tellLocked(session);
  await session.until(() => custodyKey.secret !== undefined);
}

/** Once in each start. */
export async function tellLocked(session: RoundSession): Promise<void> {
  if (!isLocked(session) || session.custodyKey.told) return;
  session.custodyKey.told = true;
  await session.ports.tell({ kind: 'locked', round: session.round });
}

const fromSecret = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'));

/** Keys of the round: made and kept the first time; public key and wrapped secrets as they are named on the board. */
export async function keysOf(session: RoundSession): Promise<{ publicKey: string[]; secrets: Wrapped }> {
  const { ports, state, board, round, custodyKey } = session;
  if (!state.key) await newKey(session);
  await openKey(session);
  const publicKey: string[] = [];
  for (let at = 0; at < state.key!.parts; at += 1) {
    publicKey.push(await session.give((await ports.spool.get(round, 'public-key', at))!));
  }
  if (!custodyKey.group) custodyKey.renew(ports.random.bytes(32), -1);
  return { publicKey, secrets: await wrapped(session, board.terms.members, -1) };
}

/** Split, it is not there before every share is in somebody's hands: until then nothing was encrypted for it, and another one can be made. */
async function newKey(session: RoundSession): Promise<void> {
  const { ports, state, board, round, custodyKey } = session;
  const { split } = state.custody!;
  // Made before in this process, and asked for once more.
  if (custodyKey.secret === undefined) {
    const { publicKey, secretKey } = await ports.sums.newKeys(board.terms.encryption);
    const parts = cut(publicKey, boardLimits.blobBytes);
    for (const [at, part] of parts.entries()) await ports.spool.put(round, 'public-key', at, part);
    if (!split) {
      state.key = { parts: parts.length, secretKey: toBase64(secretKey), group: toBase64(ports.random.bytes(32)) };
      zeroBytes(secretKey);
      await session.save();
      return;
    }
    await custodyKey.split(secretKey, split);
    await ports.tell({ kind: 'shares', round });
  }
  await session.until(() => state.key !== undefined);
}

/** Hands out the next share. @throws {ProtocolFault} key_share_none, key_share_taken */
export function handShare(session: RoundSession, person: string): Promise<HandedShare> {
  const { ports, state, round } = session;
  return session.custodyKey.hand(person, async (sealed, set) => {
    await ports.spool.put(sealedKeySpool(round), sealedKeyName, 0, sealed);
    const parts = (await ports.spool.parts(round, 'public-key')).length;
    state.key = { parts, set };
    try {
      await session.save();
    } catch (error) {
      delete state.key;
      throw error;
    }
    session.changed();
  });
}

/** @returns whether the key is open now  @throws {ProtocolFault} key_share_wrong */
export async function giveShares(session: RoundSession, shares: readonly string[]): Promise<boolean> {
  const { ports, state, round, custodyKey } = session;
  const sealed = (await ports.spool.get(sealedKeySpool(round), sealedKeyName, 0))!;
  const { set } = state.key as Extract<KeptKey, { set: number }>;
  const open = await custodyKey.give(shares, { set, split: state.custody!.split!, sealed });
  if (open) await ports.tell({ kind: 'unlocked', round });
  session.changed();
  return open;
}

/**
 * What a sum is sealed by: a new secret where somebody who has the one before is left out, or where nobody here has that one any more.
 * @returns `secrets`: a new one wrapped for those who still take part, as they are named on the board
 */
export async function sealingSecret(session: RoundSession, sum: number): Promise<{ secret: Uint8Array; secrets?: Wrapped }> {
  const { board, custodyKey } = session;
  const { active, readers } = board;
  const left = readers.some((member) => !active.includes(member));
  // One that was made for this sum, in a try before, is taken again.
  if (custodyKey.group?.since !== sum && (left || !isInForce(session, sum))) await renew(session, sum);
  const group = custodyKey.group!;
  return { secret: group.secret, ...(group.since === sum && { secrets: await wrapped(session, active, sum) }) };
}

/**
 * Whether what is held here is what members were given last. After a kill in the middle of a word another word than ours of this start may stand: one
 * that is on no disk has to have been named by us, in this start.
 */
function isInForce({ board, custodyKey, state }: RoundSession, sum: number): boolean {
  const since = secretSince(board, sum - 1);
  if (custodyKey.group?.since !== since) return false;
  const named = since < 0 ? board.custody!.secrets : board.sums[since]!.opened!.secrets!;
  return !isSplit(state.key!) || Object.values(named).every((digest) => custodyKey.named.has(digest));
}

async function renew(session: RoundSession, sum: number): Promise<void> {
  const { state, ports, custodyKey } = session;
  const secret = ports.random.bytes(32);
  custodyKey.renew(secret, sum);
  const { key } = state;
  if (!key || isSplit(key)) return;
  state.key = { ...key, group: toBase64(secret), since: sum };
  await session.save();
}

async function wrapped(session: RoundSession, members: readonly string[], since: number): Promise<Wrapped> {
  const { ports, standing, round, custodyKey } = session;
  const secrets: Wrapped = {};
  for (const member of members) {
    const wrapKey = Buffer.from(standing.membership().members.get(member)!.descriptor.wrapKey, 'base64url');
    const place = placeOfSecret(round, member, since);
    secrets[member] = await session.give(await sealTo(wrapKey, place, custodyKey.group!.secret, ports.random));
  }
  for (const digest of Object.values(secrets)) custodyKey.named.add(digest);
  return secrets;
}

export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}
