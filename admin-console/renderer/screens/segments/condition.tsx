// One condition of a rule, put together from the names that the node knows.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Select } from 'antd';
import { useSay } from '../../words/words.ts';
import {
  Choice,
  Count,
  DurationField,
  firstTest,
  type Known,
  NameChoice,
  TestField,
  type ValueKind,
  WhereField,
  WindowField,
} from './fields.tsx';
import { type Leaf, type Measure, numbered, type Quantity, type Step, type Test, type TimeWindow, without } from './rule.ts';
import { measureWords, quantityWords, timesWords, whichWords, fieldWords as words } from './rule-words.ts';
import type { Names } from './segment-api.ts';

type Of<Kind extends Leaf['kind']> = Extract<Leaf, { kind: Kind }>;
type Edited<Kind extends Leaf['kind']> = { leaf: Of<Kind>; names: Names; levels: Levels; onChange(leaf: Leaf): void };
/** Values that features are known to have, by their names. */
export type Levels = (name: string) => readonly string[];

export function ConditionFields({ leaf, ...rest }: { leaf: Leaf; names: Names; levels: Levels; onChange(leaf: Leaf): void }) {
  switch (leaf.kind) {
    case 'value':
      return <ValueFields leaf={leaf} {...rest} />;
    case 'did':
      return <DidFields leaf={leaf} {...rest} />;
    case 'moment':
      return <MomentFields leaf={leaf} {...rest} />;
    case 'sequence':
      return <SequenceFields leaf={leaf} {...rest} />;
    case 'segment':
      return <SegmentFields leaf={leaf} {...rest} />;
    case 'consent':
      return <ConsentFields leaf={leaf} {...rest} />;
    default:
      return <BirthdayFields leaf={leaf} {...rest} />;
  }
}

/** @returns the leaf with its window, or without one */
const windowed = <Given extends { in?: TimeWindow }>(of: Given, window: TimeWindow | undefined) =>
  window ? { ...of, in: window } : without(of, 'in');
const whered = <Given extends { where?: Step['where'] }>(of: Given, where: Step['where']) =>
  where ? { ...of, where } : without(of, 'where');

const simple = ['openTickets', 'age', 'source', 'channel', 'device', 'region'] as const;
const keyOf = (of: Quantity): string =>
  'name' in of
    ? `${of.kind} ${of.name}`
    : of.kind === 'orders'
      ? `orders ${of.measure}`
      : of.kind === 'order'
        ? `order ${of.which}`
        : of.kind;

function quantityOf(key: string): Quantity {
  const [kind, ...rest] = key.split(' ');
  const name = rest.join(' ');
  if (kind === 'trait' || kind === 'computed' || kind === 'score') return { kind, name };
  if (kind === 'orders') return { kind, measure: name as Measure };
  if (kind === 'order') return { kind, which: name === 'first' ? 'first' : 'last' };
  return kind === 'complaints' ? { kind } : { kind: kind as (typeof simple)[number] };
}

function valueKindOf(of: Quantity, names: Names): ValueKind {
  const typeIn = (known: readonly { name: string; type?: string }[], name: string): ValueKind => {
    const type = known.find((one) => one.name === name)?.type;
    return type === 'number' || type === 'text' || type === 'time' || type === 'boolean' ? type : 'any';
  };
  if (of.kind === 'trait') return typeIn(names.traits, of.name);
  if (of.kind === 'computed') return typeIn(names.computed, of.name);
  if (of.kind === 'order') return 'time';
  return of.kind === 'source' || of.kind === 'channel' || of.kind === 'device' || of.kind === 'region' ? 'text' : 'number';
}

function ValueFields({ leaf, names, levels, onChange }: Edited<'value'>) {
  const say = useSay();
  const { of, test } = leaf;
  const kind = valueKindOf(of, names);
  const told = (prefix: string, known: readonly Known[]) =>
    known.map(({ name, label }) => ({ value: `${prefix} ${name}`, label: label ? say(label) : name }));
  const options = [
    {
      label: say(quantityWords.buying),
      options: [
        ...(Object.keys(measureWords) as Measure[]).map((measure) => ({
          value: `orders ${measure}`,
          label: say(measureWords[measure]),
        })),
        { value: 'order first', label: say(quantityWords.firstOrder) },
        { value: 'order last', label: say(quantityWords.lastOrder) },
      ],
    },
    {
      label: say(quantityWords.scores),
      options: told(
        'score',
        names.scores.map((name) => ({ name })),
      ),
    },
    { label: say(quantityWords.traits), options: told('trait', names.traits) },
    { label: say(quantityWords.computed), options: told('computed', names.computed) },
    {
      label: say(quantityWords.others),
      options: [...simple, 'complaints' as const].map((one) => ({ value: one, label: say(quantityWords[one]) })),
    },
  ].filter((one) => one.options.length > 0);
  const chosen = (key: string) => {
    const next = quantityOf(key);
    const before = valueKindOf(of, names);
    const after = valueKindOf(next, names);
    onChange({ kind: 'value', of: next, test: before === after ? test : firstTest(after) });
  };
  return (
    <>
      <Select
        aria-label={say(words.what)}
        value={keyOf(of)}
        onChange={chosen}
        popupMatchSelectWidth={false}
        showSearch={{ optionFilterProp: 'label' }}
        style={{ minWidth: 150 }}
        options={options}
      />
      {(of.kind === 'orders' || of.kind === 'complaints') && (
        <WindowField ever value={of.in} onChange={(window) => onChange({ ...leaf, of: windowed(of, window) as Quantity })} />
      )}
      <TestField
        value={test}
        kind={kind}
        known={'name' in of ? levels(of.name) : levels(of.kind)}
        existence={of.kind === 'trait' || of.kind === 'computed' || of.kind === 'order' || of.kind === 'score'}
        onChange={(next: Test) => onChange({ ...leaf, test: next })}
      />
    </>
  );
}

