// Load and fold of one group of batches: which events are new, whose they are, what they add up to, who becomes one
// person; and the rows that say so. Reads come in sets, before the fold; the fold itself touches memory only.

import type { Event, Outcome, SourceId } from '../../core/model/event.ts';
import type { Change, Row } from '../../core/store/store.ts';
import { recordKeys as recordKeysTable } from '../../core/vault/vault.ts';
import type { Held } from './cache.ts';
import { nameKind } from './identity/names.ts';
import { factsOf, gatherNeighbourhood } from './identity/neighbourhood.ts';
import { type Claim, claimName, partition } from './identity/partition.ts';
import type { Memory, Pending, StoredDecision } from './memory.ts';
import { claims as claimsPart } from './state/claims.ts';
import { emptyState } from './state/state.ts';
import { decisionChanges, eventsTable, findKeys, identifiersTable, keyText, recordsTable, rows } from './store.ts';

export type Submission = { source: SourceId; events: readonly Event[] };
/** `events`: how many of them are new. */
export type Group = { changes: Change[]; outcomes: Outcome[][]; events: number; pending: Pending };

/** One event on its way through the group. */
type Item = {
  submission: number;
  source: SourceId;
  event: Event;
  messageKey: Buffer;
  messageText: string;
  recordKey: Buffer;
  recordText: string;
  known: boolean;
  duplicate: boolean;
};

/** @param settled waits for the write before: what it stored must be readable before identities are looked up */
export async function prepareGroup(
  memory: Memory,
  submissions: readonly Submission[],
  settled: () => Promise<void>,
): Promise<Group> {
  const items = submissions.flatMap((submission, at) =>
    submission.events.map((event) => itemOf(memory, at, submission.source, event)),
  );
  const found = await findExisting(memory, items);
  const fresh = dropDuplicates(memory, items, found.known);
  const records = await loadOrCreate(memory, fresh, found.recordIds);
  const pending = memory.begin();
  for (const item of fresh) memory.messages.add(item.messageText, item.messageKey);
  try {
    const work = foldItems(memory, fresh, records, await memory.take('events', Math.max(1, fresh.length)), pending);
    const decisions = await aliasDecisions(memory, fresh, records, work, settled);
    const moved = await resolveIdentities(
      memory,
      work,
      decisions.map((made) => made.decision),
      settled,
    );
    for (const held of [...records.created.map((one) => one.held), ...moved]) pending.records.add(held.recordId);
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
    };
  } catch (fault) {
    memory.settle(pending);
    throw fault;
  }
}

function itemOf(memory: Memory, submission: number, source: SourceId, event: Event): Item {
  const { known, id } = whoseEvent(memory, event);
  const messageKey = memory.messageKey(source, event.messageId);
  const { key: recordKey, text: recordText } = memory.recordKeyOf(source, known, id);
  return {
    submission,
    source,
    event,
    messageKey,
    messageText: keyText(messageKey),
    recordKey,
    recordText,
    known,
    duplicate: false,
  };
}

/** A placeholder is no id: its event belongs to the device, or to a record of its own. */
function whoseEvent(memory: Memory, event: Event): { known: boolean; id: string } {
  const { userId, anonymousId } = event;
  if (userId !== undefined && memory.config.tells('user_id', userId)) return { known: true, id: userId };
  if (anonymousId !== undefined && memory.config.tells('anonymous_id', anonymousId)) return { known: false, id: anonymousId };
  return { known: false, id: `message ${event.messageId}` };
}

async function findExisting(
  memory: Memory,
  items: readonly Item[],
): Promise<{ known: ReadonlySet<string>; recordIds: Map<string, number> }> {
  const recordIds = new Map<string, number>();
  const unknown = new Map<string, Buffer>();
  for (const item of items) {
    const id = memory.cache.idOf(item.recordText);
    if (id === undefined) unknown.set(item.recordText, item.recordKey);
    else recordIds.set(item.recordText, id);
  }
  const asked = items.flatMap(({ messageKey }) => (memory.messages.mayBeIndexed(messageKey) ? [messageKey] : []));
  // Most groups are new messages of customers who are in memory: nothing to ask.
  if (asked.length === 0 && unknown.size === 0) return { known: new Set(), recordIds };
  const found = await findKeys(memory.store, asked, [...unknown.values()]);
  for (const record of found.records) {
    const text = keyText(record.recordKey);
    recordIds.set(text, record.recordId);
    memory.cache.remember(text, record.recordId);
  }
  return { known: new Set(found.known), recordIds };
}

