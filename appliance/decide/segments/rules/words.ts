// The words of the rule language in both languages, and what a reader is told was expected where a word is missing. The first
// English and the first Chinese form of each is what the printer writes; every form is read, in either language and mixed.

import type { Words } from '../../../core/errors.ts';

type Forms = { readonly en: readonly string[]; readonly zh: readonly string[] };
const forms = (en: string, zh: string): Forms => ({ en: en.split('|').filter(Boolean), zh: zh.split('|').filter(Boolean) });

export const words = {
  and: forms('and|&&|&', '且|并且|而且|同时'),
  or: forms('or|', '或|或者'),
  not: forms('not', '非|不满足|不是'),
  inSegment: forms('in segment|in the segment|is in segment|member of segment', '属于人群|在人群|属于分群'),
  notInSegment: forms('not in segment|not in the segment|is not in segment', '不属于人群|不在人群|不属于分群'),
  mayBeUsed: forms('may be used for|consented to', '可用于|允许用于|同意用于'),
  mayNotBeUsed: forms('may not be used for', '不可用于|不允许用于'),
  by: forms('by|over|via', '经|通过|渠道为'),
  birthday: forms('birthday', '生日|过生日'),
  active: forms('active|was active|is active', '活跃'),
  inactive: forms('not active|inactive|was not active|is not active', '不活跃|未活跃'),
  did: forms('did|has done|have done', '做过|做了|有过|发生过'),
  didNot: forms("did not|did not do|has not done|never did|didn't", '没做过|未做过|没有做过|从未做过|没做'),
  firstDid: forms('first did|did first', '首次做|第一次做'),
  lastDid: forms('last did|did last', '最近做|最后一次做|最近一次做'),
  didInOrder: forms('', '先做'),
  followedBy: forms('then|and then|followed by', '再做|然后做|之后做'),
  apart: forms('within|all within', '相隔|间隔|相距'),
  anything: forms('anything|*', '任何事|任意事件'),
  where: forms('where|with', '其中|且满足'),
  atLeast: forms('at least|no less than|no fewer than', '至少|不少于'),
  atMost: forms('at most|no more than', '至多|最多|不超过'),
  exactly: forms('exactly', '恰好|正好|刚好'),
  moreThan: forms('more than|over|longer than', '超过'),
  fewerThan: forms('fewer than|less than', '少于'),
  times: forms('times|time|x', '次'),
  spend: forms('spend|total spend|revenue|spent', '消费|消费额|消费金额|总消费'),
  orderCount: forms('orders|number of orders|order count', '订单数|订单数量|下单次数'),
  averageOrder: forms('average order|average order value|avg order|aov', '平均订单额|客单价|平均客单价'),
  largestOrder: forms('largest order|biggest order', '最大订单额|最大订单'),
  lastOrder: forms('last order|latest order', '最近订单|最近一单|最后下单|最近下单'),
  firstOrder: forms('first order', '首单|首次下单|第一单'),
  complaints: forms('complaints|number of complaints', '投诉|投诉数|投诉次数'),
  openTickets: forms('open tickets|tickets open', '未结工单|未结工单数|待处理工单'),
  age: forms('age', '年龄'),
  source: forms('source', '来源'),
  channel: forms('channel', '渠道'),
  device: forms('device', '设备'),
  region: forms('region', '地区'),
  score: forms('score', '评分|得分'),
  trait: forms('trait', '属性'),
  computed: forms('computed|computed trait', '计算属性'),
  has: forms('has|exists', '有|存在'),
  hasNot: forms('has no|lacks', '没有|无'),
  exists: forms('exists|is known', '有值|存在|已知'),
  existsNot: forms('does not exist|is missing|is unknown', '无值|不存在|缺失'),
  equal: forms('=|==|is|equals', '＝|是|为|等于'),
  notEqual: forms('!=|<>|≠|is not|not equal to', '不等于|不是|不为'),
  less: forms('<|less than|below|under', '＜|小于|低于'),
  lessEqual: forms('<=|≤|at most', '≤|小于等于|不大于|不高于'),
  greater: forms('>|greater than|more than|above|over', '＞|大于|高于|超过'),
  greaterEqual: forms('>=|≥|at least', '≥|大于等于|不小于|不低于'),
  between: forms('between', '介于'),
  betweenEnd: forms('', '之间'),
  inList: forms('in|is in|one of|is one of|any of', '属于|在|是其中之一'),
  notInList: forms('not in|is not in|none of', '不属于|不在'),
  contains: forms('contains|includes', '包含|含有'),
  containsNot: forms('does not contain', '不包含|不含'),
  startsWith: forms('starts with|begins with', '开头是|开头为|以开头'),
  endsWith: forms('ends with', '结尾是|结尾为'),
  within: forms('in|within|during|in the last|within the last|in the past|over the last', '在|近|最近|过去|在近|在最近|在过去'),
  past: forms('the last|the past|last|past', '近|最近|过去'),
  inside: forms('', '内|以内|之内|里'),
  ago: forms('ago|before now', '以前|之前|前'),
  before: forms('before', '早于'),
  after: forms('after', '晚于'),
  beforeEnd: forms('', '之前|以前'),
  afterEnd: forms('', '之后|以后'),
  since: forms('since|from|starting', '自|从'),
  sinceEnd: forms('', '起|以来|开始'),
  until: forms('until|to|through', '至|到|截至'),
  untilEnd: forms('', '止|为止'),
  on: forms('on', '在'),
  hour: forms('hours|hour|hrs|hr|h', '小时|个小时'),
  day: forms('days|day|d', '天|日'),
  week: forms('weeks|week|w', '周|个星期|星期'),
  month: forms('months|month|mo', '个月|月'),
  today: forms('today|this day', '今天|今日|当天'),
  yesterday: forms('yesterday', '昨天|昨日'),
  thisWeek: forms('this week|this calendar week', '本周|这周'),
  lastWeek: forms('last week|last calendar week', '上周'),
  thisMonth: forms('this month|this calendar month', '本月|这个月|当月'),
  lastMonth: forms('last month|last calendar month', '上月|上个月'),
  thisQuarter: forms('this quarter', '本季度|本季'),
  lastQuarter: forms('last quarter', '上季度|上季'),
  thisYear: forms('this year', '今年|本年'),
  lastYear: forms('last year', '去年|上年'),
  monthlySpend: forms('monthly spend', '月消费|月消费额'),
  weeklySpend: forms('weekly spend', '周消费|周消费额'),
  yearlySpend: forms('yearly spend|annual spend', '年消费|年消费额'),
  yes: forms('yes|true', '是|真'),
  no: forms('no|false', '否|假'),
  currency: forms('yuan|rmb|cny|usd|eur|dollars|euros|€|$|¥', '元|块|块钱|人民币|￥|美元|欧元'),
  tenThousand: forms('', '万'),
  hundredMillion: forms('', '亿'),
  open: forms('(', '（'),
  close: forms(')', '）'),
  comma: forms(',', '，|、'),
} as const satisfies { readonly [key: string]: Forms };

