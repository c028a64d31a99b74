// What to paste into a program so that it sends its events here: one tab for each client, with this node's address and, while it is still known, the key.

import { CopyOutlined } from '@ant-design/icons';
import { App, Button, Flex, Tabs, Typography } from 'antd';
import { codeFonts, space } from '../../design/design.ts';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { keyPlace, type Sdk, type SourceKind, sdksFor } from './sources-sdks.ts';

const words = {
  copy: { en: 'Copy', zh: '复制' },
  copied: { en: 'Copied', zh: '已复制' },
  install: { en: 'Install', zh: '安装' },
  code: { en: 'Code for {name}', zh: '{name} 的代码' },
  without: {
    en: 'Put the write key in the place of WRITE_KEY. Nobody can see it any more; a lost one is replaced by a new key.',
    zh: '请将 WRITE_KEY 替换为写入密钥。密钥已无法再次查看；若已丢失，请生成新密钥。',
  },
} as const;

export function Snippets({ kind, writeKey }: { kind: SourceKind; writeKey?: string | undefined }) {
  const say = useSay();
  return (
    <>
      {writeKey === undefined && <Typography.Paragraph type="secondary">{say(words.without)}</Typography.Paragraph>}
      <Tabs
        // All of them in sight: none hides behind an arrow.
        tabPlacement="start"
        items={sdksFor(kind).map((sdk) => ({
          key: sdk.key,
          label: say(sdk.name),
          children: <One sdk={sdk} writeKey={writeKey ?? keyPlace} />,
        }))}
      />
    </>
  );
}

function One({ sdk, writeKey }: { sdk: Sdk; writeKey: string }) {
  const say = useSay();
  const code = sdk.code(globalThis.location.origin, writeKey);
  return (
    <Flex vertical gap={space.small}>
      {sdk.install && (
        <Text type="secondary">
          {say(words.install)}: <Text code>{sdk.install}</Text>
        </Text>
      )}
      {sdk.note && <Text type="secondary">{say(sdk.note)}</Text>}
      <Flex align="start" gap={space.small}>
        <section
          // Long lines scroll by keyboard as well.
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard (axe: scrollable-region-focusable)
          tabIndex={0}
          aria-label={say(words.code, { name: say(sdk.name) })}
          style={{ flex: 1, minWidth: 0, overflow: 'auto', maxHeight: 320 }}
        >
          <pre style={{ margin: 0, fontFamily: codeFonts, fontSize: 13 }}>{code}</pre>
        </section>
        <Copy text={code} />
      </Flex>
    </Flex>
  );
}

/** Says that it was done: the clipboard shows nothing by itself. */
export function Copy({ text, block = false }: { text: string; block?: boolean }) {
  const say = useSay();
  const { message } = App.useApp();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    void message.success(say(words.copied));
  };
  return (
    <Button icon={<CopyOutlined />} block={block} onClick={() => void copy()}>
      {say(words.copy)}
    </Button>
  );
}
