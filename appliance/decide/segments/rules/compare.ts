// One value against one test, without time: what a trait, a property or a level of a column is asked. Text is compared as people read it,
// without regard to case, width, accents or traditional characters.

import type { Json } from '../../../core/model/event.ts';
import { comparisonText } from '../../../core/values/text.ts';
import type { ValueTest } from './rule.ts';

export type Predicate = (value: Json | undefined) => boolean;

/**
 * The test as a function, with its own side prepared once. A list satisfies it when one of its items does; nothing known
 * satisfies only `!=`, which is the opposite of `=` in every case.
 */
export function predicateOf(test: ValueTest): Predicate {
  const known = prepared.get(test);
  if (known) return known;
  const predicate = preparedPredicate(test);
  prepared.set(test, predicate);
  return predicate;
}

/** A rule is asked about many customers, and no rule is changed in place. */
const prepared = new WeakMap<ValueTest, Predicate>();

function preparedPredicate(test: ValueTest): Predicate {
  if (test.op === '!=') {
    const equal = predicateOf({ op: '=', value: test.value });
    return (value) => !equal(value);
  }
  const one = scalarPredicate(test);
  return (value) => {
    if (value === undefined || value === null || value === '') return false;
    return Array.isArray(value) ? value.some((item) => item !== null && item !== '' && one(item)) : one(value);
  };
}

type Scalar = (value: Json) => boolean;

function scalarPredicate(test: Exclude<ValueTest, { op: '!=' }>): Scalar {
  switch (test.op) {
    case '=':
      return equals(test.value);
    case 'in': {
      const all = test.values.map(equals);
      return (value) => all.some((equal) => equal(value));
    }
    case '<':
      return ordered(test.value, (order) => order < 0);
    case '<=':
      return ordered(test.value, (order) => order <= 0);
    case '>':
      return ordered(test.value, (order) => order > 0);
    case '>=':
      return ordered(test.value, (order) => order >= 0);
    case 'between':
      return (value) => {
        const number = numberOf(value);
        return number !== undefined && number >= test.from && number <= test.to;
      };
    case 'contains':
      return texts(test.value, (value, wanted) => value.includes(wanted));
    case 'startsWith':
      return texts(test.value, (value, wanted) => value.startsWith(wanted));
    case 'endsWith':
      return texts(test.value, (value, wanted) => value.endsWith(wanted));
    case 'exists':
      return () => true;
  }
}

function equals(wanted: string | number | boolean): Scalar {
  if (typeof wanted === 'number') return (value) => numberOf(value) === wanted;
  if (typeof wanted === 'boolean') return (value) => booleanOf(value) === wanted;
  return texts(wanted, (value, folded) => value === folded);
}

function ordered(wanted: string | number, holds: (order: number) => boolean): Scalar {
  if (typeof wanted === 'number')
    return (value) => {
      const number = numberOf(value);
      return number !== undefined && holds(number - wanted);
    };
  return texts(wanted, (value, folded) => holds(value < folded ? -1 : value > folded ? 1 : 0));
}

function texts(wanted: string, holds: (value: string, wanted: string) => boolean): Scalar {
  const folded = comparisonText(wanted);
  return (value) => {
    const text = textOf(value);
    return text !== undefined && holds(comparisonText(text), folded);
  };
}

/** A number, or text that is nothing but one. */
export function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*[+-]?\d{1,20}(\.\d{1,20})?\s*$/.test(value) ? Number(value) : undefined;
}

const yes = new Set(['true', 'yes', '1', '是']);
const no = new Set(['false', 'no', '0', '否']);

function booleanOf(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = textOf(value)?.toLowerCase();
  return text === undefined ? undefined : yes.has(text) ? true : no.has(text) ? false : undefined;
}

function textOf(value: Json): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
