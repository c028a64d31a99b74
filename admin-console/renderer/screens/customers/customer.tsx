// One customer on one page: who, how it is known, what they did, and what may be done.

import { Card, Col, Descriptions, Flex, Row, Statistic, Table, Tabs, Tag, Timeline, Tooltip, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { space } from '../../design/design.ts';
import { Page } from '../../parts/page.tsx';
import { PurposePicker, usePurpose } from '../../parts/purpose.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import { fieldWords, ruleWords } from './field-words.ts';
import { type Golden, nameOf, type Profile, shown, useProfile } from './profile.ts';
import { Readers } from './readers.tsx';
import { Unmask } from './unmask.tsx';

const words = {
  about: { en: '{records} records are this person', zh: '由 {records} 条记录合并' },
  golden: { en: 'Golden record', zh: '黄金记录' },
  identifiers: { en: 'Identifiers', zh: '标识' },
  timeline: { en: 'Timeline', zh: '时间线' },
  orders: { en: 'Orders', zh: '订单' },
  cart: { en: 'Cart', zh: '购物车' },
  tickets: { en: 'Tickets', zh: '工单' },
  consents: { en: 'Consents', zh: '同意' },
  scores: { en: 'Scores', zh: '评分' },
  segments: { en: 'Segments', zh: '客群' },
  readers: { en: 'Who looked', zh: '查看记录' },
  none: { en: 'None', zh: '无' },
  revenue: { en: 'Spent', zh: '累计消费' },
  events: { en: 'Events', zh: '事件' },
  complaints: { en: 'Complaints', zh: '投诉' },
  household: { en: 'Household', zh: '同住家庭' },
  from: { en: 'from {source}, {rule}', zh: '来自 {source}，{rule}' },
  other: { en: '{value} from {source}', zh: '{value}，来自 {source}' },
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

export default function Customer() {
  const { id = '' } = useParams<{ id: string }>();
  const purpose = usePurpose('profile.read');
  const asked = useProfile(id, purpose);
  return (
    <Answer of={asked} rows={8}>
      {(profile) => <Shown profile={profile} purpose={purpose} />}
    </Answer>
  );
}

function Shown({ profile, purpose }: { profile: Profile; purpose: ReturnType<typeof usePurpose> }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  const formats = useFormats();
  const { totals, events, scores = [], segments = [], households } = profile;
  const tabs: { key: keyof typeof words; body: ReactNode; count?: number }[] = [
    { key: 'timeline', body: <Happened profile={profile} /> },
    { key: 'orders', body: <Orders profile={profile} />, count: profile.orders.length },
    { key: 'cart', body: <Lines of={profile.cart.map((line) => `${line.quantity} × ${line.name ?? line.product}`)} />, count: profile.cart.length },
    { key: 'tickets', body: <Tickets profile={profile} />, count: profile.tickets.length },
    { key: 'consents', body: <Consents profile={profile} />, count: profile.consents.length },
    ...(may('audit.who') ? [{ key: 'readers' as const, body: <Readers person={profile.id} /> }] : []),
  ];
  return (
    <Page title={nameOf(profile)} actions={<PurposePicker of={purpose} />}>
      <Typography.Paragraph type="secondary">
        {profile.id} · {say(words.about, { records: profile.records.length })}
      </Typography.Paragraph>
      <Row gutter={[space.medium, space.medium]}>
        <Col xs={24} xl={9}>
          <Flex vertical gap={space.medium}>
            <Card title={say(words.golden)} size="small">
              <Descriptions
                column={1}
                size="small"
                items={Object.entries(profile.traits).map(([name, golden]) => ({
                  key: name,
                  label: say(fieldWords(name)),
                  children: <Value name={name} golden={golden} profile={profile} purpose={purpose} />,
                }))}
              />
            </Card>
            <Card title={say(words.identifiers)} size="small">
              <Descriptions
                column={1}
                size="small"
                items={profile.identifiers.map(({ kind, value, source }, at) => ({
                  key: `${kind} ${at}`,
                  label: say(fieldWords(kind)),
                  children: (
                    <span className="hf-break">
                      {value} {source && <Tag>{source}</Tag>}
                    </span>
                  ),
                }))}
              />
            </Card>
            {households.length > 0 && (
              <Card title={say(words.household)} size="small">
                {households.map(({ personId }) => (
                  <Link key={personId} href={`/customers/${personId}`}>
                    {personId}{' '}
                  </Link>
                ))}
              </Card>
            )}
          </Flex>
        </Col>
        <Col xs={24} xl={15}>
          <Card size="small" style={{ marginBottom: space.medium }}>
            <Row gutter={space.medium}>
              <Figure name={words.orders} value={formats.number(totals.orders)} />
              <Figure name={words.revenue} value={formats.number(totals.revenue)} />
              <Figure name={words.complaints} value={formats.number(totals.complaints)} />
              <Figure name={words.events} value={formats.number(events.count)} />
            </Row>
            {segments.length > 0 && (
              <Flex gap={space.hair} wrap style={{ marginTop: space.medium }} aria-label={say(words.segments)}>
                {segments.map(({ segment }) => (
                  <Tag key={segment} color="blue">
                    {segment}
                  </Tag>
                ))}
              </Flex>
            )}
            {scores.map(({ score, value, version, reasons }) => (
              <div key={score} style={{ marginTop: space.medium }}>
                <Typography.Text strong>{score}</Typography.Text> {formats.percent(value)}{' '}
                <Typography.Text type="secondary">{version}</Typography.Text>
                <div>
                  {reasons.map((reason) => (
                    <Tag key={reason.en}>{reason[language]}</Tag>
                  ))}
                </div>
              </div>
            ))}
          </Card>
          <Card size="small">
            <Tabs
              items={tabs.map(({ key, body, count }) => ({
                key,
                label: count === undefined ? say(words[key] as Words) : `${say(words[key] as Words)} ${formats.number(count)}`,
                children: body,
              }))}
            />
          </Card>
        </Col>
      </Row>
    </Page>
  );
}

const Figure = ({ name, value }: { name: Words; value: string }) => {
  const say = useSay();
  return (
    <Col xs={12} md={6}>
      <Statistic title={say(name)} value={value} />
    </Col>
  );
};

function Value({ name, golden, profile, purpose }: { name: string; golden: Golden; profile: Profile; purpose: ReturnType<typeof usePurpose> }) {
  const say = useSay();
  const may = useMay();
  const { source, decidedBy, others = [], value } = golden;
  const why = (
    <>
      <div>{say(words.from, { source, rule: say(ruleWords(decidedBy)) })}</div>
      {others.map((other, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no id and never move
        <div key={at}>{say(words.other, { value: shown(other.value), source: other.source })}</div>
      ))}
    </>
  );
  return (
    <Flex gap={space.hair} align="start">
      <Tooltip title={why}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: where a value comes from is reached by keyboard too */}
        <span className="hf-break" tabIndex={0}>
          {shown(value)}
        </span>
      </Tooltip>
      {may('profile.unmask') && <Unmask id={profile.id} field={name} purpose={purpose} />}
    </Flex>
  );
}

function Happened({ profile }: { profile: Profile }) {
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

function Orders({ profile: { orders } }: { profile: Profile }) {
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
        { title: say(words.order), render: (_, { orderId, cancelledAtMs }) => <>{orderId} {cancelledAtMs !== null && <Tag color="red">{say(words.cancelled)}</Tag>}</> },
        { title: say(words.items), render: (_, { lines }) => lines.map(({ name, product, quantity }) => `${quantity} × ${name ?? product}`).join(', ') },
        { title: say(words.total), align: 'right', render: (_, { total, currency = '' }) => `${formats.number(total)} ${currency}` },
        { title: say(words.placed), render: (_, { placedAtMs }) => (placedAtMs === null ? '–' : formats.day(placedAtMs)) },
      ]}
    />
  );
}

function Tickets({ profile: { tickets } }: { profile: Profile }) {
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

function Consents({ profile: { consents } }: { profile: Profile }) {
  const say = useSay();
  if (consents.length === 0) return <Nothing what={words.none} />;
  return (
    <Flex vertical gap={space.small}>
      {consents.map(({ purpose, channel, status, atMs }) => (
        <Flex key={`${purpose} ${channel} ${atMs}`} justify="space-between">
          <span>
            {purpose} <Tag>{channel}</Tag>
            <Tag color={status === 'given' ? 'green' : 'default'}>{status === 'given' ? say(words.given) : status === 'withdrawn' ? say(words.withdrawn) : status}</Tag>
          </span>
          <When atMs={atMs} />
        </Flex>
      ))}
    </Flex>
  );
}

function Lines({ of }: { of: readonly string[] }) {
  if (of.length === 0) return <Nothing what={words.none} />;
  return (
    <ul>
      {of.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
