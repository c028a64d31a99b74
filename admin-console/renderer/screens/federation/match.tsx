// One match: its terms, who approved, how far it is with what holds it, what came of it, and what proves it. What waits for this side is on top.

import { Alert, Card, Descriptions, Flex, Form, Input, Space, Steps, Table, Tabs } from 'antd';
import { Link, useParams, useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Page } from '../../parts/page.tsx';
import { usePurposeName } from '../../parts/purpose-names.ts';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import { isSame, Leakage, modeNames, useOptions } from './leakage.tsx';
import { MatchResult } from './match-result.tsx';
import { MatchSource, type SourceFields, sourceOf } from './match-source.tsx';
import { HowFar, MatchState } from './matches.tsx';
import { Officers } from './officers.tsx';
import { ReportPanel, TranscriptPanel } from './proof.tsx';
import { keys, type MatchInFull, propose, useFederations, useMatch, useMemberNames, useNamed } from './shared.ts';
import { alarmReasons, kindNames, matchSteps, uses } from './standing.ts';

const words = {
  title: { en: 'Match with {name}', zh: '与 {name} 的匹配' },
  loading: { en: 'Match', zh: '匹配' },
  about: { en: 'What both sides approved, and what came of it.', zh: '双方批准的条款与结果。' },
  overview: { en: 'Overview', zh: '概览' },
  reveals: { en: 'Who learns what', zh: '谁得知什么' },
  result: { en: 'Result', zh: '结果' },
  report: { en: 'Report', zh: '报告' },
  transcript: { en: 'Transcript', zh: '会话记录' },
  accept: { en: 'Accept', zh: '接受' },
  acceptAbout: {
    en: 'Read above who learns what first. A second person approves; then both sides compare masked values.',
    zh: '请先查看“谁得知什么”。经他人批准后，双方比对掩蔽后的值。',
  },
  decline: { en: 'Decline', zh: '拒绝' },
  stop: { en: 'Stop', zh: '停止' },
  stopAbout: {
    en: 'The other side reads the reason. What a side has learned already stays with it.',
    zh: '对方会看到理由；已得知的内容无法收回。',
  },
  release: { en: 'Go on after the count', zh: '得知数量后继续' },
  releaseAbout: {
    en: 'Officers of both sides have to agree before anybody learns who. A second person approves.',
    zh: '双方负责人均同意后才会得知是哪些客户；须经他人批准。',
  },
  released: { en: 'We agreed to go on; the other side decides.', zh: '本方已同意继续，待对方决定。' },
  counted: { en: 'The counter found {counts}. Is it about what you expected?', zh: '计数方得到 {counts}，是否与预期相近？' },
  alarm: { en: 'Held: too like an earlier match', zh: '已暂停：与此前的匹配过于相似' },
  noticed: { en: 'Noticed', zh: '提示' },
  earlier: { en: 'The earlier match', zh: '此前的匹配' },
  differ: { en: '{count} items differ.', zh: '相差 {count} 个条目。' },
  override: { en: 'Let it go on', zh: '放行' },
  overrideAbout: {
    en: 'For this one match, by you alone. Your note stands in the audit log.',
    zh: '仅对本次匹配有效，由您一人决定；备注记入审计日志。',
  },
  note: { en: 'What changed, and why', zh: '变化及原因' },
  needed: { en: 'Needed', zh: '必填' },
  overridden: { en: 'Let go on by {by}: {note}', zh: '由 {by} 放行：{note}' },
  role: { en: 'We are', zh: '本方角色' },
  initiator: { en: 'the initiator', zh: '发起方' },
  responder: { en: 'the responder', zh: '响应方' },
  way: { en: 'Way', zh: '方式' },
  use: { en: 'What for', zh: '用途' },
  purpose: { en: 'Purpose', zh: '目的' },
  reason: { en: 'Reason', zh: '理由' },
  kinds: { en: 'Matched by', zh: '匹配标识' },
  size: { en: 'Each side', zh: '每方规模' },
  between: { en: '{least} to {most}', zh: '{least} 至 {most}' },
  minimum: { en: 'Shared at least', zh: '共有至少' },
  counter: { en: 'Counter', zh: '计数方' },
  none: { en: 'none', zh: '无' },
  officers: { en: 'People of each side', zh: '每方批准人数' },
  sizes: { en: 'Sizes and result, by kind', zh: '各类标识的规模与结果' },
  kind: { en: 'Kind', zh: '标识' },
  mine: { en: 'We brought', zh: '本方提供' },
  theirs: { en: 'They brought', zh: '对方提供' },
  shared: { en: 'Shared', zh: '共有' },
  customers: { en: 'Shared customers: {count}', zh: '共有客户：{count}' },
  sum: { en: 'Sum of “{of}”: {sum}', zh: '“{of}”合计：{sum}' },
  taken: { en: 'We bring {count} customers', zh: '本方提供 {count} 位客户' },
  withoutConsent: { en: '{count} without consent left out', zh: '略去未同意的 {count} 位' },
  leftOut: { en: '{count} left out ({code})', zh: '略去 {count} 位（{code}）' },
  ours: { en: 'Approved by us', zh: '本方批准' },
  byThem: { en: 'Approved by them', zh: '对方批准' },
  us: { en: 'us', zh: '本方' },
  ended: { en: 'Why it ended', zh: '结束原因' },
} as const;

