// A write key, shown this once: what it is, a button that copies it, and the snippets with it in them. Closing it forgets it.

import { Alert, Button, Flex, Modal } from 'antd';
import { space } from '../../design/design.ts';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { isKind } from './sources-sdks.ts';
import { Copy, Snippets } from './sources-snippets.tsx';

const words = {
  title: { en: 'Write key of {name}', zh: '{name} 的写入密钥' },
  once: {
    en: 'Shown this once: the node keeps only a hash of it. Copy it into your program or your store of secrets now.',
    zh: '仅显示这一次，节点只保存其哈希。请立即复制到程序或密钥管理工具中。',
  },
  overlap: { en: 'The key before is taken until {until}.', zh: '旧密钥在 {until} 前仍可使用。' },
  ended: { en: 'The key before no longer works.', zh: '旧密钥已失效。' },
  kept: { en: 'I have kept it', zh: '已妥善保存' },
} as const;

export type MadeKey = {
  readonly source: { readonly id: number; readonly name: string; readonly kind: string; readonly previousKeyUntilMs?: number };
  readonly writeKey: string;
  /** Whether there was a key before. */
  readonly rotated: boolean;
};

export function KeyText({ made: { source, writeKey, rotated } }: { made: MadeKey }) {
  const say = useSay();
  const formats = useFormats();
  const before = source.previousKeyUntilMs;
  return (
    <Flex vertical gap={space.medium}>
      <Alert type="warning" showIcon title={say(words.once)} />
      <Flex gap={space.small} align="center" wrap>
        <Text code className="hf-break" data-testid="write-key">
          {writeKey}
        </Text>
        <Copy text={writeKey} />
      </Flex>
      {rotated && (
        <Text type="secondary">
          {before === undefined ? say(words.ended) : say(words.overlap, { until: formats.moment(before) })}
        </Text>
      )}
      <Snippets kind={isKind(source.kind) ? source.kind : 'server'} writeKey={writeKey} />
    </Flex>
  );
}

export function KeyShown({ made, close }: { made: MadeKey; close(): void }) {
  const say = useSay();
  return (
    <Modal
      open
      width={820}
      title={say(words.title, { name: made.source.name })}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={
        <Button type="primary" onClick={close}>
          {say(words.kept)}
        </Button>
      }
    >
      <KeyText made={made} />
    </Modal>
  );
}
