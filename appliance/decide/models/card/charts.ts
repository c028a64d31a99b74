// The pictures with axes, drawn by ECharts on the server as SVG without ids, classes or animation: the same figures give the same bytes.
// Colours are variables of the page's style sheet, so that one picture serves light, dark and print; words stand outside, in both languages.

import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { CalibrationBin, CurvePoint, LiftRow, PartialDependence } from '../training/report.ts';
import { type Html, trusted } from './markup.ts';
import { count, day, percent, plain, short } from './numbers.ts';

use([BarChart, LineChart, ScatterChart, GridComponent, SVGRenderer]);

export const chartLimits = {
  /** Of a curve; more cannot be told apart at this size, and each costs bytes. The first and the last stay. */
  points: 160,
} as const;

type Point = readonly [x: number, y: number];
type Options = Parameters<ReturnType<typeof init>['setOption']>[0];

const accent = 'var(--accent)';
const reference = 'var(--reference)';
const text = { color: 'var(--muted)', fontSize: 12, fontFamily: 'inherit' };
const size = { width: 400, height: 250 };

function draw(options: Options, height = size.height): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: size.width, height });
  try {
    chart.setOption({ animation: false, ...options });
    return trusted(cleaned(chart.renderToSVGString()));
  } finally {
    chart.dispose();
  }
}

/** ECharts counts its charts in the names of hover styles and of clips; a still picture whose points are all inside needs neither. */
function cleaned(svg: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>|<defs[\s\S]*?<\/defs>/g, '')
    .replace(/ (class|clip-path|pointer-events|baseProfile|version|xmlns:xlink|ecmeta_[a-z_]+)="[^"]*"/g, '')
    .replace(/<rect [^>]*fill="none"[^>]*><\/rect>\n?/, '')
    .replace(/<svg width="\d+" height="\d+"/, '<svg aria-hidden="true" focusable="false"')
    .replace(/\n+/g, '\n')
    .trim();
}

const isPoint = ([x, y]: Point) => Number.isFinite(x) && Number.isFinite(y);

/** Evenly chosen, so that a curve of a million thresholds stays a picture. */
export function thinned<T>(all: readonly T[], most = chartLimits.points): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, at) => all[Math.round((at * (all.length - 1)) / (most - 1))]!);
}

const shareAxis = (more: object = {}) => ({
  type: 'value' as const,
  min: 0,
  max: 1,
  interval: 0.25,
  axisLabel: { ...text, formatter: (value: number) => percent(value, 0) },
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: 'var(--line)' } },
  ...more,
});
const acrossShares = shareAxis({ splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: 'var(--axis)' } } });
const grid = { left: 44, right: 18, top: 12, bottom: 28 };

const line = (data: readonly Point[], more: object = {}) => ({
  type: 'line' as const,
  data: data.filter(isPoint).map(([x, y]) => [x, y]),
  symbol: 'none',
  silent: true,
  clip: false,
  lineStyle: { color: accent, width: 2 },
  ...more,
});
const dashed = (data: readonly Point[]) => line(data, { lineStyle: { color: reference, width: 1.5, type: [4, 4] } });
const mark = (at: Point) => ({
  type: 'scatter' as const,
  data: isPoint(at) ? [[at[0], at[1]]] : [],
  symbolSize: 11,
  silent: true,
  clip: false,
  z: 5,
  itemStyle: { color: 'var(--surface)', borderColor: accent, borderWidth: 2.5, opacity: 1 },
});
const underLine = { color: accent, opacity: 0.08 };

/** A curve from 0 to 1 both ways, with what a model that knows nothing would draw, and the place of the threshold. */
function unitCurve(points: readonly Point[], without: readonly Point[], threshold?: Point): Html {
  return draw({
    grid,
    xAxis: acrossShares,
    yAxis: shareAxis(),
    series: [
      dashed(without),
      line(thinned(points.filter(isPoint)), { areaStyle: underLine }),
      ...(threshold ? [mark(threshold)] : []),
    ],
  });
}

const diagonal: readonly Point[] = [
  [0, 0],
  [1, 1],
];
const ofCurve = (points: readonly CurvePoint[]): Point[] => points.map(({ x, y }) => [x, y]);

export const rocChart = (points: readonly CurvePoint[], threshold: Point): Html =>
  unitCurve(ofCurve(points), diagonal, threshold);

/** @param rate the share of positives: the precision of a model that knows nothing */
export const precisionRecallChart = (points: readonly CurvePoint[], rate: number, threshold: Point): Html =>
  unitCurve(
    ofCurve(points),
    [
      [0, rate],
      [1, rate],
    ],
    threshold,
  );

/** @param points by the share addressed; the dashed line is random targeting */
export function qiniChart(points: readonly { readonly share: number; readonly qini: number }[]): Html {
  const all = points.map(({ share, qini }): Point => [share, qini]);
  return draw({
    grid: { ...grid, left: 52 },
    xAxis: acrossShares,
    yAxis: {
      type: 'value' as const,
      axisLabel: { ...text, formatter: (value: number) => percent(value, 1) },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: 'var(--line)' } },
    },
    series: [dashed([[0, 0], all.at(-1) ?? [1, 0]]), line(thinned(all), { areaStyle: underLine })],
  });
}

export function gainChart(lift: readonly LiftRow[]): Html {
  const all = lift.reduce((sum, { rows }) => sum + rows, 0);
  let rows = 0;
  const points = lift.map((tenth): Point => {
    rows += tenth.rows;
    return [rows / all, tenth.gain];
  });
  return unitCurve([[0, 0], ...points], diagonal);
}

