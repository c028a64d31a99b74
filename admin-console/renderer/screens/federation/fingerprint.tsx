// Fingerprints of organisations, as people compare them by telephone: eight numbered groups to read out, large enough not to lose the place, and
// a field that takes them as they are heard.

import { Card, Flex, Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { codeFonts, space } from '../../design/design.ts';
import { Text } from '../../parts/text.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = {
  group: { en: 'group {number}', zh: '第 {number} 组' },
  heard: { en: 'The eight groups, as they were read out to you', zh: '对方读出的八组数字' },
  heardAbout: {
    en: 'Type them while you listen; do not copy them from this page. The node compares.',
    zh: '请边听边输入，不要从本页复制；由节点进行比对。',
  },
  digits: { en: 'Forty digits in eight groups of five', zh: '八组、每组五位，共四十位数字' },
} as const;

const groupsOf = (fingerprint: string): { number: number; group: string }[] =>
  (fingerprint.replace(/\D/g, '').match(/.{1,5}/g) ?? []).map((group, at) => ({ number: at + 1, group }));

/** @param whose above it, such as “Yours, to read out” */
export function Fingerprint({ whose, of, about }: { whose: Words | string; of: string; about?: ReactNode }) {
  const say = useSay();
  const name = typeof whose === 'string' ? whose : say(whose);
  return (
    <Card size="small" style={{ flex: '1 1 360px' }}>
      <Text strong>{name}</Text>
      {about && (
        <div>
          <Text type="secondary">{about}</Text>
        </div>
      )}
      <ol
        aria-label={name}
        style={{
          display: 'grid',
          gridTemplateColumns: 'repeat(4, max-content)',
          gap: `${space.small}px ${space.large}px`,
          margin: `${space.small}px 0 0`,
          padding: 0,
          listStyle: 'none',
        }}
      >
        {groupsOf(of).map(({ number, group }) => (
          <li key={number} style={{ textAlign: 'center' }}>
            <div style={{ fontFamily: codeFonts, fontSize: 20, letterSpacing: 2 }}>{group}</div>
            <Text type="secondary" style={{ fontSize: 12 }}>
              {say(words.group, { number })}
            </Text>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** Two beside each other, or below where there is no room. */
export function Fingerprints({ children }: { children: ReactNode }) {
  return (
    <Flex gap={space.medium} wrap>
      {children}
    </Flex>
  );
}

/** Of a form: `fingerprint`, forty digits in any groups. */
export function HeardFingerprint() {
  const say = useSay();
  return (
    <Form.Item
      name="fingerprint"
      label={say(words.heard)}
      extra={say(words.heardAbout)}
      rules={[
        {
          validator: (_, value: string | undefined) =>
            (value ?? '').replace(/\D/g, '').length === 40 ? Promise.resolve() : Promise.reject(new Error(say(words.digits))),
        },
      ]}
    >
      <Input
        inputMode="numeric"
        autoComplete="off"
        maxLength={80}
        placeholder="00000 00000 00000 00000 00000 00000 00000 00000"
        style={{ fontFamily: codeFonts }}
      />
    </Form.Item>
  );
}
