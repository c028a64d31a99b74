// One proposal: what would change in words, who proposed it and why, and the decision of somebody else.

import { Alert, Card, Flex, Form, Input, Space, Typography } from 'antd';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { Act } from '../../../parts/act.tsx';
import { useQuery } from '../../../parts/ask.ts';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useLanguage, useSay, type Words } from '../../../words/words.ts';
import { Facts } from '../facts.tsx';
import { useIsMe, Who } from '../who.tsx';
import { Change, Values } from './change.tsx';
import { ApprovalState, approvalsKey } from './state.tsx';

const words = {
  change: { en: 'What would change', zh: '将会发生的变化' },
  changed: { en: 'What it was about', zh: '提议内容' },
  by: { en: 'Proposed by', zh: '提议人' },
  at: { en: 'Proposed', zh: '提议时间' },
  reason: { en: 'Reason', zh: '原因' },
  expires: { en: 'Lapses', zh: '过期时间' },
  decidedBy: { en: 'Decided by', zh: '决定人' },
  decidedAt: { en: 'Decided', zh: '决定时间' },
  remark: { en: 'Remark', zh: '备注' },
  ended: { en: 'Ended', zh: '结束时间' },
  failure: { en: 'Failed with', zh: '失败代码' },
  result: { en: 'What came of it', zh: '执行结果' },
  own: { en: 'You proposed it: it waits for a second person.', zh: '由您提议，等待第二人决定。' },
  approve: { en: 'Approve', zh: '批准' },
  approveAbout: { en: 'It is done at once, and stands in the log with your name.', zh: '将立即执行，并以您的名义记入日志。' },
  reject: { en: 'Reject', zh: '拒绝' },
  rejectAbout: { en: 'It is not done. A remark tells why.', zh: '不会执行。可在备注中说明原因。' },
  takeBack: { en: 'Take back', zh: '撤回' },
  takeBackAbout: { en: 'It is not done, and nobody needs to decide it any more.', zh: '不再执行，也无须他人决定。' },
  approved: { en: 'Approved', zh: '已批准' },
  rejected: { en: 'Rejected', zh: '已拒绝' },
} as const;

export function ApprovalView({ id }: { id: number }) {
  const asked = useQuery({
    queryKey: [...approvalsKey, 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/approvals/{approvalId}', { params: { path: { approvalId: id } }, signal })),
    refetchInterval: 15_000,
  });
  return <Answer of={asked}>{(approval) => <One of={approval} />}</Answer>;
}

type Approval = {
  id: number;
  kind: string;
  name: Words;
  description: Words;
  state: string;
  proposedBy: string;
  reason: string;
  proposedAtMs: number;
  expiresAtMs: number;
  decidedBy?: string;
  decidedAtMs?: number;
  remark?: string;
  endedAtMs?: number;
  failure?: string;
  result?: unknown;
  payload: unknown;
};

function One({ of }: { of: Approval }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const moment = (atMs: number | undefined) => (atMs === undefined ? undefined : formats.moment(atMs));
  const waits = of.state === 'waiting';
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small">
        <Flex justify="space-between" align="start" gap={space.medium} wrap>
          <div style={{ flex: 1, minWidth: 240 }}>
            <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
              {of.name[language]} <ApprovalState of={of.state} />
            </Typography.Title>
            <Typography.Paragraph className="hf-break" style={{ margin: 0 }}>
              {of.description[language]}
            </Typography.Paragraph>
          </div>
          {waits && <Decide of={of} />}
        </Flex>
        <Facts
          columns={2}
          of={[
            [words.by, <Who key="by" actor={of.proposedBy} />],
            [words.at, moment(of.proposedAtMs)],
            [words.reason, of.reason],
            [words.expires, waits ? moment(of.expiresAtMs) : undefined],
            [words.decidedBy, of.decidedBy && <Who actor={of.decidedBy} />],
            [words.decidedAt, moment(of.decidedAtMs)],
            [words.remark, of.remark],
            [words.ended, moment(of.endedAtMs)],
            [words.failure, of.failure && <Text code>{of.failure}</Text>],
          ]}
        />
      </Card>
      <Card size="small" title={say(waits ? words.change : words.changed)}>
        <Change kind={of.kind} payload={of.payload} waits={waits} />
      </Card>
      {of.result !== undefined && of.result !== null && (
        <Card size="small" title={say(words.result)}>
          <Values of={of.result} />
        </Card>
      )}
    </Flex>
  );
}

function Decide({ of: { id, proposedBy } }: { of: Approval }) {
  const say = useSay();
  const may = useMay();
  const own = useIsMe()(proposedBy);
  const remark = (
    <Form.Item name="remark" label={say(words.remark)}>
      <Input maxLength={1_000} autoFocus />
    </Form.Item>
  );
  if (!may('approval.decide') && !own) return null;
  type Said = { remark?: string };
  const asked = (said: Said) => ({
    params: { path: { approvalId: id } },
    body: said.remark?.trim() ? { remark: said.remark.trim() } : {},
  });
  const common = { fields: remark, refresh: [approvalsKey, ['home']] };
  const reject = (
    <Act<Said>
      {...common}
      danger
      name={own ? words.takeBack : words.reject}
      about={own ? words.takeBackAbout : words.rejectAbout}
      done={words.rejected}
      act={(said) => unwrap(api.POST('/api/approvals/{approvalId}/reject', asked(said)))}
    />
  );
  if (own)
    return (
      <Flex vertical gap={space.small} align="end">
        <Alert type="info" showIcon title={say(words.own)} />
        {may('approval.decide') && reject}
      </Flex>
    );
  return (
    <Space>
      {reject}
      <Act<Said>
        {...common}
        type="primary"
        name={words.approve}
        about={words.approveAbout}
        done={words.approved}
        act={(said) => unwrap(api.POST('/api/approvals/{approvalId}/approve', asked(said)))}
      />
    </Space>
  );
}
