// What a customer bought, put into the cart and asked for, in lists.

import { Flex } from 'antd';
import { space } from '../../design/design.ts';
import { Figured, Hidden } from '../../parts/hidden.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { type Profile, shown } from './profile.ts';

const words = {
  noOrders: { en: 'No order yet', zh: '暂无订单' },
  noCart: { en: 'The cart is empty', zh: '购物车为空' },
  noTickets: { en: 'No ticket', zh: '暂无工单' },
  order: { en: 'Order', zh: '订单' },
  items: { en: 'Items', zh: '商品' },
  total: { en: 'Total', zh: '金额' },
  placed: { en: 'Placed', zh: '下单时间' },
  cancelled: { en: 'cancelled', zh: '已取消' },
  refunded: { en: 'refunded {sum}', zh: '已退 {sum}' },
  open: { en: 'open', zh: '处理中' },
  closed: { en: 'closed', zh: '已关闭' },
  complaint: { en: 'complaint', zh: '投诉' },
} as const;

export function Orders({ orders }: { orders: Profile['orders'] }) {
  const say = useSay();
  const formats = useFormats();
  return (
    <Rows
      none={words.noOrders}
      rowKey="orderId"
      dataSource={orders}
      columns={[
        {
          title: say(words.order),
          render: (_, { orderId, cancelledAtMs, refunded }) => (
            <>
              {orderId} {typeof cancelledAtMs === 'number' && <Mark tone="bad">{say(words.cancelled)}</Mark>}
              {typeof refunded === 'number' && refunded > 0 && (
                <Mark tone="wait">{say(words.refunded, { sum: formats.number(refunded) })}</Mark>
              )}
            </>
          ),
        },
        {
          title: say(words.items),
          render: (_, { lines }) => (
            <span className="hf-break">
              {lines.map(({ product, name, quantity }) => `${quantity ?? '–'} × ${name ?? product}`).join(', ')}
            </span>
          ),
        },
        {
          title: say(words.total),
          align: 'right',
          render: (_, { total, currency }) => (
            <>
              <Figured value={total} /> {typeof total === 'number' && currency}
            </>
          ),
        },
        {
          title: say(words.placed),
          render: (_, { placedAtMs }) => (typeof placedAtMs === 'number' ? <When atMs={placedAtMs} /> : '–'),
        },
      ]}
    />
  );
}

export function Tickets({ tickets }: { tickets: Profile['tickets'] }) {
  const say = useSay();
  if (tickets.length === 0) return <Nothing what={words.noTickets} />;
  return (
    <Flex vertical gap={space.small}>
      {tickets.map(({ ticketId, open, subject, category, complaint, openedAtMs }) => (
        <Flex key={ticketId} justify="space-between" gap={space.small}>
          <span className="hf-break">
            {shown(subject ?? category ?? ticketId)}{' '}
            {open === null ? <Hidden /> : <Mark tone={open ? 'wait' : undefined}>{say(open ? words.open : words.closed)}</Mark>}
            {complaint && <Mark tone="bad">{say(words.complaint)}</Mark>}
          </span>
          {typeof openedAtMs === 'number' && (
            <Text type="secondary" style={{ whiteSpace: 'nowrap' }}>
              <When atMs={openedAtMs} />
            </Text>
          )}
        </Flex>
      ))}
    </Flex>
  );
}

export function Cart({ lines }: { lines: Profile['cart'] }) {
  if (lines.length === 0) return <Nothing what={words.noCart} />;
  return (
    <ul>
      {lines.map(({ product, quantity, name }) => (
        <li key={product}>{`${quantity ?? '–'} × ${name ?? product}`}</li>
      ))}
    </ul>
  );
}
