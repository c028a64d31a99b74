// The weights of a match as a waterfall: from what is known of two people taken by chance, over what each field adds or takes away, to the whole. In bits:
// one more makes it twice as likely. The list below says the same in words.

import { Flex } from 'antd';
import { useContext, useMemo } from 'react';
import { palettes, space } from '../../design/design.ts';
import { Chart, type ChartOption, plainGrid } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { ModeContext } from '../../parts/settings.ts';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay, type Words } from '../../words/words.ts';
import { fieldWords } from '../customers/field-words.ts';
import type { Review } from './reviews.ts';

const words = {
  prior: { en: 'By chance', zh: '先验' },
  total: { en: 'Together', zh: '合计' },
  label: { en: 'From {prior} bits by chance to {total} bits together', zh: '从先验 {prior} 比特到合计 {total} 比特' },
  help: {
    en: 'Each field that agrees makes it likelier that both are one person, the more so the rarer its value; one that differs makes it less likely. One bit is a factor of two. Zero is an even chance.',
    zh: '字段一致使两者更可能为同一人，取值越罕见权重越大；不一致则降低可能性。每 1 比特为两倍；0 表示各半。',
  },
} as const;

/** Names of levels of comparison, as the matcher gives them. */
const levels: { readonly [level: string]: Words } = {
  exact: { en: 'the same', zh: '完全一致' },
  equivalent: { en: 'the same otherwise written', zh: '写法不同，含义一致' },
  'typing error': { en: 'the same but for a typing error', zh: '仅有录入差错' },
  similar: { en: 'alike', zh: '相似' },
  swapped: { en: 'parts swapped', zh: '前后互换' },
  near: { en: 'near', zh: '相近' },
  part: { en: 'one is part of the other', zh: '一方为另一方的一部分' },
  alike: { en: 'alike', zh: '相似' },
  'partly alike': { en: 'partly alike', zh: '部分相似' },
  'same numbers, alike': { en: 'alike, with the same numbers', zh: '相似且号码一致' },
  'same ending': { en: 'the same ending', zh: '尾号一致' },
  'same name part': { en: 'the same name part', zh: '邮箱名一致' },
  'similar name part': { en: 'a like name part', zh: '邮箱名相似' },
  'day and month swapped': { en: 'day and month swapped', zh: '日与月互换' },
  'one digit': { en: 'one digit differs', zh: '一位数字不同' },
  'two parts or weeks apart': { en: 'two parts differ, or weeks apart', zh: '两处不同或相差数周' },
  'year or months apart': { en: 'the year differs, or months apart', zh: '年份不同或相差数月' },
  different: { en: 'differs', zh: '不一致' },
  'both persons as wholes': { en: 'both persons as wholes', zh: '综合两人全部记录' },
};

type Step = { readonly name: string; readonly from: number; readonly to: number; readonly said: string };

export default function Waterfall({ weights, probability }: Pick<Review, 'weights' | 'probability'>) {
  const say = useSay();
  const formats = useFormats();
  const { dark } = useContext(ModeContext);
  const total = Math.log2(probability / (1 - probability));
  const fields = useMemo(() => weights.filter(({ field, level }) => field !== 'prior' && level !== 'no evidence'), [weights]);
  // What is known before any field; with the fields it gives the whole.
  const prior = total - fields.reduce((sum, { weightBits }) => sum + weightBits, 0);
  const steps = useMemo(() => {
    const made: Step[] = [{ name: say(words.prior), from: 0, to: prior, said: '' }];
    let at = prior;
    for (const { field, level, weightBits } of fields) {
      const said = levels[level] ? say(levels[level]) : level;
      made.push({ name: say(fieldWords(field)), from: at, to: at + weightBits, said });
      at += weightBits;
    }
    made.push({ name: say(words.total), from: 0, to: at, said: '' });
    return made;
  }, [fields, prior, say]);
  const option = useMemo(() => optionOf(steps, dark ? palettes.dark.series : palettes.light.series), [steps, dark]);
  const round = (bits: number) => formats.number(Math.round(bits * 10) / 10);
  const signed = (bits: number) => `${bits >= 0 ? '▲ +' : '▼ −'}${round(Math.abs(bits))}`;
  return (
    <Flex vertical gap={space.small}>
      <Chart
        option={option}
        height={Math.max(160, 28 * steps.length + 40)}
        label={say(words.label, { prior: round(prior), total: round(total) })}
      />
      <ul style={{ margin: 0, paddingInlineStart: space.large }}>
        {steps.map(({ name, from, to, said }) => (
          <li key={`${name} ${said}`}>
            {name}: {signed(to - from)} {said !== '' && <Text type="secondary">{said}</Text>}
          </li>
        ))}
      </ul>
      <div>
        <Help about={words.help} />
      </div>
    </Flex>
  );
}

/** An unseen bar up to where a step begins, and the step on it; one that crosses zero is drawn in two parts. */
function optionOf(steps: readonly Step[], [rises, falls]: readonly string[]): ChartOption {
  const part = (clip: (value: number) => number, kind: 'base' | 'bar', stack: string) => ({
    type: 'bar' as const,
    stack,
    silent: kind === 'base',
    barWidth: 14,
    // Both halves lie on one line.
    barGap: '-100%',
    itemStyle: kind === 'base' ? { color: 'transparent' } : {},
    data: steps.map(({ from, to }) => {
      const [low, high] = [clip(Math.min(from, to)), clip(Math.max(from, to))];
      const near = Math.abs(low) < Math.abs(high) ? low : high;
      const far = near === low ? high : low;
      if (kind === 'base') return near;
      return { value: far - near, itemStyle: { color: to >= from ? rises! : falls! } };
    }),
  });
  const above = (value: number) => Math.max(0, value);
  const below = (value: number) => Math.min(0, value);
  return {
    grid: plainGrid,
    xAxis: { type: 'value' },
    yAxis: { type: 'category', inverse: true, data: steps.map(({ name }) => name) },
    series: [
      part(above, 'base', 'above'),
      part(above, 'bar', 'above'),
      part(below, 'base', 'below'),
      part(below, 'bar', 'below'),
    ],
  };
}
