// Rounds of training with other organisations: how far each is, who agreed, how the model does on everybody's own rows, and this side's vote.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Input, Space, Steps, Table, Typography } from 'antd';
import { useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Cards } from '../../parts/cards.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';

const words = {
  title: { en: 'Training together', zh: '联合训练' },
  about: {
    en: 'One model with other organisations, from sums that nobody sees the parts of.',
    zh: '与其他机构基于不可见分项的汇总值共同训练模型。',
  },
  none: { en: 'There is no round', zh: '没有联合训练' },
  noneNext: { en: 'holdfast round draft, then propose', zh: '请使用 holdfast round draft 与 propose 发起' },
  member: { en: 'Organisation', zh: '机构' },
  agreed: { en: 'Agreed', zh: '已同意' },
  yes: { en: 'yes', zh: '是' },
  waits: { en: 'waits', zh: '等待中' },
  leftOut: { en: 'left out', zh: '已排除' },
  auc: { en: 'AUC of its own holdout', zh: '自有留出数据 AUC' },
  rows: { en: 'Rows', zh: '行数' },
  vote: { en: 'Vote', zh: '投票' },
  adopt: { en: 'Adopt', zh: '采用' },
  reject: { en: 'Reject', zh: '不采用' },
  reason: { en: 'Reason', zh: '理由' },
  report: { en: 'Report', zh: '报告' },
  sums: { en: '{sums} sums opened', zh: '已打开 {sums} 个汇总值' },
  custodian: { en: 'Key kept by {name}', zh: '密钥由 {name} 保管' },
} as const;

const phases = ['asked', 'agreeing', 'training', 'voting', 'ended'] as const;
const phaseWords: { readonly [phase: string]: Words } = {
  asked: { en: 'Asked', zh: '已提议' },
  agreeing: { en: 'Agreeing', zh: '同意中' },
  training: { en: 'Training', zh: '训练中' },
  voting: { en: 'Voting', zh: '投票中' },
  ended: { en: 'Over', zh: '已结束' },
};
const results: { readonly [result: string]: Words } = {
  adopted: { en: 'adopted', zh: '已采用' },
  rejected: { en: 'rejected', zh: '未采用' },
  stopped: { en: 'stopped', zh: '已停止' },
};

type Member = {
  member: string;
  name: Words;
  accepted: boolean;
  leftOut?: object;
  metrics?: { auc?: number };
  holdout?: number;
  vote?: { adopt: boolean };
};
type Round = {
  round: string;
  phase: string;
  terms: { purpose: string; reason: string; learn: { kind: string }; schema: { label: { name: string } } };
  members: Member[];
  custodian: { name: Words };
  decide: string[];
  progress: { sums: number };
  createdAtMs: number;
  ended?: { result: string };
  why?: { message: Words };
};

export default function Rounds() {
  const asked = useQuery({
    queryKey: ['rounds'],
    queryFn: async () => (await unwrap(api.GET('/api/rounds'))) as unknown as { rounds: Round[] },
    refetchInterval: 5_000,
  });
  return (
    <Page title={words.title} about={words.about}>
      <Answer of={asked}>
        {({ rounds }) => (
          <Cards of={rounds} none={words.none} next={words.noneNext} card={(round) => <One key={round.round} round={round} />} />
        )}
      </Answer>
    </Page>
  );
}

function One({ round }: { round: Round }) {
  const say = useSay();
  const language = useLanguage();
  const { terms, phase, ended, why } = round;
  // A key that waits for its people stops the training, which is where it stands.
  const at = phases.indexOf((phase === 'custody_locked' ? 'training' : phase) as (typeof phases)[number]);
  return (
    <Card
      size="small"
      title={`${terms.schema.label.name} · ${terms.learn.kind}`}
      extra={
        ended && (
          <Mark tone={ended.result === 'adopted' ? 'good' : undefined}>{say(results[ended.result] ?? { en: '', zh: '' })}</Mark>
        )
      }
    >
      <Flex vertical gap={space.medium}>
        <Typography.Text type="secondary">
          {terms.purpose} · {terms.reason} · <When atMs={round.createdAtMs} /> ·{' '}
          {say(words.custodian, { name: round.custodian.name[language] })} · {say(words.sums, { sums: round.progress.sums })}
        </Typography.Text>
        <Steps size="small" current={at} items={phases.map((one) => ({ title: say(phaseWords[one]!) }))} />
        {why && <Typography.Text type="warning">{why.message[language]}</Typography.Text>}
        <Members members={round.members} />
        {round.decide.includes('vote') && <Vote round={round.round} />}
        <Report round={round.round} />
      </Flex>
    </Card>
  );
}

function Members({ members }: { members: Member[] }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  return (
    <Table<Member>
      rowKey="member"
      size="small"
      pagination={false}
      dataSource={members}
      columns={[
        { title: say(words.member), render: (_, { name }) => name[language] },
        {
          title: say(words.agreed),
          render: (_, { accepted, leftOut }) => (leftOut ? say(words.leftOut) : say(accepted ? words.yes : words.waits)),
        },
        { title: say(words.auc), align: 'right', render: (_, { metrics }) => metrics?.auc?.toFixed(3) ?? '–' },
        {
          title: say(words.rows),
          align: 'right',
          render: (_, { holdout }) => (holdout === undefined ? '–' : formats.number(holdout)),
        },
        { title: say(words.vote), render: (_, { vote }) => (vote ? say(vote.adopt ? words.adopt : words.reject) : '–') },
      ]}
    />
  );
}

function Vote({ round }: { round: string }) {
  const say = useSay();
  const may = useMay();
  const proven = useProven();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const vote = useMutation({
    mutationFn: (adopt: boolean) =>
      proven(() => unwrap(api.POST('/api/rounds/{round}/vote', { params: { path: { round } }, body: { adopt, reason } }))),
    onSettled: () => client.invalidateQueries({ queryKey: ['rounds'] }),
  });
  if (!may('round.vote')) return null;
  const ready = reason.trim() !== '';
  return (
    <div>
      <Fault error={vote.error} />
      <Space wrap>
        <Input
          aria-label={say(words.reason)}
          placeholder={say(words.reason)}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        <Button type="primary" disabled={!ready} loading={vote.isPending} onClick={() => vote.mutate(true)}>
          {say(words.adopt)}
        </Button>
        <Button disabled={!ready} loading={vote.isPending} onClick={() => vote.mutate(false)}>
          {say(words.reject)}
        </Button>
      </Space>
    </div>
  );
}

/** For compliance, as a file in the reader's language. */
function Report({ round }: { round: string }) {
  const say = useSay();
  const may = useMay();
  const language = useLanguage();
  if (!may('round.read')) return null;
  return (
    <div>
      <a href={`/api/rounds/${round}/report?language=${language}&format=markdown`} download={`round-${round.slice(0, 8)}.md`}>
        {say(words.report)}
      </a>
    </div>
  );
}
