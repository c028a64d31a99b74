// One customer on one page: who, how it is known, what they did, what may be done. It changes by itself when the node learns something, and what is
// chosen on it stands in its address.

import { MoreOutlined } from '@ant-design/icons';
import { Button, Card, Col, Dropdown, Flex, Row, Statistic, Tabs, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { isFault } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Figured } from '../../parts/hidden.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useSegmentShown } from '../../parts/segment-names.ts';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { plural, useFormats, useSay, type Words } from '../../words/words.ts';
import { Consents } from './consents.tsx';
import { Decided } from './decided.tsx';
import { GoldenCard } from './golden.tsx';
import { Gone } from './gone.tsx';
import { IdentityPart } from './identity-part.tsx';
import { Cart, Orders, Tickets } from './lists.tsx';
import { MergeWith } from './merge-with.tsx';
import { nameOf, type Profile, useLive, useProfile } from './profile.ts';
import { Readers } from './readers.tsx';
import { Rights } from './rights.tsx';
import { Happened } from './timeline.tsx';

const words = {
  record: { en: '1 record is this person', zh: '由 1 条记录构成' },
  records: { en: '{records} records are this person', zh: '由 {records} 条记录合并' },
  since: { en: 'known since {day}', zh: '{day} 起' },
  customer: { en: 'Customer', zh: '客户' },
  timeline: { en: 'Timeline', zh: '时间线' },
  orders: { en: 'Orders', zh: '订单' },
  cart: { en: 'Cart', zh: '购物车' },
  tickets: { en: 'Tickets', zh: '工单' },
  identity: { en: 'Identity', zh: '身份' },
  consents: { en: 'Consents', zh: '同意' },
  decided: { en: 'Scores', zh: '评分与人群' },
  rights: { en: 'Rights', zh: '个人权利' },
  readers: { en: 'Who looked', zh: '查看记录' },
  revenue: { en: 'Spent', zh: '累计消费' },
  events: { en: 'Events', zh: '事件' },
  complaints: { en: 'Complaints', zh: '投诉' },
  last: { en: 'Last seen', zh: '最近活动' },
  household: { en: 'Household', zh: '同住家庭' },
  more: { en: 'More', zh: '更多操作' },
  merge: { en: 'Merge with another customer', zh: '与另一客户合并' },
} as const;

export default function Customer() {
  const { id = '' } = useParams<{ id: string }>();
  const asked = useProfile(id);
  if (asked.data !== undefined) return <Shown profile={asked.data} />;
  if (isFault(asked.error, 'not_found')) return <Gone id={id} />;
  return (
    <Page title={words.customer}>
      <Answer of={asked} rows={8}>
        {() => null}
      </Answer>
    </Page>
  );
}

function Shown({ profile }: { profile: Profile }) {
  const say = useSay();
  const formats = useFormats();
  const segmentShown = useSegmentShown();
  useLive(profile.id);
  const { records, segments = [] } = profile;
  const since = Math.min(...records.map(({ createdAtMs }) => createdAtMs));
  return (
    <Page title={nameOf(profile)} actions={<Actions profile={profile} />}>
      <Flex gap={space.small} align="center" wrap style={{ marginBottom: space.medium }}>
        <Text type="secondary">
          {profile.id} · {say(plural(records.length, words.record, words.records), { records: records.length })} ·{' '}
          {say(words.since, { day: formats.day(since) })}
        </Text>
        {segments.map(({ segment }) => (
          <Mark key={segment} tone="note">
            {segmentShown(segment)}
          </Mark>
        ))}
      </Flex>
      <Row gutter={[space.medium, space.medium]}>
        <Col xs={24} xl={9}>
          <Flex vertical gap={space.medium}>
            <GoldenCard profile={profile} />
            <Household profile={profile} />
          </Flex>
        </Col>
        <Col xs={24} xl={15}>
          <Flex vertical gap={space.medium}>
            <Figures profile={profile} />
            <Parts profile={profile} />
          </Flex>
        </Col>
      </Row>
    </Page>
  );
}

