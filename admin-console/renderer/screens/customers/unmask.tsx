// One value in the clear, with a reason that stands in the audit log. It is kept by nothing but this page, and gone when the page is left.

import { EyeOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { Fault } from '../../parts/fault.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { useSay } from '../../words/words.ts';
import { fieldWords } from './field-words.ts';

const words = {
  show: { en: 'Show {field} in the clear', zh: '查看{field}明文' },
  reason: { en: 'Reason', zh: '原因' },
  about: { en: 'The reason stands in the audit log with your name.', zh: '原因与您的身份将记入审计日志。' },
  go: { en: 'Show', zh: '查看' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

export function Unmask({ id, field }: { id: string; field: string }) {
  const say = useSay();
  const proven = useProven();
  const [open, setOpen] = useState(false);
  const unmask = useMutation({
    mutationFn: async ({ reason }: { reason: string }) =>
      proven(() => unwrap(api.POST('/api/profiles/{id}/unmask', { params: { path: { id } }, body: { field, reason } }))),
    gcTime: 0,
  });
  const title = say(words.show, { field: say(fieldWords(field)) });
  const close = () => {
    setOpen(false);
    unmask.reset();
  };
  return (
    <>
      <Button type="text" size="small" icon={<EyeOutlined />} aria-label={title} onClick={() => setOpen(true)} />
      <Modal open={open} title={title} footer={null} onCancel={close} destroyOnHidden>
        {unmask.data ? (
          <Typography.Text copyable className="hf-break">
            {unmask.data.values.map(String).join(', ')}
          </Typography.Text>
        ) : (
          <Form layout="vertical" requiredMark={false} onFinish={(values) => unmask.mutate(values)}>
            <Fault error={unmask.error} />
            <Form.Item
              name="reason"
              label={say(words.reason)}
              extra={say(words.about)}
              rules={[{ required: true, message: say(words.needed) }]}
            >
              <Input autoFocus maxLength={300} />
            </Form.Item>
            <Button type="primary" htmlType="submit" loading={unmask.isPending}>
              {say(words.go)}
            </Button>
          </Form>
        )}
      </Modal>
    </>
  );
}
