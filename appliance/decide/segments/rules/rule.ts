// The rule of a segment as data: its JSON form, which is stored, sent and compared, with the schema that checks it and the bounds that keep
// every later step small. The text form (parse.ts, print.ts) says the same in words.

import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Fault } from '../../../core/errors.ts';

/** Beyond any of these a rule is refused. `depth` counts brackets within brackets; `windowDays` bounds every duration. */
export const ruleLimits = {
  depth: 8,
  conditions: 200,
  branches: 50,
  values: 200,
  wheres: 10,
  steps: 5,
  nameLength: 200,
  textLength: 20_000,
  windowDays: 3_660,
  times: 1_000_000,
} as const;

const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: ruleLimits.nameLength });
const text = Type.String({ maxLength: ruleLimits.nameLength });
const number = Type.Number({ minimum: -1e15, maximum: 1e15 });
/** `yyyy-mm-dd`, a day in the node's time zone. */
const date = Type.String({ pattern: '^(19|20)\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' });

const durationSchema = Type.Object(
  {
    n: Type.Integer({ minimum: 1, maximum: ruleLimits.windowDays * 24 }),
    unit: Type.Union([Type.Literal('hour'), Type.Literal('day'), Type.Literal('week'), Type.Literal('month')]),
  },
  closed,
);

const windowSchema = Type.Union([
  Type.Object({ kind: Type.Literal('last'), n: durationSchema.properties.n, unit: durationSchema.properties.unit }, closed),
  Type.Object(
    {
      kind: Type.Literal('period'),
      unit: Type.Union([
        Type.Literal('day'),
        Type.Literal('week'),
        Type.Literal('month'),
        Type.Literal('quarter'),
        Type.Literal('year'),
      ]),
      ago: Type.Union([Type.Literal(0), Type.Literal(1)]),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('dates'), from: date, to: Type.Optional(date) }, closed),
  Type.Object({ kind: Type.Literal('dates'), to: date }, closed),
]);

const scalar = Type.Union([text, number, Type.Boolean()]);
const ordered = Type.Union([number, text]);
const compared = <Op extends string, Value extends TSchema>(op: Op, value: Value) =>
  Type.Object({ op: Type.Literal(op), value }, closed);
const valueTestSchema = Type.Union([
  compared('=', scalar),
  compared('!=', scalar),
  compared('<', ordered),
  compared('<=', ordered),
  compared('>', ordered),
  compared('>=', ordered),
  Type.Object({ op: Type.Literal('between'), from: number, to: number }, closed),
  Type.Object(
    { op: Type.Literal('in'), values: Type.Array(Type.Union([text, number]), { minItems: 1, maxItems: ruleLimits.values }) },
    closed,
  ),
  compared('contains', name),
  compared('startsWith', name),
  compared('endsWith', name),
  Type.Object({ op: Type.Literal('exists') }, closed),
]);
const timeTestSchema = Type.Union([
  Type.Object({ op: Type.Literal('during'), in: windowSchema }, closed),
  Type.Object({ op: Type.Literal('ago'), moreThan: durationSchema }, closed),
]);

const only = <Kind extends string>(kind: Kind) => Type.Object({ kind: Type.Literal(kind) }, closed);
const named = <Kind extends string>(kind: Kind) => Type.Object({ kind: Type.Literal(kind), name }, closed);
const quantitySchema = Type.Union([
  named('trait'),
  named('computed'),
  named('score'),
  Type.Object(
    {
      kind: Type.Literal('orders'),
      measure: Type.Union([Type.Literal('spend'), Type.Literal('count'), Type.Literal('average'), Type.Literal('largest')]),
      in: Type.Optional(windowSchema),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('order'), which: Type.Union([Type.Literal('first'), Type.Literal('last')]) }, closed),
  Type.Object({ kind: Type.Literal('complaints'), in: Type.Optional(windowSchema) }, closed),
  only('openTickets'),
  only('age'),
  only('source'),
  only('channel'),
  only('device'),
  only('region'),
]);

