// Why one customer's score is what it is: from what is said of anybody, feature by feature, to what is said of them. The customer stands under the
// profile's number.

import { Card, Flex, Statistic } from 'antd';
import { useMemo } from 'react';
import { Link, useParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Chart } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Forbidden, Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { type Explained, useModels } from './asked.ts';
import { signed } from './shared-words.ts';
import { Trail } from './trail.tsx';

const words = {
  title: { en: 'Why {id} has this score', zh: '{id} 的评分原因' },
  models: { en: 'Models', zh: '模型' },
  top: { en: 'Highest scores', zh: '最高评分' },
  score: { en: 'Score', zh: '评分' },
  anybody: { en: 'Said of anybody', zh: '平均水平' },
  higher: { en: 'Higher than', zh: '高于' },
  ofCustomers: { en: 'of {count} customers', zh: '的客户（共 {count} 位）' },
  waterfall: { en: 'What each feature adds', zh: '各特征的贡献' },
  help: {
    en: 'Shapley values on the log-odds: the bars begin where the model stands when it knows nothing of a customer, and end at this customer. They say what the model goes by, not what causes what.',
    zh: '以对数几率计的 Shapley 值：从对客户一无所知时的起点，逐项累加到该客户的结果。它说明模型依据什么，而非因果关系。',
  },
  base: { en: 'anybody', zh: '起点' },
  rest: { en: 'all other features', zh: '其余特征' },
  end: { en: 'this customer', zh: '该客户' },
  label: { en: 'From {base} to {margin} in log-odds; most by: {first}', zh: '对数几率由 {base} 到 {margin}，影响最大：{first}' },
  feature: { en: 'Feature', zh: '特征' },
  effect: { en: 'Effect', zh: '作用' },
  raises: { en: 'raises', zh: '升高' },
  lowers: { en: 'lowers', zh: '降低' },
  adds: { en: 'Adds', zh: '贡献' },
  share: { en: 'Part', zh: '占比' },
  none: { en: 'This customer has no such score', zh: '该客户没有此评分' },
  noneNext: {
    en: 'They did not agree to the purpose, or the question is not asked of them.',
    zh: '该客户未同意此用途，或不属于该问题的适用对象。',
  },
  brought: {
    en: 'A model that was brought from elsewhere gives no reasons.',
    zh: '外部导入的模型不提供评分理由。',
  },
  profile: { en: 'Open the profile', zh: '打开档案' },
  nothing: { en: 'Nothing weighs', zh: '没有影响因素' },
} as const;

