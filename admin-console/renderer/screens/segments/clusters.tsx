// Groups of customers that nobody thought of: who is alike, on a plane, and what each group is, in words. Which features count, how many groups to try and
// what the plane shows can be chosen; the address keeps the choice.

import { Card, Flex, Form, Select, Slider } from 'antd';
import { useContext, useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { palettes, space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Chart, type ChartOption, plainGrid } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { Page } from '../../parts/page.tsx';
import { ModeContext } from '../../parts/settings.ts';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import { useSettled } from './segment-api.ts';
import { Working, workKey } from './working.tsx';

const words = {
  title: { en: 'Clusters', zh: '聚类' },
  about: { en: 'Customers who are alike, found without a rule.', zh: '无需规则，自动找出相似的客户。' },
  working: { en: 'Grouping everybody who may be looked at for this purpose', zh: '正在对可用于该用途的客户聚类' },
  features: { en: 'By which features', zh: '依据的特征' },
  count: { en: 'How many groups to try: {from} to {to}', zh: '尝试的群数：{from} 至 {to}' },
  range: { en: 'How many groups to try', zh: '尝试的群数' },
  axes: { en: 'The plane shows', zh: '平面显示' },
  spread: { en: 'where customers differ most', zh: '差异最大的两个方向' },
  plane: { en: 'Where customers are', zh: '客户分布' },
  planeHelp: {
    en: 'Each mark is a small square of the plane: the larger, the more customers of that group. It tells nothing of a single customer. In standard deviations from the mean.',
    zh: '每个标记代表平面上的一小格，越大表示该群客户越多，不反映任何单个客户。单位为与均值相差的标准差。',
  },
  planeLabel: { en: '{n} customers in {k} groups: {names}', zh: '{n} 位客户分为 {k} 群：{names}' },
  groups: { en: 'What they are', zh: '各群特征' },
  group: { en: 'Group', zh: '群' },
  size: { en: 'Customers', zh: '客户数' },
  share: { en: 'Share', zh: '占比' },
  differs: { en: 'Differs most in', zh: '主要差异' },
  none: { en: 'No groups', zh: '没有分群' },
  quality: { en: 'How well apart, by number of groups', zh: '不同群数的分离程度' },
  qualityHelp: {
    en: 'The mean silhouette: near 1 groups stand well apart, near 0 they touch. Of numbers that are close, take the one that you can use.',
    zh: '平均轮廓系数：越接近 1 分离越好，接近 0 则相互接触。相差不大时，可选便于使用的群数。',
  },
  silhouette: { en: 'Silhouette', zh: '轮廓系数' },
  chosen: { en: '{k} groups stand apart best ({value}).', zh: '分为 {k} 群时分离最好（{value}）。' },
  axis: { en: '{share} of all differences: {features}', zh: '占全部差异的 {share}：{features}' },
  next: {
    en: 'To follow a group, make a segment by the features in which it differs.',
    zh: '如需持续跟踪某一群，可按其差异特征建立人群。',
  },
} as const;

const beginning = ['orders', 'spend', 'average_order', 'order_gap_days', 'returns', 'active_days_90d', 'tickets'] as const;

type Asked = { columns: readonly string[]; from: number; to: number; along: string };

const readClusters = ({ columns, from, to, along }: Asked, signal: AbortSignal) =>
  unwrap(
    api.GET('/api/segments/clusters', {
      params: { query: { columns: columns.join(','), from, to, ...(along !== '' && { along }) } },
      signal,
    }),
  );
type Found = Awaited<ReturnType<typeof readClusters>>;

export default function Clusters() {
  const [search, setSearch] = useSearchParams();
  const given = (search.get('columns') ?? '').split(',').filter(Boolean);
  const asked: Asked = {
    columns: given.length > 0 ? given : beginning,
    from: Number(search.get('from') ?? 2),
    to: Number(search.get('to') ?? 8),
    along: search.get('along') ?? '',
  };
  const settled = useSettled(asked, 600);
  const features = useQuery({
    queryKey: ['features'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/features', { signal })),
    staleTime: 600_000,
  });
  const found = useQuery({
    queryKey: [...workKey, 'clusters', settled],
    queryFn: ({ signal }) => readClusters(settled, signal),
    staleTime: 300_000,
    retry: false,
  });
  const language = useLanguage();
  const labels = new Map((features.data?.features ?? []).map(({ name, label }) => [name, label]));
  const nameOf = (name: string) => labels.get(name)?.[language] ?? name;
  const put = (more: { [name: string]: string }) =>
    setSearch((before) => ({ ...Object.fromEntries(before), ...more }), { replace: true });
  const numbers = (features.data?.features ?? []).filter(({ kind }) => kind !== 'category');
  return (
    <Page title={words.title} about={words.about}>
      <Flex vertical gap={space.medium}>
        <Choices asked={asked} numbers={numbers} nameOf={nameOf} put={put} />
        <Working of={found} what={words.working}>
          {(data) => <Shown found={data} nameOf={nameOf} />}
        </Working>
      </Flex>
    </Page>
  );
}

type NameOf = (feature: string) => string;

function Choices({
  asked,
  numbers,
  nameOf,
  put,
}: {
  asked: Asked;
  numbers: readonly { name: string; label: Words }[];
  nameOf: NameOf;
  put(more: { [name: string]: string }): void;
}) {
  const say = useSay();
  const { columns, from, to, along } = asked;
  const pairs = columns.flatMap((a, at) =>
    columns.slice(at + 1).map((b) => ({ value: `${a},${b}`, label: `${nameOf(a)} × ${nameOf(b)}` })),
  );
  return (
    <Form layout="vertical">
      <Flex gap={space.medium} wrap>
        <Form.Item label={say(words.features)} htmlFor="features" style={{ flex: '2 1 420px', marginBottom: 0, minWidth: 0 }}>
          <Select
            id="features"
            mode="multiple"
            maxCount={32}
            value={[...columns]}
            onChange={(next: string[]) => next.length > 0 && put({ columns: next.join(','), along: '' })}
            showSearch={{ optionFilterProp: 'label' }}
            options={numbers.map(({ name }) => ({ value: name, label: nameOf(name) }))}
          />
        </Form.Item>
        <Form.Item label={say(words.count, { from, to })} style={{ flex: '1 1 180px', marginBottom: 0 }}>
          <Slider
            range
            min={2}
            max={12}
            value={[from, to]}
            ariaLabelForHandle={[say(words.range), say(words.range)]}
            onChange={([least, most]) => put({ from: String(least), to: String(most) })}
          />
        </Form.Item>
        <Form.Item label={say(words.axes)} htmlFor="axes" style={{ flex: '1 1 200px', marginBottom: 0, minWidth: 0 }}>
          <Select
            id="axes"
            value={along}
            onChange={(next) => put({ along: next })}
            showSearch={{ optionFilterProp: 'label' }}
            popupMatchSelectWidth={false}
            options={[{ value: '', label: say(words.spread) }, ...pairs]}
          />
        </Form.Item>
      </Flex>
    </Form>
  );
}

/** Beside the colour, so that the colour-blind tell them apart. */
const symbols = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow', 'roundRect'] as const;
const glyphs = ['●', '■', '▲', '◆', '⬇', '⮝', '▢'] as const;

function Shown({ found, nameOf }: { found: Found; nameOf: NameOf }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const { dark } = useContext(ModeContext);
  const { series } = palettes[dark ? 'dark' : 'light'];
  const best = found.silhouettes.find(({ k }) => k === found.k);
  const quality = useMemo<ChartOption>(
    () => ({
      grid: plainGrid,
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', data: found.silhouettes.map(({ k }) => String(k)) },
      yAxis: { type: 'value' },
      series: [
        {
          type: 'line',
          name: say(words.silhouette),
          data: found.silhouettes.map(({ silhouette }) => Number(silhouette.toFixed(3))),
          symbolSize: 8,
        },
      ],
    }),
    [found, say],
  );
  const told = best ? say(words.chosen, { k: found.k, value: formats.number(Number(best.silhouette.toFixed(3))) }) : '';
  return (
    <Flex vertical gap={space.medium}>
      <Flex gap={space.medium} wrap align="stretch">
        <Card
          size="small"
          style={{ flex: '2 1 520px', minWidth: 0 }}
          title={
            <>
              {say(words.plane)} <Help about={words.planeHelp} />
            </>
          }
        >
          <Plane found={found} nameOf={nameOf} />
        </Card>
        <Card
          size="small"
          style={{ flex: '1 1 280px', minWidth: 0 }}
          title={
            <>
              {say(words.quality)} <Help about={words.qualityHelp} />
            </>
          }
        >
          <Chart option={quality} label={told} height={220} />
          <Text type="secondary">{told}</Text>
        </Card>
      </Flex>
      <Card size="small" title={say(words.groups)}>
        <Rows<Found['profiles'][number]>
          none={words.none}
          rowKey="cluster"
          dataSource={found.profiles}
          scroll={{}}
          columns={[
            {
              title: say(words.group),
              render: (_, { cluster, name }) => (
                <span className="hf-break">
                  <span aria-hidden="true" style={{ color: series[(cluster - 1) % series.length] }}>
                    {glyphs[(cluster - 1) % glyphs.length]}
                  </span>{' '}
                  {cluster}. {name[language]}
                </span>
              ),
            },
            { title: say(words.size), align: 'right', render: (_, { size }) => formats.number(size) },
            { title: say(words.share), align: 'right', render: (_, { share }) => formats.percent(share) },
            {
              title: say(words.differs),
              render: (_, { differences }) => (
                <Flex vertical>
                  {differences.slice(0, 4).map(({ column, mean, standardised }) => (
                    <Text key={column} type="secondary" className="hf-break">
                      {standardised > 0 ? '▲' : '▼'} {nameOf(column)} {mean === null ? '–' : formats.number(rounded(mean))} (
                      {standardised > 0 ? '+' : '−'}
                      {formats.number(Math.abs(Number(standardised.toFixed(1))))}σ)
                    </Text>
                  ))}
                </Flex>
              ),
            },
          ]}
        />
        <Text type="secondary">{say(words.next)}</Text>
      </Card>
    </Flex>
  );
}

const rounded = (value: number): number => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

function Plane({ found, nameOf }: { found: Found; nameOf: NameOf }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const { points, axes, profiles, customers, k } = found;
  const option = useMemo<ChartOption>(() => {
    const most = Math.max(...points.map((point) => point.customers), 1);
    const titled = (at: number) => {
      const axis = axes[at]!;
      const names = axis.features.map(({ name, weight }) => `${weight < 0 ? '−' : ''}${nameOf(name)}`);
      return axis.share === null
        ? (names[0] ?? '')
        : say(words.axis, { share: formats.percent(axis.share), features: names.slice(0, 3).join(', ') });
    };
    const axis = (at: number) => ({
      type: 'value',
      min: -4,
      max: 4,
      name: titled(at),
      nameLocation: 'middle',
      nameGap: at === 0 ? 28 : 36,
      nameTextStyle: { width: at === 0 ? 460 : 300, overflow: 'truncate' },
    });
    return {
      grid: { left: 56, right: 16, top: 16, bottom: 72 },
      legend: { bottom: 0, type: 'scroll', itemGap: 24 },
      tooltip: {
        formatter: ({ seriesName, value }: { seriesName: string; value: number[] }) =>
          `${seriesName}: ${formats.number(value[2]!)}`,
      },
      xAxis: axis(0),
      yAxis: axis(1),
      series: profiles.map(({ cluster }) => ({
        type: 'scatter',
        name: `${say(words.group)} ${cluster}`,
        symbol: symbols[(cluster - 1) % symbols.length],
        symbolSize: (value: number[]) => 5 + 17 * Math.sqrt(value[2]! / most),
        itemStyle: { opacity: 0.75 },
        data: points.filter((point) => point.cluster === cluster).map(({ x, y, customers: n }) => [x, y, n]),
      })),
    };
  }, [points, axes, profiles, nameOf, say, formats]);
  const names = profiles.map(({ name }) => name[language]).join('; ');
  return <Chart option={option} label={say(words.planeLabel, { n: customers, k, names })} height={420} />;
}