export default function OneMatch() {
  const { match: id } = useParams<{ match: string }>();
  const say = useSay();
  const named = useNamed();
  const asked = useMatch(id);
  const title = asked.data ? say(words.title, { name: named(asked.data.partner.name) }) : words.loading;
  return (
    <Page title={title} about={words.about} actions={asked.data && <Actions match={asked.data} />}>
      <Answer of={asked} rows={10}>
        {(match) => <Shown match={match} />}
      </Answer>
    </Page>
  );
}

function Actions({ match: { session: match, phase, role, terms, released } }: { match: MatchInFull }) {
  const may = useMay();
  const refresh = [keys.matches];
  const asked = phase === 'asked';
  if (phase === 'ended' || phase === 'ending') return null;
  return (
    <Space wrap>
      {asked && may('match.accept') && (
        <Act<SourceFields & { reason: string }>
          name={words.accept}
          about={words.acceptAbout}
          type="primary"
          reason
          refresh={refresh}
          fields={<MatchSource summed={terms.mode === 'sums' && role === 'responder'} />}
          act={({ reason, ...source }) => propose('match.accept', { match, source: sourceOf(source) }, reason)}
        />
      )}
      {phase === 'counted' && !released.mine && may('match.release') && (
        <Act
          name={words.release}
          about={words.releaseAbout}
          type="primary"
          reason
          refresh={refresh}
          act={({ reason }) => propose('match.release', { match }, reason)}
        />
      )}
      {may('match.stop') && (
        <Act
          name={asked ? words.decline : words.stop}
          about={words.stopAbout}
          danger
          reason
          refresh={refresh}
          act={({ reason }) => unwrap(api.POST('/api/matches/{match}/stop', { params: { path: { match } }, body: { reason } }))}
        />
      )}
    </Space>
  );
}

const steps = ['proposed', 'running', 'counted', 'ending', 'ended'] as const;

function Shown({ match }: { match: MatchInFull }) {
  const say = useSay();
  const may = useMay();
  const federations = useFederations();
  const [search, setSearch] = useSearchParams();
  const { session, phase, terms } = match;
  const shownSteps = steps.filter((step) => step !== 'counted' || terms.countFirst);
  const at = shownSteps.findIndex((step) => step === (phase === 'asked' ? 'proposed' : phase));
  const founder = federations.data?.find(({ federation }) => federation === match.federation)?.founderFingerprint;
  const ended = phase === 'ended';
  const tabs = [
    { key: 'overview', label: say(words.overview), children: <Overview match={match} /> },
    { key: 'reveals', label: say(words.reveals), children: <Reveals match={match} /> },
    ...(may('match.result') && match.learned?.customers !== undefined
      ? [{ key: 'result', label: say(words.result), children: <MatchResult match={session} /> }]
      : []),
    { key: 'report', label: say(words.report), children: <ReportPanel what="match" id={session} /> },
    {
      key: 'transcript',
      label: say(words.transcript),
      children: <TranscriptPanel what="match" id={session} founder={founder} ended={ended} />,
    },
  ];
  const chosen = search.get('part') ?? 'overview';
  return (
    <Flex vertical gap={space.medium}>
      <Space wrap>
        <MatchState match={match} />
        {phase === 'running' && <HowFar progress={match.progress} wide />}
      </Space>
      <Steps
        size="small"
        current={ended ? shownSteps.length : at}
        status={ended && match.outcome?.result !== 'done' ? 'error' : ended ? 'finish' : 'process'}
        items={shownSteps.map((step) => ({ title: say(matchSteps[step]) }))}
      />
      <Held match={match} />
      <Counted match={match} />
      <Tabs
        activeKey={tabs.some(({ key }) => key === chosen) ? chosen : 'overview'}
        onChange={(part) => setSearch(part === 'overview' ? {} : { part }, { replace: true })}
        items={tabs}
        destroyOnHidden
      />
    </Flex>
  );
}

