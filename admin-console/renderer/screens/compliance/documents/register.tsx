// The register of processing: written by the node itself out of how it is set up, with the versions that were kept whenever that changed.

import { Card, Flex, Select } from 'antd';
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { useQuery } from '../../../parts/ask.ts';
import { Help } from '../../../parts/help.tsx';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useSay, type Words } from '../../../words/words.ts';
import { Facts } from '../facts.tsx';
import { useRuleWords } from '../rights/retention.tsx';
import { Keep } from './keep.tsx';
import { type Processing, ProcessingTable } from './processing.tsx';
import { DocumentTabs } from './tabs.tsx';

const words = {
  title: { en: 'Documents', zh: '合规文档' },
  about: {
    en: 'Written by the node out of how it is set up, so that it cannot be out of date.',
    zh: '由节点依据实际配置生成，不会过时。',
  },
  help: {
    en: 'GDPR article 30, PIPL articles 54 to 56. A version is kept whenever the settings differ from the last one; counts alone make no version.',
    zh: '依据《通用数据保护条例》第三十条、《个人信息保护法》第五十四至五十六条。设置变化时自动保存新版本，仅数量变化不计。',
  },
  version: { en: 'Version', zh: '版本' },
  now: { en: 'as it is now', zh: '现行' },
  versionOf: { en: 'version {version}, {day}', zh: '版本 {version}，{day}' },
  controller: { en: 'Controller', zh: '处理者' },
  noController: { en: 'not named in the configuration', zh: '配置中未填写' },
  notice: { en: 'Privacy notice', zh: '隐私政策' },
  law: { en: 'Law', zh: '适用法律' },
  made: { en: 'Made', zh: '生成时间' },
  people: { en: 'People', zh: '个人数量' },
  records: { en: '{people} in {records} records', zh: '{people} 人，{records} 条记录' },
  purposes: { en: 'Purposes', zh: '处理目的' },
  sources: { en: 'Where data comes from', zh: '数据来源' },
  source: { en: 'Source', zh: '来源' },
  kind: { en: 'Kind', zh: '类型' },
  noSources: { en: 'No source yet', zh: '尚无数据源' },
  data: { en: 'Categories of data', zh: '数据类别' },
  traits: { en: 'Traits', zh: '属性' },
  identifiers: { en: 'Identifiers', zh: '标识' },
  computed: { en: 'Computed', zh: '计算属性' },
  keptBy: { en: 'Kept by', zh: '保存于' },
  recipients: { en: 'Recipients', zh: '接收方' },
  system: { en: 'System', zh: '系统' },
  host: { en: 'Host', zh: '主机' },
  tells: { en: 'Told by', zh: '告知所用标识' },
  noRecipients: { en: 'Data is given to nobody', zh: '未向任何接收方提供数据' },
  retention: { en: 'Retention', zh: '保存期限' },
  rule: { en: 'Rule', zh: '规则' },
  what: { en: 'What is removed', zh: '删除内容' },
  noRetention: { en: 'Kept until erased', zh: '保存至被删除' },
  measures: { en: 'Technical and organisational measures', zh: '技术与组织措施' },
} as const;

type Rule = Parameters<ReturnType<typeof useRuleWords>>[0];
type Content = {
  controller: string;
  privacyNotice?: string;
  law: { law: string; version: number; name: Words };
  processing: Processing[];
  subjects: number;
  records: number;
  sources: { name: string; kind: string }[];
  data: { traits: string[]; identifiers: string[]; computed: string[]; keptBy: string[] };
  retention: Rule[];
  recipients: { name: string; host: string; tells: string[] }[];
  measures: Words[];
};
type Version = { id: number; version: number; madeAtMs: number; content: Content };

