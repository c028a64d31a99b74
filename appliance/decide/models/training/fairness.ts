// Groups that people may not be treated differently by without a reason: told by the names of columns, and how the scores fall in each.

import { type Column, levelAt, type Matrix, numberAt } from '../../../core/matrix/matrix.ts';
import { auc } from '../metrics/curves.ts';
import { rank } from '../metrics/scored.ts';
import type { Fairness, GroupFigures } from './report.ts';

const sensitive =
  /gender|sex\b|^age|_age\b|age_|senior|race|ethnic|nation|religio|marital|disab|region|province|city|zip|postal|country|性别|年龄|民族|宗教|婚姻|残疾|省|城市|地区|国籍|邮编/i;

export const fairnessLimits = {
  columns: 8,
  /** Groups of a column with fewer rows are left out: their figures would be chance. */
  rows: 50,
  groups: 20,
} as const;

type Scores = { readonly rows: Uint32Array; readonly scores: Float64Array; readonly labels: Uint8Array };

export function fairnessOf(matrix: Matrix, { rows, scores, labels }: Scores, threshold: number): Fairness[] {
  const found: Fairness[] = [];
  for (const column of matrix.columns) {
    if (found.length === fairnessLimits.columns) break;
    if (!sensitive.test(column.name)) continue;
    const members = new Map<string, number[]>();
    rows.forEach((row, at) => {
      const group = groupOf(column, row);
      if (group === undefined) return;
      const own = members.get(group);
      if (own) own.push(at);
      else members.set(group, [at]);
    });
    const groups = [...members]
      .filter(([, own]) => own.length >= fairnessLimits.rows)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, fairnessLimits.groups)
      .map(([group, own]) => figuresOf(group, own, scores, labels, threshold));
    if (groups.length < 2 || members.size > 5 * fairnessLimits.groups) continue;
    const rates = groups.map(({ selectedRate }) => selectedRate);
    const most = Math.max(...rates);
    found.push({ column: column.name, groups, selectedRatio: most === 0 ? 1 : Math.min(...rates) / most });
  }
  return found;
}

/** Numbers of few values are groups as they are; ages and the like in tens. */
function groupOf(column: Column, row: number): string | undefined {
  if (column.kind === 'category') return levelAt(column, row);
  if (column.kind === 'time') return undefined;
  const value = numberAt(column, row);
  if (Number.isNaN(value)) return undefined;
  if (!/^age|_age|age_|年龄/i.test(column.name)) return String(value);
  const ten = Math.floor(value / 10) * 10;
  return `${ten}–${ten + 9}`;
}

function figuresOf(
  group: string,
  own: readonly number[],
  scores: Float64Array,
  labels: Uint8Array,
  threshold: number,
): GroupFigures {
  const ownScores = Float64Array.from(own, (at) => scores[at]!);
  const ownLabels = Uint8Array.from(own, (at) => labels[at]!);
  const count = (of: (at: number) => boolean) => own.reduce((sum, _, at) => sum + (of(at) ? 1 : 0), 0);
  const positives = count((at) => ownLabels[at] === 1);
  const area = auc(rank({ scores: ownScores, labels: ownLabels }));
  return {
    group,
    rows: own.length,
    positiveRate: positives / own.length,
    meanScore: ownScores.reduce((sum, score) => sum + score, 0) / own.length,
    selectedRate: count((at) => ownScores[at]! >= threshold) / own.length,
    recall: positives === 0 ? 0 : count((at) => ownLabels[at] === 1 && ownScores[at]! >= threshold) / positives,
    rocAuc: Number.isNaN(area) ? null : area,
  };
}
