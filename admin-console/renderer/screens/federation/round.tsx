// One round: the live picture, what waits for this side, how the model does on everybody's own rows, what came of it, and what proves it.

import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Descriptions, Flex, Form, Modal, Radio, Space, Steps, Table, Tabs, Typography } from 'antd';
import { useState } from 'react';
import { useParams, useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { downloadJson } from '../../parts/download.ts';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { Officers } from './officers.tsx';
import { ReportPanel, TranscriptPanel } from './proof.tsx';
import { KeepKey, RoundKey } from './round-key.tsx';
import { RoundPicture } from './round-picture.tsx';
import { RoundScores } from './round-scores.tsx';
import { RoundState } from './rounds.tsx';
import { type DryRun, DryRunShown, type RowFields, RowSourceFields, rowsOf } from './row-source.tsx';
import { keys, propose, type RoundInFull, useFederations, useMemberNames, useNamed, useRound } from './shared.ts';
import { learns, roundSteps } from './standing.ts';

const words = {
  title: { en: 'Learning “{label}” together', zh: '联合训练“{label}”' },
  loading: { en: 'Training together', zh: '联合训练' },
  about: { en: 'Who is where, how the model does, and what waits for you.', zh: '各方状态、模型表现与待办。' },
  overview: { en: 'Overview', zh: '概览' },
  terms: { en: 'Terms', zh: '条款' },
  scores: { en: 'Scores', zh: '评分' },
  report: { en: 'Report', zh: '报告' },
  transcript: { en: 'Transcript', zh: '会话记录' },
  accept: { en: 'Take part', zh: '参与' },
  acceptAbout: {
    en: 'Try first what this node would bring. A second person approves the same terms.',
    zh: '请先试运行，查看本方将提供的数据；须由他人批准同样的条款。',
  },
  tryIt: { en: 'Try on our rows', zh: '在本方数据上试运行' },
  count: { en: 'Count', zh: '统计' },
  tryAbout: { en: 'Counts this node’s own rows. Nothing leaves the node.', zh: '仅统计本节点的数据行，不向外发送。' },
  stop: { en: 'Stop the round', zh: '停止训练' },
  decline: { en: 'Decline', zh: '拒绝' },
  stopAbout: { en: 'It ends for all; the others read why.', zh: '对所有机构终止，其他机构可见理由。' },
  vote: { en: 'Vote', zh: '投票' },
  voteAbout: {
    en: 'Adopted where more than half are for it. It becomes the challenger here, and never serves by itself.',
    zh: '超过半数赞成即采用；在本方成为候选模型，不会自动启用。',
  },
  adopt: { en: 'Adopt', zh: '采用' },
  reject: { en: 'Do not adopt', zh: '不采用' },
  members: { en: 'Organisations', zh: '机构' },
  member: { en: 'Organisation', zh: '机构' },
  us: { en: 'us', zh: '本方' },
  agreed: { en: 'Agreed', zh: '已同意' },
  yes: { en: 'yes', zh: '是' },
  waits: { en: 'waits', zh: '等待中' },
  leftOut: { en: 'left out', zh: '已排除' },
  auc: { en: 'AUC on its own holdout', zh: '自有留出数据 AUC' },
  loss: { en: 'Log loss', zh: '对数损失' },
  rows: { en: 'Holdout rows', zh: '留出行数' },
  voteOf: { en: 'Vote', zh: '投票' },
  proposer: { en: 'proposer', zh: '提议方' },
  sums: { en: '{sums} sums opened', zh: '已打开 {sums} 个汇总值' },
  exchanges: { en: '{exchanges} exchanges', zh: '已交换 {exchanges} 次' },
  now: { en: 'now: {about}', zh: '当前：{about}' },
  purpose: { en: 'Purpose', zh: '目的' },
  reason: { en: 'Reason', zh: '理由' },
  learn: { en: 'What is learned', zh: '训练方法' },
  label: { en: 'Label', zh: '标签' },
  features: { en: 'Columns', zh: '列' },
  noise: { en: 'Noise', zh: '噪声' },
  exact: { en: 'none: sums are exact', zh: '无：汇总值精确' },
  noisy: { en: 'for each {unit}, epsilon {epsilon}, delta {delta}', zh: '保护每个{unit}，ε {epsilon}，δ {delta}' },
  row: { en: 'row', zh: '数据行' },
  ofMember: { en: 'member', zh: '成员' },
  against: { en: 'Masks hold against', zh: '掩码防范' },
  malicious: { en: 'a coordinator that lies', zh: '说谎的协调方' },
  semi: { en: 'a coordinator that looks', zh: '窥视的协调方' },
  minRows: { en: 'Rows of each side at least', zh: '每方最少行数' },
  officers: { en: 'People of each side', zh: '每方批准人数' },
  custodian: { en: 'Custodian', zh: '密钥保管方' },
  served: { en: 'It became version {version} of the model “{model}” here.', zh: '已成为本方模型“{model}”的版本 {version}。' },
  kept: { en: 'Kept as a file', zh: '仅作为文件保留' },
  model: { en: 'Save the model', zh: '保存模型' },
  exposed: {
    en: 'Of our columns, sums over fewer than five rows told {share} of the cells.',
    zh: '少于五行之和透露了本方列中 {share} 的单元格。',
  },
  ended: { en: 'Why it ended', zh: '结束原因' },
} as const;

export default function OneRound() {
  const { round: id } = useParams<{ round: string }>();
  const say = useSay();
  const asked = useRound(id);
  const title = asked.data ? say(words.title, { label: asked.data.terms.schema.label.name }) : words.loading;
  return (
    <Page title={title} about={words.about} actions={asked.data && <Actions round={asked.data} />}>
      <Answer of={asked} rows={10}>
        {(round) => <Shown round={round} />}
      </Answer>
    </Page>
  );
}

function Actions({ round: one }: { round: RoundInFull }) {
  const may = useMay();
  const { round, decide, phase } = one;
  const refresh = [keys.rounds, keys.budgets];
  const asked = decide.includes('acceptance');
  const files = one.terms.learn.kind !== 'vertical-trees';
  return (
    <Space wrap>
      {asked && may('round.draft') && <Try round={round} files={files} />}
      {asked && may('round.accept') && (
        <Act<RowFields & { reason: string }>
          name={words.accept}
          about={words.acceptAbout}
          type="primary"
          reason
          refresh={refresh}
          fields={<RowSourceFields files={files} />}
          act={({ reason, ...rows }) => propose('round.accept', { round, source: rowsOf(rows) }, reason)}
        />
      )}
      {decide.includes('custody') && may('round.custody') && <KeepKey round={round} />}
      {decide.includes('vote') && may('round.vote') && <Vote round={round} />}
      {phase !== 'ended' && may('round.stop') && (
        <Act
          name={asked ? words.decline : words.stop}
          about={words.stopAbout}
          danger
          reason
          refresh={refresh}
          act={({ reason }) => unwrap(api.POST('/api/rounds/{round}/stop', { params: { path: { round } }, body: { reason } }))}
        />
      )}
    </Space>
  );
}

/** Stays open, so that what was counted can be read and tried again with other rows. */
function Try({ round, files }: { round: string; files: boolean }) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const check = useMutation({
    mutationFn: async (rows: RowFields): Promise<DryRun> =>
      (await unwrap(api.POST('/api/rounds/{round}/check', { params: { path: { round } }, body: { source: rowsOf(rows) } })))
        .dryRun,
  });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{say(words.tryIt)}</Button>
      <Modal open={open} title={say(words.tryIt)} footer={null} onCancel={() => setOpen(false)} destroyOnHidden>
        <Form<RowFields>
          layout="vertical"
          requiredMark={false}
          onValuesChange={() => check.reset()}
          onFinish={(rows) => check.mutate(rows)}
        >
          <Typography.Paragraph type="secondary">{say(words.tryAbout)}</Typography.Paragraph>
          <RowSourceFields files={files} />
          <Flex vertical gap={space.medium} align="start">
            <Fault error={check.error} />
            {check.data && <DryRunShown of={check.data} />}
            <Button type="primary" htmlType="submit" loading={check.isPending}>
              {say(words.count)}
            </Button>
          </Flex>
        </Form>
      </Modal>
    </>
  );
}

