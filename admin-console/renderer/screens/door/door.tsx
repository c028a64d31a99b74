// The page before the console: one card in the middle, with the language to choose.

import { TranslationOutlined } from '@ant-design/icons';
import { Button, Card, Flex, Typography } from 'antd';
import { type ReactNode, useContext } from 'react';
import { Text } from '../../parts/text.tsx';
import { LanguageContext, useSay, type Words } from '../../words/words.ts';

export function DoorCard({ title, about, children }: { title: Words; about?: Words; children: ReactNode }) {
  const say = useSay();
  const { language, choose } = useContext(LanguageContext);
  return (
    <main className="hf-door">
      <Card className="hf-door-card">
        <Flex justify="space-between" align="center">
          <Text strong>Holdfast</Text>
          <Button type="text" icon={<TranslationOutlined />} onClick={() => choose(language === 'en' ? 'zh' : 'en')}>
            {language === 'en' ? '中文' : 'English'}
          </Button>
        </Flex>
        <Typography.Title level={1} style={{ fontSize: 20, marginTop: 16, marginBottom: 4 }}>
          {say(title)}
        </Typography.Title>
        {about && <Typography.Paragraph type="secondary">{say(about)}</Typography.Paragraph>}
        {children}
      </Card>
    </main>
  );
}
