// A chart, drawn by ECharts in the colours of the page, with what it shows as words for who does not see it. What draws it is loaded with the first
// screen that has one, beside what the screen asks for.

import type { EChartsCoreOption } from 'echarts/core';
import { useContext, useEffect, useRef, useState } from 'react';
import { palettes } from '../design/design.ts';
import { useSay, type Words } from '../words/words.ts';
import { ModeContext, useMedia } from './settings.ts';

type Drawing = typeof import('./chart-drawing.ts');
const againMs = 2_000;
let known: Drawing | undefined;
const drawing = async (): Promise<Drawing> => {
  known ??= await import('./chart-drawing.ts');
  return known;
};
// Not waited for: a file that cannot be had now is asked for again by the chart.
void drawing().catch(() => undefined);

/** What draws, once it is there. */
function useDrawing(): Drawing | undefined {
  const [found, setFound] = useState(known);
  useEffect(() => {
    if (found) return;
    let isHere = true;
    let again: ReturnType<typeof setTimeout> | undefined;
    const ask = () =>
      drawing().then(
        (now) => isHere && setFound(now),
        () => {
          if (isHere) again = setTimeout(ask, againMs);
        },
      );
    void ask();
    return () => {
      isHere = false;
      clearTimeout(again);
    };
  }, [found]);
  return found;
}

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
    <div
      role="img"
      aria-label={typeof label === 'string' ? label : say(label)}
      style={{ height }}
      data-loading={draws ? undefined : true}
      aria-busy={!draws}
    >
      <div ref={box} aria-hidden="true" style={{ height: '100%', width: '100%' }} />
    </div>
  );
}
