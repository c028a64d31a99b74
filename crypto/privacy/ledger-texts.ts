// The ledger in plain words, in English and in Simplified Chinese, for people who approve what is told and have read no paper about it.

import { epsilonOf, epsilonOfRho } from './convert.ts';
import type { Charged, Entry, EntryKind, Ledger } from './ledger.ts';
import { left, spent } from './ledger.ts';

export type Text = { readonly en: string; readonly zh: string };

const kinds: Readonly<Record<EntryKind, Text>> = {
  match: { en: 'Match', zh: '匹配' },
  statistic: { en: 'Statistic', zh: '统计' },
  round: { en: 'Training round', zh: '训练轮次' },
};
const states: Readonly<Record<Entry['state'], Text>> = {
  charged: { en: 'charged, not opened yet', zh: '已计入预算，尚未开始' },
  opened: { en: 'opened: it counts for good', zh: '已开始，永久计入' },
  refunded: { en: 'never opened: given back', zh: '从未开始，已退回' },
};

/** @param delta the budget's, at which the entry's own epsilon is given */
export function entryText({ what, id, cost, atMs, state }: Entry, delta: number): Text {
  const at = new Date(atMs).toISOString();
  const tells = costText(cost, delta);
  return {
    en: `${kinds[what].en} ${id} (${at}): ${tells.en}; ${states[state].en}.`,
    zh: `${kinds[what].zh} ${id}（${at}）：${tells.zh}；${states[state].zh}。`,
  };
}

function costText(cost: Entry['cost'], delta: number): Text {
  if ('count' in cost) {
    return {
      en: `${cost.count} exact ${cost.count === 1 ? 'answer' : 'answers'}, without noise: no epsilon covers ${cost.count === 1 ? 'it' : 'them'}`,
      zh: `${cost.count} 个精确结果，未加噪声，不受 ε 保护`,
    };
  }
  const epsilon = shown('rho' in cost ? epsilonOfRho(cost.rho, delta) : epsilonOf(cost.rdp, delta));
  return {
    en: `by itself within ε = ${epsilon} at δ = ${delta}`,
    zh: `单独计算不超过 ε = ${epsilon}（δ = ${delta}）`,
  };
}

/** How much of the budget is used, in one sentence. */
export function ledgerText(ledger: Ledger): Text {
  const { budget, dataset, partner } = ledger;
  const used = spent(ledger);
  const rest = left(ledger);
  const epsilon = shown(used.epsilon);
  return {
    en: `${partner} has been told about ${dataset}: ε ${epsilon} of ${budget.epsilon} at δ = ${budget.delta}, and ${used.count} of ${budget.count} exact answers; ${rest.rho > 0 ? 'more may be told with noise' : 'nothing more may be told with noise'}.`,
    zh: `已就 ${dataset} 向 ${partner} 披露：ε ${epsilon}（上限 ${budget.epsilon}，δ = ${budget.delta}），精确结果 ${used.count} 个（上限 ${budget.count} 个）；${rest.rho > 0 ? '加噪声的披露仍有余额' : '加噪声的披露已无余额'}。`,
  };
}

/** Why a charge was refused. */
export function refusalText(refused: Extract<Charged, { charged: false }>): Text {
  const { would, why, ledger } = refused;
  if (why === 'epsilon') {
    const [epsilon, most] = [shown(would.epsilon), ledger.budget.epsilon];
    return {
      en: `Refused: everything told to ${ledger.partner} would come to ε = ${epsilon}, and the budget is ${most}.`,
      zh: `已拒绝：向 ${ledger.partner} 的全部披露将达到 ε = ${epsilon}，超出预算 ${most}。`,
    };
  }
  if (why === 'count') {
    return {
      en: `Refused: that would be ${would.count} exact answers, and the budget is ${ledger.budget.count}.`,
      zh: `已拒绝：精确结果将达到 ${would.count} 个，超出预算 ${ledger.budget.count} 个。`,
    };
  }
  if (why === 'known') {
    return {
      en: 'Refused: an entry of this number is in the ledger already, with another cost or given back.',
      zh: '已拒绝：账本中已有同一编号的条目，其消耗不同或已退回。',
    };
  }
  return { en: 'Refused: the ledger is full.', zh: '已拒绝：账本已满。' };
}

/** Upwards to three decimals: a figure that people read is never smaller than what is promised. */
function shown(epsilon: number): string {
  return Number.isFinite(epsilon) ? String(Math.ceil(epsilon * 1000) / 1000) : '∞';
}
