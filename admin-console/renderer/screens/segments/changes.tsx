// Who enters and leaves a segment: the latest that are kept, and from then on each as it happens, unless one holds the list still to read it.

import { PauseOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { useEventStream } from '../../parts/event-stream.ts';
import { Mark } from '../../parts/mark.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useSay, type Words } from '../../words/words.ts';
import { Why } from './members.tsx';
import { segmentsKey } from './segment-api.ts';
import { CustomerLink } from './traits.tsx';

const words = {
  none: { en: 'Nobody entered or left yet', zh: '还没有人进入或离开' },
  noneNext: { en: 'Changes show here as they happen.', zh: '变化发生时会显示在此处。' },
  when: { en: 'When', zh: '时间' },
  customer: { en: 'Customer', zh: '客户' },
  change: { en: 'Change', zh: '变化' },
  cause: { en: 'Cause', zh: '原因' },
  entered: { en: 'entered', zh: '进入' },
  left: { en: 'left', zh: '离开' },
  into: { en: 'part of {id} now', zh: '已并入 {id}' },
  why: { en: 'Why', zh: '原因' },
  pause: { en: 'Hold still', zh: '暂停' },
  goOn: { en: 'Go on', zh: '继续' },
  held: { en: '{n} new while held', zh: '暂停期间新增 {n} 条' },
  open: { en: 'live', zh: '实时' },
  waiting: { en: 'connecting', zh: '连接中' },
  lost: { en: 'lost, trying again', zh: '已断开，正在重连' },
  refused: { en: 'not for this purpose', zh: '此用途不可查看' },
} as const;

const causes: { readonly [cause: string]: Words } = {
  event: { en: 'something they did', zh: '客户行为' },
  time: { en: 'time passed', zh: '时间推移' },
  score: { en: 'score changed', zh: '评分变化' },
  consent: { en: 'consent changed', zh: '同意状态变化' },
  merge: { en: 'merged', zh: '客户合并' },
  rule: { en: 'rule changed', zh: '规则变更' },
  again: { en: 'looked at again', zh: '重新核对' },
};

type Change = {
  seq: number;
  atMs: number;
  id: string;
  segment: number;
  name: string;
  change: 'entered' | 'left';
  cause: string;
  into?: string;
};

/** Pages that are read before the first shows, and rows that are kept on the page. */
const [pagesRead, rowsKept] = [40, 500];

/** The latest of what is kept: the node tells from the earliest on. */
async function latest(segment: number, signal: AbortSignal): Promise<Change[]> {
  let found: Change[] = [];
  let after = -1;
  for (let read = 0; read < pagesRead; read += 1) {
    const page = await unwrap(api.GET('/api/segments/changes', { params: { query: { after, limit: 500, segment } }, signal }));
    found = [...found, ...page.changes].slice(-rowsKept);
    after = page.next ?? after;
    if (!page.more) break;
  }
  return found.reverse();
}

export function Changes({ segment }: { segment: number }) {
  const asked = useQuery({ queryKey: [...segmentsKey, 'changes', segment], queryFn: ({ signal }) => latest(segment, signal) });
  return <Answer of={asked}>{(begun) => <Following segment={segment} begun={begun} />}</Answer>;
}

function Following({ segment, begun }: { segment: number; begun: readonly Change[] }) {
  const say = useSay();
  const may = useMay();
  const [news, setNews] = useState<readonly Change[]>([]);
  const [held, setHeld] = useState<readonly Change[]>();
  const holding = useRef(false);
  const [asking, setAsking] = useState<string>();
  const hear = useCallback(
    (kind: string, data: unknown) => {
      const change = data as Change;
      if (kind !== 'change' || change.segment !== segment) return;
      const put = (before: readonly Change[]) =>
        before.some(({ seq }) => seq === change.seq) ? before : [change, ...before].slice(0, rowsKept);
      if (holding.current) setHeld((before = []) => put(before));
      else setNews(put);
    },
    [segment],
  );
  const state = useEventStream(may('segment.watch') ? '/api/segments/live' : undefined, ['change'], hear);
  const toggle = () => {
    holding.current = held === undefined;
    if (held === undefined) return setHeld([]);
    setNews((before) => [...held, ...before].slice(0, rowsKept));
    setHeld(undefined);
  };
  const known = new Set(news.map(({ seq }) => seq));
  const rows = [...news, ...begun.filter(({ seq }) => !known.has(seq))];
  return (
    <Flex vertical gap={space.small}>
      {may('segment.watch') && (
        <Flex gap={space.small} align="center">
          <Mark tone={state === 'open' ? 'good' : 'wait'}>{say(words[state])}</Mark>
          <Button size="small" icon={held ? <PlayCircleOutlined /> : <PauseOutlined />} onClick={toggle}>
            {say(held ? words.goOn : words.pause)}
          </Button>
          {held && <Text type="secondary">{say(words.held, { n: held.length })}</Text>}
        </Flex>
      )}
      <Rows<Change>
        none={words.none}
        next={words.noneNext}
        rowKey="seq"
        dataSource={rows}
        columns={[
          { title: say(words.when), width: 150, render: (_, { atMs }) => <When atMs={atMs} /> },
          { title: say(words.customer), width: 110, render: (_, { id }) => <CustomerLink id={id} /> },
          {
            title: say(words.change),
            width: 110,
            render: (_, { change }) => <Mark tone={change === 'entered' ? 'good' : 'wait'}>{say(words[change])}</Mark>,
          },
          {
            title: say(words.cause),
            width: 260,
            render: (_, { cause, into }) =>
              `${causes[cause] ? say(causes[cause]) : cause}${into ? ` · ${say(words.into, { id: into })}` : ''}`,
          },
          ...(may('segment.why')
            ? [
                {
                  key: 'why',
                  width: 90,
                  render: (_: unknown, { id, cause }: Change) =>
                    cause === 'merge' ? null : (
                      <Button size="small" aria-label={`${say(words.why)} ${id}`} onClick={() => setAsking(id)}>
                        {say(words.why)}
                      </Button>
                    ),
                },
              ]
            : []),
        ]}
      />
      <Why segment={segment} id={asking} close={() => setAsking(undefined)} />
    </Flex>
  );
}
