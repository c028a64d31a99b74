// What was decided about these records, by whom and why; each to be taken back after a look at what comes of it.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Form, Input, Modal, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { useNameOf } from '../compliance/who.tsx';
import { usePreview } from './decision-preview.ts';
import { makerWords } from './field-words.ts';
import { type Decision, nameOf } from './profile.ts';
import { Sides } from './sides.tsx';

const words = {
  title: { en: 'Decisions', zh: '判定' },
  same: { en: '= one person', zh: '= 同一人' },
  different: { en: '≠ different people', zh: '≠ 不同的人' },
  between: { en: 'records {left} and {right}', zh: '记录 {left} 与 {right}' },
  chance: { en: '{share} likely', zh: '可能性 {share}' },
  retract: { en: 'Take back', zh: '撤回' },
  about: {
    en: 'Nothing has happened yet. Below is who would be whom then. A pair of the review queue that this had answered waits again.',
    zh: '尚未执行任何操作。以下为撤回后的归属。若该判定来自审核队列，对应的一对将重新等待审核。',
  },
  result: { en: 'Then', zh: '撤回后' },
  reason: { en: 'Reason', zh: '原因' },
  needed: { en: 'Needed', zh: '必填' },
} as const;

export function Decisions({ of }: { of: readonly Decision[] }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const actorName = useNameOf();
  const [chosen, choose] = useState<number>();
  if (of.length === 0) return null;
  return (
    <Flex vertical gap={space.small}>
      <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
        {say(words.title)}
      </Typography.Title>
      {of.map((decision) => (
        <Flex key={decision.id} justify="space-between" gap={space.small} wrap>
          <span className="hf-break">
            <Mark tone={decision.verdict === 'same' ? 'good' : 'bad'}>{say(words[decision.verdict])}</Mark>{' '}
            {say(words.between, { left: decision.left.join(', '), right: decision.right.join(', ') })}{' '}
            <Text type="secondary">
              {say(makerWords(decision.madeBy))}
              {decision.actor !== undefined && ` · ${actorName(decision.actor)}`} · <When atMs={decision.madeAtMs} />
              {decision.probability !== undefined && ` · ${say(words.chance, { share: formats.percent(decision.probability) })}`}
              {decision.reason !== undefined && ` · ${decision.reason}`}
            </Text>
          </span>
          {may('identity.retract') && may('identity.preview') && (
            <Button size="small" onClick={() => choose(decision.id)}>
              {say(words.retract)}
            </Button>
          )}
        </Flex>
      ))}
      {chosen !== undefined && <TakeBack decisionId={chosen} close={() => choose(undefined)} />}
    </Flex>
  );
}

function TakeBack({ decisionId, close }: { decisionId: number; close(): void }) {
  const say = useSay();
  const client = useQueryClient();
  const proven = useProven();
  const asked = usePreview({ act: 'retract', decisionId });
  const doing = useMutation({
    mutationFn: ({ reason }: { reason: string }) =>
      proven(() =>
        unwrap(api.POST('/api/identity/decisions/{decisionId}/retract', { params: { path: { decisionId } }, body: { reason } })),
      ),
    onSuccess: close,
    onSettled: () => client.invalidateQueries({ queryKey: ['profiles'] }),
  });
  return (
    <Modal open width={900} title={say(words.retract)} footer={null} onCancel={close} destroyOnHidden>
      <Flex vertical gap={space.medium}>
        <Text type="secondary">{say(words.about)}</Text>
        <Fault error={doing.error} />
        <Answer of={asked}>
          {({ after }) => (
            <Sides
              of={after.map((one) => ({ key: one.id, name: `${say(words.result)} · ${nameOf(one)} · ${one.id}`, profile: one }))}
            />
          )}
        </Answer>
        <Form layout="vertical" requiredMark={false} onFinish={(values: { reason: string }) => doing.mutate(values)}>
          <Form.Item
            name="reason"
            label={say(words.reason)}
            rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
          >
            <Input maxLength={300} autoComplete="off" autoFocus />
          </Form.Item>
          <Button type="primary" danger htmlType="submit" loading={doing.isPending}>
            {say(words.retract)}
          </Button>
        </Form>
      </Flex>
    </Modal>
  );
}
