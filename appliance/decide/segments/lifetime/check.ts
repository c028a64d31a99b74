// What must hold before a lifetime model can be fitted, and what to say where data cannot tell its parameters. Errors name the row.

import { Fault, type Words } from '../../../core/errors.ts';

/** Columns of one length, a row for each customer, times in periods since the customer's first purchase. */
export type Purchases = {
  /** Repeat purchases, whole, 0 or more. */
  readonly frequency: ArrayLike<number>;
  /** Time of the last of them; 0 where there is none. */
  readonly recency: ArrayLike<number>;
  /** Time observed, not before the last purchase. */
  readonly age: ArrayLike<number>;
};

export const lifetimeLimits = { customers: 20_000_000, frequency: 1_000_000 } as const;

export const fitWarnings = {
  not_converged: {
    en: 'The search for the maximum did not settle: take the figures as rough.',
    zh: '极大似然搜索未收敛：结果仅供参考。',
  },
  flat: {
    en: 'The likelihood is flat in some direction: several sets of parameters fit alike, so no standard errors; forecasts hold, single parameters do not.',
    zh: '似然在某些方向平坦：多组参数同样吻合，无法给出标准误；预测可用，单个参数不可解读。',
  },
  at_bound: {
    en: 'A parameter ran to the end of its range: customers differ too little (or too much) in that respect to tell it.',
    zh: '有参数到达取值边界：客户在该方面差异过小（或过大），无法估计。',
  },
  no_mean: {
    en: 'q is at most 1: by this fit the average of spending does not exist; forecasts for customers with few purchases are left empty.',
    zh: 'q 不大于 1：按此拟合，消费均值不存在；购买次数少的客户不给出预测。',
  },
  related: {
    en: 'How often customers buy and how much are related: the Gamma-Gamma model assumes that they are not.',
    zh: '购买频次与金额相关：Gamma-Gamma 模型假定二者无关。',
  },
} as const satisfies { [code: string]: Words };
export type FitWarning = keyof typeof fitWarnings;

/** @returns in words what is wrong with one customer's figures; undefined where they can be */
export function complaintAbout(frequency: number, recency: number, age: number): string | undefined {
  if (!Number.isInteger(frequency) || frequency < 0) return 'frequency: expected a whole number from 0';
  if (frequency > lifetimeLimits.frequency) return `frequency: at most ${lifetimeLimits.frequency}`;
  if (!(Number.isFinite(recency) && recency >= 0)) return 'recency: expected a number from 0';
  if (!(Number.isFinite(age) && age >= 0)) return 'age: expected a number from 0';
  if (recency > age) return 'recency: expected at most the age';
  if (frequency === 0 && recency !== 0) return 'recency: expected 0 without a repeat purchase';
  if (frequency > 0 && recency === 0) return 'recency: expected above 0 with a repeat purchase';
  return undefined;
}

/**
 * @throws {Fault} `bad_request` for rows that cannot be, naming the first by its number from 0; `limit_reached`;
 *   `not_identifiable` where nobody repeats, nobody was observed for any time, or all are the same
 */
export function checkPurchases({ frequency, recency, age }: Purchases): void {
  const rows = frequency.length;
  if (recency.length !== rows || age.length !== rows)
    throw new Fault('bad_request', 'frequency, recency and age differ in length');
  if (rows > lifetimeLimits.customers) throw new Fault('limit_reached', `customers: at most ${lifetimeLimits.customers}`);
  if (rows === 0) throw new Fault('not_identifiable', 'there are no customers');
  let [repeats, observed, differ] = [false, false, false];
  for (let row = 0; row < rows; row += 1) {
    const complaint = complaintAbout(frequency[row]!, recency[row]!, age[row]!);
    if (complaint !== undefined) throw new Fault('bad_request', `row ${row}: ${complaint}`);
    repeats ||= frequency[row]! > 0;
    observed ||= age[row]! > 0;
    differ ||= frequency[row] !== frequency[0] || recency[row] !== recency[0] || age[row] !== age[0];
  }
  if (!observed) throw new Fault('not_identifiable', 'every customer was observed for no time at all: all ages are 0');
  if (!repeats) throw new Fault('not_identifiable', 'no customer ever bought again');
  if (!differ) throw new Fault('not_identifiable', 'all customers are the same: frequency, recency and age have one value each');
}
