// Brings what was recorded before to the identifier kinds and the region that are declared now. A walk over all records first
// sets each one's index rows right, then makes the persons anew; in small portions between two groups of the recorder, with
// the place it has reached in the same transaction, so that a kill costs one portion and serving goes on.

import { blindIndex } from '../../../crypto/blind-index.ts';
import { SealBroken } from '../../../crypto/envelope.ts';
import { Fault, type FaultCode } from '../../core/errors.ts';
import type { Change, Row } from '../../core/store/store.ts';
import type { Held } from './cache.ts';
import { repartition } from './group.ts';
import type { Memory, Refolded } from './memory.ts';
import {
  countRecords,
  type IndexMark,
  indexKeysOf,
  indexMarkChange,
  lastRecordId,
  type Phase,
  phases,
  readIndexMark,
  recordIdsAfter,
} from './reindex-store.ts';
import { claimList } from './state/claims.ts';
import { identifiersTable, keyText, recordsTable, rows } from './store.ts';

export const reindexLimits = {
  /** Records of one portion: some ten milliseconds, for which events that arrive wait. */
  recordsPerStep: 32,
  /** Records further on whose person is known already; beyond it they are looked at a second time. */
  seenAhead: 100_000,
  /** Between two portions; longer while events wait, so that they have most of the recorder. */
  pauseMs: 1,
  pauseWhenBusyMs: 40,
  /** After a store that failed, doubled each time up to the second. */
  retryMs: 1_000,
  retryAtMostMs: 60_000,
} as const;
export type ReindexLimits = { readonly [name in keyof typeof reindexLimits]: number };

/** `waiting`: the store failed and is tried again. `done` and `total` count every record twice, once for each walk. */
export type ReindexProgress = {
  state: 'running' | 'waiting' | 'done' | 'failed';
  done: number;
  total: number;
  code?: FaultCode;
};

export type ReindexParts = {
  memory: Memory;
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Whether events wait to be recorded. */
  isBusy(): boolean;
  limits?: Partial<ReindexLimits>;
};

export class Reindex {
  readonly #parts: ReindexParts;
  readonly #limits: ReindexLimits;
  readonly #rulesKey: Buffer;
  #progress: ReindexProgress = { state: 'done', done: 0, total: 0 };
  #working: Promise<void> = Promise.resolve();
  #stopped = false;
  #wake: () => void = () => {};
  /** Records beyond the place reached whose person was made anew with a neighbour's. */
  readonly #seen = new Set<number>();

  constructor(parts: ReindexParts) {
    this.#parts = parts;
    this.#limits = { ...reindexLimits, ...parts.limits };
    const { vault, config } = parts.memory;
    this.#rulesKey = blindIndex(vault.indexKey('index rules'), 'index rules', config.claimRules);
  }