function Held({ match: { session: match, alarms = [], override, phase } }: { match: MatchInFull }) {
  const say = useSay();
  const may = useMay();
  if (alarms.length === 0) return null;
  const holds = alarms.some(({ reason }) => reason !== 'near_sizes') && override === undefined && phase !== 'ended';
  return (
    <Alert
      type={holds ? 'warning' : 'info'}
      showIcon
      title={say(holds ? words.alarm : words.noticed)}
      description={
        <Flex vertical gap={space.small} align="start">
          {alarms.map(({ reason, like, difference }) => (
            <div key={`${reason} ${like}`}>
              {say(alarmReasons[reason] ?? { en: reason, zh: reason })}{' '}
              {difference !== undefined && difference > 0 && say(words.differ, { count: difference })}{' '}
              <Link href={to('/matches/:match', { match: like })}>{say(words.earlier)}</Link>
            </div>
          ))}
          {override && <span>{say(words.overridden, { by: override.by, note: override.note })}</span>}
          {holds && may('match.override') && (
            <Act<{ note: string }>
              name={words.override}
              about={words.overrideAbout}
              size="small"
              refresh={[keys.matches, ['alarms']]}
              fields={
                <Form.Item
                  name="note"
                  label={say(words.note)}
                  rules={[{ required: true, whitespace: true, message: say(words.needed) }]}
                >
                  <Input.TextArea maxLength={1000} rows={3} autoFocus />
                </Form.Item>
              }
              act={({ note }) =>
                unwrap(api.POST('/api/matches/{match}/override', { params: { path: { match } }, body: { note } }))
              }
            />
          )}
        </Flex>
      }
    />
  );
}

function Counted({ match: { phase, counted, released } }: { match: MatchInFull }) {
  const say = useSay();
  const formats = useFormats();
  if (phase !== 'counted') return null;
  const counts = Object.entries(counted?.counts ?? {})
    .map(([kind, count]) => `${say(kindNames[kind] ?? { en: kind, zh: kind })} ${formats.number(count)}`)
    .join(say({ en: ', ', zh: '，' }));
  return (
    <Alert
      type="info"
      showIcon
      title={say(words.counted, { counts })}
      description={released.mine ? say(words.released) : undefined}
    />
  );
}

function Overview({ match }: { match: MatchInFull }) {
  const say = useSay();
  const purposeOf = usePurposeName();
  const formats = useFormats();
  const language = useLanguage();
  const nameOf = useMemberNames();
  const { terms, role, officers, outcome, why, taken } = match;
  const items = [
    { key: 'role', label: say(words.role), children: say(words[role]) },
    { key: 'way', label: say(words.way), children: say(modeNames[terms.mode]) },
    { key: 'use', label: say(words.use), children: say(uses[terms.use]) },
    { key: 'purpose', label: say(words.purpose), children: purposeOf(terms.purpose) },
    { key: 'reason', label: say(words.reason), children: <span className="hf-break">{terms.reason}</span> },
    {
      key: 'kinds',
      label: say(words.kinds),
      children: terms.kinds.map((kind) => say(kindNames[kind] ?? { en: kind, zh: kind })).join(say({ en: ', ', zh: '、' })),
    },
    {
      key: 'size',
      label: say(words.size),
      children: say(words.between, { least: formats.number(terms.minSize), most: formats.number(terms.maxSize) }),
    },
    { key: 'minimum', label: say(words.minimum), children: formats.number(terms.minIntersection) },
    {
      key: 'counter',
      label: say(words.counter),
      children: terms.counter === undefined ? say(words.none) : nameOf(terms.counter),
    },
    { key: 'officers', label: say(words.officers), children: formats.number(terms.officers) },
  ];
  return (
    <Flex vertical gap={space.medium}>
      {outcome && outcome.result !== 'done' && (
        <Alert
          type="warning"
          showIcon
          title={say(words.ended)}
          description={
            <>
              {why && <div>{`${why.message[language]} ${why.next[language]}`}</div>}
              {outcome.reason && <div className="hf-break">{outcome.reason}</div>}
            </>
          }
        />
      )}
      <Descriptions size="small" bordered column={{ xs: 1, sm: 1, md: 2 }} items={items} />
      <Sizes match={match} />
      {taken && <Text>{takenWords(taken, say)}</Text>}
      <Flex gap={space.medium} wrap>
        <Officers title={words.ours} of={officers.ours} />
        <Officers title={words.byThem} of={officers.theirs} />
      </Flex>
    </Flex>
  );
}

