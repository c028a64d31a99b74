// The text form of a rule, read by recursive descent: or over and over not over conditions, then `=` and a name. Both languages at once, so that
// a rule written in one can be changed in the other.

import { Fault } from '../../../core/errors.ts';
import { readDuration, readTimeTest, readWindow } from './parse-time.ts';
import { readValueTest, type Tested, testWords } from './parse-value.ts';
import { Reader } from './reader.ts';
import {
  brokenLimit,
  type Condition,
  fits,
  type Quantity,
  type Rule,
  ruleLimits,
  type Step,
  type TimeWindow,
  tooMany,
  type Where,
} from './rule.ts';
import { describeSyntaxError, type RuleSyntaxError, syntaxError } from './syntax-error.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Word } from './words.ts';

export type Parsed = { ok: true; rule: Rule } | { ok: false; error: RuleSyntaxError };

/**
 * @returns the rule, or what is wrong with the text
 * @throws {Fault} `segment_rule_invalid` when the text or the rule is larger than `ruleLimits`
 */
export function parse(text: string, vocabulary: Vocabulary): Parsed {
  if (text.length > ruleLimits.textLength)
    throw new Fault('segment_rule_invalid', `text of ${text.length} characters, more than ${ruleLimits.textLength}`);
  const parser = new Parser(text, vocabulary);
  const rule = parser.rule();
  if (!rule) return { ok: false, error: syntaxError(parser.reader, vocabulary) };
  const broken = brokenLimit(rule.when);
  if (broken !== undefined) throw new Fault('segment_rule_invalid', broken);
  return { ok: true, rule };
}

/** @throws {Fault} `segment_rule_syntax`, where: line, column and what was expected there; `segment_rule_invalid` as `parse` */
export function parseRule(text: string, vocabulary: Vocabulary, language: 'en' | 'zh' = 'en'): Rule {
  const parsed = parse(text, vocabulary);
  if (parsed.ok) return parsed.rule;
  // Without what was found: it may be a customer's value.
  const { error } = parsed;
  throw new Fault('segment_rule_syntax', describeSyntaxError({ ...error, found: '…' })[language]);
}

type TimesTest = Extract<Condition, { kind: 'did' }>['times'];

/** Quantities that are a word of the language and nothing more. */
const facts: { readonly [word in Word]?: Quantity } = {
  lastOrder: { kind: 'order', which: 'last' },
  firstOrder: { kind: 'order', which: 'first' },
  openTickets: { kind: 'openTickets' },
  age: { kind: 'age' },
  source: { kind: 'source' },
  channel: { kind: 'channel' },
  device: { kind: 'device' },
  region: { kind: 'region' },
};
/** Quantities that take a window. */
const measures: { readonly [word in Word]?: Extract<Quantity, { kind: 'orders' | 'complaints' }> } = {
  spend: { kind: 'orders', measure: 'spend' },
  orderCount: { kind: 'orders', measure: 'count' },
  averageOrder: { kind: 'orders', measure: 'average' },
  largestOrder: { kind: 'orders', measure: 'largest' },
  complaints: { kind: 'complaints' },
};
const named = { trait: 'trait', computed: 'computed', score: 'score' } as const;
/** `monthly spend` is short for `spend in 30 days`. */
const shorthands: { readonly [word in Word]?: number } = { weeklySpend: 7, monthlySpend: 30, yearlySpend: 365 };
const quantityWords = [facts, measures, named].flatMap((table) => Object.keys(table)) as Word[];

/** Words that a condition begins with when it is no comparison. */
const openings = [
  ...(['inSegment', 'notInSegment', 'mayBeUsed', 'mayNotBeUsed', 'active', 'inactive', 'didInOrder'] as const),
  ...(['firstDid', 'lastDid', 'did', 'didNot', 'birthday', 'has', 'hasNot'] as const),
] as const;

const nameEnd = /[\p{L}\p{N}_][\p{L}\p{N}_ -]*/uy;
const connective = /(^|\s)(and|or|且|或)(\s|$)/iu;

/** Whether a segment's name can stand at the end of a rule without quotation marks. */
export function isBareName(name: string): boolean {
  return /^[\p{L}\p{N}_]([\p{L}\p{N}_ -]*[\p{L}\p{N}_-])?$/u.test(name) && !connective.test(name) && !name.includes('  ');
}

const followers: readonly Word[] = [...testWords, 'and', 'or'];

