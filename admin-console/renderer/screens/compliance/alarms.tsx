// Alarms: what somebody must know of now, until they acknowledge it with a note. They come by themselves, and each leads to where it is settled.

import { useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex } from 'antd';
import { Link, useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useInfiniteQuery } from '../../parts/ask.ts';
import { Cards } from '../../parts/cards.tsx';
import { useEventStream } from '../../parts/event-stream.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay, type Words } from '../../words/words.ts';
import { useIsMe, useNameOf } from './who.tsx';

const words = {
  title: { en: 'Alarms', zh: '告警' },
  about: { en: 'What somebody must know of now. None holds a value of a customer.', zh: '需立即知悉的事项，不含任何客户数据。' },
  open: { en: 'Open', zh: '未确认' },
  all: { en: 'All', zh: '全部' },
  none: { en: 'No alarm is open', zh: '没有未确认的告警' },
  noneNext: { en: 'New ones appear here by themselves.', zh: '新的告警会自动出现在此。' },
  noneAll: { en: 'There was no alarm yet', zh: '尚无告警' },
  acknowledge: { en: 'Acknowledge', zh: '确认' },
  acknowledgeAbout: {
    en: 'What was done about it, or who does it. It stays with the alarm.',
    zh: '说明已采取的措施或负责人，将随告警保留。',
  },
  acknowledged: { en: 'acknowledged', zh: '已确认' },
  by: { en: 'by {who}, {when}: {note}', zh: '{who}，{when}：{note}' },
  settled: { en: 'settled where it came from', zh: '已在来源处处理' },
  times: { en: '{times} times', zh: '{times} 次' },
  well: { en: 'well again', zh: '已恢复' },
  high: { en: 'high', zh: '高' },
  medium: { en: 'medium', zh: '中' },
  own: { en: 'It is about your own access: somebody else acknowledges it.', zh: '涉及您本人的访问，须由他人确认。' },
  live: { en: 'live', zh: '实时' },
  lost: { en: 'not live just now', zh: '实时更新暂时中断' },
  more: { en: 'Older ones', zh: '更早的' },
  look: { en: 'Look at it', zh: '前往查看' },
} as const;

const kinds: { readonly [kind: string]: Words } = {
  quality: { en: 'Quality of data fell', zh: '数据质量下降' },
  break_glass: { en: 'Somebody broke the glass', zh: '紧急访问被启用' },
  access_finding: { en: 'Unusual access', zh: '异常访问' },
  model_drift: { en: 'A model drifts', zh: '模型漂移' },
  match_enumeration: { en: 'A match is too like an earlier one', zh: '匹配与先前过于相似' },
  upgrade: { en: 'An upgrade failed and was rolled back', zh: '升级失败，已回退' },
};
const reasons: { readonly [reason: string]: Words } = {
  below_threshold: { en: 'below what was set', zh: '低于设定值' },
  fell: { en: 'fell all at once', zh: '骤然下降' },
  repeated_set: { en: 'the same customers again', zh: '与先前客户集相同' },
  near_set: { en: 'nearly the same customers again', zh: '与先前客户集相近' },
  near_sizes: { en: 'nearly the same size again', zh: '与先前规模相近' },
};

type State = 'open' | 'all';
type Alarm = {
  id: number;
  kind: string;
  severity: 'medium' | 'high';
  state: 'open' | 'acknowledged';
  number: number;
  lastAtMs: number;
  times: number;
  actor?: string;
  sourceName?: string;
  rule?: string;
  reason?: string;
  endedAtMs?: number;
  acknowledgement?: { by: string; atMs: number; note?: string };
};

const alarmsKey = ['alarms'] as const;

