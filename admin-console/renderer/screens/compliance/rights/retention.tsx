// Retention: the rules of the configuration in words, what they would remove now, and what each run removed.

import { Button, Card, Flex } from 'antd';
import { api, unwrap } from '../../../api/client.ts';
import { space } from '../../../design/design.ts';
import { Act } from '../../../parts/act.tsx';
import { useQuery } from '../../../parts/ask.ts';
import { Mark } from '../../../parts/mark.tsx';
import { Page } from '../../../parts/page.tsx';
import { usePurposeName } from '../../../parts/purpose-names.ts';
import { useMay } from '../../../parts/session.ts';
import { Answer } from '../../../parts/states.tsx';
import { Rows } from '../../../parts/table.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useSay } from '../../../words/words.ts';
import { kindWords } from '../../customers/field-words.ts';
import { classNamed } from '../policies/class-words.ts';
import { type Counts, RetentionCounts } from './retention-counts.tsx';
import { ErasureTabs } from './tabs.tsx';

const words = {
  title: { en: 'Erasure and retention', zh: '删除与保留期' },
  about: { en: 'What is kept how long. The rules run once a day by themselves.', zh: '数据的保留期限。规则每日自动执行一次。' },
  run: { en: 'Propose to run now', zh: '提议立即执行' },
  runAbout: {
    en: 'What is kept longer than the rules say is deleted for good. A second person decides.',
    zh: '超过保留期的数据将永久删除，须由第二人决定。',
  },
  rules: { en: 'Rules', zh: '规则' },
  rule: { en: 'Rule', zh: '规则' },
  what: { en: 'What is removed', zh: '删除内容' },
  forClass: { en: 'Class of data', zh: '数据类别' },
  forPurpose: { en: 'Kept for', zh: '保留用途' },
  events: { en: '{which} older than {days} days', zh: '超过 {days} 天的{which}' },
  ofKind: { en: 'events of the kind “{kind}”', zh: '“{kind}”类事件' },
  named: { en: 'events named “{name}”', zh: '名为“{name}”的事件' },
  between: { en: ', ', zh: '、' },
  allEvents: { en: 'all events', zh: '全部事件' },
  records: { en: 'records of which nothing was heard for {days} days', zh: '{days} 天无任何活动的记录' },
  noRules: { en: 'There are no rules: everything is kept until it is erased', zh: '没有规则：数据保留至被删除' },
  noRulesNext: { en: 'Rules stand under “retention” in the node’s configuration.', zh: '规则在节点配置的 retention 项中设置。' },
  preview: { en: 'What a run would remove now', zh: '立即执行将删除的内容' },
  previewAbout: { en: 'Counts everything once, changes nothing.', zh: '仅统计，不作任何更改。' },
  look: { en: 'Count it', zh: '开始统计' },
  again: { en: 'Count again', zh: '重新统计' },
  runs: { en: 'Runs', zh: '执行记录' },
  noRuns: { en: 'No run yet', zh: '尚未执行' },
  number: { en: 'Run', zh: '执行' },
  began: { en: 'Began', zh: '开始时间' },
  ended: { en: 'Ended', zh: '结束时间' },
  goesOn: { en: 'goes on', zh: '执行中' },
  removedEvents: { en: 'Events', zh: '事件' },
  removedRecords: { en: 'Records', zh: '记录' },
  held: { en: 'Held back', zh: '依法保留' },
} as const;

const retentionKey = ['retention'] as const;
type Rule = {
  name: string;
  events?: { names?: string[]; kinds?: string[]; olderThanDays: number };
  records?: { inactiveDays: number };
  dataClass?: string;
  purpose?: string;
};
type Run = { run: number; beganAtMs: number; endedAtMs?: number; rules: Counts[] };

