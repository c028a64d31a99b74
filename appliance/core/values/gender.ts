// Gender as systems write it, brought to four words. 0/1/2/9 are GB/T 2261.1 (unknown, male, female, unspecified), which
// ISO/IEC 5218 shares; a source with its own numbers says so in its dictionary.

import { type Normal, normal, refuse } from './normal.ts';
import { asText, comparisonText } from './text.ts';

export type Gender = 'male' | 'female' | 'other' | 'unknown';

const words: Readonly<Record<Gender, readonly string[]>> = {
  male: ['1', 'm', 'male', 'man', 'boy', 'mr', 'mr.', 'masculine', 'homme', '男', '男性', '男士', '先生', '男生', '男孩', '公'],
  female: [
    '2',
    'f',
    'female',
    'w',
    'woman',
    'girl',
    'ms',
    'mrs',
    'miss',
    'ms.',
    'mrs.',
    'feminine',
    'femme',
    '女',
    '女性',
    '女士',
    '小姐',
    '女生',
    '女孩',
    '太太',
    '夫人',
  ],
  other: [
    'x',
    'o',
    'other',
    'non-binary',
    'nonbinary',
    'non binary',
    'nb',
    'diverse',
    'd',
    'transgender',
    '其他',
    '其它',
    '第三性别',
    '非二元',
  ],
  unknown: [
    '0',
    '9',
    'u',
    'unknown',
    'unspecified',
    'not specified',
    'not known',
    'n/a',
    'na',
    'none',
    'null',
    '-',
    '?',
    'prefer not to say',
    'undisclosed',
    '未知',
    '未说明',
    '保密',
    '不详',
    '不明',
    '未填写',
    '无',
    '未说明的性别',
    '未知的性别',
  ],
};

const lookUp = new Map<string, Gender>(
  Object.entries(words).flatMap(([gender, list]) => list.map((word) => [word, gender as Gender] as const)),
);

/** @param codes a source's own codes, laid over the usual ones, such as `{ "0": "female" }` */
export function normaliseGender(
  raw: unknown,
  options: { readonly codes?: Readonly<Record<string, Gender>> } = {},
): Normal<Gender> {
  const given = asText(raw);
  if (given === undefined) return refuse('not a gender: not text or a number');
  if (given.length > 64) return refuse('not a gender: too long');
  const key = comparisonText(given).replace(/\.0+$/, '');
  const own = options.codes && Object.hasOwn(options.codes, key) ? options.codes[key] : undefined;
  const gender = own ?? lookUp.get(key);
  return gender ? normal(gender) : refuse('not a gender: none of the words known for it');
}
