// The features of a customer: what each is, how it lies over everybody whom the purpose allows, and, for who may, rows under pseudonyms.

import { Alert, Card, Flex, Input } from 'antd';
import { useMemo, useState } from 'react';
import { api, isFault, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useHere, useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { WorkedOut } from '../../parts/time.tsx';
import { useFormats, useLanguage, useSay } from '../../words/words.ts';
import { useChosen } from './ask.ts';
import { FeatureRows, Purchases } from './feature-rows.tsx';
import { featureKinds, useFigures } from './feature-words.ts';
import { Share } from './share.tsx';

const words = {
  title: { en: 'Features', zh: '客户特征' },
  about: {
    en: 'A customer as columns: what segments, models and scores see of everybody.',
    zh: '以列呈现客户：人群、模型与评分所依据的特征。',
  },
  help: {
    en: 'Figures are over everybody whose data may be used for the purpose chosen at the top, never of one customer; values that few have are left out.',
    zh: '数字为所选用途允许使用的全部客户的统计，不涉及单个客户；少数客户才有的取值不予显示。',
  },
  catalogue: { en: 'Catalogue', zh: '目录' },
  rows: { en: 'Rows', zh: '数据行' },
  purchases: { en: 'Orders', zh: '订单' },
  show: { en: 'Show', zh: '显示内容' },
  find: { en: 'Find a feature', zh: '查找特征' },
  none: { en: 'No feature is called so', zh: '没有此名称的特征' },
  name: { en: 'Feature', zh: '特征' },
  kind: { en: 'Kind', zh: '类型' },
  missing: { en: 'Missing', zh: '缺失' },
  distinct: { en: 'Different', zh: '不同值' },
  lies: { en: 'How it lies', zh: '分布' },
  over: { en: 'Over {count} customers for this purpose.', zh: '按此用途统计 {count} 位客户。' },
  state: {
    idle: {
      en: 'Nobody has asked for features since the node started: the first figures take a moment.',
      zh: '节点启动后尚未使用特征，首次计算需稍候。',
    },
    reading: { en: 'Everybody is being read: {count} customers so far.', zh: '正在读取客户：已读取 {count} 位。' },
    following: { en: 'As new as the last event, {count} customers.', zh: '与最新事件同步，共 {count} 位客户。' },
  },
  noPurpose: { en: 'Choose what you look for at the top to see figures.', zh: '请先在上方选择查看用途，以显示统计。' },
} as const;

const useFeatures = () =>
  useQuery({
    queryKey: ['features'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/features', { signal })),
    refetchInterval: ({ state }) => (state.data?.state.state === 'following' ? false : 3_000),
  });
type Features = NonNullable<ReturnType<typeof useFeatures>['data']>;
type Feature = Features['features'][number];

const useSummary = (wanted: boolean) =>
  useQuery({
    queryKey: ['features', 'summary'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/features/summary', { signal })),
    enabled: wanted,
    retry: false,
  });
type Summary = NonNullable<ReturnType<typeof useSummary>['data']>['features'][number];

export default function FeaturesPage() {
  const say = useSay();
  const may = useMay();
  const [view, choose] = useChosen('view');
  const views = [
    { value: '', label: say(words.catalogue) },
    ...(may('feature.rows') ? [{ value: 'rows', label: say(words.rows) }] : []),
    ...(may('feature.purchases') ? [{ value: 'purchases', label: say(words.purchases) }] : []),
  ];
  const shown = views.some(({ value }) => value === view) ? view : '';
  const choice = (
    <Flex gap={space.small} align="center">
      {views.length > 1 && <Segmented aria-label={say(words.show)} value={shown} onChange={choose} options={views} />}
      <Help about={words.help} />
    </Flex>
  );
  return (
    <Page title={words.title} about={words.about} actions={choice}>
      {shown === 'rows' ? <FeatureRows /> : shown === 'purchases' ? <Purchases /> : <Catalogue />}
    </Page>
  );
}

function Catalogue() {
  const say = useSay();
  const may = useMay();
  const { actions } = useHere();
  const asked = useFeatures();
  const summary = useSummary(may('feature.summary'));
  const [text, setText] = useState('');
  const asksPurpose = isFault(summary.error, 'bad_request') && (actions['feature.summary']?.purposes ?? []).length > 0;
  return (
    <Answer of={asked}>
      {({ features, groups, state }) => (
        <Flex vertical gap={space.medium}>
          <Flex gap={space.medium} wrap align="center">
            <Input
              allowClear
              aria-label={say(words.find)}
              placeholder={say(words.find)}
              value={text}
              onChange={({ target }) => setText(target.value)}
              style={{ width: 260 }}
            />
            <Text type="secondary" role="status">
              {summary.data
                ? say(words.over, { count: summary.data.customers })
                : say(words.state[state.state], { count: state.customers })}
            </Text>
            {summary.data && <WorkedOut atMs={summary.data.atMs} />}
          </Flex>
          {asksPurpose && <Alert type="info" showIcon title={say(words.noPurpose)} />}
          <Groups
            features={features}
            groups={groups}
            text={text}
            summary={summary.data?.features ?? []}
            customers={summary.data?.customers ?? 0}
          />
        </Flex>
      )}
    </Answer>
  );
}

function Groups({
  features,
  groups,
  text,
  summary,
  customers,
}: Pick<Features, 'features' | 'groups'> & { text: string; summary: readonly Summary[]; customers: number }) {
  const say = useSay();
  const wanted = text.trim().toLowerCase();
  const byName = useMemo(() => new Map(summary.map((one) => [one.name, one])), [summary]);
  const shown = features.filter(
    ({ name, label }) => wanted === '' || `${name} ${label.en} ${label.zh}`.toLowerCase().includes(wanted),
  );
  if (shown.length === 0) return <Rows<Feature> none={words.none} dataSource={[]} />;
  return (
    <>
      {Object.entries(groups).map(([group, called]) => {
        const own = shown.filter((one) => one.group === group);
        if (own.length === 0) return null;
        return (
          <Card key={group} size="small" title={say(called)}>
            <Group features={own} byName={byName} customers={customers} />
          </Card>
        );
      })}
    </>
  );
}

function Group({
  features,
  byName,
  customers,
}: {
  features: Feature[];
  byName: ReadonlyMap<string, Summary>;
  customers: number;
}) {
  const say = useSay();
  const language = useLanguage();
  const formats = useFormats();
  const figures = useFigures();
  const known = byName.size > 0;
  return (
    <Rows<Feature>
      rowKey="name"
      none={words.none}
      dataSource={features}
      columns={[
        {
          title: say(words.name),
          width: 280,
          render: (_, { name, label }) => (
            <>
              {label[language]}
              <div>
                <Text type="secondary" className="hf-break">
                  {name}
                </Text>
              </div>
            </>
          ),
        },
        { title: say(words.kind), width: 100, render: (_, { kind }) => <Mark>{say(featureKinds[kind])}</Mark> },
        ...(known
          ? [
              {
                title: say(words.missing),
                width: 150,
                render: (_: unknown, { name, missing }: Feature) => {
                  const share = customers === 0 ? 0 : (byName.get(name)?.missing ?? 0) / customers;
                  return (
                    <>
                      <Share of={share} label={say(words.missing)} />
                      {share > 0 && missing && <Text type="secondary">{missing[language]}</Text>}
                    </>
                  );
                },
              },
              {
                title: say(words.distinct),
                width: 100,
                align: 'right' as const,
                render: (_: unknown, { name }: Feature) => formats.number(byName.get(name)?.distinct ?? 0),
              },
              {
                title: say(words.lies),
                width: 340,
                render: (_: unknown, { name }: Feature) => {
                  const one = byName.get(name);
                  return one ? figures(one) : '';
                },
              },
            ]
          : []),
      ]}
    />
  );
}
