// Two customers side by side and what they would be as one: looked at before it is decided, and taken back from the toast that says it is done.

import { Alert, Flex } from 'antd';
import { Link, useLocation, useParams } from 'wouter';
import { api, isFault, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { Page } from '../../parts/page.tsx';
import { to } from '../../parts/screen.tsx';
import { useMay } from '../../parts/session.ts';
import { Answer, Nothing } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { plural, useSay } from '../../words/words.ts';
import { usePreview } from './decision-preview.ts';
import { nameOf } from './profile.ts';
import { Sides } from './sides.tsx';
import { useUndo } from './undo.tsx';

const words = {
  title: { en: 'Make one customer of two', zh: '合并两位客户' },
  about: {
    en: 'Nothing has happened yet. On the right is what the customer would be; no event is lost, and it can be taken back.',
    zh: '尚未执行任何操作。右侧为合并后的客户；不会丢失任何事件，且可撤销。',
  },
  result: { en: 'As one', zh: '合并后' },
  conflict: {
    en: '1 field differs: one value is chosen, the other is kept with its source.',
    zh: '1 个字段取值不同：选定其一，另一个连同来源保留。',
  },
  conflicts: {
    en: '{count} fields differ: one value of each is chosen, the others are kept with their sources.',
    zh: '{count} 个字段取值不同：各选定其一，其余连同来源保留。',
  },
  none: { en: 'No field differs.', zh: '没有取值不同的字段。' },
  more: {
    en: 'More than these two would change: {after} customers come out of {before}.',
    zh: '受影响的不止这两位：{before} 位客户将变为 {after} 位。',
  },
  records: { en: '{count} records in all', zh: '共 {count} 条记录' },
  merge: { en: 'Merge', zh: '合并' },
  mergeAbout: {
    en: 'Both become one customer, and stay so whatever sources say, until somebody takes it back.',
    zh: '两位客户合并为一，此后以人工判定为准，直至有人撤销。',
  },
  merged: { en: 'Merged', zh: '已合并' },
  already: { en: 'Both are one customer already', zh: '两者已是同一客户' },
  open: { en: 'Open the customer', zh: '打开客户' },
} as const;

export default function Merge() {
  const say = useSay();
  const may = useMay();
  const [, go] = useLocation();
  const undo = useUndo();
  const { left = '', right = '' } = useParams<{ left: string; right: string }>();
  const asked = usePreview({ act: 'merge', left, right });
  const act = may('identity.merge') && asked.data !== undefined && (
    <Act<{ reason: string }, { decisionId: number; profiles: string[] }>
      type="primary"
      name={words.merge}
      about={words.mergeAbout}
      done={words.merged}
      reason
      refresh={[['profiles']]}
      act={({ reason }) => unwrap(api.POST('/api/identity/merge', { body: { left, right, reason } }))}
      onDone={({ decisionId, profiles: [only] }) => {
        undo(words.merged, decisionId, () => go(to('/customers/:id', { id: left })));
        go(to('/customers/:id', { id: only ?? left }));
      }}
    />
  );
  if (isFault(asked.error, 'conflict'))
    return (
      <Page title={words.title}>
        <Nothing what={words.already}>
          <Link href={to('/customers/:id', { id: left })}>{say(words.open)}</Link>
        </Nothing>
      </Page>
    );
  return (
    <Page title={words.title} about={words.about} actions={act}>
      <Answer of={asked} rows={8}>
        {({ before, after, conflicts, recordCount }) => (
          <Flex vertical gap={space.medium}>
            <Alert
              type={conflicts.length === 0 ? 'success' : 'warning'}
              showIcon
              title={
                conflicts.length === 0
                  ? say(words.none)
                  : say(plural(conflicts.length, words.conflict, words.conflicts), { count: conflicts.length })
              }
            />
            {after.length > 1 && (
              <Alert type="warning" showIcon title={say(words.more, { before: before.length, after: after.length })} />
            )}
            <Sides
              conflicts={conflicts}
              of={[
                ...before.map((profile) => ({ key: profile.id, name: `${nameOf(profile)} · ${profile.id}`, profile })),
                ...after.map((profile) => ({
                  key: `then ${profile.id}`,
                  name: `${say(words.result)} · ${profile.id}`,
                  profile,
                  isResult: true,
                })),
              ]}
            />
            <Text type="secondary">{say(words.records, { count: recordCount })}</Text>
          </Flex>
        )}
      </Answer>
    </Page>
  );
}
