// Two sets of policies side by side as a difference of their texts, file by file; what stays is left out.

import { Collapse, Flex } from 'antd';
import { diffLines } from '../../../parts/line-diff.ts';
import { LineDiff } from '../../../parts/line-diff-view.tsx';
import { Mark } from '../../../parts/mark.tsx';
import { Nothing } from '../../../parts/states.tsx';
import { Text } from '../../../parts/text.tsx';
import { plural, useSay, type Words } from '../../../words/words.ts';

const words = {
  same: { en: 'Nothing differs', zh: '没有变化' },
  gone: { en: 'file is gone', zh: '文件已删除' },
  fresh: { en: 'new file', zh: '新文件' },
  changed: { en: 'changed', zh: '已修改' },
  oneLine: { en: '{count} line', zh: '{count} 行' },
  manyLines: { en: '{count} lines', zh: '{count} 行' },
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
              <Text code>{name}</Text>
              <Mark>{say(kindOf(name))}</Mark>
              <Text type="secondary">
                + {lineCount(count('new'))} · − {lineCount(count('gone'))}
              </Text>
            </Flex>
          ),
          children: <LineDiff of={lines} label={say(words.label, { file: name })} />,
        };
      })}
    />
  );
}
