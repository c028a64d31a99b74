// Two versions of a model side by side: figures with what is better, curves over each other, what each goes by.

import { Alert, Card, Flex, Select, Table } from 'antd';
import { useMemo } from 'react';
import { useLocation, useParams } from 'wouter';
import { space } from '../../design/design.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import { Promote } from './acts.tsx';
import { isWhole, type Report, useModel, useReport, type WholeModel, type WholeReport } from './asked.ts';
import { CurveCards } from './curve-cards.tsx';
import { figure, metricWords, moreIsBetter, signed, stateTones, stateWords } from './shared-words.ts';
import { Trail } from './trail.tsx';
import { Against } from './versions.tsx';

const words = {
  title: { en: 'Compare versions', zh: '对比版本' },
  models: { en: 'Models', zh: '模型' },
  one: { en: 'One version', zh: '一个版本' },
  other: { en: 'The other version', zh: '另一个版本' },
  version: { en: 'version {number}', zh: '版本 {number}' },
  figure: { en: 'Figure', zh: '指标' },
  newest: { en: 'ROC AUC on the newest customers', zh: '最新数据 ROC AUC' },
  difference: { en: 'Difference', zh: '差异' },
  better: { en: '{name} is better', zh: '{name} 更好' },
  alike: { en: 'alike', zh: '相同' },
  rows: { en: 'Rows learned from', zh: '训练行数' },
  apart: {
    en: 'Each was tested on its own rows, which may be of other moments. The comparison that counts was made on the same newest rows:',
    zh: '各版本在各自的数据上检验，时点可能不同。以相同最新数据上的对比为准：',
  },
  apartOnly: {
    en: 'Each was tested on its own rows, which may be of other moments: small differences say nothing.',
    zh: '各版本在各自的数据上检验，时点可能不同，细微差异没有意义。',
  },
  weights: { en: 'What each goes by', zh: '各自依据的特征' },
  feature: { en: 'Feature', zh: '特征' },
  none: {
    en: 'One of them has no curves: it was learned together or brought from elsewhere.',
    zh: '其中一个版本没有曲线：来自联合训练或外部导入。',
  },
} as const;

export default function Compare() {
  const say = useSay();
  const language = useLanguage();
  const { name = '', one = '', other = '' } = useParams<{ name: string; one: string; other: string }>();
  const model = useModel(name);
  const numbers = [Number(one), Number(other)] as const;
  const first = useReport(name, numbers[0]);
  const second = useReport(name, numbers[1]);
  const title = model.data?.title[language] ?? name;
  return (
    <Page title={words.title}>
      <Trail steps={[[say(words.models), '/models'], [title, to('/models/:name', { name })], [say(words.title)]]} />
      <Answer of={model}>
        {(found) => (
          <Flex vertical gap={space.medium}>
            <Choice model={found} numbers={numbers} />
            <Answer of={first}>
              {(left) => (
                <Answer of={second}>{(right) => <Both model={found} numbers={numbers} reports={[left, right]} />}</Answer>
              )}
            </Answer>
          </Flex>
        )}
      </Answer>
    </Page>
  );
}

type Pair = readonly [number, number];

function Choice({ model: { name, versions }, numbers }: { model: WholeModel; numbers: Pair }) {
  const say = useSay();
  const [, go] = useLocation();
  const options = versions.map(({ number, state }) => ({
    value: number,
    label: `${say(words.version, { number })} · ${say(stateWords[state])}`,
  }));
  const choose = (at: 0 | 1, number: number) => {
    const [one, other] = at === 0 ? [number, numbers[1]] : [numbers[0], number];
    go(to('/models/:name/compare/:one/:other', { name, one, other }), { replace: true });
  };
  return (
    <Flex gap={space.medium} wrap>
      {([0, 1] as const).map((at) => (
        <Flex key={at} gap={space.small} align="center">
          <Select
            aria-label={say(at === 0 ? words.one : words.other)}
            value={numbers[at]}
            options={options}
            popupMatchSelectWidth={false}
            onChange={(number: number) => choose(at, number)}
          />
          {versions.find(({ number, state }) => number === numbers[at] && state !== 'champion') && (
            <Promote name={name} number={numbers[at]} />
          )}
        </Flex>
      ))}
    </Flex>
  );
}

