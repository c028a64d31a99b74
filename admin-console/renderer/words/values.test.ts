// Values of customers' fields in either language; what is masked or made up by an organisation stays as it is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valueText } from './values.ts';

const both = (field: string, value: unknown) => [valueText(field, value, 'en'), valueText(field, value, 'zh')];

test('days are the same day wherever they are read, moments are by the clock of the reader', () => {
  assert.deepEqual(both('birthday', '1996-03-05'), ['5 Mar 1996', '1996年3月5日']);
  const [en, zh] = both('createdAt', '2024-01-30T16:00:00.000Z');
  assert.match(en!, /^3[01] Jan 2024, \d\d:\d\d$/);
  assert.match(zh!, /^2024年1月3[01]日 \d\d:\d\d$/);
  assert.deepEqual(both('createdAt', Date.parse('2024-01-30T16:00:00.000Z')), [en, zh]);
});

test('genders, languages and countries have names', () => {
  assert.deepEqual(both('gender', 'female'), ['female', '女']);
  assert.deepEqual(both('gender', 'M'), ['male', '男']);
  assert.deepEqual(both('language', 'zh_TW'), [valueText('locale', 'zh-TW', 'en'), '中文（台湾）']);
  assert.deepEqual(both('language', 'en'), ['English', '英语']);
  assert.deepEqual(both('country', 'FR'), ['France', '法国']);
  assert.deepEqual(both('subscribed', false), ['no', '否']);
});

test('what is masked, no day of the calendar, or a word of the organisation stays as it is', () => {
  for (const [field, value] of [
    ['birthday', '1996-**-**'],
    ['birthday', '1996-13-45'],
    ['gender', '***'],
    ['language', '***'],
    ['country', '中国'],
    ['level', 'gold'],
    ['gender', 'constructor'],
    ['postalCode', '2024-01'],
  ] as const)
    assert.deepEqual(both(field, value), [value, value]);
  assert.deepEqual(both('store', 10234), ['10234', '10234']);
  assert.deepEqual(both('city', undefined), ['–', '–']);
});
