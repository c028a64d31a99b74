// The words of the rule builder, in both languages: what can be compared, how, and over which time.

import type { Words } from '../../words/words.ts';
import type { LeafKind, Measure, Test, Times, Unit } from './rule.ts';

export const fieldWords = {
  howMany: { en: 'How many', zh: '数量' },
  unit: { en: 'Unit', zh: '单位' },
  window: { en: 'When', zh: '时间范围' },
  ever: { en: 'ever', zh: '不限时间' },
  last: { en: 'in the last', zh: '最近' },
  dates: { en: 'between dates', zh: '指定日期' },
  from: { en: 'From', zh: '从' },
  to: { en: 'To', zh: '到' },
  until: { en: 'to', zh: '至' },
  comparison: { en: 'Comparison', zh: '比较方式' },
  value: { en: 'Value', zh: '值' },
  values: { en: 'Values', zh: '多个值' },
  yes: { en: 'yes', zh: '是' },
  no: { en: 'no', zh: '否' },
  where: { en: 'where', zh: '其中' },
  and: { en: 'and', zh: '且' },
  property: { en: 'Property', zh: '属性' },
  addWhere: { en: 'Only where…', zh: '限定属性…' },
  drop: { en: 'Remove', zh: '移除' },
  what: { en: 'What', zh: '指标' },
  event: { en: 'Event', zh: '事件' },
  times: { en: 'How often', zh: '次数条件' },
  timesWord: { en: 'times', zh: '次' },
  which: { en: 'Which', zh: '首次或最近' },
  next: { en: 'then', zh: '然后' },
  within: { en: 'all within', zh: '全部相隔不超过' },
  addStep: { en: 'Another step', zh: '再加一步' },
  segment: { en: 'Segment', zh: '人群' },
  purpose: { en: 'Purpose', zh: '用途' },
  channel: { en: 'Channel', zh: '渠道' },
  anyChannel: { en: 'any channel', zh: '任意渠道' },
  mayUse: { en: 'may be used for', zh: '可用于' },
  by: { en: 'by', zh: '渠道' },
  inSegment: { en: 'in', zh: '属于' },
  birthday: { en: 'birthday today or within', zh: '生日在今天或之后' },
  days: { en: 'days', zh: '天内' },
  all: { en: 'All of these', zh: '全部满足' },
  any: { en: 'Any of these', zh: '满足任一' },
  how: { en: 'How these are joined', zh: '组合方式' },
  not: { en: 'Not', zh: '取反' },
  notHelp: { en: 'Holds where this does not', zh: '不满足时成立' },
  add: { en: 'Add condition', zh: '添加条件' },
  addGroup: { en: 'Add group', zh: '添加分组' },
  up: { en: 'Move up', zh: '上移' },
  down: { en: 'Move down', zh: '下移' },
  empty: { en: 'Nothing here yet: add a condition.', zh: '暂无条件，请添加。' },
  condition: { en: 'Condition {n}', zh: '条件 {n}' },
  group: { en: 'Group', zh: '分组' },
} as const satisfies { readonly [name: string]: Words };

export const unitWords: readonly (readonly [Unit, Words])[] = [
  ['hour', { en: 'hours', zh: '小时' }],
  ['day', { en: 'days', zh: '天' }],
  ['week', { en: 'weeks', zh: '周' }],
  ['month', { en: 'months', zh: '个月' }],
];

export const periodWords = [
  ['0 day', { en: 'today', zh: '今天' }],
  ['0 week', { en: 'this week', zh: '本周' }],
  ['0 month', { en: 'this month', zh: '本月' }],
  ['0 quarter', { en: 'this quarter', zh: '本季度' }],
  ['0 year', { en: 'this year', zh: '今年' }],
  ['1 day', { en: 'yesterday', zh: '昨天' }],
  ['1 week', { en: 'last week', zh: '上周' }],
  ['1 month', { en: 'last month', zh: '上月' }],
  ['1 quarter', { en: 'last quarter', zh: '上季度' }],
  ['1 year', { en: 'last year', zh: '去年' }],
] as const satisfies readonly (readonly [string, Words])[];

export const opWords: { readonly [op in Test['op']]: Words } = {
  '=': { en: 'is', zh: '等于' },
  '!=': { en: 'is not', zh: '不等于' },
  '<': { en: 'less than', zh: '小于' },
  '<=': { en: 'at most', zh: '小于等于' },
  '>': { en: 'more than', zh: '大于' },
  '>=': { en: 'at least', zh: '大于等于' },
  between: { en: 'between', zh: '介于' },
  in: { en: 'is one of', zh: '属于其一' },
  contains: { en: 'contains', zh: '包含' },
  startsWith: { en: 'starts with', zh: '开头是' },
  endsWith: { en: 'ends with', zh: '结尾是' },
  exists: { en: 'is known', zh: '已知' },
  during: { en: 'happened', zh: '发生在' },
  ago: { en: 'longer ago than', zh: '早于' },
};

export const timesWords: readonly (readonly [Times['op'], Words])[] = [
  ['atLeast', { en: 'at least', zh: '至少' }],
  ['atMost', { en: 'at most', zh: '至多' }],
  ['exactly', { en: 'exactly', zh: '恰好' }],
];

export const whichWords = [
  ['first', { en: 'first time', zh: '首次' }],
  ['last', { en: 'last time', zh: '最近一次' }],
] as const satisfies readonly (readonly [string, Words])[];

export const kindWords: { readonly [kind in LeafKind]: Words } = {
  value: { en: 'Spend, trait or score', zh: '消费、属性或评分' },
  did: { en: 'Did, so many times', zh: '做过某事（次数）' },
  moment: { en: 'First or last time', zh: '首次或最近一次' },
  sequence: { en: 'One after the other', zh: '先后顺序' },
  segment: { en: 'In another segment', zh: '属于其他人群' },
  consent: { en: 'May be used for', zh: '同意状态' },
  birthday: { en: 'Birthday', zh: '生日' },
};

export const measureWords: { readonly [measure in Measure]: Words } = {
  spend: { en: 'Spend', zh: '消费' },
  count: { en: 'Orders', zh: '订单数' },
  average: { en: 'Average order', zh: '客单价' },
  largest: { en: 'Largest order', zh: '最大订单额' },
};

export const quantityWords = {
  firstOrder: { en: 'First order', zh: '首单' },
  lastOrder: { en: 'Last order', zh: '最近订单' },
  complaints: { en: 'Complaints', zh: '投诉' },
  openTickets: { en: 'Open tickets', zh: '未结工单' },
  age: { en: 'Age', zh: '年龄' },
  source: { en: 'Source', zh: '来源' },
  channel: { en: 'Channel', zh: '渠道' },
  device: { en: 'Device', zh: '设备' },
  region: { en: 'Region', zh: '地区' },
  buying: { en: 'Orders and spending', zh: '订单与消费' },
  traits: { en: 'Traits', zh: '属性' },
  computed: { en: 'Computed traits', zh: '计算属性' },
  scores: { en: 'Scores', zh: '评分' },
  others: { en: 'Service and origin', zh: '服务与来源' },
} as const satisfies { readonly [name: string]: Words };
