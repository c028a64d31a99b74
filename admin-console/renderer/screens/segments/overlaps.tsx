// How many customers segments have in common, each with each: as a picture whose squares are darker the more two share, and as a table beside it.

import { Card, Flex, Select } from 'antd';
import { useContext, useMemo } from 'react';
import { Link, useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { palettes, space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Chart, type ChartOption } from '../../parts/chart.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { ModeContext } from '../../parts/settings.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { type Segment, segmentsKey, useSegmentName, useSegments } from './segment-api.ts';

const words = {
  title: { en: 'Overlaps', zh: '人群重叠' },
  about: { en: 'Whether two campaigns would reach the same people.', zh: '了解两个活动是否会触达同一批客户。' },
  which: { en: 'Segments, at most 20; the first 20 when none is chosen', zh: '人群（最多 20 个，未选时取前 20 个）' },
  few: { en: 'There are not two segments to compare', zh: '没有可比较的两个人群' },
  fewNext: { en: 'Make another segment, and see here how many are in both.', zh: '再建立一个人群，即可在此查看共同成员。' },
  show: { en: 'Squares show', zh: '色块显示' },
  share: { en: 'Of either', zh: '占并集' },
  part: { en: 'Of the row', zh: '占行人群' },
  one: { en: 'Segment', zh: '人群' },
  other: { en: 'And', zh: '与' },
  both: { en: 'In both', zh: '共同成员' },
  none: { en: 'No two of these share a member', zh: '所选人群两两没有共同成员' },
  label: { en: '{n} segments, each with each. The table below has the figures.', zh: '{n} 个人群两两比较，数值见下方表格。' },
  tip: { en: '{both} of {row} in {name} are also in {other}', zh: '{name} 的 {row} 位成员中，{both} 位也在 {other}' },
} as const;

export default function Overlaps() {
  const say = useSay();
  const asked = useSegments();
  const nameOf = useSegmentName();
  const [search, setSearch] = useSearchParams();
  const chosen = (search.get('of') ?? '').split(',').filter(Boolean).map(Number);
  return (
    <Page title={words.title} about={words.about}>
      <Answer of={asked}>
        {({ segments }) => {
          const some = segments.filter(({ id }) => chosen.includes(id));
          const shown = (some.length > 1 ? some : segments).slice(0, 20);
          if (segments.length < 2) return <Nothing what={words.few} next={words.fewNext} />;
          return (
            <Flex vertical gap={space.medium}>
              <Select
                mode="multiple"
                allowClear
                maxCount={20}
                aria-label={say(words.which)}
                placeholder={say(words.which)}
                value={some.map(({ id }) => id)}
                onChange={(ids) => setSearch(ids.length > 0 ? { of: ids.join(',') } : {}, { replace: true })}
                showSearch={{ optionFilterProp: 'label' }}
                options={segments.map((one) => ({ value: one.id, label: nameOf(one) }))}
              />
              <Matrix segments={shown} />
            </Flex>
          );
        }}
      </Answer>
    </Page>
  );
}

type Pair = { a: number; b: number; both: number; share: number };
type By = 'share' | 'part';

function Matrix({ segments }: { segments: readonly Segment[] }) {
  const say = useSay();
  const formats = useFormats();
  const nameOf = useSegmentName();
  const [search, setSearch] = useSearchParams();
  const by: By = search.get('by') === 'part' ? 'part' : 'share';
  const ids = segments.map(({ id }) => id).join(',');
  const asked = useQuery({
    queryKey: [...segmentsKey, 'overlaps', ids],
    queryFn: ({ signal }) => unwrap(api.GET('/api/segments/overlaps', { params: { query: { segments: ids } }, signal })),
  });
  const byId = new Map(segments.map((one) => [one.id, one]));
  const name = (id: number) => {
    const found = byId.get(id);
    return found ? nameOf(found) : String(id);
  };
  return (
    <Answer of={asked} rows={8}>
      {({ overlaps }) => {
        const pairs = overlaps.filter(({ a, b, both }) => a !== b && both > 0).toSorted((x, y) => y.share - x.share);
        return (
          <>
            <Card
              size="small"
              extra={
                <Segmented<By>
                  aria-label={say(words.show)}
                  value={by}
                  onChange={(next) => setSearch((before) => ({ ...Object.fromEntries(before), by: next }), { replace: true })}
                  options={[
                    { value: 'share', label: say(words.share) },
                    { value: 'part', label: say(words.part) },
                  ]}
                />
              }
            >
              <Squares segments={segments} overlaps={overlaps} by={by} />
            </Card>
            <Rows<Pair>
              none={words.none}
              rowKey={({ a, b }) => `${a} ${b}`}
              scroll={{}}
              dataSource={pairs}
              columns={[
                { title: say(words.one), render: (_, { a }) => <Link href={to('/segments/:id', { id: a })}>{name(a)}</Link> },
                { title: say(words.other), render: (_, { b }) => <Link href={to('/segments/:id', { id: b })}>{name(b)}</Link> },
                {
                  title: say(words.both),
                  align: 'right',
                  sorter: (x, y) => x.both - y.both,
                  render: (_, { both }) => formats.number(both),
                },
                {
                  title: say(words.share),
                  align: 'right',
                  sorter: (x, y) => x.share - y.share,
                  render: (_, { share }) => formats.percent(share),
                },
              ]}
            />
          </>
        );
      }}
    </Answer>
  );
}

function Squares({ segments, overlaps, by }: { segments: readonly Segment[]; overlaps: readonly Pair[]; by: By }) {
  const say = useSay();
  const formats = useFormats();
  const nameOf = useSegmentName();
  const { dark } = useContext(ModeContext);
  const option = useMemo<ChartOption>(() => {
    const palette = palettes[dark ? 'dark' : 'light'];
    const at = new Map(segments.map(({ id }, index) => [id, index]));
    const sizes = new Map(overlaps.filter(({ a, b }) => a === b).map(({ a, both }) => [a, both]));
    const names = segments.map(nameOf);
    const cells = overlaps.flatMap(({ a, b, both, share }) => {
      const cell = (row: number, column: number) => {
        const own = sizes.get(row) ?? 0;
        const value = row === column ? 1 : by === 'share' ? share : own === 0 ? 0 : both / own;
        return {
          value: [at.get(column), at.get(row), value],
          both,
          own,
          row,
          column,
          label: { color: value > 0.5 ? palette.ground : palette.strong },
        };
      };
      return a === b ? [cell(a, a)] : [cell(a, b), cell(b, a)];
    });
    const axisLabel = { width: 116, overflow: 'truncate' };
    return {
      grid: { left: 136, right: 8, top: 8, bottom: 56 },
      tooltip: {
        formatter: ({ data }: { data: (typeof cells)[number] }) =>
          escaped(
            say(words.tip, {
              both: data.both,
              row: data.own,
              name: names[at.get(data.row)!] ?? '',
              other: names[at.get(data.column)!] ?? '',
            }),
          ),
      },
      xAxis: {
        type: 'category',
        data: names,
        axisLabel: { ...axisLabel, width: 96, rotate: segments.length > 6 ? 40 : 0 },
        splitArea: { show: false },
      },
      yAxis: { type: 'category', data: names, inverse: true, axisLabel },
      visualMap: { show: false, min: 0, max: 1, inRange: { color: [palette.ground, palette.series[0]] } },
      series: [
        {
          type: 'heatmap',
          data: cells,
          itemStyle: { borderColor: palette.line, borderWidth: 1 },
          label: {
            show: segments.length <= 12,
            formatter: ({ value }: { value: number[] }) => formats.percent(value[2]!),
          },
        },
      ],
    };
  }, [segments, overlaps, by, dark, say, formats, nameOf]);
  return (
    <Chart option={option} label={say(words.label, { n: segments.length })} height={Math.max(240, 72 + segments.length * 40)} />
  );
}

/** Names come from people, and a tooltip is markup. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[one] ?? one);
