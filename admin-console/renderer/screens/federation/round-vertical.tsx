// Proposing a round over columns of the same people, by who has the labels: the match that told both sides whom they share, the partner's columns from its
// file, and this side's own, tried first.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Col, Flex, Form, InputNumber, Row, Select, Space, Typography, Upload } from 'antd';
import { useState } from 'react';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { PurposeAndReason } from './purpose-and-reason.tsx';
import { QuestionChoice, type QuestionFields } from './question-fields.tsx';
import { type Columns, DayField, draftColumns, MatchChoice, parsedColumns, rowsFromMatch } from './round-columns.tsx';
import { DryRunShown } from './row-source.tsx';
import { Sent } from './sent.tsx';
import { type Federation, keys, othersIn, propose, useNamed } from './shared.ts';

const words = {
  warn: {
    en: 'The owner of the labels knows each row’s gradient: sums over a few rows tell of single customers. Do this with whom you would trust with coarse columns, under a contract.',
    zh: '标签方知道每一行的梯度，只含少数几行的和会透露单个客户的情况。仅与可以信任的机构在合同约束下进行。',
  },
  who: { en: 'With whom, and why', zh: '参与方与理由' },
  partner: { en: 'Partner', zh: '合作方' },
  needed: { en: 'Needed', zh: '必填' },
  theirs: { en: 'Its columns', zh: '对方的列' },
  theirsAbout: {
    en: 'The file that “Name our columns” wrote at the partner, for the same day.',
    zh: '对方通过“列出本方列名”生成的文件，截止日须相同。',
  },
  pick: { en: 'Choose columns.json', zh: '选择 columns.json' },
  read: { en: '{count} columns, as of {day}', zh: '{count} 列，截至 {day}' },
  unreadable: { en: 'That file does not name columns', zh: '该文件不是列名文件' },
  otherDay: { en: 'Its columns are of another day than ours', zh: '对方的列与本方截止日不同' },
  ours: { en: 'Our labels and columns', zh: '本方标签与列' },
  trees: { en: 'Trees', zh: '树的数量' },
  depth: { en: 'Depth', zh: '深度' },
  usual: {
    en: 'Few bins and shallow trees, so that little is told: empty fields keep them.',
    zh: '默认采用较少分箱与较浅的树以减少透露；留空即保持默认。',
  },
  try: { en: 'Try our side', zh: '试运行本方数据' },
  propose: { en: 'Propose', zh: '提议' },
  first: { en: 'Try our side first, and read the partner’s file.', zh: '请先试运行本方数据，并读取对方文件。' },
} as const;

type Fields = QuestionFields & {
  partner: string;
  match: string;
  day: string;
  purpose: string;
  reason: string;
  trees?: number;
  depth?: number;
};

function termsOf(given: Fields, me: string, own: Columns, theirs: Columns): object {
  const { partner, match, trees, depth } = given;
  const features = [
    ...own.features.map((feature) => ({ ...feature, of: me })),
    ...theirs.features.map((feature) => ({ ...feature, of: partner })),
  ];
  return {
    members: [partner],
    schema: { label: own.label, question: own.question, features },
    learn: {
      ...{ kind: 'vertical-trees', rows: { by: 'match', matches: { [partner]: match }, asOfMs: own.asOfMs } },
      ...(trees && { trees }),
      ...(depth && { maxDepth: depth, maxLeaves: Math.min(4096, 2 ** depth) }),
    },
  };
}