function Both({ model, numbers, reports }: { model: WholeModel; numbers: Pair; reports: readonly [Report, Report] }) {
  const say = useSay();
  const [left, right] = reports;
  const drawn = useMemo(
    () =>
      isWhole(left) && isWhole(right)
        ? [
            { name: `${model.name}-${numbers[0]}`, report: left },
            { name: `${model.name}-${numbers[1]}`, report: right },
          ]
        : undefined,
    [left, right, model.name, numbers[0], numbers[1]],
  );
  const held = model.versions.find(
    ({ number, comparison }) => numbers.includes(number) && comparison && numbers.includes(comparison.championVersion),
  );
  if (!drawn || !isWhole(left) || !isWhole(right)) return <Alert type="info" showIcon title={say(words.none)} />;
  return (
    <>
      <Alert
        type="info"
        showIcon
        title={say(held ? words.apart : words.apartOnly)}
        {...(held && {
          description: (
            <>
              {held.name}: <Against version={held} />
            </>
          ),
        })}
      />
      <Figures model={model} numbers={numbers} reports={[left, right]} />
      <CurveCards drawn={drawn} />
      <Weights model={model} numbers={numbers} reports={[left, right]} />
    </>
  );
}

type Row = { key: string; name: Words; values: readonly (number | undefined)[]; more: boolean | undefined };

function Figures({ model, numbers, reports }: { model: WholeModel; numbers: Pair; reports: readonly WholeReport[] }) {
  const say = useSay();
  const formats = useFormats();
  const versions = numbers.map((wanted) => model.versions.find(({ number }) => number === wanted));
  const metrics = Object.keys(metricWords) as (keyof typeof metricWords)[];
  const rows: Row[] = [
    {
      key: 'newest',
      name: words.newest,
      values: versions.map((version) => version?.figures?.newest?.rocAuc),
      more: true,
    },
    ...metrics.map((metric) => ({
      key: metric,
      name: metricWords[metric],
      values: reports.map(({ crossValidation }) => crossValidation[metric]),
      more: moreIsBetter[metric],
    })),
    { key: 'rows', name: words.rows, values: reports.map(({ data }) => data.rows), more: undefined },
  ];
  const called = (at: number) => `${model.name}-${numbers[at]}`;
  const shown = (value: number | undefined, more: boolean | undefined) =>
    value !== undefined && more === undefined ? formats.number(value) : figure(value);
  return (
    <Table<Row>
      rowKey="key"
      size="small"
      pagination={false}
      dataSource={rows}
      columns={[
        { title: say(words.figure), render: (_, { name }) => say(name) },
        ...([0, 1] as const).map((at) => ({
          title: (
            <>
              {called(at)}{' '}
              {versions[at] && <Mark tone={stateTones[versions[at].state]}>{say(stateWords[versions[at].state])}</Mark>}
            </>
          ),
          align: 'right' as const,
          render: (_: unknown, { values, more }: Row) => shown(values[at], more),
        })),
        {
          title: say(words.difference),
          render: (_, { values: [one, other], more }) => {
            if (one === undefined || other === undefined || more === undefined) return '–';
            const by = other - one;
            if (Math.abs(by) < 0.0005) return say(words.alike);
            return `${signed(by)} · ${say(words.better, { name: called(by > 0 === more ? 1 : 0) })}`;
          },
        },
      ]}
    />
  );
}

const featuresShown = 12;

function Weights({ model, numbers, reports }: { model: WholeModel; numbers: Pair; reports: readonly WholeReport[] }) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const shares = reports.map(({ importance = [] }) => new Map(importance.map(({ column, share }) => [column, share])));
  const weightOf = (column: string) => Math.max(...shares.map((own) => own.get(column) ?? 0));
  const columns = [...new Set(shares.flatMap((own) => [...own.keys()]))]
    .sort((one, other) => weightOf(other) - weightOf(one))
    .slice(0, featuresShown);
  const titleOf = (column: string) => reports.find(({ titles }) => titles[column])?.titles[column]?.[language] ?? column;
  return (
    <Card size="small" title={say(words.weights)} styles={{ body: { padding: 0 } }}>
      <Table<{ column: string }>
        rowKey="column"
        size="small"
        pagination={false}
        dataSource={columns.map((column) => ({ column }))}
        columns={[
          { title: say(words.feature), render: (_, { column }) => titleOf(column) },
          ...([0, 1] as const).map((at) => ({
            title: `${model.name}-${numbers[at]}`,
            align: 'right' as const,
            render: (_: unknown, { column }: { column: string }) => {
              const share = shares[at]?.get(column);
              return share === undefined ? <Text type="secondary">–</Text> : formats.percent(share);
            },
          })),
        ]}
      />
    </Card>
  );
}
