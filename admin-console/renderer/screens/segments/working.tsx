// Work on the node that may take a while: said while it lasts, with how long it has been, and stopped when one asks. The node stops working when nobody
// waits for it any more.

import { type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Spin } from 'antd';
import { type ReactNode, useState } from 'react';
import { isFault } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { nowMs, useNowMs } from '../../parts/clock.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { WorkedOut } from '../../parts/time.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = {
  for: { en: '{n} s', zh: '{n} 秒' },
  stop: { en: 'Stop', zh: '停止' },
  stopped: { en: 'Stopped', zh: '已停止' },
  again: { en: 'Work it out', zh: '重新计算' },
  tooFew: { en: 'The data do not tell yet', zh: '数据尚不足以得出结论' },
  tooFewNext: {
    en: 'It takes customers who bought more than once, and whose data may be used for the purpose that you look for.',
    zh: '需要有复购的客户，且其数据可用于您所选的查看用途。',
  },
} as const;

export function Working<Data extends { atMs: number }>({
  of,
  what,
  children,
}: {
  of: UseQueryResult<Data>;
  what: Words;
  children(data: Data): ReactNode;
}) {
  const say = useSay();
  if (of.isFetching && of.data === undefined) return <Waiting what={what} />;
  if (of.data === undefined && of.error === null)
    return (
      <Nothing what={words.stopped}>
        <Button onClick={() => void of.refetch()}>{say(words.again)}</Button>
      </Nothing>
    );
  if (isFault(of.error, 'not_identifiable')) return <Nothing what={words.tooFew} next={words.tooFewNext} />;
  return (
    <Answer of={of}>
      {(data) => (
        <Flex vertical gap={space.small}>
          {children(data)}
          <WorkedOut atMs={data.atMs} />
        </Flex>
      )}
    </Answer>
  );
}

function Waiting({ what }: { what: Words }) {
  const say = useSay();
  const client = useQueryClient();
  const [begunMs] = useState(nowMs);
  const now = useNowMs(1_000);
  return (
    <Flex
      vertical
      gap={space.small}
      align="center"
      style={{ padding: space.large * 2 }}
      role="status"
      aria-label={say(what)}
      data-working
    >
      <Spin />
      <Text>{say(what)}</Text>
      <Text type="secondary">{say(words.for, { n: Math.max(0, Math.round((now - begunMs) / 1_000)) })}</Text>
      <Button onClick={() => void client.cancelQueries({ queryKey: workKey })}>{say(words.stop)}</Button>
    </Flex>
  );
}

/** Under which all such work is asked for. */
export const workKey = ['segments', 'work'] as const;
