// The answer to a plan by plain sets: no encryption, no order, no network. It is written apart from the engine, from the terms alone.

import type { MatchKind } from '../protocol/match-terms.ts';
import type { Brought, Plan } from './plan.ts';

export type Answer = {
  readonly refused: string | undefined;
  /** Shared items by kind. */
  readonly shared: { readonly [kind in MatchKind]?: readonly string[] };
  /** By the items of the kind that has most: both sides and a counter count the same of them. */
  readonly enough: boolean;
  /** By customer, the first kind of the waterfall that found it. */
  readonly initiator: ReadonlyMap<string, MatchKind>;
  readonly responder: ReadonlyMap<string, MatchKind>;
  readonly sum: number;
};

/** In sums each customer brings the first of its items alone. */
function itemsOf({ rows }: Brought, kind: MatchKind, once: boolean): Map<string, string[]> {
  const owners = new Map<string, Set<number>>();
  for (const [at, row] of (rows[kind] ?? []).entries()) {
    for (const item of once ? row.slice(0, 1) : row) owners.set(item, (owners.get(item) ?? new Set()).add(at));
  }
  return new Map([...owners].map(([item, rowsOf]) => [item, [...rowsOf].map(String)]));
}

const totalOf = ({ values }: Brought, rows: readonly string[]) =>
  rows.reduce((sum, row) => sum + (values?.[Number(row)] ?? 0), 0);

export function answerOf({ terms, initiator, responder }: Plan): Answer {
  const once = terms.mode === 'sums';
  const lists = (of: Brought) => terms.kinds.map((kind) => itemsOf(of, kind, once));
  const [ours, theirs] = [lists(initiator), lists(responder)];
  const longest = (all: readonly Map<string, unknown>[]) => Math.max(...all.map((list) => list.size));
  const most = [...theirs[0]!.values()].some((rows) => Math.abs(totalOf(responder, rows)) > 2 ** 40);
  const refused =
    once && most
      ? 'data_unreadable'
      : [theirs, ours].flatMap((all) =>
          longest(all) < terms.minSize ? ['set_too_small'] : longest(all) > terms.maxSize ? ['set_too_large'] : [],
        )[0];
  const shared = terms.kinds.map((_, at) => [...ours[at]!.keys()].filter((item) => theirs[at]!.has(item)));
  const side = (of: Brought, all: readonly Map<string, string[]>[]): Map<string, MatchKind> => {
    const found = new Map<string, MatchKind>();
    for (const [at, kind] of terms.kinds.entries()) {
      for (const row of shared[at]!.flatMap((item) => all[at]!.get(item)!)) {
        const id = of.ids[Number(row)]!;
        if (!found.has(id)) found.set(id, kind);
      }
    }
    return found;
  };
  return {
    refused,
    shared: Object.fromEntries(terms.kinds.map((kind, at) => [kind, shared[at]!])),
    enough: Math.max(...shared.map((items) => items.length)) >= terms.minIntersection,
    initiator: side(initiator, ours),
    responder: side(responder, theirs),
    sum: totalOf(
      responder,
      shared[0]!.flatMap((item) => theirs[0]!.get(item)!),
    ),
  };
}

/** Owners of the n-th pair on both sides have to share an item: all pairs of both, written so that they can be compared. */
export function pairsOf({ terms, initiator, responder }: Plan): string[] {
  return terms.kinds
    .flatMap((kind) => {
      const [ours, theirs] = [itemsOf(initiator, kind, false), itemsOf(responder, kind, false)];
      return [...ours].flatMap(([item, rows]) => {
        const others = theirs.get(item);
        if (!others) return [];
        const ids = (of: Brought, at: readonly string[]) => at.map((row) => of.ids[Number(row)]!).sort();
        return [JSON.stringify([kind, ids(initiator, rows), ids(responder, others)])];
      });
    })
    .sort();
}
