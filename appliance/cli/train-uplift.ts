// `holdfast train --treatment`: whom an offer moves, learned from a trial in a file, as reports, a card and models.

import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { Fault } from '../core/errors.ts';
import type { FileMatrix } from '../decide/features/features.ts';
import {
  type Budget,
  trainUplift,
  type UpliftReport,
  upliftArtifactsOf,
  upliftBestWords,
  upliftVerdict,
} from '../decide/models/models.ts';
import type { CliContext } from './context.ts';
import { printColumns } from './train-words.ts';

export type UpliftOptions = {
  treatment?: string;
  control?: string;
  treated?: string;
  valuePerResponse?: number;
  costPerOffer?: number;
};
type Options = UpliftOptions & {
  label: string;
  out: string;
  positive?: string;
  drop?: string[];
  keep?: string[];
  folds?: string;
  time?: string;
  gapDays?: number;
  costFalsePositive?: number;
  costFalseNegative?: number;
  budget: Budget;
  seed: number;
  threads?: number;
};

export function withUpliftOptions(command: Command, { words }: CliContext): Command {
  return command
    .option(
      '--treatment <column>',
      words({ en: 'who got the offer: learns whom it moves (uplift)', zh: '标明谁获得优惠的列：学习优惠打动了谁（增益模型）' }),
    )
    .option('--control <value>', words({ en: 'its value for no offer', zh: '该列中表示无优惠的取值' }))
    .option(
      '--treated <value>',
      words({ en: 'its value for the offer; else all but the control', zh: '该列中表示有优惠的取值；缺省为对照以外的全部' }),
    )
    .option('--value-per-response <amount>', words({ en: 'what a response is worth', zh: '每次响应的价值' }), amount)
    .option('--cost-per-offer <amount>', words({ en: 'what an offer costs', zh: '每份优惠的成本' }), amount);
}

function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && Number.isFinite(value))) throw new InvalidArgumentError('a number of at least 0');
  return value;
}

type Files = readonly (readonly [name: string, content: string | Uint8Array])[];

export async function answerUplift(
  context: CliContext,
  name: string,
  file: FileMatrix,
  options: Options,
  write: (files: Files) => Promise<void>,
  sayOddities: () => void,
): Promise<void> {
  const prices = pricesOf(options);
  for (const option of ['folds', 'time', 'gapDays', 'costFalsePositive', 'costFalseNegative'] as const)
    if (options[option] !== undefined) throw new Fault('bad_request', `${flagOf(option)} does not go with --treatment`);
  const training = context.progress({ en: 'Training', zh: '训练' });
  const trained = await trainUplift({
    name,
    matrix: file.matrix,
    label: options.label,
    treatment: options.treatment!,
    rejectedRows: file.rejectedRows,
    budget: options.budget,
    seed: options.seed,
    ...(options.positive !== undefined && { positive: options.positive }),
    ...(options.control !== undefined && { control: options.control }),
    ...(options.treated !== undefined && { treated: [options.treated] }),
    ...(options.drop && { drop: options.drop }),
    ...(options.keep && { keep: options.keep }),
    ...(prices && { prices }),
    ...(options.threads !== undefined && { threads: options.threads }),
    signal: context.signal,
    progress: (share) => training.update(Math.round(share * 1000), 1000),
  }).finally(() => training.end());
  await write(await upliftArtifactsOf(trained, file.matrix, { language: context.language }));
  const { report } = trained;
  const { groups, randomisation, crossValidation, verdict, targeting } = report;
  context.answer(
    { out: options.out, rows: report.data.rows, groups, randomisation, crossValidation, verdict, best: targeting.best },
    () => {
      print(context, report);
      sayOddities();
      context.note({
        en: `${join(options.out, 'card.html')} tells it to people; report.json and the models lie beside it`,
        zh: `${join(options.out, 'card.html')} 供人阅读；report.json 与模型在同一目录`,
      });
    },
  );
}

const flagOf = (option: string) => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function pricesOf({ valuePerResponse, costPerOffer }: UpliftOptions) {
  if (valuePerResponse === undefined && costPerOffer === undefined) return undefined;
  if (valuePerResponse === undefined || costPerOffer === undefined)
    throw new Fault('bad_request', '--value-per-response and --cost-per-offer belong together');
  return { valuePerResponse, costPerOffer };
}

function print(context: CliContext, report: UpliftReport): void {
  const { words, print: line } = context;
  const { treated, control, effect } = report.groups;
  line(
    words({
      en: `with the offer ${percent(treated.rate)} of ${treated.rows} respond, without it ${percent(control.rate)} of ${control.rows}: ${points(effect.value)} (${points(effect.low)} to ${points(effect.high)})`,
      zh: `有优惠 ${treated.rows} 行，响应率 ${percent(treated.rate)}；无优惠 ${control.rows} 行，响应率 ${percent(control.rate)}：相差 ${points(effect.value)}（${points(effect.low)} 至 ${points(effect.high)}）`,
    }),
  );
  printColumns(context, report.columns);
  line('');
  const { approaches, chosen, response } = report.crossValidation;
  const row = (name: string, { qini, upliftAt }: typeof response) => [
    name,
    qini.value.toFixed(5),
    qini.deviation.toFixed(5),
    ...upliftAt.map(({ uplift }) => points(uplift)),
  ];
  const names = {
    'two models': words({ en: 'two models', zh: '双模型' }),
    'class transformation': words({ en: 'class transformation', zh: '类别转换' }),
  };
  const kept = words({ en: '(kept)', zh: '（采用）' });
  context.printTable(
    [
      { title: words({ en: 'ranked by', zh: '排序依据' }) },
      { title: 'Qini', align: 'right' },
      { title: words({ en: 'deviation', zh: '标准差' }), align: 'right' },
      ...response.upliftAt.map(({ share }) => ({
        title: words({ en: `effect in first ${percent(share)}`, zh: `前 ${percent(share)} 的效果` }),
        align: 'right' as const,
      })),
    ],
    [
      ...(['two models', 'class transformation'] as const).map((name) =>
        row(name === chosen ? `${names[name]} ${kept}` : names[name], approaches[name]),
      ),
      row(words({ en: 'chance to respond', zh: '响应概率' }), response),
    ],
  );
  line('');
  for (const text of [...upliftVerdict(report), upliftBestWords(report)]) line(words(text));
}

const percent = (share: number): string => `${Number((100 * share).toFixed(2))}%`;
const points = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)}%`;
