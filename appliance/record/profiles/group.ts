// Load and fold of one group of batches: which events are new, whose they are, what they add up to, who becomes one
// person; and the rows that say so. Reads come in sets, before the fold; the fold itself touches memory only.

import { blindIndexBytes } from '../../../crypto/blind-index.ts';
import type { Event, Outcome, SourceId } from '../../core/model/event.ts';
import type { Change, Row, SealingCell } from '../../core/store/store.ts';
import { recordKeys as recordKeysTable } from '../../core/vault/vault.ts';
import type { Held } from './cache.ts';
import { nameKind } from './identity/names.ts';
import { factsOf, gatherNeighbourhood } from './identity/neighbourhood.ts';
import { type Claim, claimName, partition } from './identity/partition.ts';
import { type Memory, type Pending, places, type StoredDecision } from './memory.ts';
import type { Who } from './names.ts';
import type { Told } from './person-watch.ts';
import { claims as claimsPart } from './state/claims.ts';
import { consents } from './state/consents.ts';
import { emptyState } from './state/state.ts';
import { decisionChanges, eventsTable, findKeys, identifiersTable, keyText, recordsTable, rows } from './store.ts';

export type Submission = { readonly source: SourceId; events: readonly Event[] };
/**
 * `events`: how many of them are new. `tell`: to be called when the group is on disk, for who watches consents. `changed`: records whose
 * facts may differ from before.
 */
export type Group = {
  changes: Change[];
  outcomes: Outcome[][];
  events: number;
  pending: Pending;
  tell(): void;
  changed: number[];
};

/** One event on its way through the group. */
type Item = {
  submission: number;
  event: Event;
  messageKey: Buffer;
  who: Who;
  duplicate: boolean;
};

/** Keyed hashes of the records that a group's events are of, and of those that an alias names. */
export function recordsNamed(memory: Memory, submissions: readonly Submission[]): Buffer[] {
  const named = new Map<string, Buffer>();
  for (const { source, events } of submissions) {
    for (const event of events) {
      const whose = [whoseEvent(memory, source, event)];
      if (event.kind === 'alias' && event.previousId !== undefined)
        whose.push(memory.names.whoIs(source, true, event.previousId));
      for (const { text, key } of whose) named.set(text, key);
    }
  }
  return [...named.values()];
}

/** @param beforeIdentities waited for before it is looked at who is one person with whom, where that may change */
export async function prepareGroup(
  memory: Memory,
  submissions: readonly Submission[],
  beforeIdentities?: () => Promise<void>,
): Promise<Group> {
  const items = itemsOf(memory, submissions);
  const known = await findExisting(memory, items);
  const fresh = dropDuplicates(memory, items, known);
  const records = await loadOrCreate(memory, fresh);
  const pending = memory.begin();
  try {
    const work = foldItems(memory, fresh, records, await memory.sequences.take('events', Math.max(1, fresh.length)), pending);
    if (work.touched.size > 0 || fresh.some(({ event }) => event.kind === 'alias')) await beforeIdentities?.();
    const decisions = await aliasDecisions(memory, fresh, records, work);
    const moved = await resolveIdentities(memory, work, decisions);
    for (const held of [...records.created.map((one) => one.held), ...moved]) pending.records.add(held.recordId);
    const whole = new Set([...records.created.map((one) => one.held), ...moved]);
    const changed = memory.changed(new Set([...work.consenting, ...whole]), work.told, whole);
    memory.evict();
    return {
      changes: changesOf(
        records.created,
        work,
        decisions.flatMap((made) => made.changes),
        moved,
      ),
      outcomes: outcomesOf(submissions, items, records),
      events: fresh.length,
      pending,
      tell: changed,
      changed: [...new Set([...records.byWho.values(), ...whole].map(({ recordId }) => recordId))],
    };
  } catch (fault) {
    memory.settle(pending);
    throw fault;
  }
}

function itemsOf(memory: Memory, submissions: readonly Submission[]): Item[] {
  const count = submissions.reduce((sum, { events }) => sum + events.length, 0);
  const keys = Buffer.allocUnsafeSlow(count * blindIndexBytes);
  const items: Item[] = [];
  submissions.forEach(({ source, events }, submission) => {
    for (const event of events) {
      const at = items.length * blindIndexBytes;
      const messageKey = keys.subarray(at, at + blindIndexBytes);
      memory.names.messageKeyInto(messageKey, source, event.messageId);
      items.push({ submission, event, messageKey, who: whoseEvent(memory, source, event), duplicate: false });
    }
  });
  return items;
}