export default function Alarms() {
  const say = useSay();
  const may = useMay();
  const client = useQueryClient();
  const [params, setParams] = useSearchParams();
  const state: State = params.get('state') === 'all' ? 'all' : 'open';
  const asked = useInfiniteQuery({
    queryKey: [...alarmsKey, state],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/alarms', { params: { query: { state, ...(pageParam !== undefined && { before: pageParam }) } }, signal }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 60_000,
  });
  const stream = useEventStream(
    may('alarms.watch') ? '/api/alarms/live' : undefined,
    ['alarm'],
    () => void client.invalidateQueries({ queryKey: alarmsKey }),
  );
  const choice = (
    <Flex gap={space.small} align="center">
      {stream !== 'waiting' && (
        <Mark tone={stream === 'open' ? 'good' : 'wait'}>{say(stream === 'open' ? words.live : words.lost)}</Mark>
      )}
      <Segmented<State>
        value={state}
        onChange={(next) => setParams(next === 'all' ? { state: 'all' } : {}, { replace: true })}
        options={(['open', 'all'] as const).map((value) => ({ value, label: say(words[value]) }))}
      />
    </Flex>
  );
  return (
    <Page title={words.title} about={words.about} actions={choice}>
      <Answer of={asked}>
        {({ pages }) => (
          <Flex vertical gap={space.medium}>
            <Cards
              of={pages.flatMap(({ alarms }) => alarms)}
              none={state === 'open' ? words.none : words.noneAll}
              {...(state === 'open' && { next: words.noneNext })}
              card={(alarm) => <One key={alarm.id} alarm={alarm} />}
            />
            {asked.hasNextPage && (
              <Button
                style={{ alignSelf: 'start' }}
                loading={asked.isFetchingNextPage}
                onClick={() => void asked.fetchNextPage()}
              >
                {say(words.more)}
              </Button>
            )}
          </Flex>
        )}
      </Answer>
    </Page>
  );
}

/** Where it is settled, of those that this slice looks after. */
const placeOf = ({ kind, number }: Alarm): string | undefined =>
  kind === 'access_finding'
    ? to('/access-review/:id', { id: number })
    : kind === 'break_glass'
      ? '/break-glass'
      : kind === 'match_enumeration'
        ? '/approvals'
        : undefined;

function One({ alarm }: { alarm: Alarm }) {
  const say = useSay();
  const may = useMay();
  const nameOf = useNameOf();
  const formats = useFormats();
  const isMe = useIsMe();
  const { id, severity, sourceName, rule, actor, reason, times, lastAtMs, endedAtMs, state, acknowledgement } = alarm;
  const kind = kinds[alarm.kind] ?? { en: alarm.kind, zh: alarm.kind };
  const about = [
    sourceName,
    rule,
    actor && nameOf(actor),
    reason && say(reasons[reason] ?? { en: reason, zh: reason }),
    times > 1 && say(words.times, { times }),
  ].filter(Boolean);
  const place = placeOf(alarm);
  return (
    <Card size="small">
      <Flex justify="space-between" align="start" gap={space.medium} wrap>
        <Flex vertical gap={space.hair} style={{ minWidth: 0, flex: '1 1 320px' }}>
          <div>
            <Text strong>{say(kind)}</Text> <Mark tone={severity === 'high' ? 'bad' : 'wait'}>{say(words[severity])}</Mark>
            {endedAtMs !== undefined && <Mark tone="good">{say(words.well)}</Mark>}
            {state === 'acknowledged' && <Mark>{say(words.acknowledged)}</Mark>}
          </div>
          <Text type="secondary" className="hf-break">
            {about.join(' · ')} {about.length > 0 && '· '}
            <When atMs={lastAtMs} />
          </Text>
          {acknowledgement && (
            <Text type="secondary" className="hf-break">
              {say(words.by, {
                who: nameOf(acknowledgement.by),
                when: formats.moment(acknowledgement.atMs),
                note: acknowledgement.note ?? say(words.settled),
              })}
            </Text>
          )}
          {state === 'open' && actor !== undefined && isMe(actor) && <Text type="secondary">{say(words.own)}</Text>}
        </Flex>
        <Flex gap={space.small} align="center">
          {place && <Link href={place}>{say(words.look)}</Link>}
          {state === 'open' && may('alarms.acknowledge') && !(actor !== undefined && isMe(actor)) && (
            <Act
              name={words.acknowledge}
              about={words.acknowledgeAbout}
              done={words.acknowledged}
              reason
              refresh={[alarmsKey, ['home']]}
              act={({ reason: note }) =>
                unwrap(api.POST('/api/alarms/{id}/acknowledge', { params: { path: { id } }, body: { note } }))
              }
            />
          )}
        </Flex>
      </Flex>
    </Card>
  );
}
