// What a model goes by: each feature's weight (mean absolute Shapley value), which way it moves the score, and how the mean score follows its value;
// and what was not learned from, with the reason.

import { Alert, Card, Flex, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { space } from '../../design/design.ts';
import { Chart, plainGrid } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Rows } from '../../parts/table.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import type { WholeReport } from './asked.ts';
import { dropWords, figure } from './shared-words.ts';

const words = {
  weights: { en: 'What weighs most', zh: '特征重要性' },
  help: {
    en: 'Mean absolute Shapley value on the log-odds, as a part of all. It says what the model uses, not what causes the answer. A feature whose place changes much between the folds is unsettled: say nothing about its order.',
    zh: '对数几率上的平均绝对 Shapley 值占比。它说明模型使用什么，而非因果。名次在各折间变化大的特征不稳定，不宜解读其排序。',
  },
  label: { en: 'Part of each feature; most: {first}', zh: '各特征占比，最高：{first}' },
  feature: { en: 'Feature', zh: '特征' },
  part: { en: 'Part', zh: '占比' },
  direction: { en: 'A higher value', zh: '数值升高时' },
  raises: { en: 'raises the score', zh: '评分升高' },
  lowers: { en: 'lowers the score', zh: '评分降低' },
  mixed: { en: 'both ways', zh: '有升有降' },
  levels: { en: 'by value', zh: '因取值而异' },
  unknown: { en: 'both ways, or direction not known', zh: '有升有降，或方向未知' },
  places: { en: 'Places in the folds', zh: '各折名次' },
  unsettled: { en: 'unsettled', zh: '不稳定' },
  show: { en: 'Show how the score follows {name}', zh: '查看评分随“{name}”的变化' },
  follows: { en: 'How the mean score follows {name}', zh: '平均评分随“{name}”的变化' },
  followsLabel: { en: 'Mean score from {from} to {to}', zh: '平均评分从 {from} 到 {to}' },
  meanScore: { en: 'mean score', zh: '平均评分' },
  out: { en: 'Not learned from', zh: '未用于学习的特征' },
  why: { en: 'Why', zh: '原因' },
  alone: { en: 'AUC alone', zh: '单独 AUC' },
  noneOut: { en: 'Every feature was learned from', zh: '所有特征均已使用' },
  suspects: {
    en: 'Look at these before you trust the model: they rank the answers so well alone that they may have seen them.',
    zh: '信任模型前请先核查：这些特征单独就能很好地区分答案，可能已包含答案信息。',
  },
  none: { en: 'The model uses no feature', zh: '模型未使用任何特征' },
} as const;

type Importance = NonNullable<WholeReport['importance']>[number];
type Dependence = NonNullable<WholeReport['partialDependence']>[number];
type Direction = 'raises' | 'lowers' | 'mixed' | 'levels';

const barsShown = 15;
/** Places between the best and the worst fold, for one of the first. */
const unsettledPlaces = 5;

/** Of what the mean score does over the values: one way, or both. */
export function directionOf({ kind, points }: Dependence): Direction {
  if (kind === 'category') return 'levels';
  let [up, down] = [0, 0];
  for (const [at, { mean }] of points.entries()) {
    const step = at === 0 ? 0 : mean - points[at - 1]!.mean;
    if (step > 0) up += step;
    else down -= step;
  }
  if (up + down === 0) return 'mixed';
  return up / (up + down) > 0.75 ? 'raises' : down / (up + down) > 0.75 ? 'lowers' : 'mixed';
}

const arrows = { raises: '▲', lowers: '▼', mixed: '◆', levels: '◆' } as const;

export function Features({ report }: { report: WholeReport }) {
  const say = useSay();
  const language = useLanguage();
  const { importance = [], partialDependence = [], columns, titles } = report;
  const [chosen, choose] = useState(partialDependence[0]?.column);
  const called = (column: string) => titles[column]?.[language] ?? column;
  const dependence = partialDependence.find(({ column }) => column === chosen);
  return (
    <Flex vertical gap={space.medium}>
      {columns.suspects.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={say(words.suspects)}
          description={columns.suspects.map(({ column, auc }) => `${called(column)} (AUC ${figure(auc)})`).join(', ')}
        />
      )}
      <Weights report={report} called={called} />
      {dependence && <Follows dependence={dependence} called={called} />}
      <Table {...{ importance, partialDependence, called, choose }} />
      <Out report={report} called={called} />
    </Flex>
  );
}

