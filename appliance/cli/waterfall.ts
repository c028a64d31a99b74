// The reasons of a match as a waterfall: one bar per field, in bits of evidence, to the right for and to the left against.

import type { FieldWeight } from '../record/profiles/profiles.ts';
import type { CliContext } from './context.ts';

const halfColumns = 20;

export function printWaterfall(context: CliContext, weights: readonly FieldWeight[], probability: number): void {
  const largest = Math.max(1, ...weights.map((weight) => Math.abs(weight.weightBits)));
  let sum = 0;
  for (const { field, level, weightBits } of weights) {
    sum += weightBits;
    const length = Math.round((Math.abs(weightBits) / largest) * halfColumns);
    const left = weightBits < 0 ? '▒'.repeat(length).padStart(halfColumns) : ' '.repeat(halfColumns);
    const right = weightBits >= 0 ? '█'.repeat(length).padEnd(halfColumns) : ' '.repeat(halfColumns);
    context.print(`${field.padEnd(16)} ${level.padEnd(22)} ${weightBits.toFixed(1).padStart(6)}  ${left}│${right}`);
  }
  context.print(
    context.words({
      en: `${'together'.padEnd(39)} ${sum.toFixed(1).padStart(6)}  chance ${(probability * 100).toFixed(1)}%`,
      zh: `${'合计'.padEnd(37)} ${sum.toFixed(1).padStart(6)}  概率 ${(probability * 100).toFixed(1)}%`,
    }),
  );
}
