// What the screens of models call things, so that all of them say the same.

import type { Tone } from '../../design/design.ts';
import type { Words } from '../../words/words.ts';
import type { Job, Version } from './asked.ts';

export const stateWords: { readonly [state in Version['state']]: Words } = {
  trained: { en: 'trained', zh: '已训练' },
  challenger: { en: 'waits for a decision', zh: '待决定' },
  champion: { en: 'in service', zh: '使用中' },
  retired: { en: 'retired', zh: '已停用' },
};
export const stateTones: { readonly [state in Version['state']]: Tone | undefined } = {
  trained: undefined,
  challenger: 'wait',
  champion: 'good',
  retired: undefined,
};

export const jobWords: { readonly [state in Job['state']]: Words } = {
  waiting: { en: 'waits for its turn', zh: '排队中' },
  running: { en: 'running', zh: '训练中' },
  done: { en: 'done', zh: '已完成' },
  failed: { en: 'failed', zh: '失败' },
  cancelled: { en: 'cancelled', zh: '已取消' },
};
export const jobTones: { readonly [state in Job['state']]: Tone | undefined } = {
  waiting: 'wait',
  running: 'note',
  done: 'good',
  failed: 'bad',
  cancelled: undefined,
};
export const stages = ['choosing', 'reading', 'training', 'keeping'] as const;
export const stageWords: { readonly [stage in (typeof stages)[number]]: Words } = {
  choosing: { en: 'Choosing customers', zh: '选取客户' },
  reading: { en: 'Reading their past', zh: '读取历史' },
  training: { en: 'Learning and testing', zh: '学习与检验' },
  keeping: { en: 'Keeping the version', zh: '保存版本' },
};

export const dropWords: { readonly [reason: string]: Words } = {
  asked: { en: 'left out by choice', zh: '人工排除' },
  empty: { en: 'always empty', zh: '始终为空' },
  constant: { en: 'the same for everybody', zh: '所有客户相同' },
  identifier: { en: 'names single customers', zh: '可指认单个客户' },
  duplicate: { en: 'says the same as {of}', zh: '与“{of}”重复' },
  leak: { en: 'tells the answer itself (leak)', zh: '直接泄露答案' },
};

export const verdictWords: { readonly [verdict in 'better' | 'worse' | 'alike']: Words } = {
  better: { en: 'better', zh: '更好' },
  worse: { en: 'worse', zh: '更差' },
  alike: { en: 'no sure difference', zh: '无显著差异' },
};
export const verdictTones = { better: 'good', worse: 'bad', alike: undefined } as const;

export const shiftWords: { readonly [shift in 'none' | 'some' | 'much']: Words } = {
  none: { en: 'stable', zh: '稳定' },
  some: { en: 'some shift', zh: '有偏移' },
  much: { en: 'large shift', zh: '明显偏移' },
};
export const shiftTones = { none: 'good', some: 'wait', much: 'bad' } as const;
/** As the node judges it where it has no figure of chance (Siddiqi 2006). */
export const shiftOf = (index: number): keyof typeof shiftWords => (index > 0.25 ? 'much' : index > 0.1 ? 'some' : 'none');

export const budgetWords = {
  small: { en: 'Quick', zh: '快速' },
  normal: { en: 'Usual', zh: '标准' },
  large: { en: 'Thorough', zh: '充分' },
} as const;
export const learnerWords = {
  all: { en: 'Trees and lines, blended', zh: '树模型与线性模型融合' },
  trees: { en: 'Boosted trees alone', zh: '仅提升树' },
  linear: { en: 'Lines alone (easiest to read)', zh: '仅线性模型（最易解读）' },
} as const;
export const kindWords = {
  question: { en: 'ready-made question', zh: '预置问题' },
  trait: { en: 'trait of your own', zh: '自选属性' },
  own: { en: 'brought from elsewhere', zh: '外部导入' },
} as const;
export const together: Words = { en: 'learned together', zh: '联合训练' };

export const metricWords = {
  rocAuc: { en: 'ROC AUC', zh: 'ROC AUC' },
  averagePrecision: { en: 'Average precision', zh: '平均精确率' },
  logLoss: { en: 'Log loss', zh: '对数损失' },
  brier: { en: 'Brier score', zh: '布里尔分数' },
  calibrationError: { en: 'Calibration error', zh: '校准误差' },
} as const;
export const metricHelp: { readonly [metric in keyof typeof metricWords]: Words } = {
  rocAuc: {
    en: 'How often somebody with the answer yes scores higher than somebody with no. 0.5 is chance, 1 is perfect.',
    zh: '随机取一位答案为“是”与一位为“否”的客户，前者评分更高的概率。0.5 等于随机，1 为完美。',
  },
  averagePrecision: {
    en: 'How pure the top of the list is, over all lengths of the list. Chance is the share of yes.',
    zh: '名单靠前部分的纯度，对所有名单长度取平均；随机水平等于“是”的占比。',
  },
  logLoss: {
    en: 'How far probabilities are from what came true; less is better.',
    zh: '概率与实际结果的差距，越小越好。',
  },
  brier: { en: 'Mean squared error of the probabilities; less is better.', zh: '概率的均方误差，越小越好。' },
  calibrationError: {
    en: 'How far a score of 30% is from 30 of 100 coming true; less is better.',
    zh: '例如评分 30% 与实际发生比例的平均差距，越小越好。',
  },
};
/** Whether more is better. */
export const moreIsBetter: { readonly [metric in keyof typeof metricWords]: boolean } = {
  rocAuc: true,
  averagePrecision: true,
  logLoss: false,
  brier: false,
  calibrationError: false,
};

/** A figure between 0 and 1 as the field writes it. */
export const figure = (value: number | null | undefined, digits = 3): string =>
  value === undefined || value === null || Number.isNaN(value) ? '–' : value.toFixed(digits);
export const signed = (value: number, digits = 3): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : '±'}${Math.abs(value).toFixed(digits)}`;
