// A rule written in words, and where it cannot be understood: the line with a mark under the place, what was expected there, and the way to it.

import { Alert, Button, Collapse, Flex, Input } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useRef } from 'react';
import { codeFonts, space } from '../../design/design.ts';
import { Text } from '../../parts/text.tsx';
import { useLanguage, useSay, type Words } from '../../words/words.ts';

const words = {
  text: { en: 'Rule in words', zh: '规则文本' },
  placeholder: { en: 'spend in 90 days > 1000 and active in 30 days', zh: '90天内消费 > 1000 且 30天内活跃' },
  go: { en: 'Go there', zh: '跳到此处' },
  examples: { en: 'Examples to begin from', zh: '示例，可在此基础上修改' },
} as const;

/** As docs/segments.md has them. */
const examples: readonly Words[] = [
  { en: 'score churn > 70% and spend in 90 days > 2000', zh: '评分 churn > 70% 且 90天内消费 > 2000' },
  { en: 'last order more than 6 months ago and not active in 90 days', zh: '最近订单 在6个月以前 且 90天内不活跃' },
  {
    en: 'did "Product Viewed" at least 5 times in 2 weeks and did not "Order Completed" in 2 weeks',
    zh: '2周内做过 "Product Viewed" 至少5次 且 2周内没做过 "Order Completed"',
  },
  { en: 'birthday in 7 days and may be used for marketing by email', zh: '生日在7天内 且 可用于 marketing 经 email' },
];

type Place = { offset: number; line: number; column: number; message: Words };

export function TextRule({ text, onChange, error }: { text: string; onChange(text: string): void; error: Place | undefined }) {
  const say = useSay();
  const language = useLanguage();
  const area = useRef<TextAreaRef>(null);
  const jump = ({ offset }: Place) => {
    const own = area.current?.resizableTextArea?.textArea;
    own?.focus();
    own?.setSelectionRange(offset, offset + 1);
  };
  return (
    <Flex vertical gap={space.small}>
      <Input.TextArea
        ref={area}
        autoFocus
        spellCheck={false}
        aria-label={say(words.text)}
        {...(error && { 'aria-invalid': true, 'aria-describedby': 'rule-error', status: 'error' as const })}
        placeholder={say(words.placeholder)}
        value={text}
        onChange={({ target }) => onChange(target.value)}
        rows={4}
        maxLength={20_000}
        style={{ fontFamily: codeFonts }}
      />
      {error && (
        <Alert
          id="rule-error"
          role="alert"
          type="error"
          showIcon
          title={error.message[language]}
          description={<Marked text={text} place={error} />}
          action={
            <Button size="small" onClick={() => jump(error)}>
              {say(words.go)}
            </Button>
          }
        />
      )}
      <Collapse
        ghost
        size="small"
        items={[
          {
            key: 'examples',
            label: say(words.examples),
            children: (
              <Flex vertical gap={space.hair} align="start">
                {examples.map((one) => (
                  <Button
                    key={one.en}
                    type="link"
                    size="small"
                    style={{ whiteSpace: 'normal', textAlign: 'start', height: 'auto' }}
                    onClick={() => onChange(one[language])}
                  >
                    {one[language]}
                  </Button>
                ))}
              </Flex>
            ),
          },
        ]}
      />
    </Flex>
  );
}

/** The part of the line around the place, with the place itself set apart. */
function Marked({ text, place: { offset } }: { text: string; place: Place }) {
  const before = text.slice(Math.max(0, text.lastIndexOf('\n', offset - 1) + 1, offset - 60), offset);
  const end = text.indexOf('\n', offset);
  const after = text.slice(offset, Math.min(end < 0 ? text.length : end, offset + 40));
  return (
    <Text className="hf-break" style={{ fontFamily: codeFonts }}>
      {before}
      <mark>{after === '' ? '␣' : after[0]}</mark>
      {after.slice(1)}
    </Text>
  );
}
