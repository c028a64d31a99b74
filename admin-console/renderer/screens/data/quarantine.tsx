// Quarantine: how many events broke a rule, of which source and why; a reason chosen, its events; recorded again or given up, some or all.

import { Button, Card, Flex, Space, Table } from 'antd';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useInfiniteQuery } from '../../parts/ask.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { type Quarantined, quarantineKey, type Reason, useChosen, useQuarantineCounts, useReasons, useSources } from './ask.ts';
import { kindWords, reasonWords } from './data-words.ts';
import { type Chosen, ReplayProgress, useReplay } from './replay.tsx';

const words = {
  title: { en: 'Quarantine', zh: '隔离区' },
  about: {
    en: 'Events that broke a rule of their source, kept until somebody corrects or discards them.',
    zh: '违反数据源规则的事件，等待更正或丢弃。',
  },
  help: {
    en: 'An event here is on disk, sealed, and not in any profile. Recorded again, it goes through the dictionary as it is now; what passes leaves, what does not stays with the reason it has now. No event is recorded twice.',
    zh: '此处的事件已加密落盘，尚未进入任何客户档案。重放时按当前字典处理：通过者离开隔离区，未通过者更新原因后保留。同一事件不会重复记录。',
  },
  none: { en: 'Nothing is in quarantine', zh: '隔离区为空' },
  noneNext: { en: 'Every event that arrived fits the rules of its source.', zh: '所有到达的事件均符合其数据源规则。' },
  source: { en: 'Source', zh: '数据源' },
  events: { en: 'Events', zh: '事件数' },
  size: { en: 'Size', zh: '占用' },
  why: { en: 'Why', zh: '原因' },
  where: { en: 'Where', zh: '位置' },
  all: { en: 'All reasons', zh: '全部原因' },
  counted: { en: 'Counted over the oldest {count}.', zh: '仅统计最早的 {count} 条。' },
  event: { en: 'Event', zh: '事件' },
  since: { en: 'Since', zh: '隔离时间' },
  corrected: { en: 'corrected', zh: '已更正' },
  open: { en: 'Open', zh: '打开' },
  number: { en: 'Number', zh: '编号' },
  again: { en: 'Record all again', zh: '全部重放' },
  againSome: { en: 'Record {count} again', zh: '重放所选 {count} 条' },
  discard: { en: 'Discard', zh: '丢弃' },
  discardAbout: {
    en: 'The chosen events and their keys are destroyed. This cannot be undone, not from a backup either.',
    zh: '所选事件及其密钥将被销毁，无法撤销，也无法从备份恢复。',
  },
  markAll: { en: 'Choose all shown', zh: '选择已显示的全部' },
  markNone: { en: 'Choose none', zh: '取消选择' },
  more: { en: 'Show more', zh: '显示更多' },
  noneSuch: { en: 'No event waits for this reason any more', zh: '已无此原因的事件' },
  countsOnly: { en: 'Your role sees how many there are, not which.', zh: '您的角色只能查看数量，不能查看具体事件。' },
} as const;

export default function Quarantine() {
  const say = useSay();
  const may = useMay();
  const counts = useQuarantineCounts();
  const [chosen, choose] = useChosen('source');
  return (
    <Page title={words.title} about={words.about} actions={<Help about={words.help} />}>
      <Answer of={counts}>
        {({ sources }) => {
          const held = sources.filter(({ events }) => events > 0);
          const source = held.find(({ source: id }) => String(id) === chosen)?.source ?? held[0]?.source;
          if (source === undefined) return <Nothing what={words.none} next={words.noneNext} />;
          return (
            <Flex vertical gap={space.medium}>
              <SourceCounts held={held} source={source} choose={(id) => choose(String(id))} />
              {may('quarantine.list') ? (
                <OfSource key={source} source={source} total={held.find((one) => one.source === source)?.events ?? 0} />
              ) : (
                <Text type="secondary">{say(words.countsOnly)}</Text>
              )}
            </Flex>
          );
        }}
      </Answer>
    </Page>
  );
}

