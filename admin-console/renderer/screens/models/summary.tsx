// How good a version is, in figures beside simpler ways to the same; on whose past it was learned and tested; what it is made of.

import { Alert, Card, Col, Descriptions, Flex, Row, Statistic, Table } from 'antd';
import { space } from '../../design/design.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { Nothing } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import type { Version, WholeReport } from './asked.ts';
import { figure, metricHelp, metricWords } from './shared-words.ts';
import { Against } from './versions.tsx';

const words = {
  newest: { en: 'AUC on the newest customers', zh: '最新数据 AUC' },
  newestHelp: {
    en: 'Of the newest cut-off, by a model that learned from older ones alone: what you may expect next month.',
    zh: '最新截止时点上、仅由更早数据学到的模型所得，代表下月可期待的水平。',
  },
  deviation: { en: '±{value} over the parts', zh: '各折标准差 ±{value}' },
  better: { en: 'The figures, beside simpler ways', zh: '指标与简单方法对比' },
  way: { en: 'Way', zh: '方法' },
  this: { en: 'this version', zh: '本版本' },
  logistic: { en: 'plain logistic regression', zh: '普通逻辑回归' },
  prior: { en: 'the same share for everybody', zh: '统一按平均占比' },
  worse: {
    en: 'It ranks no better than plain logistic regression: the simpler model would do.',
    zh: '排序能力不优于普通逻辑回归，更简单的模型即可。',
  },
  weak: {
    en: 'The area is below 0.6: hardly better than chance. More history or other features may help.',
    zh: 'AUC 低于 0.6，几乎等于随机。可补充更长历史或其他特征。',
  },
  suspects: { en: 'Look at these features before it serves: {columns}', zh: '启用前请核查这些特征：{columns}' },
  tested: { en: 'Tested by time', zh: '按时间检验' },
  testedHelp: {
    en: 'Rows of one moment are tested together by a model that learned from the others; the last row is the newest.',
    zh: '同一时点的数据一起检验，由其余时点学到的模型评分；最后一行为最新。',
  },
  moment: { en: 'Cut-off', zh: '截止时点' },
  part: { en: 'Part {number}', zh: '第 {number} 折' },
  rows: { en: 'Rows', zh: '行数' },
  positives: { en: 'With the answer yes', zh: '答案为“是”' },
  data: { en: 'On whom', zh: '数据' },
  looksFor: { en: 'Looks for', zh: '预测目标' },
  among: { en: 'Among', zh: '适用客户' },
  allowed: { en: 'May be used', zh: '可使用客户' },
  ofAll: { en: '{allowed} of {persons} customers ({purpose})', zh: '{persons} 位客户中 {allowed} 位（{purpose}）' },
  learned: { en: 'Rows', zh: '训练行数' },
  ofRows: { en: '{rows}, of them {positives} with the answer yes', zh: '{rows} 行，其中 {positives} 行答案为“是”' },
  features: { en: 'Features', zh: '特征' },
  ofFeatures: { en: '{used} learned from, {out} left out', zh: '使用 {used} 个，排除 {out} 个' },
  made: { en: 'Made of', zh: '模型构成' },
  trees: { en: '{count} trees', zh: '{count} 棵树' },
  linear: { en: 'lines', zh: '线性模型' },
  calibration: { en: 'Probabilities', zh: '概率校准' },
  none: { en: 'as they are', zh: '未校准' },
  platt: { en: 'calibrated (Platt)', zh: '已校准（Platt）' },
  isotonic: { en: 'calibrated (isotonic)', zh: '已校准（保序）' },
  seed: { en: 'Seed', zh: '随机种子' },
  against: { en: 'Against what served', zh: '与使用版本对比' },
  together: {
    en: 'Learned with other organisations from sums that nobody sees the parts of. The card says how it did at each.',
    zh: '与其他机构基于不可见分项的汇总值共同训练，各方表现见模型卡。',
  },
  member: { en: 'Organisation', zh: '机构' },
  holdout: { en: 'Rows held back', zh: '留出行数' },
  noFigures: { en: 'This version has no report', zh: '该版本没有报告' },
} as const;

const metrics = ['rocAuc', 'averagePrecision', 'logLoss', 'brier', 'calibrationError'] as const;

export function Summary({ report, version }: { report: WholeReport; version: Version | undefined }) {
  const say = useSay();
  const { crossValidation, baseline, columns, titles } = report;
  const language = useLanguage();
  const newest = version?.figures?.newest;
  const named = columns.suspects.map(({ column }) => titles[column]?.[language] ?? column).join(', ');
  const plain = baseline?.logistic.rocAuc ?? 0;
  return (
    <Flex vertical gap={space.medium}>
      {columns.suspects.length > 0 && <Alert type="warning" showIcon title={say(words.suspects, { columns: named })} />}
      {crossValidation.rocAuc < 0.6 ? (
        <Alert type="warning" showIcon title={say(words.weak)} />
      ) : (
        crossValidation.rocAuc < plain && <Alert type="info" showIcon title={say(words.worse)} />
      )}
      <Row gutter={[space.medium, space.medium]}>
        {newest && (
          <Col xs={12} md={8} xl={4}>
            <Statistic
              title={
                <span>
                  {say(words.newest)} <Help about={words.newestHelp} />
                </span>
              }
              value={figure(newest.rocAuc)}
            />
          </Col>
        )}
        {metrics.map((metric) => (
          <Col key={metric} xs={12} md={8} xl={4}>
            <Statistic
              title={
                <span>
                  {say(metricWords[metric])} <Help about={metricHelp[metric]} />
                </span>
              }
              value={figure(crossValidation[metric])}
            />
            {metric === 'rocAuc' && (
              <Text type="secondary">{say(words.deviation, { value: figure(crossValidation.rocAucDeviation) })}</Text>
            )}
          </Col>
        ))}
      </Row>
      <Row gutter={[space.medium, space.medium]}>
        <Col xs={24} lg={12}>
          <Ways report={report} />
        </Col>
        <Col xs={24} lg={12}>
          <Parts report={report} version={version} />
        </Col>
      </Row>
      <OnWhom report={report} version={version} />
    </Flex>
  );
}

