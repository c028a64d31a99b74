// One customer on one page: who, how it is known, what they did, and what may be done.

import { Card, Col, Descriptions, Flex, Row, Statistic, Tabs, Tag, Tooltip, Typography } from 'antd';
import type { ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { space } from '../../design/design.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import { fieldWords, ruleWords } from './field-words.ts';
import { Cart, Consents, Happened, Orders, Tickets } from './lists.tsx';
import { type Golden, isMasked, nameOf, type Profile, shown, useProfile } from './profile.ts';
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
  revenue: { en: 'Spent', zh: '累计消费' },
  events: { en: 'Events', zh: '事件' },
  complaints: { en: 'Complaints', zh: '投诉' },
  household: { en: 'Household', zh: '同住家庭' },
  from: { en: 'from {source}, {rule}', zh: '来自 {source}，{rule}' },
  other: { en: '{value} from {source}', zh: '{value}，来自 {source}' },
} as const;

export default function Customer() {
  const { id = '' } = useParams<{ id: string }>();
  const asked = useProfile(id);
  return (
    <Answer of={asked} rows={8}>
      {(profile) => <Shown profile={profile} />}
    </Answer>
  );
}

function Shown({ profile }: { profile: Profile }) {
  const say = useSay();
  return (
    <Page title={nameOf(profile)}>
      <Typography.Paragraph type="secondary">
        {profile.id} · {say(words.about, { records: profile.records.length })}
      </Typography.Paragraph>
      <Row gutter={[space.medium, space.medium]}>
        <Col xs={24} xl={9}>
          <Flex vertical gap={space.medium}>
            <Who profile={profile} />
          </Flex>
        </Col>
        <Col xs={24} xl={15}>
          <Flex vertical gap={space.medium}>
            <Figures profile={profile} />
            <Did profile={profile} />
          </Flex>
        </Col>
      </Row>
    </Page>
  );
}

function Who({ profile }: { profile: Profile }) {
  const say = useSay();
  const { households } = profile;
  return (
    <>
      <Card title={say(words.golden)} size="small">
        <Descriptions
          column={1}
          size="small"
          items={Object.entries(profile.traits).map(([name, golden]) => ({
            key: name,
            label: say(fieldWords(name)),
            children: <Value name={name} golden={golden} profile={profile} />,
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
    </>
  );
}

function Figures({ profile: { totals, events, scores = [], segments = [] } }: { profile: Profile }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  return (
    <Card size="small">
      <Row gutter={space.medium}>
        <Figure name={words.orders} value={formats.number(totals.orders)} />
        <Figure name={words.revenue} value={formats.number(totals.revenue)} />
        <Figure name={words.complaints} value={formats.number(totals.complaints)} />
        <Figure name={words.events} value={formats.number(events.count)} />
      </Row>
      {segments.length > 0 && (
        <Flex gap={space.hair} wrap style={{ marginTop: space.medium }} aria-label={say(words.segments)}>
          {segments.map(({ segment }) => (
            <Mark key={segment} tone="note">
              {segment}
            </Mark>
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
  );
}

function Did({ profile }: { profile: Profile }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const tabs: { name: Words; body: ReactNode; count?: number }[] = [
    { name: words.timeline, body: <Happened profile={profile} /> },
    { name: words.orders, body: <Orders profile={profile} />, count: profile.orders.length },
    { name: words.cart, body: <Cart lines={profile.cart} />, count: profile.cart.length },
    { name: words.tickets, body: <Tickets profile={profile} />, count: profile.tickets.length },
    { name: words.consents, body: <Consents profile={profile} />, count: profile.consents.length },
    ...(may('audit.who') ? [{ name: words.readers, body: <Readers person={profile.id} /> }] : []),
  ];
  return (
    <Card size="small">
      <Tabs
        items={tabs.map(({ name, body, count }) => ({
          key: name.en,
          label: count === undefined ? say(name) : `${say(name)} ${formats.number(count)}`,
          children: body,
        }))}
      />
    </Card>
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

function Value({ name, golden, profile }: { name: string; golden: Golden; profile: Profile }) {
  const say = useSay();
  const may = useMay();
  const { source, decidedBy, others = [], value } = golden;
  const why = (
    <>
      <div>{say(words.from, { source, rule: say(ruleWords(decidedBy)) })}</div>
      {others.map((other) => (
        <div key={`${other.recordId} ${other.observedAtMs} ${shown(other.value)}`}>
          {say(words.other, { value: shown(other.value), source: other.source })}
        </div>
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
      {isMasked(value) && may('profile.unmask') && <Unmask id={profile.id} field={name} />}
    </Flex>
  );
}
