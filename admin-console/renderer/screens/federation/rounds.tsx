// Rounds of training with other organisations, the newest first: what is learned, with whom, how far, and what waits for this side.

import { Button, Space } from 'antd';
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
import { useSay } from '../../words/words.ts';
import { type Round, useNamed, useRounds } from './shared.ts';
import { decisions, learns, roundPhases, roundResults } from './standing.ts';

const words = {
  title: { en: 'Training together', zh: '联合训练' },
  about: {
    en: 'One model with other organisations, from sums that nobody sees the parts of.',
    zh: '与其他机构基于不可见分项的汇总值共同训练模型。',
  },
  none: { en: 'There is no round', zh: '没有联合训练' },
  noneNext: {
    en: 'Try what this node would bring, then propose it to members of your federation.',
    zh: '可先在本方数据上试运行，再向联盟成员提议。',
  },
  propose: { en: 'Propose a round', zh: '提议联合训练' },
  files: { en: 'Files', zh: '文件' },
  columns: { en: 'Name our columns', zh: '列出本方列名' },
  what: { en: 'What is learned', zh: '训练内容' },
  with: { en: 'Organisations', zh: '机构' },
  state: { en: 'State', zh: '状态' },
  begun: { en: 'Proposed', zh: '提议时间' },
  sums: { en: '{sums} sums opened', zh: '已打开 {sums} 个汇总值' },
  exchanges: { en: '{exchanges} exchanges', zh: '已交换 {exchanges} 次' },
  help: {
    en: 'Rows never leave a node. Each member masks its part; a coordinator adds what it cannot read; a custodian opens the sum alone. Trees come out byte for byte as if all rows lay in one table.',
    zh: '数据行不离开节点：各成员掩蔽自己的部分，协调方相加其无法读取的密文，密钥保管方只能打开总和。树模型与合并数据训练的结果逐字节相同。',
  },
} as const;

export default function Rounds() {
  const say = useSay();
  const may = useMay();
  const named = useNamed();
  const [, go] = useLocation();
  const asked = useRounds();
  const actions = (
    <Space wrap>
      <Help about={words.help} />
      {may('round.draft') && <Button onClick={() => go('/rounds/columns')}>{say(words.columns)}</Button>}
      {may('round.file.list') && <Button onClick={() => go('/rounds/files')}>{say(words.files)}</Button>}
      {may('round.propose') && may('round.draft') && (
        <Button type="primary" onClick={() => go('/rounds/new')}>
          {say(words.propose)}
        </Button>
      )}
    </Space>
  );
  return (
    <Page title={words.title} about={words.about} actions={actions}>
      <Answer of={asked}>
        {(rounds) => (
          <Rows<Round>
            rowKey="round"
            none={words.none}
            {...(may('round.draft') && { next: words.noneNext })}
            dataSource={rounds}
            columns={[
              {
                title: say(words.what),
                render: (_, { round, terms }) => (
                  <Link
                    href={to('/rounds/:round', { round })}
                  >{`${terms.schema.label.name} · ${say(learns[terms.learn.kind]!)}`}</Link>
                ),
              },
              {
                title: say(words.with),
                render: (_, { members }) => members.map(({ name }) => named(name)).join(say({ en: ', ', zh: '、' })),
              },
              { title: say(words.state), render: (_, round) => <RoundState round={round} /> },
              { title: say(words.begun), render: (_, { createdAtMs }) => <When atMs={createdAtMs} /> },
            ]}
          />
        )}
      </Answer>
    </Page>
  );
}

export function RoundState({ round: { phase, ended, decide, progress, terms } }: { round: Round }) {
  const say = useSay();
  const state = ended ? roundResults[ended.result] : roundPhases[phase];
  const vertical = terms.learn.kind === 'vertical-trees';
  return (
    <Space wrap>
      <Mark tone={state.tone}>{say(state)}</Mark>
      {decide.map((decision) => (
        <Mark key={decision} tone="wait">
          {say(decisions[decision])}
        </Mark>
      ))}
      {phase === 'training' && (
        <Text type="secondary">
          {vertical ? say(words.exchanges, { exchanges: progress.exchanges }) : say(words.sums, { sums: progress.sums })}
        </Text>
      )}
    </Space>
  );
}
