// The customer's own page, by a link that is theirs alone, and consents that they were asked for by a message which they must confirm.

import { Alert, Card, Flex, Form, InputNumber, Select, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { useQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { usePurposeChannels, usePurposeName } from '../../parts/purpose-names.ts';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { When } from '../../parts/time.tsx';
import { channelWords } from '../../words/channels.ts';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import { Who } from '../compliance/who.tsx';
import type { Ledger } from './consents-asked.ts';
import { customerKey } from './profile.ts';

const words = {
  page: { en: 'Their own page', zh: '客户自助页面' },
  pageAbout: {
    en: 'There the customer sees and changes what they agreed to. Whoever has the link can do so: hand it to them alone.',
    zh: '客户可在该页面查看并更改同意选项。持有链接者即可操作，请仅交给客户本人。',
  },
  make: { en: 'Make a link', zh: '生成链接' },
  days: { en: 'Days that it holds', zh: '有效天数' },
  once: { en: 'Shown once. It holds until {day}.', zh: '仅显示一次，{day} 前有效。' },
  revoke: { en: 'End all links', zh: '作废全部链接' },
  revokeAbout: { en: 'Links that were handed out stop working at once.', zh: '已交付的链接立即失效。' },
  requests: { en: 'Asked for', zh: '已征求的同意' },
  ask: { en: 'Ask for a consent', zh: '征求同意' },
  askAbout: {
    en: 'A message goes out with a link. Only when the customer presses the button there is it a consent.',
    zh: '将发送一条带链接的消息，客户在页面确认后同意才生效。',
  },
  none: { en: 'Nothing was asked for', zh: '尚未征求' },
  purpose: { en: 'Purpose', zh: '用途' },
  channel: { en: 'Channel', zh: '渠道' },
  language: { en: 'Language', zh: '语言' },
  state: { en: 'State', zh: '状态' },
  by: { en: 'By', zh: '发起人' },
  when: { en: 'When', zh: '时间' },
  needed: { en: 'Needed', zh: '必填' },
  chinese: { en: 'Chinese', zh: '中文' },
  english: { en: 'English', zh: '英文' },
} as const;

const states: { readonly [state: string]: { readonly tone: 'good' | 'wait' | undefined; readonly words: Words } } = {
  pending: { tone: 'wait', words: { en: 'waits for them', zh: '待客户确认' } },
  confirmed: { tone: 'good', words: { en: '✓ confirmed', zh: '✓ 已确认' } },
  expired: { tone: undefined, words: { en: 'lapsed', zh: '已过期' } },
  superseded: { tone: undefined, words: { en: 'they said no since', zh: '此后已拒绝' } },
};

export function OwnPage({ id }: { id: string }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const [made, setMade] = useState<{ url: string; expiresAtMs: number }>();
  return (
    <Card size="small" type="inner" title={say(words.page)}>
      <Typography.Paragraph type="secondary">{say(words.pageAbout)}</Typography.Paragraph>
      {made && (
        <Alert
          type="success"
          showIcon
          style={{ marginBottom: space.medium }}
          title={say(words.once, { day: formats.day(made.expiresAtMs) })}
          description={
            <Typography.Text copyable className="hf-break">
              {made.url}
            </Typography.Text>
          }
        />
      )}
      <Flex gap={space.small} wrap>
        <Act<{ days: number }, { url: string; expiresAtMs: number }>
          name={words.make}
          about={words.pageAbout}
          initial={{ days: 30 }}
          fields={
            <Form.Item name="days" label={say(words.days)} rules={[{ required: true, message: say(words.needed) }]}>
              <InputNumber min={1} max={365} precision={0} autoFocus />
            </Form.Item>
          }
          act={({ days }) => unwrap(api.POST('/api/consent/{id}/link', { params: { path: { id } }, body: { days } }))}
          onDone={setMade}
        />
        {may('consent.links.revoke') && (
          <Act<object>
            danger
            name={words.revoke}
            about={words.revokeAbout}
            act={() => unwrap(api.POST('/api/consent/{id}/links/revoke', { params: { path: { id } } }))}
            onDone={() => setMade(undefined)}
          />
        )}
      </Flex>
    </Card>
  );
}

export function ConsentRequests({ id, ledger }: { id: string; ledger: Ledger }) {
  const say = useSay();
  const may = useMay();
  const nameOf = usePurposeName();
  const asked = useQuery({
    queryKey: [...customerKey(id), 'consent requests'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/consent/{id}/requests', { params: { path: { id } }, signal })),
  });
  return (
    <Card size="small" type="inner" title={say(words.requests)} extra={may('consent.request') && <Ask id={id} ledger={ledger} />}>
      <Answer of={asked}>
        {({ requests = [] }) => (
          <Rows
            none={words.none}
            rowKey={({ id: request }) => String(request)}
            dataSource={requests}
            columns={[
              { title: say(words.purpose), render: (_, { purpose = '' }) => nameOf(purpose) },
              { title: say(words.channel), render: (_, { channel = '*' }) => say(channelWords(channel)) },
              {
                title: say(words.state),
                render: (_, { state = 'pending' }) => <Mark tone={states[state]?.tone}>{say(states[state]!.words)}</Mark>,
              },
              { title: say(words.by), render: (_, { by }) => by && <Who actor={by} /> },
              { title: say(words.when), render: (_, { madeAtMs }) => madeAtMs !== undefined && <When atMs={madeAtMs} /> },
            ]}
          />
        )}
      </Answer>
    </Card>
  );
}

type Wanted = { purpose: string; channel?: string; language: 'en' | 'zh' };

function Ask({ id, ledger }: { id: string; ledger: Ledger }) {
  const say = useSay();
  const language = useLanguage();
  const nameOf = usePurposeName();
  const purposes = [...new Set(ledger.effective.map(({ purpose }) => purpose))];
  return (
    <Act<Wanted>
      size="small"
      name={words.ask}
      about={words.askAbout}
      initial={{ language }}
      fields={
        <>
          <Form.Item name="purpose" label={say(words.purpose)} rules={[{ required: true, message: say(words.needed) }]}>
            <Select options={purposes.map((value) => ({ value, label: nameOf(value) }))} />
          </Form.Item>
          <AskedChannel />
          <Form.Item name="language" label={say(words.language)}>
            <Segmented
              options={[
                { value: 'zh', label: say(words.chinese) },
                { value: 'en', label: say(words.english) },
              ]}
            />
          </Form.Item>
        </>
      }
      refresh={[[...customerKey(id), 'consent requests']]}
      act={({ channel, ...body }) =>
        unwrap(
          api.POST('/api/consent/{id}/requests', { params: { path: { id } }, body: { ...body, ...(channel && { channel }) } }),
        )
      }
    />
  );
}

function AskedChannel() {
  const say = useSay();
  const purpose = Form.useWatch<string | undefined>('purpose');
  const channels = usePurposeChannels(purpose);
  if (channels.length === 0) return null;
  return (
    <Form.Item name="channel" label={say(words.channel)} rules={[{ required: true, message: say(words.needed) }]}>
      <Select options={channels.map((value) => ({ value, label: say(channelWords(value)) }))} />
    </Form.Item>
  );
}
