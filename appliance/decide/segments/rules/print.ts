// A rule as text, in English or Chinese: what parse.ts reads back as the same rule. Names are written bare where the vocabulary leads back to them
// and in quotation marks after their kind where it does not.

import { isBareName } from './parse.ts';
import { periodWord } from './parse-time.ts';
import type { Condition, Duration, Quantity, Rule, Step, Test, TimeTest, TimeWindow, ValueTest, Where } from './rule.ts';
import { speakable, type Vocabulary } from './vocabulary.ts';
import { type Language, type Word, wordIn, words } from './words.ts';

/** One line. Under the same vocabulary `parse(print(rule))` is the rule. */
export function print(rule: Rule, vocabulary: Vocabulary, language: Language = 'en'): string {
  const text = printCondition(rule.when, vocabulary, language);
  if (rule.name === undefined) return text;
  return `${text} = ${isBareName(rule.name) ? rule.name : quote(rule.name)}`;
}

export function printCondition(condition: Condition, vocabulary: Vocabulary, language: Language): string {
  return new Printer(vocabulary, language).condition(condition);
}

const quote = (text: string) => JSON.stringify(text);
const plainName = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const connectives = new Set(['and', 'or', 'not']);
const bareOrQuoted = (name: string) => (plainName.test(name) && !connectives.has(name.toLowerCase()) ? name : quote(name));