const where = Type.Optional(
  Type.Array(Type.Object({ property: name, test: valueTestSchema }, closed), { minItems: 1, maxItems: ruleLimits.wheres }),
);
/** `event` is a track event's name, or `page`, `screen`; `*` stands for everything that the customer did. */
const step = Type.Object({ event: name, where }, closed);

const branches = Type.Array(Type.Ref('Condition'), { minItems: 2, maxItems: ruleLimits.branches });
const conditionSchema = Type.Cyclic(
  {
    Condition: Type.Union([
      Type.Object({ kind: Type.Literal('and'), of: branches }, closed),
      Type.Object({ kind: Type.Literal('or'), of: branches }, closed),
      Type.Object({ kind: Type.Literal('not'), of: Type.Ref('Condition') }, closed),
      Type.Object(
        { kind: Type.Literal('value'), of: quantitySchema, test: Type.Union([valueTestSchema, timeTestSchema]) },
        closed,
      ),
      Type.Object(
        {
          kind: Type.Literal('did'),
          event: name,
          times: Type.Object(
            {
              op: Type.Union([Type.Literal('atLeast'), Type.Literal('atMost'), Type.Literal('exactly')]),
              n: Type.Integer({ minimum: 0, maximum: ruleLimits.times }),
            },
            closed,
          ),
          in: Type.Optional(windowSchema),
          where,
        },
        closed,
      ),
      Type.Object(
        {
          kind: Type.Literal('moment'),
          which: Type.Union([Type.Literal('first'), Type.Literal('last')]),
          event: name,
          where,
          test: timeTestSchema,
        },
        closed,
      ),
      Type.Object(
        {
          kind: Type.Literal('sequence'),
          steps: Type.Array(step, { minItems: 2, maxItems: ruleLimits.steps }),
          within: durationSchema,
          in: Type.Optional(windowSchema),
        },
        closed,
      ),
      named('segment'),
      Type.Object({ kind: Type.Literal('consent'), purpose: name, channel: Type.Optional(name) }, closed),
      Type.Object({ kind: Type.Literal('birthday'), days: Type.Integer({ minimum: 0, maximum: 365 }) }, closed),
    ]),
  },
  'Condition',
);

export type Duration = Static<typeof durationSchema>;
export type Unit = Duration['unit'];
export type TimeWindow = Static<typeof windowSchema>;
export type PeriodUnit = Extract<TimeWindow, { kind: 'period' }>['unit'];
export type ValueTest = Static<typeof valueTestSchema>;
export type TimeTest = Static<typeof timeTestSchema>;
export type Test = ValueTest | TimeTest;
export type Quantity = Static<typeof quantitySchema>;
export type Where = { property: string; test: ValueTest }[];
export type Step = Static<typeof step>;
export type Condition = Static<typeof conditionSchema>;
export type Leaf = Exclude<Condition, { kind: 'and' | 'or' | 'not' }>;
/** A condition with the name of the segment it makes, where it has one. */
export type Rule = { name?: string; when: Condition };

/**
 * The JSON Schema of the JSON form. Routes add it once (`addSchema`) and refer to it as `segment-rule#`: its conditions hold conditions, so that
 * two copies in one schema would be two of one name. Depth and number of conditions are `checkRule`'s.
 */
export const ruleSchema = Type.Object({ name: Type.Optional(name), when: conditionSchema }, { ...closed, $id: 'segment-rule' });
const check = Compile(ruleSchema);

/**
 * A rule out of unknown JSON.
 * @throws {Fault} `segment_rule_invalid`, where: the path of the part that is wrong, or the bound it breaks
 */
export function checkRule(value: unknown): Rule {
  if (depthOf(value, ruleLimits.depth * 2 + 8) < 0) throw new Fault('segment_rule_invalid', `deeper than ${ruleLimits.depth}`);
  if (!check.Check(value)) {
    // The longest path is the one that came furthest before it failed: of a union's branches the one that was meant.
    const errors = check.Errors(value);
    const error = errors.reduce((best, one) => (one.instancePath.length > best.instancePath.length ? one : best), errors[0]!);
    throw new Fault('segment_rule_invalid', `${error.instancePath || '/'} ${error.message}`);
  }
  const rule = value as Rule;
  const broken = brokenLimit(rule.when);
  if (broken !== undefined) throw new Fault('segment_rule_invalid', broken);
  return rule;
}