export type Word = keyof typeof words;
export type Language = 'en' | 'zh';

/** The form that is printed; the other language's where this one has none. */
export function wordIn(language: Language, key: Word): string {
  const found: Forms = words[key];
  return found[language][0] ?? found.en[0] ?? found.zh[0] ?? '';
}

const han = /\p{Script=Han}/u;
const hanForms = (keys: readonly Word[]): readonly string[] =>
  keys
    .flatMap((key): readonly string[] => words[key].zh)
    .filter((form) => han.test(form))
    .sort((a, b) => b.length - a.length);

/** Chinese needs no spaces: a bare value ends where one of these begins. */
export const valueBreaks = hanForms(['and', 'or', 'followedBy', 'apart']);
/** A name ends before a comparison and before a time as well. */
export const nameBreaks = hanForms([
  ...(['and', 'or', 'followedBy', 'apart', 'where', 'atLeast', 'atMost', 'exactly', 'by', 'before', 'after', 'since'] as const),
  ...(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'between', 'inList', 'notInList'] as const),
  ...(['contains', 'containsNot', 'startsWith', 'endsWith', 'exists', 'existsNot'] as const),
]);

/** Places of the grammar, as an error calls what belongs there. */
export const expectations = {
  condition: { en: 'a condition', zh: '一个条件' },
  test: { en: 'a comparison such as =, >, in, contains, in 30 days', zh: '比较，如 =、>、属于、包含、在30天内' },
  value: { en: 'a value: a number, a date, yes or no, or "text"', zh: '一个值：数字、日期、是或否，或 "文本"' },
  number: { en: 'a number', zh: '数字' },
  whole: { en: 'a whole number', zh: '整数' },
  unit: { en: 'hours, days, weeks or months', zh: '小时、天、周或个月' },
  date: { en: 'a date such as 2026-03-31', zh: '日期，如 2026-03-31' },
  event: { en: 'the name of an event', zh: '事件名称' },
  name: { en: 'a name', zh: '名称' },
  property: { en: 'the name of a property', zh: '属性名称' },
  window: { en: 'a time such as in 30 days, this month, since 2026-01-01', zh: '时间，如 在30天内、本月、自2026-01-01起' },
  list: { en: 'a list such as ("a", "b")', zh: '列表，如 ("甲", "乙")' },
  listEnd: { en: 'a comma or )', zh: '逗号或 )' },
  close: { en: ')', zh: ')' },
  next: { en: 'then and another event', zh: '“再做”和下一个事件' },
  apart: { en: 'within and a duration, such as within 7 days', zh: '时限，如 相隔7天内' },
  times: { en: 'times', zh: '次' },
  quote: { en: 'a closing quotation mark', zh: '结尾引号' },
  and: { en: 'and', zh: '“和”或“到”' },
  windowed: {
    en: 'what happened in that time: spend, orders, active, did …',
    zh: '该时间内发生的事：消费、订单数、活跃、做过…',
  },
  end: { en: 'and, or, = and a name, or the end', zh: '且、或、= 加名称，或结尾' },
} as const satisfies { readonly [key: string]: Words };

export type Expectation = keyof typeof expectations;