export default function Retention() {
  const say = useSay();
  const may = useMay();
  const asked = useQuery({
    queryKey: retentionKey,
    queryFn: ({ signal }) => unwrap(api.GET('/api/retention', { signal })),
    refetchInterval: ({ state }) => (state.data?.runs.some(({ endedAtMs }) => endedAtMs === undefined) ? 2_000 : 60_000),
  });
  const propose = may('retention.run') && (
    <Act
      name={words.run}
      about={words.runAbout}
      danger
      reason
      refresh={[retentionKey, ['approvals'], ['home']]}
      act={({ reason }) => unwrap(api.POST('/api/approvals', { body: { kind: 'retention.run', payload: {}, reason } }))}
    />
  );
  return (
    <Page title={words.title} about={words.about} actions={propose}>
      <ErasureTabs at="/erasures/retention">
        <Answer of={asked}>
          {({ rules, runs }) => (
            <Flex vertical gap={space.medium}>
              <Card size="small" title={say(words.rules)}>
                <RuleList of={rules} />
              </Card>
              {may('retention.preview') && rules.length > 0 && <Preview />}
              <Card size="small" title={say(words.runs)}>
                <Runs of={runs} />
              </Card>
            </Flex>
          )}
        </Answer>
      </ErasureTabs>
    </Page>
  );
}

/** What a rule removes, in a sentence. */
export function useRuleWords(): (rule: Rule) => string {
  const say = useSay();
  return ({ events, records }) => {
    if (records) return say(words.records, { days: records.inactiveDays });
    if (!events) return '';
    const kinds = (events.kinds ?? []).map((kind) => say(words.ofKind, { kind: say(kindWords(kind)) }));
    const names = (events.names ?? []).map((name) => say(words.named, { name }));
    const which = [...kinds, ...names].join(say(words.between)) || say(words.allEvents);
    return say(words.events, { which, days: events.olderThanDays });
  };
}

function RuleList({ of }: { of: readonly Rule[] }) {
  const say = useSay();
  const nameOf = usePurposeName();
  const ruleWords = useRuleWords();
  return (
    <Rows<Rule>
      rowKey="name"
      dataSource={[...of]}
      none={words.noRules}
      next={words.noRulesNext}
      columns={[
        { title: say(words.rule), dataIndex: 'name' },
        { title: say(words.what), render: (_, rule) => ruleWords(rule) },
        { title: say(words.forClass), render: (_, { dataClass }) => dataClass && say(classNamed(dataClass)) },
        { title: say(words.forPurpose), render: (_, { purpose }) => purpose && nameOf(purpose) },
      ]}
    />
  );
}

function Preview() {
  const say = useSay();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: [...retentionKey, 'preview'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/retention/preview', { signal })),
    enabled: false,
    gcTime: 600_000,
  });
  const { data, isFetching } = asked;
  return (
    <Card
      size="small"
      title={say(words.preview)}
      extra={
        <Button size="small" loading={isFetching} onClick={() => void asked.refetch()}>
          {say(data ? words.again : words.look)}
        </Button>
      }
    >
      {data ? (
        <Flex vertical gap={space.small}>
          <Text type="secondary">{formats.moment(data.atMs)}</Text>
          <RetentionCounts of={data.rules} />
        </Flex>
      ) : asked.error ? (
        <Answer of={asked}>{() => null}</Answer>
      ) : (
        <Text type="secondary">{say(words.previewAbout)}</Text>
      )}
    </Card>
  );
}

function Runs({ of }: { of: readonly Run[] }) {
  const say = useSay();
  const formats = useFormats();
  const sum =
    (name: 'events' | 'records' | 'held') =>
    (_: unknown, { rules }: Run) =>
      formats.number(rules.reduce((total, one) => total + one[name], 0));
  return (
    <Rows<Run>
      rowKey="run"
      dataSource={[...of]}
      none={words.noRuns}
      expandable={{ expandedRowRender: ({ rules }) => <RetentionCounts of={rules} /> }}
      columns={[
        { title: say(words.number), dataIndex: 'run' },
        { title: say(words.began), render: (_, { beganAtMs }) => formats.moment(beganAtMs) },
        {
          title: say(words.ended),
          render: (_, { endedAtMs }) =>
            endedAtMs === undefined ? <Mark tone="wait">{say(words.goesOn)}</Mark> : formats.moment(endedAtMs),
        },
        { title: say(words.removedEvents), align: 'right', render: sum('events') },
        { title: say(words.removedRecords), align: 'right', render: sum('records') },
        { title: say(words.held), align: 'right', render: sum('held') },
      ]}
    />
  );
}
