// A record on a real store for tests: a seeded clock and keys, a store that fails when told to, restarts and crashes, and the
// slow twin that holds all facts in memory and works everything out anew whenever it is asked.

import assert from 'node:assert/strict';
import { blindIndex } from '../../../crypto/blind-index.ts';
import { keyFrom } from '../../../crypto/keys.ts';
import { Fault, type FaultCode } from '../../core/errors.ts';
import { nothingDecided } from '../../core/model/customer-decisions.ts';
import type { Event } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import { Chains } from '../../core/store/chains.ts';
import type { Change, Cluster, Params, Row, Store, Turn } from '../../core/store/store.ts';
import { keyMigrations } from '../../core/vault/testing.ts';
import { openVault, type Vault } from '../../core/vault/vault.ts';
import type { Held } from './cache.ts';
import { type RecordConfig, type RecordDeclaration, recordConfig } from './config.ts';
import { claimName, type Decision, partition } from './identity/partition.ts';
import { Profiles, type ProfilesParts, recordMigrations } from './profiles.ts';
import { claimList } from './state/claims.ts';
import { emptyState, foldEvent } from './state/state.ts';
import { canonical, seeded } from './testing.ts';
import { type Household, personId, profileView } from './view.ts';

export const declaration: RecordDeclaration = {
  computedTraits: [
    { name: 'spent', event: 'Order Completed', operation: 'sum', property: 'total' },
    { name: 'lastThing', event: '*', operation: 'last', property: 'product_id' },
    { name: 'things', event: '*', operation: 'distinct', property: 'product_id', windowDays: 30 },
  ],
  survivorship: { city: { criteria: ['mostFrequent'] }, name: { criteria: ['sourcePriority'], sources: ['s2'] } },
  identifiers: [],
};
export const sources = {
  nameOf: (id: number): string => `s${id}`,
  isByHand: (id: number): boolean => id === 3,
  ids: (): readonly number[] => [1, 2, 3],
  byHandId: (): number => 3,
};
export const nowMs = 2_000_000_000_000;
export const actor = { actor: 'test', reason: 'because' };

/** A store whose next writes or reads fail as told; once dead, everything fails: what an ended process can no longer do. */
export class TestStore implements Store {
  readonly #inner: Store;
  readonly #chains = new Chains();
  #links = 0;
  /** Transactions to let through before each failure; `after` applies it and then says it failed. */
  failures: { skip: number; when: 'before' | 'after'; code: FaultCode }[] = [];
  failReads = 0;
  /** Waited for by each read of several questions, after the database has answered. */
  afterRead: (() => Promise<void>) | undefined;
  dead = false;
  /** While true nothing can be read or written, as with a disk that went away and will come back. */
  down = false;
  queries = 0;
  /** Every text of a query seen, with the parameters of one of its uses. */
  readonly seen = new Map<string, Params | undefined>();

