// The customers that a match found, page by page as one scrolls on, and taking them out of the node as a file, which a second person allows for a day.

import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Space } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useInfiniteQuery } from '../../parts/ask.ts';
import { download } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { propose } from './shared.ts';
import { kindNames } from './standing.ts';

const words = {
  none: { en: 'Nobody is shared', zh: '没有共有客户' },
  customer: { en: 'Customer', zh: '客户' },
  by: { en: 'Found by', zh: '匹配依据' },
  shown: { en: '{count} of {all} shown', zh: '已显示 {count} / {all}' },
  more: { en: 'Show more', zh: '显示更多' },
  file: { en: 'Ids are those of the file that was brought.', zh: '编号来自所上传的文件。' },
  ask: { en: 'Ask for leave to export', zh: '申请导出' },
  askAbout: {
    en: 'A second person approves; then the file can be saved for a day. Each customer in it stands in the audit log.',
    zh: '经他人批准后，一天内可保存文件；其中每位客户均记入审计日志。',
  },
  save: { en: 'Save as a file', zh: '保存为文件' },
} as const;

const pageRows = 200;

const readPage = (match: string, after: number) =>
  unwrap(api.GET('/api/matches/{match}/result', { params: { path: { match }, query: { after, limit: pageRows } } }));

export function MatchResult({ match }: { match: string }) {
  const say = useSay();
  const asked = useInfiniteQuery({
    queryKey: ['match-result', match],
    queryFn: ({ pageParam }) => readPage(match, pageParam),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Answer of={asked} rows={8}>
      {({ pages }) => {
        const found = pages.flatMap((page) => page.found);
        const { matched = found.length, source } = pages[0]!;
        return (
          <Flex vertical gap={space.medium}>
            <Flex justify="space-between" align="center" gap={space.small} wrap>
              <Text>{say(words.shown, { count: found.length, all: matched })}</Text>
              <Export match={match} />
            </Flex>
            {source === 'file' && <Text type="secondary">{say(words.file)}</Text>}
            <Rows
              rowKey={({ id, kind }) => `${kind} ${id}`}
              none={words.none}
              dataSource={found}
              columns={[
                {
                  title: say(words.customer),
                  render: (_, { id }) => (source === 'file' ? id : <Link href={to('/customers/:id', { id })}>{id}</Link>),
                },
                { title: say(words.by), render: (_, { kind }) => say(kindNames[kind] ?? { en: kind, zh: kind }) },
              ]}
            />
            {asked.hasNextPage && (
              <div>
                <Button onClick={() => void asked.fetchNextPage()} loading={asked.isFetchingNextPage}>
                  {say(words.more)}
                </Button>
              </div>
            )}
          </Flex>
        );
      }}
    </Answer>
  );
}

function Export({ match }: { match: string }) {
  const say = useSay();
  const may = useMay();
  const proven = useProven();
  const save = useMutation({
    mutationFn: async () => {
      const text = await proven(() =>
        unwrap(api.POST('/api/matches/{match}/export', { params: { path: { match } }, parseAs: 'text' })),
      );
      download(`match-${match.slice(0, 8)}.csv`, text as unknown as string, 'text/csv');
    },
  });
  return (
    <Flex vertical gap={space.small} align="end">
      <Space wrap>
        {may('match.export') && (
          <Act name={words.ask} about={words.askAbout} reason act={({ reason }) => propose('match.export', { match }, reason)} />
        )}
        {may('match.package') && (
          <Button onClick={() => save.mutate()} loading={save.isPending}>
            {say(words.save)}
          </Button>
        )}
      </Space>
      <Fault error={save.error} />
    </Flex>
  );
}