const comparisonWords = { '=': '=', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;
const factWords = {
  openTickets: 'openTickets',
  age: 'age',
  source: 'source',
  channel: 'channel',
  device: 'device',
  region: 'region',
} as const satisfies { readonly [kind: string]: Word };
const measureWords = { spend: 'spend', count: 'orderCount', average: 'averageOrder', largest: 'largestOrder' } as const;

class Printer {
  readonly #vocabulary: Vocabulary;
  readonly #language: Language;
  readonly #zh: boolean;

  constructor(vocabulary: Vocabulary, language: Language) {
    this.#vocabulary = vocabulary;
    this.#language = language;
    this.#zh = language === 'zh';
  }

  #word(key: Word): string {
    return wordIn(this.#language, key);
  }

  condition(condition: Condition): string {
    switch (condition.kind) {
      case 'and':
      case 'or': {
        const parts = condition.of.map((one) =>
          needsBrackets(one, condition.kind) ? `(${this.condition(one)})` : this.condition(one),
        );
        return parts.join(` ${this.#word(condition.kind)} `);
      }
      case 'not':
        return this.#negated(condition.of);
      case 'value':
        return this.#value(condition.of, condition.test);
      case 'did':
        return this.#did(condition, false);
      case 'moment': {
        const lead = this.#word(condition.which === 'first' ? 'firstDid' : 'lastDid');
        return [lead, this.#event(condition.event), this.#timeTest(condition.test), ...this.#where(condition.where)].join(' ');
      }
      case 'sequence':
        return this.#sequence(condition);
      case 'segment':
        return `${this.#word('inSegment')} ${quote(condition.name)}`;
      case 'consent':
        return this.#consent(condition, 'mayBeUsed');
      case 'birthday':
        if (condition.days === 0) return `${this.#word('birthday')} ${this.#word('today')}`;
        return `${this.#word('birthday')}${this.#zh ? '' : ' '}${this.#window({ kind: 'last', n: condition.days, unit: 'day' })}`;
    }
  }

  #negated(of: Condition): string {
    if (of.kind === 'did') return this.#did(of, true);
    if (of.kind === 'segment') return `${this.#word('notInSegment')} ${quote(of.name)}`;
    if (of.kind === 'consent') return this.#consent(of, 'mayNotBeUsed');
    if (of.kind === 'value' && of.test.op === 'exists' && !takesWindow(of.of))
      return `${this.#word('hasNot')} ${this.#quantity(of.of)}`;
    return `${this.#word('not')} (${this.condition(of)})`;
  }

  #consent({ purpose, channel }: Extract<Condition, { kind: 'consent' }>, lead: 'mayBeUsed' | 'mayNotBeUsed'): string {
    const text = `${this.#word(lead)} ${bareOrQuoted(purpose)}`;
    return channel === undefined ? text : `${text} ${this.#word('by')} ${bareOrQuoted(channel)}`;
  }

  #value(of: Quantity, test: Test): string {
    if (test.op === 'exists' && !takesWindow(of)) return `${this.#word('has')} ${this.#quantity(of)}`;
    const tested = test.op === 'during' || test.op === 'ago' ? this.#timeTest(test) : this.#valueTest(test);
    const told = this.#quantity(of);
    // `birthday in 7 days` is a condition of its own.
    if (test.op === 'during' && isBirthdayWord(told))
      return `${this.#word('trait')} ${quote((of as { name: string }).name)} ${tested}`;
    return `${told} ${tested}`;
  }

  #quantity(of: Quantity): string {
    switch (of.kind) {
      case 'trait':
      case 'computed':
        return this.#vocabulary.spoken(of.kind, of.name, this.#language) ?? this.#unknownName(of);
      case 'score':
        return `${this.#word('score')} ${bareOrQuoted(of.name)}`;
      case 'orders':
        return this.#windowed(measureWords[of.measure], of.in);
      case 'complaints':
        return this.#windowed('complaints', of.in);
      case 'order':
        return this.#word(of.which === 'first' ? 'firstOrder' : 'lastOrder');
      default:
        return this.#word(factWords[of.kind]);
    }
  }

  /** A trait that nobody declared may stand bare only where nothing else could be read there. */
  #unknownName({ kind, name }: { kind: 'trait' | 'computed'; name: string }): string {
    const bare = kind === 'trait' && plainName.test(name) && this.#standsBare(name);
    return bare ? name : `${this.#word(kind)} ${quote(name)}`;
  }

  #standsBare(name: string): boolean {
    return speakable(name) && !this.#vocabulary.quantityAt(`${name} `, 0) && this.#vocabulary.traitMeant(name) === name;
  }

  #windowed(key: Word, window: TimeWindow | undefined): string {
    const text = this.#word(key);
    if (!window) return text;
    return this.#zh ? `${this.#before(window)}${text}` : `${text} ${this.#window(window)}`;
  }

  /** A Chinese window before what it bounds. Periods are set apart, lest the two together be somebody's name for a computed trait. */
  #before(window: TimeWindow): string {
    if (window.kind === 'last') return `${this.#duration(window)}${this.#word('inside')}`;
    return window.kind === 'period' ? `${this.#period(window)} ` : `${this.#dates(window)} `;
  }

  /** A window after what it bounds. */
  #window(window: TimeWindow): string {
    if (window.kind === 'period') return this.#period(window);
    if (window.kind === 'dates') return this.#dates(window);
    const duration = this.#duration(window);
    return this.#zh ? `在${duration}${this.#word('inside')}` : `in ${duration}`;
  }

  #period(window: Extract<TimeWindow, { kind: 'period' }>): string {
    return this.#word(periodWord(window.unit, window.ago));
  }

  #dates(window: Extract<TimeWindow, { kind: 'dates' }>): string {
    const { from, to } = window as { from?: string; to?: string };
    if (this.#zh && from !== undefined && from === to) return `在${from}`;
    if (this.#zh) return [from && `自${from}${to ? '' : '起'}`, to && `至${to}${from ? '' : '止'}`].filter(Boolean).join('');
    if (from !== undefined && from === to) return `on ${from}`;
    if (from === undefined) return `until ${to}`;
    return to === undefined ? `since ${from}` : `from ${from} to ${to}`;
  }

  #duration({ n, unit }: Duration): string {
    if (this.#zh) return `${n}${this.#word(unit)}`;
    return `${n} ${n === 1 ? unit : `${unit}s`}`;
  }

  #timeTest(test: TimeTest): string {
    if (test.op === 'during') return this.#window(test.in);
    const duration = this.#duration(test.moreThan);
    return this.#zh ? `在${duration}${this.#word('ago')}` : `more than ${duration} ago`;
  }

  #valueTest(test: ValueTest): string {
    switch (test.op) {
      case 'between':
        return this.#zh
          ? `${this.#word('between')} ${number(test.from)} 到 ${number(test.to)} ${this.#word('betweenEnd')}`
          : `between ${number(test.from)} and ${number(test.to)}`;
      case 'in':
        return `${this.#word('inList')} (${test.values.map((value) => this.#literal(value)).join(', ')})`;
      case 'contains':
      case 'startsWith':
      case 'endsWith':
        return `${this.#word(test.op)} ${quote(test.value)}`;
      case 'exists':
        return this.#word('exists');
      default:
        return `${comparisonWords[test.op]} ${this.#literal(test.value)}`;
    }
  }

  #literal(value: string | number | boolean): string {
    if (typeof value === 'number') return number(value);
    return typeof value === 'boolean' ? this.#word(value ? 'yes' : 'no') : quote(value);
  }

  #event(name: string): string {
    if (name === '*') return this.#word('anything');
    return this.#vocabulary.spoken('event', name, this.#language) !== undefined && this.#zh
      ? this.#vocabulary.spoken('event', name, this.#language)!
      : quote(name);
  }

  #did({ event, times, in: window, where }: Extract<Condition, { kind: 'did' }>, negated: boolean): string {
    const once = times.op === 'atLeast' && times.n === 1;
    if (event === '*' && once && !where) {
      const active = this.#word(negated ? 'inactive' : 'active');
      return this.#zh
        ? `${window ? this.#before(window) : ''}${active}`
        : [active, ...(window ? [this.#window(window)] : [])].join(' ');
    }
    const lead = this.#word(negated ? 'didNot' : 'did');
    const count = once ? [] : [this.#zh ? `${this.#word(times.op)}${times.n}次` : `${this.#word(times.op)} ${times.n} times`];
    if (this.#zh)
      return `${window ? this.#before(window) : ''}${[lead, this.#event(event), ...count, ...this.#where(where)].join(' ')}`;
    return [lead, this.#event(event), ...count, ...(window ? [this.#window(window)] : []), ...this.#where(where)].join(' ');
  }

  #sequence({ steps, within, in: window }: Extract<Condition, { kind: 'sequence' }>): string {
    const told = steps.map((one) => this.#step(one)).join(` ${this.#word('followedBy')} `);
    const duration = this.#duration(within);
    if (this.#zh)
      return `${window ? this.#before(window) : ''}${this.#word('didInOrder')} ${told} ${this.#word('apart')}${duration}${this.#word('inside')}`;
    return `did ${told} within ${duration}${window ? ` ${this.#window(window)}` : ''}`;
  }

  #step({ event, where }: Step): string {
    return [this.#event(event), ...this.#where(where)].join(' ');
  }

  #where(where: Where | undefined): string[] {
    if (!where) return [];
    const all = where.map(({ property, test }) => `${bareOrQuoted(property)} ${this.#valueTest(test)}`);
    const told = all.length === 1 ? all[0]! : `(${all.join(` ${this.#word('and')} `)})`;
    return [this.#word('where'), told];
  }
}

/** With its decimals and without an exponent where that is possible. */
function number(value: number): string {
  return String(value);
}

const birthdayForms: ReadonlySet<string> = new Set([...words.birthday.en, ...words.birthday.zh]);
const isBirthdayWord = (text: string) => birthdayForms.has(text.toLowerCase());
const takesWindow = (of: Quantity) => of.kind === 'orders' || of.kind === 'complaints';

function needsBrackets(inner: Condition, outer: 'and' | 'or'): boolean {
  return inner.kind === 'or' || (inner.kind === 'and' && outer === 'and');
}
