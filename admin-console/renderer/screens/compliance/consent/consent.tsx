// Purposes: on which basis of which law each rests, how many people it may be used for now, and what customers said month by month.

import { Alert, Card, Flex, Select } from 'antd';
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Chart, plainGrid } from '../../../parts/chart.tsx';
import { Help } from '../../../parts/help.tsx';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { usePurposeName } from '../../../parts/purpose-names.ts';
import { Answer, Nothing } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { Text } from '../../../parts/text.tsx';
import { channelWords } from '../../../words/channels.ts';
import { localeOf, useFormats, useLanguage, useSay, type Words } from '../../../words/words.ts';
import { usePurposeTable } from './purposes.ts';
import { ConsentTabs } from './tabs.tsx';

const words = {
  title: { en: 'Consent', zh: '同意' },
  about: {
    en: 'For which purposes data may be used, by which law, and what customers said.',
    zh: '可将数据用于哪些用途、依据何法以及客户的表态。',
  },
  law: {
    en: '{law}. Children decide for themselves from {age} on ({article}).',
    zh: '{law}。年满 {age} 周岁可自行决定（{article}）。',
  },
  counting: { en: 'Counting: {count} people so far.', zh: '正在统计：已读取 {count} 人。' },
  purpose: { en: 'Purpose', zh: '用途' },
  basis: { en: 'Legal basis', zh: '合法性基础' },
  silent: { en: 'If silent', zh: '未表态时' },
  allowed: { en: 'allowed', zh: '允许' },
  denied: { en: 'denied', zh: '禁止' },
  channel: { en: 'Channel', zh: '渠道' },
  may: { en: 'May be used for', zh: '可使用人数' },
  ofAll: { en: '{allowed} of {subjects} ({share})', zh: '{subjects} 人中 {allowed} 人（{share}）' },
  apart: { en: 'asked apart', zh: '须单独同意' },
  everybody: { en: 'all channels', zh: '全部渠道' },
  history: { en: 'What customers said', zh: '客户表态' },
  historyHelp: {
    en: 'Every yes and every no that a source or a customer told, by the month it was said in. Counted over everybody in the background and kept for ten minutes.',
    zh: '各来源与客户所表达的每次同意与拒绝，按其发生月份统计。后台统计全体客户，结果保留十分钟。',
  },
  every: { en: 'All purposes', zh: '全部用途' },
  given: { en: 'yes', zh: '同意' },
  refused: { en: 'no or withdrawn', zh: '拒绝或撤回' },
  none: { en: 'No customer said anything yet', zh: '尚无客户表态' },
  noneNext: {
    en: 'Consents come with events, on the preference page, or told by hand on a customer’s page.',
    zh: '同意来自事件、客户自助页面或人工登记。',
  },
  picture: {
    en: 'In {months} months customers said yes {given} times and no {refused} times.',
    zh: '{months} 个月内，客户同意 {given} 次、拒绝或撤回 {refused} 次。',
  },
  month: { en: 'Month', zh: '月份' },
} as const;

export default function Consent() {
  return (
    <Page title={words.title} about={words.about}>
      <ConsentTabs at="/consent">
        <Flex vertical gap={space.medium}>
          <Purposes />
          <History />
        </Flex>
      </ConsentTabs>
    </Page>
  );
}

type Line = {
  key: string;
  first: boolean;
  rows: number;
  name: Words;
  purpose: string;
  basis: Words;
  article: string;
  byDefault: 'allowed' | 'denied';
  apart: readonly { why: string; article?: string; name?: Words }[];
  channel: string;
  allowed?: number;
  subjects?: number;
};

