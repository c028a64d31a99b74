// Matches with other organisations, the newest first: with whom, for what, how far, and what came of it.

import { Button, Progress, Space } from 'antd';
import { Link, useLocation } from 'wouter';
import { Help } from '../../parts/help.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer } from '../../parts/states.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';
import { modeNames } from './leakage.tsx';
import { type Match, useMatches, useNamed } from './shared.ts';
import { matchPhases, matchResults, uses, waitsFor } from './standing.ts';

const words = {
  title: { en: 'Matches', zh: '匹配' },
  about: {
    en: 'Find shared customers with another organisation without showing it the rest.',
    zh: '与其他机构找出共有客户，而不展示其余客户。',
  },
  none: { en: 'There is no match yet', zh: '尚无匹配' },
  noneNext: {
    en: 'Propose one to a member of your federation; a second person approves it.',
    zh: '可向联盟成员提议匹配，须经他人批准。',
  },
  propose: { en: 'Propose a match', zh: '提议匹配' },
  files: { en: 'Files', zh: '文件' },
  with: { en: 'With', zh: '对方' },
  how: { en: 'How', zh: '方式' },
  use: { en: 'What for', zh: '用途' },
  state: { en: 'State', zh: '状态' },
  shared: { en: 'Shared', zh: '共有' },
  begun: { en: 'Begun', zh: '开始时间' },
  left: { en: '{time} left', zh: '还需 {time}' },
  help: {
    en: 'Both sides mask their identifiers with secret keys and compare masked values. Which of the ways reveals what to whom is said before you propose.',
    zh: '双方用各自的密钥掩蔽标识后比对。提议之前会说明每种方式向谁透露什么。',
  },
} as const;

export default function Matches() {
  const say = useSay();
  const may = useMay();
  const named = useNamed();
  const formats = useFormats();
  const [, go] = useLocation();
  const asked = useMatches();
  const actions = (
    <Space wrap>
      <Help about={words.help} />
      {may('match.file.list') && <Button onClick={() => go('/matches/files')}>{say(words.files)}</Button>}
      {may('match.propose') && (
        <Button type="primary" onClick={() => go('/matches/new')}>
          {say(words.propose)}
        </Button>
      )}
    </Space>
  );
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <Answer of={asked}>
        {(matches) => (
          <Rows<Match>
            rowKey="session"
            none={words.none}
            {...(may('match.propose') && { next: words.noneNext })}
            dataSource={matches}
            columns={[
              {
                title: say(words.with),
                render: (_, { session, partner }) => (
                  <Link href={to('/matches/:match', { match: session })}>{named(partner.name)}</Link>
                ),
              },
              { title: say(words.how), render: (_, { terms }) => say(modeNames[terms.mode]) },
              { title: say(words.use), render: (_, { terms }) => say(uses[terms.use]) },
              { title: say(words.state), render: (_, match) => <MatchState match={match} /> },
              {
                title: say(words.shared),
                align: 'right',
                render: (_, match) => {
                  const shared = sharedOf(match);
                  return shared === undefined ? '–' : formats.number(shared);
                },
              },
              { title: say(words.begun), render: (_, { createdAtMs }) => <When atMs={createdAtMs} /> },
            ]}
          />
        )}
      </Answer>
    </Page>
  );
}

/** Customers, or items where only these are known. */
export function sharedOf({ learned, counted }: Pick<Match, 'learned' | 'counted'>): number | undefined {
  const items = learned?.items ?? counted?.counts;
  return learned?.customers ?? (items && Object.values(items).reduce((sum, count) => sum + count, 0));
}

export function MatchState({ match: { phase, outcome, progress } }: { match: Match }) {
  const say = useSay();
  if (phase === 'ended' && outcome) {
    const result = matchResults[outcome.result];
    return <Mark tone={result.tone}>{say(result)}</Mark>;
  }
  const state = matchPhases[phase];
  const waits = progress.waitingFor && waitsFor[progress.waitingFor];
  return (
    <Space wrap>
      <Mark tone={state.tone}>{say(state)}</Mark>
      {phase === 'running' && <HowFar progress={progress} />}
      {waits && phase !== 'asked' && phase !== 'proposed' && <Text type="secondary">{say(waits)}</Text>}
    </Space>
  );
}

export function HowFar({ progress: { done, total, etaMs }, wide = false }: { progress: Match['progress']; wide?: boolean }) {
  const say = useSay();
  const time = useDuration();
  const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
  return (
    <Space>
      <Progress
        percent={percent}
        size="small"
        style={{ width: wide ? 320 : 120, margin: 0 }}
        aria-label={say(matchPhases.running)}
      />
      {etaMs !== undefined && etaMs > 0 && <Text type="secondary">{say(words.left, { time: time(etaMs) })}</Text>}
    </Space>
  );
}

const units = [
  [86_400_000, { en: '{n} d', zh: '{n} 天' }],
  [3_600_000, { en: '{n} h', zh: '{n} 小时' }],
  [60_000, { en: '{n} min', zh: '{n} 分钟' }],
  [1_000, { en: '{n} s', zh: '{n} 秒' }],
] as const;

/** A length of time in its largest unit. */
export function useDuration(): (ms: number) => string {
  const say = useSay();
  return (ms) => {
    const [lengthMs, unit] = units.find(([length]) => ms >= length) ?? units[3];
    return say(unit, { n: Math.max(1, Math.round(ms / lengthMs)) });
  };
}
