// The answer to who read whom: a summary, a picture over time, and the entries themselves.

import { Alert, Card, Flex, Select } from 'antd';
import { useMemo } from 'react';
import { Link, useLocation, useParams, useSearchParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Chart, plainGrid } from '../../../parts/chart.tsx';
import { nowMs } from '../../../parts/clock.ts';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { Answer, Nothing } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { localeOf, useFormats, useLanguage, useSay } from '../../../words/words.ts';
import { actionName } from '../action.tsx';
import { Entries, type Entry } from '../audit/entries.tsx';
import { Person } from '../person.tsx';
import { useNameOf } from '../who.tsx';
import { Questions } from './who-read.tsx';

const words = {
  title: { en: 'Who read whom', zh: '访问关系' },
  about: {
    en: 'Out of the audit log, in both directions. Looking here is logged too.',
    zh: '依据审计日志，可双向查询。此处的查看同样留痕。',
  },
  customer: { en: 'Customer', zh: '客户' },
  who: { en: 'Who', zh: '人员' },
  times: { en: 'Entries', zh: '条目' },
  first: { en: 'First', zh: '首次' },
  last: { en: 'Last', zh: '最近' },
  noneOf: { en: 'Nobody looked at this customer in that time', zh: '该时段内无人查看过这位客户' },
  noneBy: { en: 'This colleague looked at no customer in that time', zh: '该时段内此人未查看任何客户' },
  widen: { en: 'Choose a longer time.', zh: '可选择更长的时段。' },
  notWhole: {
    en: 'There is more than could be summed up; the entries below go on in the audit log.',
    zh: '数量较多，未能全部汇总；其余条目见审计日志。',
  },
  picture: { en: 'Over time', zh: '时间分布' },
  pictureOf: {
    en: '{count} looks by {rows}, from {from} to {until}. A point leads to its entry.',
    zh: '{from} 至 {until}，{rows} 共 {count} 次访问。点击可打开条目。',
  },
  newest: { en: 'The newest entries', zh: '最新条目' },
  all: { en: 'All in the audit log', zh: '在审计日志中查看全部' },
  period: { en: 'Period', zh: '时段' },
  days: { en: 'the last {days} days', zh: '最近 {days} 天' },
  ever: { en: 'all the time', zh: '全部时间' },
} as const;

const dayMs = 86_400_000;
const periods = [7, 30, 90, 365, 0] as const;
const pageRows = 200;

type Row = { key: string; entries: number; firstAtMs: number; lastAtMs: number };

export default function WhoReadAnswer() {
  const { id, actor } = useParams<{ id?: string; actor?: string }>();
  const [params] = useSearchParams();
  const given = Number(params.get('days') ?? 30);
  const days = periods.find((one) => one === given) ?? 30;
  // The start of a day, so that the same question is asked again.
  const since = days === 0 ? undefined : String(Math.floor(nowMs() / dayMs - days) * dayMs);
  const query = { limit: pageRows, ...(since && { since }) };
  const asked = useQuery({
    queryKey: ['audit', 'who-read', id ?? actor, since],
    queryFn: async ({ signal }) => {
      if (id !== undefined) {
        const found = await unwrap(api.GET('/api/audit/who-read/{person}', { params: { path: { person: id }, query }, signal }));
        const rows: Row[] = found.actors.map(({ actor: key, ...rest }) => ({ key, ...rest }));
        return { rows, whole: found.whole, entries: found.entries };
      }
      const path = { actor: actor ?? '' };
      const found = await unwrap(api.GET('/api/audit/read-by/{actor}', { params: { path, query }, signal }));
      const rows: Row[] = found.customers.map(({ person: key, ...rest }) => ({ key, ...rest }));
      return { rows, whole: found.whole, entries: found.entries.filter(({ person }) => person !== undefined) };
    },
    staleTime: 60_000,
  });
  return (
    <Page title={words.title} about={words.about} actions={<Period days={days} />}>
      <Questions {...(id !== undefined ? { person: id } : { actor: actor ?? '' })} key={id ?? actor} />
      <Answer of={asked}>
        {({ rows, whole, entries }) => (
          <Found side={id !== undefined ? 'customer' : 'colleague'} of={id ?? actor ?? ''} {...{ rows, whole, entries }} />
        )}
      </Answer>
    </Page>
  );
}

function Period({ days }: { days: number }) {
  const say = useSay();
  const [, setParams] = useSearchParams();
  return (
    <Select
      aria-label={say(words.period)}
      value={days}
      onChange={(next) => setParams({ days: String(next) }, { replace: true })}
      options={periods.map((one) => ({ value: one, label: one === 0 ? say(words.ever) : say(words.days, { days: one }) }))}
      style={{ width: 170 }}
    />
  );
}