function Vote({ round }: { round: string }) {
  const say = useSay();
  return (
    <Act<{ adopt: boolean; reason: string }>
      name={words.vote}
      about={words.voteAbout}
      type="primary"
      reason
      initial={{ adopt: true }}
      refresh={[keys.rounds]}
      fields={
        <Form.Item name="adopt">
          <Radio.Group optionType="button" aria-label={say(words.vote)}>
            <Radio value={true}>{say(words.adopt)}</Radio>
            <Radio value={false}>{say(words.reject)}</Radio>
          </Radio.Group>
        </Form.Item>
      }
      act={({ adopt, reason }) =>
        unwrap(api.POST('/api/rounds/{round}/vote', { params: { path: { round } }, body: { adopt, reason } }))
      }
    />
  );
}

const steps = ['asked', 'agreeing', 'training', 'voting', 'ended'] as const;

function Shown({ round }: { round: RoundInFull }) {
  const say = useSay();
  const may = useMay();
  const federations = useFederations();
  const [search, setSearch] = useSearchParams();
  const { phase, ended, terms, me } = round;
  // A key that waits for its people stops the training, which is where it stands.
  const at = steps.indexOf(phase === 'custody_locked' ? 'training' : phase);
  const founder = federations.data?.find(({ federation }) => federation === round.federation)?.founderFingerprint;
  const scored = terms.learn.kind === 'vertical-trees' && terms.custodian === me && ended?.result === 'adopted';
  const of = { what: 'round' as const, id: round.round };
  const tabs = [
    { key: 'overview', label: say(words.overview), children: <Overview round={round} /> },
    { key: 'terms', label: say(words.terms), children: <Terms round={round} /> },
    ...(scored && may('round.scores')
      ? [{ key: 'scores', label: say(words.scores), children: <RoundScores round={round.round} /> }]
      : []),
    ...(may('round.read')
      ? [
          { key: 'report', label: say(words.report), children: <ReportPanel {...of} /> },
          {
            key: 'transcript',
            label: say(words.transcript),
            children: <TranscriptPanel {...of} founder={founder} ended={phase === 'ended'} />,
          },
        ]
      : []),
  ];
  const chosen = search.get('part') ?? 'overview';
  return (
    <Flex vertical gap={space.medium}>
      <RoundState round={round} />
      <Steps
        size="small"
        current={ended ? steps.length : at}
        status={ended?.result === 'stopped' ? 'error' : ended ? 'finish' : 'process'}
        items={steps.map((step) => ({ title: say(roundSteps[step]) }))}
      />
      <RoundKey round={round} />
      <Tabs
        activeKey={tabs.some(({ key }) => key === chosen) ? chosen : 'overview'}
        onChange={(part) => setSearch(part === 'overview' ? {} : { part }, { replace: true })}
        items={tabs}
        destroyOnHidden
      />
    </Flex>
  );
}

