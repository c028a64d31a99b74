// Pairs that the matcher finds likely but not sure, one after the other, decided by keys: the next pair is there before it is asked for, a decision shows at
// once and is taken back by one key. Where somebody is in the queue stands in the address.

import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Flex, Progress } from 'antd';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { nowMs } from '../../parts/clock.ts';
import { Help } from '../../parts/help.tsx';
import { useKeys } from '../../parts/keys.ts';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { Pair } from './pair.tsx';
import { reviewKey, useReview, useReviews } from './reviews.ts';

const words = {
  title: { en: 'Pairs to decide', zh: '待审核' },
  about: {
    en: 'Are these two one person? Your decision stands in the audit log and can be taken back.',
    zh: '这两位是同一人吗？判定记入审计日志，可撤销。',
  },
  none: { en: 'No pair waits', zh: '没有待审核的配对' },
  noneNext: { en: 'Likely pairs come here when all people are compared.', zh: '全量比对后，可能相同的配对会出现在这里。' },
  merge: { en: 'One person', zh: '同一人' },
  different: { en: 'Different', zh: '不同的人' },
  skip: { en: 'Skip', zh: '跳过' },
  undo: { en: 'Undo', zh: '撤销' },
  next: { en: 'next pair', zh: '下一对' },
  back: { en: 'pair before', zh: '上一对' },
  keys: {
    en: 'Keys: J or ↓ next, K or ↑ back, M one person, D different, S skip, U undo',
    zh: '快捷键：J 或 ↓ 下一对，K 或 ↑ 上一对，M 同一人，D 不同，S 跳过，U 撤销',
  },
  keysHelp: {
    en: 'Decisions show at once and are sent behind your back; the pair after this one is already loaded. A pair that you skip stays in the queue.',
    zh: '判定立即生效并在后台提交，下一对已预先加载。跳过的配对保留在队列中。',
  },
  left: { en: '{count} left', zh: '剩余 {count} 对' },
  done: { en: '{count} decided, {rate} an hour', zh: '已审核 {count} 对，每小时 {rate} 对' },
  failed: { en: 'This pair could not be decided: it is back in the queue', zh: '未能提交，该配对已放回队列' },
  undone: { en: 'Taken back', zh: '已撤销' },
  progress: { en: 'Decided of this page', zh: '本页进度' },
} as const;

type Verdict = 'same' | 'different';
type Done = { readonly reviewId: number; readonly verdict: Verdict; readonly decision: Promise<number | undefined> };

export default function Queue() {
  const asked = useReviews();
  return (
    <Page title={words.title} about={words.about}>
      <Answer of={asked} rows={8}>
        {({ reviews }) =>
          reviews.length === 0 ? (
            <Nothing what={words.none} next={words.noneNext} />
          ) : (
            <Desk key={asked.dataUpdatedAt} ids={reviews.map(({ reviewId }) => reviewId)} again={() => void asked.refetch()} />
          )
        }
      </Answer>
    </Page>
  );
}

/** What is decided and taken back, before the node has said so and after. */
function useDesk(ids: readonly number[]) {
  const say = useSay();
  const proven = useProven();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [done, setDone] = useState<readonly Done[]>([]);
  const [beganAtMs] = useState(nowMs);
  const open = useMemo(() => ids.filter((id) => !done.some(({ reviewId }) => reviewId === id)), [ids, done]);
  const changed = useCallback(() => {
    void client.invalidateQueries({ queryKey: ['identity', 'quality'] });
    void client.invalidateQueries({ queryKey: ['profiles'] });
  }, [client]);
  const decide = (reviewId: number, verdict: Verdict) => {
    const decision = proven(() =>
      unwrap(api.POST('/api/identity/reviews/{reviewId}', { params: { path: { reviewId } }, body: { verdict } })),
    ).then(
      ({ decisionId }) => {
        changed();
        return decisionId;
      },
      () => {
        setDone((before) => before.filter((one) => one.reviewId !== reviewId));
        void message.error(say(words.failed));
        return undefined;
      },
    );
    setDone((before) => [...before, { reviewId, verdict, decision }]);
  };
  const undo = async (): Promise<number | undefined> => {
    const last = done.at(-1);
    if (!last) return undefined;
    setDone((before) => before.slice(0, -1));
    const decisionId = await last.decision;
    if (decisionId !== undefined)
      await proven(() =>
        unwrap(api.POST('/api/identity/decisions/{decisionId}/retract', { params: { path: { decisionId } }, body: {} })),
      );
    await client.invalidateQueries({ queryKey: reviewKey(last.reviewId) });
    changed();
    void message.success(say(words.undone));
    return last.reviewId;
  };
  return { open, done, decide, undo, beganAtMs };
}