/** A placeholder is no id: its event belongs to the device, or to a record of its own. */
function whoseEvent(memory: Memory, source: SourceId, event: Event): Who {
  const { userId, anonymousId } = event;
  const remembered = userId === undefined ? undefined : memory.names.rememberedUser(source, userId);
  if (remembered) return remembered;
  if (userId !== undefined && memory.config.tells('user_id', userId)) return memory.names.whoIs(source, true, userId);
  const device = anonymousId !== undefined && memory.config.tells('anonymous_id', anonymousId);
  return memory.names.whoIs(source, false, device ? anonymousId : `message ${event.messageId}`);
}

/** Looks up the records that memory does not know the ids of. @returns which messages the index has, by text */
async function findExisting(memory: Memory, items: readonly Item[]): Promise<ReadonlySet<string>> {
  const unknown = new Map<string, Who>();
  const asked: Buffer[] = [];
  for (const { who, messageKey } of items) {
    if (who.recordId === undefined) unknown.set(who.text, who);
    if (memory.messages.mayBeIndexed(messageKey)) asked.push(messageKey);
  }
  // Most groups are new messages of customers who are in memory: nothing to ask.
  if (asked.length === 0 && unknown.size === 0) return nothingKnown;
  const found = await findKeys(
    memory.store,
    asked,
    [...unknown.values()].map(({ key }) => key),
  );
  for (const { recordKey, recordId } of found.records) {
    const text = keyText(recordKey);
    unknown.get(text)!.recordId = recordId;
    memory.cache.remember(text, recordId);
  }
  return new Set(found.known);
}

const nothingKnown: ReadonlySet<string> = new Set();

/** From here on the messages are known; should the group fail, memory is dropped as a whole. */
function dropDuplicates(memory: Memory, items: readonly Item[], known: ReadonlySet<string>): Item[] {
  return items.filter((item) => {
    const { messageKey } = item;
    item.duplicate = memory.messages.has(messageKey) || (known.size > 0 && known.has(keyText(messageKey)));
    if (!item.duplicate) memory.messages.add(messageKey);
    return !item.duplicate;
  });
}

type Records = { byWho: Map<Who, Held>; created: { held: Held; keyRow: Row }[] };

async function loadOrCreate(memory: Memory, items: readonly Item[]): Promise<Records> {
  const records: Records = { byWho: new Map(), created: [] };
  const missing = new Set<Who>();
  for (const { who } of items) {
    if (records.byWho.has(who)) continue;
    const held = who.recordId === undefined ? undefined : memory.cache.get(who.recordId);
    if (held) records.byWho.set(who, held);
    else missing.add(who);
  }
  if (missing.size === 0) return records;
  const stored = [...missing].flatMap(({ recordId }) => recordId ?? []);
  const loaded = new Map((await memory.load(stored)).map((held) => [held.recordId, held]));
  for (const who of missing) {
    const held = who.recordId === undefined ? undefined : loaded.get(who.recordId);
    records.byWho.set(who, held ?? (await createRecord(memory, records, who)));
  }
  return records;
}

async function createRecord(memory: Memory, records: Records, who: Who): Promise<Held> {
  const recordId = await memory.sequences.take('records', 1);
  const made = memory.vault.newRecordKey(recordId);
  const held: Held = {
    recordId,
    personId: recordId,
    sourceId: who.source,
    known: who.known,
    recordKey: who.key,
    createdAtMs: memory.ports.clock.nowMs(),
    state: emptyState(memory.config.fold.fingerprint),
    keys: { current: { key: made.key, epoch: made.epoch }, byEpoch: new Map([[made.epoch, made.key]]) },
    throughSeq: -1,
    dirtyFromSeq: undefined,
    unindexed: [],
    said: [],
    consentsKept: false,
    used: true,
  };
  who.recordId = recordId;
  memory.cache.put(held, who.text);
  records.created.push({ held, keyRow: made.row });
  return held;
}

/** What the fold of a group produced. `newClaims` are names of claims by record id. */
type Work = {
  eventRows: Row[];
  eventTexts: SealingCell[];
  newClaims: Map<number, Set<string>>;
  identifierRows: Row[];
  touched: Set<Held>;
  /** Records that may have said something about consent. */
  consenting: Set<Held>;
  told: Told | undefined;
  pending: Pending;
};