function dropDuplicates(memory: Memory, items: readonly Item[], known: ReadonlySet<string>): Item[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    item.duplicate = seen.has(item.messageText) || memory.messages.has(item.messageText) || known.has(item.messageText);
    seen.add(item.messageText);
    return !item.duplicate;
  });
}

type Records = { byKey: Map<string, Held>; created: { held: Held; keyRow: Row }[] };

async function loadOrCreate(memory: Memory, items: readonly Item[], recordIds: ReadonlyMap<string, number>): Promise<Records> {
  const wanted = new Map<string, Item>();
  for (const item of items) if (!wanted.has(item.recordText)) wanted.set(item.recordText, item);
  const existing = [...wanted.keys()].flatMap((text) => recordIds.get(text) ?? []);
  const records: Records = { byKey: new Map(), created: [] };
  for (const held of await memory.load(existing)) records.byKey.set(keyText(held.recordKey), held);
  const missing = [...wanted.values()].filter((item) => !records.byKey.has(item.recordText));
  for (const item of missing) await createRecord(memory, records, item);
  return records;
}

async function createRecord(
  memory: Memory,
  records: Records,
  wanted: { source: SourceId; known: boolean; recordKey: Buffer; recordText: string },
): Promise<Held> {
  const recordId = await memory.take('records', 1);
  const made = memory.vault.newRecordKey(recordId);
  const held: Held = {
    recordId,
    personId: recordId,
    sourceId: wanted.source,
    known: wanted.known,
    recordKey: wanted.recordKey,
    createdAtMs: memory.ports.clock.nowMs(),
    state: emptyState(memory.config.fold.fingerprint),
    keys: { current: { key: made.key, epoch: made.epoch }, byEpoch: new Map([[made.epoch, made.key]]) },
    throughSeq: -1,
    dirtyFromSeq: undefined,
  };
  memory.cache.put(held, wanted.recordText);
  records.byKey.set(wanted.recordText, held);
  records.created.push({ held, keyRow: made.row });
  return held;
}

/** What the fold of a group produced. `newClaims` are names of claims by record id. */
type Work = {
  eventRows: Row[];
  newClaims: Map<number, Set<string>>;
  identifierRows: Row[];
  touched: Set<Held>;
  pending: Pending;
};

function foldItems(memory: Memory, items: readonly Item[], records: Records, firstSeq: number, pending: Pending): Work {
  const work: Work = { eventRows: [], newClaims: new Map(), identifierRows: [], touched: new Set(), pending };
  items.forEach((item, at) => {
    const held = records.byKey.get(item.recordText)!;
    const seq = firstSeq + at;
    const claims = memory.config.claimsOf(item.source, item.event);
    for (const [name, claim] of claimsPart.newOnes(held.state.claims, claims)) noteClaim(memory, work, held, name, claim);
    memory.foldEvent(held, item.event, claims);
    memory.cache.markDirty(held, seq);
    work.eventRows.push(
      rows.event({
        seq,
        recordId: held.recordId,
        occurredAtMs: item.event.occurredAtMs,
        receivedAtMs: item.event.receivedAtMs,
        messageKey: item.messageKey,
        body: memory.sealEvent(held, seq, item.event),
      }),
    );
  });
  return work;
}

