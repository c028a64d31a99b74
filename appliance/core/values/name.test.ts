// Names in both scripts and orders, and the words that stand where somebody has none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNobody, normaliseName, parseName } from './name.ts';
import { table } from './testing-table.ts';

test('words that say there is no name are told from names', () => {
  const nobody = [
    '匿名',
    '游客',
    '訪客',
    '用户',
    '未知',
    '散客',
    '先生',
    '匿名 用户',
    '微信用户8231',
    '用户138****1234',
    '新会员',
  ].concat([
    'anonymous',
    'Guest',
    'guest_102',
    'unknown',
    'N/A',
    'n/a',
    'test',
    'Test User',
    'No Name',
    'ＧＵＥＳＴ',
    '***',
    '(unknown)',
    '',
  ]);
  for (const text of nobody) assert.equal(isNobody(text), true, text);
  const somebody = [
    '王小明',
    '王',
    '陈先生',
    '客家',
    'Edgar Guest',
    'Na',
    'Nan Wang',
    'No Minwoo',
    'Abc Chen',
    'J. Smith',
    'Tester Johnson',
  ];
  for (const text of somebody) assert.equal(isNobody(text), false, text);
});

test('names in both scripts and orders meet under one key', () => {
  table(normaliseName, [
    ['王 小明 先生', '王小明'],
    ['王小明女士', '王小明'],
    ['Mr. John  Smith', 'John Smith'],
    ['Dr John Smith PhD', 'John Smith'],
    ['买买提•艾力', '买买提·艾力'],
    ['12345', undefined],
    ['', undefined],
  ]);
  const latinKeys = [
    '王小明',
    'Wang Xiaoming',
    'Xiaoming Wang',
    'WANG Xiao Ming',
    'Xiao-Ming Wang',
    'Wang, Xiaoming',
    '王曉明',
  ].map((raw) => {
    const parsed = parseName(raw);
    return parsed.ok ? parsed.value.latinKey : '';
  });
  assert.deepEqual([...new Set(latinKeys)], ['wang xiaoming']);
  const split = (raw: string): unknown => {
    const parsed = parseName(raw);
    return parsed.ok ? [parsed.value.family, parsed.value.given, parsed.value.suffix] : undefined;
  };
  const rows: [string, [string | undefined, string | undefined, string | undefined]][] = [
    ['王小明', ['王', '小明', undefined]],
    ['欧阳小明', ['欧阳', '小明', undefined]],
    ['歐陽曉明', ['歐陽', '曉明', undefined]],
    ['司马光', ['司马', '光', undefined]],
    ['欧阳', ['欧阳', undefined, undefined]],
    ['单雄信', ['单', '雄信', undefined]],
    ['小明', [undefined, '小明', undefined]],
    ['李先生', ['李', undefined, undefined]],
    ['买买提·艾力', [undefined, '买买提·艾力', undefined]],
    ['Wang Xiaoming', ['Wang', 'Xiaoming', undefined]],
    ['Xiaoming Wang', ['Wang', 'Xiaoming', undefined]],
    ['Ouyang Xiaoming', ['Ouyang', 'Xiaoming', undefined]],
    ['John Smith', ['Smith', 'John', undefined]],
    ['SMITH John', ['SMITH', 'John', undefined]],
    ['Smith, John', ['Smith', 'John', undefined]],
    ['Martin Luther King Jr.', ['King', 'Martin Luther', 'Jr']],
    ['Madonna', [undefined, 'Madonna', undefined]],
  ];
  for (const [raw, expected] of rows) assert.deepEqual(split(raw), expected, raw);
  const shan = parseName('单雄信');
  assert.equal(shan.ok && shan.value.latinKey, 'shan xiongxin');
});
