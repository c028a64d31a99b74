// The reasons of a match as a waterfall: one bar per field, in bits of evidence, to the right for and to the left against.

import type { FieldWeight } from '../record/profiles/profiles.ts';
import type { CliContext } from './context.ts';

const halfColumns = 20;

export function printWaterfall(context: CliContext, weights: readonly FieldWeight[], probability: number): void {
  const largest = Math.max(1, ...weights.map((weight) => Math.abs(weight.weightBits)));
  const { words } = context;
  const rows: string[][] = [];
  let sum = 0;
  for (const { field, level, weightBits } of weights) {
    sum += weightBits;
    const length = Math.round((Math.abs(weightBits) / largest) * halfColumns);
    const left = weightBits < 0 ? '▒'.repeat(length).padStart(halfColumns) : ' '.repeat(halfColumns);
    const right = weightBits >= 0 ? '█'.repeat(length).padEnd(halfColumns) : ' '.repeat(halfColumns);
    rows.push([field, level, weightBits.toFixed(1), `${left}│${right}`]);
  }
  const chance = `${(probability * 100).toFixed(1)}%`;
  rows.push([words({ en: 'together', zh: '合计' }), '', sum.toFixed(1), words({ en: `chance ${chance}`, zh: `概率 ${chance}` })]);
  const titles = words({ en: 'field,agreement,bits,', zh: '字段,一致程度,比特,' }).split(',');
  context.printTable(
    titles.map((title, at) => ({ title, ...(at === 2 && { align: 'right' as const }) })),
    rows,
  );
}
