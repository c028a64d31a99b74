// The quality of one source: its score and history, each rule with what broke it, and the rules themselves with their versions.

import { Card, Flex, List, Space, Statistic, Tabs } from 'antd';
import { Link, useParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { qualityKey, type Score, useChosen, useHistory, useQualityRules, useScore } from './ask.ts';
import { QualityRules } from './quality-rules.tsx';
import { alarmReasons, qualityKinds, ruleWords, toneOf } from './quality-words.ts';
import { ScoreChart } from './score-chart.tsx';
import { Versions } from './versions.tsx';

const words = {
  title: { en: 'Quality of {source}', zh: '{source} 的数据质量' },
  back: { en: 'Quality', zh: '返回数据质量' },
  scores: { en: 'Scores', zh: '得分' },
  rules: { en: 'Rules', zh: '规则' },
  versions: { en: 'Versions', zh: '历史版本' },
  now: { en: 'This hour', zh: '本小时' },
  last: { en: 'Last hour', zh: '上一小时' },
  range: { en: 'How far back', zh: '时间范围' },
  days2: { en: '2 days', zh: '2 天' },
  days7: { en: '7 days', zh: '7 天' },
  days90: { en: '90 days', zh: '90 天' },
  rule: { en: 'Rule', zh: '规则' },
  kind: { en: 'Kind', zh: '类别' },
  score: { en: 'This hour', zh: '本小时' },
  before: { en: 'Hour before', zh: '上一小时' },
  asked: { en: 'At least', zh: '阈值' },
  checked: { en: 'Checked', zh: '检查' },
  failed: { en: 'Broke it', zh: '不合格' },
  nothing: { en: 'nothing checked', zh: '未检查' },
  noRules: { en: 'No rule holds', zh: '没有生效的规则' },
  offenders: { en: 'What broke it this hour, at most 20', zh: '本小时的不合格事件（最多 20 条）' },
  noOffenders: { en: 'Nothing this hour', zh: '本小时没有' },
  standing: { en: 'stands since', zh: '始于' },
  quarantined: { en: 'Quarantine {id}', zh: '隔离事件 {id}' },
  customer: { en: 'Customer {id}', zh: '客户 {id}' },
} as const;

export default function SourceQuality() {
  const say = useSay();
  const { source } = useParams<{ source: string }>();
  const id = Number(source);
  const asked = useScore(id);
  const [view, choose] = useChosen('view');
  const title = say(words.title, { source: asked.data?.sourceName ?? `#${source}` });
  return (
    <Page title={title} actions={<Link href="/quality">{say(words.back)}</Link>}>
      <Tabs
        activeKey={view === 'rules' || view === 'versions' ? view : 'scores'}
        onChange={(next) => choose(next === 'scores' ? '' : next)}
        items={[
          {
            key: 'scores',
            label: say(words.scores),
            children: <Answer of={asked}>{(score) => <Scores score={score} />}</Answer>,
          },
          { key: 'rules', label: say(words.rules), children: <QualityRules source={id} /> },
          { key: 'versions', label: say(words.versions), children: <OldRules source={id} /> },
        ]}
      />
    </Page>
  );
}

const ranges = { days2: 48, days7: 168, days90: 2160 } as const;

function Scores({ score }: { score: Score }) {
  const say = useSay();
  const formats = useFormats();
  const [range, chooseRange] = useChosen('range');
  const shown = range === 'days7' || range === 'days90' ? range : 'days2';
  const history = useHistory(score.source, ranges[shown]);
  const figure = (title: string, value: number | undefined) => (
    <Statistic title={title} value={value === undefined ? '–' : formats.percent(value)} styles={{ content: { fontSize: 22 } }} />
  );
  return (
    <Flex vertical gap={space.medium}>
      <Card size="small">
        <Flex gap={space.large} wrap>
          {figure(say(words.now), score.running?.score)}
          {figure(say(words.last), score.last?.score)}
          {Object.entries(qualityKinds).map(([kind, called]) => {
            const value = (score.running?.kinds ?? score.last?.kinds)?.[kind as keyof typeof qualityKinds];
            return value === undefined ? null : <div key={kind}>{figure(say(called), value)}</div>;
          })}
        </Flex>
        {score.alarms.map((alarm) => (
          <div key={alarm.id}>
            <Mark tone="bad">{say(ruleWords({ id: alarm.rule, kind: alarm.kind }))}</Mark> {say(alarmReasons[alarm.reason])}:{' '}
            {formats.percent(alarm.score)} / {formats.percent(alarm.expected)} · {say(words.standing)}{' '}
            <When atMs={alarm.raisedAtMs} />
          </div>
        ))}
      </Card>
      <Card
        size="small"
        extra={
          <Segmented
            aria-label={say(words.range)}
            size="small"
            value={shown}
            onChange={(next) => chooseRange(next === 'days2' ? '' : next)}
            options={(['days2', 'days7', 'days90'] as const).map((value) => ({ value, label: say(words[value]) }))}
          />
        }
        title={say(words.scores)}
      >
        <Answer of={history} rows={2}>
          {({ hours }) => <ScoreChart hours={hours} height={220} />}
        </Answer>
      </Card>
      <RuleScores score={score} />
    </Flex>
  );
}

type RuleScore = Score['rules'][number];

function RuleScores({ score }: { score: Score }) {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const [open, choose] = useChosen('rule');
  return (
    <Rows<RuleScore>
      rowKey="id"
      none={words.noRules}
      dataSource={score.rules}
      {...(may('quality.offenders') && {
        expandable: {
          expandedRowKeys: open === '' ? [] : [open],
          onExpand: (opened, { id }) => choose(opened ? id : ''),
          rowExpandable: ({ failed }) => failed > 0,
          expandedRowRender: ({ id }) => <Offenders source={score.source} rule={id} />,
        },
      })}
      columns={[
        { title: say(words.rule), width: 280, ellipsis: true, render: (_, rule) => say(ruleWords(rule)) },
        { title: say(words.kind), width: 120, render: (_, { kind }) => say(qualityKinds[kind]) },
        {
          title: say(words.score),
          width: 120,
          render: (_, { score: value, threshold }) =>
            value === undefined ? (
              <Text type="secondary">{say(words.nothing)}</Text>
            ) : (
              <Mark tone={toneOf(value, threshold)}>{formats.percent(value)}</Mark>
            ),
        },
        {
          title: say(words.before),
          width: 120,
          render: (_, { lastScore }) => (lastScore === undefined ? '–' : formats.percent(lastScore)),
        },
        { title: say(words.asked), width: 90, align: 'right', render: (_, { threshold }) => formats.percent(threshold) },
        { title: say(words.checked), width: 100, align: 'right', render: (_, { checked }) => formats.number(checked) },
        { title: say(words.failed), width: 100, align: 'right', render: (_, { failed }) => formats.number(failed) },
      ]}
    />
  );
}

function Offenders({ source, rule }: { source: number; rule: string }) {
  const say = useSay();
  const may = useMay();
  const asked = useQuery({
    queryKey: [...qualityKey, 'offenders', source, rule],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/quality/sources/{id}/offenders', { params: { path: { id: source }, query: { rule } }, signal })),
  });
  const link = ({ quarantine, person }: { quarantine?: number; person?: string }) => {
    if (quarantine !== undefined) {
      const text = say(words.quarantined, { id: String(quarantine) });
      return may('quarantine.read') ? <Link href={to('/quarantine/:id', { id: quarantine })}>{text}</Link> : text;
    }
    if (person === undefined) return null;
    const text = say(words.customer, { id: person });
    return may('profile.read') ? <Link href={to('/customers/:id', { id: person })}>{text}</Link> : text;
  };
  return (
    <Answer of={asked} rows={1}>
      {({ offenders }) =>
        offenders.length === 0 ? (
          <Text type="secondary">{say(words.noOffenders)}</Text>
        ) : (
          <List
            size="small"
            header={say(words.offenders)}
            dataSource={offenders}
            rowKey={({ messageId }) => messageId}
            renderItem={(one) => (
              <List.Item>
                <Space wrap>
                  <Text code className="hf-break">
                    {one.messageId}
                  </Text>
                  <When atMs={one.atMs} />
                  {link(one)}
                </Space>
              </List.Item>
            )}
          />
        )
      }
    </Answer>
  );
}

function OldRules({ source }: { source: number }) {
  const may = useMay();
  const [chosen, choose] = useChosen('version');
  const now = useQualityRules(source);
  const asked = useQuery({
    queryKey: [...qualityKey, 'versions', source],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/quality/sources/{id}/rules/versions', { params: { path: { id: source } }, signal })),
  });
  const version = chosen === '' ? undefined : Number(chosen);
  const then = useQualityRules(source, version);
  const restore = (document: unknown) =>
    unwrap(
      api.PUT('/api/quality/sources/{id}/rules', {
        params: { path: { id: source } },
        body: document as { [name: string]: unknown },
      }),
    );
  return (
    <Answer of={asked}>
      {({ versions }) => (
        <Versions
          versions={versions}
          chosen={version}
          choose={(next) => choose(String(next))}
          now={now.data?.document}
          then={then}
          refresh={[qualityKey]}
          {...(may('quality.rules.set') && { restore })}
        />
      )}
    </Answer>
  );
}