function Weights({ report, called }: { report: WholeReport; called: (column: string) => string }) {
  const say = useSay();
  const { importance = [], partialDependence = [] } = report;
  const option = useMemo(() => {
    const shown = importance.slice(0, barsShown);
    const ways = new Map(partialDependence.map((one) => [one.column, directionOf(one)]));
    const series = (['raises', 'lowers', 'mixed'] as const).map((way) => ({
      type: 'bar',
      stack: 'all',
      name: `${arrows[way]} ${say(way === 'mixed' ? words.unknown : words[way])}`,
      data: shown.map(({ column, share }) => {
        const own = ways.get(column) ?? 'mixed';
        return (own === 'levels' ? 'mixed' : own) === way ? share : '-';
      }),
    }));
    return {
      grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0 },
      tooltip: { trigger: 'item', valueFormatter: (value: number) => `${(value * 100).toFixed(1)}%` },
      xAxis: { type: 'value', axisLabel: { formatter: (value: number) => `${Math.round(value * 100)}%` } },
      yAxis: {
        type: 'category',
        inverse: true,
        data: shown.map(({ column }) => called(column)),
        axisLabel: { width: 260, overflow: 'truncate' },
      },
      series,
    };
  }, [importance, partialDependence, called, say]);
  const first = importance.slice(0, 3).map(({ column, share }) => `${called(column)} ${Math.round(share * 100)}%`);
  return (
    <Card
      size="small"
      title={
        <span>
          {say(words.weights)} <Help about={words.help} />
        </span>
      }
    >
      <Chart
        option={option}
        height={Math.min(barsShown, importance.length) * 26 + 72}
        label={say(words.label, { first: first.join(', ') })}
      />
    </Card>
  );
}

function Follows({ dependence, called }: { dependence: Dependence; called: (column: string) => string }) {
  const say = useSay();
  const formats = useFormats();
  const { column, kind, points } = dependence;
  const option = useMemo(
    () => ({
      grid: { ...plainGrid, top: 32, bottom: 8 },
      tooltip: { trigger: 'axis', valueFormatter: (value: number) => formats.percent(value) },
      xAxis:
        kind === 'category'
          ? { type: 'category', data: points.map(({ value }) => String(value)) }
          : { type: 'value', scale: true },
      yAxis: {
        type: 'value',
        scale: true,
        name: say(words.meanScore),
        nameTextStyle: { align: 'left' },
        axisLabel: { formatter: (value: number) => formats.percent(value) },
      },
      series: [
        {
          type: kind === 'category' ? 'bar' : 'line',
          name: say(words.meanScore),
          data: kind === 'category' ? points.map(({ mean }) => mean) : points.map(({ value, mean }) => [value, mean]),
        },
      ],
    }),
    [kind, points, say, formats],
  );
  const means = points.map(({ mean }) => mean);
  return (
    <Card size="small" title={say(words.follows, { name: called(column) })}>
      <Chart
        option={option}
        height={220}
        label={say(words.followsLabel, { from: formats.percent(Math.min(...means)), to: formats.percent(Math.max(...means)) })}
      />
    </Card>
  );
}

function Table(props: {
  importance: readonly Importance[];
  partialDependence: readonly Dependence[];
  called: (column: string) => string;
  choose(column: string): void;
}) {
  const { importance, partialDependence, called, choose } = props;
  const say = useSay();
  const formats = useFormats();
  const known = new Map(partialDependence.map((one) => [one.column, one]));
  return (
    <Rows<Importance>
      rowKey="column"
      none={words.none}
      dataSource={[...importance]}
      columns={[
        {
          title: say(words.feature),
          render: (_, { column }) =>
            known.has(column) ? (
              <Typography.Link
                href="#"
                aria-label={say(words.show, { name: called(column) })}
                onClick={(event) => {
                  event.preventDefault();
                  choose(column);
                }}
              >
                {called(column)}
              </Typography.Link>
            ) : (
              called(column)
            ),
        },
        { title: say(words.part), align: 'right', width: 100, render: (_, { share }) => formats.percent(share) },
        {
          title: say(words.direction),
          width: 180,
          render: (_, { column }) => {
            const own = known.get(column);
            if (!own) return '–';
            const way = directionOf(own);
            return `${arrows[way]} ${say(words[way])}`;
          },
        },
        {
          title: say(words.places),
          width: 180,
          render: (_, { ranks }, at) => (
            <span>
              {ranks.best === ranks.worst ? ranks.best : `${ranks.best}–${ranks.worst}`}{' '}
              {at < 5 && ranks.worst - ranks.best >= unsettledPlaces && <Mark tone="wait">{say(words.unsettled)}</Mark>}
            </span>
          ),
        },
      ]}
    />
  );
}

function Out({ report, called }: { report: WholeReport; called: (column: string) => string }) {
  const say = useSay();
  const { dropped } = report.columns;
  return (
    <Card size="small" title={say(words.out)} styles={{ body: { padding: 0 } }}>
      <Rows<(typeof dropped)[number]>
        rowKey="column"
        none={words.noneOut}
        scroll={{}}
        dataSource={[...dropped]}
        columns={[
          { title: say(words.feature), render: (_, { column }) => called(column) },
          {
            title: say(words.why),
            render: (_, { reason, of }) => {
              const said = dropWords[reason];
              return said ? say(said, { of: of === undefined ? '' : called(of) }) : reason;
            },
          },
          { title: say(words.alone), align: 'right', width: 120, render: (_, { auc }) => figure(auc) },
        ]}
      />
    </Card>
  );
}
