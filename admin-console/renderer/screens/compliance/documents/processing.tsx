// What is done with customers' data, purpose by purpose: the same table in the register and in an assessment.

import { Mark } from '../../../parts/mark.tsx';
import { Rows } from '../../../parts/table.tsx';
import { Text } from '../../../parts/text.tsx';
import { channelWords } from '../../../words/channels.ts';
import { useSay, type Words } from '../../../words/words.ts';

const words = {
  purpose: { en: 'Purpose', zh: '用途' },
  basis: { en: 'Legal basis', zh: '合法性基础' },
  silent: { en: 'If silent', zh: '未表态时' },
  allowed: { en: 'allowed', zh: '允许' },
  denied: { en: 'denied', zh: '禁止' },
  channels: { en: 'Channels', zh: '渠道' },
  recipients: { en: 'Recipients', zh: '接收方' },
  retention: { en: 'Kept', zh: '保存' },
  untilErased: { en: 'until erased', zh: '直至删除' },
  none: { en: 'No purpose', zh: '没有用途' },
} as const;

export type Processing = {
  purpose: string;
  name: Words;
  basis: Words;
  article: string;
  byDefault: 'allowed' | 'denied';
  channels: string[];
  recipients: string[];
  retention: string[];
};

export function ProcessingTable({ of }: { of: readonly Processing[] }) {
  const say = useSay();
  return (
    <Rows<Processing>
      rowKey="purpose"
      dataSource={[...of]}
      none={words.none}
      columns={[
        { title: say(words.purpose), render: (_, { name }) => say(name) },
        {
          title: say(words.basis),
          render: (_, { basis, article }) => (
            <>
              <div>{say(basis)}</div>
              <Text type="secondary">{article}</Text>
            </>
          ),
        },
        {
          title: say(words.silent),
          render: (_, { byDefault }) => <Mark tone={byDefault === 'allowed' ? 'good' : undefined}>{say(words[byDefault])}</Mark>,
        },
        {
          title: say(words.channels),
          render: (_, { channels }) => channels.map((one) => say(channelWords(one))).join(say({ en: ', ', zh: '、' })),
        },
        { title: say(words.recipients), render: (_, { recipients }) => recipients.join(', ') },
        { title: say(words.retention), render: (_, { retention }) => retention.join(', ') || say(words.untilErased) },
      ]}
    />
  );
}
