// How well it is decided who is who: decisions by day, how often people agree with the matcher, precision and recall as far as they can be told from what
// people decided, the comparison of all people, and whether the index fits the configuration.

import { useMutation } from '@tanstack/react-query';
import { Alert, Card, Col, Flex, Progress, Row, Statistic } from 'antd';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { Chart, type ChartOption, plainGrid } from '../../parts/chart.tsx';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay, type Words } from '../../words/words.ts';

const words = {
  title: { en: 'Quality of matching', zh: '匹配质量' },
  about: { en: 'From what was decided, by the matcher and by people.', zh: '依据匹配器与人工的判定统计。' },
  period: { en: 'Period', zh: '时段' },
  days: { en: '{count} days', zh: '{count} 天' },
  summary: { en: 'At a glance', zh: '概览' },
  day: { en: 'Day', zh: '日期' },
  waiting: { en: 'Pairs waiting', zh: '待审核' },
  precision: { en: 'Precision', zh: '精确率' },
  recall: { en: 'Recall', zh: '召回率' },
  merges: { en: 'Merged by the matcher', zh: '匹配器合并' },
  figures: {
    en: 'Precision: of the merges that the matcher made alone, how many still stand. Recall: of all merges that hold, how many it had made or proposed; pairs that nobody has noticed yet are in neither.',
    zh: '精确率：匹配器自行合并中仍成立的比例。召回率：在所有成立的合并中，由其合并或提出的比例；尚无人发现的配对不计入。',
  },
  notYet: { en: 'not yet', zh: '暂无' },
  byDay: { en: 'Decisions by day', zh: '每日判定' },
  byDayLabel: { en: 'Decisions by day, {total} in all', zh: '每日判定，共 {total} 次' },
  person: { en: 'merged by people', zh: '人工合并' },
  model: { en: 'merged by the matcher', zh: '匹配器合并' },
  alias: { en: 'told by sources', zh: '来源声明' },
  apart: { en: 'declared different', zh: '判定不同' },
  retracted: { en: 'taken back', zh: '已撤回' },
  queued: { en: 'into the queue', zh: '进入队列' },
  reviewed: { en: 'reviewed', zh: '已审核' },
  bands: { en: 'What people said of likely pairs', zh: '人工审核结果' },
  bandsHelp: {
    en: 'A matcher that knows how sure it is has as many pairs that are one person in each row as it expected.',
    zh: '若匹配器的把握准确，每一行中判为同一人的比例应接近其预期。',
  },
  noBands: { en: 'Nobody has reviewed a pair in this period', zh: '该时段尚无人工审核' },
  likely: { en: 'Likely', zh: '可能性' },
  expected: { en: 'Expected', zh: '预期' },
  found: { en: 'One person', zh: '同一人' },
  pairs: { en: 'Pairs', zh: '配对数' },
  part: { en: 'There was more than is read: the oldest is left out.', zh: '判定过多，最早的部分未计入。' },
  none: { en: 'Nothing was decided in this period', zh: '该时段没有判定' },
  noneNext: { en: 'Compare all people, or look at pairs that wait.', zh: '可发起全量比对，或前往审核待定配对。' },
  compare: { en: 'Compare all people', zh: '全量比对' },
  compareAbout: {
    en: 'Everybody is compared with everybody who may be matched. Sure pairs become one customer, likely ones come into the queue. It takes minutes for a million customers; the page may be left, and what is done is done.',
    zh: '将所有允许匹配的客户相互比对：确定的配对直接合并，可能的进入审核队列。百万客户约需数分钟，可离开此页，已完成的合并不会回退。',
  },
  compared: {
    en: '{compared} records compared, {merged} merged, {queued} new pairs to decide',
    zh: '已比对 {compared} 条记录，合并 {merged} 对，新增待审核 {queued} 对',
  },
  index: { en: 'Index of identifiers', zh: '标识索引' },
  toQueue: { en: 'Decide pairs', zh: '前往审核' },
} as const;

