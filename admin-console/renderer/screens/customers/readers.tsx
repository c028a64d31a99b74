// Who read or changed this customer before.

import { Button, Flex } from 'antd';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useInfiniteQuery } from '../../parts/ask.ts';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { When } from '../../parts/time.tsx';
import { useSay } from '../../words/words.ts';
import { ActionName } from '../compliance/action.tsx';
import { Outcome } from '../compliance/audit/outcome.tsx';
import { Who } from '../compliance/who.tsx';

const words = {
  none: { en: 'Nobody looked before', zh: '此前无人查看' },
  who: { en: 'Who', zh: '人员' },
  what: { en: 'What', zh: '操作' },
  purpose: { en: 'Purpose', zh: '用途' },
  outcome: { en: 'Outcome', zh: '结果' },
  when: { en: 'When', zh: '时间' },
  more: { en: 'Show earlier', zh: '显示更早' },
} as const;

export function Readers({ person }: { person: string }) {
  const say = useSay();
  const purposeOf = usePurposeName();
  const asked = useInfiniteQuery({
    queryKey: ['audit', 'who', person],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/audit/who-read/{person}', {
          params: { path: { person }, query: { limit: 50, ...(pageParam !== undefined && { before: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Answer of={asked}>
      {({ pages }) => (
        <Flex vertical gap={space.small}>
          <Rows
            none={words.none}
            rowKey="seq"
            dataSource={pages.flatMap(({ entries }) => entries)}
            columns={[
              { title: say(words.who), render: (_, { actor }) => <Who actor={actor} /> },
              { title: say(words.what), render: (_, { action }) => <ActionName of={action} /> },
              { title: say(words.purpose), render: (_, { purpose }) => purpose && purposeOf(purpose) },
              { title: say(words.outcome), render: (_, { outcome }) => <Outcome of={outcome} /> },
              { title: say(words.when), render: (_, { atMs }) => <When atMs={atMs} /> },
            ]}
          />
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
