// Entries of the audit log in a table: when, who, what, of whom, and what became of it.

import { Link } from 'wouter';
import { to } from '../../../parts/screen.tsx';
import { Rows } from '../../../parts/table.tsx';
import { Text } from '../../../parts/text.tsx';
import { useFormats, useSay, type Words } from '../../../words/words.ts';
import { ActionName } from '../action.tsx';
import { Person } from '../person.tsx';
import { useNameOf } from '../who.tsx';
import { Outcome } from './outcome.tsx';

const words = {
  entry: { en: 'Entry', zh: '条目' },
  when: { en: 'When', zh: '时间' },
  who: { en: 'Who', zh: '人员' },
  what: { en: 'What', zh: '操作' },
  customer: { en: 'Customer', zh: '客户' },
  outcome: { en: 'Outcome', zh: '结果' },
  unreadable: { en: 'does not open: verify the log', zh: '无法打开，请核验日志' },
  open: { en: 'Entry {seq}', zh: '条目 {seq}' },
  none: { en: 'No entry fits', zh: '没有符合的条目' },
  wider: { en: 'Take a filter away, or widen the time.', zh: '可减少筛选条件或放宽时间。' },
} as const;

export type Entry = {
  seq: number;
  atMs: number;
  actor: string;
  action: string;
  outcome: string;
  person?: string;
  fields?: string[];
  target?: string;
  purpose?: string;
  correlationId?: string;
  policy?: string;
  times?: number;
  sinceMs?: number;
  erased?: boolean;
  unreadable?: boolean;
};

export function Entries({
  of,
  without = [],
  loading = false,
  none = words.none,
  next = words.wider,
}: {
  of: readonly Entry[];
  /** What is the same in all of them, and said elsewhere. */
  without?: readonly ('who' | 'customer')[];
  loading?: boolean;
  none?: Words;
  next?: Words;
}) {
  const say = useSay();
  const formats = useFormats();
  // Asked for once and not in each row.
  const nameOf = useNameOf();
  const columns = [
    {
      key: 'entry',
      title: say(words.entry),
      width: 90,
      render: (_: unknown, { seq }: Entry) => (
        <Link href={to('/audit/:seq', { seq })} aria-label={say(words.open, { seq: String(seq) })}>
          {seq}
        </Link>
      ),
    },
    { key: 'when', title: say(words.when), width: 170, render: (_: unknown, { atMs }: Entry) => formats.moment(atMs) },
    {
      key: 'who',
      title: say(words.who),
      width: 180,
      render: (_: unknown, { actor }: Entry) => (
        <span className="hf-break" title={actor}>
          {nameOf(actor)}
        </span>
      ),
    },
    {
      key: 'what',
      title: say(words.what),
      width: 240,
      render: (_: unknown, { action, unreadable }: Entry) =>
        unreadable ? <Text type="danger">{say(words.unreadable)}</Text> : <ActionName of={action} />,
    },
    {
      key: 'customer',
      title: say(words.customer),
      width: 100,
      render: (_: unknown, { person }: Entry) => person && <Person id={person} />,
    },
    {
      key: 'outcome',
      title: say(words.outcome),
      width: 150,
      render: (_: unknown, { outcome }: Entry) => <Outcome of={outcome} />,
    },
  ];
  return (
    <Rows<Entry>
      rowKey="seq"
      dataSource={[...of]}
      loading={loading}
      none={none}
      next={next}
      columns={columns.filter(({ key }) => !without.some((one) => one === key))}
    />
  );
}
