// Waiting for the first event: the page listens to what arrives and shows it as it comes. A test event goes the way of every program: by the write key.

import { SendOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Flex, Input, Space, Spin, Table, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'wouter';
import { speakFault } from '../../api/tracking.ts';
import { space } from '../../design/design.ts';
import { nowMs } from '../../parts/clock.ts';
import { useEventStream } from '../../parts/event-stream.ts';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useSay, type Words } from '../../words/words.ts';
import { useSources } from '../data/sources.tsx';
import type { MadeKey } from '../data/sources-key.tsx';

const words = {
  waits: {
    en: 'Waiting for the first event. Run the lines of the step before, or send a test event.',
    zh: '正在等待首个事件。请运行上一步的代码，或发送测试事件。',
  },
  lost: { en: 'The stream broke off; it is opened again by itself.', zh: '连接中断，正在自动重连。' },
  here: { en: 'It works: events arrive.', zh: '事件已到达，接入成功。' },
  send: { en: 'Send a test event', zh: '发送测试事件' },
  sendAbout: {
    en: 'It is recorded as any other, of an anonymous customer called holdfast-test.',
    zh: '测试事件与其他事件一样被记录，归属于名为 holdfast-test 的匿名客户。',
  },
  key: { en: 'Write key of the source', zh: '数据源的写入密钥' },
  keyAbout: {
    en: 'The key was shown once and is not here any more. Paste it, or make a new one at the source.',
    zh: '密钥仅显示一次，此处已不再保留。请粘贴密钥，或在数据源页面更换密钥。',
  },
  sources: { en: 'Sources', zh: '数据源' },
  time: { en: 'Arrived', zh: '到达时间' },
  source: { en: 'Source', zh: '数据源' },
  what: { en: 'What', zh: '类型' },
  outcome: { en: 'What became of it', zh: '结果' },
  deny: { en: 'Your role may not watch what arrives.', zh: '您的角色无权查看实时事件。' },
} as const;

const kinds: { readonly [kind: string]: Words } = {
  identify: { en: 'who a customer is', zh: '客户信息' },
  track: { en: 'something that a customer did', zh: '客户行为' },
  page: { en: 'a page', zh: '页面访问' },
  screen: { en: 'a screen of an app', zh: '应用界面' },
  group: { en: 'a group', zh: '群组' },
  alias: { en: 'two ids of one customer', zh: '标识关联' },
};
const outcomes: { readonly [outcome: string]: { readonly name: Words; readonly tone: 'good' | 'wait' | 'bad' } } = {
  recorded: { name: { en: 'recorded', zh: '已记录' }, tone: 'good' },
  duplicate: { name: { en: 'there already', zh: '已存在' }, tone: 'wait' },
  quarantined: { name: { en: 'quarantined', zh: '已隔离' }, tone: 'wait' },
  rejected: { name: { en: 'refused', zh: '已拒绝' }, tone: 'bad' },
};

/** Shown at once: a busy source sends more than anybody reads. */
const shownItems = 10;

type Item = {
  readonly key: number;
  readonly source: number;
  readonly kind?: string;
  readonly outcome: string;
  readonly receivedAtMs: number;
};

const itemOf = (data: unknown, key: number): Item | undefined => {
  if (typeof data !== 'object' || data === null) return undefined;
  const { source, kind, outcome, receivedAtMs } = data as { [name: string]: unknown };
  if (typeof source !== 'number' || typeof outcome !== 'string') return undefined;
  return {
    key,
    source,
    ...(typeof kind === 'string' && { kind }),
    outcome,
    receivedAtMs: typeof receivedAtMs === 'number' ? receivedAtMs : nowMs(),
  };
};

export function FirstEvent({ made, arrived }: { made: MadeKey | undefined; arrived(): void }) {
  const say = useSay();
  const may = useMay();
  const watches = may('live.watch');
  const [items, setItems] = useState<readonly Item[]>([]);
  const state = useEventStream(watches ? '/api/live' : undefined, ['arrival'], (kind, data) => {
    if (kind !== 'arrival') return;
    setItems((before) => {
      const item = itemOf(data, (before[0]?.key ?? 0) + 1);
      return item ? [item, ...before].slice(0, shownItems) : before;
    });
    arrived();
  });
  return (
    <Flex vertical gap={space.medium}>
      {!watches && <Alert type="info" showIcon title={say(words.deny)} />}
      {items.length > 0 ? (
        <Alert role="status" type="success" showIcon title={say(words.here)} />
      ) : (
        <Flex gap={space.small} align="center" role="status">
          <Spin size="small" />
          <Text>{say(state === 'lost' ? words.lost : words.waits)}</Text>
        </Flex>
      )}
      <Send made={made} />
      {items.length > 0 && <Arrivals items={items} />}
    </Flex>
  );
}

function Send({ made }: { made: MadeKey | undefined }) {
  const say = useSay();
  const [typed, setTyped] = useState('');
  const key = made?.writeKey ?? typed.trim();
  const send = useMutation({ mutationFn: () => sendTest(key) });
  return (
    <div>
      <Fault error={send.error} />
      {!made && (
        <Typography.Paragraph type="secondary">
          {say(words.keyAbout)}{' '}
          <Link href="/data/sources" style={{ textDecoration: 'underline' }}>
            {say(words.sources)}
          </Link>
        </Typography.Paragraph>
      )}
      <Space wrap>
        {!made && (
          <Input.Password
            style={{ width: 320 }}
            autoComplete="off"
            aria-label={say(words.key)}
            placeholder={say(words.key)}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
        <Button icon={<SendOutlined />} disabled={key === ''} loading={send.isPending} onClick={() => send.mutate()}>
          {say(words.send)}
        </Button>
      </Space>
      <div>
        <Text type="secondary">{say(words.sendAbout)}</Text>
      </div>
    </div>
  );
}

/** As a program would: no session goes with it, only the key. @throws {ApiFault} */
async function sendTest(writeKey: string): Promise<void> {
  const response = await fetch('/v1/track', {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa(`${writeKey}:`)}` },
    body: JSON.stringify({ anonymousId: 'holdfast-test', event: 'Test Event', properties: { from: 'console' } }),
  });
  if (!response.ok) throw await speakFault(response);
}

function Arrivals({ items }: { items: readonly Item[] }) {
  const say = useSay();
  const { data = [] } = useSources();
  const names = new Map(data.map(({ id, name }) => [id, name]));
  return (
    <Table<Item>
      size="small"
      rowKey="key"
      pagination={false}
      dataSource={[...items]}
      columns={[
        { title: say(words.time), render: (_, { receivedAtMs }) => <When atMs={receivedAtMs} /> },
        {
          title: say(words.source),
          render: (_, { source }) => <Link href={to('/data/sources/:id', { id: source })}>{names.get(source) ?? source}</Link>,
        },
        {
          title: say(words.what),
          render: (_, { kind }) => (kind === undefined ? '–' : say(kinds[kind] ?? { en: kind, zh: kind })),
        },
        {
          title: say(words.outcome),
          render: (_, { outcome }) => {
            const known = outcomes[outcome];
            return <Mark tone={known?.tone}>{known ? say(known.name) : outcome}</Mark>;
          },
        },
      ]}
    />
  );
}
