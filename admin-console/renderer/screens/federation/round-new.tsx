// Proposing a round: with whom, what is learned and how, whose key; tried on this node's own rows first, which gives the schema that is proposed. A second
// person approves.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Col, Flex, Form, Input, InputNumber, Radio, Row, Select, Space, Typography } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { Page } from '../../parts/page.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Forbidden, Nothing } from '../../parts/states.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { PurposeAndReason } from './purpose-and-reason.tsx';
import { QuestionChoice, type QuestionFields } from './question-fields.tsx';
import { VerticalProposal } from './round-vertical.tsx';
import { DryRunShown, type RowFields, RowSourceFields, rowsOf } from './row-source.tsx';
import { Sent } from './sent.tsx';
import { type Federation, keys, othersIn, propose, useFederations, useNamed } from './shared.ts';

const words = {
  title: { en: 'Propose a round', zh: '提议联合训练' },
  about: {
    en: 'Try it on our own rows first. Nothing leaves the node before all have agreed.',
    zh: '请先在本方数据上试运行；各方同意之前，任何数据都不会离开节点。',
  },
  none: { en: 'There is nobody to train with', zh: '没有可共同训练的机构' },
  noneNext: {
    en: 'This node has to be in a federation with at least one other organisation, and a coordinator that is neither.',
    zh: '本节点须与至少一个其他机构组成联盟，并有独立的协调方。',
  },
  kind: { en: 'Rows or columns', zh: '训练形式' },
  rowsKind: { en: 'Rows of different people', zh: '不同人员的数据行' },
  columnsKind: { en: 'Columns of the same people', zh: '相同人员的不同列' },
  who: { en: 'With whom, and why', zh: '参与方与理由' },
  with: { en: 'Other organisations', zh: '其他机构' },
  two: { en: 'At least two others: with fewer the sum gives the third away', zh: '至少两个：更少时，总和会暴露另一方' },
  custodian: { en: 'Who keeps the key that opens sums', zh: '密钥保管方' },
  custodianAbout: {
    en: 'It sees each sum, as members do. Never the coordinator.',
    zh: '与成员一样可看到各汇总值；不能是协调方。',
  },
  needed: { en: 'Needed', zh: '必填' },
  what: { en: 'What is learned', zh: '训练内容' },
  model: { en: 'Model', zh: '模型' },
  trees: { en: 'Boosted trees', zh: '提升树' },
  logistic: { en: 'Logistic regression', zh: '逻辑回归' },
  fedavg: { en: 'Averaging (FedAvg)', zh: '平均更新（FedAvg）' },
  fedprox: { en: 'Averaging (FedProx)', zh: '平均更新（FedProx）' },
  fedadam: { en: 'Averaging (FedAdam)', zh: '平均更新（FedAdam）' },
  treeCount: { en: 'Trees', zh: '树的数量' },
  depth: { en: 'Depth', zh: '深度' },
  rounds: { en: 'Averages at most', zh: '最大轮数' },
  epochs: { en: 'Passes between', zh: '每轮本地遍数' },
  hidden: { en: 'Hidden layers, such as 16,8', zh: '隐藏层单元数，如 16,8' },
  hiddenAbout: { en: 'Empty: linear. A neural model is kept as a file.', zh: '留空为线性模型；神经网络模型仅作为文件保留。' },
  usual: { en: 'Empty fields: as recommended.', zh: '留空则采用推荐值。' },
  noise: { en: 'Noise', zh: '噪声' },
  exact: { en: 'Exact sums', zh: '精确汇总' },
  noisy: { en: 'With noise', zh: '加噪声' },
  epsilon: { en: 'Epsilon', zh: 'ε' },
  epsilonAbout: {
    en: 'Smaller protects more and learns less. It is taken from the budget with every partner.',
    zh: '越小保护越强、效果越弱；计入与每个合作方的预算。',
  },
  logisticNoise: { en: 'Logistic regression has no noise.', zh: '逻辑回归不支持加噪声。' },
  label: { en: 'Column to learn (as it was brought, when empty)', zh: '待预测的列（留空则按上传时所指定）' },
  positive: { en: 'Value that means yes', zh: '表示“是”的取值' },
  ours: { en: 'Our side', zh: '本方数据' },
  try: { en: 'Try on our rows', zh: '在本方数据上试运行' },
  propose: { en: 'Propose', zh: '提议' },
  first: { en: 'Try it first: the dry run makes the schema that is proposed.', zh: '请先试运行：由此生成将提议的数据结构。' },
  schema: { en: 'What the others will read', zh: '其他机构将看到的内容' },
  levels: {
    en: 'Names of columns, and levels of categories that at least 20 rows have. Check them before you propose.',
    zh: '列名，以及至少 20 行具有的类别取值；提议前请核对。',
  },
} as const;

