// Customers by recency and frequency, five by five, each field with what they spent, what to call them and the rule that says who is in it: so that a
// field can become a segment that finds the same people, and follows them.

import { columnOf, type Matrix, numberAt } from '../../../core/matrix/matrix.ts';
import { type RfmBounds, type RfmInput, scoreRfm } from '../rfm/rfm.ts';
import type { Condition } from '../rules/rule.ts';

const dayMs = 86_400_000;
/** Windows of rules go no further; beyond them a bound is none. */
const farthestDays = 3_660;

export type GridField = {
  /** 1 to 5, 5 being the most recent and the most frequent. */
  recency: number;
  frequency: number;
  customers: number;
  /** Of all who ever bought. */
  share: number;
  spend: number;
  /** Of all that was spent. */
  spendShare: number;
  /** How many of them have each score of money, from 1 to 5. */
  monetary: number[];
  when: Condition;
};

export type Grid = {
  customers: number;
  /** Never bought, so that they have no scores. */
  leftOut: number;
  spend: number;
  bounds: { recencyDays: (number | null)[]; frequency: (number | null)[]; monetary: (number | null)[] };
  fields: GridField[];
  groups: {
    code: string;
    customers: number;
    share: number;
    recencyDays: number;
    frequency: number;
    monetary: number;
    spendShare: number;
  }[];
};

/** @param rows those who may be looked at */
export function gridOf(matrix: Matrix, rows: Int32Array, nowMs: number): Grid {
  const column = (name: string) => columnOf(matrix, name)!;
  const [last, orders, spend] = [column('last_order'), column('orders'), column('spend')];
  const read = (value: (row: number) => number) => Float64Array.from(rows, value);
  const bought = (row: number) => numberAt(orders, row) > 0;
  const input: RfmInput = {
    // Whole days, so that the bounds between scores are days that a rule can name.
    recencyDays: read((row) => Math.max(0, Math.floor((nowMs - numberAt(last, row)) / dayMs))),
    frequency: read((row) => (bought(row) ? numberAt(orders, row) : Number.NaN)),
    monetary: read((row) => (bought(row) ? numberAt(spend, row) : Number.NaN)),
  };
  const rfm = scoreRfm(input);
  const fields = Array.from({ length: 25 }, (_, at) => ({
    recency: Math.floor(at / 5) + 1,
    frequency: (at % 5) + 1,
    customers: 0,
    spend: 0,
    monetary: [0, 0, 0, 0, 0],
  }));
  let total = 0;
  for (let at = 0; at < rows.length; at += 1) {
    if (rfm.recencyScore[at] === 0) continue;
    const field = fields[(rfm.recencyScore[at]! - 1) * 5 + rfm.frequencyScore[at]! - 1]!;
    field.customers += 1;
    field.spend += input.monetary[at]!;
    field.monetary[rfm.monetaryScore[at]! - 1]! += 1;
    total += input.monetary[at]!;
  }
  const customers = rows.length - rfm.leftOut;
  const finite = (bounds: readonly number[]) => bounds.map((bound) => (Number.isFinite(bound) ? bound : null));
  return {
    customers,
    leftOut: rfm.leftOut,
    spend: total,
    bounds: {
      recencyDays: finite(rfm.bounds.recencyDays),
      frequency: finite(rfm.bounds.frequency),
      monetary: finite(rfm.bounds.monetary),
    },
    fields: fields.map((field) => ({
      ...field,
      share: customers === 0 ? 0 : field.customers / customers,
      spendShare: total === 0 ? 0 : field.spend / total,
      when: ruleOfField(rfm.bounds, field.recency, field.frequency),
    })),
    groups: rfm.summary.map(({ segment, monetaryShare, ...figures }) => ({
      code: segment.code,
      ...figures,
      spendShare: monetaryShare,
    })),
  };
}

/** Who has these two scores, as a rule: a value on a bound belongs to the larger values, days as the others. */
export function ruleOfField(bounds: RfmBounds, recency: number, frequency: number): Condition {
  const days = [0, ...bounds.recencyDays, Number.POSITIVE_INFINITY];
  const [since, before] = [days[5 - recency]!, days[6 - recency]!];
  const counts = [1, ...bounds.frequency, Number.POSITIVE_INFINITY];
  const [least, below] = [counts[frequency - 1]!, counts[frequency]!];
  const last = { kind: 'order', which: 'last' } as const;
  const orders = { kind: 'orders', measure: 'count' } as const;
  const of: Condition[] = [];
  if (before >= 1 && before <= farthestDays)
    of.push({ kind: 'value', of: last, test: { op: 'during', in: { kind: 'last', n: before, unit: 'day' } } });
  if (since >= 1 && since <= farthestDays)
    of.push({ kind: 'value', of: last, test: { op: 'ago', moreThan: { n: since, unit: 'day' } } });
  // Who is in any field has bought.
  of.push({ kind: 'value', of: orders, test: { op: '>=', value: Number.isFinite(least) ? Math.max(1, least) : 1 } });
  if (Number.isFinite(below)) of.push({ kind: 'value', of: orders, test: { op: '<', value: below } });
  return of.length === 1 ? of[0]! : { kind: 'and', of };
}