function Actions({ profile }: { profile: Profile }) {
  const say = useSay();
  const may = useMay();
  const [merging, setMerging] = useState(false);
  if (!may('identity.merge') || !may('identity.preview')) return null;
  return (
    <>
      <Dropdown
        autoFocus
        trigger={['click']}
        menu={{ items: [{ key: 'merge', label: say(words.merge) }], onClick: () => setMerging(true) }}
      >
        <Button icon={<MoreOutlined />}>{say(words.more)}</Button>
      </Dropdown>
      <MergeWith id={profile.id} open={merging} close={() => setMerging(false)} />
    </>
  );
}

function Household({ profile: { households } }: { profile: Profile }) {
  const say = useSay();
  if (households.length === 0) return null;
  return (
    <Card title={say(words.household)} size="small">
      <Flex gap={space.small} wrap>
        {households.map(({ personId }) => (
          <Link key={personId} href={to('/customers/:id', { id: personId })}>
            {personId}
          </Link>
        ))}
      </Flex>
    </Card>
  );
}

function Figures({ profile: { totals, events } }: { profile: Profile }) {
  return (
    <Card size="small">
      <Row gutter={[space.medium, space.small]}>
        <Figure name={words.orders} value={<Figured value={totals.orders} />} />
        <Figure name={words.revenue} value={<Figured value={totals.revenue} />} />
        <Figure name={words.complaints} value={<Figured value={totals.complaints} />} />
        <Figure name={words.events} value={<Figured value={events.count} />} />
        <Figure name={words.last} value={events.lastAtMs === null ? '–' : <When atMs={events.lastAtMs} />} />
      </Row>
    </Card>
  );
}

type Part = { key: string; name: Words; body: ReactNode; count?: number };

function partsOf(profile: Profile, may: (action: string) => boolean): Part[] {
  const { id, orders, cart, tickets, records } = profile;
  const shownTo = (action: string, part: Part) => (may(action) ? [part] : []);
  return [
    ...shownTo('timeline.read', { key: 'timeline', name: words.timeline, body: <Happened profile={profile} /> }),
    {
      key: 'orders',
      name: words.orders,
      body: (
        <Flex vertical gap={space.medium}>
          <Orders orders={orders} />
          <Under name={words.cart} />
          <Cart lines={cart} />
          <Under name={words.tickets} />
          <Tickets tickets={tickets} />
        </Flex>
      ),
      count: orders.length,
    },
    ...shownTo('identity.read', {
      key: 'identity',
      name: words.identity,
      body: <IdentityPart profile={profile} />,
      count: records.length,
    }),
    ...shownTo('consent.read', { key: 'consents', name: words.consents, body: <Consents id={id} /> }),
    { key: 'scores', name: words.decided, body: <Decided profile={profile} /> },
    ...(['request.open', 'request.list', 'subject.export', 'subject.erase'].some(may)
      ? [{ key: 'rights', name: words.rights, body: <Rights profile={profile} /> }]
      : []),
    ...shownTo('audit.who', { key: 'readers', name: words.readers, body: <Readers person={id} /> }),
  ];
}

function Parts({ profile }: { profile: Profile }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const { part } = useParams<{ part?: string }>();
  const [, go] = useLocation();
  const parts = partsOf(profile, may);
  const active = parts.some(({ key }) => key === part) ? part! : parts[0]!.key;
  return (
    <Card size="small">
      <Tabs
        tabBarGutter={space.large}
        activeKey={active}
        onChange={(key) => go(to('/customers/:id/:part', { id: profile.id, part: key }), { replace: true })}
        items={parts.map(({ key, name, body, count }) => ({
          key,
          label: count === undefined || count === 0 ? say(name) : `${say(name)} ${formats.number(count)}`,
          children: body,
        }))}
      />
    </Card>
  );
}

const Under = ({ name }: { name: Words }) => {
  const say = useSay();
  return (
    <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
      {say(name)}
    </Typography.Title>
  );
};

const Figure = ({ name, value }: { name: Words; value: ReactNode }) => {
  const say = useSay();
  return (
    <Col flex="1 1 110px">
      <Statistic title={say(name)} valueRender={() => <span style={{ fontSize: 17, whiteSpace: 'nowrap' }}>{value}</span>} />
    </Col>
  );
};