function foldItems(memory: Memory, items: readonly Item[], records: Records, firstSeq: number, pending: Pending): Work {
  const work: Work = {
    eventRows: [],
    eventTexts: [],
    newClaims: new Map(),
    identifierRows: [],
    touched: new Set(),
    consenting: new Set(),
    told: memory.newTold(),
    pending,
  };
  items.forEach(({ event, messageKey, who }, at) => {
    const held = records.byWho.get(who)!;
    const seq = firstSeq + at;
    const { occurredAtMs, receivedAtMs } = event;
    const claims = memory.config.claimsOf(who.source, event, held.said);
    for (const [name, claim] of claimsPart.newOnes(held.state.claims, claims)) noteClaim(memory, work, held, name, claim);
    memory.foldEvent(held, event, claims);
    memory.cache.markDirty(held, seq, occurredAtMs);
    if (consents.concernedBy(event)) work.consenting.add(held);
    work.told?.add(held, event);
    work.eventRows.push(rows.event({ seq, recordId: held.recordId, occurredAtMs, receivedAtMs, messageKey }));
    work.eventTexts.push(memory.eventCell(held, event));
  });
  return work;
}

/** A value this record never claimed: one index row, and the record's person may change. */
function noteClaim(memory: Memory, work: Work, held: Held, name: string, claim: Claim): void {
  const mine = work.newClaims.get(held.recordId) ?? new Set();
  mine.add(name);
  work.newClaims.set(held.recordId, mine);
  work.identifierRows.push({ identifier_key: memory.names.identifierKey(claim), record_id: held.recordId });
  const policy = memory.config.policyOf(claim.kind);
  // A new name or unique value may speak against a join that stands.
  if (policy?.joins || policy?.unique || claim.kind === nameKind) work.touched.add(held);
  if (!policy?.joins) return;
  const holder = { recordId: held.recordId, sourceId: held.sourceId, known: held.known };
  const holders = work.pending.holders.get(name);
  if (holders) holders.push(holder);
  else work.pending.holders.set(name, [holder]);
}

/** An alias says outright that two ids of a source are one customer; the record of the old id is made if it never spoke. */
async function aliasDecisions(memory: Memory, items: readonly Item[], records: Records, work: Work): Promise<MadeDecision[]> {
  const pairs = new Map<string, { left: Held; right: Held; madeAtMs: number }>();
  for (const { event, who } of items) {
    if (event.kind !== 'alias' || event.previousId === undefined) continue;
    const told = who.known || memory.config.tells('anonymous_id', event.anonymousId ?? '');
    if (!told || !memory.config.tells('user_id', event.previousId)) continue;
    const other = memory.names.whoIs(who.source, true, event.previousId);
    if (other === who) continue;
    const left = records.byWho.get(who)!;
    const right = records.byWho.get(other) ?? (await findOrCreate(memory, records, other));
    records.byWho.set(other, right);
    pairs.set(pairName(left.recordId, right.recordId), { left, right, madeAtMs: event.occurredAtMs });
  }
  if (pairs.size === 0) return [];
  // Said once is said: a client that aliases with every page view must not pile up decisions.
  const standing = await memory.decisionsAbout([...pairs.values()].flatMap(({ left, right }) => [left.recordId, right.recordId]));
  for (const { madeBy, left, right } of standing) if (madeBy === 'alias') pairs.delete(pairName(left[0]!, right[0]!));
  const made: MadeDecision[] = [];
  for (const { left, right, madeAtMs } of pairs.values()) {
    work.touched.add(left).add(right);
    const id = await memory.sequences.take('decisions', 1);
    const sides = { left: [left.recordId], right: [right.recordId] };
    made.push(makeDecision(memory, left, { id, verdict: 'same', ...sides, madeAtMs, madeBy: 'alias' }));
  }
  work.pending.decisions.push(...made.map(({ decision }) => decision));
  return made;
}

