// One field of the catalogue: what was observed of it, what people say it is, where it goes and for which purposes, and who said what when.

import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Descriptions, Flex, Form, Input, Select, Space, Timeline, Typography } from 'antd';
import { useMemo } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Chart, type ChartOption, plainGrid } from '../../parts/chart.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { plural, useFormats, useSay } from '../../words/words.ts';
import { Who } from '../compliance/who.tsx';
import { catalogueKey, type Field, useField, useTraits } from './ask.ts';
import { ClassMark } from './catalogue.tsx';
import { classWords, kindWords } from './data-words.ts';
import { Share } from './share.tsx';

const words = {
  back: { en: 'Catalogue', zh: '返回数据目录' },
  observed: { en: 'Observed', zh: '观测情况' },
  meaning: { en: 'What it is', zh: '字段说明' },
  source: { en: 'Source', zh: '数据源' },
  kind: { en: 'Sent with', zh: '所在事件' },
  types: { en: 'Types', zh: '数据类型' },
  filled: { en: 'Filled', zh: '完整率' },
  distinct: { en: 'Different values', zh: '不同值' },
  about: { en: 'about {count}', zh: '约 {count}' },
  seen: { en: 'Times seen', zh: '出现次数' },
  first: { en: 'First seen', zh: '首次出现' },
  last: { en: 'Last seen', zh: '最近出现' },
  inside: { en: '{count} fields inside; it holds nothing itself', zh: '内含 {count} 个字段，自身不含取值' },
  class: { en: 'Class', zh: '类别' },
  owner: { en: 'Who answers for it', zh: '负责人' },
  ownerHint: { en: 'A role or a team, best no person.', zh: '填写角色或团队，最好不要填个人。' },
  description: { en: 'What it means', zh: '含义' },
  save: { en: 'Save', zh: '保存' },
  saved: { en: 'Saved. Events that waited for this are recorded.', zh: '已保存；等待此分类的事件将被记录。' },
  needed: { en: 'Needed', zh: '必填' },
  guess: { en: '{percent} of the values tested look like this.', zh: '所检取值中 {percent} 符合此类别。' },
  goes: { en: 'Where it goes', zh: '去向' },
  goesNowhere: { en: 'No trait is made of it.', zh: '没有特征由它生成。' },
  use: { en: '{count} use', zh: '{count} 处使用' },
  uses: { en: '{count} uses', zh: '{count} 处使用' },
  purposes: { en: 'For', zh: '用途' },
  noPurpose: { en: 'No declared purpose', zh: '无声明用途' },
  lineage: { en: 'Lineage', zh: '血缘' },
  dictionary: { en: 'Dictionary of the source', zh: '数据源字典' },
  values: { en: 'How values lie', zh: '取值分布' },
  valuesAbout: {
    en: 'Shown only where the field is not personal and many customers have it.',
    zh: '仅在非个人信息且有足够多客户时显示。',
  },
  common: { en: 'Common values', zh: '常见取值' },
  history: { en: 'Who said what', zh: '分类记录' },
  noHistory: { en: 'Nobody has said anything yet.', zh: '尚无人工说明。' },
  forget: { en: 'Forget', zh: '移除' },
  forgetAbout: {
    en: 'The field, what is inside it and what people said of them go, to make room. It comes back when it is sent again.',
    zh: '移除该字段、其内部字段及相关说明以腾出空间；再次上报时会重新登记。',
  },
  forgotten: { en: 'Forgotten', zh: '已移除' },
  share: { en: 'share', zh: '占比' },
} as const;

export default function FieldPage() {
  const say = useSay();
  const { id } = useParams<{ id: string }>();
  const asked = useField(Number(id));
  return (
    <Page title={asked.data?.path ?? `#${id}`} actions={<Link href="/catalogue">{say(words.back)}</Link>}>
      <Answer of={asked}>{(field) => <One field={field} />}</Answer>
    </Page>
  );
}

function One({ field }: { field: Field }) {
  const may = useMay();
  return (
    <Flex gap={space.medium} wrap align="start">
      <Flex vertical gap={space.medium} style={{ flex: '1 1 420px', minWidth: 0 }}>
        <Observed field={field} />
        <Values field={field} />
        <History field={field} />
      </Flex>
      <Flex vertical gap={space.medium} style={{ flex: '1 1 340px', minWidth: 0 }}>
        <Meaning key={field.history?.length ?? 0} field={field} />
        {may('catalogue.lineage') && <Goes field={field} />}
      </Flex>
    </Flex>
  );
}