function Desk({ ids, again }: { ids: readonly number[]; again(): void }) {
  const may = useMay();
  const [, go] = useLocation();
  const { review } = useParams<{ review?: string }>();
  const { open, done, decide, undo, beganAtMs } = useDesk(ids);
  const refetched = useRef(false);
  const at = Math.max(0, open.indexOf(Number(review)));
  const current = open[at];
  const show = (id: number | undefined) => {
    if (id !== undefined) go(to('/identity/reviews/:review', { review: id }), { replace: true });
  };
  const move = (by: number) => show(open[Math.min(Math.max(at + by, 0), open.length - 1)]);
  const verdict = (what: Verdict) => {
    if (current === undefined) return;
    show(open[at + 1] ?? open[at - 1]);
    decide(current, what);
  };
  const takeBack = async () => show(await undo());
  const canDecide = may('review.decide');
  useKeys([
    { keys: ['j', 'arrowdown'], name: words.next, act: () => move(1) },
    { keys: ['k', 'arrowup'], name: words.back, act: () => move(-1) },
    ...(canDecide
      ? [
          { keys: ['m'], name: words.merge, act: () => verdict('same') },
          { keys: ['d'], name: words.different, act: () => verdict('different') },
        ]
      : []),
    { keys: ['s'], name: words.skip, act: () => move(1) },
    ...(may('identity.retract') ? [{ keys: ['u'], name: words.undo, act: () => void takeBack() }] : []),
  ]);
  usePrefetched(open[at + 1]);
  useEffect(() => {
    // The page is through: the next one, once what was decided is on disk.
    if (current !== undefined || refetched.current) return;
    refetched.current = true;
    void Promise.all(done.map(({ decision }) => decision)).then(again);
  }, [current, done, again]);
  return (
    <Flex vertical gap={space.medium}>
      <Bar
        left={open.length}
        done={done.length}
        of={ids.length}
        beganAtMs={beganAtMs}
        canDecide={canDecide && current !== undefined}
        decide={verdict}
        skip={() => move(1)}
        undo={may('identity.retract') && done.length > 0 ? () => void takeBack() : undefined}
      />
      {current === undefined ? <Nothing what={words.none} next={words.noneNext} /> : <One key={current} id={current} />}
    </Flex>
  );
}

/** The next pair is there before it is asked for. */
function usePrefetched(id: number | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (id === undefined) return;
    void client.prefetchQuery({
      queryKey: reviewKey(id),
      queryFn: ({ signal }) =>
        unwrap(api.GET('/api/identity/reviews/{reviewId}', { params: { path: { reviewId: id } }, signal })),
    });
  }, [client, id]);
}

function One({ id }: { id: number }) {
  const asked = useReview(id);
  return (
    <Answer of={asked} rows={8}>
      {(review) => <Pair review={review} />}
    </Answer>
  );
}

function Bar({
  left,
  done,
  of,
  beganAtMs,
  canDecide,
  decide,
  skip,
  undo,
}: {
  left: number;
  done: number;
  of: number;
  beganAtMs: number;
  canDecide: boolean;
  decide(verdict: Verdict): void;
  skip(): void;
  undo: (() => void) | undefined;
}) {
  const say = useSay();
  const hours = Math.max(nowMs() - beganAtMs, 60_000) / 3_600_000;
  return (
    <Card size="small">
      <Flex gap={space.small} align="center" justify="space-between" wrap>
        <Flex gap={space.small} wrap>
          <Button type="primary" disabled={!canDecide} onClick={() => decide('same')}>
            = {say(words.merge)} (M)
          </Button>
          <Button danger disabled={!canDecide} onClick={() => decide('different')}>
            ≠ {say(words.different)} (D)
          </Button>
          <Button disabled={left < 2} onClick={skip}>
            {say(words.skip)} (S)
          </Button>
          <Button disabled={!undo} onClick={undo}>
            {say(words.undo)} (U)
          </Button>
        </Flex>
        <Flex gap={space.small} align="center">
          <Text type="secondary" aria-live="polite">
            {say(words.left, { count: left })}
            {done > 0 && ` · ${say(words.done, { count: done, rate: Math.round(done / hours) })}`}
          </Text>
          <Progress
            percent={of === 0 ? 0 : (100 * done) / of}
            showInfo={false}
            style={{ width: 120, margin: 0 }}
            aria-label={say(words.progress)}
          />
        </Flex>
      </Flex>
      <Text type="secondary">
        {say(words.keys)} <Help about={words.keysHelp} />
      </Text>
    </Card>
  );
}
