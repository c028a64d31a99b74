// What arrives, as it arrives: which source, what kind of event, what became of it, masked as policies say. Paused, what comes waits up to a
// bound and is counted beyond it; nothing is kept when the page is left.

import { PauseOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Badge, Button, Flex, Input, Select, Space, Typography } from 'antd';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { type StreamState, useEventStream } from '../../parts/event-stream.ts';
import { Help } from '../../parts/help.tsx';
import { useKeys } from '../../parts/keys.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Forbidden, Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { localeOf, useLanguage, useSay, type Words } from '../../words/words.ts';
import { useChosen, useSources } from './ask.ts';
import { kindWords, outcomeWords, reasonWords } from './data-words.ts';
import { SourceChoice } from './source-choice.tsx';

const words = {
  title: { en: 'Live', zh: '实时事件' },
  about: { en: 'What arrives now. Nothing is replayed, and nothing is kept here.', zh: '当前到达的事件；不回放，也不在此留存。' },
  pause: { en: 'Pause', zh: '暂停' },
  goOn: { en: 'Continue', zh: '继续' },
  goOnWith: { en: 'Continue, {count} wait', zh: '继续（{count} 条等待中）' },
  space: { en: 'The space bar pauses and continues.', zh: '按空格键可暂停或继续。' },
  missed: { en: '{count} more came while it was paused and are not shown.', zh: '暂停期间另有 {count} 条到达，未予显示。' },
  everySource: { en: 'Every source', zh: '全部数据源' },
  everyKind: { en: 'Every kind', zh: '全部类型' },
  everyOutcome: { en: 'Every outcome', zh: '全部结果' },
  kind: { en: 'Kind', zh: '类型' },
  outcome: { en: 'Outcome', zh: '结果' },
  nameFilter: { en: 'Name of the event', zh: '事件名称' },
  time: { en: 'Time', zh: '时间' },
  source: { en: 'Source', zh: '数据源' },
  name: { en: 'Event', zh: '事件' },
  who: { en: 'Sent as', zh: '上报标识' },
  customer: { en: 'Customer', zh: '客户' },
  why: { en: 'Why', zh: '原因' },
  none: { en: 'Nothing has arrived since you came', zh: '打开页面以来尚无事件到达' },
  noneNext: {
    en: 'Leave this page open: events show within a second of arriving.',
    zh: '请保持页面打开，事件到达后会在一秒内显示。',
  },
  noneSuch: { en: 'Nothing that arrived is like this', zh: '没有符合筛选条件的事件' },
  clear: { en: 'Clear', zh: '清空' },
  live: { en: 'Live', zh: '实时' },
  paused: { en: 'Paused', zh: '已暂停' },
  connecting: { en: 'Connecting', zh: '连接中' },
  lost: { en: 'Not connected, trying again', zh: '连接中断，正在重试' },
  help: {
    en: 'Values are shown as your role may see them. What you do not see in the clear here is sealed on the disk.',
    zh: '数值按您的角色权限显示；此处未以明文显示的内容在磁盘上均已加密。',
  },
} as const;

/** Rows that stay in sight, and those that wait while it is paused. */
const limits = { shown: 500, waiting: 1_000 } as const;
const showEveryMs = 250;

type Arrival = {
  at: number;
  source: number;
  kind?: string;
  name?: string;
  userId?: string;
  anonymousId?: string;
  receivedAtMs: number;
  outcome: string;
  profile?: string;
  reason?: string;
};

/** What comes is gathered and shown a few times a second, however fast it comes. */
function useArrivals(path: string, paused: boolean) {
  const [rows, setRows] = useState<readonly Arrival[]>([]);
  const [waiting, setWaiting] = useState({ count: 0, missed: 0 });
  const gathered = useRef<{ rows: Arrival[]; missed: number; next: number }>({ rows: [], missed: 0, next: 1 });
  const state = useEventStream(path, ['arrival'], (kind, told) => {
    if (kind !== 'arrival') return;
    const held = gathered.current;
    held.rows.push({ ...(told as Omit<Arrival, 'at'>), at: held.next });
    held.next += 1;
    if (held.rows.length <= limits.waiting) return;
    held.rows.shift();
    held.missed += 1;
  });
  const clear = useCallback(() => {
    gathered.current.rows = [];
    gathered.current.missed = 0;
    setRows([]);
    setWaiting({ count: 0, missed: 0 });
  }, []);
  useEffect(() => {
    const timer = setInterval(() => {
      const held = gathered.current;
      if (paused) {
        setWaiting((before) =>
          before.count === held.rows.length && before.missed === held.missed
            ? before
            : { count: held.rows.length, missed: held.missed },
        );
        return;
      }
      if (held.rows.length === 0) return;
      const fresh = held.rows.toReversed();
      const { missed } = held;
      held.rows = [];
      held.missed = 0;
      setWaiting({ count: 0, missed });
      setRows((before) => [...fresh, ...before].slice(0, limits.shown));
    }, showEveryMs);
    return () => clearInterval(timer);
  }, [paused]);
  return { rows, waiting, state, clear };
}

export default function Live() {
  const [source, choose] = useChosen('source');
  // Another source is another stream: what was there is of the one before.
  return <Stream key={source} source={source} chooseSource={choose} />;
}

