// The ledger of what was told about one dataset to one partner: matches, statistics and rounds against one budget of epsilon and delta.
// Plain JSON that the caller keeps; every function gives a new ledger and leaves the old one as it was.
//
// An entry is charged before anything is computed, marked as opened before anything leaves, and refunded only if it never opened. Costs are
// added as Renyi divergences on the grid of orders, which holds also when what is asked next depends on what was answered before.
//
// Known ways to misuse it:
// - Two ledgers for one dataset and one partner are two budgets. Partners who talk to each other have one budget between them.
// - A ledger is only as good as its keeping: charge and release in one transaction, with the next charge waiting for it.
// - A count covers nothing: exact answers have no epsilon. It only bounds how many there are.

import { epsilonOf, type Promised } from './convert.ts';
import { type Curve, checkCurve, composed, orders, zcdpCurve } from './rdp.ts';
import { bisect } from './special.ts';

export const ledgerLimits = { entriesMax: 100_000, textMax: 200, countMax: 1_000_000 } as const;

/** Rho of zCDP; a curve over the accountant's orders; or how many answers without noise, which no epsilon covers. */
export type Cost = { rho: number } | { rdp: Curve } | { count: number };
export type EntryKind = 'match' | 'statistic' | 'round';
export type Entry = { what: EntryKind; id: string; cost: Cost; atMs: number; state: 'charged' | 'opened' | 'refunded' };
/** Answers without noise are bounded by `count` alone. */
export type Budget = Promised & { count: number };
export type Ledger = { version: 1; dataset: string; partner: string; budget: Budget; entries: readonly Entry[] };

export type Spent = {
  /** At the budget's delta, for everything charged and not refunded. */
  epsilon: number;
  delta: number;
  /** Answers without noise. */
  count: number;
  entries: Readonly<Record<EntryKind, number>>;
};
/** `rho`: the largest zCDP cost that a further entry may have. Epsilons do not add up, so what is left of epsilon says less than it seems to. */
export type Left = { epsilon: number; rho: number; count: number };

export type Charged =
  | { charged: true; ledger: Ledger; spent: Spent }
  /** `would`: what would be spent. `known`: an entry of this id is there already with another cost, or was refunded. */
  | { charged: false; why: 'epsilon' | 'count' | 'known' | 'full'; ledger: Ledger; would: Spent };

export function newLedger(of: { dataset: string; partner: string; budget: Budget }): Ledger {
  return readLedger({ version: 1, dataset: of.dataset, partner: of.partner, budget: of.budget, entries: [] });
}

export function spent(ledger: Ledger): Spent {
  return spentBy(ledger, curveOf(ledger));
}

export function left(ledger: Ledger): Left {
  const { budget } = ledger;
  const curve = curveOf(ledger);
  const now = spentBy(ledger, curve);
  const fits = (rho: number) => epsilonOf(composed([curve, zcdpCurve(rho)]), budget.delta) <= budget.epsilon;
  // At order alpha the divergence alone may be a little over epsilon, by less than this.
  const tooMuch = budget.epsilon + Math.log(1 / budget.delta) + 2;
  return {
    epsilon: Math.max(0, budget.epsilon - now.epsilon),
    rho: fits(0) ? bisect(tooMuch, 0, 1e-9, fits) : 0,
    count: Math.max(0, budget.count - now.count),
  };
}

/**
 * Takes an entry on, or refuses it where the budget would be overspent. Charging the same entry again changes nothing and is no refusal, so
 * that a caller that does not know whether it was heard may ask again.
 */
export function charge(ledger: Ledger, { what, id, cost, atMs }: Omit<Entry, 'state'>): Charged {
  const entry: Entry = { what, id, cost: copyOf(cost), atMs, state: 'charged' };
  checkEntry(entry);
  const there = ledger.entries.find((one) => one.id === id);
  if (there) {
    const same = there.state !== 'refunded' && there.what === what && JSON.stringify(there.cost) === JSON.stringify(entry.cost);
    if (same) return { charged: true, ledger, spent: spent(ledger) };
    return { charged: false, why: 'known', ledger, would: spent(ledger) };
  }
  const next: Ledger = { ...ledger, entries: [...ledger.entries, entry] };
  const would = spent(next);
  // An entry that costs no epsilon is not held back by epsilon, nor one without a count by the count.
  if (!('count' in cost) && !(would.epsilon <= ledger.budget.epsilon)) return { charged: false, why: 'epsilon', ledger, would };
  if ('count' in cost && would.count > ledger.budget.count) return { charged: false, why: 'count', ledger, would };
  if (next.entries.length > ledgerLimits.entriesMax) return { charged: false, why: 'full', ledger, would };
  return { charged: true, ledger: next, spent: would };
}

/** From here on the entry counts for good. Again is no fault. @throws {RangeError} for an entry that is not there or was refunded */
export function opened(ledger: Ledger, id: string): Ledger {
  return changed(ledger, id, 'opened', (state) => state !== 'refunded');
}