function Found({
  side,
  of,
  rows,
  whole,
  entries,
}: {
  side: 'customer' | 'colleague';
  of: string;
  rows: readonly Row[];
  whole: boolean;
  entries: readonly Entry[];
}) {
  const say = useSay();
  const formats = useFormats();
  const nameOf = useNameOf();
  if (rows.length === 0) return <Nothing what={side === 'customer' ? words.noneOf : words.noneBy} next={words.widen} />;
  const log = side === 'customer' ? `/audit?person=${encodeURIComponent(of)}` : `/audit?actor=${encodeURIComponent(of)}`;
  return (
    <Flex vertical gap={space.medium}>
      {!whole && <Alert type="warning" showIcon title={say(words.notWhole)} />}
      <Card size="small" title={side === 'customer' ? <Person id={of} /> : nameOf(of)}>
        <Rows<Row>
          rowKey="key"
          dataSource={[...rows]}
          none={words.noneOf}
          height={240}
          columns={[
            {
              title: say(side === 'customer' ? words.who : words.customer),
              render: (_, { key }) =>
                side === 'customer' ? (
                  <Link href={to('/who-read/colleague/:actor', { actor: key })}>{nameOf(key)}</Link>
                ) : (
                  <Link href={to('/who-read/customer/:id', { id: key })}>{key}</Link>
                ),
            },
            { title: say(words.times), align: 'right', render: (_, row) => formats.number(row.entries) },
            { title: say(words.first), render: (_, { firstAtMs }) => formats.moment(firstAtMs) },
            { title: say(words.last), render: (_, { lastAtMs }) => formats.moment(lastAtMs) },
          ]}
        />
      </Card>
      <Card size="small" title={say(words.picture)}>
        <Over side={side} entries={entries} />
      </Card>
      <Card size="small" title={say(words.newest)} extra={<Link href={log}>{say(words.all)}</Link>}>
        <Entries of={entries} without={[side === 'customer' ? 'customer' : 'who']} />
      </Card>
    </Flex>
  );
}

/** Rows of the picture: those with most looks. */
const pictured = 12;

function Over({ side, entries }: { side: 'customer' | 'colleague'; entries: readonly Entry[] }) {
  const say = useSay();
  const formats = useFormats();
  const language = useLanguage();
  const nameOf = useNameOf();
  const [, go] = useLocation();
  const { names, points } = useMemo(() => {
    const keyOf = (entry: Entry) => (side === 'customer' ? nameOf(entry.actor) : (entry.person ?? ''));
    const counts = new Map<string, number>();
    for (const entry of entries) counts.set(keyOf(entry), (counts.get(keyOf(entry)) ?? 0) + 1);
    const most = [...counts].sort(([, one], [, other]) => other - one).map(([name]) => name);
    const shown = most.slice(0, pictured);
    return {
      names: shown,
      points: entries.flatMap((entry) => (shown.includes(keyOf(entry)) ? [{ ...entry, key: keyOf(entry) }] : [])),
    };
  }, [side, entries, nameOf]);
  const option = useMemo(() => {
    const format = new Intl.DateTimeFormat(localeOf[language], {
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    });
    return {
      grid: { ...plainGrid, left: 32 },
      tooltip: {
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const entry = points[dataIndex];
          return entry ? `${entry.seq} · ${formats.moment(entry.atMs)} · ${actionName(entry.action)?.[language] ?? ''}` : '';
        },
      },
      xAxis: { type: 'time', splitNumber: 4, axisLabel: { hideOverlap: true, formatter: (atMs: number) => format.format(atMs) } },
      yAxis: { type: 'category', data: names, axisLabel: { width: 140, overflow: 'truncate' } },
      series: [{ type: 'scatter', symbolSize: 10, data: points.map(({ atMs, key }) => [atMs, key]) }],
    };
  }, [points, names, language, formats]);
  if (points.length === 0) return null;
  const [from, until] = [Math.min(...points.map(({ atMs }) => atMs)), Math.max(...points.map(({ atMs }) => atMs))];
  return (
    <Chart
      option={option}
      height={Math.max(140, 40 * names.length + 60)}
      label={say(words.pictureOf, {
        count: points.length,
        rows: names.slice(0, 3).join(', '),
        from: formats.moment(from),
        until: formats.moment(until),
      })}
      onPick={(at) => {
        const entry = points[at];
        if (entry) go(to('/audit/:seq', { seq: entry.seq }));
      }}
    />
  );
}
