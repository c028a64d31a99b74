// Keeps the memberships right: told by the feed of every change, and by itself going through those whom a new rule, a score or a restriction
// concerns, a few at a time.

import { setImmediate as turn } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { CustomerChange, CustomerListener } from '../../../core/model/customer-feed.ts';
import type { Clock } from '../../../core/ports.ts';
import type { PersonFacts } from '../../../record/profiles/profiles.ts';
import type { ChangeCause, Ledger } from './ledger.ts';
import type { Flip, Memberships } from './memberships.ts';
import { Restored } from './restored.ts';
import type { CustomersPort, PeoplePort } from './surroundings.ts';

/** `persons`: asked before others have their turn; fewer where there are more `rules` to ask them. `retryMs`: before another try when the store is away. */
export const followingLimits = { persons: 64, rules: 6_000, retryMs: 1_000 } as const;

export type FollowingParts = {
  memberships: Memberships;
  ledger: Ledger;
  customers: CustomersPort;
  people: PeoplePort;
  clock: Clock;
  /** Of a segment that does not live yet nobody is told who is in it. */
  isQuiet(segment: number): boolean;
  /** Everybody has been looked at since the start. */
  caughtUp(): void;
};

type Change = CustomerChange<PersonFacts>;

/** What a walk asks of whom. */
export type Walk = {
  persons: readonly number[];
  /** Numbers of segments, asked each time: some may have gone meanwhile. */
  segments(): readonly number[];
  /** Names whose events those rules look into. */
  properties: ReadonlySet<string>;
  cause: ChangeCause;
  progress?(done: number): void;
};

export class Following {
  readonly #parts: FollowingParts;
  readonly #restored = new Restored();
  #stopListening: (() => void) | undefined;
  #isCaughtUp = false;
  #stopping = false;
  #walks: Promise<unknown> = Promise.resolve();
  /** The change whose rules were marked last, and for which row. */
  #marked: { change: Change; row: number; any: boolean } | undefined;

  constructor(parts: FollowingParts) {
    this.#parts = parts;
  }

  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** Takes what was kept, then listens. Once. */
  async begin(): Promise<void> {
    const { ledger, customers } = this.#parts;
    for await (const page of ledger.restored())
      for (const { person, segments } of page) this.#restored.add(person, segments.keys());
    if (!this.#stopping) this.#stopListening = customers.listen(this.#listener);
  }

  /** Goes through some or all, after the walks before it. @throws {Fault} `stopping` */
  walk(walk: Walk): Promise<void> {
    const next = this.#walks.then(() => this.#walk(walk));
    this.#walks = next.catch(() => undefined);
    return next;
  }

  /** All walks that were begun have ended. */
  async walked(): Promise<void> {
    await this.#walks;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#stopListening?.();
    await this.#walks;
  }

  readonly #listener: CustomerListener<PersonFacts> = {
    looksInto: (name) => this.#parts.memberships.looksInto(name),
    history: (change) => (this.#mark(change) ? this.#parts.memberships.historyWanted(change.facts) : []),
    changed: (change) => this.#changed(change),
    gone: (personId, row, into) => this.#gone(personId, row, into),
    caughtUp: () => this.#caughtUp(),
  };

  /** @returns whether any of the rules is to be asked */
  #mark(change: Change): boolean {
    const { memberships } = this.#parts;
    const { row, cause, nowMs } = change;
    if (this.#marked?.change === change && this.#marked.row === row) return this.#marked.any;
    if (cause === 'all') memberships.beginAll();
    const any = cause === 'all' || memberships.begin(row, nowMs, change);
    this.#marked = { change, row, any };
    return any;
  }

  #changed(change: Change): number {
    const { memberships } = this.#parts;
    const { personId, row, facts, nowMs, cause, history } = change;
    const kept = this.#restored.take(personId);
    if (kept) {
      memberships.restore(row, kept);
      this.#marked = undefined;
    }
    if (this.#mark(change)) {
      const flips = memberships.ask(row, facts, history as never, nowMs);
      if (flips.length > 0) this.#note(personId, flips, cause === 'all' ? (this.#isCaughtUp ? 'event' : 'again') : cause, nowMs);
    }
    return memberships.untilOf(row);
  }

  #note(person: number, flips: readonly Flip[], cause: ChangeCause, nowMs: number): void {
    const { ledger, isQuiet } = this.#parts;
    const quiet = flips.filter(({ segment }) => isQuiet(segment));
    if (quiet.length > 0) ledger.note(person, quiet, cause, nowMs, { quiet: true });
    if (quiet.length < flips.length)
      ledger.note(
        person,
        flips.filter((flip) => !quiet.includes(flip)),
        cause,
        nowMs,
      );
  }

  #gone(person: number, row: number, into: number | undefined): void {
    const { memberships, ledger, clock } = this.#parts;
    const kept = this.#restored.take(person) ?? [];
    const were = [...new Set([...memberships.clear(row), ...kept])];
    this.#left(ledger, person, were, clock.nowMs(), into);
  }

  /** Of somebody who was erased nothing can be kept any more, and nothing is. */
  #left(ledger: Ledger, person: number, were: readonly number[], nowMs: number, into?: number): void {
    const flips = were.map((segment): Flip => ({ segment, member: false }));
    ledger.note(person, flips, 'merge', nowMs, into === undefined ? {} : { into });
  }

  #caughtUp(): void {
    const { ledger, clock } = this.#parts;
    // Who is there no more, since a time when nobody was told.
    for (const [person, were] of this.#restored.takeAll()) this.#left(ledger, person, [...were], clock.nowMs());
    this.#isCaughtUp = true;
    this.#parts.caughtUp();
  }

  async #walk({ persons, segments, properties, cause, progress }: Walk): Promise<void> {
    for (let at = 0; at < persons.length; ) {
      if (this.#stopping) throw new Fault('stopping');
      const rules = Math.max(1, segments().length);
      const atOnce = Math.max(1, Math.min(followingLimits.persons, Math.floor(followingLimits.rules / rules)));
      const some = persons.slice(at, at + atOnce);
      try {
        await this.#ask(some, segments(), properties, cause);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        await new Promise((resolve) => setTimeout(resolve, followingLimits.retryMs));
        continue;
      }
      at += some.length;
      progress?.(at);
      await turn();
    }
  }

  async #ask(persons: readonly number[], segments: readonly number[], properties: ReadonlySet<string>, cause: ChangeCause) {
    const { memberships, customers, people, clock } = this.#parts;
    const history = properties.size > 0 ? await people.historyOf(persons, properties) : undefined;
    // Last, so that they are as new as what is read from them.
    const facts = await people.factsOf(persons);
    const nowMs = clock.nowMs();
    for (const [person, own] of facts) {
      const row = customers.matrix.rowOf(person);
      if (row === undefined) continue;
      this.#marked = undefined;
      memberships.beginThese(segments);
      const flips = memberships.ask(row, own, history?.get(person) ?? [], nowMs);
      if (flips.length > 0) this.#note(person, flips, cause, nowMs);
      customers.hold(row, memberships.untilOf(row));
    }
  }
}
