// How large a segment was day by day, who came and went, and what those who are in it now bought week by week.

import { Card, Flex, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Chart, type ChartOption, plainGrid } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { type Segment, useHistory } from './segment-api.ts';
import { Working, workKey } from './working.tsx';

const words = {
  size: { en: 'Size by day', zh: '每日规模' },
  sizeHelp: {
    en: 'Members at the end of each day since the segment was made, as long as changes are kept. Whoever was erased since counts on no day.',
    zh: '自人群建立起每日结束时的成员数，以变更记录的保留期为限。已被删除的客户不计入任何一日。',
  },
  members: { en: 'Members', zh: '成员' },
  entered: { en: 'Entered', zh: '进入' },
  left: { en: 'Left', zh: '离开' },
  sizeLabel: {
    en: 'Members went from {from} to {to} in {days} days; {entered} entered, {left} left.',
    zh: '{days} 天内成员由 {from} 变为 {to}；进入 {entered}，离开 {left}。',
  },
  sizeToday: { en: '{n} members today. The line grows from tomorrow on.', zh: '今日成员 {n}，曲线自明日起延伸。' },
  spend: { en: 'Spending by week', zh: '每周消费' },
  spendHelp: {
    en: 'What those who are in it now bought in each week, also before they were in it; of those who may be used for the purpose that you look for.',
    zh: '现有成员在各周的消费，含其进入人群之前；仅统计可用于您所选查看用途的客户。',
  },
  money: { en: 'Spent', zh: '消费' },
  orders: { en: 'Orders', zh: '订单' },
  what: { en: 'What the chart shows', zh: '图表内容' },
  spendLabel: {
    en: 'In {weeks} weeks {n} members spent {spend} in {orders} orders.',
    zh: '{weeks} 周内 {n} 位成员消费 {spend}，共 {orders} 笔订单。',
  },
  working: { en: 'Reading what the members bought', zh: '正在统计成员的消费' },
  some: {
    en: 'Estimated from {asked} of {n} members with orders, spread evenly.',
    zh: '根据 {n} 位有订单的成员中均匀抽取的 {asked} 位估算。',
  },
} as const;

export function Growth({ segment }: { segment: Segment }) {
  const may = useMay();
  return (
    <Flex gap={space.medium} wrap>
      <Size segment={segment} />
      {may('segment.spending') && <Spending segment={segment} />}
    </Flex>
  );
}

const half = { flex: '1 1 420px', minWidth: 0 } as const;

function Size({ segment: { id } }: { segment: Segment }) {
  const say = useSay();
  const asked = useHistory(30, id);
  return (
    <Card
      size="small"
      style={half}
      title={
        <>
          {say(words.size)} <Help about={words.sizeHelp} />
        </>
      }
    >
      <Answer of={asked}>{({ history: [own] }) => <SizeChart days={own?.days ?? []} />}</Answer>
    </Card>
  );
}

type Day = { day: string; members: number; entered: number; left: number };

function SizeChart({ days }: { days: readonly Day[] }) {
  const say = useSay();
  const [first, last] = [days[0], days.at(-1)];
  const option = useMemo<ChartOption>(
    () => ({
      grid: { ...plainGrid, top: 32 },
      legend: { top: 0, left: 0, itemGap: 32 },
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', data: days.map(({ day }) => day.slice(5)) },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        { type: 'line', name: say(words.members), data: days.map(({ members }) => members), symbolSize: 6 },
        { type: 'bar', name: say(words.entered), data: days.map(({ entered }) => entered), stack: 'flow', barMaxWidth: 14 },
        {
          type: 'bar',
          name: say(words.left),
          data: days.map(({ left }) => -left),
          stack: 'flow',
          barMaxWidth: 14,
          itemStyle: { decal: { symbol: 'rect' } },
        },
      ],
    }),
    [days, say],
  );
  if (!first || !last) return null;
  if (days.length < 2)
    return <Typography.Paragraph type="secondary">{say(words.sizeToday, { n: last.members })}</Typography.Paragraph>;
  const total = (of: 'entered' | 'left') => days.reduce((sum, day) => sum + day[of], 0);
  const label = say(words.sizeLabel, {
    from: first.members,
    to: last.members,
    days: days.length,
    entered: total('entered'),
    left: total('left'),
  });
  return <Chart option={option} label={label} height={260} />;
}

function Spending({ segment: { id, version } }: { segment: Segment }) {
  const say = useSay();
  const [what, setWhat] = useState<'spend' | 'orders'>('spend');
  const asked = useQuery({
    queryKey: [...workKey, 'spending', id, version],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/segments/{segment}/spending', { params: { path: { segment: id }, query: { weeks: 26 } }, signal })),
    staleTime: 60_000,
    retry: false,
  });
  return (
    <Card
      size="small"
      style={half}
      title={
        <>
          {say(words.spend)} <Help about={words.spendHelp} />
        </>
      }
      extra={
        <Segmented<'spend' | 'orders'>
          size="small"
          aria-label={say(words.what)}
          value={what}
          onChange={setWhat}
          options={[
            { value: 'spend', label: say(words.money) },
            { value: 'orders', label: say(words.orders) },
          ]}
        />
      }
    >
      <Working of={asked} what={words.working}>
        {({ weeks, customers, buyers, asked: some }) => (
          <>
            <SpendChart weeks={weeks} customers={customers} what={what} />
            {some < buyers && <Text type="secondary">{say(words.some, { asked: some, n: buyers })}</Text>}
          </>
        )}
      </Working>
    </Card>
  );
}

type Week = { day: string; spend: number; orders: number; customers: number };

function SpendChart({ weeks, customers, what }: { weeks: readonly Week[]; customers: number; what: 'spend' | 'orders' }) {
  const say = useSay();
  const formats = useFormats();
  const option = useMemo<ChartOption>(
    () => ({
      grid: plainGrid,
      tooltip: { trigger: 'axis', valueFormatter: (value: number) => formats.number(Math.round(value)) },
      xAxis: { type: 'category', data: weeks.map(({ day }) => day.slice(5)) },
      yAxis: { type: 'value' },
      series: [
        {
          type: 'bar',
          name: say(what === 'spend' ? words.money : words.orders),
          data: weeks.map((week) => Math.round(week[what])),
        },
      ],
    }),
    [weeks, what, say, formats],
  );
  const total = (of: 'spend' | 'orders') => Math.round(weeks.reduce((sum, week) => sum + week[of], 0));
  const label = say(words.spendLabel, { weeks: weeks.length, n: customers, spend: total('spend'), orders: total('orders') });
  return (
    <>
      <Chart option={option} label={label} height={236} />
      <Text type="secondary">{label}</Text>
    </>
  );
}
