// The first step: which question, in plain words; or a trait of one's own.

import { Card, Col, Flex, Form, Input, Radio, Row, Typography } from 'antd';
import { useState } from 'react';
import { space } from '../../design/design.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useLanguage, useSay } from '../../words/words.ts';
import { useQuestions } from './asked.ts';
import { useQuestionWords } from './models.tsx';
import type { WizardState } from './wizard-ask.ts';

const words = {
  which: { en: 'What should the model tell of a customer?', zh: '希望模型预测什么？' },
  own: { en: 'A trait of your own', zh: '自选属性' },
  ownAbout: {
    en: 'Learns which customers have a value of one of their traits, such as a tier. It is tested on parts drawn by chance, not by time.',
    zh: '学习哪些客户具有某属性的特定取值（如会员等级）。按随机分折检验，而非按时间。',
  },
  trait: { en: 'Name of the trait', zh: '属性名称' },
  value: { en: 'Value to find', zh: '要识别的取值' },
  valueHint: { en: 'found by itself where it means yes', zh: '可自动识别表示“是”的取值' },
} as const;

const own = ' own';

export function QuestionStep({ wizard: { ask, set } }: { wizard: WizardState }) {
  const say = useSay();
  const language = useLanguage();
  const wordsOf = useQuestionWords();
  const asked = useQuestions();
  const [isOwn, setOwn] = useState(ask.label !== undefined);
  const choose = (value: string) => {
    setOwn(value === own);
    if (value === own) set({ question: undefined, horizonDays: undefined, activeDays: undefined });
    else set({ question: value, label: undefined, positive: undefined, horizonDays: undefined, activeDays: undefined });
  };
  return (
    <Answer of={asked}>
      {(questions) => (
        <Flex vertical gap={space.medium}>
          <Text strong id="which">
            {say(words.which)}
          </Text>
          <Radio.Group
            aria-labelledby="which"
            value={isOwn ? own : ask.question}
            onChange={({ target }) => choose(String(target.value))}
            style={{ width: '100%' }}
          >
            <Row gutter={[space.medium, space.medium]}>
              {questions.map((question) => {
                const { label, population } = wordsOf(question);
                return (
                  <Col key={question.name} xs={24} md={12}>
                    <Card size="small" style={{ height: '100%' }}>
                      <Radio value={question.name}>
                        <strong>{question.title[language]}</strong>
                      </Radio>
                      <Typography.Paragraph style={{ marginTop: space.small, marginBottom: space.hair }}>
                        {population}
                      </Typography.Paragraph>
                      <Text type="secondary">{label}</Text>
                    </Card>
                  </Col>
                );
              })}
              <Col xs={24} md={12}>
                <Card size="small" style={{ height: '100%' }}>
                  <Radio value={own}>
                    <strong>{say(words.own)}</strong>
                  </Radio>
                  <Typography.Paragraph type="secondary" style={{ marginTop: space.small }}>
                    {say(words.ownAbout)}
                  </Typography.Paragraph>
                </Card>
              </Col>
            </Row>
          </Radio.Group>
          {isOwn && <Trait {...{ ask, set }} />}
        </Flex>
      )}
    </Answer>
  );
}

function Trait({ ask, set }: Pick<WizardState, 'ask' | 'set'>) {
  const say = useSay();
  return (
    <Form layout="vertical" style={{ maxWidth: 360 }}>
      <Form.Item label={say(words.trait)} htmlFor="trait">
        <Input
          id="trait"
          maxLength={200}
          defaultValue={ask.label}
          onBlur={({ target }) => set({ label: target.value.trim() || undefined })}
          onPressEnter={({ currentTarget }) => set({ label: currentTarget.value.trim() || undefined })}
        />
      </Form.Item>
      <Form.Item label={say(words.value)} extra={say(words.valueHint)} htmlFor="value">
        <Input
          id="value"
          maxLength={200}
          defaultValue={ask.positive}
          onBlur={({ target }) => set({ positive: target.value.trim() || undefined })}
        />
      </Form.Item>
    </Form>
  );
}
