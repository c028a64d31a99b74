// `holdfast columns`: a CSV file as columns, as everything that trains and segments sees it: which is a number, a time or a category, and what is missing.

import { resolve as resolvePath } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { ColumnKind } from '../core/matrix/matrix.ts';
import { writeRejects } from '../core/tables/tables.ts';
import { type ColumnSummary, matrixOfFile, summaryOf } from '../decide/features/features.ts';
import type { CliContext } from './context.ts';

type Options = { csv: string; kind?: Map<string, ColumnKind> };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('columns')
    .requiredOption('--csv <file>', words({ en: 'a CSV file whose first row names the columns', zh: '首行为列名的 CSV 文件' }))
    .option(
      '--kind <column=kind>',
      words({
        en: 'number, time or category, where it is read wrongly; may be given again',
        zh: '识别有误时指定 number、time 或 category，可重复',
      }),
      takeKind,
    )
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast columns --csv customers.csv\n  $ holdfast columns --csv customers.csv --kind region=category --json',
        zh: '\n示例：\n  $ holdfast columns --csv customers.csv\n  $ holdfast columns --csv customers.csv --kind region=category --json',
      }),
    )
    .action((options: Options) => run(context, options));
}

/** Adds one `column=kind` to those given before. */
export function takeKind(text: string, before: Map<string, ColumnKind> = new Map()): Map<string, ColumnKind> {
  const at = text.lastIndexOf('=');
  const kind = text.slice(at + 1);
  if (at < 1 || (kind !== 'number' && kind !== 'time' && kind !== 'category'))
    throw new InvalidArgumentError('COLUMN=number, COLUMN=time or COLUMN=category');
  return before.set(text.slice(0, at), kind);
}

async function run(context: CliContext, { csv, kind }: Options): Promise<void> {
  const file = await matrixOfFile(resolvePath(context.io.cwd, csv), { ...(kind && { kinds: kind }) });
  const columns = summaryOf(file.matrix).map((column) => {
    const { stray, infinite } = file.notes.get(column.name)!;
    return { ...column, stray, infinite };
  });
  const rejects = await writeRejects(file);
  const { words } = context;
  context.answer({ rows: file.rowCount, rejectedRows: file.rejectedRows, ...(rejects && { rejects }), columns }, () => {
    context.print(
      words({ en: `${file.rowCount} rows, ${columns.length} columns`, zh: `${file.rowCount} 行，${columns.length} 列` }),
    );
    context.printTable(
      [
        { title: words({ en: 'column', zh: '列' }) },
        { title: words({ en: 'kind', zh: '类型' }) },
        { title: words({ en: 'missing', zh: '缺失' }), align: 'right' },
        { title: words({ en: 'different', zh: '不同值' }), align: 'right' },
        { title: words({ en: 'what is in it', zh: '内容' }) },
      ],
      columns.map((column) => [
        column.name,
        kindWord(context, column.kind),
        String(column.missing),
        String(column.distinct),
        contentOf(column),
      ]),
    );
    for (const { name, stray, infinite } of columns) {
      if (stray > 0)
        context.note({
          en: `${name}: ${stray} cells are no numbers and count as missing`,
          zh: `${name}：${stray} 个单元格不是数字，按缺失处理`,
        });
      if (infinite > 0)
        context.note({ en: `${name}: ${infinite} infinities count as missing`, zh: `${name}：${infinite} 个无穷大值按缺失处理` });
    }
    if (rejects)
      context.note({
        en: `${file.rejectedRows} rows do not fit the header: ${rejects}`,
        zh: `${file.rejectedRows} 行与表头不符：${rejects}`,
      });
  });
}

function kindWord({ words }: CliContext, kind: ColumnKind): string {
  const named = {
    number: { en: 'number', zh: '数值' },
    time: { en: 'time', zh: '时间' },
    category: { en: 'category', zh: '类别' },
  };
  return words(named[kind]);
}

function contentOf({ kind, least, greatest, mean, levels }: ColumnSummary): string {
  if (levels)
    return levels
      .slice(0, 4)
      .map(({ level, rows }) => `${level.slice(0, 24)} (${rows})`)
      .join(', ');
  if (least === undefined || greatest === undefined) return '';
  if (kind === 'time') return `${new Date(least).toISOString().slice(0, 10)} … ${new Date(greatest).toISOString().slice(0, 10)}`;
  return `${short(least)} … ${short(greatest)}, ∅ ${short(mean!)}`;
}

const short = (value: number): string => String(Number(value.toPrecision(5)));
