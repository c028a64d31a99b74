// Where to draw the line: what a threshold finds, what it names in vain and misses, and what that costs, by costs that the reader sets. Counted on
// rows that the model had not seen.

import { Button, Card, Col, Flex, InputNumber, Row, Slider, Statistic } from 'antd';
import { useMemo, useState } from 'react';
import { space } from '../../design/design.ts';
import { Chart, plainGrid } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import type { WholeReport } from './asked.ts';
import { figure } from './shared-words.ts';

const words = {
  threshold: { en: 'Threshold', zh: '阈值' },
  thresholdHelp: {
    en: 'From this score on somebody is named. Move it and see what 1,000 customers come to.',
    zh: '达到此评分的客户会被选中。拖动查看每 1000 位客户的结果。',
  },
  cheapest: { en: 'Cheapest', zh: '最低成本' },
  ofTraining: { en: 'As trained', zh: '训练时的阈值' },
  inVain: { en: 'Cost of naming somebody in vain', zh: '误选一位的成本' },
  missed: { en: 'Cost of missing somebody', zh: '漏掉一位的成本' },
  benefit: { en: 'Gain from somebody found', zh: '找到一位的收益' },
  costs: { en: 'What mistakes cost', zh: '错误的代价' },
  confusion: { en: 'Of 1,000 customers', zh: '每 1000 位客户' },
  named: { en: 'named', zh: '选中' },
  notNamed: { en: 'not named', zh: '未选中' },
  yes: { en: 'really yes', zh: '实际为“是”' },
  no: { en: 'really no', zh: '实际为“否”' },
  precision: { en: 'Precision', zh: '精确率' },
  recall: { en: 'Recall', zh: '召回率' },
  selected: { en: 'Named', zh: '选中比例' },
  result: { en: 'Result per 1,000', zh: '每 1000 位的损益' },
  everybody: { en: 'naming everybody: {value}', zh: '全部选中：{value}' },
  nobody: { en: 'naming nobody: {value}', zh: '全不选：{value}' },
  byThreshold: { en: 'Result by threshold', zh: '损益随阈值变化' },
  byThresholdLabel: {
    en: 'Result per 1,000 customers by threshold; best {best} at {at}, now {now}',
    zh: '每 1000 位客户的损益随阈值变化；最佳为阈值 {at} 时的 {best}，当前 {now}',
  },
} as const;

type Costs = { inVain: number; missed: number; benefit: number };
type Point = { threshold: number; found: number; inVain: number };

/** What each threshold of the curve names, per customer. */
function pointsOf({ curves, data }: WholeReport): { points: Point[]; yes: number } {
  const yes = data.rows === 0 ? 0 : data.positives / data.rows;
  const points = curves.roc
    .map(({ x, y, threshold }) => ({ threshold, found: y * yes, inVain: x * (1 - yes) }))
    .sort((a, b) => a.threshold - b.threshold);
  return { points, yes };
}

/** The lowest threshold of the curve that is no lower: whoever has just that score is named. */
function pointAt(points: readonly Point[], threshold: number): Point {
  return points.find((point) => point.threshold >= threshold) ?? { threshold, found: 0, inVain: 0 };
}

const worth = (point: Point, yes: number, { inVain, missed, benefit }: Costs) =>
  1000 * (point.found * benefit - point.inVain * inVain - (yes - point.found) * missed);

export function Decision({ report }: { report: WholeReport }) {
  const { decision } = report;
  const [costs, setCosts] = useState<Costs>(() => ({
    inVain: decision.costs.falsePositive,
    missed: Number(decision.costs.falseNegative.toFixed(2)),
    benefit: 0,
  }));
  const [threshold, setThreshold] = useState(decision.confusion.threshold);
  const { points, yes } = useMemo(() => pointsOf(report), [report]);
  const best = points.reduce((one, other) => (worth(other, yes, costs) > worth(one, yes, costs) ? other : one), points[0]!);
  const at = pointAt(points, threshold);
  return (
    <Row gutter={[space.medium, space.medium]}>
      <Col xs={24} lg={12}>
        <Flex vertical gap={space.medium}>
          <Controls
            {...{ threshold, setThreshold, costs, setCosts }}
            best={best.threshold}
            trained={decision.confusion.threshold}
          />
          <Worth {...{ points, yes, costs, at, threshold, best }} />
        </Flex>
      </Col>
      <Col xs={24} lg={12}>
        <Confusion at={at} yes={yes} costs={costs} />
      </Col>
    </Row>
  );
}