function Ways({ report: { crossValidation, baseline } }: { report: WholeReport }) {
  const say = useSay();
  type Way = { key: string; name: string } & Partial<Record<(typeof metrics)[number], number>>;
  const ways: Way[] = [
    { ...crossValidation, key: 'this', name: say(words.this) },
    ...(baseline
      ? [
          { ...baseline.logistic, key: 'logistic', name: say(words.logistic) },
          { key: 'prior', name: say(words.prior), rocAuc: 0.5, logLoss: baseline.prior.logLoss },
        ]
      : []),
  ];
  const shown = ['rocAuc', 'logLoss', 'calibrationError'] as const;
  return (
    <Card size="small" title={say(words.better)} styles={{ body: { padding: 0 } }}>
      <Table<Way>
        size="small"
        pagination={false}
        dataSource={ways}
        columns={[
          { title: say(words.way), dataIndex: 'name' },
          ...shown.map((metric) => ({
            title: say(metricWords[metric]),
            align: 'right' as const,
            render: (_: unknown, way: Way) => figure(way[metric]),
          })),
        ]}
      />
    </Card>
  );
}

function Parts({ report: { crossValidation }, version }: { report: WholeReport; version: Version | undefined }) {
  const say = useSay();
  const formats = useFormats();
  const cutOffs = version?.rows?.byCutOff ?? [];
  const { folds } = crossValidation;
  // Small moments go with their neighbours: then parts are not moments.
  const named = (at: number) =>
    cutOffs.length === folds.length ? formats.day(cutOffs[at]!.cutOffMs) : say(words.part, { number: at + 1 });
  const rows = folds.map((fold, at) => ({ ...fold, at, called: named(at) }));
  return (
    <Card
      size="small"
      title={
        <span>
          {say(words.tested)} <Help about={words.testedHelp} />
        </span>
      }
      styles={{ body: { padding: 0 } }}
    >
      <Table<(typeof rows)[number]>
        rowKey="at"
        size="small"
        pagination={false}
        dataSource={rows}
        columns={[
          { title: say(words.moment), dataIndex: 'called' },
          { title: say(words.rows), align: 'right', render: (_, { rows: count }) => formats.number(count) },
          { title: say(words.positives), align: 'right', render: (_, { positives }) => formats.number(positives) },
          { title: say(metricWords.rocAuc), align: 'right', render: (_, { rocAuc }) => figure(rocAuc) },
        ]}
      />
    </Card>
  );
}

function OnWhom({ report, version }: { report: WholeReport; version: Version | undefined }) {
  const say = useSay();
  const purposeOf = usePurposeName();
  const language = useLanguage();
  const { data, columns, model, settings } = report;
  const story = version?.rows;
  const calibrations = { none: words.none, platt: words.platt, isotonic: words.isotonic } as const;
  const members = (model?.members ?? []).map(({ kind, weight, trees }) => {
    const called = kind === 'trees' ? say(words.trees, { count: trees ?? 0 }) : say(words.linear);
    return `${called} (${Math.round(weight * 100)}%)`;
  });
  return (
    <Descriptions
      size="small"
      bordered
      column={{ xs: 1, sm: 1, md: 2 }}
      title={say(words.data)}
      items={[
        ...(story
          ? [
              { key: 'looks', label: say(words.looksFor), children: story.label[language] },
              { key: 'among', label: say(words.among), children: story.population[language] },
              {
                key: 'allowed',
                label: say(words.allowed),
                children: say(words.ofAll, { allowed: story.allowed, persons: story.persons, purpose: purposeOf(story.purpose) }),
              },
            ]
          : []),
        {
          key: 'rows',
          label: say(words.learned),
          children: say(words.ofRows, { rows: data.rows, positives: data.positives }),
        },
        {
          key: 'features',
          label: say(words.features),
          children: say(words.ofFeatures, { used: columns.used.length, out: columns.dropped.length }),
        },
        { key: 'made', label: say(words.made), children: members.join(' + ') },
        {
          key: 'calibration',
          label: say(words.calibration),
          children: say(calibrations[model?.calibration ?? 'none']),
        },
        { key: 'seed', label: say(words.seed), children: settings?.seed },
        ...(version?.comparison ? [{ key: 'against', label: say(words.against), children: <Against version={version} /> }] : []),
      ]}
    />
  );
}

/** Of a version that came of a round: no rows of others were seen here, so there are no curves. */
export function Together({ version }: { version: Version | undefined }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const lineage = version?.lineage;
  if (!lineage) return <Nothing what={words.noFigures} />;
  type Member = (typeof lineage.members)[number];
  return (
    <Flex vertical gap={space.medium}>
      <Alert type="info" showIcon title={say(words.together)} />
      <Table<Member>
        rowKey="member"
        size="small"
        pagination={false}
        dataSource={[...lineage.members]}
        columns={[
          { title: say(words.member), render: (_, { name }) => name[language] },
          { title: say(metricWords.rocAuc), align: 'right', render: (_, { metrics: own }) => <Mark>{figure(own.auc)}</Mark> },
          { title: say(words.holdout), align: 'right', render: (_, { holdout }) => formats.number(holdout) },
        ]}
      />
    </Flex>
  );
}
