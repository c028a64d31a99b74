// The inbox of unusual access: one finding after the other, why it was found, who looked at whom and when, and the verdict with its reason. It fills by
// itself as findings come, and works by keys alone.

import { useQueryClient } from '@tanstack/react-query';
import { Button, Flex } from 'antd';
import { useCallback, useEffect, useRef } from 'react';
import { useLocation, useParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useInfiniteQuery } from '../../../parts/ask.ts';
import { useEventStream } from '../../../parts/event-stream.ts';
import { Help } from '../../../parts/help.tsx';
import { useKeys } from '../../../parts/keys.ts';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { to } from '../../../parts/screen.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer, Nothing } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { When } from '../../../parts/time.tsx';
import { useSay } from '../../../words/words.ts';
import { Who } from '../who.tsx';
import { type Finding, FindingView, reviewKey } from './finding.tsx';
import { kindOf, severities, verdictTones, verdictWords } from './finding-words.ts';
import { ReviewTabs } from './tabs.tsx';

const words = {
  title: { en: 'Access review', zh: '访问复核' },
  about: {
    en: 'Unusual looks at customers, found by the node itself. Each is judged once, by somebody else, with a reason.',
    zh: '由节点自行发现的异常客户访问。每项由他人复核一次并注明原因。',
  },
  none: { en: 'Nothing waits for a judgement', zh: '没有待复核的访问' },
  noneNext: { en: 'New findings appear here by themselves.', zh: '新的异常会自动出现在此。' },
  noneJudged: { en: 'Nothing was judged yet', zh: '尚无复核记录' },
  keys: {
    en: 'Keys: J and K go down and up the list, 1 to 4 choose a verdict and lead to the reason, Enter judges and goes on to the next.',
    zh: '快捷键：J、K 在列表中下移、上移；1 至 4 选择结论并跳到原因；回车提交并转到下一项。',
  },
  next: { en: 'next finding', zh: '下一项' },
  back: { en: 'finding before', zh: '上一项' },
  list: { en: 'Findings', zh: '异常列表' },
  more: { en: 'Older ones', zh: '更早的' },
  live: { en: 'live', zh: '实时' },
  lost: { en: 'not live just now', zh: '实时更新暂时中断' },
} as const;

/** Told by the address: a finding is opened wherever it is listed. */
export default function Inbox() {
  return <Findings state="open" at="/access-review" route="/access-review/:id" />;
}

export function Findings({ state, at, route }: { state: 'open' | 'judged'; at: string; route: string }) {
  const say = useSay();
  const may = useMay();
  const client = useQueryClient();
  const { id } = useParams<{ id?: string }>();
  const asked = useInfiniteQuery({
    queryKey: [...reviewKey, state],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/access-review', {
          params: { query: { state, limit: 100, ...(pageParam !== undefined && { before: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 60_000,
  });
  const stream = useEventStream(
    may('access-review.watch') ? '/api/access-review/live' : undefined,
    ['finding'],
    () => void client.invalidateQueries({ queryKey: reviewKey }),
  );
  const actions = (
    <Flex align="center" gap={space.hair}>
      {stream !== 'waiting' && (
        <Mark tone={stream === 'open' ? 'good' : 'wait'}>{say(stream === 'open' ? words.live : words.lost)}</Mark>
      )}
      <Help about={words.keys} />
    </Flex>
  );
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <ReviewTabs at={at} open={asked.data?.pages[0]?.open}>
        <Answer of={asked}>
          {({ pages }) => {
            const findings = pages.flatMap((page) => page.findings) as Finding[];
            return (
              <TwoSides
                findings={findings}
                state={state}
                route={route}
                chosen={id === undefined ? undefined : Number(id)}
                {...(asked.hasNextPage && { more: () => void asked.fetchNextPage() })}
              />
            );
          }}
        </Answer>
      </ReviewTabs>
    </Page>
  );
}

function TwoSides({
  findings,
  state,
  route,
  chosen,
  more,
}: {
  findings: readonly Finding[];
  state: 'open' | 'judged';
  route: string;
  chosen: number | undefined;
  more?: () => void;
}) {
  const say = useSay();
  const [, go] = useLocation();
  // One that was opened by its address may stand beyond the list; without one the first is open.
  const shown = chosen ?? findings[0]?.id;
  const open = useCallback((id: number, replace = false) => go(to(route, { id }), { replace }), [go, route]);
  const at = findings.findIndex(({ id }) => id === shown);
  const step = useCallback(
    (by: number) => {
      const next = findings[Math.min(findings.length - 1, Math.max(0, at + by))];
      if (next) open(next.id, true);
    },
    [findings, at, open],
  );
  useKeys([
    { keys: ['j'], name: words.next, act: () => step(1) },
    { keys: ['k'], name: words.back, act: () => step(-1) },
  ]);
  if (shown === undefined)
    return state === 'open' ? <Nothing what={words.none} next={words.noneNext} /> : <Nothing what={words.noneJudged} />;
  const judged = () => {
    const next = findings[at + 1] ?? findings[at - 1];
    if (next) open(next.id, true);
    else go('/access-review', { replace: true });
  };
  return (
    <Flex gap={space.large} align="start" className="hf-beside">
      <nav aria-label={say(words.list)}>
        <Flex vertical gap={space.hair}>
          {findings.map((finding) => (
            <Line key={finding.id} finding={finding} chosen={finding.id === shown} open={() => open(finding.id, true)} />
          ))}
          {more && <Button onClick={more}>{say(words.more)}</Button>}
        </Flex>
      </nav>
      <section style={{ flex: 1, minWidth: 0 }}>
        <FindingView key={shown} id={shown} listed={findings[at]} judged={judged} />
      </section>
    </Flex>
  );
}

function Line({ finding, chosen, open }: { finding: Finding; chosen: boolean; open(): void }) {
  const say = useSay();
  const { kinds = [], severity, actor, lastAtMs, judgement } = finding;
  const box = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (chosen) box.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const [word, tone] = severities[severity ?? 'low'];
  return (
    <Button
      ref={box}
      block
      type={chosen ? 'default' : 'text'}
      aria-current={chosen ? 'true' : undefined}
      onClick={open}
      style={{ height: 'auto', textAlign: 'start', display: 'block', padding: space.small, whiteSpace: 'normal' }}
    >
      <Flex vertical gap={space.hair}>
        <Text strong={chosen}>{kinds.map((kind) => say(kindOf(kind).name)).join(' · ')}</Text>
        <Flex justify="space-between" gap={space.small} wrap>
          <Who actor={actor} />
          {judgement ? (
            <Mark tone={verdictTones[judgement.verdict]}>{say(verdictWords[judgement.verdict])}</Mark>
          ) : (
            <Mark tone={tone}>{say(word)}</Mark>
          )}
        </Flex>
        <Text type="secondary">
          <When atMs={lastAtMs} />
        </Text>
      </Flex>
    </Button>
  );
}