/** A value this record never claimed: one index row, and the record's person may change. */
function noteClaim(memory: Memory, work: Work, held: Held, name: string, claim: Claim): void {
  const mine = work.newClaims.get(held.recordId) ?? new Set();
  mine.add(name);
  work.newClaims.set(held.recordId, mine);
  work.identifierRows.push({ identifier_key: memory.identifierKey(claim), record_id: held.recordId });
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
async function aliasDecisions(
  memory: Memory,
  items: readonly Item[],
  records: Records,
  work: Work,
  settled: () => Promise<void>,
): Promise<MadeDecision[]> {
  const pairs = new Map<string, { left: Held; right: Held; madeAtMs: number }>();
  for (const { event, source, known, recordText } of items) {
    if (event.kind !== 'alias' || event.previousId === undefined) continue;
    const told = known || memory.config.tells('anonymous_id', event.anonymousId ?? '');
    if (!told || !memory.config.tells('user_id', event.previousId)) continue;
    const recordKey = memory.recordKey(source, true, event.previousId);
    const otherText = keyText(recordKey);
    if (otherText === recordText) continue;
    const left = records.byKey.get(recordText)!;
    const right =
      records.byKey.get(otherText) ??
      (await findOrCreate(memory, records, { source, known: true, recordKey, recordText: otherText }));
    records.byKey.set(otherText, right);
    pairs.set(pairName(left.recordId, right.recordId), { left, right, madeAtMs: event.occurredAtMs });
  }
  if (pairs.size === 0) return [];
  await settled();
  // Said once is said: a client that aliases with every page view must not pile up decisions.
  const standing = await memory.decisionsAbout([...pairs.values()].flatMap(({ left, right }) => [left.recordId, right.recordId]));
  for (const { madeBy, left, right } of standing) if (madeBy === 'alias') pairs.delete(pairName(left[0]!, right[0]!));
  const made: MadeDecision[] = [];
  for (const { left, right, madeAtMs } of pairs.values()) {
    work.touched.add(left).add(right);
    const id = await memory.take('decisions', 1);
    const sides = { left: [left.recordId], right: [right.recordId] };
    made.push(makeDecision(memory, left, { id, verdict: 'same', ...sides, madeAtMs, madeBy: 'alias' }));
  }
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

async function findOrCreate(
  memory: Memory,
  records: Records,
  wanted: { source: SourceId; known: boolean; recordKey: Buffer; recordText: string },
): Promise<Held> {
  const cached = memory.cache.idOf(wanted.recordText);
  const id = cached ?? (await findKeys(memory.store, [], [wanted.recordKey])).records[0]?.recordId;
  const loaded = id === undefined ? [] : await memory.load([id]);
  return loaded[0] ?? createRecord(memory, records, wanted);
}

/** Partitions anew the neighbourhood of every record with new identifiers or decisions. @returns records whose person changed */
async function resolveIdentities(
  memory: Memory,
  work: Work,
  decisions: readonly StoredDecision[],
  settled: () => Promise<void>,
): Promise<Held[]> {
  if (work.touched.size === 0) return [];
  await settled();
  return repartition(
    memory,
    [...work.touched],
    decisions,
    (recordId, claim) => work.newClaims.get(recordId)?.has(claimName(claim)) ?? false,
  );
}

/** For who goes through all records: another way to load, and to be told whose neighbourhoods were seen whole or are too large. */
export type Walk = { load(recordIds: readonly number[]): Promise<Held[]>; saw(recordIds: readonly number[]): void };

export async function repartition(
  memory: Memory,
  touched: readonly Held[],
  decisions: readonly StoredDecision[],
  isNewClaim: (recordId: number, claim: Claim) => boolean,
  walk?: Walk,
): Promise<Held[]> {
  const neighbourhood = await gatherNeighbourhood(
    {
      store: memory.store,
      policyOf: memory.config.policyOf,
      indexOf: (claim) => memory.identifierKey(claim),
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
      pendingHolders: (name) => memory.pendingHolders(name),
    },
    touched,
    isNewClaim,
  );
  if (!neighbourhood.complete) {
    // Each half sees the whole of every neighbourhood it touches, so what comes out is the same.
    const half = Math.ceil(touched.length / 2);
    const left = await repartition(memory, touched.slice(0, half), decisions, isNewClaim, walk);
    return [...new Set([...left, ...(await repartition(memory, touched.slice(half), decisions, isNewClaim, walk))])];
  }
  walk?.saw([...neighbourhood.records, ...neighbourhood.tooLarge].map((held) => held.recordId));
  const facts = neighbourhood.records.map(factsOf);
  const { personOf } = partition(facts, neighbourhood.decisions, memory.config.policyOf, neighbourhood.stopped);
  const moved: Held[] = [];
  for (const held of neighbourhood.records) {
    const personId = personOf.get(held.recordId) ?? held.recordId;
    if (held.personId === personId) continue;
    held.personId = personId;
    moved.push(held);
  }
  return moved;
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
  if (work.eventRows.length > 0) changes.push({ op: 'insert', table: eventsTable, rows: work.eventRows });
  changes.push(...decisionRows);
  return changes;
}

function outcomesOf(submissions: readonly Submission[], items: readonly Item[], records: Records): Outcome[][] {
  const outcomes: Outcome[][] = submissions.map(() => []);
  for (const item of items) {
    const { messageId } = item.event;
    const person = item.duplicate ? undefined : records.byKey.get(item.recordText)?.personId;
    outcomes[item.submission]!.push(
      person === undefined ? { messageId, outcome: 'duplicate' } : { messageId, outcome: 'recorded', person },
    );
  }
  return outcomes;
}
