// Customers as rows, to be opened, or two of them to be looked at side by side.

import { MergeCellsOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { space } from '../../design/design.ts';
import { Figured } from '../../parts/hidden.tsx';
import { Mark } from '../../parts/mark.tsx';
import { to } from '../../parts/screen.tsx';
import { useSegmentShown } from '../../parts/segment-names.ts';
import { useMay } from '../../parts/session.ts';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay, type Words } from '../../words/words.ts';
import { type Found, nameOf, shown } from './profile.ts';

const words = {
  name: { en: 'Name', zh: '姓名' },
  phone: { en: 'Phone', zh: '电话' },
  city: { en: 'City', zh: '城市' },
  records: { en: 'Known by', zh: '来源' },
  segments: { en: 'Segments', zh: '人群' },
  orders: { en: 'Orders', zh: '订单' },
  last: { en: 'Last seen', zh: '最近活动' },
  compare: { en: 'Compare two', zh: '对比所选两位' },
  chosen: { en: '{count} of 2 chosen', zh: '已选 {count} / 2' },
  choose: { en: 'Choose {name}', zh: '选择{name}' },
} as const;

export function People({ of, none, next }: { of: readonly Found[]; none: Words; next?: Words }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const segmentShown = useSegmentShown();
  const [, go] = useLocation();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [left, right] = chosen;
  const choosing = may('identity.preview') && may('identity.merge') && of.length > 1;
  return (
    <Flex vertical gap={space.small}>
      {choosing && (
        <Flex gap={space.small} align="center">
          <Button
            icon={<MergeCellsOutlined />}
            disabled={left === undefined || right === undefined}
            onClick={() => go(to('/customers/merge/:left/:right', { left: left!, right: right! }))}
          >
            {say(words.compare)}
          </Button>
          <Text type="secondary">{say(words.chosen, { count: chosen.length })}</Text>
        </Flex>
      )}
      <Rows<Found>
        none={none}
        {...(next && { next })}
        rowKey="id"
        dataSource={[...of]}
        {...(choosing && {
          rowSelection: {
            hideSelectAll: true,
            selectedRowKeys: [...chosen],
            onChange: (keys) => setChosen(keys.map(String).slice(-2)),
            columnWidth: 40,
            getCheckboxProps: (profile: Found) => ({ 'aria-label': say(words.choose, { name: nameOf(profile) }) }),
          },
        })}
        columns={[
          {
            title: say(words.name),
            render: (_, profile) => (
              <Link href={to('/customers/:id', { id: profile.id })}>
                {nameOf(profile)} <Text type="secondary">{profile.id}</Text>
              </Link>
            ),
          },
          { title: say(words.phone), render: (_, { traits }) => shown(traits.phone?.value) },
          { title: say(words.city), render: (_, { traits }) => shown(traits.city?.value) },
          {
            title: say(words.records),
            render: (_, { records }) =>
              [...new Set(records.map(({ source }) => source))].map((source) => <Mark key={source}>{source}</Mark>),
          },
          {
            title: say(words.segments),
            render: (_, { segments = [] }) => (
              <>
                {segments.slice(0, 2).map(({ segment }) => (
                  <Mark key={segment} tone="note">
                    {segmentShown(segment)}
                  </Mark>
                ))}
                {segments.length > 2 && `+${formats.number(segments.length - 2)}`}
              </>
            ),
          },
          {
            title: say(words.orders),
            align: 'right',
            render: (_, { totals }) => <Figured value={totals.orders} none="0" />,
          },
          {
            title: say(words.last),
            render: (_, { events }) => (events.lastAtMs === null ? '–' : <When atMs={events.lastAtMs} />),
          },
        ]}
      />
    </Flex>
  );
}
