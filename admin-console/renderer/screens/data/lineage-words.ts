// How a field becomes a trait and what a trait is used for, in words.

import { useCallback } from 'react';
import { useSay, type Words } from '../../words/words.ts';

export const howWords = {
  dictionary: { en: 'by the dictionary', zh: '经字典' },
  alias: { en: 'known by another name', zh: '按别名识别' },
  standard: { en: 'standard trait', zh: '标准特征' },
  as_sent: { en: 'as it is sent', zh: '原样上报' },
} as const satisfies { readonly [how: string]: Words };

const kinds: { readonly [kind: string]: Words } = {
  identity: { en: 'Identity', zh: '身份识别' },
  'computed trait': { en: 'Computed trait', zh: '计算特征' },
  matching: { en: 'Matching', zh: '匹配' },
  consent: { en: 'Consent', zh: '同意管理' },
  survivorship: { en: 'Golden record', zh: '黄金记录' },
  segment: { en: 'Segment', zh: '人群' },
  model: { en: 'Model', zh: '模型' },
  message: { en: 'Message', zh: '消息' },
};

export function useKindWords(): (kind: string) => string {
  const say = useSay();
  return useCallback((kind) => say(kinds[kind] ?? { en: kind, zh: kind }), [say]);
}
