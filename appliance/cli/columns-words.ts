// Columns in words: their kind, and what is in them in one line.

import type { ColumnKind } from '../core/matrix/matrix.ts';
import type { ColumnSummary } from '../decide/features/features.ts';
import type { CliContext } from './context.ts';

export function kindWord({ words }: CliContext, kind: ColumnKind): string {
  const named = {
    number: { en: 'number', zh: '数值' },
    time: { en: 'time', zh: '时间' },
    category: { en: 'category', zh: '类别' },
  };
  return words(named[kind]);
}

export function contentOf({ kind, least, greatest, mean, levels }: ColumnSummary): string {
  if (levels)
    return levels
      .slice(0, 4)
      .map(({ level, rows }) => `${level.slice(0, 24)} (${rows})`)
      .join(', ');
  if (least === undefined || greatest === undefined) return '';
  if (kind === 'time') return `${new Date(least).toISOString().slice(0, 10)} … ${new Date(greatest).toISOString().slice(0, 10)}`;
  return `${short(least)} … ${short(greatest)}, ∅ ${short(mean!)}`;
}

const short = (value: number): string => String(Number(value.toPrecision(5)));
