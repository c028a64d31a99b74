// Breaking the glass: for minutes, with a reason, somebody sees customers in the clear; and the review of each by somebody else.

import { Alert, Button, Flex, Form, Input, InputNumber, Radio } from 'antd';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { Act } from '../../../parts/act.tsx';
import { useInfiniteQuery } from '../../../parts/ask.ts';
import { useNowMs } from '../../../parts/clock.ts';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { Segmented } from '../../../parts/segmented.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useSay } from '../../../words/words.ts';
import { useIsMe, Who } from '../who.tsx';

const words = {
  title: { en: 'Break glass', zh: '紧急访问' },
  about: {
    en: 'For an emergency: customers in the clear for minutes. Somebody else reviews each time.',
    zh: '仅限紧急情况：限时查看客户明文，每次均由他人复核。',
  },
  open: { en: 'Break the glass', zh: '启用紧急访问' },
  openAbout: {
    en: 'You see customers in the clear until the time is over. It raises an alarm at once, and all you look at stands in the log.',
    zh: '时限内可查看客户明文。系统将立即告警，所有查看均记入日志。',
  },
  minutes: { en: 'For how many minutes', zh: '时长（分钟）' },
  minutesHint: { en: '60 at most. As short as will do.', zh: '最长 60 分钟，请尽量缩短。' },
  yours: { en: 'The glass is broken for you until {until}.', zh: '您的紧急访问有效至 {until}。' },
  waiting: { en: 'To review', zh: '待复核' },
  all: { en: 'All', zh: '全部' },
  who: { en: 'Who', zh: '人员' },
  reason: { en: 'Reason', zh: '原因' },
  from: { en: 'From', zh: '开始' },
  until: { en: 'Until', zh: '结束' },
  now: { en: 'broken now', zh: '正在生效' },
  verdict: { en: 'Verdict', zh: '结论' },
  justified: { en: 'justified', zh: '正当' },
  unjustified: { en: 'not justified', zh: '不正当' },
  review: { en: 'Review', zh: '复核' },
  reviewAbout: {
    en: 'It is closed with your verdict. Where the time is not over, it ends.',
    zh: '将以您的结论办结；若时限未到则立即终止。',
  },
  remark: { en: 'Remark', zh: '备注' },
  own: { en: 'somebody else reviews it', zh: '由他人复核' },
  none: { en: 'Nothing waits for a review', zh: '没有待复核的紧急访问' },
  noneAll: { en: 'Nobody broke the glass yet', zh: '尚无人启用紧急访问' },
  more: { en: 'Older ones', zh: '更早的' },
} as const;

const glassKey = ['break-glass'] as const;
const pageRows = 50;
type Glass = {
  id: number;
  actor: string;
  reason: string;
  begunAtMs: number;
  untilMs: number;
  review?: { by: string; verdict: 'justified' | 'not justified'; remark?: string; atMs: number };
};

export default function BreakGlass() {
  const say = useSay();
  const may = useMay();
  const isMe = useIsMe();
  const formats = useFormats();
  const now = useNowMs(10_000);
  const [params, setParams] = useSearchParams();
  const which = params.get('which') === 'all' ? 'all' : 'waiting';
  const asked = useInfiniteQuery({
    queryKey: [...glassKey, which],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/break-glass', {
          params: {
            query: { open: which === 'waiting', limit: pageRows, ...(pageParam !== undefined && { before: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ alarms }) => (alarms.length === pageRows ? alarms.at(-1)?.id : undefined),
    refetchInterval: 15_000,
  });
  const glasses: Glass[] = asked.data?.pages.flatMap(({ alarms }) => alarms) ?? [];
  const mine = glasses.find(({ actor, untilMs }) => isMe(actor) && untilMs > now);
  return (
    <Page title={words.title} about={words.about} actions={may('break-glass.open') && <Open />}>
      <Flex vertical gap={space.medium} align="start">
        {mine && <Alert type="warning" showIcon title={say(words.yours, { until: formats.moment(mine.untilMs) })} />}
        <Segmented
          value={which}
          onChange={(next) => setParams(next === 'all' ? { which: 'all' } : {}, { replace: true })}
          options={(['waiting', 'all'] as const).map((value) => ({ value, label: say(words[value]) }))}
        />
        <Answer of={asked}>
          {() => (
            <Rows<Glass>
              style={{ width: '100%' }}
              rowKey="id"
              // Its texts wrap: nothing to scroll sideways to.
              scroll={{}}
              dataSource={glasses}
              none={which === 'waiting' ? words.none : words.noneAll}
              columns={[
                { title: say(words.who), render: (_, { actor }) => <Who actor={actor} /> },
                { title: say(words.reason), render: (_, { reason }) => <span className="hf-break">{reason}</span> },
                { title: say(words.from), render: (_, { begunAtMs }) => formats.moment(begunAtMs) },
                {
                  title: say(words.until),
                  render: (_, { untilMs }) => (
                    <>
                      {formats.moment(untilMs)} {untilMs > now && <Mark tone="bad">{say(words.now)}</Mark>}
                    </>
                  ),
                },
                { title: say(words.verdict), render: (_, glass) => <Verdict of={glass} /> },
              ]}
            />
          )}
        </Answer>
        {asked.hasNextPage && (
          <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
            {say(words.more)}
          </Button>
        )}
      </Flex>
    </Page>
  );
}

function Open() {
  const say = useSay();
  return (
    <Act<{ reason: string; minutes: number }>
      name={words.open}
      about={words.openAbout}
      danger
      reason
      initial={{ minutes: 15 }}
      // What everybody sees may be shown otherwise from now on.
      refresh={[[]]}
      fields={
        <Form.Item name="minutes" label={say(words.minutes)} extra={say(words.minutesHint)} rules={[{ required: true }]}>
          <InputNumber min={1} max={60} precision={0} autoFocus />
        </Form.Item>
      }
      act={(body) => unwrap(api.POST('/api/break-glass', { body }))}
    />
  );
}

function Verdict({ of: { id, actor, review } }: { of: Glass }) {
  const say = useSay();
  const may = useMay();
  const isMe = useIsMe();
  if (review)
    return (
      <span title={review.remark}>
        <Mark tone={review.verdict === 'justified' ? 'good' : 'bad'}>
          {say(review.verdict === 'justified' ? words.justified : words.unjustified)}
        </Mark>{' '}
        <Who actor={review.by} />
      </span>
    );
  if (isMe(actor)) return <Text type="secondary">{say(words.own)}</Text>;
  if (!may('break-glass.review')) return null;
  return (
    <Act<{ verdict: 'justified' | 'not justified'; remark?: string }>
      name={words.review}
      about={words.reviewAbout}
      size="small"
      refresh={[glassKey, ['alarms'], ['home']]}
      initial={{ verdict: 'justified' }}
      fields={
        <>
          <Form.Item name="verdict" label={say(words.verdict)}>
            <Radio.Group
              options={[
                { value: 'justified', label: say(words.justified) },
                { value: 'not justified', label: say(words.unjustified) },
              ]}
            />
          </Form.Item>
          <Form.Item name="remark" label={say(words.remark)}>
            <Input maxLength={1_000} />
          </Form.Item>
        </>
      }
      act={({ verdict, remark }) =>
        unwrap(
          api.POST('/api/break-glass/{glassId}/review', {
            params: { path: { glassId: id } },
            body: { verdict, ...(remark?.trim() && { remark: remark.trim() }) },
          }),
        )
      }
    />
  );
}