type ModelName = 'trees' | 'logistic' | 'fedavg' | 'fedprox' | 'fedadam';
const models: readonly ModelName[] = ['trees', 'logistic', 'fedavg', 'fedprox', 'fedadam'];
type Fields = RowFields &
  QuestionFields & {
    federation: string;
    members: string[];
    custodian: string;
    purpose: string;
    reason: string;
    model: ModelName;
    trees?: number;
    depth?: number;
    averages?: number;
    epochs?: number;
    hidden?: string;
    noisy: boolean;
    epsilon?: number;
    label?: string;
    positive?: string;
  };

export default function NewRound() {
  const say = useSay();
  const may = useMay();
  const federations = useFederations();
  const [search, setSearch] = useSearchParams();
  const kind = search.get('kind') === 'columns' ? 'columns' : 'rows';
  if (!may('round.propose') || !may('round.draft')) return <Forbidden />;
  const actions = (
    <Segmented
      aria-label={say(words.kind)}
      value={kind}
      onChange={(value) => setSearch(value === 'columns' ? { kind: value } : {}, { replace: true })}
      options={[
        { value: 'rows', label: say(words.rowsKind) },
        { value: 'columns', label: say(words.columnsKind) },
      ]}
    />
  );
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <Answer of={federations}>
        {(all) => {
          const usable = all.filter((one) => one.state === 'member' && one.coordinator !== undefined && othersIn(one).length > 0);
          if (usable.length === 0) return <Nothing what={words.none} next={words.noneNext} />;
          return kind === 'columns' ? <VerticalProposal federations={usable} /> : <Proposal federations={usable} />;
        }}
      </Answer>
    </Page>
  );
}

const draftOf = async ({ question, horizonDays, activeDays, label, positive, model, ...rows }: Fields) => {
  const source = rowsOf(rows);
  const ofFile = { ...(label?.trim() && { label: label.trim() }), ...(positive?.trim() && { positive: positive.trim() }) };
  const ofCustomers = { ...(question && { question }), ...(horizonDays && { horizonDays }), ...(activeDays && { activeDays }) };
  return unwrap(api.POST('/api/rounds/draft', { body: { model, source, ...(source.from === 'file' ? ofFile : ofCustomers) } }));
};
type Draft = Awaited<ReturnType<typeof draftOf>>;

/** What was said; the rest is as usual. */
function learnOf({ model, trees, depth, averages, epochs, hidden }: Fields): object {
  if (model === 'trees')
    return { ...(trees && { trees }), ...(depth && { maxDepth: depth, maxLeaves: Math.min(4096, 2 ** depth) }) };
  if (model === 'logistic') return { kind: 'logistic' };
  const layers = (hidden ?? '')
    .split(/[,，\s]+/)
    .map(Number)
    .filter((units) => units > 0);
  return {
    ...{ kind: 'averaging', optimiser: model },
    ...(averages && { rounds: averages }),
    ...(epochs && { epochs }),
    ...(layers.length > 0 && { hidden: layers }),
  };
}

function Proposal({ federations }: { federations: readonly Federation[] }) {
  const say = useSay();
  const proven = useProven();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const values: Partial<Fields> = Form.useWatch([], form) ?? {};
  const federation = federations.find((one) => one.federation === values.federation) ?? federations[0]!;
  const [draft, setDraft] = useState<Draft>();
  const dry = useMutation({ mutationFn: draftOf, onSuccess: setDraft });
  const send = useMutation({
    mutationFn: (given: Fields) =>
      proven(() =>
        propose(
          'round.propose',
          {
            ...{ federation: federation.federation, members: given.members, custodian: given.custodian },
            ...{ purpose: given.purpose, reason: given.reason.trim(), schema: draft!.schema, learn: learnOf(given) },
            ...(given.noisy && given.model !== 'logistic' && given.epsilon && { privacy: { epsilon: given.epsilon } }),
            source: rowsOf(given),
          },
          given.reason.trim(),
        ),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: keys.rounds }),
  });
  const dryFields = ['rows', 'file', 'rowPurpose', 'question', 'horizonDays', 'activeDays', 'label', 'positive', 'model'];
  if (send.isSuccess) return <Sent waits={'approval' in send.data} to="/rounds" />;
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      scrollToFirstError
      initialValues={{
        federation: federations[0]!.federation,
        model: 'trees',
        question: 'churn',
        noisy: false,
        rows: 'customers',
      }}
      onValuesChange={(changed: object) => {
        // What was tried is not what would be proposed any more.
        if (Object.keys(changed).some((name) => dryFields.includes(name))) setDraft(undefined);
      }}
    >
      <Row gutter={[space.large, space.medium]}>
        <Col xs={24} lg={12}>
          <Flex vertical gap={space.medium}>
            <Card size="small" title={say(words.who)}>
              <Who federations={federations} federation={federation} />
            </Card>
            <Card size="small" title={say(words.what)}>
              <What model={values.model ?? 'trees'} noisy={values.noisy === true} />
            </Card>
          </Flex>
        </Col>
        <Col xs={24} lg={12}>
          <Flex vertical gap={space.medium}>
            <Card size="small" title={say(words.ours)}>
              <RowSourceFields />
              {values.rows === 'file' ? (
                <Flex gap={space.medium} wrap>
                  <Form.Item name="label" label={say(words.label)}>
                    <Input maxLength={200} />
                  </Form.Item>
                  <Form.Item name="positive" label={say(words.positive)}>
                    <Input maxLength={200} />
                  </Form.Item>
                </Flex>
              ) : (
                <QuestionChoice />
              )}
              <Button
                loading={dry.isPending}
                onClick={() =>
                  void form
                    .validateFields(dryFields)
                    .then(() => dry.mutate(form.getFieldsValue()))
                    .catch(() => undefined)
                }
              >
                {say(words.try)}
              </Button>
            </Card>
            <Fault error={dry.error ?? send.error} />
            {draft && <Drafted draft={draft} />}
            <Space wrap>
              <Button
                type="primary"
                disabled={!draft}
                loading={send.isPending}
                onClick={() =>
                  void form
                    .validateFields()
                    .then((given) => send.mutate(given))
                    .catch(() => undefined)
                }
              >
                {say(words.propose)}
              </Button>
              {!draft && <Text type="secondary">{say(words.first)}</Text>}
            </Space>
          </Flex>
        </Col>
      </Row>
    </Form>
  );
}