function takenWords(
  { customers, withoutConsent = 0, leftOut }: NonNullable<MatchInFull['taken']>,
  say: ReturnType<typeof useSay>,
): string {
  const parts: [Words, { [name: string]: string | number }][] = [
    [words.taken, { count: customers }],
    ...(withoutConsent > 0 ? [[words.withoutConsent, { count: withoutConsent }] as [Words, { count: number }]] : []),
    ...Object.entries(leftOut)
      .filter(([, count]) => count > 0)
      .map(([code, count]): [Words, { code: string; count: number }] => [words.leftOut, { code, count }]),
  ];
  return parts.map(([text, values]) => say(text, values)).join(say({ en: '; ', zh: '；' }));
}

function Sizes({ match: { terms, mine, theirs, learned, counted } }: { match: MatchInFull }) {
  const say = useSay();
  const formats = useFormats();
  const shared = learned?.items ?? counted?.counts;
  if (!mine && !theirs && !shared) return null;
  const cell =
    (sizes: { [kind: string]: number } | undefined) =>
    (_: unknown, { kind }: { kind: string }) =>
      sizes?.[kind] === undefined ? '–' : formats.number(sizes[kind]);
  return (
    <Card size="small" title={say(words.sizes)}>
      <Flex vertical gap={space.small}>
        <Table
          rowKey="kind"
          size="small"
          pagination={false}
          dataSource={terms.kinds.map((kind) => ({ kind }))}
          columns={[
            { title: say(words.kind), render: (_, { kind }) => say(kindNames[kind] ?? { en: kind, zh: kind }) },
            { title: say(words.mine), align: 'right', render: cell(mine) },
            { title: say(words.theirs), align: 'right', render: cell(theirs) },
            { title: say(words.shared), align: 'right', render: cell(shared) },
          ]}
        />
        {learned?.customers !== undefined && <Text strong>{say(words.customers, { count: learned.customers })}</Text>}
        {learned?.sum !== undefined && <Text strong>{say(words.sum, { of: terms.sumOf ?? '', sum: learned.sum })}</Text>}
      </Flex>
    </Card>
  );
}

const expectedItems = 100_000;

function Reveals({ match: { terms, role, partner, mine, theirs } }: { match: MatchInFull }) {
  const say = useSay();
  const named = useNamed();
  const all = (sizes: { [kind: string]: number } | undefined) =>
    Object.values(sizes ?? {}).reduce((sum, count) => sum + count, 0) || expectedItems;
  const [initiator, responder] = role === 'initiator' ? [all(mine), all(theirs)] : [all(theirs), all(mine)];
  const asked = useOptions({ initiator, responder });
  const { mode, learns, countFirst, counter } = terms;
  const option = { mode, learns, countFirst, counter: counter !== undefined };
  const sides = [say(words.us), named(partner.name)] as const;
  const names =
    role === 'initiator' ? { initiator: sides[0], responder: sides[1] } : { initiator: sides[1], responder: sides[0] };
  return (
    <Answer of={asked} rows={10}>
      {({ options }) => {
        const found = options.find((one) => isSame(one.option, option));
        return found && <Leakage of={found} names={names} items={Math.max(initiator, responder)} />;
      }}
    </Answer>
  );
}
