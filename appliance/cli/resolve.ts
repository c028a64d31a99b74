// `holdfast resolve`: who is who in files of persons, without a node. Finds duplicates in one file, or links several.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve as resolvePath } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { Fault } from '../core/errors.ts';
import { csvCell, writeCsv, writeRejects } from '../core/tables/tables.ts';
import {
  type ColumnMap,
  checkMap,
  type JoinedTable,
  joinFiles,
  type PairwiseScore,
  type PersonFile,
  pairwiseScore,
  type Resolution,
  readPersonFile,
  resolveTable,
  truthOfColumn,
  truthOfFile,
} from '../record/matching/matching.ts';
import type { CliContext } from './context.ts';

type Options = {
  map?: string;
  out: string;
  pairs?: string;
  truth?: string;
  explain?: string[];
  linkOnly?: boolean;
  threads?: number;
};

const examples = `
  $ holdfast resolve customers.csv --out clusters.csv
  $ holdfast resolve crm.csv shop.csv --out clusters.csv --pairs pairs.csv
  $ holdfast resolve customers.csv --map map.json --out clusters.csv --explain 1042 8813
  $ holdfast resolve fake_1000.csv --out clusters.csv --truth cluster
  $ holdfast resolve dataset1.csv --out clusters.csv --truth 'rec_id:rec-(\\d+)'`;

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('resolve')
    .argument('<files...>', words({ en: 'CSV files of persons', zh: '人员 CSV 文件' }))
    .requiredOption('--out <file>', words({ en: 'where record_id,cluster_id goes', zh: '写入 record_id,cluster_id 的文件' }))
    .option(
      '--pairs <file>',
      words({ en: 'where left_id,right_id,probability goes', zh: '写入 left_id,right_id,probability 的文件' }),
    )
    .option(
      '--map <file>',
      words({ en: 'JSON: {"column": "kind"}; else columns are recognised', zh: 'JSON：{"列名": "类型"}；缺省时自动识别' }),
    )
    .option(
      '--truth <column|file>',
      words({
        en: 'score against a column, COLUMN:REGEX (first group), or a file of record_id,cluster_id',
        zh: '按某列、列:正则（第一个分组）或 record_id,cluster_id 文件评分',
      }),
    )
    .option('--explain <ids...>', words({ en: 'print the waterfall of two records', zh: '显示两条记录的证据瀑布图' }))
    .option('--link-only', words({ en: 'match between files, never within one', zh: '只在文件之间匹配' }))
    .option('--threads <n>', words({ en: 'worker threads', zh: '工作线程数' }), threadCount)
    .addHelpText('after', words({ en: `\nExamples:${examples}`, zh: `\n示例：${examples}` }))
    .action((files: string[], options: Options) => run(context, files, options));
}

function threadCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 64) throw new InvalidArgumentError('1 to 64');
  return count;
}

async function run(context: CliContext, paths: string[], options: Options): Promise<void> {
  const at = (path: string) => resolvePath(context.io.cwd, path);
  if (options.linkOnly && paths.length < 2) throw new Fault('bad_request', '--link-only needs two files or more');
  const map = options.map === undefined ? {} : await readMap(at(options.map));
  const files: PersonFile[] = [];
  for (const path of paths) files.push(await read(context, at(path)));
  const truthColumn = options.truth === undefined ? undefined : splitTruth(options.truth, files);
  const joined = joinFiles(files, map, truthColumn?.column);
  const truth = await readTruth(context, at, options.truth, truthColumn, files, joined);
  if (!context.json) describeColumns(context, joined);
  const resolution = await match(context, joined, options);
  const { ids } = joined;
  const numbers = clusterNumbers(resolution.clusters);
  await writeCsv(
    at(options.out),
    'record_id,cluster_id',
    lines(ids.length, (row) => `${csvCell(ids[row]!)},${numbers[row]}`),
  );
  if (options.pairs !== undefined) {
    const { pairs } = resolution;
    await writeCsv(
      at(options.pairs),
      'left_id,right_id,probability',
      lines(
        pairs.length,
        (k) => `${csvCell(ids[pairs[k]!.left]!)},${csvCell(ids[pairs[k]!.right]!)},${pairs[k]!.probability.toFixed(6)}`,
      ),
    );
  }
  const rejects: string[] = [];
  for (const file of files) {
    const path = await writeRejects(file);
    if (path !== undefined) rejects.push(path);
  }
  const score = truth && pairwiseScore(resolution.clusters, truth);
  answer(context, { joined, files, resolution, numbers, score, rejects, explained: explain(options.explain, ids, resolution) });
}