function Purposes() {
  const say = useSay();
  const formats = useFormats();
  const asked = usePurposeTable();
  // Of a purpose with several channels, its own columns stand once.
  const own = ({ first, rows }: Line) => ({ rowSpan: first ? rows : 0 });
  return (
    <Answer of={asked}>
      {({ lawName, minorsAge, minorsArticle = '', gate, purposes }) => (
        <Flex vertical gap={space.small}>
          <Text type="secondary">{say(words.law, { law: say(lawName), age: minorsAge, article: minorsArticle })}</Text>
          {gate.state !== 'ready' && <Alert type="info" showIcon title={say(words.counting, { count: gate.subjectsRead })} />}
          <Rows<Line>
            rowKey="key"
            none={words.none}
            dataSource={purposes.flatMap((one) =>
              one.channels.map((channel, at) => ({
                key: `${one.purpose} ${channel.channel}`,
                first: at === 0,
                rows: one.channels.length,
                name: one.name,
                purpose: one.purpose,
                basis: one.basisName,
                article: one.article,
                byDefault: one.byDefault,
                apart: one.apart,
                ...channel,
              })),
            )}
            columns={[
              {
                title: say(words.purpose),
                onCell: own,
                render: (_, { name, purpose, apart }) => (
                  <>
                    <div>{say(name)}</div>
                    <Text type="secondary">{purpose}</Text>
                    {apart.length > 0 && (
                      <div title={apart.map((why) => `${why.name ? say(why.name) : why.why} ${why.article ?? ''}`).join('; ')}>
                        <Mark tone="note">{say(words.apart)}</Mark>
                      </div>
                    )}
                  </>
                ),
              },
              {
                title: say(words.basis),
                onCell: own,
                render: (_, { basis, article }) => (
                  <>
                    <div>{say(basis)}</div>
                    <Text type="secondary">{article}</Text>
                  </>
                ),
              },
              {
                title: say(words.silent),
                onCell: own,
                render: (_, { byDefault }) => (
                  <Mark tone={byDefault === 'allowed' ? 'good' : undefined}>{say(words[byDefault])}</Mark>
                ),
              },
              {
                title: say(words.channel),
                render: (_, { channel }) => (channel === '*' ? say(words.everybody) : say(channelWords(channel))),
              },
              {
                title: say(words.may),
                align: 'right',
                render: (_, { allowed, subjects }) =>
                  allowed === undefined || subjects === undefined
                    ? '…'
                    : say(words.ofAll, {
                        allowed,
                        subjects,
                        share: formats.percent(subjects === 0 ? 0 : allowed / subjects),
                      }),
              },
            ]}
          />
        </Flex>
      )}
    </Answer>
  );
}

type Told = { month: string; purpose: string; given: number; refused: number };

function History() {
  const say = useSay();
  const nameOf = usePurposeName();
  const [params, setParams] = useSearchParams();
  const purpose = params.get('purpose') ?? '';
  const asked = useQuery({
    queryKey: ['consent', 'history'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/consent/history', { signal })),
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'ready' ? 2_000 : false),
  });
  const purposes = [...new Set((asked.data?.months ?? []).map((one) => one.purpose))];
  const choice = (
    <Flex gap={space.hair} align="center">
      <Select
        size="small"
        aria-label={say(words.purpose)}
        value={purpose}
        onChange={(next) => setParams(next ? { purpose: next } : {}, { replace: true })}
        options={[{ value: '', label: say(words.every) }, ...purposes.map((value) => ({ value, label: nameOf(value) }))]}
        popupMatchSelectWidth={false}
        style={{ minWidth: 160 }}
      />
      <Help about={words.historyHelp} />
    </Flex>
  );
  return (
    <Card size="small" title={say(words.history)} extra={choice}>
      <Answer of={asked}>
        {({ state, subjectsRead, months }) => {
          if (state !== 'ready') return <Alert type="info" showIcon title={say(words.counting, { count: subjectsRead })} />;
          const chosen = months.filter((one) => purpose === '' || one.purpose === purpose);
          if (chosen.length === 0) return <Nothing what={words.none} next={words.noneNext} />;
          return <Months of={chosen} />;
        }}
      </Answer>
    </Card>
  );
}

function Months({ of }: { of: readonly Told[] }) {
  const say = useSay();
  const formats = useFormats();
  const language = useLanguage();
  const { names, given, refused } = useMemo(() => {
    const all = [...new Set(of.map(({ month }) => month))].sort();
    const sum = (name: 'given' | 'refused') =>
      all.map((month) => of.filter((one) => one.month === month).reduce((total, one) => total + one[name], 0));
    const format = new Intl.DateTimeFormat(localeOf[language], { year: 'numeric', month: 'short', timeZone: 'UTC' });
    return {
      names: all.map((month) => format.format(Date.parse(`${month}-01T00:00:00Z`))),
      given: sum('given'),
      refused: sum('refused'),
    };
  }, [of, language]);
  const [yes, no] = [say(words.given), say(words.refused)];
  const option = useMemo(
    () => ({
      grid: { ...plainGrid, top: 40 },
      legend: { top: 0 },
      tooltip: { trigger: 'axis' },
      xAxis: { type: 'category', data: names },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        { name: yes, type: 'bar', barMaxWidth: 24, data: given },
        { name: no, type: 'bar', barMaxWidth: 24, data: refused },
      ],
    }),
    [names, given, refused, yes, no],
  );
  const total = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0);
  return (
    <Flex vertical gap={space.small}>
      <Chart option={option} label={say(words.picture, { months: names.length, given: total(given), refused: total(refused) })} />
      <Rows
        rowKey="name"
        none={words.none}
        dataSource={names.map((name, at) => ({ name, given: given[at] ?? 0, refused: refused[at] ?? 0 })).reverse()}
        scroll={{ y: 240 }}
        columns={[
          { title: say(words.month), dataIndex: 'name' },
          { title: yes, align: 'right', render: (_, row) => formats.number(row.given) },
          { title: no, align: 'right', render: (_, row) => formats.number(row.refused) },
        ]}
      />
    </Flex>
  );
}
