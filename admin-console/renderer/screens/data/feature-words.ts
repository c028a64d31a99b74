// How the figures of a feature are said: numbers by their range and mean, times by their days, words by the commonest.

import { useCallback } from 'react';
import { useFormats, useSay, type Words } from '../../words/words.ts';

export const featureKinds = {
  number: { en: 'Number', zh: '数值' },
  time: { en: 'Moment', zh: '时间' },
  category: { en: 'Category', zh: '类别' },
} as const satisfies { readonly [kind: string]: Words };

const words = {
  numbers: { en: '{least} to {greatest}, mean {mean}', zh: '{least} 至 {greatest}，均值 {mean}' },
  times: { en: '{least} to {greatest}', zh: '{least} 至 {greatest}' },
  nobody: { en: 'nobody has it', zh: '无人具备' },
} as const;

type Figures = {
  kind: keyof typeof featureKinds;
  least?: number;
  greatest?: number;
  mean?: number;
  levels?: { level: string; rows: number }[];
};

const shownLevels = 4;

export function useFigures(): (of: Figures) => string {
  const say = useSay();
  const formats = useFormats();
  return useCallback(
    ({ kind, least, greatest, mean, levels }) => {
      if (kind === 'category') {
        const shown = (levels ?? []).slice(0, shownLevels).map(({ level, rows }) => `${level} ${formats.number(rows)}`);
        return shown.length > 0 ? `${shown.join(', ')}${(levels ?? []).length > shownLevels ? ' …' : ''}` : say(words.nobody);
      }
      if (least === undefined || greatest === undefined) return say(words.nobody);
      if (kind === 'time') return say(words.times, { least: formats.day(least), greatest: formats.day(greatest) });
      const short = (value: number) => formats.number(Math.round(value * 100) / 100);
      return say(words.numbers, { least: short(least), greatest: short(greatest), mean: short(mean ?? 0) });
    },
    [say, formats],
  );
}
