// Whether whom a model scores now still looks like those it learned from: scores and features, now and over the days.

import { Alert, Card, Col, Flex, Row, Typography } from 'antd';
import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { space } from '../../design/design.ts';
import { Chart, plainGrid } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { to } from '../../parts/screen.tsx';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { type Drift, useDrift, type WholeModel } from './asked.ts';
import { figure, shiftTones, shiftWords } from './shared-words.ts';

const words = {
  scores: { en: 'Scores', zh: '评分' },
  now: { en: 'Now', zh: '当前' },
  looked: {
    en: '{rows} customers compared with what version {version} learned from',
    zh: '将 {rows} 位客户与版本 {version} 的训练数据对比',
  },
  help: {
    en: 'Population stability index: up to 0.1 little, above 0.25 much. An index that samples of these sizes reach by chance is no drift, whatever its size.',
    zh: '群体稳定性指数：0.1 以下很小，0.25 以上明显；若相同样本量下偶然也会达到，则不视为漂移。',
  },
  absent: { en: 'Features that the model reads are gone: {columns}', zh: '模型所用特征已缺失：{columns}' },
  overTime: { en: 'Over time: {what}', zh: '随时间变化：{what}' },
  overTimeLabel: {
    en: 'Stability index by day, {days} days, latest {value}; above 0.25 is a large shift',
    zh: '逐日稳定性指数，共 {days} 天，最近为 {value}；0.25 以上为明显偏移',
  },
  oneDay: { en: 'One day is known yet; another comes each day.', zh: '目前仅有一天数据，每天新增。' },
  spread: { en: 'How scores are spread', zh: '评分分布' },
  spreadLabel: {
    en: 'Customers by score on the latest day, beside {days} days before',
    zh: '最近一天各评分区间客户占比，与 {days} 天前对比',
  },
  latest: { en: 'latest', zh: '最近' },
  earliest: { en: 'earliest', zh: '最早' },
  score: { en: 'Score', zh: '评分' },
  share: { en: 'Share of customers', zh: '客户占比' },
  feature: { en: 'Feature', zh: '特征' },
  index: { en: 'Index', zh: '指数' },
  chance: { en: 'By chance', zh: '偶然范围' },
  verdict: { en: 'Shift', zh: '偏移' },
  parts: { en: 'What moved: share then → now', zh: '变化所在：训练时占比 → 当前占比' },
  show: { en: 'Show {name} over time', zh: '查看“{name}”随时间变化' },
  none: { en: 'The model reads no feature', zh: '模型未使用特征' },
} as const;

export function DriftView({ model }: { model: WholeModel }) {
  const asked = useDrift(model.name, true);
  return <Answer of={asked}>{(drift) => <Whole drift={drift} model={model} />}</Answer>;
}

function Whole({ drift, model }: { drift: Drift; model: WholeModel }) {
  const say = useSay();
  const language = useLanguage();
  const search = useSearch();
  const feature = new URLSearchParams(search).get('feature') ?? '';
  const { score, rows, version, absent } = drift;
  const chosen = drift.columns.find(({ column }) => column === feature);
  return (
    <Flex vertical gap={space.medium}>
      {absent.length > 0 && <Alert type="error" showIcon title={say(words.absent, { columns: absent.join(', ') })} />}
      <Flex gap={space.small} align="center" wrap>
        <Text strong>{say(words.scores)}</Text>
        <Mark tone={shiftTones[score.shift]}>
          {figure(score.index, 2)} · {say(shiftWords[score.shift])}
        </Mark>
        <Text type="secondary">{say(words.looked, { rows, version })}</Text>
        <Help about={words.help} />
      </Flex>
      <Row gutter={[space.medium, space.medium]}>
        <Col xs={24} lg={12}>
          <OverTime drift={drift} feature={chosen?.column} what={chosen?.title[language] ?? say(words.scores)} />
        </Col>
        <Col xs={24} lg={12}>
          <Spread days={model.days} />
        </Col>
      </Row>
      <Features drift={drift} />
    </Flex>
  );
}

