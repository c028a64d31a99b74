// What docs/segments.md promises marketers: every example is read, and what stands beside it in the other language is the same rule.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse, parseRule } from './parse.ts';
import { print } from './print.ts';
import { ruleLimits } from './rule.ts';
import { describeSyntaxError } from './syntax-error.ts';
import { vocabulary } from './vocabulary.ts';

const page = readFileSync(new URL('../../../../docs/segments.md', import.meta.url), 'utf8');
const names = vocabulary();

test('every row of its tables says one rule in two languages', () => {
  const rows = [...page.matchAll(/^\|[^|]*\| `([^|]+)` \| `([^|]+)` \|$/gm)];
  assert.ok(rows.length > 50, `${rows.length} rows`);
  for (const [, english, chinese] of rows) {
    const rule = parseRule(english!, names);
    assert.deepEqual(parseRule(chinese!, names), rule, `${english} | ${chinese}`);
    for (const language of ['en', 'zh'] as const) assert.deepEqual(parseRule(print(rule, names, language), names), rule);
  }
});

test('its first two lines are one segment, and its error is the one that is given', () => {
  const [first, second, wrong, en, zh] = [...page.matchAll(/^ {4}(\S.*)$/gm)].map(([, line]) => line!);
  assert.deepEqual(parseRule(first!, names).when, parseRule(second!, names).when);
  const parsed = parse(wrong!, names);
  assert.ok(!parsed.ok);
  assert.deepEqual(describeSyntaxError(parsed.error), { en, zh });
});

test('its limits are the limits', () => {
  const { textLength, conditions, branches, depth, values, steps, wheres, windowDays } = ruleLimits;
  const told = `${textLength.toLocaleString('en')} characters; ${conditions} conditions; ${branches} in one row of and or or; brackets ${depth} deep; lists of ${values}; ${steps} steps; ${wheres} properties; ${windowDays.toLocaleString('en')} days`;
  assert.ok(page.includes(told), told);
});
