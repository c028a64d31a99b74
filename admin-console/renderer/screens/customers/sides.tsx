// Customers beside each other, field by field: what agrees, what differs and what only one of them has, told by a shape and a word, never by colour alone.

import { space } from '../../design/design.ts';
import { Figured } from '../../parts/hidden.tsx';
import { Mark } from '../../parts/mark.tsx';
import { Rows } from '../../parts/table.tsx';
import { Text } from '../../parts/text.tsx';
import { valueText } from '../../words/values.ts';
import { useFormats, useLanguage, useSay, type Words } from '../../words/words.ts';
import { fieldWords, ruleWords, sourceWords } from './field-words.ts';
import { type Found, shown } from './profile.ts';

const words = {
  field: { en: 'Field', zh: '字段' },
  agree: { en: '= agrees', zh: '= 一致' },
  differ: { en: '≠ differs', zh: '≠ 不同' },
  alone: { en: '◐ one only', zh: '◐ 仅一方' },
  from: { en: 'from {source}, {rule}', zh: '来自{source}，{rule}' },
  records: { en: 'Records', zh: '记录' },
  orders: { en: 'Orders', zh: '订单' },
  events: { en: 'Events', zh: '事件' },
  verdict: { en: 'Compared', zh: '对比' },
} as const;

export type Side = { readonly key: string; readonly name: Words | string; readonly profile: Found; readonly isResult?: boolean };
type Line = { readonly key: string; readonly label: string; readonly told: 'agree' | 'differ' | 'alone' | undefined };

const labelWidth = 96;
const verdictWidth = 104;
/** At least. */
const sideWidth = 140;

const tones = { agree: 'good', differ: 'bad', alone: 'wait' } as const;

/** Identifiers first, as they tell most; each kind is a line. */
const valuesOf = (profile: Found, field: string): string => {
  const [part, name] = field.split(' ', 2) as [string, string];
  if (part === 'trait') return profile.traits[name] ? shown(profile.traits[name].value) : '';
  const own = profile.identifiers.filter(({ kind }) => kind === name).map(({ value }) => value);
  return [...new Set(own)].sort().join(', ');
};

/** @param conflicts fields that the node says differ, also where what the reader is shown of them looks the same */
export function Sides({ of, conflicts = [] }: { of: readonly Side[]; conflicts?: readonly { field: string }[] }) {
  const say = useSay();
  const formats = useFormats();
  const language = useLanguage();
  const compared = of.filter(({ isResult }) => !isResult).map(({ profile }) => profile);
  const traits = [...new Set(compared.flatMap(({ traits: own }) => Object.keys(own)))].sort();
  const named = new Set(traits.map((name) => fieldWords(name).en));
  const kinds = [...new Set(compared.flatMap(({ identifiers }) => identifiers.map(({ kind }) => kind)))].filter(
    (kind) => !named.has(fieldWords(kind).en),
  );
  const fields = [...traits.map((name) => `trait ${name}`), ...kinds.map((name) => `kind ${name}`)];
  const lines: Line[] = [
    ...fields.map((field) => {
      const name = field.slice(field.indexOf(' ') + 1);
      return { key: field, label: say(fieldWords(name)), told: toldOf(compared, field, conflicts) };
    }),
    { key: 'records', label: say(words.records), told: undefined },
    { key: 'orders', label: say(words.orders), told: undefined },
    { key: 'events', label: say(words.events), told: undefined },
  ];
  const cell = ({ key }: Line, { profile, isResult }: Side) => {
    if (key === 'records')
      return profile.records.map(({ source, recordId }) => `${say(sourceWords(source))} ${recordId}`).join(', ');
    if (key === 'orders') return <Figured value={profile.totals.orders} none="0" />;
    if (key === 'events') return formats.number(profile.events.count);
    const golden = key.startsWith('trait ') ? profile.traits[key.slice(6)] : undefined;
    const value = golden ? valueText(key.slice(6), golden.value, language) : valuesOf(profile, key);
    return (
      <>
        {value === '' ? '–' : value}
        {isResult && golden && (
          <Text type="secondary" style={{ display: 'block', fontSize: 12 }}>
            {say(words.from, { source: say(sourceWords(golden.source)), rule: say(ruleWords(golden.decidedBy)) })}
          </Text>
        )}
      </>
    );
  };
  return (
    <Rows<Line>
      none={words.field}
      rowKey="key"
      dataSource={lines}
      // Both sides are in sight beside the waterfall of a pair: long values break, and only a narrow window scrolls.
      tableLayout="fixed"
      scroll={{ x: labelWidth + verdictWidth + sideWidth * of.length }}
      columns={[
        { title: say(words.field), dataIndex: 'label', width: labelWidth },
        {
          title: say(words.verdict),
          width: verdictWidth,
          render: (_, { told }) => told && <Mark tone={tones[told]}>{say(words[told])}</Mark>,
        },
        ...of.map((side) => ({
          title: <span className="hf-break">{typeof side.name === 'string' ? side.name : say(side.name)}</span>,
          render: (_: unknown, line: Line) => (
            <div className="hf-break" style={{ padding: `${space.hair}px 0` }}>
              {cell(line, side)}
            </div>
          ),
        })),
      ]}
    />
  );
}

function toldOf(compared: readonly Found[], field: string, conflicts: readonly { field: string }[]): Line['told'] {
  const values = compared.map((profile) => valuesOf(profile, field));
  const there = values.filter((value) => value !== '');
  if (compared.length < 2) return undefined;
  if (field.startsWith('trait ') && conflicts.some((conflict) => field === `trait ${conflict.field}`)) return 'differ';
  if (there.length < values.length) return 'alone';
  return new Set(there).size === 1 ? 'agree' : 'differ';
}
