// A chart, drawn by ECharts in the colours of the page, with what it shows as words for who does not see it. What draws it is loaded with the first
// screen that has one, beside what the screen asks for.

import type { EChartsCoreOption } from 'echarts/core';
import { useContext, useEffect, useRef } from 'react';
import { palettes } from '../design/design.ts';
import { useSay, type Words } from '../words/words.ts';
import { useQuery } from './ask.ts';
import { ModeContext, useMedia } from './settings.ts';

const drawing = () => import('./chart-drawing.ts');
// Begun at once and not waited for; what cannot be had now is asked for again by the chart.
void drawing().catch(() => undefined);

/** What draws, once it is there. */
const useDrawing = () =>
  useQuery({ queryKey: ['chart drawing'], queryFn: drawing, staleTime: Number.POSITIVE_INFINITY, retry: true }).data;

export type ChartOption = EChartsCoreOption;
/** Of a grid with both axes, as little around the lines as can be. */
export const plainGrid = { left: 8, right: 16, top: 16, bottom: 8, containLabel: true } as const;

/**
 * @param label what the chart shows, in a sentence with its figures: it is what a screen reader says
 * @param onPick of what was clicked, its data index and the series'
 */
export function Chart({
  option,
  label,
  height = 240,
  onPick,
}: {
  option: ChartOption;
  label: Words | string;
  height?: number;
  onPick?: (dataIndex: number, seriesIndex: number) => void;
}) {
  const say = useSay();
  const { dark } = useContext(ModeContext);
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const box = useRef<HTMLDivElement>(null);
  const picked = useRef(onPick);
  const draws = useDrawing();
  useEffect(() => {
    picked.current = onPick;
  });
  useEffect(() => {
    const element = box.current;
    if (!element || !draws) return;
    const palette = palettes[dark ? 'dark' : 'light'];
    const axis = {
      axisLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.text },
      splitLine: { lineStyle: { color: palette.faint } },
      nameTextStyle: { color: palette.text },
    };
    const look = {
      color: palette.series,
      // By its name: letters are measured apart from the page, where nothing is inherited.
      textStyle: { color: palette.text, fontFamily: getComputedStyle(element).fontFamily },
      legend: { textStyle: { color: palette.text } },
      // As text, and never as markup: names come from data, and the page lets no inline style in.
      tooltip: {
        renderMode: 'richText',
        backgroundColor: palette.ground,
        borderColor: palette.line,
        textStyle: { color: palette.strong },
      },
      ...{ valueAxis: axis, categoryAxis: axis, timeAxis: axis, logAxis: axis },
    };
    const chart = draws.init(element, look, { renderer: 'svg' });
    chart.setOption({ animation: !still, ...option });
    chart.on('click', ({ dataIndex, seriesIndex }) => picked.current?.(dataIndex, seriesIndex ?? 0));
    const resized = new ResizeObserver(() => chart.resize());
    resized.observe(element);
    return () => {
      resized.disconnect();
      chart.dispose();
    };
  }, [draws, option, dark, still]);
  return (
    <div role="img" aria-label={typeof label === 'string' ? label : say(label)} style={{ height }} aria-busy={!draws}>
      <div ref={box} aria-hidden="true" style={{ height: '100%', width: '100%' }} />
    </div>
  );
}