function* lines(count: number, line: (at: number) => string): Generator<string> {
  for (let at = 0; at < count; at++) yield line(at);
}

async function readMap(path: string): Promise<ColumnMap> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new Fault('unreadable_file', '--map: the file cannot be read', { cause: error });
  }
  try {
    return checkMap(JSON.parse(text));
  } catch (error) {
    throw error instanceof Fault ? error : new Fault('bad_request', '--map: not JSON', { cause: error });
  }
}

async function read(context: CliContext, path: string): Promise<PersonFile> {
  const progress = context.progress({ en: 'Reading', zh: '读取' });
  try {
    return await readPersonFile(path, (bytes, total) => progress.update(bytes, total));
  } finally {
    progress.end();
  }
}

type TruthColumn = { column: string; pattern?: RegExp };

/** A column, or COLUMN:REGEX; undefined when it must be a file. */
function splitTruth(text: string, files: readonly PersonFile[]): TruthColumn | undefined {
  const has = (name: string) => files.some((file) => file.columns.some((column) => column.name === name));
  if (has(text)) return { column: text };
  const colon = text.indexOf(':');
  if (colon < 1 || !has(text.slice(0, colon))) return undefined;
  try {
    return { column: text.slice(0, colon), pattern: new RegExp(text.slice(colon + 1), 'u') };
  } catch (error) {
    throw new Fault('bad_request', '--truth: not a regular expression', { cause: error });
  }
}

async function readTruth(
  context: CliContext,
  at: (path: string) => string,
  text: string | undefined,
  column: TruthColumn | undefined,
  files: readonly PersonFile[],
  joined: JoinedTable,
): Promise<(string | null)[] | undefined> {
  if (text === undefined) return undefined;
  if (column) return truthOfColumn(files, column.column, column.pattern);
  if (!existsSync(at(text))) return truthOfColumn(files, text);
  return truthOfFile(await read(context, at(text)), joined.ids);
}

const stages = {
  encode: { en: 'Preparing', zh: '准备' },
  block: { en: 'Choosing pairs', zh: '选取候选对' },
  estimate: { en: 'Estimating', zh: '估计参数' },
  score: { en: 'Comparing', zh: '比较' },
  cluster: { en: 'Grouping', zh: '归并' },
} as const;

async function match(context: CliContext, joined: JoinedTable, options: Options): Promise<Resolution> {
  let stage: keyof typeof stages = 'encode';
  let progress = context.progress(stages[stage]);
  try {
    return await resolveTable(joined.table, {
      linkOnly: options.linkOnly ?? false,
      threads: options.threads ?? availableParallelism(),
      signal: context.signal,
      onProgress: (now, share) => {
        if (now !== stage) {
          progress.end();
          stage = now;
          progress = context.progress(stages[now]);
        }
        progress.update(Math.round(share * 1000), 1000);
      },
    });
  } finally {
    progress.end();
  }
}

/** Clusters numbered from 1 in the order of their first records. */
function clusterNumbers(clusters: Int32Array): Int32Array {
  const numbers = new Int32Array(clusters.length);
  let count = 0;
  for (let row = 0; row < clusters.length; row++) numbers[row] = clusters[row] === row ? ++count : numbers[clusters[row]!]!;
  return numbers;
}

