// A rule made ready to be asked of many people, one after another: the same answer as evaluate.ts gives (a property test holds the two together),
// without saying why, and without making an object on the way where it can be helped. The live memberships ask nothing else.

import type { Json } from '../../../core/model/event.ts';
import { ageOn, anniversary } from './birthday.ts';
import { type Calendar, momentsIn, passedMs, periodStart, spanOf } from './calendar.ts';
import { predicateOf } from './compare.ts';
import { leafAnswer, measured } from './evaluate.ts';
import type { Condition, Leaf, Quantity, TimeWindow, ValueTest } from './rule.ts';
import { complaintEvent, type TimedSubject, type Times } from './subject.ts';

type Orders = Extract<Quantity, { kind: 'orders' }>;

const forever = Number.POSITIVE_INFINITY;

/** Of the answer just given: until when it holds if nothing is heard. Two numbers would be an object for each answer. */
let heldUntilMs = forever;

type Asking = (subject: TimedSubject, nowMs: number) => boolean;

export type PreparedRule = {
  /** Whether somebody is a member; `untilMs` is of this answer until the next. */
  readonly member: Asking;
  untilMs(): number;
};

/** @param calendar of the node's time zone */
export function prepareRule(when: Condition, calendar: Calendar): PreparedRule {
  return { member: prepared(when, calendar), untilMs: () => heldUntilMs };
}

function prepared(condition: Condition, calendar: Calendar): Asking {
  switch (condition.kind) {
    case 'not': {
      const of = prepared(condition.of, calendar);
      return (subject, nowMs) => !of(subject, nowMs);
    }
    case 'and':
    case 'or': {
      // Which comes first does not change the answer; what is asked of one value alone often settles it.
      const parts = [...condition.of].sort((a, b) => costOf(a) - costOf(b)).map((one) => prepared(one, calendar));
      return joined(parts, condition.kind === 'and');
    }
    default:
      return quickLeaf(condition, calendar) ?? anyLeaf(condition, calendar);
  }
}

function costOf(condition: Condition): number {
  if (condition.kind === 'not') return costOf(condition.of);
  if (condition.kind === 'and' || condition.kind === 'or') return condition.of.reduce((sum, one) => sum + costOf(one), 1);
  if (condition.kind === 'value') return condition.of.kind === 'orders' ? 3 : 1;
  if (condition.kind === 'segment') return 0;
  if (condition.kind === 'consent') return 4;
  return condition.kind === 'sequence' || ('where' in condition && condition.where) ? 6 : 2;
}

/** As `joined` of evaluate.ts. What decides for good needs nobody else's answer. */
function joined(parts: readonly Asking[], every: boolean): Asking {
  return (subject, nowMs) => {
    let deciding = Number.NEGATIVE_INFINITY;
    let others = forever;
    for (const part of parts) {
      const member = part(subject, nowMs);
      if (member === every) {
        if (heldUntilMs < others) others = heldUntilMs;
      } else if (heldUntilMs === forever) return !every;
      else if (heldUntilMs > deciding) deciding = heldUntilMs;
    }
    const decided = deciding !== Number.NEGATIVE_INFINITY;
    heldUntilMs = decided ? deciding : others;
    return decided ? !every : every;
  };
}

/** Through the evaluator itself. */
function anyLeaf(leaf: Leaf, calendar: Calendar): Asking {
  return (subject, nowMs) => {
    const { member, untilMs } = leafAnswer(leaf, { subject, nowMs, calendar });
    heldUntilMs = untilMs;
    return member;
  };
}

function quickLeaf(leaf: Leaf, calendar: Calendar): Asking | undefined {
  if (leaf.kind === 'value') {
    const { of, test } = leaf;
    if (test.op === 'during' || test.op === 'ago') return undefined;
    if (of.kind === 'complaints') return timesLeaf(complaintEvent, of.in, predicateCount(test), leaf, calendar);
    if (of.kind === 'age') return ageLeaf(predicateOf(test), leaf, calendar);
    if (of.kind === 'orders') return ordersLeaf(of, predicateOf(test), leaf, calendar);
    return valueLeaf(leaf, test);
  }
  if (leaf.kind === 'consent') {
    const { purpose, channel } = leaf;
    const key = `${purpose} ${channel ?? '*'}`;
    return (subject, nowMs) => {
      const { value, untilMs = forever } = subject.allowed(key, purpose, channel, nowMs);
      heldUntilMs = untilMs;
      return value;
    };
  }
  if (leaf.kind === 'did' && !leaf.where) {
    const { op, n } = leaf.times;
    return timesLeaf(leaf.event, leaf.in, { op, n }, leaf, calendar);
  }
  if (leaf.kind === 'sequence') return sequenceLeaf(leaf, calendar);
  return leaf.kind === 'moment' && !leaf.where ? momentLeaf(leaf, calendar) : undefined;
}

