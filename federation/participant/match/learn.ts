// What a side learns at the end of a match, and keeps: which of its customers are shared, by the waterfall; or how many; or how many and the
// sum of their values. Below the minimum that was agreed nothing is kept, whoever counted.

import { hkdfSync } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { zeroBytes } from '../../../crypto/keys.ts';
import { type Encrypted, type Intersection, newSumsKey, sumsSteps, tokenBytes } from '../../../crypto/psi/psi.ts';
import { learnsItems, type MatchKind, matchMessages } from '../../protocol/match-terms.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { FoundCustomer, FoundPair, MatchResult } from '../ports.ts';
import { jsonBody, unitOf } from './inbound.ts';
import { loadBytes, loadOwners, seedFor } from './lists.ts';
import { loadList, partCount, saveList, spoolName } from './parts.ts';
import type { MatchSession } from './session.ts';
import { listIn, partOf, ready, sendList, showTheirs } from './steps.ts';

/** Of two bytes. */
const buckets = 65_536;
/** Steps before others have their turn. */
const bucketsATurn = 4_096;
const stepsATurn = 50_000;

type Compared = { readonly ours: Buffer; readonly theirs: Buffer; readonly shared: Intersection };

/** Our list and theirs in the same form, ours in our order, and which places they share. @throws {PointRefused} for repeats */
async function compared(session: MatchSession, kind: MatchKind): Promise<Compared> {
  const { state, ports } = session;
  const load = (name: string, tokens: number) => loadList(ports.spool, session.session, spoolName(name, kind), tokens);
  const [own, other] = [state.mine![kind]!, state.theirs![kind]!];
  const hashed = state.terms.mode === 'salted-hash';
  const ours = await load(hashed ? 'points' : 'in-doubled', own);
  const theirs = await load(hashed ? 'in-hashed' : 'twice', other);
  const shared = hashed ? ports.compareHashed(ours, theirs) : ports.compare({ count: own }, theirs, ours);
  return { ours, theirs, shared: await shared };
}

/** Which of our customers the other side has too. Nothing for a side that does not learn. @throws {ProtocolFault} intersection_too_small */
export async function learnItems(session: MatchSession): Promise<void> {
  const { state, ports } = session;
  const { terms, role } = state;
  if (!learnsItems(terms, role)) return;
  const ids = JSON.parse((await loadBytes(ports.spool, session.session, 'ids')).toString('utf8')) as string[];
  const items: { [kind in MatchKind]?: number } = {};
  const shared: SharedItems[] = [];
  for (const kind of terms.kinds) {
    const list = terms.mode === 'salted-hash' ? 'hashed' : 'doubled';
    const tokens = list === 'hashed' ? state.theirs![kind]! : state.mine![kind]!;
    await listIn(session, list, kind, tokens);
    const { ours, shared: both } = await compared(session, kind);
    items[kind] = both.own.length;
    const places = await byToken(ours, both.own);
    shared.push({ kind, places, owners: await loadOwners(ports.spool, session.session, kind) });
  }
  // By items, as both sides and the counter count the same of them; customers each side has its own number of.
  checkEnough(session, Math.max(...Object.values(items)));
  const found = await waterfall(shared, ids.length);
  const result: MatchResult = {
    found: again(() => foundIn(found, shared, ids)),
    pairs: again(() => pairsIn(shared, ids)),
  };
  await ports.keep(session.session, result);
  state.learned = { items, customers: found.rows.length };
}

/** Places of our list that are shared, in the order of their tokens; and whose they are. */
type SharedItems = { readonly kind: MatchKind; readonly places: Uint32Array; readonly owners: (place: number) => Uint32Array };
/** Customers in the order in which they were found, and the number of the kind that found each. */
type Found = { readonly rows: Uint32Array; readonly by: Uint8Array };

async function waterfall(shared: readonly SharedItems[], customers: number): Promise<Found> {
  const by = new Uint8Array(customers);
  const rows = new Uint32Array(customers);
  let found = 0;
  for (const [at, { places, owners }] of shared.entries()) {
    for (const [n, place] of places.entries()) {
      if (n % stepsATurn === stepsATurn - 1) await turn();
      for (const row of owners(place)) {
        if (by[row] !== 0) continue;
        by[row] = at + 1;
        rows[found] = row;
        found += 1;
      }
    }
  }
  return { rows: rows.subarray(0, found), by };
}

/** Made anew each time it is read: a million of them as objects would be most of what a match holds. */
const again = <Item>(make: () => Iterator<Item>): Iterable<Item> => ({ [Symbol.iterator]: make });

function* foundIn({ rows, by }: Found, shared: readonly SharedItems[], ids: readonly string[]): Generator<FoundCustomer> {
  for (const row of rows) yield { id: ids[row]!, kind: shared[by[row]! - 1]!.kind };
}

function* pairsIn(shared: readonly SharedItems[], ids: readonly string[]): Generator<FoundPair> {
  let pair = 0;
  for (const { kind, places, owners } of shared) {
    for (const place of places) {
      for (const row of owners(place)) yield { pair, id: ids[row]!, kind };
      pair += 1;
    }
  }
}

/**
 * Shared places in the order of their tokens, which are the same on both sides and lead back to nobody. First by two bytes, which leaves a few to
 * each; these are compared as a whole.
 */
