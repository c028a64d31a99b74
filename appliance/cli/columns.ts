// `holdfast columns`: a CSV file, or the node's customers, as columns, as everything that trains and segments sees them: which is a number, a
// time or a category, and what is missing.

import { resolve as resolvePath } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { ColumnKind } from '../core/matrix/matrix.ts';
import { writeRejects } from '../core/tables/tables.ts';
import { matrixOfFile, summaryOf } from '../decide/features/features.ts';
import { runNode } from './columns-node.ts';
import { contentOf, kindWord } from './columns-words.ts';
import type { CliContext } from './context.ts';

type Options = {
  csv?: string;
  kind?: Map<string, ColumnKind>;
  out?: string;
  at?: string;
  days?: true;
  purchases?: true;
  purpose: string;
};

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('columns')
    .option(
      '--csv <file>',
      words({
        en: 'a CSV file whose first row names the columns; else the customers of the node',
        zh: '首行为列名的 CSV 文件；缺省为本节点的客户',
      }),
    )
    .option(
      '--out <file>',
      words({
        en: 'of the node: writes the features of each customer, under pseudonyms, as CSV',
        zh: '节点：将每位客户的特征（以假名标识）写入 CSV',
      }),
    )
    .option('--at <time>', words({ en: 'with --out: as known at that moment', zh: '与 --out 连用：以该时刻已知的数据为准' }))
    .option(
      '--purchases',
      words({ en: 'with --out: orders (customer, day, amount) instead', zh: '与 --out 连用：改为写出订单（客户、日期、金额）' }),
    )
    .option(
      '--days',
      words({
        en: 'with --out: also how much was done on each of the last 90 days',
        zh: '与 --out 连用：同时写出最近 90 天每日的行为数',
      }),
    )
    .option('--purpose <purpose>', words({ en: 'what the features are for', zh: '使用特征的目的' }), 'analytics')
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
        en: '\nExamples:\n  $ holdfast columns\n  $ holdfast columns --out features.csv --purpose model_training --at 2026-05-01\n  $ holdfast columns --out orders.csv --purchases && holdfast lifetime orders.csv\n  $ holdfast columns --csv customers.csv\n  $ holdfast columns --csv customers.csv --kind region=category --json',
        zh: '\n示例：\n  $ holdfast columns\n  $ holdfast columns --out features.csv --purpose model_training --at 2026-05-01\n  $ holdfast columns --out orders.csv --purchases && holdfast lifetime orders.csv\n  $ holdfast columns --csv customers.csv\n  $ holdfast columns --csv customers.csv --kind region=category --json',
      }),
    )
    .action((options: Options) =>
      options.csv === undefined ? runNode(context, options) : ofFile(context, options.csv, options.kind),
    );
}

/** Adds one `column=kind` to those given before. */
export function takeKind(text: string, before: Map<string, ColumnKind> = new Map()): Map<string, ColumnKind> {
  const at = text.lastIndexOf('=');
  const kind = text.slice(at + 1);
  if (at < 1 || (kind !== 'number' && kind !== 'time' && kind !== 'category'))
    throw new InvalidArgumentError('COLUMN=number, COLUMN=time or COLUMN=category');
  return before.set(text.slice(0, at), kind);
}

async function ofFile(context: CliContext, csv: string, kind: Options['kind']): Promise<void> {
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