function pairName(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

export type MadeDecision = { decision: StoredDecision; changes: Change[] };

/** A decision with the rows that keep it. @param anchor the first record of its left side */
export function makeDecision(memory: Memory, anchor: Held, decision: StoredDecision): MadeDecision {
  const row = { decisionId: decision.id, anchorId: anchor.recordId, body: memory.sealDecision(anchor, decision) };
  return { decision, changes: decisionChanges(row, decision.madeAtMs, [...new Set([...decision.left, ...decision.right])]) };
}

async function findOrCreate(memory: Memory, records: Records, who: Who): Promise<Held> {
  who.recordId ??= (await findKeys(memory.store, [], [who.key])).records[0]?.recordId;
  const loaded = who.recordId === undefined ? [] : await memory.load([who.recordId]);
  return loaded[0] ?? createRecord(memory, records, who);
}

/** Partitions anew the neighbourhood of every record with new identifiers or decisions. @returns records whose person changed */
async function resolveIdentities(memory: Memory, work: Work, made: readonly MadeDecision[]): Promise<Held[]> {
  if (work.touched.size === 0) return [];
  return repartition(
    memory,
    [...work.touched],
    made.map(({ decision }) => decision),
    (recordId, claim) => work.newClaims.get(recordId)?.has(claimName(claim)) ?? false,
  );
}

/** For who goes through all records: another way to load, and to be told whose neighbourhoods were seen whole or are too large. */
export type Walk = { load(recordIds: readonly number[]): Promise<Held[]>; saw(recordIds: readonly number[]): void };

/** @returns records whose person changed */
export async function repartition(...asked: Parameters<typeof regroup>): Promise<Held[]> {
  const moves = await regroup(...asked);
  for (const [held, personId] of moves) held.personId = personId;
  return [...moves.keys()];
}

/** Who would be whose: the records whose person would be another one than now, with that person. Nothing is changed. */
export async function regroup(
  memory: Memory,
  touched: readonly Held[],
  decisions: readonly StoredDecision[],
  isNewClaim: (recordId: number, claim: Claim) => boolean,
  walk?: Walk,
): Promise<Map<Held, number>> {
  const neighbourhood = await gatherNeighbourhood(
    {
      store: memory.store,
      policyOf: memory.config.policyOf,
      indexOf: (claim) => memory.names.identifierKey(claim),
      load: walk?.load ?? ((ids) => memory.load(ids)),
      decisionsAbout: async (ids) => {
        const wanted = new Set(ids);
        const stored = await memory.decisionsAbout(ids);
        const made = decisions.filter((decision) => [...decision.left, ...decision.right].some((id) => wanted.has(id)));
        return [
          ...stored.filter((one) => !made.some((other) => other.id === one.id)),
          ...made.filter((one) => one.retractedAtMs === undefined),
        ];
      },
      pendingHolders: memory.pendingHolders(),
    },
    touched,
    isNewClaim,
  );
  if (!neighbourhood.complete) {
    // Each half sees the whole of every neighbourhood it touches, so what comes out is the same.
    const half = Math.ceil(touched.length / 2);
    const left = await regroup(memory, touched.slice(0, half), decisions, isNewClaim, walk);
    return new Map([...left, ...(await regroup(memory, touched.slice(half), decisions, isNewClaim, walk))]);
  }
  walk?.saw([...neighbourhood.records, ...neighbourhood.tooLarge].map((held) => held.recordId));
  const facts = neighbourhood.records.map(factsOf);
  const { personOf } = partition(facts, neighbourhood.decisions, memory.config.policyOf, neighbourhood.stopped);
  const moves = new Map<Held, number>();
  for (const held of neighbourhood.records) {
    const personId = personOf.get(held.recordId) ?? held.recordId;
    if (held.personId !== personId) moves.set(held, personId);
  }
  return moves;
}

function changesOf(created: Records['created'], work: Work, decisionRows: readonly Change[], moved: readonly Held[]): Change[] {
  const changes: Change[] = [];
  const isNew = new Set(created.map(({ held }) => held));
  if (created.length > 0) {
    changes.push({ op: 'insert', table: recordsTable, rows: created.map(({ held }) => rows.record(held)) });
    changes.push({ op: 'insert', table: recordKeysTable, rows: created.map(({ keyRow }) => keyRow) });
  }
  const others = moved.filter((held) => !isNew.has(held));
  if (others.length > 0) changes.push({ op: 'upsert', table: recordsTable, rows: others.map(rows.record) });
  if (work.identifierRows.length > 0)
    changes.push({ op: 'insert', table: identifiersTable, rows: work.identifierRows, onConflict: 'ignore' });
  if (work.eventRows.length > 0) {
    const seal = { column: 'body', where: places.event, rowId: 'event_seq', cells: work.eventTexts };
    changes.push({ op: 'insert', table: eventsTable, rows: work.eventRows, seal });
  }
  changes.push(...decisionRows);
  return changes;
}

function outcomesOf(submissions: readonly Submission[], items: readonly Item[], records: Records): Outcome[][] {
  const outcomes: Outcome[][] = submissions.map(() => []);
  for (const item of items) {
    const { messageId } = item.event;
    const person = item.duplicate ? undefined : records.byWho.get(item.who)?.personId;
    outcomes[item.submission]!.push(
      person === undefined ? { messageId, outcome: 'duplicate' } : { messageId, outcome: 'recorded', person },
    );
  }
  return outcomes;
}
