// `holdfast clusters`: groups of customers that are alike, by k-means over the columns of a file, each with its size and in words what sets it apart;
// without a node.

import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Fault } from '../core/errors.ts';
import { type Matrix, numberColumn } from '../core/matrix/matrix.ts';
import {
  type Clustering,
  type CustomerFile,
  clusterLimits,
  clusterRows,
  noCluster,
  type Skew,
} from '../decide/segments/segments.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { type FileOptions, readForSegments, untilDay, withFileOptions, withThreads, writeRows } from './segment-files.ts';

type Range = { from: number; to: number };
type Options = FileOptions & {
  k: Range;
  columns?: string[];
  seed: number;
  starts: number;
  skew: Skew;
  missing: 'mean' | 'leaveOut';
};

const examples = `
  $ holdfast clusters orders.csv --out clusters.csv
  $ holdfast clusters customers.csv --columns spend visits tickets --k 5
  $ holdfast clusters customers.csv --k 3-8 --seed 7 --missing leave-out`;

/** Names of unused columns in one line for people; `--json` has all. */
const unusedNamed = 12;

export function command(context: CliContext): Command {
  const { words } = context;
  const fileOptions = withFileOptions(new Command('clusters'), context, ['customer', 'date', 'amount']);
  return withThreads(fileOptions, context)
    .option('--columns <names...>', words({ en: 'which columns (else all numbers)', zh: '使用的列（缺省为全部数值列）' }))
    .option('--k <n|range>', words({ en: 'how many clusters, or a range to choose from', zh: '类别数，或供选择的范围' }), range, {
      from: 2,
      to: 10,
    })
    .option('--seed <n>', words({ en: 'of the draws', zh: '随机种子' }), wholeNumber(0, 2 ** 31 - 1), 1)
    .option(
      '--starts <n>',
      words({ en: 'starts for each k', zh: '每个 k 的初始化次数' }),
      wholeNumber(1, clusterLimits.starts),
      4,
    )
    .addOption(
      new Option('--skew <how>', words({ en: 'logarithm of columns: auto, log or none', zh: '偏态列取对数：auto、log 或 none' }))
        .choices(['auto', 'log', 'none'])
        .default('auto'),
    )
    .addOption(
      new Option(
        '--missing <how>',
        words({ en: 'missing cells: mean or leave-out', zh: '缺失值：mean（取均值）或 leave-out（剔除该行）' }),
      )
        .choices(['mean', 'leave-out'])
        .default('mean')
        .argParser((text) => (text === 'leave-out' ? 'leaveOut' : missingMean(text))),
    )
    .addHelpText('after', words({ en: `\nExamples:${examples}`, zh: `\n示例：${examples}` }))
    .action((file: string, options: Options) => run(context, file, options));
}

function missingMean(text: string): string {
  if (text !== 'mean') throw new InvalidArgumentError('expected mean or leave-out');
  return text;
}

function range(text: string): Range {
  const found = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(text);
  const from = Number(found?.[1]);
  const to = Number(found?.[2] ?? found?.[1]);
  if (!found || from < 2 || to < from || to > clusterLimits.k) {
    throw new InvalidArgumentError(`expected a number or a range such as 3-8, from 2 to ${clusterLimits.k}`);
  }
  return { from, to };
}

async function run(context: CliContext, path: string, options: Options): Promise<void> {
  const file = await readForSegments(context, resolve(context.io.cwd, path), options, {
    otherwise: 'numbers',
    columns: options.columns,
  });
  const { ids, matrix } = matrixOf(file, options);
  const progress = context.progress({ en: 'Grouping', zh: '聚类' });
  let clustering: Clustering;
  try {
    clustering = await clusterRows(matrix, {
      k: options.k,
      seed: options.seed,
      starts: options.starts,
      skew: options.skew,
      missing: options.missing,
      threads: options.threads,
      signal: context.signal,
      onProgress: (stage, done) => {
        if (stage === 'start') progress.update(done, 1);
      },
    });
  } finally {
    progress.end();
  }
  if (options.out !== undefined) await write(context, resolve(context.io.cwd, options.out), ids, clustering);
  answer(context, ids.length, file, clustering);
}