export function VerticalProposal({ federations }: { federations: readonly Federation[] }) {
  const say = useSay();
  const named = useNamed();
  const formats = useFormats();
  const proven = useProven();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const partner = Form.useWatch('partner', form);
  const federation = federations.find(({ members }) => members.some(({ member }) => member === partner)) ?? federations[0]!;
  const [theirs, setTheirs] = useState<Columns | 'unreadable'>();
  const dry = useMutation({
    mutationFn: ({ question, horizonDays, activeDays, ...given }: Fields) =>
      draftColumns({ ...given, question: { name: question!, horizonDays: horizonDays!, activeDays: activeDays! } }),
  });
  const own = dry.data?.columns;
  const ready = own?.label !== undefined && theirs !== undefined && theirs !== 'unreadable' && theirs.asOfMs === own.asOfMs;
  const send = useMutation({
    mutationFn: (given: Fields) =>
      proven(() =>
        propose(
          'round.propose',
          {
            ...{ federation: federation.federation, purpose: given.purpose, reason: given.reason.trim(), source: rowsFromMatch },
            ...termsOf(given, federation.member, own!, theirs as Columns),
          },
          given.reason.trim(),
        ),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: keys.rounds }),
  });
  if (send.isSuccess) return <Sent waits={'approval' in send.data} to="/rounds" />;
  const validated = (go: (given: Fields) => void) =>
    void form
      .validateFields()
      .then(go)
      .catch(() => undefined);
  const everybody = federations.flatMap(othersIn).map(({ member, name }) => ({ value: member, label: named(name) }));
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      scrollToFirstError
      initialValues={{ question: 'churn' }}
      onValuesChange={(changed: object) => {
        if (!('reason' in changed || 'trees' in changed || 'depth' in changed)) dry.reset();
      }}
    >
      <Alert type="warning" showIcon title={say(words.warn)} style={{ marginBottom: space.medium }} />
      <Row gutter={[space.large, space.medium]}>
        <Col xs={24} lg={12}>
          <Card size="small" title={say(words.who)}>
            <Form.Item name="partner" label={say(words.partner)} rules={[{ required: true, message: say(words.needed) }]}>
              <Select options={everybody} />
            </Form.Item>
            <MatchChoice partner={partner} />
            <PurposeAndReason />
            <Form.Item label={say(words.theirs)} extra={say(words.theirsAbout)}>
              <Space wrap>
                <Upload
                  accept=".json,application/json"
                  showUploadList={false}
                  beforeUpload={(file) => {
                    void file.text().then((text) => setTheirs(parsedColumns(text) ?? 'unreadable'));
                    return false;
                  }}
                >
                  <Button>{say(words.pick)}</Button>
                </Upload>
                {theirs === 'unreadable' && <Text type="danger">{say(words.unreadable)}</Text>}
                {theirs !== undefined && theirs !== 'unreadable' && (
                  <span>{say(words.read, { count: theirs.features.length, day: formats.day(theirs.asOfMs) })}</span>
                )}
              </Space>
            </Form.Item>
          </Card>
        </Col>
        <Col xs={24} lg={12}>
          <Flex vertical gap={space.medium}>
            <Card size="small" title={say(words.ours)}>
              <DayField />
              <QuestionChoice days />
              <Space size={space.medium}>
                <Form.Item name="trees" label={say(words.trees)}>
                  <InputNumber min={1} max={1000} precision={0} />
                </Form.Item>
                <Form.Item name="depth" label={say(words.depth)}>
                  <InputNumber min={1} max={16} precision={0} />
                </Form.Item>
              </Space>
              <Typography.Paragraph type="secondary">{say(words.usual)}</Typography.Paragraph>
              <Button loading={dry.isPending} onClick={() => validated((given) => dry.mutate(given))}>
                {say(words.try)}
              </Button>
            </Card>
            <Fault error={dry.error ?? send.error} />
            {dry.data && <DryRunShown of={dry.data.dryRun} />}
            {own && theirs !== undefined && theirs !== 'unreadable' && theirs.asOfMs !== own.asOfMs && (
              <Alert type="error" showIcon title={say(words.otherDay)} />
            )}
            <Space wrap>
              <Button
                type="primary"
                disabled={!ready}
                loading={send.isPending}
                onClick={() => validated((given) => send.mutate(given))}
              >
                {say(words.propose)}
              </Button>
              {!ready && <Text type="secondary">{say(words.first)}</Text>}
            </Space>
          </Flex>
        </Col>
      </Row>
    </Form>
  );
}