type Held = { source: number; events: number; sizeBytes: number };

function SourceCounts({ held, source, choose }: { held: readonly Held[]; source: number; choose: (source: number) => void }) {
  const formats = useFormats();
  const sources = useSources();
  const nameOf = (id: number) => sources.data?.sources.find((one) => one.id === id)?.name ?? `#${id}`;
  return (
    <Flex gap={space.small} wrap>
      {held.map(({ source: id, events, sizeBytes }) => (
        <Button key={id} type={id === source ? 'primary' : 'default'} aria-pressed={id === source} onClick={() => choose(id)}>
          {nameOf(id)} · {formats.number(events)} · {formats.number(Math.ceil(sizeBytes / 1024))} KB
        </Button>
      ))}
    </Flex>
  );
}

/** A place and a sentence of the node's, neither of which holds a value. */
const nameOf = ({ where, reason }: Reason): string => `${where}: ${reason}`;

function OfSource({ source, total }: { source: number; total: number }) {
  const say = useSay();
  const reasons = useReasons(source, true);
  const [why, chooseWhy] = useChosen('why');
  // Of all reasons: asked now, not once the reasons are known.
  useEvents(source, undefined, why === '');
  const replay = useReplay();
  return (
    <Answer of={reasons}>
      {({ reasons: found, counted }) => {
        const reason = found.find((one) => nameOf(one) === why);
        return (
          <>
            <Card size="small" title={say(words.why)}>
              <ReasonTable found={found} reason={reason} choose={(one) => chooseWhy(one ? nameOf(one) : '')} />
              {counted < total && <Text type="secondary">{say(words.counted, { count: counted })}</Text>}
            </Card>
            <ReplayProgress of={replay} />
            <Events
              key={why}
              source={source}
              reason={reason}
              total={reason?.events ?? total}
              replay={(chosen, count) => void replay.start(chosen, count)}
              busy={replay.busy}
            />
          </>
        );
      }}
    </Answer>
  );
}

function ReasonTable({
  found,
  reason,
  choose,
}: {
  found: readonly Reason[];
  reason: Reason | undefined;
  choose: (reason: Reason | undefined) => void;
}) {
  const say = useSay();
  const formats = useFormats();
  return (
    <Flex vertical gap={space.small}>
      <Table<Reason>
        size="small"
        pagination={found.length > 8 ? { pageSize: 8, size: 'small' } : false}
        rowKey={nameOf}
        dataSource={[...found]}
        columns={[
          { title: say(words.where), render: (_, { where }) => <Text code>{where}</Text> },
          {
            title: say(words.why),
            render: (_, one) => (
              <Button type="link" size="small" style={{ padding: 0 }} aria-pressed={one === reason} onClick={() => choose(one)}>
                {say(reasonWords(one.reason))}
              </Button>
            ),
          },
          { title: say(words.events), align: 'right', width: 120, render: (_, { events }) => formats.number(events) },
        ]}
        rowClassName={(one) => (one === reason ? 'ant-table-row-selected' : '')}
      />
      {reason && (
        <div>
          <Button size="small" onClick={() => choose(undefined)}>
            {say(words.all)}
          </Button>
        </div>
      )}
    </Flex>
  );
}

function useEvents(source: number, reason: Reason | undefined, enabled = true) {
  const filter = reason ? { reason: reason.reason, where: reason.where } : {};
  return useInfiniteQuery({
    queryKey: [...quarantineKey, 'list', source, filter],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/quarantine', { params: { query: { source, after: pageParam, limit: 200, ...filter } }, signal })),
    getNextPageParam: ({ next }) => next,
    enabled,
  });
}