/** Purchases become the columns that RFM has, and how long a customer has been one. */
function matrixOf(file: CustomerFile, options: Options): { ids: readonly string[]; matrix: Matrix } {
  if (file.kind === 'summary') throw new Error('unreachable: clusters asks for no summary');
  if (file.kind === 'numbers') {
    const columns = file.columns.map(({ name, values }) => numberColumn(name, values));
    return { ids: file.ids, matrix: { rows: file.ids.length, columns } };
  }
  const table = file.log.customers(untilDay(file.log, options));
  if (table.ids.length === 0) throw new Fault('bad_request', '--until: nobody bought by then');
  const columns = [
    numberColumn('recency_days', table.sinceLastDays),
    numberColumn(
      'frequency',
      table.repeats.map((repeats) => repeats + 1),
    ),
    ...(file.amounts ? [numberColumn('monetary', table.total)] : []),
    numberColumn('tenure_days', table.ageDays),
  ];
  return { ids: table.ids, matrix: { rows: table.ids.length, columns } };
}

async function write(
  { words }: CliContext,
  path: string,
  ids: readonly string[],
  { labels, profiles }: Clustering,
): Promise<void> {
  await writeRows(path, ['customer', 'cluster', 'cluster_name'], ids.length, (at) => {
    const label = labels[at]!;
    return label === noCluster ? [ids[at]!, '', ''] : [ids[at]!, label + 1, words(profiles[label]!.name)];
  });
}

function answer(context: CliContext, customers: number, file: CustomerFile, clustering: Clustering): void {
  const { words } = context;
  const { k, inertia, steps, settled, silhouettes, features, ignored, profiles } = clustering;
  const others = file.kind === 'numbers' ? file.others : [];
  const report = {
    customers,
    rejected: file.read.rejected,
    k,
    inertia,
    steps,
    settled,
    silhouettes,
    features,
    ignored,
    others,
    profiles,
  };
  context.answer(report, () => {
    const silhouette = silhouettes.find((one) => one.k === k)?.silhouette;
    context.print(
      `${words({ en: 'customers', zh: '客户' })}: ${customers}, k: ${k}${silhouette === undefined ? '' : `, ${words({ en: 'silhouette', zh: '轮廓系数' })}: ${silhouette.toFixed(3)}`}`,
    );
    if (silhouettes.length > 1) context.print(silhouettes.map((one) => `k ${one.k}: ${one.silhouette.toFixed(3)}`).join('  '));
    const logged = features.filter(({ transform }) => transform === 'log').map(({ name }) => name);
    if (logged.length > 0) context.print(`${words({ en: 'by logarithm', zh: '取对数的列' })}: ${logged.join(', ')}`);
    const missing = features.filter((feature) => feature.missing > 0).map((feature) => `${feature.name} ${feature.missing}`);
    if (missing.length > 0) context.print(`${words({ en: 'missing', zh: '缺失' })}: ${missing.join(', ')}`);
    const unused = [...others, ...ignored.map(({ column }) => column)];
    if (unused.length > 0)
      context.print(
        `${words({ en: 'not used', zh: '未使用的列' })}: ${unused.slice(0, unusedNamed).join(', ')}${unused.length > unusedNamed ? ` … (${unused.length})` : ''}`,
      );
    context.printTable(
      [
        { title: '#', align: 'right' },
        { title: words({ en: 'size', zh: '客户数' }), align: 'right' },
        { title: words({ en: 'share', zh: '占比' }), align: 'right' },
        { title: words({ en: 'in words', zh: '特征' }) },
        { title: words({ en: 'means (standard deviations from everybody)', zh: '均值（与总体相差的标准差）' }) },
      ],
      profiles.map(({ cluster, size, share, name, differences }) => [
        String(cluster),
        String(size),
        `${(share * 100).toFixed(1)}%`,
        words(name),
        differences
          .slice(0, 4)
          .map(
            ({ column, mean, standardised }) =>
              `${column} ${plain(mean)} (${standardised > 0 ? '+' : ''}${standardised.toFixed(1)})`,
          )
          .join('  '),
      ]),
    );
  });
}

const plain = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3))));
