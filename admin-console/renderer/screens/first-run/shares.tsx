// Handing out recovery shares one by one, each forgotten by the page as the next is shown, and typing enough of them back.

import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Card, Flex, Form, Input, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { ApiFault, api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { download } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { Copy } from '../data/sources-snippets.tsx';
import type { MadeShares } from './seal.tsx';
import { shareReason } from './share-reasons.ts';

const words = {
  which: { en: 'Share {number} of {of}', zh: '第 {number} 份，共 {of} 份' },
  alone: {
    en: 'For one person alone. Call them to the screen, or send it by a way that nobody else reads. It is not shown again.',
    zh: '仅供一人保管。请其到屏幕前查看，或以他人无法读取的方式交付。之后不再显示。',
  },
  show: { en: 'Show share {number}', zh: '显示第 {number} 份' },
  print: { en: 'Print', zh: '打印' },
  save: { en: 'Save as a file', zh: '另存为文件' },
  next: { en: 'It is handed over: next share', zh: '已交付，下一份' },
  last: { en: 'It is handed over', zh: '已交付' },
  paper: {
    en: 'Recovery share {number} of {of} of a Holdfast node. Any {needed} of them open it. Keep it apart from the others.',
    zh: 'Holdfast 节点恢复份额，第 {number} 份，共 {of} 份，任意 {needed} 份可解封。请与其他份额分开保管。',
  },
  back: { en: 'Type {needed} of the new shares back', zh: '回输 {needed} 份新份额' },
  backAbout: {
    en: 'So that what was written down is right. Until then the new shares do not count.',
    zh: '用于确认记录无误。完成前，新份额不生效。',
  },
  share: { en: 'Share', zh: '份额' },
  confirm: { en: 'These shares count from now on', zh: '启用这些份额' },
  must: { en: 'Needed', zh: '必填' },
  counted: { en: 'The new shares open this node.', zh: '新份额已生效。' },
} as const;

export function HandOut({ made, done }: { made: MadeShares; done(): void }) {
  const say = useSay();
  const [left, setLeft] = useState(made.shares);
  const [shown, setShown] = useState(false);
  const [printing, setPrinting] = useState(false);
  const of = made.shares.length;
  const number = of - left.length + 1;
  const [share = ''] = left;
  const paper = `${say(words.paper, { number, of, needed: made.needed })}\n\n${share}\n`;
  const onward = () => {
    setShown(false);
    if (left.length === 1) done();
    else setLeft(left.slice(1));
  };
  return (
    <Card size="small" title={say(words.which, { number, of })}>
      <Flex vertical gap={space.medium} align="start">
        <Alert type="warning" showIcon title={say(words.alone)} />
        {shown ? (
          <>
            <Text code className="hf-break" style={{ fontSize: 16 }} data-testid="share">
              {share}
            </Text>
            <Flex gap={space.small} wrap>
              <Button icon={<PrinterOutlined />} onClick={() => setPrinting(true)}>
                {say(words.print)}
              </Button>
              <Button
                icon={<DownloadOutlined />}
                onClick={() => download(`holdfast-share-${number}-of-${of}.txt`, paper, 'text/plain')}
              >
                {say(words.save)}
              </Button>
              <Copy text={share} />
            </Flex>
            <Button type="primary" onClick={onward}>
              {say(left.length === 1 ? words.last : words.next)}
            </Button>
          </>
        ) : (
          <Button type="primary" onClick={() => setShown(true)}>
            {say(words.show, { number })}
          </Button>
        )}
      </Flex>
      {printing && <Paper text={paper} over={() => setPrinting(false)} />}
    </Card>
  );
}

/** A sheet of paper with this on it and nothing besides. */
function Paper({ text, over }: { text: string; over(): void }) {
  useEffect(() => {
    globalThis.print();
    over();
  }, [over]);
  return createPortal(<pre className="hf-paper">{text}</pre>, document.body);
}

export function TypeBack({ needed, done }: { needed: number; done(): Promise<void> }) {
  const say = useSay();
  const { message } = App.useApp();
  const confirm = useMutation({
    mutationFn: ({ shares }: { shares: string[] }) => unwrap(api.POST('/api/keys/shares/confirm', { body: { shares } })),
    onSuccess: async () => {
      void message.success(say(words.counted));
      await done();
    },
  });
  return (
    <Card size="small" title={say(words.back, { needed })} style={{ width: '100%' }}>
      <Typography.Paragraph type="secondary">{say(words.backAbout)}</Typography.Paragraph>
      {confirm.error instanceof ApiFault && confirm.error.code === 'wrong_passphrase' ? (
        <Alert
          role="alert"
          type="error"
          showIcon
          title={say(shareReason(confirm.error.where ?? ''))}
          style={{ marginBottom: space.medium }}
        />
      ) : (
        <Fault error={confirm.error} />
      )}
      <Form
        layout="vertical"
        requiredMark={false}
        autoComplete="off"
        onFinish={(values: { shares: string[] }) => confirm.mutate(values)}
      >
        {Array.from({ length: needed }, (_, at) => (
          <Form.Item
            // biome-ignore lint/suspicious/noArrayIndexKey: the places are all there is of them
            key={at}
            name={['shares', at]}
            label={`${say(words.share)} ${at + 1}`}
            rules={[{ required: true, whitespace: true, message: say(words.must) }]}
          >
            <Input.TextArea rows={2} spellCheck={false} autoComplete="off" placeholder="HF-1-…" />
          </Form.Item>
        ))}
        <Button type="primary" htmlType="submit" loading={confirm.isPending}>
          {say(words.confirm)}
        </Button>
      </Form>
    </Card>
  );
}
