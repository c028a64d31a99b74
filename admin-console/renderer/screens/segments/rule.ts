// A rule while it is built: groups of conditions that one can put together in any order, unfinished ones too; and the rule as the node reads it, which
// only finished ones become.

export type Unit = 'hour' | 'day' | 'week' | 'month';
export type Duration = { n: number; unit: Unit };
export type PeriodUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';
export type TimeWindow =
  | ({ kind: 'last' } & Duration)
  | { kind: 'period'; unit: PeriodUnit; ago: 0 | 1 }
  | { kind: 'dates'; from?: string; to?: string };
export type Scalar = string | number | boolean;
export type Test =
  | { op: '=' | '!=' | '<' | '<=' | '>' | '>='; value: Scalar }
  | { op: 'between'; from: number; to: number }
  | { op: 'in'; values: (string | number)[] }
  | { op: 'contains' | 'startsWith' | 'endsWith'; value: string }
  | { op: 'exists' }
  | { op: 'during'; in: TimeWindow }
  | { op: 'ago'; moreThan: Duration };
export type Where = { property: string; test: Test }[];
export type Measure = 'spend' | 'count' | 'average' | 'largest';
export type Quantity =
  | { kind: 'trait' | 'computed' | 'score'; name: string }
  | { kind: 'orders'; measure: Measure; in?: TimeWindow }
  | { kind: 'order'; which: 'first' | 'last' }
  | { kind: 'complaints'; in?: TimeWindow }
  | { kind: 'openTickets' | 'age' | 'source' | 'channel' | 'device' | 'region' };
export type Times = { op: 'atLeast' | 'atMost' | 'exactly'; n: number };
export type Step = { event: string; where?: Where };
export type Leaf =
  | { kind: 'value'; of: Quantity; test: Test }
  | { kind: 'did'; event: string; times: Times; in?: TimeWindow; where?: Where }
  | { kind: 'moment'; which: 'first' | 'last'; event: string; where?: Where; test: Test }
  | { kind: 'sequence'; steps: Step[]; within: Duration; in?: TimeWindow }
  | { kind: 'segment'; name: string }
  | { kind: 'consent'; purpose: string; channel?: string }
  | { kind: 'birthday'; days: number };
export type Condition =
  | Leaf
  | { kind: 'and'; of: Condition[] }
  | { kind: 'or'; of: Condition[] }
  | { kind: 'not'; of: Condition };

export type LeafKind = Leaf['kind'];
export type GroupItem = {
  readonly id: string;
  readonly join: 'and' | 'or';
  readonly negated: boolean;
  readonly items: readonly Item[];
};
export type LeafItem = { readonly id: string; readonly negated: boolean; readonly leaf: Leaf };
export type Item = GroupItem | LeafItem;

export const isGroup = (item: Item): item is GroupItem => 'items' in item;

let made = 0;
/** Of something on this page, until it is closed. */
export const freshId = (): string => {
  made += 1;
  return `c${made}`;
};

export const group = (join: 'and' | 'or' = 'and', items: readonly Item[] = []): GroupItem => ({
  id: freshId(),
  join,
  negated: false,
  items,
});

/** A condition to begin with: the parts that nobody can guess are empty. */
export function begun(kind: LeafKind): LeafItem {
  const leaves: { readonly [one in LeafKind]: Leaf } = {
    value: { kind: 'value', of: { kind: 'orders', measure: 'spend' }, test: { op: '>', value: '' } },
    did: { kind: 'did', event: '', times: { op: 'atLeast', n: 1 }, in: { kind: 'last', n: 30, unit: 'day' } },
    moment: { kind: 'moment', which: 'last', event: '', test: { op: 'ago', moreThan: { n: 30, unit: 'day' } } },
    sequence: { kind: 'sequence', steps: [{ event: '' }, { event: '' }], within: { n: 7, unit: 'day' } },
    segment: { kind: 'segment', name: '' },
    consent: { kind: 'consent', purpose: '' },
    birthday: { kind: 'birthday', days: 7 },
  };
  return { id: freshId(), negated: false, leaf: leaves[kind] };
}

