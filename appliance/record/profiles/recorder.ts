// The heart: load, fold, write. Batches wait in a bounded queue; a group of them is loaded with a few set-based reads,
// folded in memory, and written in one transaction; answers go out when that is on disk. While one group is being written
// the next is already loaded and folded; should a write fail, everything folded since the last one that held is dropped.

import { Fault } from '../../core/errors.ts';
import type { Event, Outcome, SourceId } from '../../core/model/event.ts';
import type { Change } from '../../core/store/store.ts';
import { apart } from '../../core/telemetry/telemetry.ts';
import type { Held } from './cache.ts';
import { type Group, prepareGroup, type Submission } from './group.ts';
import type { Memory, Pending } from './memory.ts';
import type { DueMessages } from './messages.ts';
import { messagesTable } from './migrations.ts';
import { timelineTable } from './store.ts';
import { Turns, timelineRowsOf } from './turns.ts';

export const recorderLimits = {
  /** Events waiting or in work; beyond it submissions are refused with `too_busy` at once. */
  waitingEvents: 20_000,
  /** Events of one group; a single larger batch is a group of its own. */
  groupEvents: 300,
  /** States written behind with one group at most, unless more wait than `dirtyStates`. */
  statesPerWrite: 600,
  /** States of one write when there is nothing else to do; readers wait while they are sealed. */
  statesPerFlush: 200,
  dirtyStates: 22_000,
  /** Events after which a state has been written: a busy customer's once for all of them; a crash costs folding them again. */
  eventsBehind: 300_000,
  /** See messages.ts. */
  messagesBehind: 160_000,
  messagesPerWrite: 2_000,
  /** Idle time after which all waiting states are written. */
  idleFlushMs: 1_000,
} as const;
/** How much faster than needed states are written, and from how many times `eventsBehind` on one is overdue. */
const paceMargin = 1.25;
const overdueAfter = 1.5;

export type RecorderLimits = { readonly [name in keyof typeof recorderLimits]: number };

/** `sinceMs` by a clock that only goes forward. */
export type Waiting = Submission & { sinceMs: number; resolve(outcomes: Outcome[]): void; reject(fault: unknown): void };
/** A group that is folded and waits to be written. */
type Ready = { changes: readonly Change[]; wrote(): void; pending: Pending; outcomes: Outcome[][] };
/** `alone`: of several nodes none records meanwhile, and not only this one. */
type Task = { run(): Promise<void>; reject(fault: unknown): void; alone: boolean };

export type RecorderOptions = {
  memory: Memory;
  limits?: Partial<RecorderLimits>;
  /** Of several nodes, which version of the lead's settings this one has loaded; undefined where it makes them itself. */
  settings?(): number | undefined;
};