export function liftChart(lift: readonly LiftRow[]): Html {
  const highest = Math.max(2, ...lift.map((tenth) => tenth.lift).filter(Number.isFinite));
  return draw({
    grid,
    xAxis: {
      type: 'category',
      data: lift.map(({ decile }) => count(decile)),
      axisLabel: { ...text, interval: 0 },
      axisLine: { lineStyle: { color: 'var(--axis)' } },
      axisTick: { show: false },
    },
    yAxis: {
      ...shareAxis({ max: Math.ceil(highest), interval: Math.ceil(Math.ceil(highest) / 5) }),
      axisLabel: { ...text, formatter: (value: number) => `${plain(value)}×` },
    },
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: '62%',
        data: lift.map((tenth) => (Number.isFinite(tenth.lift) ? tenth.lift : 0)),
        itemStyle: { color: accent, borderRadius: [3, 3, 0, 0] },
      },
      { ...dashed([]), data: lift.map(() => 1) },
    ],
  });
}

/** Above, what the scores promise against what came; below, how many customers stand behind each point. */
export function calibrationChart(bins: readonly CalibrationBin[]): Html {
  const filled = bins.filter(({ rows, meanScore, positiveRate }) => rows > 0 && isPoint([meanScore, positiveRate]));
  const most = Math.max(1, ...filled.map(({ rows }) => rows));
  const points = filled.map(({ meanScore, positiveRate }): Point => [meanScore, positiveRate]);
  const counts = filled.map(({ from, to, rows }): Point => [(from + to) / 2, rows]);
  return draw(
    {
      grid: [
        { ...grid, height: 190 },
        { ...grid, top: 236, height: 44 },
      ],
      xAxis: [
        { ...acrossShares, gridIndex: 0 },
        { ...acrossShares, gridIndex: 1, axisLabel: { show: false }, containShape: false },
      ],
      yAxis: [{ ...shareAxis(), gridIndex: 0 }, countAxis(most, 1)],
      series: [
        dashed(diagonal),
        line(points),
        ...filled.map(({ meanScore, positiveRate }) => ({
          ...mark([meanScore, positiveRate]),
          symbolSize: 8,
          itemStyle: { color: accent, opacity: 1 },
        })),
        countBars(counts, 1, 24),
      ],
    },
    290,
  );
}

const countAxis = (most: number, gridIndex: number) => ({
  type: 'value' as const,
  gridIndex,
  min: 0,
  max: most,
  interval: most,
  axisLabel: { ...text, formatter: (value: number) => (value === 0 ? '' : short(value)) },
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { show: false },
});
const countBars = (data: readonly Point[], index: number, barWidth: number) => ({
  type: 'bar' as const,
  xAxisIndex: index,
  yAxisIndex: index,
  silent: true,
  clip: false,
  barWidth,
  barMinHeight: 1,
  data: data.filter(isPoint).map(([x, y]) => [x, y]),
  itemStyle: { color: 'var(--quiet)', borderRadius: [2, 2, 0, 0] },
});

/** A few round places: 1, 2 or 5 of a power of ten apart. */
export function ticksOf(low: number, high: number): number[] {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((times) => rough <= times * power * (1 + 1e-9)) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, Math.min(10, last - first + 1)) }, (_, at) => (first + at) * step);
}

/** The mean probability along a number or a time, over bars of how many customers are near. */
export function dependenceChart({ kind, points }: PartialDependence, highest: number): Html {
  const shown = points.filter(({ value, mean }) => isPoint([Number(value), mean]));
  const xs = shown.map(({ value }) => Number(value));
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  const most = Math.max(1, ...shown.map(({ rows }) => rows).filter(Number.isFinite));
  const span = high > low ? high - low : 1;
  const ticks = kind === 'time' ? [low, low + span / 2, low + span] : ticksOf(low, low + span);
  const across = {
    type: 'value' as const,
    min: low,
    max: low + span,
    axisLabel: {
      ...text,
      hideOverlap: true,
      customValues: ticks,
      formatter: (value: number) => (kind === 'time' ? day(value) : short(value)),
    },
    axisLine: { lineStyle: { color: 'var(--axis)' } },
    axisTick: { show: false },
    splitLine: { show: false },
  };
  const sides = { ...grid, right: kind === 'time' ? 34 : 18 };
  const gaps = xs.slice(1).map((x, at) => Math.abs(x - xs[at]!) / span);
  const barWidth = Math.max(3, Math.min(12, 0.8 * Math.min(1, ...gaps) * (size.width - sides.left - sides.right)));
  const axis = shareAxis({ max: highest, interval: highest / 4 });
  const label = { ...text, formatter: (value: number) => percent(value, highest < 0.1 ? 1 : 0) };
  return draw(
    {
      grid: [
        { ...sides, height: 138 },
        { ...sides, top: 182, height: 26 },
      ],
      xAxis: [
        { ...across, gridIndex: 0 },
        { ...across, gridIndex: 1, axisLabel: { show: false }, containShape: false },
      ],
      yAxis: [
        { ...axis, axisLabel: label, gridIndex: 0 },
        { ...countAxis(most, 1), axisLabel: { show: false } },
      ],
      series: [
        line(shown.map(({ value, mean }): Point => [Number(value), mean])),
        ...(shown.length === 1 ? [mark([xs[0]!, shown[0]!.mean])] : []),
        countBars(
          shown.map(({ value, rows }): Point => [Number(value), rows]),
          1,
          barWidth,
        ),
      ],
    },
    216,
  );
}