function Observed({ field }: { field: Field }) {
  const say = useSay();
  const formats = useFormats();
  const { kind, event, types, completeness, distinct, seen, firstSeenAtMs, lastSeenAtMs, inside } = field;
  const items = [
    { key: 'source', label: say(words.source), children: field.sourceName },
    { key: 'kind', label: say(words.kind), children: event ?? say(kindWords[kind] ?? { en: kind, zh: kind }) },
    {
      key: 'types',
      label: say(words.types),
      children:
        Object.entries(types)
          .map(([type, count]) => `${type} ${formats.number(count)}`)
          .join(', ') || '–',
    },
    {
      key: 'filled',
      label: say(words.filled),
      children: <Share of={completeness} label={say(words.filled)} width={160} />,
    },
    { key: 'distinct', label: say(words.distinct), children: say(words.about, { count: distinct }) },
    { key: 'seen', label: say(words.seen), children: formats.number(seen) },
    { key: 'first', label: say(words.first), children: firstSeenAtMs === undefined ? '–' : <When atMs={firstSeenAtMs} /> },
    { key: 'last', label: say(words.last), children: lastSeenAtMs === undefined ? '–' : <When atMs={lastSeenAtMs} /> },
  ];
  return (
    <Card size="small" title={say(words.observed)}>
      <Descriptions size="small" column={{ xs: 1, sm: 1, md: 1, lg: 2 }} items={items} />
      {inside !== undefined && <Text type="secondary">{say(words.inside, { count: inside })}</Text>}
    </Card>
  );
}

type Said = { class: NonNullable<Field['class']>; owner?: string; description?: string };

/** Empty is left out: the node keeps no empty words. */
const tidy = ({ class: dataClass, owner = '', description = '' }: Said): Said => ({
  class: dataClass,
  ...(owner.trim() !== '' && { owner: owner.trim() }),
  ...(description.trim() !== '' && { description: description.trim() }),
});

function Meaning({ field }: { field: Field }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [, go] = useLocation();
  const save = useMutation({
    mutationFn: (said: Said) =>
      unwrap(api.POST('/api/catalogue/fields/{id}', { params: { path: { id: field.id } }, body: tidy(said) })),
    onSuccess: () => void message.success(say(words.saved)),
    onSettled: () => client.invalidateQueries({ queryKey: catalogueKey }),
  });
  const found = (
    <Space wrap>
      <ClassMark field={field} />
      {field.classBy !== 'person' && field.classShare > 0 && (
        <Text type="secondary">{say(words.guess, { percent: formats.percent(field.classShare) })}</Text>
      )}
    </Space>
  );
  if (!may('catalogue.classify'))
    return (
      <Card size="small" title={say(words.meaning)}>
        <Descriptions
          size="small"
          column={1}
          items={[
            { key: 'class', label: say(words.class), children: found },
            { key: 'owner', label: say(words.owner), children: field.owner ?? '–' },
            { key: 'means', label: say(words.description), children: field.description ?? '–' },
          ]}
        />
      </Card>
    );
  const initial = { class: field.class, owner: field.owner, description: field.description };
  return (
    <Card size="small" title={say(words.meaning)}>
      <Form<Said> layout="vertical" requiredMark={false} initialValues={initial} onFinish={(said) => save.mutate(said)}>
        <Fault error={save.error} />
        <Form.Item name="class" label={say(words.class)} extra={found} rules={[{ required: true, message: say(words.needed) }]}>
          <Select options={Object.entries(classWords).map(([value, label]) => ({ value, label: say(label) }))} />
        </Form.Item>
        <Form.Item name="owner" label={say(words.owner)} extra={say(words.ownerHint)}>
          <Input maxLength={128} />
        </Form.Item>
        <Form.Item name="description" label={say(words.description)}>
          <Input.TextArea maxLength={1000} rows={3} />
        </Form.Item>
        <Space>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {say(words.save)}
          </Button>
          {may('catalogue.forget') && (
            <Act
              name={words.forget}
              about={words.forgetAbout}
              danger
              done={words.forgotten}
              act={() => unwrap(api.DELETE('/api/catalogue/fields/{id}', { params: { path: { id: field.id } } }))}
              onDone={() => go('/catalogue')}
              refresh={[[...catalogueKey, 'list']]}
            />
          )}
        </Space>
      </Form>
    </Card>
  );
}

