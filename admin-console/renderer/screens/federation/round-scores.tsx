// What the trees of an adopted vertical round say of this side's own customers, page by page, and all of them as a file.

import { useMutation } from '@tanstack/react-query';
import { Button, Flex } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useInfiniteQuery } from '../../parts/ask.ts';
import { download } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { to } from '../../parts/screen.tsx';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay } from '../../words/words.ts';

const words = {
  none: { en: 'Nobody may be scored for this purpose', zh: '没有可按此目的评分的客户' },
  customer: { en: 'Customer', zh: '客户' },
  score: { en: 'Score', zh: '评分' },
  shown: { en: '{count} of {all} shown, as of {day}', zh: '已显示 {count} / {all}，数据截至 {day}' },
  more: { en: 'Show more', zh: '显示更多' },
  save: { en: 'Save as a file', zh: '保存为文件' },
} as const;

const pageRows = 200;
const readPage = (round: string, after: number) =>
  unwrap(api.GET('/api/rounds/{round}/scores', { params: { path: { round }, query: { after, limit: pageRows } } }));

export function RoundScores({ round }: { round: string }) {
  const say = useSay();
  const formats = useFormats();
  const asked = useInfiniteQuery({
    queryKey: ['round-scores', round],
    queryFn: ({ pageParam }) => readPage(round, pageParam),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  });
  const save = useMutation({
    mutationFn: async () => {
      const lines = ['id,score\n'];
      for (let after: number | undefined = 0; after !== undefined; ) {
        const page: Awaited<ReturnType<typeof readPage>> = await readPage(round, after);
        for (const { id, score } of page.scores) lines.push(`${id},${score}\n`);
        after = page.next;
      }
      download(`scores-${round.slice(0, 8)}.csv`, lines.join(''), 'text/csv');
    },
  });
  return (
    <Answer of={asked} rows={8}>
      {({ pages }) => {
        const scores = pages.flatMap((page) => page.scores);
        const { scored, asOfMs } = pages[0]!;
        return (
          <Flex vertical gap={space.medium}>
            <Flex justify="space-between" align="center" gap={space.small} wrap>
              <Text>{say(words.shown, { count: scores.length, all: scored, day: formats.day(asOfMs) })}</Text>
              <Button onClick={() => save.mutate()} loading={save.isPending}>
                {say(words.save)}
              </Button>
            </Flex>
            <Fault error={save.error} />
            <Rows
              rowKey="id"
              none={words.none}
              dataSource={scores}
              columns={[
                { title: say(words.customer), render: (_, { id }) => <Link href={to('/customers/:id', { id })}>{id}</Link> },
                {
                  title: say(words.score),
                  align: 'right',
                  render: (_, { score }) => (typeof score === 'number' ? score.toFixed(4) : score),
                },
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