  constructor(inner: Store) {
    this.#inner = inner;
  }
  get engine(): Store['engine'] {
    return this.#inner.engine;
  }
  /** Of several nodes: turns fail as told, as transactions do. */
  get cluster(): Cluster {
    const inner = this.#inner.cluster;
    // A store that is one node's alone says so by having none.
    if (!inner) return inner as unknown as Cluster;
    const turn: Cluster['turn'] = async (locks, work) => {
      this.#alive();
      let due: ReturnType<TestStore['takeFailure']>;
      const write = (one: Turn) => async (changes: readonly Change[], records: readonly number[]) => {
        due = this.takeFailure();
        if (due?.when === 'before') throw new Fault(due.code);
        await one.write(changes, records);
      };
      const value = await inner.turn(locks, (one) => work({ ...one, write: write(one) }));
      if (due) throw new Fault(due.code);
      return value;
    };
    const get = (_target: unknown, name: keyof Cluster) => {
      const found = name === 'turn' ? turn : inner[name];
      return typeof found === 'function' ? found.bind(inner) : found;
    };
    return new Proxy(inner, { get: get as (target: Cluster, name: string | symbol) => unknown });
  }
  takeFailure(): (typeof this.failures)[number] | undefined {
    const [failure] = this.failures;
    return failure !== undefined && failure.skip-- <= 0 ? this.failures.shift() : undefined;
  }
  async transact(changes: readonly Change[], chain?: number): Promise<void> {
    this.#alive();
    const link = this.#links++;
    this.#chains.check(chain, link);
    const due = this.takeFailure();
    if (due) this.#chains.failed(chain, link);
    if (due?.when === 'before') throw new Fault(due.code);
    await this.#inner.transact(changes, chain);
    if (due) throw new Fault(due.code);
  }
  select(sql: string, params?: Params): Promise<Row[]> {
    this.#note(sql, params);
    return this.#read(() => this.#inner.select(sql, params));
  }
  selectMany(queries: readonly { sql: string; params?: Params }[]): Promise<Row[][]> {
    for (const { sql, params } of queries) this.#note(sql, params);
    return this.#read(async () => {
      const found = await this.#inner.selectMany(queries);
      await this.afterRead?.();
      return found;
    });
  }
  #note(sql: string, params: Params | undefined): void {
    this.queries += 1;
    this.seen.set(sql, params);
  }
  async allocate(sequence: string, count: number): Promise<number> {
    this.#alive();
    return this.#inner.allocate(sequence, count);
  }
  migrate: Store['migrate'] = (migrations) => this.#inner.migrate(migrations);
  scrub: Store['scrub'] = (tables) => this.#inner.scrub(tables);
  emptyLog: Store['emptyLog'] = () => this.#inner.emptyLog();
  check: Store['check'] = () => this.#inner.check();
  checkStructure: Store['checkStructure'] = (deep) => this.#inner.checkStructure(deep);
  close: Store['close'] = () => this.#inner.close();

  async #read<T>(read: () => Promise<T>): Promise<T> {
    this.#alive();
    if (this.failReads > 0 && --this.failReads === 0) throw new Fault('store_unavailable');
    return read();
  }
  #alive(): void {
    if (this.down) throw new Fault('store_unavailable', 'for a while');
    if (this.dead) throw new Fault('store_unavailable', 'this process has ended');
  }
}

export type World = {
  readonly profiles: Profiles;
  readonly store: TestStore;
  readonly vault: Vault;
  /** What the clock says next; it goes on by a millisecond with every look. */
  setClock(atMs: number): void;
  /** Ends the process properly, or as a kill would, and starts a new one over the same store, with other declarations if given. */
  restart(how: 'close' | 'kill', declared?: RecordDeclaration): Promise<void>;
  end(): Promise<void>;
};

/** @param inner an empty store, closed by `end` */
export async function openWorld(
  inner: Store,
  limits: ProfilesParts['limits'] = {},
  firstDeclared: RecordDeclaration = declaration,
  consentWatcher?: ProfilesParts['consentWatcher'],
): Promise<World> {
  let declared = firstDeclared;
  await inner.migrate([...keyMigrations, ...recordMigrations]);
  const random = seeded(1);
  let clockMs = nowMs;
  const ports: Ports = {
    clock: { nowMs: () => clockMs++ },
    random: { bytes: (length) => Uint8Array.from({ length }, () => random.next(256)) },
    ids: { messageId: () => `made-${random.next(1e9)}` },
  };
  const start = async () => {
    const store = new TestStore(inner);
    const vault = await openVault({ store, root: keyFrom('root', new Uint8Array(32).fill(7)), ports });
    return {
      store,
      vault,
      profiles: await Profiles.open({
        store,
        vault,
        ports,
        declaration: declared,
        sources,
        limits,
        ...(consentWatcher && { consentWatcher }),
      }),
    };
  };
  let running = await start();
  return {
    get profiles() {
      return running.profiles;
    },
    get store() {
      return running.store;
    },
    get vault() {
      return running.vault;
    },
    setClock(atMs) {
      clockMs = atMs;
    },
    async restart(how, changed = declared) {
      declared = changed;
      if (how === 'close') await running.profiles.close();
      running.store.dead = true;
      running.vault.close();
      running = await start();
    },
    async end() {
      await running.profiles.close();
      running.store.dead = true;
      running.vault.close();
      await inner.close();
    },
  };
}

type TwinRecord = { name: string; source: number; known: boolean; id: string; events: Event[] };
type TwinDecision = Omit<Decision, 'left' | 'right'> & { left: string[]; right: string[]; retracted: boolean };

/** Holds every acknowledged event and every decision by the names of records. */
export class Twin {
  readonly #seen = new Set<string>();
  readonly records = new Map<string, TwinRecord>();
  readonly decisions: TwinDecision[] = [];
  #config: RecordConfig;

