// Scores of hours as a line: small beside a source's name, larger on its page.

import { useMemo } from 'react';
import { Chart, type ChartOption, plainGrid } from '../../parts/chart.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import type { Hour } from './ask.ts';

const words = {
  label: {
    en: 'Score by the hour: {count} hours, {last} in the last, lowest {least}',
    zh: '逐小时得分：共 {count} 小时，最近 {last}，最低 {least}',
  },
  none: { en: 'No hour is over yet', zh: '尚无已结束的小时' },
  score: { en: 'Score', zh: '得分' },
  events: { en: 'Events', zh: '事件数' },
} as const;

/** @param hours the newest first, as the node gives them; @param small with neither axis nor events */
export function ScoreChart({ hours, small = false, height }: { hours: readonly Hour[]; small?: boolean; height: number }) {
  const say = useSay();
  const formats = useFormats();
  const option = useMemo((): ChartOption => {
    const inOrder = hours.toReversed();
    const scores = inOrder.map(({ hourMs, score }) => [hourMs, score === undefined ? null : Math.round(score * 10_000) / 100]);
    const line = { name: say(words.score), type: 'line', data: scores, showSymbol: hours.length < 3, connectNulls: true };
    if (small)
      return {
        grid: { left: 2, right: 2, top: 4, bottom: 4 },
        xAxis: { type: 'time', show: false },
        yAxis: { type: 'value', show: false, max: 100, min: ({ min }: { min: number }) => Math.max(0, Math.floor(min) - 2) },
        series: [{ ...line, silent: true }],
      };
    return {
      grid: plainGrid,
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'time' },
      yAxis: [
        {
          type: 'value',
          max: 100,
          min: ({ min }: { min: number }) => Math.max(0, Math.floor(min) - 5),
          axisLabel: { formatter: '{value} %' },
        },
        { type: 'value', splitLine: { show: false } },
      ],
      series: [
        line,
        {
          name: say(words.events),
          type: 'bar',
          yAxisIndex: 1,
          data: inOrder.map(({ hourMs, events }) => [hourMs, events]),
          barMaxWidth: 10,
          itemStyle: { opacity: 0.25 },
        },
      ],
      legend: { top: 0 },
    };
  }, [hours, small, say]);
  if (hours.length === 0) return <span>{say(words.none)}</span>;
  const known = hours.flatMap(({ score }) => score ?? []);
  const label = say(words.label, {
    count: hours.length,
    last: known[0] === undefined ? '–' : formats.percent(known[0]),
    least: known.length === 0 ? '–' : formats.percent(Math.min(...known)),
  });
  return <Chart option={option} label={label} height={height} />;
}