export default function Register() {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const [params, setParams] = useSearchParams();
  const chosen = Number(params.get('version') ?? 0);
  const asked = useQuery({ queryKey: ['register'], queryFn: ({ signal }) => unwrap(api.GET('/api/register', { signal })) });
  const versions = useQuery({
    queryKey: ['register', 'versions'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/register/versions', { signal })),
    enabled: may('register.versions'),
  });
  const kept: readonly Version[] = versions.data?.registers ?? [];
  const actions = (
    <Flex gap={space.small} align="center" wrap>
      {kept.length > 0 && (
        <Select
          aria-label={say(words.version)}
          value={chosen}
          onChange={(next) => setParams(next === 0 ? {} : { version: String(next) }, { replace: true })}
          popupMatchSelectWidth={false}
          options={[
            { value: 0, label: say(words.now) },
            ...kept.map(({ version, madeAtMs }) => ({
              value: version,
              label: say(words.versionOf, { version: String(version), day: formats.day(madeAtMs) }),
            })),
          ]}
        />
      )}
      {chosen === 0 && (
        <Keep
          name="register"
          fetch={(format, language) =>
            unwrap(api.GET('/api/register', { params: { query: { format, language } }, parseAs: 'text' }))
          }
        />
      )}
      <Help about={words.help} />
    </Flex>
  );
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <DocumentTabs at="/register">
        <Answer of={asked}>{(now) => <Document of={kept.find(({ version }) => version === chosen) ?? now} />}</Answer>
      </DocumentTabs>
    </Page>
  );
}

function Document({ of: { version, madeAtMs, content } }: { of: Version }) {
  const say = useSay();
  const formats = useFormats();
  const ruleWords = useRuleWords();
  const { controller, privacyNotice, law, processing, subjects, records, sources, data, retention, recipients, measures } =
    content;
  const tags = (all: readonly string[]) => all.map((one) => <Mark key={one}>{one}</Mark>);
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small">
        <Facts
          columns={2}
          of={[
            [words.controller, controller || <Text type="secondary">{say(words.noController)}</Text>],
            [words.law, say(law.name)],
            [words.version, formats.number(version)],
            [words.made, formats.moment(madeAtMs)],
            [words.people, say(words.records, { people: subjects, records })],
            [words.notice, privacyNotice],
          ]}
        />
      </Card>
      <Part title={words.purposes}>
        <ProcessingTable of={processing} />
      </Part>
      <Part title={words.sources}>
        <Rows
          rowKey="name"
          dataSource={sources}
          none={words.noSources}
          columns={[
            { title: say(words.source), dataIndex: 'name' },
            { title: say(words.kind), dataIndex: 'kind' },
          ]}
        />
      </Part>
      <Part title={words.data}>
        <Facts
          of={[
            [words.traits, tags(data.traits)],
            [words.identifiers, tags(data.identifiers)],
            [words.computed, data.computed.length > 0 ? tags(data.computed) : undefined],
            [words.keptBy, tags(data.keptBy)],
          ]}
        />
      </Part>
      <Part title={words.recipients}>
        <Rows
          rowKey="name"
          dataSource={recipients}
          none={words.noRecipients}
          columns={[
            { title: say(words.system), dataIndex: 'name' },
            { title: say(words.host), dataIndex: 'host' },
            { title: say(words.tells), render: (_, { tells }) => tells.join(', ') },
          ]}
        />
      </Part>
      <Part title={words.retention}>
        <Rows
          rowKey="name"
          dataSource={retention}
          none={words.noRetention}
          columns={[
            { title: say(words.rule), dataIndex: 'name' },
            { title: say(words.what), render: (_, rule) => ruleWords(rule) },
          ]}
        />
      </Part>
      <Part title={words.measures}>
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {measures.map((one) => (
            <li key={one.en}>{say(one)}</li>
          ))}
        </ul>
      </Part>
    </Flex>
  );
}

export function Part({ title, children }: { title: Words; children: ReactNode }) {
  const say = useSay();
  return (
    <Card size="small" title={say(title)}>
      {children}
    </Card>
  );
}
