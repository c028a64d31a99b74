// The small parts that conditions are put together from: a number, a window of time, a comparison, a name out of the catalogue. Each says what it is to
// who listens, and offers the names that the node knows.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Flex, Input, InputNumber, Select, Space } from 'antd';
import { space } from '../../design/design.ts';
import { useSay, type Words } from '../../words/words.ts';
import { type Duration, isTest, numbered, type Scalar, type Test, type TimeWindow, type Where } from './rule.ts';
import { opWords, periodWords, unitWords, fieldWords as words } from './rule-words.ts';

export type Known = { readonly name: string; readonly label?: Words };

export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
  width,
}: {
  label: Words;
  value: Value;
  options: readonly (readonly [Value, Words])[];
  onChange(value: Value): void;
  width?: number;
}) {
  const say = useSay();
  return (
    <Select<Value>
      aria-label={say(label)}
      value={value}
      onChange={onChange}
      popupMatchSelectWidth={false}
      style={{ ...(width !== undefined && { width }) }}
      options={options.map(([one, name]) => ({ value: one, label: say(name) }))}
    />
  );
}

/** A name that must be known, or one that may still come. */
export function NameChoice({
  label,
  value,
  known,
  onChange,
  free = false,
  missing = false,
}: {
  label: Words;
  value: string;
  known: readonly Known[];
  onChange(name: string): void;
  /** Others than the known ones too: data may still come. */
  free?: boolean;
  missing?: boolean;
}) {
  const say = useSay();
  const told = known.map(({ name, label: shown }) => ({
    value: name,
    label: shown ? `${say(shown)}${say(shown) === name ? '' : ` · ${name}`}` : name,
  }));
  const all = value !== '' && !known.some(({ name }) => name === value) ? [{ value, label: value }, ...told] : told;
  if (free)
    return (
      <AutoComplete
        aria-label={say(label)}
        placeholder={say(label)}
        value={value}
        onChange={(name: string) => onChange(name)}
        status={missing ? 'warning' : ''}
        style={{ width: 200 }}
        popupMatchSelectWidth={false}
        showSearch={{ filterOption: (typed, option) => (option?.label ?? '').toLowerCase().includes(typed.toLowerCase()) }}
        options={all}
      />
    );
  return (
    <Select
      aria-label={say(label)}
      placeholder={say(label)}
      {...(value !== '' && { value })}
      onChange={(name: string) => onChange(name)}
      status={missing ? 'warning' : ''}
      style={{ minWidth: 180 }}
      popupMatchSelectWidth={false}
      showSearch={{ optionFilterProp: 'label' }}
      options={all}
    />
  );
}

export function Count({
  label,
  value,
  onChange,
  min = 1,
}: {
  label: Words;
  value: number;
  onChange(value: number): void;
  min?: number;
}) {
  const say = useSay();
  return (
    <InputNumber
      aria-label={say(label)}
      min={min}
      max={1_000_000}
      precision={0}
      value={value}
      onChange={(next) => next !== null && onChange(next)}
      style={{ width: 80 }}
    />
  );
}

export function DurationField({ value: { n, unit }, onChange }: { value: Duration; onChange(value: Duration): void }) {
  return (
    <Space.Compact>
      <Count label={words.howMany} value={n} onChange={(next) => onChange({ n: next, unit })} />
      <Choice label={words.unit} value={unit} options={unitWords} onChange={(next) => onChange({ n, unit: next })} />
    </Space.Compact>
  );
}

type WindowKind = 'ever' | 'last' | 'dates' | `${0 | 1} ${'day' | 'week' | 'month' | 'quarter' | 'year'}`;

/** @param ever whether no window at all is a choice */
export function WindowField({
  value,
  onChange,
  ever = false,
}: {
  value: TimeWindow | undefined;
  onChange(value: TimeWindow | undefined): void;
  ever?: boolean;
}) {
  const say = useSay();
  const kind: WindowKind = value === undefined ? 'ever' : value.kind === 'period' ? `${value.ago} ${value.unit}` : value.kind;
  const choose = (next: WindowKind) => {
    if (next === 'ever') onChange(undefined);
    else if (next === 'last') onChange({ kind: 'last', n: 30, unit: 'day' });
    else if (next === 'dates') onChange({ kind: 'dates' });
    else {
      const [ago, unit] = next.split(' ') as ['0' | '1', 'day'];
      onChange({ kind: 'period', unit, ago: ago === '0' ? 0 : 1 });
    }
  };
  const options: (readonly [WindowKind, Words])[] = [
    ...(ever ? [['ever', words.ever] as const] : []),
    ['last', words.last],
    ...periodWords,
    ['dates', words.dates],
  ];
  const day = (which: 'from' | 'to') => (
    <Input
      type="date"
      aria-label={say(words[which])}
      value={(value?.kind === 'dates' && value[which]) || ''}
      onChange={({ target }) => {
        if (value?.kind !== 'dates') return;
        const { [which]: _old, ...rest } = value;
        onChange(target.value === '' ? rest : { ...rest, [which]: target.value });
      }}
      style={{ width: 150 }}
    />
  );
  return (
    <>
      <Choice label={words.window} value={kind} options={options} onChange={choose} />
      {value?.kind === 'last' && <DurationField value={value} onChange={(next) => onChange({ kind: 'last', ...next })} />}
      {value?.kind === 'dates' && (
        <>
          {day('from')}
          {say(words.until)}
          {day('to')}
        </>
      )}
    </>
  );
}

