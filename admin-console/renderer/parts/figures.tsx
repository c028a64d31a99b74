// Small charts of the node's figures over time: each with its name, its number now, and how it went.

import { Card, Col, Row, Statistic } from 'antd';
import { useMemo } from 'react';
import { api, unwrap } from '../api/client.ts';
import { space } from '../design/design.ts';
import { useFormats, useSay, type Words } from '../words/words.ts';
import { useQuery } from './ask.ts';
import { Chart, type ChartOption } from './chart.tsx';
import { nowMs } from './clock.ts';
import { Answer } from './states.tsx';

const words = {
  shown: {
    en: '{name}: {now} now, between {least} and {most} over the time shown',
    zh: '{name}：当前 {now}，所示期间介于 {least} 与 {most}',
  },
} as const;

const names = {
  events: { en: 'Events', zh: '事件' },
  records: { en: 'Records', zh: '记录' },
  customers: { en: 'Customers', zh: '客户' },
  reviews: { en: 'Pairs to decide', zh: '待判定的记录对' },
  quarantined: { en: 'In quarantine', zh: '隔离中' },
  segments: { en: 'Segments', zh: '人群' },
  models: { en: 'Models', zh: '模型' },
  federations: { en: 'Federations', zh: '联邦' },
  matches: { en: 'Matches under way', zh: '进行中的匹配' },
  rounds: { en: 'Rounds under way', zh: '进行中的联合训练' },
  alarms: { en: 'Open alarms', zh: '未确认告警' },
  memoryMb: { en: 'Memory, MB', zh: '内存（MB）' },
  loopDelayMs: { en: 'Event loop delay, ms', zh: '事件循环延迟（毫秒）' },
  diskFreeMb: { en: 'Room on the disk, MB', zh: '磁盘可用空间（MB）' },
} as const satisfies { readonly [name: string]: Words };
export type FigureName = keyof typeof names;

type Point = { atMs: number; value: number };
const dayMs = 86_400_000;

/** What only grows is shown as its growth from point to point. */
const growth = (points: readonly Point[]): Point[] =>
  points.flatMap(({ atMs, value }, at) => (at === 0 ? [] : [{ atMs, value: Math.max(0, value - points[at - 1]!.value) }]));

export function FigureCharts({ names: wanted, days }: { names: readonly FigureName[]; days: number }) {
  const step = days > 14 ? 'day' : 'hour';
  const asked = useQuery({
    queryKey: ['figures', step, days],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/figures', { params: { query: { since: nowMs() - days * dayMs, step } }, signal })),
    refetchInterval: 60_000,
  });
  return (
    <Answer of={asked} rows={3}>
      {({ figures }) => (
        <Row gutter={[space.medium, space.medium]}>
          {wanted.flatMap((name) => {
            const series = figures.find((one) => one.name === name);
            return series
              ? [
                  <Col key={name} xs={24} sm={12} lg={8}>
                    <One name={name} points={series.points} grows={series.kind === 'total'} />
                  </Col>,
                ]
              : [];
          })}
        </Row>
      )}
    </Answer>
  );
}

function One({ name, points, grows }: { name: FigureName; points: readonly Point[]; grows: boolean }) {
  const say = useSay();
  const formats = useFormats();
  const shown = useMemo(() => (grows ? growth(points) : points), [points, grows]);
  const option = useMemo(() => sparkline(shown, grows, formats.number), [shown, grows, formats]);
  const now = points.at(-1)?.value ?? 0;
  const values = shown.map(({ value }) => value);
  const label = say(words.shown, {
    name: say(names[name]),
    now: formats.number(now),
    least: formats.number(values.length > 0 ? Math.min(...values) : now),
    most: formats.number(values.length > 0 ? Math.max(...values) : now),
  });
  return (
    <Card size="small">
      <Statistic title={say(names[name])} value={formats.number(now)} />
      <Chart option={option} label={label} height={64} />
    </Card>
  );
}

function sparkline(points: readonly Point[], bars: boolean, number: (value: number) => string): ChartOption {
  return {
    grid: { left: 0, right: 0, top: 4, bottom: 0 },
    xAxis: { type: 'time', show: false },
    yAxis: { type: 'value', show: false, scale: !bars },
    tooltip: {
      trigger: 'axis',
      confine: true,
      valueFormatter: (value: unknown) => number(Number(value)),
    },
    series: [
      {
        type: bars ? 'bar' : 'line',
        showSymbol: points.length < 3,
        data: points.map(({ atMs, value }) => [atMs, value]),
        ...(!bars && { areaStyle: { opacity: 0.12 } }),
      },
    ],
  };
}