const indexStates: { readonly [state: string]: { readonly tone: 'good' | 'wait' | 'bad'; readonly words: Words } } = {
  done: { tone: 'good', words: { en: '✓ fits the configuration', zh: '✓ 与配置一致' } },
  running: { tone: 'wait', words: { en: '… being rebuilt', zh: '… 重建中' } },
  waiting: { tone: 'wait', words: { en: '… the store failed, tried again', zh: '… 存储出错，重试中' } },
  failed: { tone: 'bad', words: { en: '✕ failed', zh: '✕ 失败' } },
};

const readQuality = (days: number) =>
  unwrap(api.GET('/api/identity/quality', { params: { query: { days, offset: -new Date(0).getTimezoneOffset() } } }));
type Quality = Awaited<ReturnType<typeof readQuality>>;
const periods = [7, 30, 90] as const;

export default function QualityOfMatching() {
  const say = useSay();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const days = periods.find((one) => String(one) === search.get('days')) ?? 30;
  const asked = useQuery({ queryKey: ['identity', 'quality', days], queryFn: () => readQuality(days) });
  const actions = (
    <Flex gap={space.small} wrap>
      <Segmented
        aria-label={say(words.period)}
        value={days}
        onChange={(next) => setSearch({ days: String(next) }, { replace: true })}
        options={periods.map((value) => ({ value, label: say(words.days, { count: value }) }))}
      />
      {may('identity.match') && <CompareAll />}
    </Flex>
  );
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <Flex vertical gap={space.medium}>
        <Answer of={asked}>{(quality) => <Shown quality={quality} />}</Answer>
        {may('node.look') && <IndexState />}
      </Flex>
    </Page>
  );
}

function CompareAll() {
  const say = useSay();
  const comparing = useMutation({ mutationFn: () => unwrap(api.POST('/api/identity/match')) });
  return (
    <Flex vertical gap={space.hair} align="end">
      <Act<object> name={words.compare} about={words.compareAbout} refresh={[['identity']]} act={() => comparing.mutateAsync()} />
      {comparing.data && <Text type="secondary">{say(words.compared, countsOf(comparing.data))}</Text>}
    </Flex>
  );
}

const countsOf = ({ compared, merged, queued }: { compared: number; merged: number; queued: number }) => ({
  compared,
  merged,
  queued,
});

function Shown({ quality }: { quality: Quality }) {
  const say = useSay();
  const may = useMay();
  const { days, whole } = quality;
  return (
    <Flex vertical gap={space.medium}>
      <Figures quality={quality} />
      {!whole && <Alert type="info" showIcon title={say(words.part)} />}
      <Card size="small" title={say(words.byDay)}>
        {days.length === 0 ? (
          <Nothing what={words.none} next={words.noneNext}>
            {may('review.read') && <Link href="/identity/reviews">{say(words.toQueue)}</Link>}
          </Nothing>
        ) : (
          <ByDay days={days} sinceMs={quality.sinceMs} />
        )}
      </Card>
      <Bands bands={quality.bands} />
    </Flex>
  );
}

function Figures({ quality: { waiting, precision, recall, model } }: { quality: Quality }) {
  const say = useSay();
  const formats = useFormats();
  const share = (value: number | undefined) => (value === undefined ? say(words.notYet) : formats.percent(value));
  const figures: readonly (readonly [Words, string])[] = [
    [words.waiting, formats.number(waiting)],
    [words.merges, formats.number(model.merges)],
    [words.precision, share(precision)],
    [words.recall, share(recall)],
  ];
  return (
    <Card
      size="small"
      title={
        <>
          {say(words.summary)} <Help about={words.figures} />
        </>
      }
    >
      <Row gutter={space.medium}>
        {figures.map(([name, value]) => (
          <Col key={name.en} xs={12} md={6}>
            <Statistic title={say(name)} value={value} />
          </Col>
        ))}
      </Row>
    </Card>
  );
}

const counted = [
  ['byModel', words.model],
  ['byPerson', words.person],
  ['byAlias', words.alias],
  ['apart', words.apart],
  ['retracted', words.retracted],
] as const;

const dayMs = 86_400_000;

