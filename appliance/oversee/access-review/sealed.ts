// How what access review keeps is sealed: what is about a customer with the audit key of that customer's record, so that it goes with them when
// they are erased; the rest with the audit log's own key.

import { openEnvelope, place, SealBroken, sealEnvelope } from '../../../crypto/envelope.ts';
import type { Key } from '../../../crypto/keys.ts';
import type { Vault } from '../../core/vault/vault.ts';
import { type Actor, type Kind, newActor, type Severity } from './detect.ts';
import type { FindingRow } from './store.ts';

/** What a finding says that is about no customer. */
export type Body = {
  actor: string;
  lastAtMs: number;
  /** Entries of the log, the first `actorLimits.entries` of them. */
  entries: number[];
  entryCount: number;
  what?: What;
};
/** What was found. Of a finding about a customer it is sealed with their key: that a reader has their family name tells the name. */
export type What = { kinds: Kind[]; severity: Severity; count?: number; usual?: number };
export type Verdict = 'legitimate' | 'misuse' | 'false_alarm' | 'unclear';
export type Judgement = { by: string; atMs: number; verdict: Verdict; reason: string };
export type Finding = {
  id: number;
  state: 'open' | 'judged';
  openedAtMs: number;
  lastAtMs: number;
  actor: string;
  /** Absent when the customer was erased. */
  kinds?: Kind[];
  severity?: Severity;
  person?: string;
  count?: number;
  usual?: number;
  entries: number[];
  entryCount: number;
  judgement?: Judgement;
  /** The customer was erased: what it was and why it was judged so cannot be opened any more. */
  erased?: true;
};

const bodyPlace = place('access_findings', 'body');
const subjectPlace = place('access_findings', 'subject');
const judgementPlace = place('access_findings', 'judgement');
const actorPlace = place('access_actors', 'body');
const honeyPlace = place('access_honey', 'body');
const removalPlace = place('access_honey', 'removal');
/** An audit key of a record has one generation. */
const subjectEpoch = 1;

const toBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value), 'utf8');
const fromBytes = <T>(bytes: Buffer): T => JSON.parse(bytes.toString('utf8')) as T;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export type SubjectKeys = ReadonlyMap<number, Key<'data'>>;

/** @returns undefined where the customer was erased meanwhile, and with them what there was to say */
export function sealFinding(
  vault: Vault,
  keys: SubjectKeys,
  found: { id: number; openedAtMs: number; about?: number; body: Omit<Body, 'what'>; what: What },
): FindingRow | undefined {
  const { id, openedAtMs, about, body, what } = found;
  const key = about === undefined ? undefined : keys.get(about);
  if (about !== undefined && !key) return undefined;
  const said = toBytes(about === undefined ? { ...body, what } : body);
  return {
    finding_id: id,
    opened_at_ms: openedAtMs,
    record_id: about ?? null,
    judged_at_ms: null,
    body: sealEnvelope(vault.auditKey(), vault.auditEpoch, bodyPlace, id, said),
    subject: key ? sealEnvelope(key, subjectEpoch, subjectPlace, id, toBytes(what)) : null,
    judgement: null,
  };
}

export function openBody(vault: Vault, row: FindingRow): Body {
  return fromBytes<Body>(openEnvelope(vault.auditKey(), bodyPlace, row.finding_id, row.body));
}

export function openWhat(keys: SubjectKeys, row: FindingRow, { what }: Body): What | undefined {
  if (row.subject === null || row.record_id === null) return what;
  const key = keys.get(row.record_id);
  return key && fromBytes<What>(openEnvelope(key, subjectPlace, row.finding_id, row.subject));
}

export function openFinding(vault: Vault, keys: SubjectKeys, row: FindingRow): Finding {
  const opened = openBody(vault, row);
  const what = openWhat(keys, row, opened);
  const { what: _what, ...body } = opened;
  const judgement = openJudgement(vault, keys, row);
  return {
    id: row.finding_id,
    state: row.judged_at_ms === null ? 'open' : 'judged',
    openedAtMs: row.opened_at_ms,
    ...body,
    ...what,
    ...(row.record_id !== null && { person: `p${row.record_id}` }),
    ...(judgement && { judgement }),
    ...(!what && { erased: true }),
  };
}

/** Why may name the customer, so it goes with them; of an erased one nothing is left to protect. */
export function sealJudgement(vault: Vault, keys: SubjectKeys, row: FindingRow, judgement: Judgement): FindingRow {
  const key = row.record_id === null ? undefined : keys.get(row.record_id);
  const said = toBytes(judgement);
  const sealed = key
    ? sealEnvelope(key, subjectEpoch, judgementPlace, row.finding_id, said)
    : sealEnvelope(vault.auditKey(), vault.auditEpoch, judgementPlace, row.finding_id, said);
  return { ...row, judged_at_ms: judgement.atMs, judgement: sealed };
}

function openJudgement(vault: Vault, keys: SubjectKeys, row: FindingRow): Judgement | undefined {
  if (row.judgement === null) return undefined;
  const key = (row.record_id !== null && keys.get(row.record_id)) || vault.auditKey();
  try {
    return fromBytes<Judgement>(openEnvelope(key, judgementPlace, row.finding_id, row.judgement));
  } catch (error) {
    // Sealed with a key that went with the customer.
    if (error instanceof SealBroken && row.record_id !== null && !keys.has(row.record_id)) return undefined;
    throw error;
  }
}

export function sealActor(vault: Vault, hash: Uint8Array, actor: Actor): Uint8Array {
  const seen = [...actor.seen].map(([customer, { atMs, seq }]) => [customer, atMs, seq]);
  return sealEnvelope(vault.auditKey(), vault.auditEpoch, actorPlace, hex(hash), toBytes({ ...actor, seen }));
}

export function openActor(vault: Vault, hash: Uint8Array, sealed: Uint8Array | undefined): Actor {
  if (!sealed) return newActor();
  const kept = fromBytes<Omit<Actor, 'seen'> & { seen: [number, number, number][] }>(
    openEnvelope(vault.auditKey(), actorPlace, hex(hash), sealed),
  );
  return { ...kept, seen: new Map(kept.seen.map(([customer, atMs, seq]) => [customer, { atMs, seq }])) };
}

/** Which customer is one cannot be seen on disk: who has the disk would know whom to leave alone. */
export type HoneyMark = { person: number; by: string; reason: string; fromEntry: number };
export type HoneyRemoval = { by: string; reason: string; throughEntry: number };

export const sealHoney = (vault: Vault, id: number, mark: HoneyMark): Uint8Array =>
  sealEnvelope(vault.auditKey(), vault.auditEpoch, honeyPlace, id, toBytes(mark));
export const openHoney = (vault: Vault, id: number, sealed: Uint8Array): HoneyMark =>
  fromBytes<HoneyMark>(openEnvelope(vault.auditKey(), honeyPlace, id, sealed));
export const sealRemoval = (vault: Vault, id: number, removal: HoneyRemoval): Uint8Array =>
  sealEnvelope(vault.auditKey(), vault.auditEpoch, removalPlace, id, toBytes(removal));
export const openRemoval = (vault: Vault, id: number, sealed: Uint8Array): HoneyRemoval =>
  fromBytes<HoneyRemoval>(openEnvelope(vault.auditKey(), removalPlace, id, sealed));
