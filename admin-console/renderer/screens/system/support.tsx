// A support bundle from the console: made, looked through file by file, and only then saved by whoever means to send it on.

import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Collapse, Flex, Modal } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { codeFonts, space } from '../../design/design.ts';
import { download } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { useMay } from '../../parts/session.ts';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';

const words = {
  name: { en: 'Support bundle', zh: '支持包' },
  about: {
    en: 'A few small files for whoever helps you: versions, sizes, findings, settings that are numbers or choices, figures, and errors without their values. No customer, no secret and no name that people chose is in it.',
    zh: '供技术支持使用的若干小文件：版本、规模、诊断结果、数字与选项类设置、运行指标，以及不含具体值的错误。不含任何客户数据、秘密或自定义名称。',
  },
  make: { en: 'Make it', zh: '生成' },
  look: { en: 'This is all that is in it. Open a file to read every line.', zh: '以下为全部内容，展开可逐行查看。' },
  save: { en: 'Save {name} ({size} kB)', zh: '保存 {name}（{size} kB）' },
  content: { en: 'What is in {name}', zh: '{name} 的内容' },
} as const;

export function SupportBundle() {
  const say = useSay();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const making = useMutation({ mutationFn: () => unwrap(api.POST('/api/support')) });
  if (!may('support.make')) return null;
  const close = () => {
    setOpen(false);
    making.reset();
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say(words.name)}</Button>
      <Modal open={open} title={say(words.name)} footer={null} width={720} onCancel={close} destroyOnHidden>
        <Flex vertical gap={space.medium} align="start">
          <Text type="secondary">{say(words.about)}</Text>
          <Fault error={making.error} />
          {making.data ? (
            <Made bundle={making.data} />
          ) : (
            <Button type="primary" loading={making.isPending} onClick={() => making.mutate()}>
              {say(words.make)}
            </Button>
          )}
        </Flex>
      </Modal>
    </>
  );
}

type Bundle = {
  name: string;
  sizeBytes: number;
  bundle: string;
  files: { name: string; reason: { en: string; zh: string }; content: string }[];
};

function Made({ bundle: { name, sizeBytes, bundle, files } }: { bundle: Bundle }) {
  const say = useSay();
  const save = () =>
    download(
      name,
      Uint8Array.from(atob(bundle), (byte) => byte.charCodeAt(0)),
      'application/zstd',
    );
  return (
    <>
      <Alert type="info" showIcon title={say(words.look)} style={{ width: '100%' }} />
      <Collapse
        size="small"
        style={{ width: '100%' }}
        items={files.map((file) => ({
          key: file.name,
          label: (
            <Flex gap={space.small} wrap>
              <Text strong>{file.name}</Text>
              <Text type="secondary">{say(file.reason)}</Text>
            </Flex>
          ),
          children: (
            <section
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
              tabIndex={0}
              aria-label={say(words.content, { name: file.name })}
              style={{ maxHeight: 320, overflow: 'auto' }}
            >
              <pre style={{ fontFamily: codeFonts, fontSize: 12, margin: 0, whiteSpace: 'pre-wrap' }} className="hf-break">
                {file.content}
              </pre>
            </section>
          ),
        }))}
      />
      <Button type="primary" onClick={save}>
        {say(words.save, { name, size: Math.max(1, Math.round(sizeBytes / 1024)) })}
      </Button>
    </>
  );
}