export class Recorder {
  readonly #memory: Memory;
  readonly #limits: RecorderLimits;
  /** Where several nodes record into one store. */
  readonly #turns: Turns | undefined;
  readonly #queue: Waiting[] = [];
  readonly #tasks: Task[] = [];
  #waitingEvents = 0;
  #running: Promise<void> | undefined;
  /** Resolves when the latest group that was folded, and all before it, are on disk; `#writingBefore` when the one before it is. */
  #writing: Promise<void> = Promise.resolve();
  #writingBefore: Promise<void> = Promise.resolve();
  /** States, and a part of one, that the even pace has still to write. */
  #owed = 0;
  /** Of the latest write that failed: what stood on it is refused with the same words. */
  #failure: unknown;
  #stopping = false;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RecorderOptions) {
    this.#memory = options.memory;
    this.#limits = { ...recorderLimits, ...options.limits };
    const { cluster } = this.#memory.store;
    this.#turns = cluster && new Turns(this.#memory, cluster, options.settings ?? (() => undefined));
  }

  /** @throws {Fault} `too_busy`, `stopping`, and what the store says; then nothing of the batch was recorded */
  record(source: SourceId, events: readonly Event[]): Promise<Outcome[]> {
    if (this.#stopping) return Promise.reject(new Fault('stopping'));
    if (events.length === 0) return Promise.resolve([]);
    if (this.#waitingEvents > 0 && this.#waitingEvents + events.length > this.#limits.waitingEvents) {
      return Promise.reject(new Fault('too_busy', 'events waiting to be recorded', { retryAfterS: 1 }));
    }
    const recorded = new Promise<Outcome[]>((resolve, reject) => {
      this.#queue.push({ source, events, sinceMs: performance.now(), resolve, reject });
      this.#start();
    });
    return this.#counted(recorded, events.length);
  }

  /** Apart from `record`, so that nothing but the queue holds the events while they wait. */
  async #counted<T>(recorded: Promise<T>, events: number): Promise<T> {
    this.#waitingEvents += events;
    try {
      return await recorded;
    } finally {
      this.#waitingEvents -= events;
    }
  }

  /** Runs a task alone: nothing is being folded or written meanwhile. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#tasks.push({ run: () => work().then(resolve, reject), reject, alone: true });
      this.#start();
    });
  }

  /** Between the turns of this node, while others go on: what it reads and then tells is not overtaken by what a turn here tells. */
  between(work: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#tasks.push({ run: () => work().then(resolve, reject), reject, alone: false });
      this.#start();
    });
  }

  /** Resolves when memory can be trusted: at once, unless a write has failed since. @throws what keeps it from recovering */
  sound(): Promise<void> {
    return this.#memory.sound ? Promise.resolve() : this.exclusive(() => Promise.resolve());
  }

  /** Events waiting or in work, the most that may, and how long the first batch waits that is not in work yet. */
  get queue(): { waiting: number; most: number; oldestMs: number } {
    const [first] = this.#queue;
    const oldestMs = first ? performance.now() - first.sinceMs : 0;
    return { waiting: this.#waitingEvents, most: this.#limits.waitingEvents, oldestMs };
  }

  /** Whether events wait or are in work. */
  get busy(): boolean {
    return this.#waitingEvents > 0;
  }

  /** Writes every state that waits. */
  flush(): Promise<void> {
    return this.exclusive(() => this.writeStates());
  }

  /** Finishes what was accepted, writes all states, and takes no more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#idle);
    // Tasks go before batches, so a flush asked for now would leave behind what was accepted.
    while (this.#running) await this.#running;
    // Of several nodes nothing is left to write, and one that stops may have lost its place.
    if (!this.#turns) await this.flush();
    clearTimeout(this.#idle);
  }

  #start(): void {
    clearTimeout(this.#idle);
    // A group is of many requests and belongs to none of them.
    this.#running ??= apart(() => this.#run()).finally(() => {
      this.#running = undefined;
      if (this.#queue.length > 0 || this.#tasks.length > 0) this.#start();
      else this.#scheduleIdleFlush();
    });
  }

  #scheduleIdleFlush(): void {
    if (this.#stopping || (this.#memory.cache.dirtyCount === 0 && this.#memory.messages.waiting === 0)) return;
    this.#idle = setTimeout(() => {
      // A failed flush loses nothing: the states stay dirty and are tried again with the next group.
      this.flush().catch(() => undefined);
    }, this.#limits.idleFlushMs);
    this.#idle.unref();
  }

  async #run(): Promise<void> {
    // Lets submissions of the same turn of the event loop join the first group.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0 || this.#tasks.length > 0) {
      const task = this.#tasks.shift();
      if (task) await this.#runTask(task);
      else if (this.#turns) await this.#turns.record(this.#takeGroup());
      else await this.#runGroup(this.#takeGroup());
    }
    await this.#writing.catch(() => undefined);
  }

  async #runTask(task: Task): Promise<void> {
    try {
      await this.#writing;
    } catch {
      this.#memory.distrust();
    }
    try {
      if (this.#turns && !task.alone) return await task.run();
      if (this.#turns) return await this.#turns.alone(task.run, () => this.writeStates());
      if (!this.#memory.sound) await this.#recover();
      await task.run();
    } catch (fault) {
      task.reject(fault);
    }
  }

  #takeGroup(): Waiting[] {
    const group: Waiting[] = [];
    let events = 0;
    for (const waiting of this.#queue) {
      if (group.length > 0 && events + waiting.events.length > this.#limits.groupEvents) break;
      group.push(waiting);
      events += waiting.events.length;
    }
    this.#queue.splice(0, group.length);
    return group;
  }

  async #runGroup(submissions: Waiting[]): Promise<void> {
    let ready: Ready;
    try {
      if (!this.#memory.sound) await this.#recover();
      ready = this.#makeReady(await prepareGroup(this.#memory, submissions));
      // Two groups are with the store, so that it is never idle; a third is folded meanwhile.
      await this.#writingBefore;
      // A write failed meanwhile, and this group was folded on top of it.
      if (!this.#memory.sound) throw this.#failure ?? new Fault('store_unavailable');
    } catch (fault) {
      this.#memory.distrust();
      for (const waiting of submissions) waiting.reject(fault);
      return;
    }
    this.#writingBefore = this.#writing;
    // Whatever goes wrong in a write, those who wait for it are told; one that was answered already hears nothing more.
    this.#writing = this.#write(this.#writing, ready, submissions).catch((fault: unknown) => {
      for (const waiting of submissions) waiting.reject(fault);
      throw fault;
    });
    this.#writing.catch((fault: unknown) => {
      this.#failure = fault;
      this.#memory.distrust();
    });
  }

  /** Everything a group's transaction holds, as things stand once it is folded: the next one is folded before it is written. */
  #makeReady(group: Group): Ready {
    const { nextSeq, messages } = this.#memory;
    const states = this.#dueStates(group.events);
    // Readers must find them in memory until they can be read from the store as they are here.
    for (const held of states) group.pending.records.add(held.recordId);
    const messagesPerWrite = Math.min(this.#limits.messagesPerWrite, 64 + group.events * 2);
    const due = messages.due(nextSeq, { ...this.#limits, messagesPerWrite });
    const behind = this.#behindChanges(states, due, nextSeq);
    const { pending, outcomes, tell } = group;
    const wrote = () => {
      behind.wrote();
      // Before the answer: who is told that a withdrawal is recorded finds the gate closed.
      tell();
    };
    return { changes: [...group.changes, ...behind.changes], wrote, pending, outcomes };
  }

  async #write(before: Promise<void>, ready: Ready, submissions: Waiting[]): Promise<void> {
    try {
      // As a link of a chain, since this group was folded on top of the one before: when that fails, this one does.
      const writing = this.#memory.store.transact(ready.changes, this.#memory.chain);
      // What is on its way is no longer needed here: the events and rows of a group are megabytes that the collector would carry along.
      ready.changes = [];
      for (const waiting of submissions) waiting.events = [];
      for (const outcome of await Promise.allSettled([before, writing])) if (outcome.status === 'rejected') throw outcome.reason;
      ready.wrote();
    } finally {
      this.#memory.settle(ready.pending);
    }
    submissions.forEach((waiting, at) => {
      waiting.resolve(ready.outcomes[at]!);
    });
  }

  /**
   * The states to write with a group of so many events, the oldest first: as many as keep them all within `eventsBehind`, evenly, since
   * those that were folded together would all be due together and hold up everything else.
   */
  #dueStates(events: number): Held[] {
    const { dirtyStates, statesPerWrite, eventsBehind } = this.#limits;
    const { cache, nextSeq } = this.#memory;
    const tooMany = cache.dirtyCount - dirtyStates;
    this.#owed = Math.min(this.#owed + ((events * cache.dirtyCount) / eventsBehind) * paceMargin, statesPerWrite);
    const pace = Math.floor(this.#owed);
    this.#owed -= pace;
    const states = cache.oldestDirty(Math.max(pace, tooMany));
    // Twice what the group can have made dirty, so that small groups are not held up, nor their readers, by many states.
    const overdue = cache.oldestDirty(Math.min(statesPerWrite, events * 2), nextSeq - eventsBehind * overdueAfter);
    return overdue.length > states.length ? overdue : states;
  }

  /**
   * Changes that write these states with their part of the timeline's index, and messages, and move the fold mark. States are marked
   * clean at once: if the transaction fails, the cache is dropped as a whole and the mark on disk still stands before them.
   * @param seq every event on disk is below it once they are
   * @returns also what to call then
   */
  #behindChanges(states: readonly Held[], due: DueMessages, seq: number): { changes: Change[]; wrote(): void } {
    const { cache, messages } = this.#memory;
    const wrote = () => {
      // Only now: readers look here for what the index does not have.
      for (const held of states) dropIndexed(held, seq);
      messages.wrote(due);
      this.#memory.committedSeq = seq;
    };
    if (states.length === 0 && due.keys.length === 0) return { changes: [], wrote };
    const folded = cache.oldestMissing(new Set(states)) ?? this.#memory.nextSeq;
    const statesChanges = this.#memory.statesChanges(states);
    const timelineRows = states.flatMap(timelineRowsOf);
    for (const held of states) cache.markClean(held);
    return {
      changes: [
        ...statesChanges,
        { op: 'insert', table: timelineTable, rows: timelineRows, onConflict: 'ignore' },
        { op: 'insert', table: messagesTable, rows: due.keys.map((key) => ({ message_key: key })), onConflict: 'ignore' },
        this.#memory.markChange(Math.min(folded, due.mark)),
      ],
      wrote,
    };
  }

  /** Writes every waiting state and message; only inside an exclusive task. */
  async writeStates(): Promise<void> {
    const { cache, messages } = this.#memory;
    while (cache.dirtyCount > 0 || messages.waiting > 0) {
      const states = cache.oldestDirty(this.#limits.statesPerFlush);
      const due = messages.due(this.#memory.nextSeq, this.#limits, true);
      const behind = this.#behindChanges(states, due, this.#memory.nextSeq);
      try {
        await this.#memory.store.transact(behind.changes);
        behind.wrote();
      } catch (fault) {
        this.#memory.distrust();
        throw fault;
      }
    }
  }

  async #recover(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#memory.recover();
    this.#writing = Promise.resolve();
    this.#writingBefore = this.#writing;
  }
}

/** They are in the timeline's index: the first ones, since events come in the order of their numbers. */
function dropIndexed({ unindexed }: Held, beforeSeq: number): void {
  let length = 0;
  while (length < unindexed.length && unindexed[length + 1]! < beforeSeq) length += 2;
  unindexed.splice(0, length);
}
