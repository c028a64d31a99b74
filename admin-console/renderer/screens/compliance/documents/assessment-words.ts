// Impact assessments in words: how likely, how grave, and what it comes to.

import type { Tone } from '../../../design/design.ts';
import type { Words } from '../../../words/words.ts';

export const levels = ['low', 'medium', 'high'] as const;
export type Level = (typeof levels)[number];
export const levelWords: { readonly [level in Level]: readonly [Words, Tone | undefined] } = {
  low: [{ en: 'low', zh: '低' }, undefined],
  medium: [{ en: 'medium', zh: '中' }, 'wait'],
  high: [{ en: 'high', zh: '高' }, 'bad'],
};
export const conclusions = ['acceptable', 'acceptable_with_measures', 'not_acceptable'] as const;
export type Conclusion = (typeof conclusions)[number];
export const conclusionWords: { readonly [conclusion in Conclusion]: readonly [Words, Tone] } = {
  acceptable: [{ en: 'acceptable', zh: '可以接受' }, 'good'],
  acceptable_with_measures: [{ en: 'acceptable with the measures', zh: '采取措施后可以接受' }, 'note'],
  not_acceptable: [{ en: 'not acceptable', zh: '不可接受' }, 'bad'],
};
