// `holdfast train`: a model out of a CSV file, without a node, or out of the node's customers: report, model card, and the model as ONNX.

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve as resolvePath } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { Fault } from '../core/errors.ts';
import { type ColumnKind, columnOf, type Matrix } from '../core/matrix/matrix.ts';
import { writeRejects } from '../core/tables/tables.ts';
import { type FileMatrix, matrixOfFile } from '../decide/features/features.ts';
import {
  type Artifacts,
  type Budget,
  type Report,
  type TrainedInThread,
  type TrainerRequest,
  trainInThread,
} from '../decide/models/models.ts';
import { takeKind } from './columns.ts';
import type { CliContext } from './context.ts';
import { KeptTraining } from './train-checkpoint.ts';
import { isQuestion, type NodeAsk, trainOnNode } from './train-node.ts';
import { answerUplift, type UpliftOptions, withUpliftOptions } from './train-uplift.ts';
import { printReport } from './train-words.ts';

type Options = UpliftOptions & {
  label?: string;
  out?: string;
  segment?: string;
  name?: string;
  purpose?: string;
  horizon?: number;
  active?: number;
  positive?: string;
  drop?: string[];
  keep?: string[];
  kind?: Map<string, ColumnKind>;
  folds?: string;
  time?: string;
  gapDays?: number;
  costFalsePositive?: number;
  costFalseNegative?: number;
  budget: Budget;
  seed: number;
  threads?: number;
  memory?: number;
  fresh?: boolean;
};

const budgets: readonly string[] = ['small', 'normal', 'large'] satisfies Budget[];

export function command(context: CliContext): Command {
  const { words } = context;
  return withUpliftOptions(new Command('train'), context)
    .argument(
      '[what]',
      words({
        en: 'a question about customers, such as churn, or a CSV file whose first row names the columns',
        zh: '客户问题（如 churn），或首行为列名的 CSV 文件',
      }),
    )
    .option('--label <column>', words({ en: 'the column or trait with the answer', zh: '答案所在列或客户属性' }))
    .option(
      '--out <dir>',
      words({
        en: 'where report.json, card.html, model.onnx and, of a file, model.json go',
        zh: '输出目录：report.json、card.html、model.onnx（及 model.json）',
      }),
    )
    .option('--segment <name>', words({ en: 'members of a segment of the node alone', zh: '仅限节点中某人群的成员' }))
    .option('--name <name>', words({ en: 'of the model on the node', zh: '节点上的模型名称' }))
    .option('--purpose <purpose>', words({ en: 'for which customers agreed; else profiling', zh: '用途；默认 profiling' }))
    .option('--horizon <days>', words({ en: 'of a question: over how many days', zh: '问题的预测天数' }), whole(1, 730))
    .option(
      '--active <days>',
      words({ en: 'of a question: who was active in so many days', zh: '问题的活跃天数' }),
      whole(1, 730),
    )
    .option(
      '--positive <value>',
      words({ en: 'the answer to find; else the one that means yes', zh: '要预测的取值；缺省为表示“是”的取值' }),
    )
    .option('--drop <columns>', words({ en: 'columns not to learn from: A,B', zh: '不参与训练的列：A,B' }), names)
    .option(
      '--keep <columns>',
      words({ en: 'columns to learn from though they look like a leak: A,B', zh: '即使疑似泄漏也保留的列：A,B' }),
      names,
    )
    .option(
      '--kind <column=kind>',
      words({ en: 'number, time or category; may be given again', zh: 'number、time 或 category，可重复' }),
      takeKind,
    )
    .option(
      '--folds <file>',
      words({ en: 'the outer fold of each row: one column, in file order', zh: '每行所属的外层折：单列，按文件顺序' }),
    )
    .option(
      '--time <column>',
      words({
        en: 'a column of times: test on what came after what was learnt from',
        zh: '时间列：用之前的数据训练，用之后的数据检验',
      }),
    )
    .option(
      '--gap-days <n>',
      words({
        en: 'with --time: days between the two, in which the answer becomes known',
        zh: '与 --time 连用：两者之间的天数，即等待结果的时长',
      }),
      whole(0, 3_660),
    )
    .option(
      '--cost-false-positive <amount>',
      words({ en: 'what it costs to act on somebody in vain', zh: '误报一人的成本' }),
      amount,
    )
    .option('--cost-false-negative <amount>', words({ en: 'what it costs to miss somebody', zh: '漏报一人的成本' }), amount)
    .option(
      '--budget <size>',
      words({ en: 'how much is tried: small, normal, large', zh: '尝试的规模：small、normal、large' }),
      budget,
      'normal' as Budget,
    )
    .option('--seed <number>', words({ en: 'of folds and samples', zh: '划分与抽样的种子' }), whole(0, 0xffffffff), 7)
    .option('--threads <n>', words({ en: 'worker threads; the result is the same', zh: '工作线程数；结果相同' }), whole(1, 64))
    .option(
      '--memory <megabytes>',
      words({ en: 'refuse what would take more; else most of what is free', zh: '内存上限（MB）；缺省为大部分可用内存' }),
      whole(1, 1e9),
    )
    .option('--fresh', words({ en: 'begin anew where a training was broken off', zh: '重新开始，不继续上次中断的训练' }))
    .addHelpText(
      'after',
      words({
        en: '\nA training that was broken off goes on when the same command is typed again.\n\nExamples:\n  $ holdfast train churn\n  $ holdfast train --segment platinum --label vip\n  $ holdfast train customers.csv --label Churn --out churn\n  $ holdfast train mails.csv --label visit --drop conversion,spend --out visits\n  $ holdfast train customers.csv --label status --positive left --cost-false-negative 200 --cost-false-positive 15 --out left\n  $ holdfast train mails.csv --label visit --drop conversion,spend --treatment segment --control "No E-Mail" --out uplift',
        zh: '\n训练中断后，再次输入同一命令即可继续。\n\n示例：\n  $ holdfast train churn\n  $ holdfast train --segment 白金 --label vip\n  $ holdfast train customers.csv --label 是否流失 --out churn\n  $ holdfast train mails.csv --label visit --drop conversion,spend --out visits\n  $ holdfast train customers.csv --label 状态 --positive 流失 --cost-false-negative 200 --cost-false-positive 15 --out left\n  $ holdfast train mails.csv --label visit --drop conversion,spend --treatment segment --control "No E-Mail" --out uplift',
      }),
    )
    .action((what: string | undefined, options: Options) => {
      if (what !== undefined && (options.label !== undefined || !isQuestion(context, what)))
        return run(context, what, ofFile(options));
      if (what === undefined && options.label === undefined) throw new Fault('bad_request', 'a question, a file, or --label');
      return trainOnNode(context, askOf(what, options), options.out);
    });
}

