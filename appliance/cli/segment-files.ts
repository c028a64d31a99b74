// What `rfm`, `clusters` and `lifetime` have in common: options that name columns, reading the file with progress, keeping refused rows, and
// writing the answer.

import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Fault } from '../core/errors.ts';
import { csvCell, writeCsv } from '../core/tables/tables.ts';
import {
  type CustomerFile,
  cellReader,
  dayText,
  type InputOptions,
  type PurchaseLog,
  type Role,
  readCustomerFile,
  type TableRead,
} from '../decide/segments/segments.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';

export type FileOptions = { [role in Role]?: string } & {
  dateOrder?: 'dmy' | 'mdy';
  out?: string;
  until?: string;
  threads?: number;
};

const roleHelp: { readonly [role in Role]: { en: string; zh: string } } = {
  customer: { en: 'column of customers, by name or number', zh: '客户所在列（列名或序号）' },
  date: { en: 'column of dates', zh: '日期列' },
  amount: { en: 'column of amounts', zh: '金额列' },
  frequency: { en: 'of a summary: column of purchases', zh: '汇总表：购买次数列' },
  recency: { en: 'of a summary: column of recency', zh: '汇总表：最近一次购买列' },
  age: { en: 'of a summary: column of time observed', zh: '汇总表：观察时长列' },
  monetary: { en: 'of a summary: column of money', zh: '汇总表：金额列' },
};

/** Adds the options of files; other columns are recognised by their names. */
export function withFileOptions(command: Command, { words }: CliContext, roles: readonly Role[]): Command {
  command.argument(
    '<file>',
    words({ en: 'CSV: purchases, or a row for each customer', zh: 'CSV 文件：交易明细，或每位客户一行' }),
  );
  for (const role of roles) command.option(`--${role} <column>`, words(roleHelp[role]));
  return command
    .addOption(
      new Option('--date-order <order>', words({ en: 'of 3/5/2024: dmy or mdy', zh: '3/5/2024 的日月顺序：dmy 或 mdy' })).choices(
        ['dmy', 'mdy'],
      ),
    )
    .option(
      '--until <date>',
      words({ en: 'last day observed (else the last in the file)', zh: '观察截止日（缺省为文件中最后一天）' }),
    )
    .option('--out <file>', words({ en: 'where a row for each customer goes', zh: '写入每位客户结果的文件' }));
}

export function withThreads(command: Command, { words }: CliContext): Command {
  return command.option('--threads <n>', words({ en: 'worker threads', zh: '工作线程数' }), wholeNumber(1, 64));
}

export function decimal(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most))
      throw new InvalidArgumentError(`expected a number from ${least} to ${most}`);
    return value;
  };
}

/** Reads the file, and keeps the rows it refuses beside it as FILE.rejects.csv. */
export async function readForSegments(
  context: CliContext,
  path: string,
  options: FileOptions,
  input: Omit<InputOptions, 'roles' | 'dateOrder' | 'signal' | 'onBytes'>,
): Promise<CustomerFile> {
  const progress = context.progress({ en: 'Reading', zh: '读取' });
  try {
    const file = await readCustomerFile(path, {
      ...input,
      roles: options,
      dateOrder: options.dateOrder,
      signal: context.signal,
      onBytes: (bytes, total) => progress.update(bytes, total),
    });
    await keepRejects(context, path, file.read);
    return file;
  } finally {
    progress.end();
  }
}

async function keepRejects(context: CliContext, path: string, { rejects, rejected }: TableRead): Promise<void> {
  const place = `${path}.rejects.csv`;
  if (rejects.length === 0) return rm(place, { force: true });
  await writeCsv(
    place,
    'line,reason,raw',
    rejects.map(({ line, reason, raw }) => `${line},${csvCell(reason)},${csvCell(raw)}`),
  );
  const name = basename(place);
  const [first] = rejects;
  context.note({
    en: `${rejected} rows set aside in ${name}; the first is line ${first!.line}: ${first!.reason}`,
    zh: `已剔除 ${rejected} 行，见 ${name}；首行为第 ${first!.line} 行：${first!.reason}`,
  });
}

/** The last day observed. @throws {Fault} `bad_request` for what is no date, or before everything */
export function untilDay(log: PurchaseLog, { until, dateOrder }: FileOptions): number {
  if (until === undefined) return log.lastDay;
  const day = cellReader(dateOrder).day(until);
  if (typeof day === 'string') throw new Fault('bad_request', `--until: ${day}`);
  return day;
}

/** Writes the answer where it was asked for; numbers to six significant digits, unknown ones empty. */
export async function writeRows(
  path: string,
  header: readonly string[],
  count: number,
  row: (at: number) => readonly (string | number)[],
) {
  const cell = (value: string | number) =>
    typeof value === 'string' ? csvCell(value) : Number.isFinite(value) ? String(Number(value.toPrecision(6))) : '';
  function* lines(): Generator<string> {
    for (let at = 0; at < count; at += 1) yield row(at).map(cell).join(',');
  }
  await writeCsv(path, header.join(','), lines());
}

export { dayText };
