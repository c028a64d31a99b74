// Messages that wait for a channel to send them: requests to confirm a consent. Each holds a link that is as good as its customer, so looking at them
// takes a second proof of who one is, and the text is opened one at a time.

import { Alert, Button, Flex, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useInfiniteQuery } from '../../../parts/ask.ts';
import { Page } from '../../../parts/page.tsx';
import { Answer } from '../../../parts/states.tsx';
import { useProven } from '../../../parts/step-up.tsx';
import { Rows } from '../../../parts/table.tsx';
import { Text } from '../../../parts/text.tsx';
import { When } from '../../../parts/time.tsx';
import { channelWords } from '../../../words/channels.ts';
import { useFormats, useSay } from '../../../words/words.ts';
import { Person } from '../person.tsx';
import { ConsentTabs } from './tabs.tsx';

const words = {
  title: { en: 'Consent', zh: '同意' },
  about: { en: 'Messages that ask for a consent and wait for a channel to send them.', zh: '等待渠道发送的征求同意消息。' },
  warn: {
    en: 'Each message holds a link that is as good as the customer: hand it to them alone. Looking is logged for each of them.',
    zh: '每条消息均含等同客户本人的链接，只可交给本人。查看将逐一记入日志。',
  },
  show: { en: 'Show what waits', zh: '查看待发送消息' },
  customer: { en: 'Customer', zh: '客户' },
  channel: { en: 'Channel', zh: '渠道' },
  to: { en: 'To', zh: '收件方' },
  made: { en: 'Written', zh: '生成时间' },
  expires: { en: 'Link ends', zh: '链接失效' },
  none: { en: 'No message waits', zh: '没有待发送消息' },
  noneNext: {
    en: 'Asking a customer for a consent, on their page, puts one here until a channel sends it.',
    zh: '在客户页面征求同意后，消息会在此等待发送。',
  },
  more: { en: 'More', zh: '更多' },
} as const;

const pageMessages = 50;

export default function Outbox() {
  const say = useSay();
  const formats = useFormats();
  const proven = useProven();
  const [wanted, setWanted] = useState(false);
  const asked = useInfiniteQuery({
    queryKey: ['consent', 'outbox'],
    queryFn: ({ pageParam, signal }) =>
      proven(() =>
        unwrap(api.GET('/api/consent/outbox', { params: { query: { after: pageParam, limit: pageMessages } }, signal })),
      ),
    initialPageParam: 0,
    getNextPageParam: ({ messages }) => (messages.length === pageMessages ? messages.at(-1)?.id : undefined),
    enabled: wanted,
    gcTime: 0,
  });
  return (
    <Page title={words.title} about={words.about}>
      <ConsentTabs at="/consent/outbox">
        <Flex vertical gap={space.medium} align="start">
          <Alert type="warning" showIcon title={say(words.warn)} />
          {!wanted ? (
            <Button type="primary" onClick={() => setWanted(true)}>
              {say(words.show)}
            </Button>
          ) : (
            <Answer of={asked}>
              {({ pages }) => (
                <Rows
                  style={{ width: '100%' }}
                  rowKey="id"
                  dataSource={pages.flatMap(({ messages }) => messages)}
                  none={words.none}
                  next={words.noneNext}
                  expandable={{
                    expandedRowRender: ({ subject, text }) => (
                      <>
                        {subject && <Text strong>{subject}</Text>}
                        <Typography.Paragraph style={{ whiteSpace: 'pre-wrap', margin: 0 }} className="hf-break">
                          {text}
                        </Typography.Paragraph>
                      </>
                    ),
                  }}
                  columns={[
                    { title: say(words.customer), render: (_, { person }) => <Person id={person} /> },
                    { title: say(words.channel), render: (_, { channel }) => say(channelWords(channel)) },
                    { title: say(words.to), dataIndex: 'to' },
                    { title: say(words.made), render: (_, { madeAtMs }) => <When atMs={madeAtMs} /> },
                    { title: say(words.expires), render: (_, { expiresAtMs }) => formats.moment(expiresAtMs) },
                  ]}
                />
              )}
            </Answer>
          )}
          {asked.hasNextPage && (
            <Button loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
              {say(words.more)}
            </Button>
          )}
        </Flex>
      </ConsentTabs>
    </Page>
  );
}
