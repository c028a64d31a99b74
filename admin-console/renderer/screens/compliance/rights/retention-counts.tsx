// What rules of retention remove, or removed: events, records, and those that are held, by rule.

import { Rows } from '../../../parts/table.tsx';
import { useFormats, useSay } from '../../../words/words.ts';

const words = {
  rule: { en: 'Rule', zh: '规则' },
  events: { en: 'Events', zh: '事件' },
  records: { en: 'Records erased', zh: '删除记录' },
  held: { en: 'Held back', zh: '依法保留' },
  none: { en: 'No rule', zh: '没有规则' },
} as const;

export type Counts = { rule: string; events: number; records: number; held: number };

export function RetentionCounts({ of }: { of: readonly Counts[] }) {
  const say = useSay();
  const formats = useFormats();
  const number = (name: 'events' | 'records' | 'held') => ({
    title: say(words[name]),
    align: 'right' as const,
    render: (_: unknown, row: Counts) => formats.number(row[name]),
  });
  return (
    <Rows<Counts>
      rowKey="rule"
      dataSource={[...of]}
      none={words.none}
      columns={[{ title: say(words.rule), dataIndex: 'rule' }, number('events'), number('records'), number('held')]}
    />
  );
}
