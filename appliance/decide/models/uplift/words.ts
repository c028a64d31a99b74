// Every sentence of an uplift model's card, in both languages. `{name}` stands for what a section puts in.

import type { Text } from '../card/markup.ts';

export const upliftWords = {
  kind: { en: 'Uplift card', zh: '增益模型卡' },
  contents: { en: 'Contents', zh: '目录' },
  title: { en: 'Who responds because of the offer? {answer}', zh: '谁会因优惠而响应？{answer}' },
  about: { en: '{count} customers in the trial', zh: '试验中共 {count} 位客户' },
  footer: {
    en: 'Made by Holdfast from the report of the training. It holds figures of a trial: handle it as you handle customer data.',
    zh: '由 Holdfast 根据训练报告生成。内含试验统计指标，请按客户数据保管。',
  },

  verdict: { en: 'Verdict', zh: '结论' },
  'grade-shown': { en: 'Works', zh: '有效' },
  'grade-not shown': { en: 'Not shown', zh: '未证实' },
  'grade-harmful': { en: 'Worse than chance', zh: '劣于随机' },
  'verdict-shown': {
    en: 'The model finds customers whom the offer moves more than others: its Qini is above 0 beyond chance.',
    zh: '模型能找出更易被优惠打动的客户：其 Qini 系数显著高于 0。',
  },
  'verdict-not shown': {
    en: 'On these customers nothing shows that the model finds whom the offer moves: its Qini may be chance. Send to everybody, to nobody, or at random, and learn from a larger trial.',
    zh: '现有数据不足以说明模型能找出被优惠打动的客户：其 Qini 系数可能只是偶然。建议全部发送、全不发送或随机发送，并以更大规模的试验重新训练。',
  },
  'verdict-harmful': {
    en: 'Targeting by this model does worse than chance. Do not use it.',
    zh: '按此模型选人劣于随机，请勿使用。',
  },
  'response-better': {
    en: 'A plain response model ranks customers better here: those who respond most are also moved most. Rank by the chance to respond with the offer (the part “treated”) instead.',
    zh: '此处普通响应模型的排序更好：响应概率最高者也最易被打动。请改按有优惠时的响应概率（“treated”部分）排序。',
  },
  'response-worse': {
    en: 'It does better than a plain response model, beyond chance.',
    zh: '其排序优于普通响应模型，差异显著。',
  },
  'response-same': {
    en: 'It cannot be told apart from a plain response model on this trial.',
    zh: '在本次试验中，与普通响应模型的差异不显著。',
  },
  'not-random': {
    en: 'The offer was not given by chance: who got it can be told from {columns} (area {auc}). Every figure below may be that difference and not the offer. Draw the next trial at random.',
    zh: '优惠并非随机发放：由 {columns} 可分辨谁获得了优惠（AUC {auc}）。下列数字可能源于该差异而非优惠本身，请以随机分组重新试验。',
  },
  random: {
    en: 'Nothing in the columns tells who got the offer (area {auc}): it looks drawn by chance.',
    zh: '从各列无法分辨谁获得了优惠（AUC {auc}），符合随机分组。',
  },

  suspects: {
    en: 'Look at {columns}: such columns often are written down after the offer, or follow from the answer. If so, drop them and train again.',
    zh: '请核查 {columns}：这类列往往在优惠之后才记录，或由结果得出。如属实，请排除后重新训练。',
  },

  groups: { en: 'The trial', zh: '试验' },
  'groups-lead': {
    en: 'What the offer did to all: the share that responded with it, less the share without.',
    zh: '优惠对全体客户的效果：有优惠的响应率减去无优惠的响应率。',
  },
  'with-offer': { en: 'With the offer', zh: '有优惠' },
  'without-offer': { en: 'Without', zh: '无优惠' },
  effect: { en: 'Effect', zh: '效果' },
  customers: { en: 'Customers', zh: '客户数' },
  responses: { en: 'Responses', zh: '响应数' },
  rate: { en: 'Response rate', zh: '响应率' },
  between: { en: '{low} to {high}', zh: '{low} 至 {high}' },

  figures: { en: 'How well it ranks', zh: '排序能力' },
  'figures-lead': {
    en: 'Each customer was scored by a model that had not seen them. Qini: the area between the curve and random targeting; random targeting has 0.',
    zh: '每位客户均由未见过其数据的模型评分。Qini 系数为曲线与随机选人之间的面积；随机选人为 0。',
  },
  ranking: { en: 'Ranked by', zh: '排序依据' },
  'two models': { en: 'Uplift, two models', zh: '增益（双模型）' },
  'class transformation': { en: 'Uplift, class transformation', zh: '增益（类别转换）' },
  response: { en: 'Chance to respond', zh: '响应概率' },
  chance: { en: 'Chance', zh: '随机' },
  kept: { en: '{name} (kept)', zh: '{name}（采用）' },
  qini: { en: 'Qini', zh: 'Qini 系数' },
  deviation: { en: 'Deviation', zh: '标准差' },
  auuc: { en: 'AUUC', zh: 'AUUC' },
  'uplift-at': { en: 'Effect in the first {share}', zh: '前 {share} 的效果' },

  curve: { en: 'Qini curve', zh: 'Qini 曲线' },
  'curve-up': { en: 'Responses gained, for each customer with the offer', zh: '增加的响应（按每位有优惠客户计）' },
  'curve-across': { en: 'Share of customers addressed, most moved first', zh: '发送比例（最易打动者在先）' },
  'curve-alt': {
    en: 'Qini curve over the share addressed, with random targeting as a dashed line. Qini {qini}.',
    zh: '随发送比例变化的 Qini 曲线，虚线为随机选人。Qini 系数 {qini}。',
  },

  targeting: { en: 'Whom to address', zh: '发送给谁' },
  'targeting-lead': {
    en: 'Customers in the order of their score, most moved first.',
    zh: '按评分由高到低排列客户。',
  },
  'best-some': {
    en: 'At {value} for a response and {cost} for an offer, most comes of addressing the first {share}: {profit} for 1,000 customers, against {everybody} for addressing everybody.',
    zh: '每次响应价值 {value}、每份优惠成本 {cost} 时，发送给前 {share} 的客户收益最高：每千名客户 {profit}，全部发送为 {everybody}。',
  },
  'best-everybody': {
    en: 'At {value} for a response and {cost} for an offer, address everybody: {profit} for 1,000 customers.',
    zh: '每次响应价值 {value}、每份优惠成本 {cost} 时，建议全部发送：每千名客户收益 {profit}。',
  },
  'best-nobody': {
    en: 'At {value} for a response and {cost} for an offer, no share pays: {everybody} for 1,000 customers if everybody is addressed.',
    zh: '每次响应价值 {value}、每份优惠成本 {cost} 时，任何比例都不划算：全部发送时每千名客户收益 {everybody}。',
  },
  'best-unsure': { en: 'The difference may be chance.', zh: '该差异可能只是偶然。' },
  'no-prices': {
    en: 'Say what a response is worth and what an offer costs to have the best share.',
    zh: '给出每次响应的价值与每份优惠的成本，即可得到最佳发送比例。',
  },
  addressed: { en: 'Addressed', zh: '发送比例' },
  'uplift-among': { en: 'Effect among them', zh: '其中的效果' },
  'gained-per-thousand': { en: 'Responses gained per 1,000 customers', zh: '每千名客户增加的响应' },
  'profit-per-thousand': { en: 'Profit per 1,000 customers', zh: '每千名客户收益' },

  limits: { en: 'Limits', zh: '局限' },
  'limit-offer': {
    en: 'It tells of this offer at that time. Another offer, channel or season is another trial.',
    zh: '仅适用于当时的这项优惠；换一种优惠、渠道或季节需另行试验。',
  },
  'limit-after': {
    en: 'A column that the offer itself changes (clicks, spend afterwards) must not be among those it judges by.',
    zh: '受优惠影响的列（如点击、事后消费）不得作为依据。',
  },
  'limit-control': {
    en: 'Keep a random part without the offer whenever you use it: no other way shows whether it still works.',
    zh: '使用时请始终随机保留一部分不发送的客户，否则无法得知模型是否仍然有效。',
  },
  'limit-decide': {
    en: 'It must not decide about people by itself (GDPR Art. 22, PIPL Art. 24).',
    zh: '不得用于单独对个人作出决定（GDPR 第 22 条，《个人信息保护法》第二十四条）。',
  },
} as const satisfies { readonly [key: string]: Text };

export type UpliftWord = keyof typeof upliftWords;
type Values = { readonly [name: string]: string | Text };

export function say(word: UpliftWord, values: Values = {}): Text {
  const filled = (language: 'en' | 'zh') =>
    upliftWords[word][language].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === 'string' ? value : value[language];
    });
  return { en: filled('en'), zh: filled('zh') };
}
