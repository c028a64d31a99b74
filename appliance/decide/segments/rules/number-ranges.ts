// A test of a value as ranges of numbers, for columns that hold numbers: the same answer that compare.ts gives of the number, without asking it.

import { comparisonText } from '../../../core/values/text.ts';
import { neighbour } from './plan.ts';
import type { ValueTest } from './rule.ts';

export type NumberRange = readonly [low: number, high: number];
const least = Number.NEGATIVE_INFINITY;
const most = Number.POSITIVE_INFINITY;

/** @returns ranges with both ends included; undefined when the test is about the number's digits, which no range says */
export function rangesOf(test: Exclude<ValueTest, { op: '!=' }>): NumberRange[] | undefined {
  switch (test.op) {
    case '=':
      return equalTo(test.value);
    case 'in':
      return test.values.flatMap(equalTo);
    case 'between':
      return [[test.from, test.to]];
    case 'exists':
      return [[least, most]];
    case '<':
    case '<=':
    case '>':
    case '>=':
      return typeof test.value === 'number' ? [ordered(test.op, test.value)] : undefined;
    default:
      return undefined;
  }
}

function ordered(op: '<' | '<=' | '>' | '>=', value: number): NumberRange {
  if (op === '<') return [least, neighbour(value, false)];
  if (op === '<=') return [least, value];
  return op === '>' ? [neighbour(value, true), most] : [value, most];
}

/** Text equals a number that is written so; yes is 1, no is 0. */
function equalTo(value: string | number | boolean): NumberRange[] {
  if (typeof value === 'boolean') return [[Number(value), Number(value)]];
  if (typeof value === 'number') return [[value, value]];
  const folded = comparisonText(value);
  const number = Number(folded);
  return folded !== '' && comparisonText(String(number)) === folded && !Number.isNaN(number) ? [[number, number]] : [];
}