export default function Explanation() {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  const { name = '', id = '' } = useParams<{ name: string; id: string }>();
  const models = useModels();
  const title = models.data?.find((one) => one.name === name)?.title[language] ?? name;
  const asked = useQuery({
    queryKey: ['scores', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/scores/{id}/explanations', { params: { path: { id } }, signal })),
    enabled: may('score.read'),
  });
  return (
    <Page
      title={say(words.title, { id })}
      {...(may('profile.read') && {
        actions: <Link href={to('/customers/:id', { id })}>{say(words.profile)}</Link>,
      })}
    >
      <Trail
        steps={[
          [say(words.models), '/models'],
          [title, to('/models/:name', { name })],
          [say(words.top), to('/models/:name/:part', { name, part: 'top' })],
          [id],
        ]}
      />
      {may('score.read') ? (
        <Answer of={asked}>
          {({ explanations }) => {
            const found = explanations.find(({ score }) => score === name);
            return found ? <One found={found} /> : <Nothing what={words.none} next={words.noneNext} />;
          }}
        </Answer>
      ) : (
        <Forbidden />
      )}
    </Page>
  );
}

function One({ found }: { found: Explained }) {
  const say = useSay();
  const formats = useFormats();
  const { value, isProbability, higherThan, customers, version, atMs, explanation } = found;
  return (
    <Flex vertical gap={space.medium}>
      <Flex gap={space.large * 2} wrap>
        <Statistic title={say(words.score)} value={isProbability ? formats.percent(value) : formats.number(value)} />
        {explanation && <Statistic title={say(words.anybody)} value={formats.percent(explanation.baseProbability)} />}
        <Statistic
          title={say(words.higher)}
          value={formats.percent(higherThan)}
          suffix={<Text type="secondary">{say(words.ofCustomers, { count: customers })}</Text>}
        />
      </Flex>
      <Text type="secondary">
        {version} · <When atMs={atMs} />
      </Text>
      {explanation ? <Waterfall of={explanation} /> : <Nothing what={words.brought} />}
    </Flex>
  );
}

type Whole = NonNullable<Explained['explanation']>;
/** Bars drawn; the table below has all that were told. */
const bars = 10;

/** From the base value on, each bar begins where the one before ended. */
function stepsOf({ baseValue, contributions, rest }: Whole): { from: number; by: number }[] {
  const shown = contributions.slice(0, bars);
  const others = contributions.slice(bars).reduce((sum, { value }) => sum + value, rest);
  let at = baseValue;
  return [...shown.map(({ value }) => value), others].map((by) => {
    const from = at;
    at += by;
    return { from, by };
  });
}

function Waterfall({ of }: { of: Whole }) {
  const say = useSay();
  const language = useLanguage();
  const { baseValue, margin, contributions } = of;
  const option = useMemo(() => {
    const steps = stepsOf(of);
    const names = [
      say(words.base),
      ...contributions.slice(0, bars).map(({ phrase }) => phrase[language]),
      say(words.rest),
      say(words.end),
    ];
    const low = Math.min(0, baseValue, margin, ...steps.flatMap(({ from, by }) => [from, from + by]));
    // Bars stand on an invisible one that begins at the lowest value, so that those below zero stand too.
    const spans = [{ from: 0, by: baseValue }, ...steps, { from: 0, by: margin }];
    const whole = (at: number) => at === 0 || at === spans.length - 1;
    const size = (wanted: (by: number, at: number) => boolean) =>
      spans.map(({ by }, at) => (wanted(by, at) ? Math.abs(by) : '-'));
    const label = {
      show: true,
      position: 'right',
      formatter: ({ dataIndex }: { dataIndex: number }) => signed(spans[dataIndex]!.by, 2),
    };
    return {
      grid: { left: 8, right: 56, top: 8, bottom: 8, containLabel: true },
      xAxis: {
        type: 'value',
        min: 0,
        axisLabel: { formatter: (value: number) => (value + low).toFixed(1) },
      },
      yAxis: { type: 'category', inverse: true, data: names, axisLabel: { width: 340, overflow: 'truncate' } },
      series: [
        {
          type: 'bar',
          stack: 'all',
          silent: true,
          itemStyle: { color: 'transparent' },
          data: spans.map(({ from, by }) => Math.min(from, from + by) - low),
        },
        {
          type: 'bar',
          stack: 'all',
          name: say(words.score),
          label,
          data: size((_, at) => whole(at)),
          itemStyle: { opacity: 0.6 },
        },
        { type: 'bar', stack: 'all', name: say(words.raises), label, data: size((by, at) => !whole(at) && by >= 0) },
        { type: 'bar', stack: 'all', name: say(words.lowers), label, data: size((by, at) => !whole(at) && by < 0) },
      ],
    };
  }, [of, contributions, baseValue, margin, language, say]);
  return (
    <>
      <Card
        size="small"
        title={
          <span>
            {say(words.waterfall)} <Help about={words.help} />
          </span>
        }
      >
        <Chart
          option={option}
          height={(Math.min(bars, contributions.length) + 3) * 30 + 32}
          label={say(words.label, {
            base: baseValue.toFixed(2),
            margin: margin.toFixed(2),
            first: contributions
              .slice(0, 3)
              .map(({ phrase }) => phrase[language])
              .join('; '),
          })}
        />
      </Card>
      <Contributions of={of} />
    </>
  );
}

function Contributions({ of: { contributions } }: { of: Whole }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  return (
    <Rows<Whole['contributions'][number]>
      rowKey="column"
      none={words.nothing}
      scroll={{}}
      dataSource={[...contributions]}
      columns={[
        { title: say(words.feature), render: (_, { phrase }) => phrase[language] },
        {
          title: say(words.effect),
          width: 120,
          render: (_, { direction }) => (
            <Mark tone={direction === 'raises' ? 'wait' : 'note'}>
              {direction === 'raises' ? '▲' : '▼'} {say(words[direction])}
            </Mark>
          ),
        },
        { title: say(words.adds), align: 'right', width: 100, render: (_, { value }) => signed(value) },
        { title: say(words.share), align: 'right', width: 100, render: (_, { share }) => formats.percent(share) },
      ]}
    />
  );
}
