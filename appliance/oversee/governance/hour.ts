// The account of one source's hour: for each rule how many were checked and how many failed, and a few of those that did.

import type { SourceId } from '../../core/model/event.ts';
import { Once } from './once.ts';
import type { ScoreNumbers } from './scores.ts';

export const hourMs = 3_600_000;
export const hourLimits = {
  /** Events that are named for one rule in one hour; the rest is counted. */
  offenders: 20,
} as const;

/** @param person the number of whom the event belonged to when it was recorded */
export type Offender = { messageId: string; atMs: number; person?: number };
export type HourText = { events: number; rules: { [id: string]: [checked: number, failed: number] }; score?: ScoreNumbers };
export type OffendersText = { [id: string]: Offender[] };

export class Account {
  checked = 0;
  failed = 0;
  offenders: Offender[] = [];

  offend(one: Offender): void {
    if (this.offenders.length < hourLimits.offenders) this.offenders.push(one);
  }
}

export class Hour {
  readonly source: SourceId;
  readonly startMs: number;
  readonly accounts = new Map<string, Account>();
  /** Values seen once, by rule. In memory alone: after a restart within the hour pairs across it are missed. */
  readonly #once = new Map<string, Once>();
  events = 0;
  dirty = false;
  /** Once it is over. */
  score: ScoreNumbers | undefined;

  constructor(source: SourceId, startMs: number) {
    this.source = source;
    this.startMs = startMs;
  }

  accountOf(rule: string): Account {
    let account = this.accounts.get(rule);
    if (!account) {
      account = new Account();
      this.accounts.set(rule, account);
    }
    return account;
  }

  onceOf(rule: string): Once {
    let once = this.#once.get(rule);
    if (!once) {
      once = new Once();
      this.#once.set(rule, once);
    }
    return once;
  }

  /** @returns how many of these persons' events were named */
  forget(persons: ReadonlySet<number>): number {
    let gone = 0;
    for (const account of this.accounts.values()) {
      const kept = account.offenders.filter(({ person }) => person === undefined || !persons.has(person));
      gone += account.offenders.length - kept.length;
      account.offenders = kept;
    }
    return gone;
  }

  toJson(): HourText {
    const rules = Object.fromEntries(
      [...this.accounts].map(([id, { checked, failed }]): [string, [number, number]] => [id, [checked, failed]]),
    );
    return { events: this.events, rules, ...(this.score && { score: this.score }) };
  }

  offendersJson(): OffendersText {
    return Object.fromEntries(
      [...this.accounts].filter(([, { offenders }]) => offenders.length > 0).map(([id, { offenders }]) => [id, offenders]),
    );
  }

  static fromJson(source: SourceId, startMs: number, { events, rules, score }: HourText, offenders: OffendersText): Hour {
    const hour = new Hour(source, startMs);
    hour.events = events;
    hour.score = score;
    for (const [id, [checked, failed]] of Object.entries(rules))
      Object.assign(hour.accountOf(id), { checked, failed, offenders: offenders[id] ?? [] });
    return hour;
  }
}
