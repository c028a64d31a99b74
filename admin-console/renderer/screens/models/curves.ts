// The curves of one report or several as charts: the same axes and colours wherever they stand, so that two versions lie over each other.

import { type ChartOption, plainGrid } from '../../parts/chart.tsx';
import type { Words } from '../../words/words.ts';
import type { WholeReport } from './asked.ts';
import { figure } from './shared-words.ts';

export type Drawn = { readonly name: string; readonly report: WholeReport };

export const curveWords = {
  roc: { en: 'ROC curve', zh: 'ROC 曲线' },
  rocHelp: {
    en: 'For each threshold: which share of those with the answer yes is found (up), and which share of the others is named in vain (right). The dashed line is chance.',
    zh: '每个阈值下：找到的“是”客户比例（纵轴）与误选的其他客户比例（横轴）。虚线为随机水平。',
  },
  falsePositives: { en: 'named in vain', zh: '误选比例' },
  truePositives: { en: 'found', zh: '找到比例' },
  precisionRecall: { en: 'Precision and recall', zh: '精确率与召回率' },
  precisionRecallHelp: {
    en: 'The more of them are found (right), the less pure the list becomes (up). The dashed line is the share of yes among all.',
    zh: '找到得越多（横轴），名单纯度越低（纵轴）。虚线为总体中“是”的占比。',
  },
  recall: { en: 'recall', zh: '召回率' },
  precision: { en: 'precision', zh: '精确率' },
  calibration: { en: 'Calibration', zh: '校准曲线' },
  calibrationHelp: {
    en: 'What was said (right) and what came true (up). On the dashed line a score of 30% is a chance of 30%; off it, use the score to rank only.',
    zh: '预测概率（横轴）与实际发生率（纵轴）。在虚线上，评分 30% 即 30% 的可能；偏离时仅宜用于排序。',
  },
  said: { en: 'said', zh: '预测概率' },
  cameTrue: { en: 'came true', zh: '实际发生率' },
  gain: { en: 'Gain', zh: '累积增益' },
  gainHelp: {
    en: 'When the highest scores are contacted first: how many of all with the answer yes are reached (line), and how many times more than by chance each tenth holds (bars).',
    zh: '按评分从高到低触达：累计覆盖多少“是”客户（折线），以及每一成是随机的多少倍（柱）。',
  },
  contacted: { en: 'contacted', zh: '触达比例' },
  reached: { en: 'reached', zh: '覆盖比例' },
  lift: { en: 'times chance', zh: '提升倍数' },
  threshold: { en: 'threshold', zh: '阈值' },
} as const;

type Say = (words: Words, values?: { readonly [name: string]: string | number }) => string;
const dashed = {
  type: 'line',
  silent: true,
  symbol: 'none',
  lineStyle: { type: 'dashed', width: 1 },
  itemStyle: { opacity: 0.6 },
};
const share = (value: number) => `${Math.round(value * 100)}%`;

function unitAxes(say: Say, x: Words, y: Words) {
  const axis = { type: 'value', min: 0, max: 1, axisLabel: { formatter: share } };
  return {
    xAxis: { ...axis, name: say(x), nameLocation: 'middle', nameGap: 28 },
    yAxis: { ...axis, name: say(y), nameTextStyle: { align: 'left' } },
  };
}

const legendOf = (drawn: readonly Drawn[]) =>
  drawn.length > 1 ? { legend: { top: 0, right: 0, data: drawn.map(({ name }) => name) } } : {};
const grid = { ...plainGrid, top: 40, bottom: 28 };

export function rocOf(drawn: readonly Drawn[], say: Say): ChartOption {
  return {
    grid,
    ...legendOf(drawn),
    ...unitAxes(say, curveWords.falsePositives, curveWords.truePositives),
    tooltip: { trigger: 'item', formatter: ({ value }: { value: number[] }) => pointWords(say, value) },
    series: [
      ...drawn.map(({ name, report }) => line(name, report.curves.roc)),
      {
        ...dashed,
        name: '',
        data: [
          [0, 0],
          [1, 1],
        ],
      },
    ],
  };
}

export function precisionRecallOf(drawn: readonly Drawn[], say: Say): ChartOption {
  const { rows, positives } = drawn[0]!.report.data;
  const base = rows === 0 ? 0 : positives / rows;
  return {
    grid,
    ...legendOf(drawn),
    ...unitAxes(say, curveWords.recall, curveWords.precision),
    tooltip: { trigger: 'item', formatter: ({ value }: { value: number[] }) => pointWords(say, value) },
    series: [
      ...drawn.map(({ name, report }) => line(name, report.curves.precisionRecall)),
      {
        ...dashed,
        name: '',
        data: [
          [0, base],
          [1, base],
        ],
      },
    ],
  };
}

export function calibrationOf(drawn: readonly Drawn[], say: Say): ChartOption {
  return {
    grid,
    ...legendOf(drawn),
    ...unitAxes(say, curveWords.said, curveWords.cameTrue),
    tooltip: {
      trigger: 'item',
      formatter: ({ value }: { value: number[] }) => `${share(value[0]!)} → ${share(value[1]!)} (${value[2] ?? ''})`,
    },
    series: [
      ...drawn.map(({ name, report }) => ({
        type: 'line',
        name,
        symbolSize: 8,
        data: report.curves.calibration
          .filter(({ rows }) => rows > 0)
          .map(({ meanScore, positiveRate, rows }) => [meanScore, positiveRate, rows]),
      })),
      {
        ...dashed,
        name: '',
        data: [
          [0, 0],
          [1, 1],
        ],
      },
    ],
  };
}

export function gainOf(drawn: readonly Drawn[], say: Say): ChartOption {
  const [first] = drawn;
  const tenths = first!.report.curves.lift.map(({ decile }) => share(decile / first!.report.curves.lift.length));
  const alone = drawn.length === 1;
  return {
    grid,
    ...legendOf(drawn),
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'category', data: ['0%', ...tenths], name: say(curveWords.contacted), nameLocation: 'middle', nameGap: 28 },
    yAxis: [
      {
        type: 'value',
        min: 0,
        max: 1,
        axisLabel: { formatter: share },
        name: say(curveWords.reached),
        nameTextStyle: { align: 'left' },
      },
      ...(alone
        ? [{ type: 'value', min: 0, splitLine: { show: false }, name: say(curveWords.lift), nameTextStyle: { align: 'right' } }]
        : []),
    ],
    series: [
      ...drawn.map(({ name, report }) => ({
        type: 'line',
        name: alone ? say(curveWords.reached) : name,
        z: 3,
        tooltip: { valueFormatter: share },
        data: [0, ...report.curves.lift.map(({ gain }) => gain)],
      })),
      ...(alone
        ? [
            {
              type: 'bar',
              name: say(curveWords.lift),
              yAxisIndex: 1,
              barWidth: '45%',
              itemStyle: { opacity: 0.45 },
              tooltip: { valueFormatter: (value: number) => figure(value, 2) },
              data: ['-', ...first!.report.curves.lift.map(({ lift }) => lift)],
            },
          ]
        : []),
    ],
  };
}

function line(name: string, points: WholeReport['curves']['roc']) {
  return { type: 'line', name, showSymbol: false, symbolSize: 6, data: points.map(({ x, y, threshold }) => [x, y, threshold]) };
}

function pointWords(say: Say, [x = 0, y = 0, threshold = 0]: readonly number[]): string {
  return `${share(x)} → ${share(y)} · ${say(curveWords.threshold)} ${figure(threshold, 2)}`;
}
