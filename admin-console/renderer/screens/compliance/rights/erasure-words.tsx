// Erasures in words: why, how far, and who was told.

import type { Tone } from '../../../design/design.ts';
import type { Words } from '../../../words/words.ts';

export const reasonWords: { readonly [reason: string]: Words } = {
  request: { en: 'the customer asked', zh: '客户请求' },
  consent_withdrawn: { en: 'consent was withdrawn', zh: '撤回同意' },
  no_longer_needed: { en: 'no longer needed', zh: '不再需要' },
  unlawful: { en: 'was kept unlawfully', zh: '处理不合法' },
  legal_duty: { en: 'a legal duty', zh: '法定义务' },
  retention: { en: 'retention', zh: '保留期届满' },
};
export const stateWords: { readonly [state: string]: readonly [Words, Tone] } = {
  begun: [{ en: 'begun', zh: '已开始' }, 'wait'],
  destroyed: [{ en: 'keys destroyed', zh: '密钥已销毁' }, 'wait'],
  settled: [{ en: 'others settled', zh: '关联已重整' }, 'wait'],
  swept: [{ en: 'swept off the disk', zh: '磁盘已清除' }, 'wait'],
  done: [{ en: 'done', zh: '已完成' }, 'good'],
};
export const toldWords: { readonly [state: string]: readonly [Words, Tone] } = {
  waiting: [{ en: 'waiting', zh: '等待' }, 'wait'],
  answered: [{ en: 'told', zh: '已告知' }, 'good'],
  given_up: [{ en: 'given up', zh: '已放弃' }, 'bad'],
};
