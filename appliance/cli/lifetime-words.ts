// How `holdfast lifetime` tells its answer: as JSON for programs, as tables in two languages for people.

import { type BgNbd, type Fit, type FitWarning, fitWarnings, type Holdout, type SpendFit } from '../decide/segments/segments.ts';
import type { CliContext } from './context.ts';

export type LifetimeReport = {
  readonly customers: number;
  readonly rejected: number;
  readonly columns: object;
  readonly unit: 'day' | 'week' | 'month';
  readonly until: string | undefined;
  readonly fit: Fit<BgNbd>;
  readonly spend: SpendFit | undefined;
  readonly forecast: {
    readonly periods: number;
    readonly expectedPurchases: number;
    readonly meanAlive: number;
    readonly lifetimeValue: number | undefined;
    readonly yearlyDiscount: number;
    readonly margin: number;
  };
  readonly holdout: (Holdout & { readonly periods: number }) | undefined;
};

const units = { day: { en: 'days', zh: '天' }, week: { en: 'weeks', zh: '周' }, month: { en: 'months', zh: '个月' } } as const;

export function answer(context: CliContext, report: LifetimeReport): void {
  context.answer(report, () => {
    const { words, print } = context;
    const { customers, until, fit, spend, forecast, holdout } = report;
    const unit = words(units[report.unit]);
    print(`${words({ en: 'customers', zh: '客户' })}: ${customers}${until === undefined ? '' : `  (${until})`}`);
    print('');
    print(`BG/NBD: ${likelihood(context, fit)}`);
    parameters(context, fit);
    warn(context, fit.warnings);
    if (spend) {
      print('');
      print(
        `Gamma-Gamma: ${likelihood(context, spend)}, ${words({ en: 'correlation of frequency and amount', zh: '频次与金额的相关系数' })}: ${spend.correlation.toFixed(3)}`,
      );
      parameters(context, spend);
      warn(context, spend.warnings);
    }
    print('');
    print(
      words({
        en: `next ${forecast.periods} ${unit}: ${forecast.expectedPurchases.toFixed(0)} purchases expected, alive on average ${forecast.meanAlive.toFixed(3)}`,
        zh: `未来 ${forecast.periods} ${unit}：预计购买 ${forecast.expectedPurchases.toFixed(0)} 次，平均存活概率 ${forecast.meanAlive.toFixed(3)}`,
      }),
    );
    if (forecast.lifetimeValue !== undefined) {
      print(
        words({
          en: `lifetime value in that time: ${forecast.lifetimeValue.toFixed(2)} (yearly discount ${forecast.yearlyDiscount}, margin ${forecast.margin})`,
          zh: `同期客户价值：${forecast.lifetimeValue.toFixed(2)}（年折现率 ${forecast.yearlyDiscount}，毛利比例 ${forecast.margin}）`,
        }),
      );
    }
    if (holdout) tellHoldout(context, holdout, unit);
  });
}

function likelihood({ words }: CliContext, { logLikelihood }: { logLikelihood: number }): string {
  return `${words({ en: 'log-likelihood', zh: '对数似然' })} ${logLikelihood.toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })}`;
}

function parameters<Model extends { readonly [name in keyof Model]: number }>(
  context: CliContext,
  { model, standardErrors }: Fit<Model>,
): void {
  const { words } = context;
  context.printTable(
    [
      { title: words({ en: 'parameter', zh: '参数' }) },
      { title: words({ en: 'estimate', zh: '估计值' }), align: 'right' },
      { title: words({ en: 'standard error', zh: '标准误' }), align: 'right' },
    ],
    (Object.keys(model) as (keyof Model & string)[]).map((name) => [
      name,
      model[name].toFixed(3),
      standardErrors[name] === null ? '-' : standardErrors[name].toFixed(3),
    ]),
  );
}

function warn(context: CliContext, warnings: readonly FitWarning[]): void {
  for (const warning of warnings) context.print(`! ${context.words(fitWarnings[warning])}`);
}

function tellHoldout({ words, print, printTable }: CliContext, holdout: Holdout & { periods: number }, unit: string): void {
  const { rows, periods, predicted, actual, meanAbsoluteError, correlation } = holdout;
  print('');
  print(
    words({
      en: `holdout of ${Number(periods.toFixed(2))} ${unit}: ${predicted.toFixed(0)} purchases predicted, ${actual} made (${(predicted / actual).toFixed(3)}); mean absolute error ${meanAbsoluteError.toFixed(3)}, correlation ${correlation.toFixed(3)}`,
      zh: `验证期 ${Number(periods.toFixed(2))} ${unit}：预测购买 ${predicted.toFixed(0)} 次，实际 ${actual} 次（${(predicted / actual).toFixed(3)}）；平均绝对误差 ${meanAbsoluteError.toFixed(3)}，相关系数 ${correlation.toFixed(3)}`,
    }),
  );
  const right = (en: string, zh: string) => ({ title: words({ en, zh }), align: 'right' as const });
  printTable(
    [
      right('repeats before', '此前复购次数'),
      right('customers', '客户数'),
      right('predicted', '预测均值'),
      right('actual', '实际均值'),
    ],
    rows.map((row) => [
      `${row.frequency}${row.andMore ? '+' : ''}`,
      String(row.customers),
      row.predicted.toFixed(3),
      row.actual.toFixed(3),
    ]),
  );
}
