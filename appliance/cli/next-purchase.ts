// `holdfast next-purchase`: when each customer will buy next, by a boosted hazard where it beats the BG/NBD on the file's last part, else by the BG/NBD;
// without a node.

import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import { type Baseline, type TimingReport, trainTiming } from '../decide/models/models.ts';
import { cellReader, dayText, fitBgNbd, probabilityOfPurchase } from '../decide/segments/segments.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { type FileOptions, readForSegments, untilDay, withFileOptions, withThreads, writeRows } from './segment-files.ts';

type Options = FileOptions & { origin?: string; within: number; weeks: number; seed: number };

const examples = `
  $ holdfast next-purchase orders.csv --within 30 --out next.csv
  $ holdfast next-purchase orders.csv --origin 2023-09-30 --until 2023-12-31`;

export function command(context: CliContext): Command {
  const { words } = context;
  return withThreads(withFileOptions(new Command('next-purchase'), context, ['customer', 'date', 'amount']), context)
    .option(
      '--origin <date>',
      words({
        en: 'day at which both forecasts are tried out (else three quarters of the time)',
        zh: '对两种预测进行检验的起始日（缺省为观察期的四分之三处）',
      }),
    )
    .option(
      '--within <days>',
      words({ en: 'probability of a purchase within so many days', zh: '多少天内购买的概率' }),
      wholeNumber(1, 700),
      30,
    )
    .option('--weeks <n>', words({ en: 'how far to look ahead', zh: '预测的周数' }), wholeNumber(1, 104), 52)
    .option('--seed <number>', words({ en: 'of folds and samples', zh: '划分与抽样的种子' }), wholeNumber(0, 0xffffffff), 7)
    .addHelpText('after', words({ en: `\nExamples:${examples}`, zh: `\n示例：${examples}` }))
    .action((file: string, options: Options) => run(context, file, options));
}

async function run(context: CliContext, path: string, options: Options): Promise<void> {
  const place = resolve(context.io.cwd, path);
  const file = await readForSegments(context, place, options, {
    otherwise: ['frequency', 'recency', 'age'],
    complaint: () => undefined,
  });
  if (file.kind !== 'purchases')
    throw new Fault('bad_request', `${basename(path)}: expected a row for each purchase, with customer and date`);
  const until = untilDay(file.log, options);
  const progress = context.progress({ en: 'Training', zh: '训练' });
  const { report, customers } = await trainTiming({
    name: basename(path),
    histories: file.log.histories(),
    baseline: bgNbd(options.threads, context.signal),
    untilDay: until,
    weeks: options.weeks,
    seed: options.seed,
    ...(options.origin !== undefined && { originDay: originDay(options) }),
    ...(options.threads !== undefined && { threads: options.threads }),
    signal: context.signal,
  }).finally(() => progress.end());
  if (options.out !== undefined) {
    const header = ['customer', `probability_within_${options.within}`, 'day_25', 'day_50', 'day_75', 'restricted_mean_days'];
    await writeRows(resolve(context.io.cwd, options.out), header, customers.length, (at) => {
      const { id, next } = customers[at]!;
      const dayOf = (probability: number) => {
        const days = next.quantile(probability);
        return days === undefined ? '' : dayText(until + Math.ceil(days));
      };
      return [id, next.within(options.within), dayOf(0.25), dayOf(0.5), dayOf(0.75), next.restrictedMeanDays];
    });
  }
  const expected = customers.reduce((sum, { next }) => sum + next.within(options.within), 0);
  context.answer({ ...report, within: { days: options.within, expectedCustomers: expected } }, () => {
    print(context, report);
    context.print(
      context.words({
        en: `within ${options.within} days of ${dayText(until)}: ${Math.round(expected)} of ${customers.length} customers are expected to buy`,
        zh: `${dayText(until)} 之后 ${options.within} 天内：预计 ${customers.length} 位客户中有 ${Math.round(expected)} 位购买`,
      }),
    );
  });
}

function originDay({ origin, dateOrder }: Options): number {
  const day = cellReader(dateOrder).day(origin!);
  if (typeof day === 'string') throw new Fault('bad_request', `--origin: ${day}`);
  return day;
}

/** The BG/NBD as the forecast to beat. */
function bgNbd(threads: number | undefined, signal: AbortSignal): Baseline {
  return async (customers) => {
    const column = (name: 'frequency' | 'recency' | 'age') => Float64Array.from(customers, (customer) => customer[name]);
    const purchases = { frequency: column('frequency'), recency: column('recency'), age: column('age') };
    const { model } = await fitBgNbd(purchases, { threads, signal });
    return (customer, weeks) => probabilityOfPurchase(model, customer, weeks);
  };
}

function print(context: CliContext, { data, evaluation }: TimingReport): void {
  const { words, print: line } = context;
  line(
    words({
      en: `${data.customers} customers, ${data.purchases} days with a purchase; both forecasts made at ${dayText(data.originDay)}, held against the ${evaluation.weeks} weeks after it`,
      zh: `${data.customers} 位客户，${data.purchases} 个购买日；两种预测均以 ${dayText(data.originDay)} 为起点，用其后 ${evaluation.weeks} 周检验`,
    }),
  );
  line('');
  context.printTable(
    [
      { title: words({ en: 'weeks', zh: '周' }), align: 'right' },
      { title: words({ en: 'bought', zh: '实际购买' }), align: 'right' },
      { title: words({ en: 'hazard', zh: '风险模型' }), align: 'right' },
      { title: 'BG/NBD', align: 'right' },
      { title: words({ en: 'log-loss: hazard', zh: '对数损失：风险模型' }), align: 'right' },
      { title: 'BG/NBD', align: 'right' },
      { title: words({ en: 'Brier: hazard', zh: 'Brier：风险模型' }), align: 'right' },
      { title: 'BG/NBD', align: 'right' },
    ],
    evaluation.horizons.map(({ weeks, boughtShare, hazard, baseline }) => [
      String(weeks),
      percent(boughtShare),
      percent(hazard.meanProbability),
      percent(baseline.meanProbability),
      hazard.logLoss.toFixed(4),
      baseline.logLoss.toFixed(4),
      hazard.brier.toFixed(4),
      baseline.brier.toFixed(4),
    ]),
  );
  line('');
  const { concordance, difference, verdict } = evaluation;
  const gap = `${difference.value.toFixed(4)} ± ${(1.96 * difference.standardError).toFixed(4)}`;
  line(
    words({
      en: `concordance: hazard ${concordance.hazard.toFixed(3)}, BG/NBD ${concordance.baseline.toFixed(3)}; mean log-loss less that of BG/NBD: ${gap}`,
      zh: `一致性指数：风险模型 ${concordance.hazard.toFixed(3)}，BG/NBD ${concordance.baseline.toFixed(3)}；平均对数损失之差：${gap}`,
    }),
  );
  const said = {
    better: { en: 'The hazard model is better beyond chance: it makes the forecast.', zh: '风险模型显著更优，采用风险模型。' },
    worse: {
      en: 'The hazard model is worse beyond chance: the BG/NBD makes the forecast.',
      zh: '风险模型显著更差，采用 BG/NBD。',
    },
    same: {
      en: 'The hazard model is not better beyond chance: the BG/NBD, which is simpler, makes the forecast.',
      zh: '风险模型未显著更优，采用更简单的 BG/NBD。',
    },
  };
  line(words(said[verdict]));
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