type FileOptions = Options & { label: string; out: string };

/** @throws {Fault} `bad_request` naming the option that a file needs */
function ofFile(options: Options): FileOptions {
  const { label, out } = options;
  if (label === undefined) throw new Fault('bad_request', '--label: the column with the answer');
  if (out === undefined) throw new Fault('bad_request', '--out: the folder for the report, the card and the model');
  return { ...options, label, out };
}

function askOf(question: string | undefined, options: Options): NodeAsk {
  const { label, segment, name, positive, purpose, horizon, active, drop, keep, budget, seed } = options;
  return {
    ...(question === undefined ? { label: label! } : { question }),
    budget,
    seed,
    ...costsOf(options),
    ...(segment !== undefined && { segment }),
    ...(name !== undefined && { name }),
    ...(positive !== undefined && { positive }),
    ...(purpose !== undefined && { purpose }),
    ...(horizon !== undefined && { horizonDays: horizon }),
    ...(active !== undefined && { activeDays: active }),
    ...(drop && { drop }),
    ...(keep && { keep }),
  };
}

const names = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

function amount(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('a number above 0');
  return value;
}

function budget(text: string): Budget {
  if (!budgets.includes(text)) throw new InvalidArgumentError(budgets.join(', '));
  return text as Budget;
}

const whole =
  (from: number, to: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < from || value > to) throw new InvalidArgumentError(`${from} to ${to}`);
    return value;
  };

