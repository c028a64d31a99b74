// `holdfast drift`: a file beside what a model was trained on: whether columns and scores have moved, whether the model still does what its report
// promised, whether a challenger is better. Without a node.

import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import { type ColumnKind, columnOf } from '../core/matrix/matrix.ts';
import { matrixOfFile } from '../decide/features/features.ts';
import {
  baselineOf,
  createScorer,
  type ModelBaseline,
  type Monitored,
  monitor,
  parseBaseline,
  parseScoringModel,
  type Report,
  stateWords,
} from '../decide/models/models.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';

type Options = { training?: string; label?: string; challenger?: string; seed: number; threads?: number };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('drift')
    .argument('<trained>', words({ en: 'the folder that a training wrote', zh: '训练输出的目录' }))
    .argument('<file>', words({ en: 'a CSV file of customers now', zh: '当前客户的 CSV 文件' }))
    .option(
      '--training <file>',
      words({
        en: 'the file it was trained on: tells whether the two can be told apart',
        zh: '训练所用的文件：检验两者能否区分',
      }),
    )
    .option('--label <column>', words({ en: 'the column with the answer, once it is known', zh: '答案所在列（结果已知时）' }))
    .option(
      '--challenger <dir>',
      words({ en: 'another training to compare with; needs --label', zh: '用于比较的另一次训练；需配合 --label' }),
    )
    .option('--seed <number>', words({ en: 'of folds and samples', zh: '划分与抽样的种子' }), wholeNumber(0, 0xffffffff), 7)
    .option(
      '--threads <n>',
      words({ en: 'worker threads; the result is the same', zh: '工作线程数；结果相同' }),
      wholeNumber(1, 64),
    )
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast drift churn customers-march.csv\n  $ holdfast drift churn customers-march.csv --training customers.csv --label Churn\n  $ holdfast drift churn customers-march.csv --label Churn --challenger churn-new',
        zh: '\n示例：\n  $ holdfast drift churn 三月.csv\n  $ holdfast drift churn 三月.csv --training customers.csv --label 是否流失\n  $ holdfast drift churn 三月.csv --label 是否流失 --challenger churn-new',
      }),
    )
    .action((trained: string, file: string, options: Options) => run(context, trained, file, options));
}

async function run(context: CliContext, trained: string, path: string, options: Options): Promise<void> {
  const at = (file: string) => resolve(context.io.cwd, file);
  if (options.challenger !== undefined && options.label === undefined)
    throw new Fault('bad_request', '--challenger needs --label: without answers nobody is better');
  const report = (await readJson(join(at(trained), 'report.json'))) as Report;
  if (report.format !== 1 || report.crossValidation === undefined || report.data?.label === undefined)
    throw new Fault('model_invalid', `${trained}/report.json: expected the report of a training`);
  if (!('model' in report) || 'kind' in report)
    throw new Fault('model_invalid', `${trained}/report.json: expected a training for one answer, not of uplift or timing`);
  const model = parseScoringModel(await readJson(join(at(trained), 'model.json')));
  const challenger =
    options.challenger === undefined ? undefined : parseScoringModel(await readJson(join(at(options.challenger), 'model.json')));
  const kinds = new Map([...(challenger?.inputs ?? []), ...model.inputs].map(({ name, kind }) => [name, kind]));
  const reading = context.progress({ en: 'Reading', zh: '读取' });
  const matrix = await matrixAs(at(path), kinds, context.signal).finally(() => reading.end());
  const training = options.training === undefined ? undefined : await matrixAs(at(options.training), kinds, context.signal);
  const profile = await readJson(join(at(trained), 'profile.json'), true);
  const baseline = profile === undefined ? undefined : parseBaseline(profile);
  if (baseline === undefined && training === undefined)
    throw new Fault('unreadable_file', `${trained}: it holds no profile.json; name the file it was trained on with --training`);
  const working = context.progress({ en: 'Comparing', zh: '比较' });
  const found = await monitor({
    model,
    report,
    baseline: baseline ?? profileNow(),
    matrix,
    seed: options.seed,
    ...(training && { training }),
    ...(options.label !== undefined && { label: options.label }),
    ...(challenger && { challenger }),
    ...(options.threads !== undefined && { threads: options.threads }),
    signal: context.signal,
  }).finally(() => working.end());
  context.answer({ file: basename(path), ...found }, () => print(context, found));

  function profileNow(): ModelBaseline {
    const columns = model.inputs.flatMap(({ name }) => columnOf(training!, name) ?? []);
    return baselineOf({ rows: training!.rows, columns }, createScorer(model).matrix(training!).probability);
  }
}

/** Read once more where a column looks like another kind than the model knows it as. */
async function matrixAs(path: string, kinds: ReadonlyMap<string, ColumnKind>, signal: AbortSignal) {
  const { matrix } = await matrixOfFile(path, { signal });
  const other = matrix.columns.filter(({ name, kind }) => kinds.has(name) && kinds.get(name) !== kind);
  if (other.length === 0) return matrix;
  const forced = new Map(other.map(({ name }) => [name, kinds.get(name)!]));
  return (await matrixOfFile(path, { kinds: forced, signal })).matrix;
}

/** @param optional undefined where there is no such file */
async function readJson(path: string, optional = false): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    if (optional && code === 'ENOENT') return undefined;
    throw new Fault('unreadable_file', `${path}: ${code === 'ENOENT' ? 'no such file' : code}`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault('unreadable_file', `${path}: not JSON`, { cause: error });
  }
}

function print(context: CliContext, { state, findings, stability }: Monitored): void {
  const { words, print: line } = context;
  line(words(stateWords[state]));
  const marks = { act: '!!', watch: '! ', stable: '  ' };
  for (const finding of findings) line(`${marks[finding.state]} ${words(finding.text)}`);
  line('');
  const shown = stability.columns.filter(({ shift }, at) => at < 8 || shift !== 'none').slice(0, 30);
  context.printTable(
    [
      { title: words({ en: 'column', zh: '列' }) },
      { title: 'PSI', align: 'right' },
      { title: words({ en: 'by chance', zh: '偶然可达' }), align: 'right' },
      { title: words({ en: 'most of it', zh: '主要变化' }) },
    ],
    shown.map(({ column, index, byChance, shift, parts }) => [
      column,
      index.toFixed(4),
      byChance.toFixed(4),
      shift === 'none'
        ? ''
        : parts.map(({ name, expected, actual }) => `${name}: ${percent(expected)} → ${percent(actual)}`).join('; '),
    ]),
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