  constructor(declared: RecordDeclaration = declaration) {
    this.#config = recordConfig(declared);
  }

  /** From now on all facts are seen by these declarations. */
  declare(declared: RecordDeclaration): void {
    this.#config = recordConfig(declared);
  }

  has(source: number, event: Event): boolean {
    return this.#seen.has(`${source} ${event.messageId}`);
  }

  arrive(source: number, event: Event): void {
    const message = `${source} ${event.messageId}`;
    if (this.#seen.has(message)) return;
    this.#seen.add(message);
    const known = event.userId !== undefined;
    const record = this.#record(source, known, known ? event.userId! : event.anonymousId!);
    record.events.push(event);
    if (event.kind !== 'alias' || event.previousId === undefined || event.previousId === 'null') return;
    const other = this.#record(source, true, event.previousId);
    if (other === record) return;
    const pair = [record.name, other.name].sort().join();
    const said = this.decisions.some(
      (one) => one.madeBy === 'alias' && !one.retracted && [one.left[0], one.right[0]].sort().join() === pair,
    );
    if (!said)
      this.decide({ verdict: 'same', left: [record.name], right: [other.name], madeAtMs: event.occurredAtMs, madeBy: 'alias' });
  }

  decide(decision: Omit<TwinDecision, 'id' | 'retracted'>): TwinDecision {
    const made = { ...decision, id: this.decisions.length, retracted: false };
    this.decisions.push(made);
    return made;
  }

  /** As if these events had never come; their messages stay known, and so does what was decided by them. */
  forget(name: string, messageIds: readonly string[]): void {
    const record = this.records.get(name)!;
    record.events = record.events.filter(({ messageId }) => !messageIds.includes(messageId));
  }

  /** As if these records had never been spoken of; their messages stay known. */
  erase(names: readonly string[]): void {
    for (const name of names) this.records.delete(name);
    for (const decision of this.decisions) {
      decision.left = decision.left.filter((name) => !names.includes(name));
      decision.right = decision.right.filter((name) => !names.includes(name));
      if (decision.left.length === 0 || decision.right.length === 0) decision.retracted = true;
    }
  }

  #record(source: number, known: boolean, id: string): TwinRecord {
    const name = `${source} ${known ? 'user' : 'device'} ${id}`;
    const record = this.records.get(name) ?? { name, source, known, id, events: [] };
    this.records.set(name, record);
    return record;
  }

  /** Names of records to their numbers in the world. */
  async idsIn(world: World): Promise<Map<string, number>> {
    const rows = await world.store.select('SELECT record_id, record_key FROM records');
    const byKey = new Map(
      rows.map((row) => [Buffer.from(row.record_key as Uint8Array).toString('hex'), row.record_id as number]),
    );
    const ids = new Map<string, number>();
    for (const record of this.records.values()) {
      const id = byKey.get(this.#keyIn(world, record).toString('hex'));
      assert.ok(id !== undefined, `record "${record.name}" is missing`);
      ids.set(record.name, id);
    }
    assert.equal(byKey.size, ids.size, 'records that nobody spoke of');
    return ids;
  }

  #keyIn(world: World, record: TwinRecord): Buffer {
    return blindIndex(world.vault.indexKey('record'), record.known ? 'user_id' : 'anonymous_id', `${record.source} ${record.id}`);
  }

