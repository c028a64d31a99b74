// How good the data of each source are, at a glance: the score now and over two days, what stands wrong, and the alarms there were.

import { Badge, Card, Flex } from 'antd';
import { Link } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { useQuery } from '../../parts/ask.ts';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { sourceWords } from '../customers/field-words.ts';
import { qualityKey, type Source, useChosen, useHistory, useScore, useSources } from './ask.ts';
import { alarmReasons, qualityKinds, ruleWords, toneOf } from './quality-words.ts';
import { ScoreChart } from './score-chart.tsx';

const words = {
  title: { en: 'Quality', zh: '数据质量' },
  about: { en: 'Each source is scored by the hour against its rules.', zh: '各数据源按规则逐小时评分。' },
  help: {
    en: 'A rule’s score is the share of what was checked that is well; a source’s is the mean of its rules by their weights. A score that falls below its threshold, or further than its own history explains, raises an alarm.',
    zh: '规则得分为检查合格的占比；数据源得分为各规则按权重的平均。得分低于阈值，或下降超出自身历史波动时告警。',
  },
  sources: { en: 'Sources', zh: '数据源' },
  alarms: { en: 'Alarms', zh: '告警' },
  show: { en: 'Show', zh: '显示内容' },
  none: { en: 'There is no source yet', zh: '尚无数据源' },
  noneNext: { en: 'Quality is scored once a source has sent events.', zh: '数据源上报事件后开始评分。' },
  now: { en: 'This hour', zh: '本小时' },
  last: { en: 'Last hour', zh: '上一小时' },
  nothing: { en: 'Nothing was checked yet', zh: '尚无检查' },
  events: { en: '{count} events', zh: '{count} 条事件' },
  standing: { en: '{count} alarms stand', zh: '{count} 项告警未解除' },
  well: { en: 'no alarm stands', zh: '无告警' },
  noAlarms: { en: 'No score has fallen', zh: '尚无得分下降' },
  noAlarmsNext: { en: 'An alarm is raised when a score of enough checks falls.', zh: '检查数足够且得分下降时会产生告警。' },
  source: { en: 'Source', zh: '数据源' },
  rule: { en: 'Rule', zh: '规则' },
  kind: { en: 'Kind', zh: '类别' },
  why: { en: 'Why', zh: '原因' },
  score: { en: 'Score', zh: '得分' },
  expected: { en: 'Expected', zh: '预期' },
  raised: { en: 'Raised', zh: '产生时间' },
  ended: { en: 'Ended', zh: '解除时间' },
  stands: { en: 'stands', zh: '未解除' },
  inbox: { en: 'Acknowledge in the inbox of alarms', zh: '前往告警收件箱确认' },
} as const;

export default function Quality() {
  const say = useSay();
  const [view, chooseView] = useChosen('view');
  const choice = (
    <Flex gap={space.small} align="center">
      <Segmented
        aria-label={say(words.show)}
        value={view === 'alarms' ? 'alarms' : 'sources'}
        onChange={(next) => chooseView(next === 'alarms' ? next : '')}
        options={[
          { value: 'sources', label: say(words.sources) },
          { value: 'alarms', label: say(words.alarms) },
        ]}
      />
      <Help about={words.help} />
    </Flex>
  );
  return (
    <Page title={words.title} about={words.about} actions={choice}>
      {view === 'alarms' ? <Alarms /> : <Overview />}
    </Page>
  );
}

function Overview() {
  const asked = useSources();
  return (
    <Answer of={asked}>
      {({ sources }) =>
        sources.length === 0 ? (
          <Nothing what={words.none} next={words.noneNext} />
        ) : (
          <Flex gap={space.medium} wrap>
            {sources.map((source) => (
              <OneSource key={source.id} source={source} />
            ))}
          </Flex>
        )
      }
    </Answer>
  );
}

function OneSource({ source: { id, name } }: { source: Source }) {
  const say = useSay();
  const formats = useFormats();
  const score = useScore(id);
  const history = useHistory(id, 48);
  return (
    <Card
      size="small"
      style={{ flex: '1 1 300px', maxWidth: 400 }}
      title={<Link href={to('/quality/:source', { source: id })}>{say(sourceWords(name))}</Link>}
    >
      <Answer of={score} rows={2}>
        {({ running, last, alarms }) => {
          const shown = running?.score ?? last?.score;
          return (
            <Flex vertical gap={space.hair}>
              <Flex justify="space-between" align="baseline">
                <Text strong style={{ fontSize: 20 }}>
                  {shown === undefined ? '–' : formats.percent(shown)}
                </Text>
                <Text type="secondary">
                  {running
                    ? say(words.events, { count: running.events })
                    : shown === undefined
                      ? say(words.nothing)
                      : say(words.last)}
                </Text>
              </Flex>
              <Badge
                status={alarms.length > 0 ? 'error' : 'success'}
                text={alarms.length > 0 ? say(words.standing, { count: alarms.length }) : say(words.well)}
              />
            </Flex>
          );
        }}
      </Answer>
      <Answer of={history} rows={1}>
        {({ hours }) => <ScoreChart hours={hours} small height={48} />}
      </Answer>
    </Card>
  );
}

function Alarms() {
  const say = useSay();
  const may = useMay();
  const formats = useFormats();
  const asked = useQuery({
    queryKey: [...qualityKey, 'alarms'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/quality/alarms', { signal })),
  });
  return (
    <Answer of={asked}>
      {({ alarms }) => (
        <Flex vertical gap={space.small}>
          {may('alarms.list') && alarms.length > 0 && <Link href="/alarms">{say(words.inbox)}</Link>}
          <Rows
            rowKey="id"
            none={words.noAlarms}
            next={words.noAlarmsNext}
            dataSource={alarms}
            columns={[
              {
                title: say(words.source),
                width: 150,
                render: (_, { source, sourceName }) => <Link href={to('/quality/:source', { source })}>{sourceName}</Link>,
              },
              {
                title: say(words.rule),
                width: 220,
                ellipsis: true,
                render: (_, { rule, kind }) => say(ruleWords({ id: rule, kind })),
              },
              { title: say(words.kind), width: 110, render: (_, { kind }) => say(qualityKinds[kind]) },
              { title: say(words.why), width: 160, render: (_, { reason }) => say(alarmReasons[reason]) },
              {
                title: say(words.score),
                width: 90,
                align: 'right',
                render: (_, { score }) => <Mark tone={toneOf(score, 0.9)}>{formats.percent(score)}</Mark>,
              },
              { title: say(words.expected), width: 90, align: 'right', render: (_, { expected }) => formats.percent(expected) },
              { title: say(words.raised), width: 130, render: (_, { raisedAtMs }) => <When atMs={raisedAtMs} /> },
              {
                title: say(words.ended),
                width: 130,
                render: (_, { endedAtMs }) =>
                  endedAtMs === undefined ? <Mark tone="bad">{say(words.stands)}</Mark> : <When atMs={endedAtMs} />,
              },
            ]}
          />
        </Flex>
      )}
    </Answer>
  );
}