function Controls(props: {
  threshold: number;
  setThreshold(value: number): void;
  costs: Costs;
  setCosts(costs: Costs): void;
  best: number;
  trained: number;
}) {
  const { threshold, setThreshold, costs, setCosts, best, trained } = props;
  const say = useSay();
  const cost = (key: keyof Costs) => (
    <Flex key={key} vertical>
      <Text type="secondary" id={`cost-${key}`}>
        {say(words[key])}
      </Text>
      <InputNumber
        aria-labelledby={`cost-${key}`}
        min={0}
        value={costs[key]}
        onChange={(value) => setCosts({ ...costs, [key]: value ?? 0 })}
        style={{ width: 140 }}
      />
    </Flex>
  );
  return (
    <Card
      size="small"
      title={
        <span>
          {say(words.threshold)} <Help about={words.thresholdHelp} />
        </span>
      }
      extra={
        <Flex gap={space.small}>
          <Button size="small" onClick={() => setThreshold(trained)}>
            {say(words.ofTraining)}
          </Button>
          <Button size="small" type="primary" onClick={() => setThreshold(best)}>
            {say(words.cheapest)}
          </Button>
        </Flex>
      }
    >
      <Flex gap={space.medium} align="center">
        <Slider
          style={{ flex: 1 }}
          min={0}
          max={1}
          step={0.01}
          value={Math.round(threshold * 100) / 100}
          onChange={setThreshold}
          ariaLabelForHandle={say(words.threshold)}
        />
        <Text strong>{figure(threshold, 2)}</Text>
      </Flex>
      <Flex gap={space.medium} wrap>
        {(['inVain', 'missed', 'benefit'] as const).map(cost)}
      </Flex>
    </Card>
  );
}

function Worth(props: { points: readonly Point[]; yes: number; costs: Costs; at: Point; threshold: number; best: Point }) {
  const { points, yes, costs, at, threshold, best } = props;
  const say = useSay();
  const formats = useFormats();
  const round = (value: number) => formats.number(Math.round(value));
  const option = useMemo(
    () => ({
      grid: { ...plainGrid, bottom: 24 },
      tooltip: { trigger: 'axis', valueFormatter: (value: number) => String(Math.round(value)) },
      xAxis: { type: 'value', min: 0, max: 1, name: say(words.threshold), nameLocation: 'middle', nameGap: 28 },
      yAxis: { type: 'value', scale: true },
      series: [
        {
          type: 'line',
          showSymbol: false,
          data: points.map((point) => [point.threshold, worth(point, yes, costs)]),
          markLine: { silent: true, symbol: 'none', label: { show: false }, data: [{ xAxis: threshold }] },
        },
      ],
    }),
    [points, yes, costs, threshold, say],
  );
  return (
    <Card size="small" title={say(words.byThreshold)}>
      <Chart
        option={option}
        height={220}
        label={say(words.byThresholdLabel, {
          best: round(worth(best, yes, costs)),
          at: figure(best.threshold, 2),
          now: round(worth(at, yes, costs)),
        })}
      />
    </Card>
  );
}

function Confusion({ at, yes, costs }: { at: Point; yes: number; costs: Costs }) {
  const say = useSay();
  const formats = useFormats();
  const round = (value: number) => formats.number(Math.round(value));
  const named = at.found + at.inVain;
  const cells = [
    [words.yes, at.found, yes - at.found],
    [words.no, at.inVain, 1 - yes - at.inVain],
  ] as const;
  return (
    <Card size="small" title={say(words.confusion)}>
      <table className="hf-confusion" style={{ width: '100%', textAlign: 'right' }}>
        <thead>
          <tr>
            <td />
            <th scope="col">{say(words.named)}</th>
            <th scope="col">{say(words.notNamed)}</th>
          </tr>
        </thead>
        <tbody>
          {cells.map(([name, ...values]) => (
            <tr key={name.en}>
              <th scope="row" style={{ textAlign: 'left', fontWeight: 'normal' }}>
                {say(name)}
              </th>
              {values.map((value, column) => (
                <td key={column === 0 ? 'named' : 'not'} style={{ fontSize: 20, padding: space.small }}>
                  {round(value * 1000)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Flex gap={space.large} wrap style={{ marginTop: space.medium }}>
        <Statistic title={say(words.precision)} value={named === 0 ? '–' : formats.percent(at.found / named)} />
        <Statistic title={say(words.recall)} value={yes === 0 ? '–' : formats.percent(at.found / yes)} />
        <Statistic title={say(words.selected)} value={formats.percent(named)} />
        <Statistic title={say(words.result)} value={round(worth(at, yes, costs))} />
      </Flex>
      <Flex vertical style={{ marginTop: space.small }}>
        <Text type="secondary">
          {say(words.everybody, { value: round(worth({ threshold: 0, found: yes, inVain: 1 - yes }, yes, costs)) })}
        </Text>
        <Text type="secondary">
          {say(words.nobody, { value: round(worth({ threshold: 1, found: 0, inVain: 0 }, yes, costs)) })}
        </Text>
      </Flex>
    </Card>
  );
}