async function byToken(list: Buffer, places: Uint32Array): Promise<Uint32Array> {
  const token = (place: number) => list.subarray(place * tokenBytes, (place + 1) * tokenBytes);
  const bucketOf = (place: number) => list.readUInt16BE(place * tokenBytes);
  const starts = new Uint32Array(buckets + 1);
  for (const place of places) starts[bucketOf(place) + 1]! += 1;
  for (let bucket = 0; bucket < buckets; bucket += 1) starts[bucket + 1]! += starts[bucket]!;
  const next = starts.slice();
  const ordered = new Uint32Array(places.length);
  for (const place of places) {
    const bucket = bucketOf(place);
    ordered[next[bucket]!] = place;
    next[bucket]! += 1;
  }
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    if (bucket % bucketsATurn === bucketsATurn - 1) await turn();
    const [from, to] = [starts[bucket]!, starts[bucket + 1]!];
    if (to - from > 1) ordered.subarray(from, to).sort((a, b) => Buffer.compare(token(a), token(b)));
  }
  return ordered;
}

/** How many items both have, by kind. @throws {ProtocolFault} intersection_too_small */
export async function learnCount(session: MatchSession): Promise<void> {
  const { state } = session;
  if (state.role !== 'initiator') return;
  const items: { [kind in MatchKind]?: number } = {};
  for (const kind of state.terms.kinds) {
    await listIn(session, 'doubled', kind, state.mine![kind]!);
    items[kind] = (await compared(session, kind)).shared.own.length;
  }
  checkEnough(session, Math.max(...Object.values(items)));
  state.learned = { items };
}

/** @param count of shared items of the kind that has most: a customer may be found by several kinds */
function checkEnough({ state }: MatchSession, count: number): void {
  const { minIntersection } = state.terms;
  if (count < minIntersection) throw new ProtocolFault('intersection_too_small', `${minIntersection}`);
}

/** The key that values are encrypted under: of this match, and the same after a kill. */
function sumsKey(session: MatchSession): Uint8Array {
  let drawn = 0;
  const bytes = (length: number) => {
    drawn += 1;
    return new Uint8Array(hkdfSync('sha512', seedFor(session, 'sums key'), Buffer.alloc(0), `draw ${drawn}`, length));
  };
  return newSumsKey({ bytes });
}

/** Both roles: the responder's values go out encrypted, the total comes back, the sum goes out. */
export async function learnSums(session: MatchSession): Promise<void> {
  const [kind] = session.state.terms.kinds as [MatchKind];
  await (session.state.role === 'responder' ? tellSum(session, kind) : askSum(session, kind));
}

/** The values first, so that our list leaves the node before the partner knows how many are shared. */
async function tellSum(session: MatchSession, kind: MatchKind): Promise<void> {
  const { state, ports } = session;
  const key = sumsKey(session);
  const [own, other] = [state.mine![kind]!, state.theirs![kind]!];
  const { publicKey } = await encryptOwn(session, kind, key);
  await session.sendSealed(matchMessages.key, () => publicKey);
  await sendList(session, 'values', kind, own, (part) => partOf(session, spoolName('ciphertexts', kind), part));
  await showTheirs(session, kind);
  await ready(session, 'partner', () => session.received.has('in-total'));
  const total = await partOf(session, 'in-total', 0);
  const { sum } = await ports.reveal(key, total, { initiator: other, responder: own });
  zeroBytes(key);
  state.learned = { sum: `${sum}` };
  await session.sendSealed(matchMessages.sum, () => jsonBody({ sum: `${sum}` }));
}

/** Our values encrypted, kept: the same after a kill. */
async function encryptOwn(session: MatchSession, kind: MatchKind, key: Uint8Array): Promise<Encrypted> {
  const { state, ports } = session;
  const name = spoolName('ciphertexts', kind);
  const count = state.mine![kind]!;
  const seed = seedFor(session, 'sums randomness');
  const none = await sumsSteps.encrypt({ values: [], key, seed });
  if ((await ports.spool.parts(session.session, name)).length >= partCount(count)) return none;
  const amounts = await loadList(ports.spool, session.session, spoolName('amounts', kind), count, 8);
  const values = new Float64Array(Uint8Array.from(amounts).buffer);
  const encrypted = await sumsSteps.encrypt({ values, key, seed }, ports.encrypt);
  await saveList(ports.spool, session.session, name, encrypted.ciphertexts, unitOf('values'));
  return encrypted;
}

async function askSum(session: MatchSession, kind: MatchKind): Promise<void> {
  const { state, ports } = session;
  const [own, other] = [state.mine![kind]!, state.theirs![kind]!];
  await ready(session, 'partner', () => session.received.has('in-key'));
  await listIn(session, 'values', kind, other);
  await listIn(session, 'doubled', kind, own);
  const { ours, theirs, shared } = await compared(session, kind);
  const publicKey = await partOf(session, 'in-key', 0);
  const ciphertexts = await loadList(ports.spool, session.session, spoolName('in-values', kind), other, unitOf('values'));
  const encrypted = { publicKey, ciphertexts };
  const { count, total } = await sumsSteps.close({ count: own }, theirs, ours, encrypted, ports.total, () => shared);
  checkEnough(session, count);
  await session.sendSealed(matchMessages.total, () => total);
  await ready(session, 'partner', () => state.theirSum !== undefined);
  const sum = Buffer.alloc(8);
  sum.writeBigInt64LE(BigInt.asIntN(64, BigInt(state.theirSum!)));
  state.learned = { items: { [kind]: count }, sum: `${sumsSteps.read(sum, count)}` };
}
