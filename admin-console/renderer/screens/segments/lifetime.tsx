// What customers were worth week by week, and are expected to be: how much all of them, how unevenly, and how well the same models would have foretold
// the last quarter. For how long, at which discount and margin can be chosen; the address keeps the choice.

import { Alert, Card, Descriptions, Flex, Form, InputNumber, Statistic, Typography } from 'antd';
import { useContext, useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { palettes, space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Chart, type ChartOption, plainGrid } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { Page } from '../../parts/page.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { ModeContext } from '../../parts/settings.ts';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay, type Words } from '../../words/words.ts';
import { useSettled } from './segment-api.ts';
import { Working, workKey } from './working.tsx';

const words = {
  title: { en: 'Lifetime value', zh: '生命周期价值' },
  about: { en: 'What customers will buy and be worth, from what they bought.', zh: '由购买记录预测客户未来的购买与价值。' },
  working: { en: 'Fitting the models to everybody’s orders', zh: '正在用全体订单拟合模型' },
  weeks: { en: 'Look ahead', zh: '预测期' },
  quarter: { en: 'a quarter', zh: '一季度' },
  half: { en: 'half a year', zh: '半年' },
  year: { en: 'a year', zh: '一年' },
  two: { en: 'two years', zh: '两年' },
  discount: { en: 'Discount a year, %', zh: '年折现率（%）' },
  margin: { en: 'Margin, %', zh: '毛利率（%）' },
  customers: { en: 'Customers who bought', zh: '有购买的客户' },
  repeating: { en: '{share} came back', zh: '{share} 有复购' },
  alive: { en: 'Still customers', zh: '仍活跃' },
  aliveHelp: {
    en: 'The mean probability that a customer has not left for good. Who never came back counts as one, by the model.',
    zh: '客户尚未流失的平均概率；从未复购者按模型视为未流失。',
  },
  orders: { en: 'Orders expected', zh: '预期订单' },
  value: { en: 'Value expected', zh: '预期价值' },
  over: { en: 'Value over time', zh: '价值走势' },
  overHelp: {
    en: 'Spending of the last year by week, and what is expected in total by each week from now on, discounted and times the margin.',
    zh: '过去一年的每周消费，以及今后各周累计的预期价值（已折现并乘以毛利率）。',
  },
  spent: { en: 'Spent in the week', zh: '当周消费' },
  expected: { en: 'Expected in total', zh: '累计预期价值' },
  week: { en: 'week +{n}', zh: '第 +{n} 周' },
  overLabel: {
    en: 'Customers spent {spent} in the last year; {value} is expected in the next {weeks} weeks.',
    zh: '过去一年消费 {spent}；预计今后 {weeks} 周价值 {value}。',
  },
  tenths: { en: 'How unevenly', zh: '价值分布' },
  tenthsHelp: {
    en: 'Customers in ten equal parts, the most valuable first.',
    zh: '将客户按预期价值等分为十组，价值最高者在前。',
  },
  tenthsLabel: {
    en: 'The most valuable tenth is expected to bring {share} of everything.',
    zh: '价值最高的十分之一预计贡献 {share}。',
  },
  tenth: { en: 'Tenth', zh: '组别' },
  share: { en: 'Share of value', zh: '价值占比' },
  each: { en: 'Value each', zh: '人均价值' },
  aliveEach: { en: 'Still customers', zh: '仍活跃' },
  ordersEach: { en: 'Orders each', zh: '人均订单' },
  spentEach: { en: 'Spent so far, each', zh: '人均已消费' },
  n: { en: 'Customers', zh: '客户数' },
  check: { en: 'How well it would have foretold', zh: '预测检验' },
  checkHelp: {
    en: 'The model fitted to what was known {weeks} weeks ago, asked about these weeks: orders for each customer, by how often they had bought again before.',
    zh: '用 {weeks} 周前已知的数据拟合，再预测这几周：按此前复购次数比较人均订单。',
  },
  checkLabel: {
    en: '{predicted} orders were foretold in {weeks} weeks, {actual} were made.',
    zh: '{weeks} 周内预测 {predicted} 笔订单，实际 {actual} 笔。',
  },
  foretold: { en: 'Foretold', zh: '预测' },
  made: { en: 'Made', zh: '实际' },
  noCheck: { en: 'There is too little of the past to check the forecast.', zh: '历史数据不足，无法检验预测。' },
  noValue: { en: 'Amounts do not tell enough for a value: orders only.', zh: '金额数据不足以估计价值，仅给出订单预测。' },
  models: { en: 'Models', zh: '模型' },
  purchases: { en: 'Orders (BG/NBD)', zh: '购买（BG/NBD）' },
  spending: { en: 'Amounts (Gamma-Gamma)', zh: '金额（Gamma-Gamma）' },
  none: { en: 'Nobody', zh: '无' },
} as const;

const warnings: { readonly [code: string]: Words } = {
  not_converged: {
    en: 'The search for the best parameters did not settle: take the figures as rough.',
    zh: '参数搜索未收敛，结果仅供参考。',
  },
  flat: {
    en: 'Several sets of parameters fit alike: the forecast holds, single parameters do not.',
    zh: '多组参数同样吻合：预测可用，单个参数不可解读。',
  },
  at_bound: {
    en: 'A parameter ran to the end of its range: customers differ too little in that respect.',
    zh: '有参数到达取值边界：客户在该方面差异过小。',
  },
  no_mean: {
    en: 'By these amounts an average does not exist: values of customers with few orders are left empty.',
    zh: '按此金额分布均值不存在，订单少的客户不给出价值。',
  },
  related: {
    en: 'How often and how much customers buy are related; the model assumes that they are not. Take values as rough.',
    zh: '购买频次与金额相关，而模型假定二者无关，价值仅供参考。',
  },
};

type Asked = { weeks: number; discount: number; margin: number };
const readLifetime = (query: Asked, signal: AbortSignal) =>
  unwrap(api.GET('/api/segments/lifetime', { params: { query }, signal }));
type Found = Awaited<ReturnType<typeof readLifetime>>;

export default function Lifetime() {
  const say = useSay();
  const [search, setSearch] = useSearchParams();
  const asked: Asked = {
    weeks: Number(search.get('weeks') ?? 52),
    discount: Number(search.get('discount') ?? 0.1),
    margin: Number(search.get('margin') ?? 1),
  };
  const settled = useSettled(asked, 600);
  const found = useQuery({
    queryKey: [...workKey, 'lifetime', settled],
    queryFn: ({ signal }) => readLifetime(settled, signal),
    staleTime: 300_000,
    retry: false,
  });
  const put = (more: { [name: string]: string }) =>
    setSearch((before) => ({ ...Object.fromEntries(before), ...more }), { replace: true });
  const percent = (name: 'discount' | 'margin', most: number) => (
    <Form.Item label={say(words[name])} htmlFor={name} style={{ marginBottom: 0 }}>
      <InputNumber
        id={name}
        min={0}
        max={most}
        value={Math.round(asked[name] * 100)}
        onChange={(next) => next !== null && put({ [name]: String(next / 100) })}
        style={{ width: 110 }}
      />
    </Form.Item>
  );
  return (
    <Page title={words.title} about={words.about}>
      <Flex vertical gap={space.medium}>
        <Form layout="vertical">
          <Flex gap={space.medium} wrap>
            <Form.Item label={say(words.weeks)} style={{ marginBottom: 0 }}>
              <Segmented<number>
                aria-label={say(words.weeks)}
                value={asked.weeks}
                onChange={(weeks) => put({ weeks: String(weeks) })}
                options={[
                  { value: 13, label: say(words.quarter) },
                  { value: 26, label: say(words.half) },
                  { value: 52, label: say(words.year) },
                  { value: 104, label: say(words.two) },
                ]}
              />
            </Form.Item>
            {percent('discount', 1000)}
            {percent('margin', 100)}
          </Flex>
        </Form>
        <Working of={found} what={words.working}>
          {(data) => <Shown found={data} weeks={settled.weeks} />}
        </Working>
      </Flex>
    </Page>
  );
}

const whole = (value: number): number => Math.round(value);

function Shown({ found, weeks }: { found: Found; weeks: number }) {
  const say = useSay();
  const formats = useFormats();
  const last = found.forecast.at(-1);
  const told = [...new Set([...found.purchases.warnings, ...(found.spending?.warnings ?? [])])];
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small">
        <Flex gap={space.large * 2} wrap>
          <div>
            <Statistic title={say(words.customers)} value={formats.number(found.customers)} />
            <Text type="secondary">
              {say(words.repeating, { share: formats.percent(found.customers === 0 ? 0 : found.repeating / found.customers) })}
            </Text>
          </div>
          <Statistic
            title={
              <>
                {say(words.alive)} <Help about={words.aliveHelp} />
              </>
            }
            value={formats.percent(found.meanAlive)}
          />
          <Statistic title={say(words.orders)} value={formats.number(whole(last?.orders ?? 0))} />
          {typeof last?.value === 'number' && <Statistic title={say(words.value)} value={formats.number(whole(last.value))} />}
        </Flex>
      </Card>
      {!found.spending && <Alert type="info" showIcon title={say(words.noValue)} />}
      {told.map((code) => (
        <Alert key={code} type="warning" showIcon title={warnings[code] ? say(warnings[code]) : code} />
      ))}
      <OverTime found={found} weeks={weeks} />
      <Flex gap={space.medium} wrap align="stretch">
        <Tenths tenths={found.tenths} />
        <Check holdout={found.holdout} />
      </Flex>
      <Card size="small" title={say(words.models)}>
        <Descriptions
          size="small"
          column={{ xs: 1, sm: 1, md: 2 }}
          items={[
            { key: 'purchases', label: say(words.purchases), children: parameters(found.purchases.model) },
            ...(found.spending
              ? [{ key: 'spending', label: say(words.spending), children: parameters(found.spending.model) }]
              : []),
          ]}
        />
      </Card>
    </Flex>
  );
}