function valueLeaf({ of }: Extract<Leaf, { kind: 'value' }>, test: ValueTest): Asking | undefined {
  const holds = predicateOf(test);
  const good = (member: boolean) => {
    heldUntilMs = forever;
    return member;
  };
  switch (of.kind) {
    case 'trait':
      return (subject) => good(holds(subject.trait(of.name)));
    case 'score':
      return (subject) => good(holds(subject.score(of.name)));
    case 'openTickets':
      return (subject) => good(holds(subject.openTickets()));
    case 'source':
    case 'channel':
    case 'device':
    case 'region':
      return (subject) => good(holds(subject.fact(of.kind) as string[]));
    default:
      return undefined;
  }
}

/** Nobody's age is asked about beyond this, as in evaluate.ts. */
const oldestYears = 150;

/** For each age, and for who is not born yet, whether it is right and at which age that changes: looked up, as many are asked. */
function ageLeaf(holds: (age: number | undefined) => boolean, leaf: Leaf, calendar: Calendar): Asking {
  const general = anyLeaf(leaf, calendar);
  const right = Array.from({ length: oldestYears + 2 }, (_, at) => holds(at === 0 ? undefined : at - 1));
  const changesAt = right.map((now, at) => {
    const next = right.findIndex((one, later) => later > at && one !== now);
    return next < 0 ? Number.POSITIVE_INFINITY : next - 1;
  });
  return (subject, nowMs) => {
    const born = subject.born();
    const age = born === undefined ? undefined : ageOn(born, calendar.dayOf(nowMs));
    if (born === undefined || (age ?? 0) > oldestYears) return general(subject, nowMs);
    const at = age === undefined ? 0 : age + 1;
    const years = changesAt[at]!;
    heldUntilMs = years === Number.POSITIVE_INFINITY ? forever : calendar.startOf(anniversary(born, years));
    return right[at]!;
  };
}

type Counted = { op: 'atLeast' | 'atMost' | 'exactly'; n: number } | { op: 'holds'; holds(times: number): boolean };

function predicateCount(test: ValueTest): Counted {
  return { op: 'holds', holds: predicateOf(test) };
}

const holdsOf = (counted: Counted): ((times: number) => boolean) => {
  if (counted.op === 'holds') return counted.holds;
  const { op, n } = counted;
  return op === 'atLeast' ? (times) => times >= n : op === 'atMost' ? (times) => times <= n : (times) => times === n;
};

/** How often something was done. Where a date lies ahead the evaluator is asked: that is seldom. */
function timesLeaf(event: string, window: TimeWindow | undefined, counted: Counted, leaf: Leaf, calendar: Calendar): Asking {
  const general = anyLeaf(leaf, calendar);
  const holds = holdsOf(counted);
  const answer = windowAnswer(window, counted, holds, calendar);
  return (subject, nowMs) => {
    const times = subject.times(event);
    const { at } = times;
    if (at.length > 0 && at[at.length - 1]! > nowMs) return general(subject, nowMs);
    return answer(times, nowMs);
  };
}

/** Of times of which none lies ahead. */
function windowAnswer(
  window: TimeWindow | undefined,
  counted: Counted,
  holds: (times: number) => boolean,
  calendar: Calendar,
): (times: Times, nowMs: number) => boolean {
  if (window === undefined)
    return ({ at, earlier }) => {
      heldUntilMs = forever;
      return holds(at.length + earlier);
    };
  if (window.kind === 'dates')
    return (times, nowMs) => {
      const [fromMs, toMs] = momentsIn(calendar, window, nowMs);
      heldUntilMs = forever;
      return holds(countIn(times, fromMs, toMs));
    };
  if (window.kind === 'period')
    return (times, nowMs) => {
      const today = calendar.dayOf(nowMs);
      const start = (shift: number) => calendar.startOf(periodStart(window.unit, today, shift));
      const ends = start(1);
      if (window.ago === 0) {
        const member = holds(countIn(times, start(0), forever));
        heldUntilMs = holds(0) === member ? forever : ends;
        return member;
      }
      const member = holds(countIn(times, start(-1), start(0)));
      if (holds(countIn(times, start(0), forever)) !== member) heldUntilMs = ends;
      else heldUntilMs = holds(0) === member ? forever : start(2);
      return member;
    };
  return lastAnswer(window, counted, holds, calendar);
}