function explain(asked: string[] | undefined, ids: readonly string[], resolution: Resolution) {
  if (asked === undefined) return undefined;
  if (asked.length !== 2) throw new Fault('bad_request', '--explain takes two record ids');
  const rows = asked.map((id) => ids.indexOf(id));
  if (rows.some((row) => row < 0)) throw new Fault('not_found', '--explain: no record has that id');
  const weights = resolution.reasons(rows[0]!, rows[1]!);
  const bits = weights.reduce((sum, { weightBits }) => sum + weightBits, 0);
  return { left: asked[0]!, right: asked[1]!, probability: 1 / (1 + 2 ** -bits), weights };
}

function describeColumns(context: CliContext, joined: JoinedTable): void {
  for (const { file, columns } of joined.roles) {
    const told = columns.map(({ name, role }) => `${name}=${role}`).join(', ');
    context.note({ en: `${file}: ${told}`, zh: `${file}：${told}` });
  }
}

type Done = {
  joined: JoinedTable;
  files: readonly PersonFile[];
  resolution: Resolution;
  numbers: Int32Array;
  score: PairwiseScore | undefined;
  rejects: string[];
  explained: ReturnType<typeof explain>;
};

function answer(context: CliContext, done: Done): void {
  const { joined, files, resolution, numbers, score, explained } = done;
  const { thresholds, parameters, pairs } = resolution;
  const clusters = numbers.reduce((most, number) => Math.max(most, number), 0);
  const review = pairs.filter(({ probability }) => probability < thresholds.merge).length;
  const rejected = files.reduce((sum, file) => sum + file.rejectedRows, 0);
  const report = {
    records: joined.ids.length,
    clusters,
    rejected,
    thresholds,
    review,
    columns: joined.roles,
    parameters,
    ...(score ? { score } : {}),
    ...(explained ? { explained } : {}),
  };
  context.answer(report, () => {
    const told = [
      [context.words({ en: 'records', zh: '记录' }), String(joined.ids.length)],
      [context.words({ en: 'persons', zh: '人员' }), String(clusters)],
      [context.words({ en: 'pairs compared', zh: '比较的记录对' }), `${parameters.comparedPairs} / ${parameters.possiblePairs}`],
      [context.words({ en: 'merged from probability', zh: '合并阈值' }), thresholds.merge.toFixed(3)],
      [context.words({ en: 'worth a look', zh: '待人工复核' }), `${review} (≥ ${thresholds.review.toFixed(3)})`],
      [context.words({ en: 'rows set aside', zh: '剔除的行' }), String(rejected)],
    ];
    if (score) {
      told.push([context.words({ en: 'precision', zh: '精确率' }), score.precision.toFixed(4)]);
      told.push([context.words({ en: 'recall', zh: '召回率' }), score.recall.toFixed(4)]);
      told.push(['F1', score.f1.toFixed(4)]);
    }
    for (const [name, value] of told) context.print(`${name}: ${value}`);
    if (explained) printWaterfall(context, explained);
    for (const path of done.rejects) context.note({ en: `Rows set aside: ${path}`, zh: `剔除的行：${path}` });
  });
}

function printWaterfall(context: CliContext, explained: NonNullable<ReturnType<typeof explain>>): void {
  let sum = 0;
  const rows = explained.weights.map(({ field, level, weightBits, left = '', right = '' }) => {
    sum += weightBits;
    return [field, level, weightBits.toFixed(1), sum.toFixed(1), left, right];
  });
  context.printTable(
    [
      { title: context.words({ en: 'field', zh: '字段' }) },
      { title: context.words({ en: 'level', zh: '一致程度' }) },
      { title: context.words({ en: 'bits', zh: '比特' }), align: 'right' },
      { title: context.words({ en: 'sum', zh: '累计' }), align: 'right' },
      { title: explained.left },
      { title: explained.right },
    ],
    rows,
  );
  context.print(`${context.words({ en: 'probability', zh: '概率' })}: ${explained.probability.toFixed(6)}`);
}