  get progress(): ReindexProgress {
    return { ...this.#progress };
  }

  /**
   * Looks for which rules the index was made, and begins the walk in the background when they were others. To be called before the
   * first event is taken: from then on the index is a mixture, and its row must say so, also if the old rules come back.
   */
  async begin(): Promise<void> {
    const { store } = this.#parts.memory;
    const mark = await readIndexMark(store);
    if (mark?.rulesKey.equals(this.#rulesKey)) {
      if (mark.phase === phases.done) return;
    } else {
      const isEmpty = (await lastRecordId(store)) === undefined;
      await store.transact([this.#markAt(isEmpty ? phases.done : phases.index, -1)]);
      if (isEmpty) return;
    }
    this.#progress = { state: 'running', done: 0, total: 0 };
    this.#working = this.#work();
  }

  /** Resolves when the walk has ended, well or not. */
  ended(): Promise<void> {
    return this.#working;
  }

  /** Tries again what has failed, from the place reached. @throws {Fault} `conflict` unless it has */
  again(): void {
    if (this.#progress.state !== 'failed') throw new Fault('conflict', 'the index of identifiers has not failed');
    const { done, total } = this.#progress;
    this.#progress = { state: 'running', done, total };
    this.#working = this.#work();
  }

  /** Ends it after the portion at hand; the next opening goes on from there. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    return this.#working;
  }

  async #work(): Promise<void> {
    for (let waitMs = this.#limits.retryMs; !this.#stopped; waitMs *= 2) {
      const from = this.#progress.done;
      try {
        await this.#walkAll();
        return;
      } catch (error) {
        const code = codeOf(error);
        if (code === 'sealed' || code === 'stopping') return;
        // What is broken stays so until somebody mends it; a store that is away comes back.
        const passes = error instanceof Fault && code !== 'seal_broken' && code !== 'store_corrupt';
        Object.assign(this.#progress, { state: passes ? 'waiting' : 'failed', code });
        if (!passes) return;
        if (this.#progress.done > from) waitMs = this.#limits.retryMs;
        await this.#pause(Math.min(waitMs, this.#limits.retryAtMostMs), false);
      }
    }
  }

  async #walkAll(): Promise<void> {
    const { store } = this.#parts.memory;
    const mark = (await readIndexMark(store))!;
    const total = await countRecords(store, Number.MAX_SAFE_INTEGER);
    const done = (mark.phase === phases.persons ? total : 0) + (await countRecords(store, mark.doneRecordId));
    this.#progress = { state: 'running', done, total: 2 * total };
    this.#seen.clear();
    let after = mark.doneRecordId;
    if (mark.phase === phases.index) {
      if (!(await this.#walk(after, (ids, end) => this.#indexAhead(ids, end)))) return;
      await store.transact([this.#markAt(phases.persons, -1)]);
      after = -1;
    }
    if (!(await this.#walk(after, (ids, end) => this.#parts.exclusive(() => this.#personsStep(ids, end))))) return;
    await store.transact([this.#markAt(phases.done, -1)]);
    this.#progress = { state: 'done', done: this.#progress.total, total: this.#progress.total };
  }

  /** @returns false when it was told to stop before the end */
  async #walk(after: number, step: (ids: readonly number[], end: number) => Promise<void>): Promise<boolean> {
    const { store } = this.#parts.memory;
    // Records made later are made by the rules of now, and find all others in the index once its walk is through. Those made
    // during that walk did not, so the second one has an end of its own.
    const last = (await this.#parts.exclusive(() => lastRecordId(store))) ?? -1;
    for (let from = after; !this.#stopped; ) {
      const ids = await recordIdsAfter(store, from, last, this.#limits.recordsPerStep);
      const end = ids.at(-1);
      if (end === undefined) return true;
      await step(ids, end);
      from = end;
      this.#progress.done = Math.min(this.#progress.done + ids.length, this.#progress.total);
      await this.#pause(this.#parts.isBusy() ? this.#limits.pauseWhenBusyMs : this.#limits.pauseMs);
    }
    return false;
  }

  async #indexAhead(ids: readonly number[], end: number): Promise<void> {
    // Keys may rotate under it, or the store fail: the step itself meets what is left of that.
    const ahead = await this.#parts.memory.refoldAhead(ids).catch((): Refolded => new Map());
    await this.#parts.exclusive(() => this.#indexStep(ids, end, ahead));
  }

  /** Makes the index rows of a portion of records those of their claims, and stores the states that were folded by other rules. */
  async #indexStep(ids: readonly number[], end: number, ahead: Refolded): Promise<void> {
    const { memory } = this.#parts;
    const records = await memory.reread(ids, ahead);
    const standing = await indexKeysOf(memory.store, ids);
    const added: Row[] = [];
    const removed: Row[] = [];
    const folded: Held[] = [];
    for (const { held, stale } of records) {
      const left = standing.get(held.recordId)!;
      for (const claim of claimList(held.state.claims)) {
        const key = memory.names.identifierKey(claim);
        if (!left.delete(keyText(key))) added.push({ identifier_key: key, record_id: held.recordId });
      }
      for (const key of left.values()) removed.push({ identifier_key: key, record_id: held.recordId });
      if (stale) folded.push(held);
    }
    await memory.store.transact([
      ...identifierChanges(added, removed),
      ...stateChanges(memory, folded),
      this.#markAt(phases.index, end),
    ]);
  }

  /** Partitions anew everyone who hangs together with a portion of records. */
  async #personsStep(ids: readonly number[], end: number): Promise<void> {
    const { memory } = this.#parts;
    const unseen = ids.filter((id) => !this.#seen.delete(id));
    const touched = await memory.peek(unseen);
    const walk = {
      // Read and not kept: the walk must not drive the customers of now out of memory.
      load: (wanted: readonly number[]) => memory.peek(wanted),
      saw: (recordIds: readonly number[]) => this.#saw(recordIds, end),
    };
    try {
      const moved = touched.length > 0 ? await repartition(memory, touched, [], () => false, walk) : [];
      const once = [...new Map(moved.map((held) => [held.recordId, held])).values()];
      const changes: Change[] = once.length > 0 ? [{ op: 'upsert', table: recordsTable, rows: once.map(rows.record) }] : [];
      const tell = memory.changed(once);
      await memory.store.transact([...changes, this.#markAt(phases.persons, end)]);
      tell();
    } catch (fault) {
      // Persons in memory are as if it had been stored, and whether it was is not known.
      memory.distrust();
      throw fault;
    }
  }

  #saw(recordIds: readonly number[], end: number): void {
    for (const id of recordIds) if (id > end && this.#seen.size < this.#limits.seenAhead) this.#seen.add(id);
  }

  #markAt(phase: Phase, doneRecordId: number): Change {
    const mark: IndexMark = { rulesKey: this.#rulesKey, phase, doneRecordId };
    return indexMarkChange(mark);
  }

  /** @param holds whether the process stays alive for it */
  #pause(ms: number, holds = true): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      if (!holds) timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function identifierChanges(added: readonly Row[], removed: readonly Row[]): Change[] {
  const changes: Change[] = [];
  if (removed.length > 0) changes.push({ op: 'delete', table: identifiersTable, keys: removed });
  if (added.length > 0) changes.push({ op: 'insert', table: identifiersTable, rows: added, onConflict: 'ignore' });
  return changes;
}

function stateChanges(memory: Memory, folded: readonly Held[]): Change[] {
  return folded.length > 0 ? memory.statesChanges(folded) : [];
}

function codeOf(error: unknown): FaultCode {
  if (error instanceof SealBroken) return 'seal_broken';
  return error instanceof Fault ? error.code : 'internal';
}
