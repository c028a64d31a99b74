// `holdfast lifetime`: who is still a customer, what they will buy and what that is worth, by BG/NBD and Gamma-Gamma fitted to a file; without a
// node. Purchases after --until are not fitted: they check the forecast.

import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { Fault } from '../core/errors.ts';
import {
  type CustomerFile,
  compareHoldout,
  complaintAbout,
  dayText,
  fitBgNbd,
  fitGammaGamma,
  lifetimeValues,
  type Purchases,
  type Spending,
  scoreCustomers,
} from '../decide/segments/segments.ts';
import type { CliContext } from './context.ts';
import { answer, type LifetimeReport } from './lifetime-words.ts';
import {
  decimal,
  type FileOptions,
  readForSegments,
  untilDay,
  withFileOptions,
  withThreads,
  writeRows,
} from './segment-files.ts';

type Unit = 'day' | 'week' | 'month';
type Options = FileOptions & {
  periods: number;
  unit: Unit;
  discount: number;
  margin: number;
  quantise?: boolean;
};

const daysOf: { readonly [unit in Unit]: number } = { day: 1, week: 7, month: 365.25 / 12 };

const examples = `
  $ holdfast lifetime orders.csv --out lifetime.csv
  $ holdfast lifetime orders.csv --until 2023-12-31 --periods 26
  $ holdfast lifetime summary.csv --frequency x --recency t_x --age T --unit week`;

export function command(context: CliContext): Command {
  const { words } = context;
  const roles = ['customer', 'date', 'amount', 'frequency', 'recency', 'age', 'monetary'] as const;
  return withThreads(withFileOptions(new Command('lifetime'), context, roles), context)
    .option(
      '--periods <n>',
      words({ en: 'how far to look ahead, in units', zh: '预测期数（按单位计）' }),
      decimal(0.001, 10_000),
      52,
    )
    .addOption(
      new Option('--unit <unit>', words({ en: 'of time: day, week or month', zh: '时间单位：day、week 或 month' }))
        .choices(['day', 'week', 'month'])
        .default('week'),
    )
    .option('--discount <rate>', words({ en: 'yearly discount rate', zh: '年折现率' }), decimal(0, 10), 0.1)
    .option('--margin <share>', words({ en: 'share of amounts that is earned', zh: '毛利占金额的比例' }), decimal(0, 1), 1)
    .option(
      '--quantise',
      words({ en: 'round times to whole units: faster, a little less exact', zh: '时间取整到单位：更快，略失精度' }),
    )
    .addHelpText('after', words({ en: `\nExamples:${examples}`, zh: `\n示例：${examples}` }))
    .action((file: string, options: Options) => run(context, file, options));
}

type Customers = {
  ids: readonly string[];
  purchases: Purchases;
  spending: Spending | undefined;
  until: string | undefined;
  holdout: { periods: number; actual: ArrayLike<number> } | undefined;
};

async function run(context: CliContext, path: string, options: Options): Promise<void> {
  const file = await readForSegments(context, resolve(context.io.cwd, path), options, {
    otherwise: ['frequency', 'recency', 'age'],
    optional: ['monetary'],
    complaint: ({ frequency, recency, age }) => complaintAbout(frequency!, recency!, age!),
  });
  const customers = customersOf(file, options);
  const { purchases, spending, holdout } = customers;
  const threads = { threads: options.threads, signal: context.signal };
  const progress = context.progress({ en: 'Fitting', zh: '拟合' });
  try {
    const fit = await fitBgNbd(purchases, { ...threads, quantise: options.quantise ?? false });
    const spend = spending && (await fitSpending(context, spending, threads));
    const yearly = 365.25 / daysOf[options.unit];
    const scores = await scoreCustomers(purchases, fit.model, {
      ...threads,
      periods: options.periods,
      discount: Math.log1p(options.discount) / yearly,
    });
    const values = spend && spending && lifetimeValues(scores, spending, spend.model, options.margin);
    const checked =
      holdout &&
      compareHoldout(
        purchases.frequency,
        (await scoreCustomers(purchases, fit.model, { ...threads, periods: holdout.periods })).expected,
        holdout.actual,
      );
    if (options.out !== undefined) {
      const header = ['customer', 'frequency', 'recency', 'age', 'probability_alive', 'expected_purchases'];
      if (values) header.push('expected_amount', 'lifetime_value');
      await writeRows(resolve(context.io.cwd, options.out), header, customers.ids.length, (at) => [
        customers.ids[at]!,
        purchases.frequency[at]!,
        purchases.recency[at]!,
        purchases.age[at]!,
        scores.alive[at]!,
        scores.expected[at]!,
        ...(values ? [values.expectedAmount[at]!, values.value[at]!] : []),
      ]);
    }
    const report: LifetimeReport = {
      customers: customers.ids.length,
      rejected: file.read.rejected,
      columns: file.used,
      unit: options.unit,
      until: customers.until,
      fit,
      spend,
      forecast: {
        periods: options.periods,
        expectedPurchases: total(scores.expected),
        meanAlive: total(scores.alive) / customers.ids.length,
        lifetimeValue: values && total(values.value),
        yearlyDiscount: options.discount,
        margin: options.margin,
      },
      holdout: checked && { periods: holdout.periods, ...checked },
    };
    progress.end();
    answer(context, report);
  } finally {
    progress.end();
  }
}

/** Amounts that tell nothing leave the forecast of purchases as it is: that is said, and no value is given. */
async function fitSpending(
  context: CliContext,
  spending: Spending,
  threads: { threads: number | undefined; signal: AbortSignal },
) {
  try {
    return await fitGammaGamma(spending, threads);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'not_identifiable') throw error;
    context.note({ en: `No lifetime value: ${error.where}`, zh: `无法估计客户价值：${error.where}` });
    return undefined;
  }
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);

function customersOf(file: CustomerFile, options: Options): Customers {
  if (file.kind === 'numbers') throw new Error('unreachable: lifetime asks for no other numbers');
  if (file.kind === 'summary') {
    const { frequency, recency, age, monetary } = file.values;
    const purchases = { frequency: frequency!, recency: recency!, age: age! };
    const spending = monetary && { frequency: frequency!, meanAmount: monetary };
    return { ids: file.ids, purchases, spending, until: undefined, holdout: undefined };
  }
  const day = untilDay(file.log, options);
  const table = file.log.customers(day);
  if (table.ids.length === 0) throw new Fault('bad_request', `--until: nobody bought by ${dayText(day)}`);
  const unitDays = daysOf[options.unit];
  const inUnits = (days: Float64Array) => days.map((value) => value / unitDays);
  const after = file.log.lastDay - day;
  return {
    ids: table.ids,
    purchases: { frequency: table.repeats, recency: inUnits(table.recencyDays), age: inUnits(table.ageDays) },
    spending: file.amounts ? { frequency: table.repeats, meanAmount: table.meanRepeat } : undefined,
    until: dayText(day),
    holdout: after > 0 ? { periods: after / unitDays, actual: table.later } : undefined,
  };
}
