// Every text that customers were shown and agreed to, by version: the words of a consent as they were then.

import { Card, Collapse, Flex, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Page } from '../../../parts/page.tsx';
import { usePurposeName } from '../../../parts/purpose-names.ts';
import { Segmented } from '../../../parts/segmented.tsx';
import { Answer, Nothing } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useLanguage, useSay } from '../../../words/words.ts';
import { ConsentTabs } from './tabs.tsx';

const words = {
  title: { en: 'Consent', zh: '同意' },
  about: {
    en: 'The words that customers agreed to, as they were shown, version by version.',
    zh: '客户所同意的文本，按版本保留当时的原文。',
  },
  first: { en: 'first shown {day}', zh: '首次展示于 {day}' },
  policy: { en: 'policy {version}', zh: '政策 {version}' },
  none: { en: 'No text was shown yet', zh: '尚未展示文本' },
} as const;

export default function Texts() {
  const say = useSay();
  const formats = useFormats();
  const spoken = useLanguage();
  const nameOf = usePurposeName();
  const [language, setLanguage] = useState(spoken);
  const asked = useQuery({
    queryKey: ['consent', 'texts'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/consent/texts', { signal })),
  });
  return (
    <Page title={words.title} about={words.about}>
      <ConsentTabs at="/consent/texts">
        <Flex vertical gap={space.medium}>
          <Segmented
            style={{ alignSelf: 'start' }}
            value={language}
            onChange={setLanguage}
            options={[
              { value: 'zh', label: '中文' },
              { value: 'en', label: 'English' },
            ]}
          />
          <Answer of={asked}>
            {({ texts }) => {
              const shown = texts.filter((text) => text.language === language);
              if (shown.length === 0) return <Nothing what={words.none} />;
              const purposes = [...Map.groupBy(shown, ({ purpose }) => purpose)];
              return (
                <Card size="small">
                  <Collapse
                    ghost
                    defaultActiveKey={purposes[0]?.[0] ?? ''}
                    items={purposes.map(([purpose, versions]) => ({
                      key: purpose,
                      label: nameOf(purpose),
                      children: versions
                        .toSorted((one, other) => other.firstAtMs - one.firstAtMs)
                        .map(({ version, firstAtMs, text, policyVersion }) => (
                          <div key={version} style={{ marginBottom: space.medium }}>
                            <Typography.Paragraph
                              lang={language}
                              style={{ whiteSpace: 'pre-wrap', margin: 0 }}
                              className="hf-break"
                            >
                              {text}
                            </Typography.Paragraph>
                            <Text type="secondary">
                              <Text code>{version}</Text> {say(words.first, { day: formats.day(firstAtMs) })}
                              {policyVersion && ` · ${say(words.policy, { version: policyVersion })}`}
                            </Text>
                          </div>
                        )),
                    }))}
                  />
                </Card>
              );
            }}
          </Answer>
        </Flex>
      </ConsentTabs>
    </Page>
  );
}
