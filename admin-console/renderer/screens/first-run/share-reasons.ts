// What is wrong with shares that were typed, in both languages: the node says which one and why, in short English.

import type { Words } from '../../words/words.ts';

const reasons: readonly (readonly [RegExp, string, string])[] = [
  [
    /^share (\d+) \(given as number (\d+)\) has a typing error.*/,
    'Field $2: share $1 is mistyped.',
    '第 $2 栏：第 $1 份输入有误。',
  ],
  [
    /^share (\d+) \(given as number (\d+)\) was given twice/,
    'Field $2: share $1 stands there twice.',
    '第 $2 栏：第 $1 份重复输入。',
  ],
  [
    /^share (\d+) \(given as number (\d+)\) belongs to another set.*/,
    'Field $2: share $1 is one of another set.',
    '第 $2 栏：第 $1 份不属于这组新份额。',
  ],
  [/^share given as number (\d+): .*/, 'Field $1: a share begins with HF and its number.', '第 $1 栏：份额以 HF 和编号开头。'],
];

export function shareReason(where: string): Words {
  for (const [pattern, en, zh] of reasons)
    if (pattern.test(where)) return { en: where.replace(pattern, en), zh: where.replace(pattern, zh) };
  return { en: 'These are not the shares that were just shown.', zh: '这些不是刚才显示的份额。' };
}