/** Traits that are made of it, with what these are used for. */
function Goes({ field }: { field: Field }) {
  const say = useSay();
  const purposeOf = usePurposeName();
  const may = useMay();
  const asked = useTraits();
  const mine = useMemo(
    () => (asked.data?.traits ?? []).filter(({ fields }) => fields.includes(field.id)),
    [asked.data, field.id],
  );
  const lineages = useQueries({
    queries: mine.map(({ trait }) => ({
      queryKey: [...catalogueKey, 'lineage', trait],
      queryFn: ({ signal }) => unwrap(api.GET('/api/catalogue/lineage/{trait}', { params: { path: { trait } }, signal })),
    })),
  });
  const purposes = [...new Set(lineages.flatMap(({ data }) => data?.uses.flatMap(({ purpose }) => purpose ?? []) ?? []))];
  return (
    <Card size="small" title={say(words.goes)}>
      <Answer of={asked} rows={2}>
        {() => (
          <Flex vertical gap={space.small}>
            {mine.length === 0 && <Text type="secondary">{say(words.goesNowhere)}</Text>}
            {mine.map(({ trait, label, uses }) => (
              <Link key={trait} href={to('/lineage/:trait', { trait })}>
                {label ? say(label) : trait} · {say(plural(uses, words.use, words.uses), { count: uses })}
              </Link>
            ))}
            {mine.length > 0 && (
              <Space wrap>
                <Text type="secondary">{say(words.purposes)}</Text>
                {purposes.length === 0
                  ? say(words.noPurpose)
                  : purposes.map((purpose) => (
                      <Mark key={purpose} tone="note">
                        {purposeOf(purpose)}
                      </Mark>
                    ))}
              </Space>
            )}
            {may('dictionary.read') && <Link href={`/dictionary/${field.source}`}>{say(words.dictionary)}</Link>}
          </Flex>
        )}
      </Answer>
    </Card>
  );
}

function Values({ field: { quantiles = [], top = [] } }: { field: Field }) {
  const say = useSay();
  const formats = useFormats();
  const option = useMemo(
    (): ChartOption => ({
      grid: plainGrid,
      xAxis: { type: 'value', scale: true },
      yAxis: { type: 'category', data: quantiles.map(({ q }) => `${Math.round(q * 100)} %`) },
      series: [{ type: 'bar', data: quantiles.map(({ value }) => value), barMaxWidth: 14 }],
      tooltip: { trigger: 'axis' },
    }),
    [quantiles],
  );
  if (quantiles.length === 0 && top.length === 0) return null;
  return (
    <Card size="small" title={say(quantiles.length > 0 ? words.values : words.common)}>
      <Typography.Paragraph type="secondary">{say(words.valuesAbout)}</Typography.Paragraph>
      {quantiles.length > 0 && (
        <Chart
          option={option}
          height={160}
          label={quantiles.map(({ q, value }) => `${q}: ${formats.number(value)}`).join(', ')}
        />
      )}
      {top.map(({ value, share }) => (
        <Flex key={value} gap={space.small} align="center">
          <Typography.Text ellipsis style={{ width: 180 }}>
            {value}
          </Typography.Text>
          <Share of={share} label={`${value} ${say(words.share)}`} width={200} />
        </Flex>
      ))}
    </Card>
  );
}

function History({ field: { history = [] } }: { field: Field }) {
  const say = useSay();
  return (
    <Card size="small" title={say(words.history)}>
      {history.length === 0 ? (
        <Text type="secondary">{say(words.noHistory)}</Text>
      ) : (
        <Timeline
          items={history
            .toSorted((one, other) => other.version - one.version)
            .map(({ version, by, decidedAtMs, class: dataClass, owner, description }) => ({
              key: version,
              content: (
                <>
                  <Text strong>{say(classWords[dataClass] ?? { en: dataClass, zh: dataClass })}</Text>
                  {[owner, description].filter(Boolean).map((text) => (
                    <div key={text}>{text}</div>
                  ))}
                  <Text type="secondary">
                    <Who actor={by} /> · <When atMs={decidedAtMs} />
                  </Text>
                </>
              ),
            }))}
        />
      )}
    </Card>
  );
}
