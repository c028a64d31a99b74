// All segments: how large each is and how that changed, whether it lives, who made it; and from here everything that can be done with them.

import { PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Input, Progress, Typography } from 'antd';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { space } from '../../design/design.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { useNameOf } from '../compliance/who.tsx';
import { type Segment, useHistory, useSegmentName, useSegments } from './segment-api.ts';
import { Spark } from './spark.tsx';

const words = {
  title: { en: 'Segments', zh: '人群' },
  about: {
    en: 'Rules that say who belongs, and follow what customers do within a second.',
    zh: '由规则界定的客户群体，随客户行为在一秒内更新。',
  },
  make: { en: 'New segment', zh: '新建人群' },
  find: { en: 'Filter by name or rule', zh: '按名称或规则筛选' },
  none: { en: 'There is no segment yet', zh: '还没有人群' },
  noneNext: {
    en: 'Say who belongs: how much they spent, what they did, what they agreed to. The count shows while you build.',
    zh: '用消费、行为或同意状态界定成员，构建时即可看到人数。',
  },
  noMatch: { en: 'No segment matches', zh: '没有匹配的人群' },
  name: { en: 'Segment', zh: '人群' },
  members: { en: 'Members', zh: '成员' },
  change: { en: '14 days', zh: '近 14 天' },
  changeHelp: {
    en: 'Members at the end of each day, and entered less left. Whoever was in it when the segment was made entered nothing.',
    zh: '每日结束时的成员数，以及进入减去离开的净变化。建立时已在其中的成员不计为进入。',
  },
  purpose: { en: 'Purpose', zh: '用途' },
  state: { en: 'State', zh: '状态' },
  live: { en: 'live', zh: '实时' },
  preparing: { en: 'preparing', zh: '准备中' },
  by: { en: 'Last changed', zh: '最近更改' },
  flat: { en: 'no change', zh: '无变化' },
} as const;

export default function Segments() {
  const say = useSay();
  const may = useMay();
  const asked = useSegments();
  const [, go] = useLocation();
  const make = may('segment.add') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => go('/segments/new')}>
      {say(words.make)}
    </Button>
  );
  return (
    <Page title={words.title} about={words.about} actions={make}>
      <Answer of={asked}>
        {({ segments }) =>
          segments.length === 0 ? (
            <Nothing what={words.none} next={words.noneNext}>
              {make}
            </Nothing>
          ) : (
            <List segments={segments} />
          )
        }
      </Answer>
    </Page>
  );
}

function List({ segments }: { segments: readonly Segment[] }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const nameOf = useSegmentName();
  const purposeOf = usePurposeName();
  const actorOf = useNameOf();
  const history = useHistory(14);
  const [wanted, setWanted] = useState('');
  const key = wanted.trim().toLowerCase();
  const shown = segments.filter(
    (one) => key === '' || [one.name, nameOf(one), one.text[language]].some((text) => text.toLowerCase().includes(key)),
  );
  const daysOf = (id: number) => history.data?.history.find(({ segment }) => segment === id)?.days ?? [];
  return (
    <Flex vertical gap={space.medium}>
      {segments.length > 5 && (
        <Input
          allowClear
          aria-label={say(words.find)}
          placeholder={say(words.find)}
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
          style={{ maxWidth: 320 }}
        />
      )}
      <Rows<Segment>
        none={words.noMatch}
        rowKey="id"
        dataSource={shown}
        scroll={{ x: 760 }}
        columns={[
          {
            title: say(words.name),
            sorter: (a, b) => nameOf(a).localeCompare(nameOf(b)),
            render: (_, segment) => (
              <div className="hf-break" style={{ maxWidth: 380 }}>
                <Link href={to('/segments/:id', { id: segment.id })}>{nameOf(segment)}</Link>
                <Typography.Text
                  type="secondary"
                  ellipsis={{ tooltip: segment.text[language] }}
                  style={{ display: 'block', maxWidth: 360 }}
                >
                  {segment.text[language]}
                </Typography.Text>
              </div>
            ),
          },
          {
            title: say(words.members),
            align: 'right',
            sorter: (a, b) => a.members - b.members,
            render: (_, { members, of }) => (
              <>
                {formats.number(members)}
                <br />
                <Text type="secondary">{formats.percent(of === 0 ? 0 : members / of)}</Text>
              </>
            ),
          },
          {
            title: (
              <span style={{ whiteSpace: 'nowrap' }}>
                {say(words.change)} <Help about={words.changeHelp} />
              </span>
            ),
            render: (_, { id }) => <Change days={daysOf(id)} />,
          },
          { title: say(words.purpose), render: (_, { purpose }) => purposeOf(purpose) },
          { title: say(words.state), render: (_, segment) => <State segment={segment} /> },
          {
            title: say(words.by),
            sorter: (a, b) => a.changedAtMs - b.changedAtMs,
            render: (_, { changedBy, changedAtMs }) => (
              <>
                <When atMs={changedAtMs} />
                <br />
                <Text type="secondary">{actorOf(changedBy)}</Text>
              </>
            ),
          },
        ]}
      />
    </Flex>
  );
}

type Days = readonly { members: number; entered: number; left: number }[];

function Change({ days }: { days: Days }) {
  const say = useSay();
  const formats = useFormats();
  const net = days.reduce((sum, { entered, left }) => sum + entered - left, 0);
  return (
    <Flex gap={space.small} align="center" style={{ whiteSpace: 'nowrap' }}>
      <Spark values={days.map(({ members }) => members)} />
      <span>{net === 0 ? say(words.flat) : `${net > 0 ? '▲ +' : '▼ −'}${formats.number(Math.abs(net))}`}</span>
    </Flex>
  );
}

/** Live, or how far everybody has been asked. */
export function State({ segment: { state, done = 0, total = 0 } }: { segment: Pick<Segment, 'state' | 'done' | 'total'> }) {
  const say = useSay();
  if (state === 'live') return <Mark tone="good">{say(words.live)}</Mark>;
  return (
    <Flex gap={space.small} align="center">
      <Mark tone="wait">{say(words.preparing)}</Mark>
      {total > 0 && (
        <Progress
          percent={Math.round((done / total) * 100)}
          size="small"
          style={{ width: 96, margin: 0 }}
          aria-label={say(words.preparing)}
        />
      )}
    </Flex>
  );
}
