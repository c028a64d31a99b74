// The value that a token of an export stands for: somebody outside asks about one, and the node turns it back. It is shown once and kept by nothing.

import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Form, Input, Modal, Select, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { useSay, type Words } from '../../words/words.ts';

const words = {
  name: { en: 'Turn a token back', zh: '还原令牌' },
  about: {
    en: 'Exports carry tokens in place of values. That you asked stands in the audit log.',
    zh: '导出文件以令牌代替真实值。此次还原将记入审计日志。',
  },
  purpose: { en: 'Purpose of the export', zh: '导出用途' },
  kind: { en: 'What it is', zh: '类型' },
  token: { en: 'Token', zh: '令牌' },
  needed: { en: 'Needed', zh: '必填' },
  value: { en: 'Value', zh: '真实值' },
} as const;

const classes = {
  phone: { en: 'Phone', zh: '电话' },
  email: { en: 'E-mail', zh: '邮箱' },
  name: { en: 'Name', zh: '姓名' },
  'national-id': { en: 'National id', zh: '身份证号' },
  'bank-card': { en: 'Card', zh: '卡号' },
  device: { en: 'Id of a system', zh: '系统标识' },
} as const satisfies { readonly [dataClass: string]: Words };
type DataClass = keyof typeof classes;

type Asked = { purpose: string; dataClass: DataClass; token: string };

export function Reveal() {
  const say = useSay();
  const proven = useProven();
  const [open, setOpen] = useState(false);
  const asking = useMutation({
    mutationFn: (body: Asked) => proven(() => unwrap(api.POST('/api/tokens/reveal', { body }))),
    gcTime: 0,
  });
  const close = () => {
    setOpen(false);
    asking.reset();
  };
  const required = [{ required: true, whitespace: true, message: say(words.needed) }];
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say(words.name)}</Button>
      <Modal open={open} title={say(words.name)} footer={null} onCancel={close} destroyOnHidden>
        <Form<Asked>
          layout="vertical"
          requiredMark={false}
          initialValues={{ dataClass: 'phone' }}
          onFinish={(values) => asking.mutate(values)}
        >
          <Typography.Paragraph type="secondary">{say(words.about)}</Typography.Paragraph>
          <Fault error={asking.error} />
          <Form.Item name="purpose" label={say(words.purpose)} rules={required}>
            <Input maxLength={64} autoFocus autoComplete="off" />
          </Form.Item>
          <Form.Item name="dataClass" label={say(words.kind)}>
            <Select options={(Object.keys(classes) as DataClass[]).map((value) => ({ value, label: say(classes[value]) }))} />
          </Form.Item>
          <Form.Item name="token" label={say(words.token)} rules={required}>
            <Input maxLength={128} autoComplete="off" />
          </Form.Item>
          <Flex gap={space.medium} align="center" wrap>
            <Button type="primary" htmlType="submit" loading={asking.isPending}>
              {say(words.name)}
            </Button>
            {asking.data && (
              <Typography.Text copyable className="hf-break">
                {asking.data.value ?? ''}
              </Typography.Text>
            )}
          </Flex>
        </Form>
      </Modal>
    </>
  );
}