const parameters = (model: { [name: string]: number }): string =>
  Object.entries(model)
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join(', ');

const half = { flex: '1 1 460px', minWidth: 0 } as const;

function OverTime({ found, weeks }: { found: Found; weeks: number }) {
  const say = useSay();
  const formats = useFormats();
  const { dark } = useContext(ModeContext);
  const { past, forecast } = found;
  const option = useMemo<ChartOption>(() => {
    const palette = palettes[dark ? 'dark' : 'light'];
    const ahead = forecast.map(({ week }) => say(words.week, { n: week }));
    const blank = past.map(() => null);
    const rightLine = { axisLine: { lineStyle: { color: palette.line } }, splitLine: { show: false } };
    return {
      grid: { ...plainGrid, top: 40 },
      legend: { top: 0, left: 0, itemGap: 32 },
      tooltip: {
        trigger: 'axis',
        valueFormatter: (value: number | null) => (typeof value === 'number' ? formats.number(whole(value)) : '–'),
      },
      xAxis: { type: 'category', data: [...past.map(({ day }) => day.slice(2)), ...ahead] },
      yAxis: [{ type: 'value' }, { type: 'value', ...rightLine }],
      series: [
        { type: 'bar', name: say(words.spent), data: past.map(({ spend }) => whole(spend)), itemStyle: { opacity: 0.85 } },
        {
          type: 'line',
          name: say(words.expected),
          yAxisIndex: 1,
          data: [...blank, ...forecast.map(({ value, orders }) => whole(value ?? orders))],
          lineStyle: { type: 'dashed', width: 2 },
          symbolSize: 7,
        },
      ],
    };
  }, [past, forecast, say, formats, dark]);
  const spent = whole(past.reduce((sum, { spend }) => sum + spend, 0));
  const label = say(words.overLabel, { spent, value: whole(forecast.at(-1)?.value ?? 0), weeks });
  return (
    <Card
      size="small"
      title={
        <>
          {say(words.over)} <Help about={words.overHelp} />
        </>
      }
    >
      <Chart option={option} label={label} height={300} />
      <Text type="secondary">{label}</Text>
    </Card>
  );
}

