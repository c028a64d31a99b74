// What a side brings into a match, as options of a command: its customers, a segment, or a CSV file, which goes to the node in parts so that
// neither side ever holds it as a whole.

import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { matchKinds } from '../../federation/protocol/match-terms.ts';
import { Fault } from '../core/errors.ts';
import type { MatchFile } from '../federate/files.ts';
import { fileLimits } from '../federate/files.ts';
import { type Api, longMs } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { segmentCalled } from './segment-book.ts';

export type ColumnOptions = {
  idColumn?: string;
  phoneColumn: string[];
  emailColumn: string[];
  cardColumn: string[];
  valueColumn?: string;
  decimals?: number;
};
export type SourceOptions = ColumnOptions & {
  customers?: true;
  segment?: string;
  file?: string;
  sourcePurpose?: string;
  sumTrait?: string;
};

const listed = (text: string, before: string[]) => [...before, text];

export function withColumns(command: Command, { words }: CliContext): Command {
  const column = (flag: string, en: string, zh: string) =>
    new Option(flag, words({ en, zh })).argParser(listed).default([], words({ en: 'none', zh: '无' }));
  return command
    .option('--id-column <name>', words({ en: 'of a file: by which results name customers', zh: '文件中的客户编号列' }))
    .addOption(column('--phone-column <name>', 'of a file; may be given again', '文件中的手机号列，可重复'))
    .addOption(column('--email-column <name>', 'of a file; may be given again', '文件中的邮箱列，可重复'))
    .addOption(column('--card-column <name>', 'of a file; may be given again', '文件中的会员卡列，可重复'))
    .option('--value-column <name>', words({ en: 'of a file: what is summed up', zh: '文件中的求和列' }))
    .option('--decimals <number>', words({ en: 'of the values that count', zh: '数值保留的小数位' }), wholeNumber(0, 6));
}

export function withSource(command: Command, context: CliContext): Command {
  const { words } = context;
  return withColumns(
    command
      .option('--customers', words({ en: "bring the node's customers (the default)", zh: '使用本节点的客户（默认）' }))
      .option('--segment <segment>', words({ en: 'bring a segment, by name or number', zh: '使用人群（名称或编号）' }))
      .option('--file <csv>', words({ en: 'bring a CSV file', zh: '使用 CSV 文件' }))
      .option(
        '--source-purpose <purpose>',
        words({ en: 'which consent our customers need, if not the terms’ purpose', zh: '本方客户须同意的目的（默认同条款）' }),
      )
      .option('--sum-trait <trait>', words({ en: 'of customers: what is summed up', zh: '客户求和所用的属性' })),
    context,
  );
}

/** @throws {Fault} `bad_request` for options that do not go together */
export function checkSource({ customers, segment, file, ...rest }: SourceOptions): void {
  if ([customers, segment, file].filter((one) => one !== undefined).length > 1)
    throw new Fault('bad_request', '--customers, --segment, --file: one of them');
  if (file !== undefined) {
    columnsOf(rest);
    if (rest.sumTrait !== undefined || rest.sourcePurpose !== undefined)
      throw new Fault('bad_request', '--sum-trait, --source-purpose: not of a file');
    return;
  }
  const { idColumn, phoneColumn, emailColumn, cardColumn, valueColumn, decimals } = rest;
  const ofFile = [idColumn, valueColumn, ...phoneColumn, ...emailColumn, ...cardColumn].some((one) => one !== undefined);
  if (ofFile) throw new Fault('bad_request', '--file: columns are those of a file');
  if (decimals !== undefined && rest.sumTrait === undefined) throw new Fault('bad_request', '--sum-trait');
}

