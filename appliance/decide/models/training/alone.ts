// How well one column alone tells the label: its values in up to 64 groups, each scored by the share of positives in the other half of the rows,
// so that a column with a value for each row cannot flatter itself.

import { type Column, isMissing, numberAt, rowsPerChunk } from '../../../core/matrix/matrix.ts';
import type { Label } from './label.ts';

export type Alone = {
  /** Area under the ROC curve, half where it tells nothing. */
  readonly auc: number;
  /** The value of most rows among those that only ever come with the label. */
  readonly pure?: { readonly value: string; readonly rows: number };
};

const groupsMost = 64;
/** Rows that a share is pulled towards the whole by. */
const prior = 10;

export function aloneAuc(column: Column, label: Label): Alone {
  const { groups, count, nameOf } = groupsOf(column, label.rows);
  const halves = [new Float64Array(count), new Float64Array(count)] as const;
  const positives = [new Float64Array(count), new Float64Array(count)] as const;
  groups.forEach((group, at) => {
    halves[at % 2]![group]! += 1;
    positives[at % 2]![group]! += label.values[at]!;
  });
  const base = label.positives / label.rows.length;
  // Shares of the one half score the other.
  const scores = [1, 0].map((half) =>
    Float64Array.from({ length: count }, (_, g) => (positives[half]![g]! + prior * base) / (halves[half]![g]! + prior)),
  );
  let auc = 0;
  for (const half of [0, 1] as const) auc += aucOfGroups(scores[half]!, halves[half]!, positives[half]!) / 2;
  return {
    auc,
    ...pureGroup(
      count,
      nameOf,
      (g) => halves[0]![g]! + halves[1]![g]!,
      (g) => positives[0]![g]! + positives[1]![g]!,
    ),
  };
}

function pureGroup(
  count: number,
  nameOf: (group: number) => string,
  rowsOf: (group: number) => number,
  positivesOf: (group: number) => number,
) {
  let [best, rows] = [-1, 0];
  for (let group = 0; group < count; group += 1) {
    if (rowsOf(group) <= rows || positivesOf(group) < rowsOf(group)) continue;
    [best, rows] = [group, rowsOf(group)];
  }
  return best < 0 ? {} : { pure: { value: nameOf(best), rows } };
}

/** Of rows that fall into groups of one score each. */
function aucOfGroups(scores: Float64Array, rows: Float64Array, positives: Float64Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let [below, won, ones, zeros] = [0, 0, 0, 0];
  for (let at = 0; at < order.length; ) {
    let [tiedOnes, tiedZeros] = [0, 0];
    const score = scores[order[at]!]!;
    for (; at < order.length && scores[order[at]!] === score; at += 1) {
      const group = order[at]!;
      tiedOnes += positives[group]!;
      tiedZeros += rows[group]! - positives[group]!;
    }
    won += tiedOnes * (below + tiedZeros / 2);
    below += tiedZeros;
    ones += tiedOnes;
    zeros += tiedZeros;
  }
  return ones === 0 || zeros === 0 ? 0.5 : won / (ones * zeros);
}

/** Numbers by quantiles, or by value where there are few; the last group is of what is missing. */
function groupsOf(column: Column, rows: Int32Array): { groups: Int32Array; count: number; nameOf(group: number): string } {
  if (column.kind === 'category') {
    const levels = column.levels!.length;
    const groups = Int32Array.from(rows, (row) => {
      const cell = column.chunks[Math.floor(row / rowsPerChunk)]![row % rowsPerChunk]!;
      return isMissing(column, cell) ? levels : cell;
    });
    return { groups, count: levels + 1, nameOf: (group) => column.levels![group] ?? '' };
  }
  const values = Float64Array.from(rows, (row) => numberAt(column, row));
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const edges: number[] = [];
  const different = new Set(known);
  if (different.size <= groupsMost) edges.push(...[...different].sort((a, b) => a - b));
  else for (let g = 1; g <= groupsMost; g += 1) edges.push(known[Math.ceil((g * known.length) / groupsMost) - 1]!);
  const upper = [...new Set(edges)];
  const groups = Int32Array.from(values, (value) => (Number.isNaN(value) ? upper.length : lowerBound(upper, value)));
  const nameOf = (group: number) =>
    group >= upper.length ? '' : different.size <= groupsMost ? String(upper[group]) : `≤ ${upper[group]}`;
  return { groups, count: upper.length + 1, nameOf };
}

function lowerBound(upper: readonly number[], value: number): number {
  let [from, to] = [0, upper.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (upper[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
