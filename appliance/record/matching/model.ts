// What a run has learnt, as plain JSON, and the scoring of one pair with it. A live node keeps the model and asks it about
// each new record and its few candidates. Of names it holds only those that many share.

import { createComparer } from './compare.ts';
import type { Estimate } from './em.ts';
import { type EncodedTable, encodeTable, valueText } from './encode.ts';
import { explain } from './explain.ts';
import { createBander, type FieldFrequency, type Frequencies } from './frequency.ts';
import { type FieldKind, missingLevel } from './kinds.ts';
import type { FieldWeight, PersonColumn } from './matching.ts';
import type { Thresholds } from './thresholds.ts';

export const modelLimits = {
  /** Values whose frequency a model keeps, per field. */
  values: 2000,
  /** Holders that a value needs to be kept: rarer ones could point to somebody. */
  holders: 5,
} as const;

export type MatchModel = {
  version: 1;
  fields: { name: string; kind: FieldKind; frequency: Omit<FieldFrequency, 'holders'>; common: Record<string, number> }[];
  estimate: Estimate;
  thresholds: Thresholds;
};

/** One person's values by kind, as written. */
export type PersonValues = Partial<Record<FieldKind, string | null>>;

export function makeModel(table: EncodedTable, frequencies: Frequencies, estimate: Estimate, thresholds: Thresholds): MatchModel {
  const fields = table.fields.map((field, f) => {
    const { holders, ...frequency } = frequencies.fields[f]!;
    const common = Array.from(holders, (count, code) => ({ count, code }))
      .filter(({ count }) => count >= modelLimits.holders)
      .sort((a, b) => b.count - a.count || a.code - b.code)
      .slice(0, modelLimits.values);
    return {
      name: field.name,
      kind: field.kind,
      frequency,
      common: Object.fromEntries(common.map(({ count, code }) => [valueText(field, code), count])),
    };
  });
  return { version: 1, fields, estimate, thresholds };
}

/**
 * The chance that two records are one person, with its reasons. Symmetric. Kinds that the model does not know are left out; a
 * full name stands in for given name and surname. Dates are best written year first.
 */
export function scorePair(
  model: MatchModel,
  left: PersonValues,
  right: PersonValues,
): { probability: number; weights: FieldWeight[] } {
  const columns: PersonColumn[] = model.fields.map(({ name, kind }) => ({
    name,
    field: kind,
    values: valuesOf(kind, left, right),
  }));
  if (left.fullName || right.fullName) columns.push({ field: 'fullName', values: valuesOf('fullName', left, right) });
  const encoded = encodeTable({ rowCount: 2, columns }, { keepAll: true });
  const fields = encoded.fields.slice(0, model.fields.length);
  const table = { ...encoded, fields };
  const cells = new Uint8Array(fields.length).fill(missingLevel);
  createComparer(table).compare(0, 1, cells, 0);
  createBander(table, { fields: fields.map((field, f) => knownFrequency(model, field, f)), personOf: new Int32Array(0) })(
    0,
    1,
    cells,
    0,
  );
  const first = encoded.rowOf[0] === 0 ? 0 : 1;
  const shown = fields.map((field) => {
    const [a, b] = [field.codes[first]!, field.codes[1 - first]!];
    return {
      name: field.name,
      kind: field.kind,
      ...(a < 0 ? {} : { left: valueText(field, a) }),
      ...(b < 0 ? {} : { right: valueText(field, b) }),
    };
  });
  const { probability, weights } = explain(model.estimate, cells, shown);
  return { probability, weights };
}

const valuesOf = (kind: FieldKind, left: PersonValues, right: PersonValues) => [left[kind] ?? null, right[kind] ?? null];

function knownFrequency(model: MatchModel, field: EncodedTable['fields'][number], f: number): FieldFrequency {
  const { frequency, common } = model.fields[f]!;
  const holders = Int32Array.from({ length: field.valueCount }, (_, code) => {
    const text = valueText(field, code);
    return Object.hasOwn(common, text) ? common[text]! : 2;
  });
  return { ...frequency, holders };
}