/** As the routes take them. @throws {Fault} `bad_request` */
export function columnsOf(given: ColumnOptions): object {
  if (given.idColumn === undefined) throw new Fault('bad_request', '--id-column');
  const byKind = { phone: given.phoneColumn, email: given.emailColumn, card: given.cardColumn };
  const kinds = Object.fromEntries(matchKinds.flatMap((kind) => (byKind[kind].length > 0 ? [[kind, byKind[kind]]] : [])));
  if (Object.keys(kinds).length === 0)
    throw new Fault('bad_request', '--phone-column, --email-column, --card-column: at least one');
  const { valueColumn, decimals } = given;
  if (decimals !== undefined && valueColumn === undefined) throw new Fault('bad_request', '--value-column');
  const value = valueColumn !== undefined && { value: { column: valueColumn, ...(decimals !== undefined && { decimals }) } };
  return { id: given.idColumn, kinds, ...value };
}

export type Brought = { readonly source: object /** Undone when it is not used after all. */; drop(): Promise<void> };

/** The source as the acts take it; a file is on the node then. @throws {Fault} `not_found` for a segment, and as `uploadFile` */
export async function bring(context: CliContext, api: Api, options: SourceOptions): Promise<Brought> {
  const { segment, file, sourcePurpose: purpose, sumTrait: trait, decimals = 0 } = options;
  if (file !== undefined) {
    const taken = await uploadFile(context, api, file, options);
    if (!context.json) tellFile(context, taken);
    const drop = async () => void (await api.call('DELETE', `/api/matches/files/${taken.id}`));
    return { source: { from: 'file', file: taken.id }, drop };
  }
  const source = {
    from: 'customers',
    ...(segment !== undefined && { segment: (await segmentCalled(context, api, segment)).id }),
    ...(purpose !== undefined && { purpose }),
    ...(trait !== undefined && { sum: { trait, decimals } }),
  };
  return { source, drop: async () => undefined };
}

/** In parts; what was begun and not finished is removed. @throws {Fault} `unreadable_file`, and what the node finds wrong */
export async function uploadFile(context: CliContext, api: Api, file: string, columns: ColumnOptions): Promise<MatchFile> {
  const name = basename(file);
  const handle = await open(resolve(context.io.cwd, file)).catch((error: NodeJS.ErrnoException) => {
    throw new Fault('unreadable_file', `${name}: ${error.code ?? 'cannot be opened'}`, { cause: error });
  });
  const progress = context.progress({ en: 'sending', zh: '正在上传' });
  try {
    const { size } = await handle.stat();
    const body = { columns: columnsOf(columns), name };
    const { id } = await api.call<{ id: string }>('POST', '/api/matches/files/open', { body });
    try {
      const part = Buffer.alloc(fileLimits.sentBytes);
      for (let at = 0, sent = 0; ; at += 1) {
        const { bytesRead } = await handle.read(part, 0, part.length);
        if (bytesRead === 0) break;
        if (context.signal.aborted) throw context.signal.reason;
        const raw = { type: 'text/csv', bytes: part.subarray(0, bytesRead) };
        await api.call('PUT', `/api/matches/files/${id}/parts/${at}`, { raw, timeoutMs: longMs });
        sent += bytesRead;
        progress.update(sent, size);
      }
      return await api.call<MatchFile>('POST', `/api/matches/files/${id}/finish`, { timeoutMs: longMs });
    } catch (error) {
      // A file that was found wrong is gone already.
      await api.call('DELETE', `/api/matches/files/${id}`).catch(() => undefined);
      throw error;
    }
  } finally {
    progress.end();
    await handle.close();
  }
}

/** Rows that were not taken, by line and code. */
export function tellFile(context: CliContext, { id, name, rows, taken, rejects, rejected }: MatchFile): void {
  const { words, print } = context;
  print(words({ en: `${name}: ${taken} of ${rows} rows taken  ${id}`, zh: `${name}：${rows} 行中采用 ${taken} 行  ${id}` }));
  const all = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  for (const { line, code } of rejects.slice(0, shownRejects))
    print(words({ en: `  line ${line}: ${code}`, zh: `  第 ${line} 行：${code}` }));
  const more = all - Math.min(rejects.length, shownRejects);
  if (more > 0) print(words({ en: `  and ${more} more`, zh: `  另有 ${more} 行` }));
}
const shownRejects = 10;
