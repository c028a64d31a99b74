// What a customer did, in lists: timeline, orders, cart, tickets, consents.

import { Flex, Table, Tag, Timeline, Typography } from 'antd';
import { space } from '../../design/design.ts';
import { Nothing } from '../../parts/states.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import type { Line, Profile } from './profile.ts';

const words = {
  none: { en: 'None', zh: '无' },
  order: { en: 'Order', zh: '订单' },
  items: { en: 'Items', zh: '商品' },
  total: { en: 'Total', zh: '金额' },
  placed: { en: 'Placed', zh: '下单时间' },
  cancelled: { en: 'cancelled', zh: '已取消' },
  open: { en: 'open', zh: '处理中' },
  closed: { en: 'closed', zh: '已关闭' },
  complaint: { en: 'complaint', zh: '投诉' },
  given: { en: 'given', zh: '已同意' },
  withdrawn: { en: 'withdrawn', zh: '已撤回' },
} as const;

export function Happened({ profile }: { profile: Profile }) {
  const events = profile.timeline?.events ?? [];
  if (events.length === 0) return <Nothing what={words.none} />;
  return (
    <Timeline
      items={events.map(({ messageId, name, kind, source, occurredAtMs }) => ({
        key: messageId,
        content: (
          <Flex justify="space-between" gap={space.small}>
            <span className="hf-break">
              {name ?? kind} <Tag>{source}</Tag>
            </span>
            <Typography.Text type="secondary">
              <When atMs={occurredAtMs} />
            </Typography.Text>
          </Flex>
        ),
      }))}
    />
  );
}

export function Orders({ profile: { orders } }: { profile: Profile }) {
  const say = useSay();
  const formats = useFormats();
  if (orders.length === 0) return <Nothing what={words.none} />;
  return (
    <Table
      rowKey="orderId"
      size="small"
      pagination={false}
      dataSource={orders}
      columns={[
        {
          title: say(words.order),
          render: (_, { orderId, cancelledAtMs }) => (
            <>
              {orderId} {cancelledAtMs !== null && <Tag color="red">{say(words.cancelled)}</Tag>}
            </>
          ),
        },
        {
          title: say(words.items),
          render: (_, { lines }) => lines.map(({ name, product, quantity }) => `${quantity} × ${name ?? product}`).join(', '),
        },
        {
          title: say(words.total),
          align: 'right',
          render: (_, { total, currency = '' }) => `${formats.number(total)} ${currency}`,
        },
        { title: say(words.placed), render: (_, { placedAtMs }) => (placedAtMs === null ? '–' : formats.day(placedAtMs)) },
      ]}
    />
  );
}

export function Tickets({ profile: { tickets } }: { profile: Profile }) {
  const say = useSay();
  if (tickets.length === 0) return <Nothing what={words.none} />;
  return (
    <Flex vertical gap={space.small}>
      {tickets.map(({ ticketId, subject, category, open, complaint, openedAtMs }) => (
        <Flex key={ticketId} justify="space-between" gap={space.small}>
          <span className="hf-break">
            {subject ?? category ?? ticketId} <Tag color={open ? 'gold' : 'default'}>{say(open ? words.open : words.closed)}</Tag>
            {complaint && <Tag color="red">{say(words.complaint)}</Tag>}
          </span>
          {openedAtMs !== null && <When atMs={openedAtMs} />}
        </Flex>
      ))}
    </Flex>
  );
}

export function Consents({ profile: { consents } }: { profile: Profile }) {
  const say = useSay();
  if (consents.length === 0) return <Nothing what={words.none} />;
  return (
    <Flex vertical gap={space.small}>
      {consents.map(({ purpose, channel, status, atMs }) => (
        <Flex key={`${purpose} ${channel} ${atMs}`} justify="space-between">
          <span>
            {purpose} <Tag>{channel}</Tag>
            <Tag color={status === 'given' ? 'green' : 'default'}>
              {status === 'given' ? say(words.given) : status === 'withdrawn' ? say(words.withdrawn) : status}
            </Tag>
          </span>
          <When atMs={atMs} />
        </Flex>
      ))}
    </Flex>
  );
}

export function Cart({ lines }: { lines: readonly Line[] }) {
  if (lines.length === 0) return <Nothing what={words.none} />;
  return (
    <ul>
      {lines.map(({ product, quantity, name }) => (
        <li key={product}>{`${quantity} × ${name ?? product}`}</li>
      ))}
    </ul>
  );
}