function Events({
  source,
  reason,
  total,
  replay,
  busy,
}: {
  source: number;
  reason: Reason | undefined;
  total: number;
  replay: (chosen: Chosen, total: number) => void;
  busy: boolean;
}) {
  const say = useSay();
  const may = useMay();
  const asked = useEvents(source, reason);
  const [marked, setMarked] = useState<readonly number[]>([]);
  const rows = useMemo(() => asked.data?.pages.flatMap(({ events }) => events) ?? [], [asked.data]);
  const there = useMemo(() => new Set(rows.map(({ id }) => id)), [rows]);
  const ids = marked.filter((id) => there.has(id));
  const all: Chosen = { source, ...(reason && { reason: reason.reason, where: reason.where }) };
  const mayChoose = may('quarantine.replay') || may('quarantine.discard');
  return (
    <Answer of={asked}>
      {() => (
        <Flex vertical gap={space.small}>
          <Space wrap>
            {may('quarantine.replay') && (
              <Button
                type="primary"
                disabled={busy || rows.length === 0}
                onClick={() => (ids.length > 0 ? replay({ ids }, ids.length) : replay(all, total))}
              >
                {ids.length > 0 ? say(words.againSome, { count: ids.length }) : say(words.again)}
              </Button>
            )}
            {may('quarantine.discard') && (
              <Act
                name={words.discard}
                about={words.discardAbout}
                danger
                reason
                disabled={busy || ids.length === 0}
                refresh={[quarantineKey]}
                act={({ reason: said }: { reason: string }) =>
                  unwrap(api.POST('/api/quarantine/discard', { body: { ids: [...ids], reason: said } }))
                }
                onDone={() => setMarked([])}
              />
            )}
          </Space>
          {mayChoose && rows.length > 0 && (
            <div>
              <Button size="small" type="link" onClick={() => setMarked(ids.length > 0 ? [] : rows.map(({ id }) => id))}>
                {say(ids.length > 0 ? words.markNone : words.markAll)}
              </Button>
            </div>
          )}
          <EventRows rows={rows} {...(mayChoose && { marked: ids, mark: setMarked })} />
          {asked.hasNextPage && (
            <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
              {say(words.more)}
            </Button>
          )}
        </Flex>
      )}
    </Answer>
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function EventRows({
  rows,
  marked,
  mark,
}: {
  rows: readonly Quarantined[];
  marked?: readonly number[];
  mark?: (ids: number[]) => void;
}) {
  const say = useSay();
  return (
    <Rows<Quarantined>
      rowKey="id"
      none={words.noneSuch}
      dataSource={[...rows]}
      {...(mark && {
        rowSelection: {
          selectedRowKeys: [...(marked ?? [])],
          hideSelectAll: true,
          onChange: (keys) => mark(keys.map(Number)),
          getCheckboxProps: ({ id }) => ({ 'aria-label': `${say(words.number)} ${id}` }),
        },
      })}
      columns={[
        { title: say(words.number), width: 110, render: (_, { id }) => <Link href={to('/quarantine/:id', { id })}>{id}</Link> },
        {
          title: say(words.event),
          width: 220,
          ellipsis: true,
          render: (_, { event }) => {
            const kind = textOf(event.kind);
            return [say(kindWords[kind] ?? { en: kind, zh: kind }), textOf(event.name)].filter(Boolean).join(' · ');
          },
        },
        {
          title: say(words.where),
          width: 200,
          ellipsis: true,
          render: (_, { where }) => <Text code>{where}</Text>,
        },
        { title: say(words.why), width: 260, ellipsis: true, render: (_, { reason }) => say(reasonWords(reason)) },
        {
          title: say(words.since),
          width: 180,
          render: (_, { quarantinedAtMs, fixedAtMs }) => (
            <Space>
              <When atMs={quarantinedAtMs} />
              {fixedAtMs !== undefined && <Mark tone="note">{say(words.corrected)}</Mark>}
            </Space>
          ),
        },
      ]}
    />
  );
}
