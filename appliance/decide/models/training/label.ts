// The question a model answers: which rows are the ones to find. Read from a column as people write it (1 and 0, Yes and No, 流失 and 留存),
// and refused with the reason where there is nothing to learn.

import { Fault } from '../../../core/errors.ts';
import { type Column, levelAt, type Matrix, numberAt } from '../../../core/matrix/matrix.ts';

export const labelLimits = {
  /** Of either kind. Below, no figure of the report would mean anything. */
  rowsOfEach: 20,
} as const;

export type Label = {
  readonly column: string;
  /** The value that is to be found, as the file has it, and all others. */
  readonly positive: string;
  readonly negative: readonly string[];
  /** Rows whose label is known, in their order. */
  readonly rows: Int32Array;
  /** 1 or 0 for each of `rows`. */
  readonly values: Uint8Array;
  readonly positives: number;
  /** Rows without a label: they are left out. */
  readonly unlabelled: number;
};

const affirmative = [
  '1',
  'yes',
  'true',
  'y',
  't',
  'positive',
  '是',
  '真',
  'churned',
  'churn',
  'leave',
  'left',
  'exited',
  '流失',
  '已流失',
  '成交',
  '购买',
];
const negative = ['0', 'no', 'false', 'n', 'f', 'negative', '否', '假', '-1', 'stayed', 'retained', '留存', '未流失'];

/**
 * @param positive the value to find; where it is not given, the one that means yes
 * @throws {Fault} `cannot_train` for one value only, for more than two without `positive`, for too few rows; `bad_request` for a value that is not there
 */
export function labelOf(matrix: Matrix, column: Column, positive?: string): Label {
  const texts = Array.from({ length: matrix.rows }, (_, row) => textAt(column, row));
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  const found = positive ?? guessPositive(column.name, counts);
  if (!counts.has(found)) {
    const some = [...counts.keys()].slice(0, 5).join(', ');
    throw new Fault('bad_request', `column ${shown(column.name)} has no value ${shown(found)}; it has ${some}`);
  }
  const rows: number[] = [];
  const values: number[] = [];
  texts.forEach((text, row) => {
    if (text === undefined) return;
    rows.push(row);
    values.push(text === found ? 1 : 0);
  });
  const positives = counts.get(found)!;
  const others = rows.length - positives;
  if (Math.min(positives, others) < labelLimits.rowsOfEach) {
    const most = `${positives} rows are ${shown(found)} and ${others} are not`;
    throw new Fault(
      'cannot_train',
      `column ${shown(column.name)}: ${most}; at least ${labelLimits.rowsOfEach} of each are needed`,
    );
  }
  return {
    column: column.name,
    positive: found,
    negative: [...counts.keys()].filter((text) => text !== found).sort(),
    rows: Int32Array.from(rows),
    values: Uint8Array.from(values),
    positives,
    unlabelled: matrix.rows - rows.length,
  };
}

function textAt(column: Column, row: number): string | undefined {
  if (column.kind === 'category') return levelAt(column, row);
  const value = numberAt(column, row);
  return Number.isNaN(value) ? undefined : String(value);
}

function guessPositive(name: string, counts: ReadonlyMap<string, number>): string {
  if (counts.size === 0) throw new Fault('cannot_train', `column ${shown(name)} is empty`);
  if (counts.size === 1)
    throw new Fault('cannot_train', `column ${shown(name)} has one value only, ${shown([...counts.keys()][0]!)}`);
  if (counts.size > 2) {
    const many = counts.size > 20 ? `${counts.size} values` : [...counts.keys()].join(', ');
    throw new Fault('cannot_train', `column ${shown(name)} has ${many}: say which is to be found with --positive`);
  }
  const [one, other] = [...counts.keys()] as [string, string];
  const rank = (text: string) => {
    const low = text.toLowerCase();
    return affirmative.includes(low) ? 0 : negative.includes(low) ? 2 : 1;
  };
  if (rank(one) !== rank(other)) return rank(one) < rank(other) ? one : other;
  // Neither says yes: the rarer is what people look for, and of equals the later in the alphabet.
  const [ones, others] = [counts.get(one)!, counts.get(other)!];
  if (ones !== others) return ones < others ? one : other;
  return [one, other].sort().at(-1)!;
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 60));