/** Every day from the first of the period to the last on which something was decided, also those without anything. */
function allDays(days: Quality['days'], sinceMs: number): { beganAtMs: number; day: Quality['days'][number] | undefined }[] {
  const count = Math.round(((days.at(-1)?.beganAtMs ?? sinceMs) - sinceMs) / dayMs) + 1;
  return Array.from({ length: count }, (_, at) => {
    const beganAtMs = sinceMs + at * dayMs;
    return { beganAtMs, day: days.find((one) => Math.abs(one.beganAtMs - beganAtMs) < dayMs / 2) };
  });
}

function ByDay({ days, sinceMs }: { days: Quality['days']; sinceMs: number }) {
  const say = useSay();
  const formats = useFormats();
  const every = useMemo(() => allDays(days, sinceMs), [days, sinceMs]);
  const option = useMemo(
    (): ChartOption => ({
      grid: { ...plainGrid, top: 40 },
      legend: { top: 0, itemGap: 24 },
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', data: every.map(({ beganAtMs }) => formats.day(beganAtMs)) },
      yAxis: { type: 'value', minInterval: 1 },
      series: counted.map(([key, name]) => ({
        type: 'bar',
        stack: 'decisions',
        name: say(name),
        data: every.map(({ day }) => day?.[key] ?? 0),
        barMaxWidth: 32,
      })),
    }),
    [every, formats, say],
  );
  const total = days.reduce((sum, day) => sum + counted.reduce((own, [key]) => own + day[key], 0), 0);
  return (
    <Flex vertical gap={space.medium}>
      <Chart option={option} label={say(words.byDayLabel, { total })} />
      <Rows
        none={words.none}
        rowKey="beganAtMs"
        dataSource={[...days].reverse()}
        columns={[
          { title: say(words.day), render: (_, { beganAtMs }) => formats.day(beganAtMs) },
          ...[...counted, ['queued', words.queued] as const, ['reviewed', words.reviewed] as const].map(([key, name]) => ({
            title: say(name),
            align: 'right' as const,
            render: (_: unknown, day: Quality['days'][number]) => formats.number(day[key]),
          })),
        ]}
      />
    </Flex>
  );
}

function Bands({ bands }: { bands: Quality['bands'] }) {
  const say = useSay();
  const formats = useFormats();
  return (
    <Card size="small" title={say(words.bands)} extra={<Help about={words.bandsHelp} />}>
      <Rows
        none={words.noBands}
        rowKey="from"
        dataSource={bands}
        columns={[
          { title: say(words.likely), render: (_, { from, to }) => `${formats.percent(from)} – ${formats.percent(to)}` },
          { title: say(words.pairs), align: 'right', render: (_, { same, different }) => formats.number(same + different) },
          { title: say(words.expected), align: 'right', render: (_, { expected }) => formats.percent(expected) },
          {
            title: say(words.found),
            render: (_, { same, different }) => (
              <Progress
                status="normal"
                percent={(100 * same) / (same + different)}
                format={() => formats.percent(same / (same + different))}
                style={{ width: 180, margin: 0 }}
                aria-label={say(words.found)}
              />
            ),
          },
        ]}
      />
    </Card>
  );
}

function IndexState() {
  const say = useSay();
  const asked = useQuery({
    queryKey: ['identity', 'index'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/identity/index', { signal })),
    refetchInterval: ({ state: { data } }) => (data?.state === 'running' || data?.state === 'waiting' ? 2_000 : 30_000),
  });
  return (
    <Card size="small" title={say(words.index)}>
      <Answer of={asked} rows={1}>
        {({ state = 'done', done = 0, total = 0, code }) => (
          <Flex gap={space.small} align="center">
            <Mark tone={indexStates[state]?.tone}>{say(indexStates[state]!.words)}</Mark>
            {code !== undefined && <Text code>{code}</Text>}
            {state === 'running' && total > 0 && (
              <Progress
                percent={Math.floor((100 * done) / total)}
                style={{ width: 240, margin: 0 }}
                aria-label={say(words.index)}
              />
            )}
          </Flex>
        )}
      </Answer>
    </Card>
  );
}
