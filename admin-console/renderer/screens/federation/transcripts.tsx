// A transcript that somebody handed over, checked on the spot: of a match or a round, of this node or any other. Nothing of it is kept.

import { InboxOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Form, Input, Select, Upload } from 'antd';
import { useState } from 'react';
import { codeFonts, space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { Help } from '../../parts/help.tsx';
import { Page } from '../../parts/page.tsx';
import { useSay } from '../../words/words.ts';
import { VerdictShown, verify } from './proof.tsx';
import { useFederations, useNamed } from './shared.ts';

const words = {
  title: { en: 'Check a transcript', zh: '核验会话记录' },
  about: {
    en: 'Whether a file is what the parties of a match or a round signed.',
    zh: '核验文件是否为匹配或联合训练各方所签署的内容。',
  },
  pick: { en: 'Drop the transcript here, or choose it', zh: '将会话记录拖到此处，或点击选择' },
  pickAbout: {
    en: 'A file of lines of JSON (.ndjson), at most 256 MB. Nothing of it is kept.',
    zh: '逐行 JSON 文件（.ndjson），不超过 256 MB；不会保存。',
  },
  founder: { en: 'The founder’s fingerprint', zh: '创建方指纹' },
  founderAbout: {
    en: 'As it was compared by telephone. Without it the file vouches for itself alone.',
    zh: '请填写经电话核对的指纹；不填写时文件只能自证。',
  },
  other: { en: 'Another, typed below', zh: '其他（在下方输入）' },
  without: { en: 'Without', zh: '不提供' },
  digits: { en: 'Forty digits', zh: '四十位数字' },
  check: { en: 'Check', zh: '核验' },
  none: { en: 'Choose a file first', zh: '请先选择文件' },
  help: {
    en: 'It shows that the parties signed these terms, approvals, sizes, budgets and this outcome; of a round, each sum and the model, which is worked out again. It cannot show that a side brought honest data.',
    zh: '核验可证明各方签署了这些条款、批准、规模、预算与结果；联合训练还会重新计算每个汇总值与模型。无法证明某一方提供的数据是否真实。',
  },
} as const;

type Fields = { whose: string; typed?: string };

export default function Transcripts() {
  const say = useSay();
  const named = useNamed();
  const federations = useFederations();
  const [file, setFile] = useState<File>();
  const check = useMutation({
    mutationFn: ({ whose, typed }: Fields) => {
      if (!file) throw new Error(say(words.none));
      return verify(file, whose === 'other' ? typed : whose === 'without' ? undefined : whose);
    },
  });
  const options = [
    ...(federations.data ?? []).map(({ name, founderFingerprint }) => ({ value: founderFingerprint, label: named(name) })),
    { value: 'other', label: say(words.other) },
    { value: 'without', label: say(words.without) },
  ];
  return (
    <Page title={words.title} about={words.about} actions={<Help about={words.help} />}>
      <Flex vertical gap={space.large}>
        <Form<Fields>
          layout="vertical"
          requiredMark={false}
          initialValues={{ whose: 'other' }}
          onFinish={(values) => check.mutate(values)}
          style={{ maxWidth: 640 }}
        >
          <Form.Item>
            <Upload.Dragger
              accept=".ndjson,application/x-ndjson"
              maxCount={1}
              fileList={file ? [{ uid: file.name, name: file.name }] : []}
              onRemove={() => setFile(undefined)}
              beforeUpload={(given) => {
                setFile(given);
                check.reset();
                return false;
              }}
            >
              <p className="ant-upload-drag-icon">
                <InboxOutlined />
              </p>
              <p className="ant-upload-text">{say(words.pick)}</p>
              <p className="ant-upload-hint">{say(words.pickAbout)}</p>
            </Upload.Dragger>
          </Form.Item>
          <Form.Item name="whose" label={say(words.founder)} extra={say(words.founderAbout)}>
            <Select aria-label={say(words.founder)} options={options} />
          </Form.Item>
          <Form.Item noStyle shouldUpdate={(before, now) => before.whose !== now.whose}>
            {({ getFieldValue }) =>
              getFieldValue('whose') === 'other' && (
                <Form.Item
                  name="typed"
                  label={say(words.other)}
                  rules={[
                    {
                      validator: (_, value: string | undefined) =>
                        (value ?? '').replace(/\D/g, '').length === 40
                          ? Promise.resolve()
                          : Promise.reject(new Error(say(words.digits))),
                    },
                  ]}
                >
                  <Input inputMode="numeric" autoComplete="off" maxLength={80} style={{ fontFamily: codeFonts }} />
                </Form.Item>
              )
            }
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={check.isPending}>
            {say(words.check)}
          </Button>
        </Form>
        <Fault error={check.error} />
        {check.data && <VerdictShown verdict={check.data} />}
      </Flex>
    </Page>
  );
}