function Stream({ source, chooseSource }: { source: string; chooseSource: (source: string) => void }) {
  const say = useSay();
  const [kind, chooseKind] = useChosen('kind');
  const [outcome, chooseOutcome] = useChosen('outcome');
  const [name, setName] = useState('');
  const [paused, setPaused] = useState(false);
  const path = source === '' ? '/api/live' : `/api/live?source=${encodeURIComponent(source)}`;
  const { rows, waiting, state, clear } = useArrivals(path, paused);
  useKeys([{ keys: [' '], name: paused ? words.goOn : words.pause, act: () => setPaused((before) => !before) }]);
  const shown = useMemo(() => {
    const wanted = name.trim().toLowerCase();
    return rows.filter(
      (row) =>
        (kind === '' || row.kind === kind) &&
        (outcome === '' || row.outcome === outcome) &&
        (wanted === '' || (row.name ?? '').toLowerCase().includes(wanted)),
    );
  }, [rows, kind, outcome, name]);
  const choice = (
    label: Words,
    none: Words,
    value: string,
    choose: (value: string) => void,
    of: readonly (readonly [string, Words])[],
  ) => (
    <Select
      aria-label={say(label)}
      value={value}
      onChange={choose}
      popupMatchSelectWidth={false}
      options={[{ value: '', label: say(none) }, ...of.map(([one, called]) => ({ value: one, label: say(called) }))]}
    />
  );
  const actions = (
    <Space>
      <Status state={state} paused={paused} />
      <Help about={words.help} />
      <Button disabled={rows.length === 0} onClick={clear}>
        {say(words.clear)}
      </Button>
      <Button
        type="primary"
        icon={paused ? <PlayCircleOutlined /> : <PauseOutlined />}
        onClick={() => setPaused(!paused)}
        aria-keyshortcuts="Space"
      >
        {paused ? say(waiting.count > 0 ? words.goOnWith : words.goOn, { count: waiting.count }) : say(words.pause)}
      </Button>
    </Space>
  );
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <Flex gap={space.small} wrap align="center" style={{ marginBottom: space.medium }}>
        <SourceChoice
          value={source === '' ? undefined : Number(source)}
          choose={(id) => chooseSource(id === undefined ? '' : String(id))}
          all={words.everySource}
        />
        {choice(
          words.kind,
          words.everyKind,
          kind,
          chooseKind,
          Object.entries(kindWords).filter(([one]) => one !== 'any'),
        )}
        {choice(
          words.outcome,
          words.everyOutcome,
          outcome,
          chooseOutcome,
          Object.entries(outcomeWords).map(([one, [called]]) => [one, called]),
        )}
        <Input
          allowClear
          aria-label={say(words.nameFilter)}
          placeholder={say(words.nameFilter)}
          value={name}
          onChange={({ target }) => setName(target.value)}
          style={{ width: 200 }}
        />
        <Text type="secondary">{say(words.space)}</Text>
      </Flex>
      {waiting.missed > 0 && (
        <Typography.Paragraph type="secondary" role="status">
          {say(words.missed, { count: waiting.missed })}
        </Typography.Paragraph>
      )}
      {state === 'refused' ? (
        <Forbidden />
      ) : rows.length === 0 ? (
        <Nothing what={words.none} next={words.noneNext} />
      ) : (
        <Arrivals rows={shown} />
      )}
    </Page>
  );
}

function Status({ state, paused }: { state: StreamState; paused: boolean }) {
  const say = useSay();
  const [status, said] = ((): ['processing' | 'warning' | 'default' | 'error', Words] => {
    if (state === 'lost') return ['error', words.lost];
    if (state === 'waiting' || state === 'refused') return ['default', words.connecting];
    return paused ? ['warning', words.paused] : ['processing', words.live];
  })();
  return (
    <span role="status">
      <Badge status={status} text={say(said)} />
    </span>
  );
}

function Arrivals({ rows }: { rows: readonly Arrival[] }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  const sources = useSources();
  const clock = useMemo(
    () => new Intl.DateTimeFormat(localeOf[language], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }),
    [language],
  );
  const nameOf = (id: number) => sources.data?.sources.find((one) => one.id === id)?.name ?? `#${id}`;
  return (
    <Rows<Arrival>
      rowKey="at"
      none={words.noneSuch}
      dataSource={[...rows]}
      columns={[
        { title: say(words.time), width: 96, render: (_, { receivedAtMs }) => clock.format(receivedAtMs) },
        { title: say(words.source), width: 150, ellipsis: true, render: (_, { source }) => nameOf(source) },
        {
          title: say(words.kind),
          width: 100,
          render: (_, { kind }) => (kind ? say(kindWords[kind] ?? { en: kind, zh: kind }) : '–'),
        },
        { title: say(words.name), width: 180, ellipsis: true, render: (_, { name }) => name ?? '–' },
        { title: say(words.who), width: 150, ellipsis: true, render: (_, row) => row.userId ?? row.anonymousId ?? '–' },
        {
          title: say(words.outcome),
          width: 130,
          render: (_, { outcome }) => {
            const known = outcomeWords[outcome];
            return known ? <Mark tone={known[1]}>{say(known[0])}</Mark> : outcome;
          },
        },
        {
          title: say(words.customer),
          width: 90,
          render: (_, { profile }) =>
            profile === undefined ? (
              '–'
            ) : may('profile.read') ? (
              <Link href={to('/customers/:id', { id: profile })}>{profile}</Link>
            ) : (
              profile
            ),
        },
        {
          title: say(words.why),
          width: 220,
          ellipsis: true,
          render: (_, { reason }) => (reason === undefined ? '' : say(reasonWords(reason))),
        },
      ]}
    />
  );
}
