// Records split off a customer: which, what both customers would be then, and the decision.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Flex, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { Answer } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { plural, useSay } from '../../words/words.ts';
import { usePreview, type Wish } from './decision-preview.ts';
import { nameOf, type Profile } from './profile.ts';
import { Sides } from './sides.tsx';
import { useUndo } from './undo.tsx';

const words = {
  choose: { en: 'Records that are somebody else', zh: '选择属于他人的记录' },
  preview: { en: 'Look at both before splitting', zh: '拆分预览' },
  one: { en: 'Split off 1 record', zh: '拆出 1 条记录' },
  many: { en: 'Split off {count} records', zh: '拆出 {count} 条记录' },
  about: {
    en: 'Nothing has happened yet. These records become a customer of their own and stay apart, whatever identifiers they share. No event is lost, and it can be taken back.',
    zh: '尚未执行任何操作。所选记录将成为独立客户，此后即使标识相同也不再关联。不会丢失任何事件，且可撤销。',
  },
  still: { en: 'They would still be one customer.', zh: '拆分后仍是同一客户。' },
  split: { en: 'Split', zh: '拆分' },
  done: { en: 'Split', zh: '已拆分' },
  reason: { en: 'Reason', zh: '原因' },
  kept: { en: 'Kept with the decision.', zh: '随判定一并保存。' },
  needed: { en: 'Needed', zh: '必填' },
  result: { en: 'Then', zh: '拆分后' },
} as const;

export function SplitOff({
  profile,
  picked,
  pick,
}: {
  profile: Profile;
  picked: readonly number[];
  pick(records: readonly number[]): void;
}) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  return (
    <Flex gap={space.small} align="center" wrap>
      <Text type="secondary">{say(words.choose)}</Text>
      <Checkbox.Group
        value={[...picked]}
        onChange={(values) => pick(values)}
        options={profile.records.map(({ recordId, source }) => ({ value: recordId, label: `${source} ${recordId}` }))}
      />
      <Button disabled={picked.length === 0 || picked.length === profile.records.length} onClick={() => setOpen(true)}>
        {say(words.preview)}
      </Button>
      {open && (
        <Looked
          wish={{ act: 'unmerge', person: profile.id, records: [...picked] }}
          close={(done) => {
            setOpen(false);
            if (done) pick([]);
          }}
        />
      )}
    </Flex>
  );
}

type Splitting = Extract<Wish, { act: 'unmerge' }>;

function Looked({ wish, close }: { wish: Splitting; close(done: boolean): void }) {
  const say = useSay();
  const client = useQueryClient();
  const undo = useUndo();
  const proven = useProven();
  const asked = usePreview(wish);
  const count = wish.records?.length ?? 0;
  const doing = useMutation({
    mutationFn: ({ reason }: { reason: string }) =>
      proven(() => unwrap(api.POST('/api/identity/unmerge', { body: { person: wish.person, records: wish.records!, reason } }))),
    onSuccess: ({ decisionId }) => {
      undo(words.done, decisionId);
      close(true);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['profiles'] }),
  });
  return (
    <Modal
      open
      width={900}
      title={say(plural(count, words.one, words.many), { count })}
      footer={null}
      onCancel={() => close(false)}
      destroyOnHidden
    >
      <Flex vertical gap={space.medium}>
        <Text type="secondary">{say(words.about)}</Text>
        <Fault error={doing.error} />
        <Answer of={asked}>
          {({ after }) => (
            <>
              {after.length < 2 && <Alert type="warning" showIcon title={say(words.still)} />}
              <Sides
                of={after.map((one) => ({
                  key: one.id,
                  name: `${say(words.result)} · ${nameOf(one)} · ${one.id}`,
                  profile: one,
                }))}
              />
            </>
          )}
        </Answer>
        <Form layout="vertical" requiredMark={false} onFinish={(values: { reason: string }) => doing.mutate(values)}>
          <Form.Item
            name="reason"
            label={say(words.reason)}
            extra={say(words.kept)}
            rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
          >
            <Input maxLength={300} autoComplete="off" />
          </Form.Item>
          <Button type="primary" danger htmlType="submit" loading={doing.isPending} disabled={asked.data === undefined}>
            {say(words.split)}
          </Button>
        </Form>
      </Flex>
    </Modal>
  );
}