function Drafted({ draft: { dryRun, schema } }: { draft: Draft }) {
  const say = useSay();
  return (
    <>
      <DryRunShown of={dryRun} />
      <Card size="small" title={say(words.schema)}>
        <Typography.Paragraph type="secondary">{say(words.levels)}</Typography.Paragraph>
        <Text className="hf-break">
          {schema.features
            .map(({ name, levels }) => (levels ? `${name} (${levels.join(', ')})` : name))
            .join(say({ en: ', ', zh: '、' }))}
        </Text>
      </Card>
    </>
  );
}

function Who({ federations, federation }: { federations: readonly Federation[]; federation: Federation }) {
  const say = useSay();
  const named = useNamed();
  const others = othersIn(federation).map(({ member, name }) => ({ value: member, label: named(name) }));
  const us = federation.members.find(({ member }) => member === federation.member);
  const two = {
    validator: (_: unknown, chosen: string[] | undefined) =>
      (chosen ?? []).length >= 2 ? Promise.resolve() : Promise.reject(new Error(say(words.two))),
  };
  return (
    <>
      <Form.Item name="federation" hidden={federations.length === 1}>
        <Select options={federations.map((one) => ({ value: one.federation, label: named(one.name) }))} />
      </Form.Item>
      <Form.Item name="members" label={say(words.with)} rules={[two]}>
        <Select mode="multiple" options={others} optionFilterProp="label" />
      </Form.Item>
      <Form.Item
        name="custodian"
        label={say(words.custodian)}
        extra={say(words.custodianAbout)}
        rules={[{ required: true, message: say(words.needed) }]}
      >
        <Select options={[...others, { value: federation.member, label: named(us?.name) }]} />
      </Form.Item>
      <PurposeAndReason />
    </>
  );
}

function What({ model, noisy }: { model: ModelName; noisy: boolean }) {
  const say = useSay();
  const number = (name: string, label: { en: string; zh: string }, max: number) => (
    <Form.Item name={name} label={say(label)}>
      <InputNumber min={1} max={max} precision={0} />
    </Form.Item>
  );
  return (
    <>
      <Form.Item name="model" label={say(words.model)}>
        <Select options={models.map((value) => ({ value, label: say(words[value]) }))} />
      </Form.Item>
      <Flex gap={space.medium} wrap>
        {model === 'trees' && number('trees', words.treeCount, 1000)}
        {model === 'trees' && number('depth', words.depth, 16)}
        {model.startsWith('fed') && number('averages', words.rounds, 1000)}
        {model.startsWith('fed') && number('epochs', words.epochs, 100)}
        {model.startsWith('fed') && (
          <Form.Item name="hidden" label={say(words.hidden)} extra={say(words.hiddenAbout)}>
            <Input maxLength={20} />
          </Form.Item>
        )}
      </Flex>
      <Typography.Paragraph type="secondary">{say(words.usual)}</Typography.Paragraph>
      <Form.Item name="noisy" label={say(words.noise)} {...(model === 'logistic' && { extra: say(words.logisticNoise) })}>
        <Radio.Group disabled={model === 'logistic'}>
          <Radio value={false}>{say(words.exact)}</Radio>
          <Radio value={true}>{say(words.noisy)}</Radio>
        </Radio.Group>
      </Form.Item>
      {noisy && model !== 'logistic' && (
        <Form.Item
          name="epsilon"
          label={say(words.epsilon)}
          extra={say(words.epsilonAbout)}
          rules={[{ required: true, message: say(words.needed) }]}
        >
          <InputNumber min={0.01} max={1000} />
        </Form.Item>
      )}
    </>
  );
}
