// Two sets of policies side by side as a difference of their texts, file by file; what stays is left out.

import { Collapse, Flex, Typography } from 'antd';
import { useContext } from 'react';
import { codeFonts, tones } from '../../../design/design.ts';
import { Mark } from '../../../parts/mark.tsx';
import { ModeContext } from '../../../parts/settings.ts';
import { Nothing } from '../../../parts/states.tsx';
import { plural, useSay, type Words } from '../../../words/words.ts';
import { diffLines, nearChanges } from '../diff.ts';

const words = {
  same: { en: 'Nothing differs', zh: '没有变化' },
  gone: { en: 'file is gone', zh: '文件已删除' },
  fresh: { en: 'new file', zh: '新文件' },
  changed: { en: 'changed', zh: '已修改' },
  oneLine: { en: '{count} line', zh: '{count} 行' },
  manyLines: { en: '{count} lines', zh: '{count} 行' },
  added: { en: 'added', zh: '新增' },
  removed: { en: 'removed', zh: '删除' },
  label: { en: 'What differs in {file}', zh: '{file} 的差异' },
} as const;

export type PolicyFile = { name: string; text: string };

export function PolicyDiff({ old, now }: { old: readonly PolicyFile[]; now: readonly PolicyFile[] }) {
  const say = useSay();
  const names = [...new Set([...old, ...now].map(({ name }) => name))].sort();
  const textOf = (files: readonly PolicyFile[], name: string) => files.find((file) => file.name === name)?.text;
  const changed = names.filter((name) => textOf(old, name) !== textOf(now, name));
  if (changed.length === 0) return <Nothing what={words.same} />;
  const kindOf = (name: string): Words =>
    textOf(old, name) === undefined ? words.fresh : textOf(now, name) === undefined ? words.gone : words.changed;
  return (
    <Collapse
      size="small"
      defaultActiveKey={changed}
      items={changed.map((name) => {
        const lines = diffLines(textOf(old, name) ?? '', textOf(now, name) ?? '');
        const count = (kind: 'gone' | 'new') => lines.filter((line) => line.kind === kind).length;
        const lineCount = (count: number) => say(plural(count, words.oneLine, words.manyLines), { count });
        return {
          key: name,
          label: (
            <Flex gap={8} wrap>
              <Typography.Text code>{name}</Typography.Text>
              <Mark>{say(kindOf(name))}</Mark>
              <Typography.Text type="secondary">
                + {lineCount(count('new'))} · − {lineCount(count('gone'))}
              </Typography.Text>
            </Flex>
          ),
          children: <Lines of={lines} label={say(words.label, { file: name })} />,
        };
      })}
    />
  );
}

function Lines({ of, label }: { of: ReturnType<typeof diffLines>; label: string }) {
  const say = useSay();
  const { dark } = useContext(ModeContext);
  const mode = dark ? 'dark' : 'light';
  const looks = {
    same: { sign: ' ', style: {}, name: undefined },
    gone: { sign: '−', style: { background: tones.bad[mode][1], color: tones.bad[mode][0] }, name: words.removed },
    new: { sign: '+', style: { background: tones.good[mode][1], color: tones.good[mode][0] }, name: words.added },
  } as const;
  return (
    <section aria-label={label} style={{ fontFamily: codeFonts, fontSize: 12, lineHeight: 1.6 }}>
      {nearChanges(of).map((line, at) => {
        if (!line)
          return (
            <div key={`gap ${String(at)}`} aria-hidden="true">
              ⋯
            </div>
          );
        const { sign, style, name } = looks[line.kind];
        return (
          <div
            key={`${line.kind} ${line.old ?? ''} ${line.now ?? ''}`}
            style={{ ...style, display: 'grid', gridTemplateColumns: '48px 16px 1fr', whiteSpace: 'pre-wrap' }}
          >
            <span>{line.now ?? line.old}</span>
            <span title={name && say(name)}>{sign}</span>
            <span className="hf-break">{line.text}</span>
          </div>
        );
      })}
    </section>
  );
}
