// What is wrong or odd about a rule, given what the node knows: a name that nobody uses is a warning, as data may still come; a comparison that can
// never hold, or a segment that does not exist, is an error.

import type { Words } from '../../../core/errors.ts';
import type { Condition, Leaf, Quantity, Rule, Step, Test, ValueTest } from './rule.ts';
import { type KnownName, nearest, type ValueType, type Vocabulary } from './vocabulary.ts';

export type Finding = {
  severity: 'error' | 'warning';
  /** JSON Pointer into the rule. */
  path: string;
  message: Words;
  /** Known names most like an unknown one, the best first. */
  near: readonly string[];
};

/** @returns nothing when all is well. A list of names that the vocabulary leaves empty is not known, and not checked, but for segments. */
export function validate(rule: Rule, vocabulary: Vocabulary): Finding[] {
  const findings: Finding[] = [];
  new Validator(vocabulary, findings).condition(rule.when, '/when');
  return findings;
}

/** Kinds of events that every node has; `*` stands for all. */
const standingEvents = new Set(['*', 'page', 'screen', 'identify']);

class Validator {
  readonly #vocabulary: Vocabulary;
  readonly #findings: Finding[];

  constructor(vocabulary: Vocabulary, findings: Finding[]) {
    this.#vocabulary = vocabulary;
    this.#findings = findings;
  }

  condition(condition: Condition, path: string): void {
    if (condition.kind === 'not') this.condition(condition.of, `${path}/of`);
    else if (condition.kind === 'and' || condition.kind === 'or')
      for (const [place, one] of condition.of.entries()) this.condition(one, `${path}/of/${place}`);
    else this.#leaf(condition, path);
  }

  #leaf(leaf: Leaf, path: string): void {
    const { segments, purposes } = this.#vocabulary.declaration;
    switch (leaf.kind) {
      case 'value':
        this.#value(leaf.of, leaf.test, path);
        break;
      case 'did':
        this.#step(leaf, path);
        if (leaf.times.op === 'atLeast' && leaf.times.n === 0)
          this.#say('warning', path, { en: 'At least 0 times holds for everybody.', zh: '“至少0次”对所有人都成立。' });
        break;
      case 'moment':
        this.#step(leaf, path);
        break;
      case 'sequence':
        for (const [place, step] of leaf.steps.entries()) this.#step(step, `${path}/steps/${place}`);
        break;
      case 'segment':
        if (!segments.includes(leaf.name)) this.#unknown('error', path, segmentWords, leaf.name, segments);
        break;
      case 'consent': {
        const purpose = purposes.find((one) => one.purpose === leaf.purpose);
        const all = purposes.map((one) => one.purpose);
        if (!purpose && all.length > 0) this.#unknown('warning', path, purposeWords, leaf.purpose, all);
        if (purpose && leaf.channel !== undefined && !purpose.channels.includes(leaf.channel))
          this.#unknown('warning', path, channelWords, leaf.channel, purpose.channels);
      }
    }
  }

  #value(of: Quantity, test: Test, path: string): void {
    if (of.kind === 'trait' || of.kind === 'computed' || of.kind === 'score') this.#name(of, path);
    if (of.kind === 'trait' && of.name === 'birthday' && test.op === 'during' && test.in.kind !== 'dates')
      this.#say('error', path, {
        en: 'This asks who was born in that time. For birthdays that come, write: birthday in 7 days.',
        zh: '此条件指在该时间内出生。如指即将过生日，请写：生日在7天内。',
      });
    this.#fits(this.#typeOf(of), test, path);
  }

  #name(of: Extract<Quantity, { name: string }>, path: string): void {
    const { traits, computed, declaration } = this.#vocabulary;
    const both = [...traits.keys(), ...computed.keys()];
    if (of.kind === 'trait' && !traits.has(of.name)) this.#unknown('warning', path, traitWords, of.name, both);
    if (of.kind === 'computed' && !computed.has(of.name)) this.#unknown('warning', path, computedWords, of.name, both);
    if (of.kind === 'score' && declaration.scores.length > 0 && !declaration.scores.includes(of.name))
      this.#unknown('warning', path, scoreWords, of.name, declaration.scores);
  }

  #typeOf(of: Quantity): ValueType {
    switch (of.kind) {
      case 'trait':
        return this.#vocabulary.traits.get(of.name)?.type ?? 'any';
      case 'computed':
        return this.#vocabulary.computed.get(of.name)?.type ?? 'any';
      case 'order':
        return 'time';
      case 'source':
      case 'channel':
      case 'device':
      case 'region':
        return 'text';
      default:
        return 'number';
    }
  }

  #step({ event, where = [] }: Step, path: string): void {
    const { events } = this.#vocabulary;
    const known = events.get(event);
    if (!known && events.size > 0 && !standingEvents.has(event)) this.#unknown('warning', path, eventWords, event, events.keys());
    const properties = new Map<string, KnownName>((known?.properties ?? []).map((one) => [one.name, one]));
    where.forEach(({ property, test }, place) => {
      const at = `${path}/where/${place}`;
      const found = properties.get(property);
      if (!found && properties.size > 0) this.#unknown('warning', at, propertyWords, property, properties.keys());
      this.#fits(found?.type ?? 'any', test, at);
    });
  }

  #fits(type: ValueType, test: Test, path: string): void {
    if (test.op === 'between' && test.from > test.to)
      this.#say('warning', path, {
        en: `Nothing is between ${test.from} and ${test.to}: the smaller number comes first.`,
        zh: `没有值介于 ${test.from} 与 ${test.to} 之间：请先写较小的数。`,
      });
    if (type === 'any' || test.op === 'exists' || mayHold(type, test)) return;
    const is = typeWords[type];
    this.#say('error', path, {
      en: `This is ${is.en}; it cannot be compared so.`,
      zh: `该项为${is.zh}，不能这样比较。`,
    });
  }

  #unknown(severity: Finding['severity'], path: string, what: Words, name: string, known: Iterable<string>): void {
    const near = nearest(name, known);
    const message = { en: `No ${what.en} "${name}" is known.`, zh: `未知的${what.zh}“${name}”。` };
    if (near.length > 0) {
      message.en += ` Did you mean ${near.join(', ')}?`;
      message.zh += `您是否想写 ${near.join('、')}？`;
    }
    this.#findings.push({ severity, path, message, near });
  }

  #say(severity: Finding['severity'], path: string, message: Words): void {
    this.#findings.push({ severity, path, message, near: [] });
  }
}