function Overview({ round }: { round: RoundInFull }) {
  const say = useSay();
  const formats = useFormats();
  const { progress, terms, exposed } = round;
  const vertical = terms.learn.kind === 'vertical-trees';
  return (
    <Flex vertical gap={space.medium}>
      <Outcome round={round} />
      <Card
        size="small"
        title={vertical ? say(words.exchanges, { exchanges: progress.exchanges }) : say(words.sums, { sums: progress.sums })}
        extra={progress.waitingFor && <Text type="secondary">{say(words.now, { about: progress.waitingFor })}</Text>}
      >
        <RoundPicture round={round} />
      </Card>
      <Card size="small" title={say(words.members)}>
        <Members round={round} />
      </Card>
      {exposed !== undefined && <Alert type="info" showIcon title={say(words.exposed, { share: formats.percent(exposed) })} />}
    </Flex>
  );
}

function Outcome({ round: { round, ended, why, served } }: { round: RoundInFull }) {
  const say = useSay();
  const language = useLanguage();
  const save = useMutation({
    mutationFn: async () =>
      downloadJson(
        `model-${round.slice(0, 8)}.json`,
        await unwrap(api.GET('/api/rounds/{round}/model', { params: { path: { round } } })),
      ),
  });
  if (ended?.result === 'stopped')
    return (
      <Alert
        type="warning"
        showIcon
        title={say(words.ended)}
        description={
          <>
            {why && <div>{`${why.message[language]} ${why.next[language]}`}</div>}
            {ended.reason && <div className="hf-break">{ended.reason}</div>}
          </>
        }
      />
    );
  if (ended?.result !== 'adopted') return null;
  const title =
    served?.model !== undefined
      ? say(words.served, { model: served.model, version: served.version ?? 1 })
      : (served?.why?.[language] ?? say(words.kept));
  return (
    <>
      <Alert
        type="success"
        showIcon
        title={title}
        action={
          <Button size="small" onClick={() => save.mutate()} loading={save.isPending}>
            {say(words.model)}
          </Button>
        }
      />
      <Fault error={save.error} />
    </>
  );
}