/** Gives back what was charged and never opened. Again is no fault. @throws {RangeError} for an entry that is not there or was opened */
export function refund(ledger: Ledger, id: string): Ledger {
  return changed(ledger, id, 'refunded', (state) => state !== 'opened');
}

function changed(ledger: Ledger, id: string, state: Entry['state'], from: (state: Entry['state']) => boolean): Ledger {
  const entry = ledger.entries.find((one) => one.id === id);
  if (!entry) throw new RangeError(`id: expected an entry of this ledger, got ${id}`);
  if (!from(entry.state)) throw new RangeError(`id: expected an entry that may be ${state}, got ${id}, which is ${entry.state}`);
  return { ...ledger, entries: ledger.entries.map((one) => (one === entry ? { ...one, state } : one)) };
}

function curveOf(ledger: Ledger): Curve {
  let rho = 0;
  const curves: Curve[] = [];
  for (const { cost, state } of ledger.entries) {
    if (state === 'refunded') continue;
    if ('rho' in cost) rho += cost.rho;
    else if ('rdp' in cost) curves.push(cost.rdp);
  }
  return composed([zcdpCurve(rho), ...curves]);
}

function spentBy(ledger: Ledger, curve: Curve): Spent {
  const entries = { match: 0, statistic: 0, round: 0 };
  let count = 0;
  for (const { what, cost, state } of ledger.entries) {
    if (state === 'refunded') continue;
    entries[what] += 1;
    if ('count' in cost) count += cost.count;
  }
  return { epsilon: epsilonOf(curve, ledger.budget.delta), delta: ledger.budget.delta, count, entries };
}

function copyOf(cost: Cost): Cost {
  if ('rho' in cost) return { rho: cost.rho };
  return 'rdp' in cost ? { rdp: [...cost.rdp] } : { count: cost.count };
}

/** A ledger out of parsed JSON, checked throughout. @throws {RangeError} naming what is wrong */
export function readLedger(json: unknown): Ledger {
  const { version, dataset, partner, budget, entries } = (json ?? {}) as Ledger;
  if (version !== 1) throw new RangeError(`version: expected 1, got ${version}`);
  checkText(dataset, 'dataset');
  checkText(partner, 'partner');
  const { epsilon, delta, count } = budget ?? {};
  if (!(typeof epsilon === 'number' && epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY))
    throw new RangeError(`budget.epsilon: expected a finite number of 0 or more, got ${epsilon}`);
  if (!(typeof delta === 'number' && delta > 0 && delta < 1))
    throw new RangeError(`budget.delta: expected above 0 and below 1, got ${delta}`);
  checkCount(count, 'budget.count', 0);
  if (!Array.isArray(entries) || entries.length > ledgerLimits.entriesMax)
    throw new RangeError(`entries: expected up to ${ledgerLimits.entriesMax}`);
  const ids = new Set<string>();
  const copies = (entries as Entry[]).map((entry) => {
    checkEntry(entry);
    if (ids.has(entry.id)) throw new RangeError(`entries: expected each id once, got ${entry.id} again`);
    ids.add(entry.id);
    const { what, id, cost, atMs, state } = entry;
    return { what, id, cost: copyOf(cost), atMs, state };
  });
  return { version, dataset, partner, budget: { epsilon, delta, count }, entries: copies };
}

function checkEntry({ what, id, cost, atMs, state }: Entry): void {
  if (!['match', 'statistic', 'round'].includes(what))
    throw new RangeError(`what: expected match, statistic or round, got ${what}`);
  if (!['charged', 'opened', 'refunded'].includes(state))
    throw new RangeError(`state: expected charged, opened or refunded, got ${state}`);
  checkText(id, 'id');
  if (!Number.isSafeInteger(atMs)) throw new RangeError(`atMs: expected whole milliseconds, got ${atMs}`);
  if (typeof cost !== 'object' || cost === null || Object.keys(cost).length !== 1)
    throw new RangeError('cost: expected one of rho, rdp and count');
  if ('rho' in cost) checkFinite(cost.rho, 'cost.rho');
  else if ('rdp' in cost) {
    if (!Array.isArray(cost.rdp)) throw new RangeError(`cost.rdp: expected ${orders.length} numbers`);
    checkCurve(cost.rdp);
    // JSON has no Infinity, and an entry that promises nothing at an order would be read back as something else.
    for (const value of cost.rdp) checkFinite(value, 'cost.rdp');
  } else checkCount(cost.count, 'cost.count', 1);
}

function checkFinite(value: number, name: string): void {
  if (!(typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY))
    throw new RangeError(`${name}: expected a finite number of 0 or more, got ${value}`);
}

function checkCount(value: number, name: string, least: number): void {
  if (!Number.isInteger(value) || value < least || value > ledgerLimits.countMax)
    throw new RangeError(`${name}: expected an integer from ${least} to ${ledgerLimits.countMax}, got ${value}`);
}

function checkText(text: string, name: string): void {
  if (typeof text !== 'string' || text.length === 0 || text.length > ledgerLimits.textMax)
    throw new RangeError(`${name}: expected 1 to ${ledgerLimits.textMax} characters`);
}