/** The node's answer, whose shape it has checked. */
export const readRule = (when: object): Condition => when as Condition;

/** For building on: the outermost is always a group. */
export function opened(when: Condition): GroupItem {
  const item = itemOf(when, false);
  return isGroup(item) && !item.negated ? item : group('and', [item]);
}

function itemOf(when: Condition, negated: boolean): Item {
  if (when.kind === 'not') return itemOf(when.of, !negated);
  if (when.kind === 'and' || when.kind === 'or')
    return { id: freshId(), join: when.kind, negated, items: when.of.map((one) => itemOf(one, false)) };
  return { id: freshId(), negated, leaf: when };
}

/** @returns undefined while anything in it is not finished, or there is nothing */
export function finished(item: Item): Condition | undefined {
  const inner = isGroup(item) ? groupOf(item) : isFinished(item.leaf) ? item.leaf : undefined;
  if (!inner) return undefined;
  return item.negated ? { kind: 'not', of: inner } : inner;
}

function groupOf({ join, items }: GroupItem): Condition | undefined {
  const of = items.map(finished);
  if (of.length === 0 || of.includes(undefined)) return undefined;
  const whole = of.filter((one) => one !== undefined);
  return whole.length === 1 ? whole[0] : { kind: join, of: whole };
}

const isWindow = (window: TimeWindow | undefined): boolean =>
  window === undefined ||
  (window.kind === 'last' ? window.n >= 1 : window.kind === 'period' || window.from !== undefined || window.to !== undefined);

export function isTest(test: Test): boolean {
  switch (test.op) {
    case 'exists':
      return true;
    case 'between':
      return Number.isFinite(test.from) && Number.isFinite(test.to);
    case 'in':
      return test.values.length > 0;
    case 'during':
      return isWindow(test.in);
    case 'ago':
      return test.moreThan.n >= 1;
    default:
      return test.value !== '';
  }
}

const isWhere = (where: Where | undefined) => (where ?? []).every(({ property, test }) => property !== '' && isTest(test));

export function isFinished(leaf: Leaf): boolean {
  switch (leaf.kind) {
    case 'value':
      return ('name' in leaf.of ? leaf.of.name !== '' : isWindow('in' in leaf.of ? leaf.of.in : undefined)) && isTest(leaf.test);
    case 'did':
      return leaf.event !== '' && isWindow(leaf.in) && isWhere(leaf.where);
    case 'moment':
      return leaf.event !== '' && isTest(leaf.test) && isWhere(leaf.where);
    case 'sequence':
      return leaf.steps.every(({ event, where }) => event !== '' && isWhere(where)) && leaf.within.n >= 1 && isWindow(leaf.in);
    case 'segment':
      return leaf.name !== '';
    case 'consent':
      return leaf.purpose !== '';
    default:
      return true;
  }
}

/** A list whose places are what tells its parts apart. */
export const numbered = <One>(list: readonly One[]): { one: One; at: number }[] => list.map((one, at) => ({ one, at }));

/** The same tree with one item changed, or taken out where `change` gives nothing. */
export function changed(root: GroupItem, id: string, change: (item: Item) => Item | undefined): GroupItem {
  const walk = (item: Item): Item | undefined => {
    if (item.id === id) return change(item);
    if (!isGroup(item)) return item;
    return { ...item, items: item.items.flatMap((one) => walk(one) ?? []) };
  };
  const next = walk(root);
  return next && isGroup(next) ? next : group();
}

/** Of windows and counts that were taken away nothing is left in the rule. */
export function without<Of extends object, Name extends keyof Of>(of: Of, name: Name): Omit<Of, Name> {
  const { [name]: _gone, ...rest } = of;
  return rest;
}