/** Kinds of events that every node has, beside those that sources told of. */
const eventsOf = ({ events }: Names): readonly Known[] => [...events, { name: 'page' }, { name: 'screen' }];
const propertiesOf = ({ events }: Names, name: string): readonly string[] =>
  events.find((one) => one.name === name)?.properties ?? [];

function DidFields({ leaf, names, onChange }: Edited<'did'>) {
  const say = useSay();
  const { event, times } = leaf;
  return (
    <>
      <NameChoice
        free
        label={words.event}
        value={event}
        known={eventsOf(names)}
        missing={event === ''}
        onChange={(next) => onChange({ ...leaf, event: next })}
      />
      <Choice
        label={words.times}
        value={times.op}
        options={timesWords}
        onChange={(op) => onChange({ ...leaf, times: { ...times, op } })}
      />
      <Count label={words.howMany} min={0} value={times.n} onChange={(n) => onChange({ ...leaf, times: { ...times, n } })} />
      {say(words.timesWord)}
      <WindowField ever value={leaf.in} onChange={(window) => onChange(windowed(leaf, window) as Leaf)} />
      <WhereField
        value={leaf.where}
        properties={propertiesOf(names, event)}
        onChange={(where) => onChange(whered(leaf, where) as Leaf)}
      />
    </>
  );
}

function MomentFields({ leaf, names, onChange }: Edited<'moment'>) {
  return (
    <>
      <Choice label={words.which} value={leaf.which} options={whichWords} onChange={(which) => onChange({ ...leaf, which })} />
      <NameChoice
        free
        label={words.event}
        value={leaf.event}
        known={eventsOf(names)}
        missing={leaf.event === ''}
        onChange={(event) => onChange({ ...leaf, event })}
      />
      <TestField value={leaf.test} kind="time" existence={false} onChange={(test) => onChange({ ...leaf, test })} />
      <WhereField
        value={leaf.where}
        properties={propertiesOf(names, leaf.event)}
        onChange={(where) => onChange(whered(leaf, where) as Leaf)}
      />
    </>
  );
}

function SequenceFields({ leaf, names, onChange }: Edited<'sequence'>) {
  const say = useSay();
  const { steps } = leaf;
  const put = (next: Step[]) => onChange({ ...leaf, steps: next });
  return (
    <>
      {numbered(steps).map(({ one, at }) => (
        <Flex key={`${at} of ${steps.length}`} gap={8} align="center" wrap>
          {at > 0 && say(words.next)}
          <NameChoice
            free
            label={words.event}
            value={one.event}
            known={eventsOf(names)}
            missing={one.event === ''}
            onChange={(event) => put(steps.with(at, { ...one, event }))}
          />
          {steps.length > 2 && (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={say(words.drop)}
              onClick={() => put(steps.toSpliced(at, 1))}
            />
          )}
        </Flex>
      ))}
      {steps.length < 5 && (
        <Button type="text" size="small" icon={<PlusOutlined />} onClick={() => put([...steps, { event: '' }])}>
          {say(words.addStep)}
        </Button>
      )}
      {say(words.within)}
      <DurationField value={leaf.within} onChange={(within) => onChange({ ...leaf, within })} />
      <WindowField ever value={leaf.in} onChange={(window) => onChange(windowed(leaf, window) as Leaf)} />
    </>
  );
}

function SegmentFields({ leaf, names, onChange }: Edited<'segment'>) {
  const say = useSay();
  return (
    <>
      {say(words.inSegment)}
      <NameChoice
        label={words.segment}
        value={leaf.name}
        known={names.segments.map((name) => ({ name }))}
        missing={leaf.name === ''}
        onChange={(name) => onChange({ kind: 'segment', name })}
      />
    </>
  );
}

function ConsentFields({ leaf, names, onChange }: Edited<'consent'>) {
  const say = useSay();
  const known = names.purposes.map(({ purpose, name }) => ({ name: purpose, ...(name && { label: name }) }));
  const channels = names.purposes.find(({ purpose }) => purpose === leaf.purpose)?.channels ?? [];
  return (
    <>
      {say(words.mayUse)}
      <NameChoice
        label={words.purpose}
        value={leaf.purpose}
        known={known}
        missing={leaf.purpose === ''}
        onChange={(purpose) => onChange({ kind: 'consent', purpose })}
      />
      {channels.length > 0 && (
        <Select
          aria-label={say(words.channel)}
          value={leaf.channel ?? ''}
          onChange={(channel: string) => onChange({ kind: 'consent', purpose: leaf.purpose, ...(channel !== '' && { channel }) })}
          popupMatchSelectWidth={false}
          options={[{ value: '', label: say(words.anyChannel) }, ...channels.map((one) => ({ value: one, label: one }))]}
        />
      )}
    </>
  );
}

function BirthdayFields({ leaf, onChange }: Edited<'birthday'>) {
  const say = useSay();
  return (
    <>
      {say(words.birthday)}
      <Count
        label={words.howMany}
        min={0}
        value={leaf.days}
        onChange={(days) => onChange({ kind: 'birthday', days: Math.min(365, days) })}
      />
      {say(words.days)}
    </>
  );
}
