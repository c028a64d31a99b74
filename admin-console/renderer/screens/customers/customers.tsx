// Finding a customer by anything that identifies one. What is asked for stands in the address of the page only as long as it is asked: never in the
// browser's history.

import { SearchOutlined } from '@ant-design/icons';
import { Input, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'wouter';
import { space } from '../../design/design.ts';
import { Page } from '../../parts/page.tsx';
import { Answer, Nothing } from '../../parts/states.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { nameOf, type Profile, shown, useFound } from './profile.ts';

const words = {
  title: { en: 'Customers', zh: '客户' },
  about: { en: 'Each search is in the audit log, with who searched.', zh: '每次查询及查询者均记入审计日志。' },
  placeholder: { en: 'Phone, e-mail, customer id, card, or name', zh: '手机号、邮箱、客户编号、会员卡或姓名' },
  find: { en: 'Find', zh: '查找' },
  none: { en: 'Nobody has this', zh: '未找到' },
  noneNext: { en: 'Try the whole number, with or without the country code.', zh: '请输入完整号码，国家代码可有可无。' },
  begin: { en: 'Search for a customer', zh: '查找客户' },
  name: { en: 'Name', zh: '姓名' },
  phone: { en: 'Phone', zh: '电话' },
  records: { en: 'Records', zh: '记录' },
  orders: { en: 'Orders', zh: '订单' },
  last: { en: 'Last seen', zh: '最近活动' },
} as const;

export default function Customers() {
  const say = useSay();
  const [identifier, setIdentifier] = useState('');
  return (
    <Page title={words.title} about={words.about}>
      <Input.Search
        size="large"
        allowClear
        autoFocus
        prefix={<SearchOutlined />}
        aria-label={say(words.placeholder)}
        placeholder={say(words.placeholder)}
        enterButton={say(words.find)}
        onSearch={(text) => setIdentifier(text.trim())}
        style={{ maxWidth: 640, marginBottom: space.large }}
      />
      {identifier === '' ? <Nothing what={words.begin} next={words.placeholder} /> : <Found identifier={identifier} />}
    </Page>
  );
}

function Found({ identifier }: { identifier: string }) {
  const say = useSay();
  const formats = useFormats();
  const found = useFound(identifier);
  return (
    <Answer of={found}>
      {({ profiles }) =>
        profiles.length === 0 ? (
          <Nothing what={words.none} next={words.noneNext} />
        ) : (
          <Table<Profile>
            rowKey="id"
            size="middle"
            pagination={false}
            dataSource={profiles}
            columns={[
              {
                title: say(words.name),
                render: (_, profile) => (
                  <Link href={`/customers/${profile.id}`}>
                    {nameOf(profile)} <Typography.Text type="secondary">{profile.id}</Typography.Text>
                  </Link>
                ),
              },
              { title: say(words.phone), render: (_, { traits }) => shown(traits.phone?.value) },
              {
                title: say(words.records),
                render: (_, { records }) =>
                  [...new Set(records.map(({ source }) => source))].map((source) => <Tag key={source}>{source}</Tag>),
              },
              { title: say(words.orders), align: 'right', render: (_, { totals }) => formats.number(totals.orders) },
              { title: say(words.last), render: (_, { events }) => <When atMs={events.lastAtMs} /> },
            ]}
          />
        )
      }
    </Answer>
  );
}