function OverTime({ drift, feature, what }: { drift: Drift; feature: string | undefined; what: string }) {
  const say = useSay();
  const formats = useFormats();
  const points = useMemo(
    () =>
      drift.days
        .flatMap(({ dayAtMs, score, columns }): [number, number][] => {
          const index = feature === undefined ? score : columns?.find(({ column }) => column === feature)?.index;
          return index === undefined ? [] : [[dayAtMs, index]];
        })
        .sort(([a], [b]) => a - b),
    [drift, feature],
  );
  const option = useMemo(
    () => ({
      grid: plainGrid,
      tooltip: { trigger: 'axis', valueFormatter: (value: number) => figure(value) },
      xAxis: { type: 'category', data: points.map(([atMs]) => formats.day(atMs)) },
      yAxis: { type: 'value', min: 0, max: ({ max }: { max: number }) => Math.max(0.3, Math.ceil(max * 10) / 10) },
      series: [
        {
          type: 'line',
          name: what,
          data: points.map(([, index]) => index),
          symbolSize: 7,
          markLine: {
            silent: true,
            symbol: 'none',
            lineStyle: { type: 'dashed' },
            label: { position: 'insideEndTop' },
            data: [{ yAxis: 0.1 }, { yAxis: 0.25 }],
          },
        },
      ],
    }),
    [points, what, formats],
  );
  return (
    <Card size="small" title={say(words.overTime, { what })}>
      <Chart option={option} label={say(words.overTimeLabel, { days: points.length, value: figure(points.at(-1)?.[1], 2) })} />
      {points.length < 2 && <Text type="secondary">{say(words.oneDay)}</Text>}
    </Card>
  );
}

const bins = 20;

function Spread({ days }: { days: WholeModel['days'] }) {
  const say = useSay();
  const formats = useFormats();
  const [latest, earliest] = [days[0], days.length > 1 ? days.at(-1) : undefined];
  const option = useMemo(() => {
    const shares = ({ counts, customers }: WholeModel['days'][number]) =>
      Array.from({ length: bins }, (_, bin) => {
        const each = counts.length / bins;
        const own = counts.slice(bin * each, (bin + 1) * each).reduce((sum, count) => sum + count, 0);
        return customers === 0 ? 0 : own / customers;
      });
    const { from = 0, to: until = 1 } = latest ?? {};
    const edge = (bin: number) => from + ((until - from) * bin) / bins;
    const series = [
      ...(latest ? [{ type: 'bar', name: say(words.latest), data: shares(latest) }] : []),
      ...(earliest
        ? [
            {
              type: 'line',
              name: `${say(words.earliest)} (${formats.day(earliest.dayAtMs)})`,
              step: 'middle',
              symbol: 'none',
              data: shares(earliest),
            },
          ]
        : []),
    ];
    return {
      grid: { ...plainGrid, top: 32, bottom: 24 },
      legend: { top: 0, right: 0 },
      tooltip: { trigger: 'axis', valueFormatter: (value: number) => formats.percent(value) },
      xAxis: {
        type: 'category',
        name: say(words.score),
        nameLocation: 'middle',
        nameGap: 28,
        data: Array.from({ length: bins }, (_, bin) => figure(edge(bin), 2)),
      },
      yAxis: { type: 'value', axisLabel: { formatter: (value: number) => formats.percent(value) } },
      series,
    };
  }, [latest, earliest, say, formats]);
  return (
    <Card size="small" title={say(words.spread)}>
      <Chart option={option} label={say(words.spreadLabel, { days: Math.max(0, days.length - 1) })} />
    </Card>
  );
}

type Feature = Drift['columns'][number];

function Features({ drift }: { drift: Drift }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const [, go] = useLocation();
  const show = (column: string) =>
    go(`${to('/models/:name/drift', { name: drift.model })}?feature=${encodeURIComponent(column)}`);
  return (
    <Rows<Feature>
      rowKey="column"
      none={words.none}
      dataSource={[...drift.columns]}
      columns={[
        {
          title: say(words.feature),
          render: (_, { column, title }) => (
            <Typography.Link
              href="#"
              aria-label={say(words.show, { name: title[language] })}
              onClick={(event) => {
                event.preventDefault();
                show(column);
              }}
            >
              {title[language]}
            </Typography.Link>
          ),
        },
        { title: say(words.index), align: 'right', width: 90, render: (_, { index }) => figure(index, 2) },
        { title: say(words.chance), align: 'right', width: 110, render: (_, { byChance }) => figure(byChance, 2) },
        {
          title: say(words.verdict),
          width: 140,
          render: (_, { shift }) => <Mark tone={shiftTones[shift]}>{say(shiftWords[shift])}</Mark>,
        },
        {
          title: say(words.parts),
          render: (_, { parts, shift }) =>
            shift === 'none'
              ? '–'
              : parts
                  .map(
                    ({ name, expected, actual }) => `${short(name)}: ${formats.percent(expected)} → ${formats.percent(actual)}`,
                  )
                  .join(' · '),
        },
      ]}
    />
  );
}

/** Edges of bins have all digits of a double. */
const short = (name: string) => name.replace(/-?\d+\.\d{3,}/g, (value) => String(Number(Number(value).toPrecision(3))));