type Last = Extract<TimeWindow, { kind: 'last' }>;

/** The last so many days: what is in the window leaves it one by one, the earliest first. */
function lastAnswer(window: Last, counted: Counted, holds: (times: number) => boolean, calendar: Calendar) {
  const leaves = (atMs: number) => passedMs(calendar, window, atMs);
  const whole = (times: Times, nowMs: number): boolean => {
    let count = inWindow(times, nowMs, leaves);
    const member = holds(count);
    heldUntilMs = forever;
    while (count > 0) {
      const leavesMs = leaves(latestAt(times, count));
      const step = count > times.at.length ? count - times.at.length : 1;
      count -= step;
      // What leaves at one moment leaves at once.
      while (count > 0 && leaves(latestAt(times, count)) === leavesMs) count -= 1;
      if (holds(count) !== member) {
        heldUntilMs = leavesMs;
        return member;
      }
    }
    return member;
  };
  if (counted.op === 'holds' || counted.op === 'exactly' || counted.n === 0) return whole;
  const most = counted.op === 'atLeast' ? counted.n : counted.n + 1;
  const whenThere = counted.op === 'atLeast';
  // Only the one counts that is so many from the end: while it is in the window there are enough.
  return ({ at, earlier, earlierAtMs }: Times, nowMs: number): boolean => {
    heldUntilMs = forever;
    if (at.length + earlier < most) return !whenThere;
    const leavesMs = leaves(most <= at.length ? at[at.length - most]! : earlierAtMs);
    if (leavesMs <= nowMs) return !whenThere;
    heldUntilMs = leavesMs;
    return whenThere;
  };
}

/** The time of the one so many from the end. */
function latestAt({ at, earlierAtMs }: Times, fromEnd: number): number {
  return fromEnd <= at.length ? at[at.length - fromEnd]! : earlierAtMs;
}

/** How many have not left a window of the last so long. */
function inWindow({ at, earlier, earlierAtMs }: Times, nowMs: number, leaves: (atMs: number) => number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (leaves(at[middle]!) > nowMs) high = middle;
    else low = middle + 1;
  }
  const kept = at.length - low;
  return earlier > 0 && leaves(earlierAtMs) > nowMs ? kept + earlier : kept;
}

function countIn({ at, earlier, earlierAtMs }: Times, fromMs: number, toMs: number): number {
  const kept = firstNotBefore(at, toMs) - firstNotBefore(at, fromMs);
  return kept + (earlier > 0 && fromMs <= earlierAtMs && earlierAtMs < toMs ? earlier : 0);
}

function firstNotBefore(at: readonly number[], ms: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at[middle]! >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Of most customers one of the steps was never done: then nobody needs to look at the others. */
function sequenceLeaf(leaf: Extract<Leaf, { kind: 'sequence' }>, calendar: Calendar): Asking {
  const general = anyLeaf(leaf, calendar);
  const names = leaf.steps.map(({ event }) => event);
  return (subject, nowMs) => {
    for (const name of names) {
      const { at, earlier } = subject.times(name);
      if (at.length + earlier > 0) continue;
      heldUntilMs = forever;
      return false;
    }
    return general(subject, nowMs);
  };
}

/** Who has ordered nothing is asked nothing more. */
function ordersLeaf(of: Orders, holds: (value: Json | undefined) => boolean, leaf: Leaf, calendar: Calendar): Asking {
  const general = anyLeaf(leaf, calendar);
  const none = holds(measured(of.measure, []));
  return (subject, nowMs) => {
    if (subject.orders().length > 0) return general(subject, nowMs);
    heldUntilMs = forever;
    return none;
  };
}

function momentLeaf(leaf: Extract<Leaf, { kind: 'moment' }>, calendar: Calendar): Asking {
  const general = anyLeaf(leaf, calendar);
  const { which, event, test } = leaf;
  return (subject, nowMs) => {
    const { at, earlier, earlierAtMs } = subject.times(event);
    if (at.length > 0 && at[at.length - 1]! > nowMs) return general(subject, nowMs);
    heldUntilMs = forever;
    if (at.length + earlier === 0) return false;
    const atMs = which === 'last' ? latestAt({ at, earlier, earlierAtMs }, 1) : earlier > 0 ? earlierAtMs : at[0]!;
    const [fromMs, toMs] = spanOf(calendar, test, atMs);
    if (fromMs >= toMs) return false;
    if (nowMs < fromMs) {
      heldUntilMs = fromMs;
      return false;
    }
    if (nowMs >= toMs) return false;
    heldUntilMs = toMs;
    return true;
  };
}