  /** Everything anew: fold every record from its events, partition all of them together. */
  persons(world: World, ids: ReadonlyMap<string, number>): Map<number, Held[]> {
    const held = [...this.records.values()].map((record): Held => {
      const state = emptyState(this.#config.fold.fingerprint);
      for (const event of record.events)
        foldEvent(state, record.source, event, this.#config.claimsOf(record.source, event), this.#config.fold);
      const recordKey = this.#keyIn(world, record);
      const recordId = ids.get(record.name)!;
      return { recordId, personId: -1, sourceId: record.source, known: record.known, recordKey, createdAtMs: 0, state } as Held;
    });
    const facts = held.map((one) => ({
      id: one.recordId,
      key: one.recordKey.toString('hex'),
      source: one.sourceId,
      known: one.known,
      claims: claimList(one.state.claims),
    }));
    const standing = this.decisions.filter((one) => !one.retracted);
    const numbered = standing.map((one) => ({
      ...one,
      left: one.left.map((name) => ids.get(name)!),
      right: one.right.map((name) => ids.get(name)!),
    }));
    const { personOf } = partition(facts, numbered, this.#config.policyOf);
    for (const one of held) one.personId = personOf.get(one.recordId)!;
    held.sort((a, b) => a.recordId - b.recordId);
    return Map.groupBy(held, (one) => one.personId);
  }

  /** Fails unless the world shows exactly what the facts say: persons, views, timelines. */
  async compare(world: World, hint: string): Promise<void> {
    const ids = await this.idsIn(world);
    const persons = this.persons(world, ids);
    const rows = await world.store.select('SELECT record_id, person_id FROM records ORDER BY record_id');
    const expected = [...persons.values()].flat().sort((a, b) => a.recordId - b.recordId);
    assert.deepEqual(
      rows.map((row) => [row.record_id, row.person_id]),
      expected.map((one) => [one.recordId, one.personId]),
      `persons, ${hint}`,
    );
    for (const [id, records] of persons) {
      const view = await world.profiles.profile(id);
      const wanted = profileView(
        records,
        this.#config,
        sources,
        { households: this.#householdsOf(records, persons), decided: nothingDecided },
        nowMs,
      );
      assert.equal(canonical(plain(view)), canonical(plain(wanted)), `view of ${personId(id)}, ${hint}`);
      await this.#compareTimeline(world, id, records, ids, hint);
    }
    const listed: number[] = [];
    for await (const { personId: id, records } of world.profiles.persons()) {
      listed.push(id);
      assert.equal(records.length, persons.get(id)?.length, hint);
    }
    assert.deepEqual(
      listed,
      [...persons.keys()].sort((a, b) => a - b),
      `all persons, ${hint}`,
    );
  }

  #householdsOf(mine: readonly Held[], persons: ReadonlyMap<number, Held[]>): Household[] {
    const found = new Map<string, Household>();
    const claims = new Map(mine.flatMap((one) => claimList(one.state.claims)).map((claim) => [claimName(claim), claim]));
    for (const [name, { kind, value }] of claims) {
      if (!this.#config.policyOf(kind)?.household) continue;
      for (const [other, records] of persons) {
        if (other === mine[0]!.personId || !records.some((one) => Object.hasOwn(one.state.claims.seen, name))) continue;
        const household = found.get(personId(other)) ?? { personId: personId(other), via: [] };
        household.via.push({ kind, value });
        found.set(personId(other), household);
      }
    }
    return [...found.values()];
  }

  async #compareTimeline(
    world: World,
    id: number,
    records: readonly Held[],
    ids: ReadonlyMap<string, number>,
    hint: string,
  ): Promise<void> {
    const mine = new Set(records.map((one) => one.recordId));
    const wanted = [...this.records.values()].filter((one) => mine.has(ids.get(one.name)!));
    const told: string[] = [];
    let lastMs = Number.POSITIVE_INFINITY;
    let cursor: string | undefined;
    do {
      const page = await world.profiles.timeline(id, { limit: 3, ...(cursor !== undefined && { cursor }) });
      assert.ok(page.events.length <= 3);
      for (const { recordId, source, ...event } of page.events) {
        assert.ok(event.occurredAtMs <= lastMs, `newest first, ${hint}`);
        lastMs = event.occurredAtMs;
        told.push(canonical({ ...event, source, recordId }));
      }
      cursor = page.next;
    } while (cursor !== undefined);
    const expected = wanted.flatMap((one) =>
      one.events.map((event) => canonical({ ...event, source: sources.nameOf(one.source), recordId: ids.get(one.name) })),
    );
    assert.deepEqual(told.sort(), expected.sort(), `timeline of ${personId(id)}, ${hint}`);
  }
}

/** A view without what a world is free to choose: the time a record was made, the order of households. */
function plain(view: Awaited<ReturnType<Profiles['profile']>>): unknown {
  const text = (one: Household): Household => ({
    ...one,
    via: [...one.via].sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1)),
  });
  return {
    ...view,
    records: view.records.map(({ createdAtMs: _created, ...record }) => record),
    households: view.households.map(text).sort((a, b) => (a.personId < b.personId ? -1 : 1)),
  };
}
