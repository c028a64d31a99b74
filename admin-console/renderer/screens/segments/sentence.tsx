// A rule as one says it, in the reader's language, and what is odd about it.

import { Alert, Flex, Typography } from 'antd';
import { codeFonts, space } from '../../design/design.ts';
import { useLanguage, useSay, type Words } from '../../words/words.ts';

const words = {
  rule: { en: 'The rule in words', zh: '规则表述' },
  none: { en: 'The rule stands here in words once it is finished.', zh: '规则完整后，将在此以文字显示。' },
  near: { en: 'Known names like it: {names}', zh: '相近的已知名称：{names}' },
} as const;

type Finding = { severity: 'error' | 'warning'; message: Words; near: readonly string[] };

export function Sentence({ text, findings = [] }: { text: Words | undefined; findings?: readonly Finding[] }) {
  const say = useSay();
  const language = useLanguage();
  return (
    <Flex vertical gap={space.small}>
      <Typography.Paragraph
        aria-label={say(words.rule)}
        aria-live="polite"
        role="status"
        className="hf-break"
        style={{ margin: 0, fontSize: 16, ...(text && { fontWeight: 500 }) }}
        {...(!text && { type: 'secondary' as const })}
      >
        {text ? text[language] : say(words.none)}
      </Typography.Paragraph>
      {findings.map(({ severity, message, near }) => (
        <Alert
          key={message.en}
          type={severity}
          showIcon
          title={message[language]}
          description={
            near.length > 0 && (
              <span style={{ fontFamily: codeFonts }}>
                {say(words.near, { names: near.join(language === 'zh' ? '、' : ', ') })}
              </span>
            )
          }
        />
      ))}
    </Flex>
  );
}