/** The fault of a list that is longer than its bound. */
export const tooMany = (what: string, most: number) => new Fault('segment_rule_invalid', `more ${what} than ${most}`);

/** What a schema cannot say of bounds and days. @returns in English, undefined when all hold */
export function brokenLimit(condition: Condition): string | undefined {
  if (depthOfCondition(condition) > ruleLimits.depth) return `brackets deeper than ${ruleLimits.depth}`;
  const all = [...leavesOf(condition)];
  if (all.length > ruleLimits.conditions) return `${all.length} conditions, more than ${ruleLimits.conditions}`;
  for (const leaf of all) {
    if (leaf.kind === 'value' && !fits(leaf.of, leaf.test)) return `${leaf.of.kind} is not compared by ${leaf.test.op}`;
    for (const window of windowsOf(leaf)) {
      if (window.kind === 'dates') {
        const { from, to } = window as { from?: string; to?: string };
        for (const day of [from, to]) if (day !== undefined && !isDay(day)) return `${day} is no day`;
        if (from !== undefined && to !== undefined && from > to) return `${from} is after ${to}`;
      } else if (window.kind === 'last' && daysOf(window) > ruleLimits.windowDays) return longDuration(window);
    }
    for (const duration of durationsOf(leaf)) if (daysOf(duration) > ruleLimits.windowDays) return longDuration(duration);
  }
  return undefined;
}

/** Whether the test asks about what the quantity is: moments when, numbers and facts what. Of traits both may be asked. */
export function fits(of: Quantity, test: Test): boolean {
  const when = test.op === 'during' || test.op === 'ago';
  if (of.kind === 'trait' || of.kind === 'computed') return true;
  return of.kind === 'order' ? when || test.op === 'exists' : !when;
}

const longDuration = ({ n, unit }: Duration) => `${n} ${unit}s, more than ${ruleLimits.windowDays} days`;

/** Whether the calendar has the day `yyyy-mm-dd`. */
export function isDay(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

const unitDays = { hour: 1 / 24, day: 1, week: 7, month: 31 } as const;
const daysOf = ({ n, unit }: Duration) => n * unitDays[unit];

/** The conditions that are not made of others, from left to right. */
export function* leavesOf(condition: Condition): Generator<Leaf> {
  if (condition.kind === 'not') yield* leavesOf(condition.of);
  else if (condition.kind === 'and' || condition.kind === 'or') for (const one of condition.of) yield* leavesOf(one);
  else yield condition;
}

function windowsOf(leaf: Leaf): TimeWindow[] {
  const found: (TimeWindow | undefined)[] = [];
  if (leaf.kind === 'did' || leaf.kind === 'sequence') found.push(leaf.in);
  if ((leaf.kind === 'value' || leaf.kind === 'moment') && leaf.test.op === 'during') found.push(leaf.test.in);
  if (leaf.kind === 'value' && 'in' in leaf.of) found.push(leaf.of.in);
  return found.filter((window) => window !== undefined);
}

function durationsOf(leaf: Leaf): Duration[] {
  if (leaf.kind === 'sequence') return [leaf.within];
  if ((leaf.kind === 'value' || leaf.kind === 'moment') && leaf.test.op === 'ago') return [leaf.test.moreThan];
  return [];
}

function depthOfCondition(condition: Condition): number {
  if (condition.kind === 'not') return 1 + depthOfCondition(condition.of);
  if (condition.kind === 'and' || condition.kind === 'or') return 1 + Math.max(...condition.of.map(depthOfCondition));
  return 0;
}

/** How deep unknown JSON is, -1 beyond the most; asked before anything that recurses. */
function depthOf(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (most === 0) return -1;
  let deepest = 0;
  for (const one of Object.values(value)) {
    const depth = depthOf(one, most - 1);
    if (depth < 0) return -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest + 1;
}