class Parser {
  readonly reader: Reader;
  readonly #vocabulary: Vocabulary;
  #depth = 0;

  constructor(text: string, vocabulary: Vocabulary) {
    this.reader = new Reader(text);
    this.#vocabulary = vocabulary;
  }

  rule(): Rule | undefined {
    const when = this.#or();
    if (!when) return undefined;
    if (this.reader.ended) return { when };
    const name = this.reader.attempt(() => (this.reader.match(/=|＝/uy) ? this.#ruleName() : undefined));
    return name !== undefined && this.reader.ended ? { name, when } : this.reader.missing('end');
  }

  #ruleName(): string | undefined {
    const quoted = this.reader.quoted();
    if (quoted !== undefined) return quoted === '' ? this.reader.missing('name') : quoted;
    const begin = this.reader.at;
    const bare = this.reader.match(nameEnd)?.[0].trim();
    if (bare !== undefined && !connective.test(bare)) return bare;
    this.reader.at = begin;
    return this.reader.missing('name');
  }

  #or(): Condition | undefined {
    return this.#joined('or', () => this.#joined('and', () => this.#unary()));
  }

  #joined(kind: 'and' | 'or', operand: () => Condition | undefined): Condition | undefined {
    const first = operand();
    if (!first) return undefined;
    const of = [first];
    for (;;) {
      if (of.length > ruleLimits.branches) throw tooMany(`conditions joined by ${kind}`, ruleLimits.branches);
      const next = this.reader.attempt(() => (this.reader.word(kind) ? operand() : undefined));
      if (!next) break;
      of.push(next);
    }
    return of.length === 1 ? first : { kind, of };
  }

  #unary(): Condition | undefined {
    return this.#condition() ?? this.#negation() ?? this.#bracketed() ?? this.reader.missing('condition');
  }

  #negation(): Condition | undefined {
    return this.#nested(() => {
      const of = this.reader.word('not') ? this.#unary() : undefined;
      return of && { kind: 'not', of };
    });
  }

  #bracketed(): Condition | undefined {
    return this.#nested(() => {
      const of = this.reader.word('open') ? this.#or() : undefined;
      if (!of) return undefined;
      return this.reader.word('close') ? of : this.reader.missing('close');
    });
  }

  #nested(read: () => Condition | undefined): Condition | undefined {
    this.#depth += 1;
    if (this.#depth > ruleLimits.depth * 4)
      throw new Fault('segment_rule_invalid', `brackets deeper than ${ruleLimits.depth * 4}`);
    const found = this.reader.attempt(read);
    this.#depth -= 1;
    return found;
  }

  #condition(): Condition | undefined {
    const { reader } = this;
    reader.skip();
    const begin = reader.at;
    const opening = reader.oneOf(openings);
    const opened = reader.at;
    reader.at = begin;
    const known = this.#vocabulary.quantityAt(reader.text, begin);
    const isName = known !== undefined && known.length > opened - begin;
    return (
      (opening && !isName
        ? reader.attempt(() => {
            reader.at = opened;
            return this.#opened(opening, undefined);
          })
        : undefined) ??
      (isName ? undefined : reader.attempt(() => this.#windowed())) ??
      reader.attempt(() => this.#comparison())
    );
  }

  /** What follows a window that stands first: `30天内消费 > 5000`. */
  #windowed(): Condition | undefined {
    const { reader } = this;
    const window = readWindow(reader);
    if (!window) return undefined;
    const opening = reader.attempt(() => reader.oneOf(['active', 'inactive', 'didInOrder', 'did', 'didNot', 'birthday']));
    if (opening) return this.#opened(opening, window);
    const word = reader.oneOf(Object.keys(measures) as Word[]);
    const measure = word && measures[word];
    return measure ? this.#tested({ ...measure, in: window }) : reader.missing('windowed');
  }

  #opened(opening: (typeof openings)[number], window: TimeWindow | undefined): Condition | undefined {
    const not = (of: Condition | undefined): Condition | undefined => of && { kind: 'not', of };
    switch (opening) {
      case 'inSegment':
        return this.#named((name) => ({ kind: 'segment', name }));
      case 'notInSegment':
        return not(this.#named((name) => ({ kind: 'segment', name })));
      case 'mayBeUsed':
        return this.#consent();
      case 'mayNotBeUsed':
        return not(this.#consent());
      case 'active':
        return this.#active(window);
      case 'inactive':
        return not(this.#active(window));
      case 'did':
        return this.#did(window);
      case 'didNot':
        return not(this.#did(window));
      case 'didInOrder':
        return this.#sequence([], window);
      case 'firstDid':
        return this.#moment('first');
      case 'lastDid':
        return this.#moment('last');
      case 'birthday':
        return this.#birthday(window);
      case 'has':
      case 'hasNot': {
        const of = this.#quantity();
        if (!of) return this.reader.missing('property');
        const exists: Condition = { kind: 'value', of, test: { op: 'exists' } };
        return opening === 'has' ? exists : not(exists);
      }
    }
  }

  #name(): string | undefined {
    const name = this.reader.quoted() ?? this.reader.bare('name');
    return name === undefined || name === '' ? this.reader.missing('name') : name;
  }

  #named(make: (name: string) => Condition): Condition | undefined {
    const name = this.#name();
    return name === undefined ? undefined : make(name);
  }

  #consent(): Condition | undefined {
    const purpose = this.#name();
    if (purpose === undefined) return undefined;
    const channel = this.reader.attempt(() => (this.reader.word('by') ? this.#name() : undefined));
    return { kind: 'consent', purpose, ...(channel !== undefined && { channel }) };
  }

  #active(before: TimeWindow | undefined): Condition {
    const window = before ?? readWindow(this.reader);
    return { kind: 'did', event: '*', times: { op: 'atLeast', n: 1 }, ...(window && { in: window }) };
  }

  #birthday(before: TimeWindow | undefined): Condition | undefined {
    const window = before ?? readWindow(this.reader);
    if (window?.kind === 'period' && window.unit === 'day' && window.ago === 0) return { kind: 'birthday', days: 0 };
    // `生日在7天以前` is the trait, and long ago.
    if (this.reader.word('ago')) return undefined;
    if (window?.kind !== 'last' || (window.unit !== 'day' && window.unit !== 'week')) return undefined;
    const days = window.n * (window.unit === 'week' ? 7 : 1);
    return days > 365 ? undefined : { kind: 'birthday', days };
  }

  #event(): string | undefined {
    const { reader } = this;
    reader.skip();
    const known = this.#vocabulary.eventAt(reader.text, reader.at);
    if (known) {
      reader.at += known.length;
      return known.value;
    }
    const quoted = reader.quoted();
    if (quoted) return quoted;
    return reader.word('anything') ? '*' : (reader.bare('name') ?? reader.missing('event'));
  }

  #step(): Step | undefined {
    const event = this.#event();
    if (event === undefined) return undefined;
    const where = this.#where();
    return { event, ...(where && { where }) };
  }

  #did(before: TimeWindow | undefined): Condition | undefined {
    const step = this.#step();
    if (!step) return undefined;
    if (this.#thenFollows()) return this.#sequence([step], before);
    let { where } = step;
    let times: TimesTest | undefined;
    let window = before;
    for (;;) {
      if (times === undefined) times = this.reader.attempt(() => this.#times());
      const foundWindow = window === undefined ? readWindow(this.reader) : undefined;
      window ??= foundWindow;
      const foundWhere = where === undefined ? this.#where() : undefined;
      where ??= foundWhere;
      // A round that brings nothing new ends it; where times come last they are found in the round after.
      if (!foundWindow && !foundWhere) break;
    }
    return {
      kind: 'did',
      event: step.event,
      times: times ?? { op: 'atLeast', n: 1 },
      ...(window && { in: window }),
      ...(where && { where }),
    };
  }

  #thenFollows(): boolean {
    const begin = this.reader.at;
    const follows = this.reader.word('followedBy');
    this.reader.at = begin;
    return follows;
  }

  #times(): TimesTest | undefined {
    const { reader } = this;
    const op = reader.oneOf(['atLeast', 'atMost', 'exactly', 'moreThan', 'fewerThan']);
    if (op === undefined) return undefined;
    const n = reader.whole();
    if (n === undefined) return reader.missing('whole');
    if (!reader.word('times')) return reader.missing('times');
    if (n > ruleLimits.times) return undefined;
    if (op === 'moreThan') return { op: 'atLeast', n: n + 1 };
    if (op === 'fewerThan') return n === 0 ? undefined : { op: 'atMost', n: n - 1 };
    return { op, n };
  }

  #sequence(first: Step[], before: TimeWindow | undefined): Condition | undefined {
    const { reader } = this;
    const steps = [...first];
    if (steps.length === 0) {
      const step = this.#step();
      if (!step) return undefined;
      steps.push(step);
    }
    while (reader.word('followedBy')) {
      const step = this.#step();
      if (!step) return undefined;
      if (steps.push(step) > ruleLimits.steps) throw tooMany('steps of a sequence', ruleLimits.steps);
    }
    if (steps.length < 2) return reader.missing('next');
    const within = reader.word('apart') ? readDuration(reader) : reader.missing('apart');
    if (!within) return undefined;
    reader.word('inside');
    const window = before ?? readWindow(reader);
    return { kind: 'sequence', steps, within, ...(window && { in: window }) };
  }

  #moment(which: 'first' | 'last'): Condition | undefined {
    const step = this.#step();
    const test = step && readTimeTest(this.reader);
    if (!step || !test) return undefined;
    const where = step.where ?? this.#where();
    return { kind: 'moment', which, event: step.event, ...(where && { where }), test };
  }

  /** `where total > 100`, or several in brackets joined by and. */
  #where(): Where | undefined {
    const { reader } = this;
    return reader.attempt(() => {
      if (!reader.word('where')) return undefined;
      if (!reader.word('open')) {
        const one = this.#property();
        return one && [one];
      }
      const all: Where = [];
      do {
        const one = this.#property();
        if (!one) return undefined;
        if (all.push(one) > ruleLimits.wheres) throw tooMany('properties', ruleLimits.wheres);
      } while (reader.word('and'));
      return reader.word('close') ? all : reader.missing('close');
    });
  }

  #property(): Where[number] | undefined {
    const property = this.reader.quoted() ?? this.reader.bare('name');
    if (property === undefined || property === '') return this.reader.missing('property');
    const tested = readValueTest(this.reader);
    // Of properties only what is, not when: a test of time has its place in the window.
    if (!tested || tested.negated || tested.test.op === 'during' || tested.test.op === 'ago') return this.reader.missing('test');
    return { property, test: tested.test };
  }

  #comparison(): Condition | undefined {
    const of = this.#quantity();
    return of && this.#tested(of);
  }

  #tested(of: Quantity): Condition | undefined {
    const tested = this.#timeTest() ?? readValueTest(this.reader);
    if (!tested || !fits(of, tested.test)) return this.reader.missing('test');
    const condition: Condition = { kind: 'value', of, test: tested.test };
    return tested.negated ? { kind: 'not', of: condition } : condition;
  }

  #timeTest(): Tested | undefined {
    const test = this.reader.attempt(() => readTimeTest(this.reader));
    return test && { test, negated: false };
  }

  #quantity(): Quantity | undefined {
    const { reader } = this;
    reader.skip();
    const begin = reader.at;
    const known = this.#vocabulary.quantityAt(reader.text, begin);
    const word = reader.oneOf(quantityWords);
    if (word && reader.at - begin >= (known?.length ?? 0) && this.#endsHere(word)) return this.#spokenQuantity(word);
    reader.at = begin;
    if (known) {
      reader.at += known.length;
      return known.value;
    }
    const short = reader.attempt(() => reader.oneOf(['monthlySpend', 'weeklySpend', 'yearlySpend']));
    const days = short && shorthands[short];
    if (days !== undefined) return { kind: 'orders', measure: 'spend', in: { kind: 'last', n: days, unit: 'day' } };
    const bare = reader.bare('name');
    return bare === undefined ? undefined : { kind: 'trait', name: this.#vocabulary.traitMeant(bare) };
  }

  /** A Chinese word that goes on in letters is the beginning of a name, unless a word of the language or a window follows. */
  #endsHere(word: Word): boolean {
    const { reader } = this;
    if (word in named || !/^\p{Script=Han}/u.test(reader.text.slice(reader.at))) return true;
    const begin = reader.at;
    const follows = this.#timeTest() ?? reader.oneOf(followers);
    reader.at = begin;
    return follows !== undefined;
  }

  #spokenQuantity(word: Word): Quantity | undefined {
    const fact = facts[word];
    if (fact) return fact;
    const measure = measures[word];
    if (measure) {
      const window = readWindow(this.reader);
      return window ? { ...measure, in: window } : measure;
    }
    const name = this.#name();
    return name === undefined ? undefined : { kind: named[word as keyof typeof named], name };
  }
}
