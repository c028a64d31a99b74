// Something done on purpose: a button, and before it happens what it does, the fields that it asks for (a reason, often), the node's no, and a
// second look where the node wants one. What needs a second person is proposed by the same button, and says so.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, type ButtonProps, Form, Input, Modal, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { useSay, type Words } from '../words/words.ts';
import { Fault } from './fault.tsx';
import { useProven } from './step-up.tsx';

const words = {
  reason: { en: 'Reason', zh: '原因' },
  kept: { en: 'The reason stands in the audit log with your name.', zh: '原因与您的身份将记入审计日志。' },
  needed: { en: 'Needed', zh: '必填' },
  done: { en: 'Done', zh: '已完成' },
  waits: { en: 'Proposed. A second person decides under Approvals.', zh: '已提议，等待他人在“审批”中决定。' },
} as const;

/** Answers of acts that wait for a second person carry the approval that was made. */
const waitsFor = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && ('approval' in answer || 'approvalId' in answer);

export function Act<Values extends object = { reason: string }, Result = unknown>({
  name,
  about,
  fields,
  reason = false,
  initial,
  done,
  refresh,
  act,
  onDone,
  ...button
}: Omit<ButtonProps, 'name' | 'about'> & {
  /** Of the button, the question and its yes. */
  name: Words;
  /** What happens, in a sentence or two. */
  about?: Words | ReactNode;
  /** Form items, by name. */
  fields?: ReactNode;
  /** Asks for a reason, as `reason`. */
  reason?: boolean;
  initial?: Partial<Values>;
  done?: Words;
  /** Keys of the questions that this may change the answers of. */
  refresh?: readonly (readonly unknown[])[];
  act: (values: Values) => Promise<Result>;
  onDone?: (result: Result) => void;
}) {
  const say = useSay();
  const { message } = App.useApp();
  const client = useQueryClient();
  const proven = useProven();
  const [open, setOpen] = useState(false);
  const doing = useMutation({
    mutationFn: (values: Values) => proven(() => act(values)),
    onSuccess: (result) => {
      setOpen(false);
      void message.success(say(done ?? (waitsFor(result) ? words.waits : words.done)));
      onDone?.(result);
    },
    onSettled: () => Promise.all((refresh ?? []).map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const close = () => {
    setOpen(false);
    doing.reset();
  };
  const explained = typeof about === 'object' && about !== null && 'en' in about ? say(about as Words) : (about as ReactNode);
  return (
    <>
      <Button {...button} onClick={() => setOpen(true)}>
        {say(name)}
      </Button>
      <Modal open={open} title={say(name)} footer={null} onCancel={close} destroyOnHidden>
        <Form<Values>
          layout="vertical"
          requiredMark={false}
          {...(initial && { initialValues: initial })}
          onFinish={(values) => doing.mutate(values)}
        >
          {explained && <Typography.Paragraph type="secondary">{explained}</Typography.Paragraph>}
          <Fault error={doing.error} />
          {fields}
          {reason && (
            <Form.Item
              name="reason"
              label={say(words.reason)}
              extra={say(words.kept)}
              rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
            >
              <Input maxLength={300} autoFocus={fields === undefined} />
            </Form.Item>
          )}
          <Button type="primary" htmlType="submit" danger={button.danger === true} loading={doing.isPending}>
            {say(name)}
          </Button>
        </Form>
      </Modal>
    </>
  );
}
