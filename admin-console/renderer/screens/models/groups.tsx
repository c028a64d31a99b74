// Whether a version treats groups of people alike: who is named how often, beside how often it is really so.

import { Alert, Card, Flex, Table } from 'antd';
import { space } from '../../design/design.ts';
import { Mark } from '../../parts/mark.tsx';
import { Nothing } from '../../parts/states.tsx';
import { valueText } from '../../words/values.ts';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import type { WholeReport } from './asked.ts';
import { figure } from './shared-words.ts';

const words = {
  about: {
    en: 'Groups are told by the names of features, at the threshold of the training. Look at the real shares before you judge: where they differ, so will the selection.',
    zh: '按特征名称识别群体，以训练时的阈值统计。判断前请先看实际占比：实际不同，选中比例也会不同。',
  },
  none: { en: 'No feature names groups of people', zh: '没有可识别群体的特征' },
  noneNext: {
    en: 'That is no evidence of fairness: nothing was looked at.',
    zh: '这不代表公平，仅表示没有可供检查的内容。',
  },
  group: { en: 'Group', zh: '群体' },
  rows: { en: 'Rows', zh: '行数' },
  real: { en: 'Really yes', zh: '实际为“是”' },
  score: { en: 'Mean score', zh: '平均评分' },
  named: { en: 'Named', zh: '选中比例' },
  recall: { en: 'Found of yes', zh: '召回率' },
  auc: { en: 'AUC', zh: 'AUC' },
  alike: { en: 'least over most: {ratio}', zh: '最低与最高之比：{ratio}' },
  below: { en: 'below four fifths', zh: '低于五分之四' },
} as const;

/** 29 CFR 1607.4 D, as the card has it. */
const fourFifths = 0.8;

export function Groups({ report }: { report: WholeReport }) {
  const say = useSay();
  const language = useLanguage();
  const { fairness = [], titles } = report;
  if (fairness.length === 0) return <Nothing what={words.none} next={words.noneNext} />;
  return (
    <Flex vertical gap={space.medium}>
      <Alert type="info" showIcon title={say(words.about)} />
      {fairness.map((one) => (
        <One key={one.column} of={one} title={titles[one.column]?.[language] ?? one.column} />
      ))}
    </Flex>
  );
}

type Fairness = NonNullable<WholeReport['fairness']>[number];

function One({ of, title }: { of: Fairness; title: string }) {
  const { groups, selectedRatio } = of;
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const percent = (value: number) => formats.percent(value);
  return (
    <Card
      size="small"
      title={title}
      styles={{ body: { padding: 0 } }}
      extra={
        <Mark tone={selectedRatio < fourFifths ? 'wait' : 'good'}>
          {say(words.alike, { ratio: figure(selectedRatio, 2) })}
          {selectedRatio < fourFifths && ` · ${say(words.below)}`}
        </Mark>
      }
    >
      <Table<Fairness['groups'][number]>
        rowKey="group"
        size="small"
        pagination={false}
        dataSource={[...groups]}
        columns={[
          { title: say(words.group), render: (_, { group }) => valueText(of.column, group, language) },
          { title: say(words.rows), align: 'right', render: (_, { rows }) => formats.number(rows) },
          { title: say(words.real), align: 'right', render: (_, { positiveRate }) => percent(positiveRate) },
          { title: say(words.score), align: 'right', render: (_, { meanScore }) => percent(meanScore) },
          { title: say(words.named), align: 'right', render: (_, { selectedRate }) => percent(selectedRate) },
          { title: say(words.recall), align: 'right', render: (_, { recall }) => percent(recall) },
          { title: say(words.auc), align: 'right', render: (_, { rocAuc }) => figure(rocAuc) },
        ]}
      />
    </Card>
  );
}
