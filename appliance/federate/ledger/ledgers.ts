// What this node has told each partner about each of its datasets, in matches and rounds, against one budget: charged when officers agree, before
// anything is computed, opened before anything leaves, given back where nothing ever left. A budget that is spent refuses.
//
// A charge of several partners is written at once, and before the agreement that it pays for: a kill in between leaves a charge too many, never one
// too few, and the same agreement asked for again finds its charge and is not charged twice.

import {
  type Charged,
  type Cost,
  charge,
  type EntryKind,
  entryText,
  type Ledger,
  type Left,
  ledgerText,
  left,
  newLedger,
  opened,
  readLedger,
  refund,
  refusalText,
  type Spent,
  spent,
  type Text,
} from '../../../crypto/privacy/privacy.ts';
import type { BudgetSpent } from '../../../federation/participant/round/state.ts';
import type { Book, BookChange } from '../../../federation/protocol/durable.ts';
import { rhoOfTerms } from '../../../federation/protocol/round/privacy-terms.ts';
import type { RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { Fault } from '../../core/errors.ts';
import type { PrivacySettings } from '../../core/model/federation-config.ts';
import { sessionOf } from '../session-of.ts';

export const ledgerCollection = 'privacy-ledger';
/** What was charged for something that never came to be is given back after so long. */
const forgottenMs = 3_600_000;

/** The customers of this node; files have names of their own. */
export const customers = 'customers';

export type Told = {
  readonly what: EntryKind;
  /** Of the match or round. */
  readonly id: string;
  readonly cost: Cost;
  readonly dataset: string;
  /** Members who learn from it. */
  readonly partners: readonly string[];
};

export type LedgerView = {
  readonly dataset: string;
  readonly partner: string;
  readonly budget: Ledger['budget'];
  readonly spent: Spent;
  readonly left: Left;
  readonly words: Text;
  readonly entries: readonly (Ledger['entries'][number] & { readonly words: Text })[];
};

/** Costs of a round to whoever sees its sums: every other member, and the custodian. */
export function toldInRound(
  round: string,
  me: string,
  terms: Pick<RoundTerms, 'members' | 'custodian' | 'learn' | 'privacy'>,
): Told {
  const { members, custodian, learn, privacy } = terms;
  const partners = [...new Set([...members, custodian])].filter((member) => member !== me);
  return {
    ...{ what: 'round', id: round, dataset: customers, partners },
    cost: privacy ? { rho: rhoOfTerms({ learn, privacy }) } : { count: 1 },
  };
}

export const toldInMatch = (match: string, partner: string, dataset: string): Told => ({
  ...{ what: 'match', id: match, dataset, partners: [partner] },
  cost: { count: 1 },
});

const keyOf = (dataset: string, partner: string) => sessionOf('ledger', `${partner} ${dataset}`);

export class Ledgers {
  readonly #book: Book;
  readonly #clock: { nowMs(): number };
  readonly #settings: PrivacySettings;
  #working: Promise<unknown> = Promise.resolve();

  constructor(parts: { book: Book; clock: { nowMs(): number }; settings: PrivacySettings }) {
    this.#book = parts.book;
    this.#clock = parts.clock;
    this.#settings = parts.settings;
  }

  /** Whether there is budget; nothing is spent. @throws {Fault} `budget_spent` */
  async judge(told: Told, nameOf?: (partner: string) => string): Promise<void> {
    await this.#charged(told, nameOf);
  }

  /**
   * @returns of the partner who has been told most, for the transcript: what is spent with this, and the limit
   * @throws {Fault} `budget_spent`; then no partner is charged
   */
  charge(told: Told, nameOf?: (partner: string) => string): Promise<BudgetSpent> {
    return this.#alone(async () => {
      const charged = await this.#charged(told, nameOf);
      await this.#book.write(charged.map(({ ledger }) => this.#put(ledger)));
      return this.#mostOf(told.cost, charged);
    });
  }

  /** Before anything leaves. Again is no fault, nor what was charged by nobody. */
  opened(id: string): Promise<void> {
    return this.#change(id, (ledger) => opened(ledger, id), ['charged']);
  }

  /** It is over: what never left is given back. */
  over(id: string): Promise<void> {
    return this.#change(id, (ledger) => refund(ledger, id), ['charged']);
  }

  /** Gives back what was charged for matches and rounds that there are not. To be called now and then. @param known by id */
  async sweep(known: ReadonlySet<string>): Promise<void> {
    const before = this.#clock.nowMs() - forgottenMs;
    const all = (await this.#all()).flatMap(({ entries }) => entries);
    const forgotten = all.filter(({ id, state, atMs }) => state === 'charged' && atMs < before && !known.has(id));
    for (const id of new Set(forgotten.map((entry) => entry.id))) await this.over(id);
  }

  /** @param partner of one alone */
  async list(nameOf: (partner: string) => string, partner?: string): Promise<LedgerView[]> {
    const all = (await this.#all()).filter((ledger) => partner === undefined || ledger.partner === partner);
    return all.map((ledger) => ({
      ...{ dataset: ledger.dataset, partner: ledger.partner, budget: ledger.budget },
      ...{ spent: spent(ledger), left: left(ledger), words: ledgerText({ ...ledger, partner: nameOf(ledger.partner) }) },
      entries: ledger.entries.map((entry) => ({ ...entry, words: entryText(entry, ledger.budget.delta) })),
    }));
  }

  async #charged({ what, id, cost, dataset, partners }: Told, nameOf = (partner: string) => partner) {
    const atMs = this.#clock.nowMs();
    const charged: Extract<Charged, { charged: true }>[] = [];
    for (const partner of partners) {
      const one = charge(await this.#of(dataset, partner), { what, id, cost, atMs });
      if (!one.charged) throw spentFault(one, nameOf(partner));
      charged.push(one);
    }
    return charged;
  }

  #mostOf(cost: Cost, charged: readonly Extract<Charged, { charged: true }>[]): BudgetSpent {
    const { epsilon, delta, answers } = this.#settings;
    const of = (name: 'epsilon' | 'count') => Math.max(0, ...charged.map((one) => one.spent[name]));
    return 'count' in cost
      ? { budget: 'answers without noise to the partner told most', spent: of('count'), limit: answers }
      : { budget: `epsilon at delta ${delta} to the partner told most`, spent: of('epsilon'), limit: epsilon };
  }

  async #of(dataset: string, partner: string): Promise<Ledger> {
    const { epsilon, delta, answers } = this.#settings;
    const budget = { epsilon, delta, count: answers };
    const kept = await this.#book.read(ledgerCollection, keyOf(dataset, partner));
    return kept === undefined ? newLedger({ dataset, partner, budget }) : { ...readLedger(kept), budget };
  }

  async #all(): Promise<Ledger[]> {
    const { epsilon, delta, answers } = this.#settings;
    const kept = await this.#book.list(ledgerCollection);
    // What is configured now is the budget, also of what was charged under another one.
    return kept.map(({ value }) => ({ ...readLedger(value), budget: { epsilon, delta, count: answers } }));
  }

  #put(ledger: Ledger): BookChange {
    return { put: [ledgerCollection, keyOf(ledger.dataset, ledger.partner), ledger] };
  }

  #change(id: string, change: (ledger: Ledger) => Ledger, from: readonly Ledger['entries'][number]['state'][]): Promise<void> {
    return this.#alone(async () => {
      const mine = (await this.#all()).filter(({ entries }) =>
        entries.some((entry) => entry.id === id && from.includes(entry.state)),
      );
      if (mine.length > 0) await this.#book.write(mine.map((ledger) => this.#put(change(ledger))));
    });
  }

  /** One after the other: two at once must not both take the last of a budget. */
  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = this.#working.then(work);
    this.#working = next.catch(() => undefined);
    return next;
  }
}

function spentFault(refused: Extract<Charged, { charged: false }>, partner: string): Fault {
  const { why, would, ledger } = refused;
  const where = why === 'epsilon' ? `epsilon ${would.epsilon.toFixed(3)} (${ledger.budget.epsilon})` : why;
  return new Fault('budget_spent', why === 'count' ? `answers ${would.count} (${ledger.budget.count})` : where, {
    words: {
      message: refusalText({ ...refused, ledger: { ...ledger, partner } }),
      next: {
        en: 'See holdfast federation budget. An administrator sets budgets in holdfast.json under federation.privacy.',
        zh: '请用 holdfast federation budget 查看。管理员可在 holdfast.json 的 federation.privacy 中设置预算。',
      },
    },
  });
}
