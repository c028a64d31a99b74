// Finding a customer by anything that identifies one, and looking through those of whom something was heard last. What is searched for stands in no
// address; what the list is narrowed to does, as it says nothing of anybody.

import { SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useState } from 'react';
import { space } from '../../design/design.ts';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { useSay } from '../../words/words.ts';
import { People } from './people.tsx';
import { useFound } from './profile.ts';
import { Recent } from './recent.tsx';

const words = {
  title: { en: 'Customers', zh: '客户' },
  about: { en: 'Each search is in the audit log, with who searched.', zh: '每次查询及查询者均记入审计日志。' },
  placeholder: { en: 'Phone, e-mail, customer id, card, or name', zh: '手机号、邮箱、客户编号、会员卡或姓名' },
  find: { en: 'Find', zh: '查找' },
  none: { en: 'Nobody has this', zh: '未找到' },
  noneNext: { en: 'Try the whole number, with or without the country code.', zh: '请输入完整号码，国家代码可有可无。' },
  begin: { en: 'Search for a customer', zh: '查找客户' },
  byLink: { en: 'Open a customer by a link from a colleague or from a segment', zh: '请从同事的链接或人群中打开客户' },
} as const;

export default function Customers() {
  const say = useSay();
  const may = useMay();
  const [identifier, setIdentifier] = useState('');
  const otherwise = may('profile.list') ? (
    <Recent />
  ) : (
    <Nothing what={may('profile.find') ? words.begin : words.byLink} {...(may('profile.find') && { next: words.placeholder })} />
  );
  return (
    <Page title={words.title} about={words.about}>
      {may('profile.find') && (
        <Input.Search
          size="large"
          allowClear
          autoFocus
          prefix={<SearchOutlined />}
          aria-label={say(words.placeholder)}
          placeholder={say(words.placeholder)}
          enterButton={say(words.find)}
          onSearch={(text) => setIdentifier(text.trim())}
          onClear={() => setIdentifier('')}
          style={{ maxWidth: 640, marginBottom: space.large }}
        />
      )}
      {identifier === '' ? otherwise : <Found identifier={identifier} />}
    </Page>
  );
}

function Found({ identifier }: { identifier: string }) {
  const found = useFound(identifier);
  return <Answer of={found}>{({ profiles }) => <People of={profiles} none={words.none} next={words.noneNext} />}</Answer>;
}
