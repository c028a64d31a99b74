// Acts that two people do together: what waits, who proposed it and why, and the second person's decision.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Flex, Input, Segmented, Tag, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Cards } from '../../parts/cards.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Page } from '../../parts/page.tsx';
import { useHere } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { When } from '../../parts/time.tsx';
import { useLanguage, useSay, type Words } from '../../words/words.ts';

const words = {
  title: { en: 'Approvals', zh: '审批' },
  about: {
    en: 'One person proposes, another decides. Both stand in the audit log.',
    zh: '一人提议，另一人决定，均记入审计日志。',
  },
  waiting: { en: 'Waiting', zh: '待审批' },
  all: { en: 'All', zh: '全部' },
  none: { en: 'Nothing waits', zh: '没有待审批事项' },
  proposed: { en: 'proposed by {who}', zh: '由 {who} 提议' },
  own: { en: 'You proposed it: somebody else decides.', zh: '由您提议，须由他人决定。' },
  approve: { en: 'Approve', zh: '批准' },
  reject: { en: 'Reject', zh: '拒绝' },
  takeBack: { en: 'Take back', zh: '撤回' },
  remark: { en: 'Remark', zh: '备注' },
  done: { en: 'Decided', zh: '已处理' },
} as const;

const states: { readonly [state: string]: Words } = {
  waiting: { en: 'waiting', zh: '待审批' },
  approved: { en: 'approved', zh: '已批准' },
  running: { en: 'running', zh: '执行中' },
  done: { en: 'done', zh: '已完成' },
  failed: { en: 'failed', zh: '失败' },
  rejected: { en: 'rejected', zh: '已拒绝' },
  lapsed: { en: 'lapsed', zh: '已过期' },
  interrupted: { en: 'interrupted', zh: '已中断' },
};

type Approval = {
  id: number;
  kind: string;
  name: Words;
  description: Words;
  state: string;
  proposedBy: string;
  decidedBy?: string;
  reason: string;
  proposedAtMs: number;
};

export default function Approvals() {
  const say = useSay();
  const [which, setWhich] = useState<'waiting' | 'all'>('waiting');
  const asked = useQuery({
    queryKey: ['approvals', which],
    queryFn: async () =>
      (await unwrap(
        api.GET('/api/approvals', { params: { query: which === 'waiting' ? { state: 'waiting' as const } : {} } }),
      )) as unknown as {
        approvals: Approval[];
      },
    refetchInterval: 15_000,
  });
  const choice = (
    <Segmented
      value={which}
      onChange={setWhich}
      options={[
        { value: 'waiting', label: say(words.waiting) },
        { value: 'all', label: say(words.all) },
      ]}
    />
  );
  return (
    <Page title={words.title} about={words.about} actions={choice}>
      <Answer of={asked}>
        {({ approvals }) => (
          <Cards of={approvals} none={words.none} card={(approval) => <One key={approval.id} approval={approval} />} />
        )}
      </Answer>
    </Page>
  );
}

function One({ approval }: { approval: Approval }) {
  const say = useSay();
  const language = useLanguage();
  const { person } = useHere();
  const { message } = App.useApp();
  const client = useQueryClient();
  const proven = useProven();
  const [remark, setRemark] = useState('');
  const own = approval.proposedBy === `person ${person.id}`;
  const decide = useMutation({
    mutationFn: async (approve: boolean) => {
      const asked = { params: { path: { approvalId: approval.id } }, body: remark ? { remark } : {} };
      return proven(() =>
        approve
          ? unwrap(api.POST('/api/approvals/{approvalId}/approve', asked))
          : unwrap(api.POST('/api/approvals/{approvalId}/reject', asked)),
      );
    },
    onSuccess: () => message.success(say(words.done)),
    onSettled: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  });
  const state = states[approval.state] ?? { en: approval.state, zh: approval.state };
  return (
    <Card size="small">
      <Flex justify="space-between" gap={space.medium} wrap>
        <div>
          <Typography.Text strong>{approval.name[language]}</Typography.Text> <Tag>{say(state)}</Tag>
          <Typography.Paragraph style={{ margin: 0 }} className="hf-break">
            {approval.description[language]}
          </Typography.Paragraph>
          <Typography.Text type="secondary">
            {say(words.proposed, { who: approval.proposedBy })} · <When atMs={approval.proposedAtMs} /> · {approval.reason}
          </Typography.Text>
        </div>
        {approval.state === 'waiting' && (
          <Flex vertical gap={space.small} align="end">
            <Fault error={decide.error} />
            <Input
              aria-label={say(words.remark)}
              placeholder={say(words.remark)}
              value={remark}
              onChange={({ target }) => setRemark(target.value)}
            />
            <Flex gap={space.small}>
              <Button danger={!own} loading={decide.isPending} onClick={() => decide.mutate(false)}>
                {say(own ? words.takeBack : words.reject)}
              </Button>
              {!own && (
                <Button type="primary" loading={decide.isPending} onClick={() => decide.mutate(true)}>
                  {say(words.approve)}
                </Button>
              )}
            </Flex>
            {own && <Typography.Text type="secondary">{say(words.own)}</Typography.Text>}
          </Flex>
        )}
      </Flex>
    </Card>
  );
}