export type ValueKind = 'number' | 'text' | 'time' | 'boolean' | 'any';
const numbers = ['>', '>=', '<', '<=', '=', '!=', 'between'] as const;
const texts = ['=', '!=', 'in', 'contains', 'startsWith', 'endsWith'] as const;
const times = ['during', 'ago'] as const;
const opsOf: { readonly [kind in ValueKind]: readonly Test['op'][] } = {
  number: numbers,
  text: texts,
  time: times,
  boolean: ['='],
  any: [...texts, '>', '>=', '<', '<=', 'between', ...times],
};

/** A comparison to begin with, of the kind that the value is. */
export function begunTest(op: Test['op']): Test {
  if (op === 'exists') return { op };
  if (op === 'between') return { op, from: 0, to: 100 };
  if (op === 'in') return { op, values: [] };
  if (op === 'during') return { op, in: { kind: 'last', n: 30, unit: 'day' } };
  if (op === 'ago') return { op, moreThan: { n: 30, unit: 'day' } };
  return { op, value: '' };
}
export const firstTest = (kind: ValueKind): Test => begunTest(opsOf[kind][0]!);

export function TestField({
  value,
  kind,
  known = [],
  existence = true,
  onChange,
}: {
  value: Test;
  kind: ValueKind;
  /** Values that are known to occur. */
  known?: readonly string[];
  /** Whether it may be known or not known at all. */
  existence?: boolean;
  onChange(value: Test): void;
}) {
  const own = [...opsOf[kind], ...(existence ? (['exists'] as const) : [])];
  const ops = own.includes(value.op) ? own : [value.op, ...own];
  const chosen = (op: Test['op']) => {
    const before = 'value' in value ? value.value : undefined;
    const next = begunTest(op);
    onChange('value' in next && before !== undefined ? ({ ...next, value: before } as Test) : next);
  };
  return (
    <>
      <Choice label={words.comparison} value={value.op} options={ops.map((op) => [op, opWords[op]] as const)} onChange={chosen} />
      <Operand value={value} kind={kind} known={known} onChange={onChange} />
    </>
  );
}

function Operand({
  value: test,
  kind,
  known,
  onChange,
}: {
  value: Test;
  kind: ValueKind;
  known: readonly string[];
  onChange(value: Test): void;
}) {
  const say = useSay();
  const status = isTest(test) ? '' : 'warning';
  if (test.op === 'exists') return null;
  if (test.op === 'during')
    return <WindowField value={test.in} onChange={(next) => next && onChange({ op: 'during', in: next })} />;
  if (test.op === 'ago')
    return <DurationField value={test.moreThan} onChange={(moreThan) => onChange({ op: 'ago', moreThan })} />;
  if (test.op === 'between') {
    const side = (which: 'from' | 'to') => (
      <InputNumber
        aria-label={say(words[which])}
        value={test[which]}
        onChange={(next) => next !== null && onChange({ ...test, [which]: next })}
        style={{ width: 110 }}
      />
    );
    return (
      <>
        {side('from')}
        {say(words.until)}
        {side('to')}
      </>
    );
  }
  if (test.op === 'in')
    return (
      <Select
        mode="tags"
        aria-label={say(words.values)}
        placeholder={say(words.values)}
        value={test.values.map(String)}
        onChange={(values: string[]) => onChange({ op: 'in', values })}
        status={status}
        tokenSeparators={[',', '，']}
        style={{ minWidth: 220 }}
        options={known.map((one) => ({ value: one, label: one }))}
      />
    );
  const put = (value: Scalar) => onChange({ ...test, value } as Test);
  if (kind === 'boolean')
    return (
      <Choice
        label={words.value}
        value={test.value === false ? 'no' : 'yes'}
        options={[
          ['yes', words.yes],
          ['no', words.no],
        ]}
        onChange={(next) => put(next === 'yes')}
      />
    );
  if (kind === 'number' || test.op === '>' || test.op === '>=' || test.op === '<' || test.op === '<=')
    return (
      <InputNumber
        aria-label={say(words.value)}
        placeholder={say(words.value)}
        value={typeof test.value === 'number' ? test.value : null}
        onChange={(next) => put(next ?? '')}
        status={status}
        style={{ width: 130 }}
      />
    );
  return (
    <AutoComplete
      aria-label={say(words.value)}
      placeholder={say(words.value)}
      value={String(test.value)}
      onChange={(next: string) => put(next)}
      status={status}
      style={{ width: 170 }}
      options={known.map((one) => ({ value: one }))}
      showSearch={{
        filterOption: (typed, option) =>
          String(option?.value ?? '')
            .toLowerCase()
            .includes(typed.toLowerCase()),
      }}
    />
  );
}

/** What the properties of an event must be. */
export function WhereField({
  value = [],
  properties,
  onChange,
}: {
  value: Where | undefined;
  properties: readonly string[];
  onChange(value: Where | undefined): void;
}) {
  const say = useSay();
  const put = (next: Where) => onChange(next.length === 0 ? undefined : next);
  return (
    <>
      {numbered(value).map(({ one, at }) => (
        <Flex key={`${at} of ${value.length}`} gap={space.small} wrap align="center" style={{ width: '100%' }}>
          {say(at === 0 ? words.where : words.and)}
          <NameChoice
            free
            label={words.property}
            value={one.property}
            known={properties.map((name) => ({ name }))}
            missing={one.property === ''}
            onChange={(property) => put(value.with(at, { ...one, property }))}
          />
          <TestField value={one.test} kind="any" onChange={(test) => put(value.with(at, { ...one, test }))} />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={say(words.drop)}
            onClick={() => put(value.toSpliced(at, 1))}
          />
        </Flex>
      ))}
      {value.length < 10 && (
        <Button
          type="text"
          size="small"
          icon={<PlusOutlined />}
          onClick={() => put([...value, { property: '', test: { op: '=', value: '' } }])}
        >
          {say(words.addWhere)}
        </Button>
      )}
    </>
  );
}
