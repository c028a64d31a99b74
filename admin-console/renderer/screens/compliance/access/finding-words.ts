// Unusual access in words: what was unusual, how grave, and how it is judged.

import type { Tone } from '../../../design/design.ts';
import type { Words } from '../../../words/words.ts';

type Kind = { readonly name: Words; readonly why: Words };
export const kinds: { readonly [kind: string]: Kind } = {
  honey: {
    name: { en: 'Touched a honey customer', zh: '触及诱饵客户' },
    why: {
      en: 'Nobody has a reason to look at this record: it was put there to notice who does.',
      zh: '该记录专为发现异常而设，正常工作无须查看。',
    },
  },
  own_family_name: {
    name: { en: 'A customer of the same family name', zh: '查看同姓客户' },
    why: {
      en: 'The customer has the family name of whoever looked: it may be a relative.',
      zh: '客户与查看者同姓，可能为亲属。',
    },
  },
  many_profiles: {
    name: { en: 'More customers than usual', zh: '查看客户数异常偏多' },
    why: {
      en: 'Within a short time more customers were looked at than this colleague usually does.',
      zh: '短时间内查看的客户数超过该人员的常态。',
    },
  },
  outside_hours: {
    name: { en: 'Outside working hours', zh: '非工作时间' },
    why: { en: 'Customers were looked at when nobody is expected to work.', zh: '在非工作时间查看客户。' },
  },
  no_open_case: {
    name: { en: 'A customer without an open case', zh: '查看无待办工单的客户' },
    why: { en: 'There was no open ticket for which the customer had to be looked at.', zh: '该客户没有需要查看的待办工单。' },
  },
  refusals: {
    name: { en: 'Refused again and again', zh: '多次被拒' },
    why: { en: 'Many tries were refused within a short time: somebody tries doors.', zh: '短时间内多次被拒，可能在试探权限。' },
  },
  break_glass: {
    name: { en: 'Broke the glass', zh: '启用紧急访问' },
    why: {
      en: 'Customers were seen in the clear for a while, by a reason that was given.',
      zh: '以所填原因在一段时间内查看了客户明文。',
    },
  },
};
export const kindOf = (kind: string): Kind => kinds[kind] ?? { name: { en: kind, zh: kind }, why: { en: '', zh: '' } };

export const severities: { readonly [severity in 'low' | 'medium' | 'high']: readonly [Words, Tone | undefined] } = {
  low: [{ en: 'low', zh: '低' }, undefined],
  medium: [{ en: 'medium', zh: '中' }, 'wait'],
  high: [{ en: 'high', zh: '高' }, 'bad'],
};

export const verdicts = ['legitimate', 'misuse', 'false_alarm', 'unclear'] as const;
export type Verdict = (typeof verdicts)[number];
export const verdictWords: { readonly [verdict in Verdict]: Words } = {
  legitimate: { en: 'Legitimate', zh: '正当' },
  misuse: { en: 'Misuse', zh: '滥用' },
  false_alarm: { en: 'False alarm', zh: '误报' },
  unclear: { en: 'Unclear', zh: '不明' },
};
export const verdictTones: { readonly [verdict in Verdict]: Tone } = {
  legitimate: 'good',
  misuse: 'bad',
  false_alarm: 'note',
  unclear: 'wait',
};
