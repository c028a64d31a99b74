// Versions of a document that people write: which there are, what one has that the newest has not, and putting one back, which is a new version.

import { Card, Flex, List, Typography } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { space } from '../../design/design.ts';
import { Act } from '../../parts/act.tsx';
import { diffLines } from '../../parts/line-diff.ts';
import { LineDiff } from '../../parts/line-diff-view.tsx';
import { Answer } from '../../parts/states.tsx';
import { Text } from '../../parts/text.tsx';
import { When } from '../../parts/time.tsx';
import { useFormats, useSay } from '../../words/words.ts';

const words = {
  versions: { en: 'Versions', zh: '历史版本' },
  none: { en: 'Nobody has saved one yet.', zh: '尚无保存的版本。' },
  version: { en: 'Version {version}', zh: '版本 {version}' },
  holds: { en: 'holds now', zh: '当前生效' },
  differs: { en: 'Version {version} beside what holds now', zh: '版本 {version} 与当前版本的差异' },
  same: { en: 'It says the same as what holds now.', zh: '与当前版本内容相同。' },
  restore: { en: 'Put version {version} back', zh: '恢复版本 {version}' },
  restoreAbout: {
    en: 'It is saved as a new version and holds for every batch from then on. What was recorded stays as it is.',
    zh: '将另存为新版本，此后到达的每批数据均按此处理；已记录的数据不变。',
  },
  restored: { en: 'Put back', zh: '已恢复' },
  chooseOne: { en: 'Choose a version to see what it differs in.', zh: '选择版本以查看差异。' },
  what: { en: 'What differs', zh: '差异' },
  onlyThere: { en: 'only in that version', zh: '仅该版本有' },
  onlyNow: { en: 'only in what holds now', zh: '仅当前版本有' },
} as const;

type Version = { version?: number; savedAtMs?: number; sizeBytes?: number };
type Asked = { data: { document: unknown } | undefined; error: unknown; isPending: boolean; refetch(): unknown };

export function Versions({
  versions,
  chosen,
  choose,
  now,
  then,
  restore,
  refresh,
}: {
  versions: readonly Version[];
  chosen: number | undefined;
  choose: (version: number) => void;
  /** What holds now. */
  now: unknown;
  /** The answer about the version that is chosen. */
  then: Asked;
  /** Absent where the reader may not. */
  restore?: (document: unknown) => Promise<unknown>;
  refresh: readonly (readonly unknown[])[];
}) {
  const say = useSay();
  const formats = useFormats();
  const newest = versions[0]?.version;
  if (versions.length === 0) return <Text type="secondary">{say(words.none)}</Text>;
  return (
    <Flex gap={space.medium} wrap align="start">
      <Card size="small" title={say(words.versions)} style={{ flex: '0 0 260px' }}>
        <List
          size="small"
          style={{ maxHeight: 420, overflow: 'auto' }}
          dataSource={[...versions]}
          rowKey={({ version = 0 }) => version}
          renderItem={({ version = 0, savedAtMs = 0, sizeBytes = 0 }) => (
            <List.Item>
              <div>
                <a
                  href={`?version=${version}`}
                  aria-current={version === chosen ? 'true' : undefined}
                  onClick={(event) => {
                    event.preventDefault();
                    choose(version);
                  }}
                >
                  {say(words.version, { version })}
                </a>
                {version === newest && <Text type="secondary"> · {say(words.holds)}</Text>}
                <div>
                  <Text type="secondary">
                    <When atMs={savedAtMs} /> · {formats.number(Math.max(1, Math.round(sizeBytes / 1024)))} KB
                  </Text>
                </div>
              </div>
            </List.Item>
          )}
        />
      </Card>
      <div style={{ flex: '1 1 420px', minWidth: 0 }}>
        {chosen === undefined ? (
          <Text type="secondary">{say(words.chooseOne)}</Text>
        ) : (
          <Answer of={then}>
            {({ document }) => (
              <Card
                size="small"
                title={say(words.differs, { version: chosen })}
                extra={
                  restore &&
                  chosen !== newest && (
                    <Act
                      size="small"
                      name={{
                        en: words.restore.en.replace('{version}', String(chosen)),
                        zh: words.restore.zh.replace('{version}', String(chosen)),
                      }}
                      about={words.restoreAbout}
                      done={words.restored}
                      refresh={refresh}
                      act={() => restore(document)}
                    />
                  )
                }
              >
                <Difference before={document} after={now} />
              </Card>
            )}
          </Answer>
        )}
      </div>
    </Flex>
  );
}

function Difference({ before, after }: { before: unknown; after: unknown }): ReactNode {
  const say = useSay();
  const lines = useMemo(
    () => diffLines(JSON.stringify(before, undefined, 2), JSON.stringify(after, undefined, 2)),
    [before, after],
  );
  if (lines.every(({ kind }) => kind === 'same')) return <Text type="secondary">{say(words.same)}</Text>;
  return (
    <>
      <Typography.Paragraph type="secondary">
        − {say(words.onlyThere)}, + {say(words.onlyNow)}
      </Typography.Paragraph>
      <LineDiff of={lines} label={say(words.what)} gone={words.onlyThere} fresh={words.onlyNow} />
    </>
  );
}
