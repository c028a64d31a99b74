// The policies in force, each in the words that it says of itself, file by file, with the text behind them.

import { Card, Collapse, Flex, Input } from 'antd';
import { useState } from 'react';
import { codeFonts, space } from '../../../design/design.ts';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { Answer, Nothing } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { roleWords } from '../../../words/roles.ts';
import { plural, useFormats, useSay, type Words } from '../../../words/words.ts';
import { Facts } from '../facts.tsx';
import { PolicyTabs, policyWords, usePolicies } from './tabs.tsx';

const words = {
  version: { en: 'Version', zh: '版本' },
  own: { en: '0, as the node comes', zh: '0（节点自带）' },
  saved: { en: 'Since', zh: '生效时间' },
  hash: { en: 'Fingerprint', zh: '指纹' },
  fourEyes: { en: 'Acts for two', zh: '双人操作' },
  people: { en: 'by people; whoever holds the access token may act alone', zh: '适用于人员；持有访问令牌者可单独操作' },
  always: { en: 'always', zh: '始终适用' },
  find: { en: 'Find in the words', zh: '在说明中查找' },
  allows: { en: 'allows', zh: '允许' },
  forbids: { en: 'forbids', zh: '禁止' },
  needsStep: { en: 'unless one proves again who one is', zh: '除非再次验证身份' },
  needsApproval: { en: 'unless another approves', zh: '除非经他人批准' },
  text: { en: 'The text', zh: '策略原文' },
  one: { en: '{count} policy', zh: '{count} 条' },
  many: { en: '{count} policies', zh: '{count} 条' },
  none: { en: 'No policy says this', zh: '没有相符的策略' },
} as const;

const fileWords: { readonly [file: string]: Words } = {
  ...Object.fromEntries(Object.entries(roleWords).map(([role, name]) => [`${role}.cedar`, name])),
  'break-glass.cedar': { en: 'breaking the glass', zh: '紧急访问' },
  'everybody.cedar': { en: 'everybody', zh: '所有人' },
  'operator.cedar': { en: 'operator', zh: '操作员' },
};

export default function Policies() {
  const say = useSay();
  const formats = useFormats();
  const asked = usePolicies();
  const [sought, setSought] = useState('');
  return (
    <Page title={policyWords.title} about={policyWords.about}>
      <PolicyTabs at="/policies">
        <Answer of={asked}>
          {({ version, hash, savedAtMs, fourEyes, policies, files }) => {
            const find = sought.trim().toLowerCase();
            const found = policies.filter(
              ({ id, about }) => find === '' || `${id} ${about.en} ${about.zh}`.toLowerCase().includes(find),
            );
            const byFile = [...Map.groupBy(found, ({ file }) => file)];
            return (
              <Flex vertical gap={space.medium}>
                <Card size="small">
                  <Facts
                    columns={2}
                    of={[
                      [words.version, version === 0 ? say(words.own) : formats.number(version)],
                      [words.saved, savedAtMs === undefined ? undefined : formats.moment(savedAtMs)],
                      [words.fourEyes, say(words[fourEyes])],
                      [
                        words.hash,
                        <Text key="hash" code className="hf-break">
                          {hash}
                        </Text>,
                      ],
                    ]}
                  />
                </Card>
                <Input.Search
                  aria-label={say(words.find)}
                  placeholder={say(words.find)}
                  allowClear
                  value={sought}
                  onChange={({ target }) => setSought(target.value)}
                  style={{ maxWidth: 360 }}
                />
                {byFile.length === 0 && <Nothing what={words.none} />}
                <Collapse
                  key={find}
                  defaultActiveKey={find === '' ? (byFile[0]?.[0] ?? '') : byFile.map(([file]) => file)}
                  items={byFile.map(([file, own]) => ({
                    key: file,
                    label: (
                      <Flex gap={space.small} wrap>
                        <Text strong>{say(fileWords[file] ?? { en: file, zh: file })}</Text>
                        <Text type="secondary">{say(plural(own.length, words.one, words.many), { count: own.length })}</Text>
                      </Flex>
                    ),
                    children: (
                      <Flex vertical gap={space.small}>
                        {own.map((policy) => (
                          <PolicyLine key={policy.id} of={policy} />
                        ))}
                        <Collapse
                          ghost
                          size="small"
                          items={[
                            {
                              key: 'text',
                              label: `${say(words.text)} · ${file}`,
                              children: <Source of={files.find(({ name }) => name === file)?.text ?? ''} />,
                            },
                          ]}
                        />
                      </Flex>
                    ),
                  }))}
                />
              </Flex>
            );
          }}
        </Answer>
      </PolicyTabs>
    </Page>
  );
}

export type PolicyInfo = {
  id: string;
  effect: 'permit' | 'forbid';
  about: Words;
  needs?: 'step_up_needed' | 'approval_needed';
};

export function PolicyLine({ of: { id, effect, about, needs } }: { of: PolicyInfo }) {
  const say = useSay();
  return (
    <Flex gap={space.small} align="start">
      <span style={{ flex: 'none' }}>
        <Mark tone={effect === 'permit' ? 'good' : 'bad'}>{say(effect === 'permit' ? words.allows : words.forbids)}</Mark>
      </span>
      <div style={{ minWidth: 0 }}>
        <span className="hf-break">{say(about)}</span>
        <div>
          <Text type="secondary">
            {id}
            {needs && ` · ${say(needs === 'step_up_needed' ? words.needsStep : words.needsApproval)}`}
          </Text>
        </div>
      </div>
    </Flex>
  );
}

export function Source({ of }: { of: string }) {
  return (
    <pre style={{ fontFamily: codeFonts, fontSize: 12, whiteSpace: 'pre-wrap', margin: 0 }} className="hf-break">
      {of}
    </pre>
  );
}
