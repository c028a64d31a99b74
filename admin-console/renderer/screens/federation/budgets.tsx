// What each partner was told about each of this node's datasets, against its budget: as gauges, with every entry behind them.

import { Card, Collapse, Flex } from 'antd';
import { useContext, useMemo } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { palettes, space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Cards } from '../../parts/cards.tsx';
import { Chart, type ChartOption } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { Page } from '../../parts/page.tsx';
import { ModeContext } from '../../parts/settings.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import { Lines } from './proof.tsx';
import { keys, useNamed } from './shared.ts';

const words = {
  title: { en: 'Privacy budgets', zh: '隐私预算' },
  about: {
    en: 'What each partner was told about each dataset, and what is left before the node refuses.',
    zh: '各合作方就每个数据集已得知的内容，以及节点拒绝之前的余量。',
  },
  none: { en: 'No partner was told anything yet', zh: '尚未向任何合作方提供结果' },
  noneNext: {
    en: 'A budget begins with the first match or round that officers agree to.',
    zh: '负责人首次同意匹配或联合训练时开始计入。',
  },
  customers: { en: 'own customers', zh: '本方客户' },
  file: { en: 'file {name}', zh: '文件 {name}' },
  epsilon: { en: 'Epsilon', zh: 'ε' },
  epsilonAbout: { en: 'with noise, at delta {delta}', zh: '加噪声，δ = {delta}' },
  answers: { en: 'Exact answers', zh: '精确结果' },
  answersAbout: { en: 'matches and rounds without noise', zh: '匹配与不加噪声的联合训练' },
  matches: { en: 'Matches', zh: '匹配次数' },
  matchesAbout: { en: 'begun in {days} days', zh: '{days} 天内发起' },
  of: { en: '{name}: {spent} of {limit} used', zh: '{name}：已用 {spent} / {limit}' },
  entries: { en: 'What it was spent on', zh: '使用明细' },
  help: {
    en: 'It is charged when officers agree, given back where nothing ever left, and refuses beyond its limit. Epsilon bounds what noise leaves of a single row; exact answers have no such bound and are only counted. Limits stand in holdfast.json under federation.privacy and federation.match.',
    zh: '负责人同意时计入，从未发出任何内容则退回，超出上限即拒绝。ε 限制加噪声后单行数据可被得知的程度；精确结果没有此类保证，仅计数。上限由 holdfast.json 的 federation.privacy 与 federation.match 设定。',
  },
} as const;

const readBudgets = () => unwrap(api.GET('/api/federations/budget'));
type Ledger = Awaited<ReturnType<typeof readBudgets>>['ledgers'][number];

export default function Budgets() {
  const asked = useQuery({ queryKey: keys.budgets, queryFn: readBudgets });
  return (
    <Page title={words.title} about={words.about} actions={<Help about={words.help} />}>
      <Answer of={asked}>
        {({ ledgers, matches }) => (
          <Cards
            of={ledgers}
            none={words.none}
            next={words.noneNext}
            card={(one) => (
              <One
                key={`${one.partner} ${one.dataset}`}
                ledger={one}
                matches={matches.find(({ partner }) => partner === one.partner)}
              />
            )}
          />
        )}
      </Answer>
    </Page>
  );
}

function One({ ledger, matches }: { ledger: Ledger; matches: { spent: number; limit: number; days: number } | undefined }) {
  const say = useSay();
  const named = useNamed();
  const language = useLanguage();
  const { dataset, name, budget, spent, entries } = ledger;
  const of = dataset === 'customers' ? say(words.customers) : say(words.file, { name: dataset });
  return (
    <Card size="small" title={`${named(name)} · ${of}`}>
      <Flex vertical gap={space.medium}>
        <Flex gap={space.medium} wrap>
          <Gauge
            name={words.epsilon}
            about={say(words.epsilonAbout, { delta: budget.delta.toExponential(0) })}
            spent={spent.epsilon}
            limit={budget.epsilon}
          />
          <Gauge name={words.answers} about={say(words.answersAbout)} spent={spent.count} limit={budget.count} />
          {matches && (
            <Gauge
              name={words.matches}
              about={say(words.matchesAbout, { days: matches.days })}
              spent={matches.spent}
              limit={matches.limit}
            />
          )}
        </Flex>
        <Text type="secondary">{ledger.words[language]}</Text>
        {entries.length > 0 && (
          <Collapse
            ghost
            size="small"
            items={[
              {
                key: 'entries',
                label: say(words.entries),
                children: <Lines of={entries.map((entry) => entry.words)} />,
              },
            ]}
          />
        )}
      </Flex>
    </Card>
  );
}

/** Half a ring that fills: its colour turns where little is left, and the figures say the same. */
function Gauge({ name, about, spent, limit }: { name: Words; about: string; spent: number; limit: number }) {
  const say = useSay();
  const formats = useFormats();
  const { dark } = useContext(ModeContext);
  const rounded = Math.round(spent * 100) / 100;
  const label = say(words.of, { name: say(name), spent: formats.number(rounded), limit: formats.number(limit) });
  const option = useMemo<ChartOption>(() => {
    const palette = palettes[dark ? 'dark' : 'light'];
    const share = limit > 0 ? rounded / limit : 1;
    const color = share < 0.75 ? palette.series[0] : share < 1 ? palette.series[4] : palette.series[1];
    return {
      series: [
        {
          type: 'gauge',
          startAngle: 200,
          endAngle: -20,
          min: 0,
          max: Math.max(limit, 0.01),
          radius: '100%',
          center: ['50%', '62%'],
          progress: { show: true, width: 12, itemStyle: { color } },
          axisLine: { lineStyle: { width: 12, color: [[1, palette.faint]] } },
          pointer: { show: false },
          axisTick: { show: false },
          splitLine: { show: false },
          axisLabel: { show: false },
          detail: {
            offsetCenter: [0, '0%'],
            fontSize: 18,
            fontWeight: 600,
            color: palette.strong,
            formatter: () => `${formats.number(rounded)} / ${formats.number(limit)}`,
          },
          data: [{ value: Math.min(rounded, limit) }],
        },
      ],
    };
  }, [dark, rounded, limit, formats]);
  return (
    <div style={{ width: 220 }}>
      <Chart option={option} label={label} height={130} />
      <div style={{ textAlign: 'center' }}>
        <Text strong>{say(name)}</Text>
        <div>
          <Text type="secondary">{about}</Text>
        </div>
      </div>
    </div>
  );
}