type Member = RoundInFull['members'][number];

function Members({ round: { members, me, proposer } }: { round: RoundInFull }) {
  const say = useSay();
  const named = useNamed();
  const formats = useFormats();
  const figure = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(3));
  return (
    <Table<Member>
      rowKey="member"
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={members}
      columns={[
        {
          title: say(words.member),
          render: (_, { member, name }) => (
            <Space>
              {named(name)}
              {member === me && <Mark>{say(words.us)}</Mark>}
              {member === proposer && <Mark tone="note">{say(words.proposer)}</Mark>}
            </Space>
          ),
        },
        {
          title: say(words.agreed),
          render: (_, { accepted, leftOut }) =>
            leftOut ? <Mark tone="bad">{say(words.leftOut)}</Mark> : say(accepted ? words.yes : words.waits),
        },
        { title: say(words.auc), align: 'right', render: (_, { metrics }) => figure(metrics?.auc) },
        { title: say(words.loss), align: 'right', render: (_, { metrics }) => figure(metrics?.logLoss) },
        {
          title: say(words.rows),
          align: 'right',
          render: (_, { holdout }) => (holdout === undefined ? '–' : formats.number(holdout)),
        },
        {
          title: say(words.voteOf),
          render: (_, { vote }) =>
            vote ? <Mark tone={vote.adopt ? 'good' : 'bad'}>{say(vote.adopt ? words.adopt : words.reject)}</Mark> : '–',
        },
      ]}
    />
  );
}

function Terms({ round: { terms, members } }: { round: RoundInFull }) {
  const say = useSay();
  const purposeOf = usePurposeName();
  const named = useNamed();
  const formats = useFormats();
  const nameOf = useMemberNames();
  const { schema, privacy, learn } = terms;
  const noise = privacy
    ? say(words.noisy, {
        unit: say(privacy.unit === 'row' ? words.row : words.ofMember),
        epsilon: privacy.epsilon,
        delta: privacy.delta.toExponential(0),
      })
    : say(words.exact);
  const items = [
    { key: 'learn', label: say(words.learn), children: say(learns[learn.kind]!) },
    { key: 'label', label: say(words.label), children: `${schema.label.name} = ${schema.label.positive}` },
    { key: 'purpose', label: say(words.purpose), children: purposeOf(terms.purpose) },
    { key: 'reason', label: say(words.reason), children: <span className="hf-break">{terms.reason}</span> },
    { key: 'custodian', label: say(words.custodian), children: nameOf(terms.custodian) },
    { key: 'noise', label: say(words.noise), children: noise },
    {
      key: 'against',
      label: say(words.against),
      children: say(terms.against === 'malicious' ? words.malicious : words.semi),
    },
    { key: 'minRows', label: say(words.minRows), children: formats.number(terms.minRows) },
    { key: 'officers', label: say(words.officers), children: formats.number(terms.officers) },
  ];
  return (
    <Flex vertical gap={space.medium}>
      <Descriptions size="small" bordered column={{ xs: 1, sm: 1, md: 2 }} items={items} />
      <Card size="small" title={`${say(words.features)} (${formats.number(schema.features.length)})`}>
        <Text className="hf-break">
          {schema.features
            .map(({ name, of }) => (of === undefined ? name : `${name} (${nameOf(of)})`))
            .join(say({ en: ', ', zh: '、' }))}
        </Text>
      </Card>
      <Flex gap={space.medium} wrap>
        {members.map(({ member, name, officers }) => (
          <Officers key={member} title={named(name)} of={officers} />
        ))}
      </Flex>
    </Flex>
  );
}