/** Whether a value of the type can ever satisfy the test, or its opposite. */
function mayHold(type: Exclude<ValueType, 'any'>, test: Test): boolean {
  if (test.op === 'during' || test.op === 'ago') return type === 'time';
  if (type === 'time') return false;
  const kinds = kindsOf(test);
  if (type === 'boolean') return kinds.every((kind) => kind === 'boolean') && (test.op === '=' || test.op === '!=');
  if (type === 'number') return kinds.every((kind) => kind === 'number') && !isTextOnly(test);
  // Text may be all digits, such as a postcode, but it has no order among numbers.
  return kinds.every((kind) => kind === 'text') || (kinds.every((kind) => kind !== 'boolean') && !isOrder(test));
}

const isTextOnly = ({ op }: Test) => op === 'contains' || op === 'startsWith' || op === 'endsWith';
const isOrder = ({ op }: Test) => op === '<' || op === '<=' || op === '>' || op === '>=' || op === 'between';

/** What the test compares with. */
function kindsOf(test: ValueTest): ('number' | 'text' | 'boolean')[] {
  if (test.op === 'exists') return [];
  if (test.op === 'between') return ['number'];
  const values: readonly (string | number | boolean)[] = test.op === 'in' ? test.values : [test.value];
  return values.map((value) => (typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean')));
}

const typeWords: { readonly [type in Exclude<ValueType, 'any'>]: Words } = {
  number: { en: 'a number', zh: '数字' },
  text: { en: 'text', zh: '文本' },
  time: { en: 'a date or time', zh: '日期或时间' },
  boolean: { en: 'yes or no', zh: '是或否' },
};
const traitWords: Words = { en: 'trait', zh: '属性' };
const computedWords: Words = { en: 'computed trait', zh: '计算属性' };
const eventWords: Words = { en: 'event', zh: '事件' };
const propertyWords: Words = { en: 'property', zh: '事件属性' };
const segmentWords: Words = { en: 'segment', zh: '人群' };
const scoreWords: Words = { en: 'score', zh: '评分' };
const purposeWords: Words = { en: 'purpose', zh: '用途' };
const channelWords: Words = { en: 'channel of this purpose', zh: '该用途的渠道' };