async function run(context: CliContext, path: string, options: FileOptions): Promise<void> {
  const { signal } = context;
  const at = (file: string) => resolvePath(context.io.cwd, file);
  const reading = context.progress({ en: 'Reading', zh: '读取' });
  const file = await matrixOfFile(at(path), {
    ...(options.kind && { kinds: options.kind }),
    onBytes: (bytes, total) => reading.update(bytes, total),
    signal,
  }).finally(() => reading.end());
  const rejects = await writeRejects(file);
  if (options.treatment !== undefined)
    return answerUplift(
      context,
      basename(path),
      file,
      options,
      (made) => write(at(options.out), made),
      () => sayOddities(context, file, rejects),
    );
  const folds = options.folds === undefined ? undefined : await foldsOf(at(options.folds));
  const kept = new KeptTraining(at(options.out));
  const resumeFrom = options.fresh ? undefined : await kept.read();
  if (resumeFrom) {
    context.note({
      en: `Going on with the training that was broken off: ${kept.path} (--fresh begins anew)`,
      zh: `继续上次中断的训练：${kept.path}（重新开始请用 --fresh）`,
    });
  }
  const { report, artifacts } = await trainKept(context, kept, {
    name: basename(path),
    matrix: file.matrix,
    label: options.label,
    language: context.language,
    rejectedRows: file.rejectedRows,
    budget: options.budget,
    seed: options.seed,
    ...(options.positive !== undefined && { positive: options.positive }),
    ...(options.drop && { drop: options.drop }),
    ...(options.keep && { keep: options.keep }),
    ...(folds && { folds }),
    ...(options.time !== undefined && {
      time: { column: options.time, ...(options.gapDays !== undefined && { gapDays: options.gapDays }) },
    }),
    ...costsOf(options),
    ...(options.threads !== undefined && { threads: options.threads }),
    ...(options.memory !== undefined && { memoryLimitBytes: options.memory * 1e6 }),
    resumeFrom,
  });
  await write(at(options.out), filesOf(artifacts));
  await kept.remove();
  context.answer({ out: options.out, ...summaryOf(report) }, () => {
    printReport(context, report);
    sayOddities(context, file, rejects);
    context.note({
      en: `${join(options.out, 'card.html')} tells it to people; report.json and model.onnx lie beside it`,
      zh: `${join(options.out, 'card.html')} 供人阅读；report.json 与 model.onnx 在同一目录`,
    });
  });
}

/** Trains in a thread of its own, so that an interrupt and the line of progress are answered at once. */
async function trainKept(context: CliContext, kept: KeptTraining, request: TrainerRequest): Promise<TrainedInThread> {
  const training = context.progress({ en: 'Training', zh: '训练' });
  const asked: TrainerRequest = {
    ...request,
    signal: context.signal,
    progress: ({ stage, share, etaMs }) =>
      training.update(Math.round(share * 1000), 1000, { stage: context.words(stage), leftMs: etaMs }),
    checkpoint: (bytes) => kept.keep(bytes),
    onRestart: ({ task }) =>
      context.note({
        en: `A worker thread broke down (${task}); its work is done once more`,
        zh: `工作线程异常中止（${task}），正在重做其工作`,
      }),
  };
  try {
    // Nothing is served here that the training should give way to.
    return await trainInThread(asked, { niceness: 0 });
  } catch (error) {
    training.end();
    if (error instanceof Fault && error.code !== 'checkpoint_unfit' && (await kept.settled())) {
      context.note({
        en: `What was done is kept in ${kept.path}: the same command goes on from there`,
        zh: `已完成的部分保存在 ${kept.path}：再次输入同一命令即可继续`,
      });
    }
    throw error;
  } finally {
    training.end();
  }
}

function costsOf({ costFalsePositive, costFalseNegative }: Options) {
  if (costFalsePositive === undefined && costFalseNegative === undefined) return {};
  return { costs: { falsePositive: costFalsePositive ?? 1, falseNegative: costFalseNegative ?? 1 } };
}

/** One column, with or without others: the last that is no name of a row. */
async function foldsOf(path: string): Promise<Matrix> {
  const { matrix } = await matrixOfFile(path, { oneColumn: true });
  const column = columnOf(matrix, 'fold') ?? matrix.columns.at(-1)!;
  return { rows: matrix.rows, columns: [column] };
}

const filesOf = ({ report, model, profile, card, onnx }: Artifacts) =>
  [
    ['report.json', report],
    ['model.json', model],
    ['profile.json', profile],
    ['card.html', card],
    ['model.onnx', onnx],
  ] as const;

async function write(folder: string, files: readonly (readonly [name: string, content: string | Uint8Array])[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, content] of files) await writeFile(join(folder, name), content, { mode: 0o600 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new Fault('unreadable_file', `${folder}: cannot be written (${code})`, { cause: error });
  }
}

function summaryOf({ data, crossValidation, baseline, columns }: Report) {
  return { rows: data.rows, label: data.label, crossValidation, baseline, dropped: columns.dropped, suspects: columns.suspects };
}

function sayOddities(context: CliContext, file: FileMatrix, rejects: string | undefined): void {
  for (const [column, { stray, infinite }] of file.notes) {
    if (stray + infinite === 0) continue;
    context.note({
      en: `${column}: ${stray + infinite} cells are no finite numbers and count as missing`,
      zh: `${column}：${stray + infinite} 个单元格不是有限数值，按缺失处理`,
    });
  }
  if (rejects === undefined) return;
  context.note({
    en: `${file.rejectedRows} rows do not fit the header: ${rejects}`,
    zh: `${file.rejectedRows} 行与表头不符：${rejects}`,
  });
}