function Tenths({ tenths }: { tenths: Found['tenths'] }) {
  const say = useSay();
  const formats = useFormats();
  return (
    <Card
      size="small"
      style={half}
      title={
        <>
          {say(words.tenths)} <Help about={words.tenthsHelp} />
        </>
      }
    >
      <Typography.Paragraph type="secondary">
        {say(words.tenthsLabel, { share: formats.percent(tenths[0]?.share ?? 0) })}
      </Typography.Paragraph>
      <Rows<Found['tenths'][number]>
        none={words.none}
        rowKey="tenth"
        scroll={{}}
        dataSource={tenths}
        columns={[
          { title: say(words.tenth), render: (_, { tenth }) => formats.number(tenth) },
          { title: say(words.n), align: 'right', render: (_, { customers }) => formats.number(customers) },
          { title: say(words.share), align: 'right', render: (_, { share }) => formats.percent(share) },
          { title: say(words.each), align: 'right', render: (_, { value }) => formats.number(whole(value)) },
          {
            title: say(words.ordersEach),
            align: 'right',
            render: (_, { expected }) => formats.number(Number(expected.toFixed(1))),
          },
          { title: say(words.aliveEach), align: 'right', render: (_, { alive }) => formats.percent(alive) },
          { title: say(words.spentEach), align: 'right', render: (_, { spent }) => formats.number(whole(spent)) },
        ]}
      />
    </Card>
  );
}

function Check({ holdout }: { holdout: Found['holdout'] }) {
  const say = useSay();
  const option = useMemo<ChartOption>(() => {
    const rows = holdout?.rows ?? [];
    const of = (which: 'predicted' | 'actual') => rows.map((row) => Number(row[which].toFixed(3)));
    return {
      grid: { ...plainGrid, top: 40 },
      legend: { top: 0, left: 0, itemGap: 32 },
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', data: rows.map(({ frequency, andMore }) => `${frequency}${andMore ? '+' : ''}`) },
      yAxis: { type: 'value' },
      series: [
        {
          type: 'bar',
          name: say(words.foretold),
          data: of('predicted'),
          itemStyle: { decal: { symbol: 'rect', rotation: 0.6 } },
        },
        { type: 'bar', name: say(words.made), data: of('actual') },
      ],
    };
  }, [holdout, say]);
  if (!holdout)
    return (
      <Card size="small" style={half} title={say(words.check)}>
        <Text type="secondary">{say(words.noCheck)}</Text>
      </Card>
    );
  const label = say(words.checkLabel, {
    predicted: whole(holdout.predicted),
    actual: whole(holdout.actual),
    weeks: holdout.weeks,
  });
  const about = {
    en: words.checkHelp.en.replace('{weeks}', String(holdout.weeks)),
    zh: words.checkHelp.zh.replace('{weeks}', String(holdout.weeks)),
  };
  return (
    <Card
      size="small"
      style={half}
      title={
        <>
          {say(words.check)} <Help about={about} />
        </>
      }
    >
      <Chart option={option} label={label} height={280} />
      <Text type="secondary">{label}</Text>
    </Card>
  );
}
