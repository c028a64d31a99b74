// `holdfast match result|export|transcript|report|files`: what came of a match, what proves it, and the files that were brought for matches.

import type { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import type { MatchFile } from '../federate/files.ts';
import { type AsPerson, offerAsPerson, withPerson } from './as-person.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { exampleOf, matchCalled, oneCalled, only, proposeAndTell, timeText, writeOut } from './federation-book.ts';
import { type ColumnOptions, columnsOf, tellFile, uploadFile, withColumns } from './match-source.ts';
import { wholeNumber } from './numbers.ts';

export function resultCommands(context: CliContext, group: Command): void {
  const { words } = context;
  offerAsPerson(group.command('result <match>'), context)
    .description(words({ en: 'customers that a match found, a page', zh: '查看匹配得到的客户（分页）' }))
    .option(
      '--after <number>',
      words({ en: 'as the page before said', zh: '上一页给出的位置' }),
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
      0,
    )
    .option('--limit <rows>', words({ en: 'rows at most', zh: '最多行数' }), wholeNumber(1, 1000), 100)
    .addHelpText('after', exampleOf(context, 'holdfast match result 5f0c2a9b', 'holdfast match result 5f0c2a9b --after 100'))
    .action((called: string, { after, limit, ...person }: AsPerson & { after: number; limit: number }) =>
      withPerson(context, person, (api) => result(context, api, called, { after, limit })),
    );
  offerAsPerson(group.command('export <match>'), context)
    .description(words({ en: 'all of them as a CSV file', zh: '导出匹配得到的客户为 CSV' }))
    .requiredOption('--out <file>', words({ en: 'the file to write', zh: '输出文件' }))
    .option('--reason <text>', words({ en: 'for whoever approves, where somebody has to', zh: '申请理由（需审批时）' }))
    .addHelpText(
      'after',
      exampleOf(
        context,
        'holdfast match export 5f0c2a9b --out shared.csv',
        'holdfast match export 5f0c2a9b --out shared.csv --as wang.min --reason "the campaign of May"',
      ),
    )
    .action((called: string, options: Export) =>
      withPerson(context, options, (api) => exportFile(context, api, called, options)),
    );
  fileOut(context, group, {
    name: 'transcript',
    about: {
      en: 'the signed transcript; "holdfast federation verify" checks it',
      zh: '签名的会话记录，可用 holdfast federation verify 验证',
    },
    path: (match) => `/api/matches/${match}/transcript`,
    example: 'holdfast match transcript 5f0c2a9b --out match.ndjson',
  });
  fileOut(context, group, {
    name: 'report',
    about: { en: 'the report for compliance, in Markdown', zh: '合规报告（Markdown）' },
    path: (match) => `/api/matches/${match}/report?language=${context.language}&format=markdown`,
    example: 'holdfast match report 5f0c2a9b --out report.md',
  });
  fileCommands(context, group);
}

type Page = { matched?: number; found: { id: string; kind: string }[]; next?: number };

async function result(context: CliContext, api: Api, called: string, query: { after: number; limit: number }): Promise<void> {
  const { session } = await matchCalled(api, called);
  const page = await api.call<Page>('GET', `/api/matches/${session}/result`, { query });
  context.answer(page, () => {
    const titles = context.words({ en: 'id,found by', zh: '编号,匹配依据' }).split(',');
    context.printTable(
      titles.map((title) => ({ title })),
      page.found.map(({ id, kind }) => [id, kind]),
    );
    const { matched = page.found.length, next } = page;
    context.note({ en: `${matched} in all`, zh: `共 ${matched} 位` });
    if (next !== undefined) context.note({ en: `more with --after ${next}`, zh: `更多请用 --after ${next}` });
  });
}

type Export = AsPerson & { out: string; reason?: string };

/** Who needs a second person gets the export proposed, and comes again once it is approved. */
async function exportFile(context: CliContext, api: Api, called: string, { out, reason }: Export): Promise<void> {
  const { session } = await matchCalled(api, called);
  let bytes: Buffer;
  try {
    bytes = await api.download(`/api/matches/${session}/export`, longMs, 'POST');
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'approval_needed' || reason === undefined) throw error;
    await proposeAndTell(context, api, { kind: 'match.export', payload: { match: session }, reason });
    return context.note({
      en: 'Once it is approved, give the same command again within a day.',
      zh: '获批后，请在一天内再次执行同一命令。',
    });
  }
  const rows = Math.max(0, bytes.toString('utf8').split('\n').length - 2);
  const file = writeOut(context, out, bytes);
  context.answer({ file, rows }, () =>
    context.print(context.words({ en: `${rows} customers in ${file}.`, zh: `${rows} 位客户写入 ${file}。` })),
  );
}

type FileOut = { name: string; about: { en: string; zh: string }; path(match: string): string; example: string };

function fileOut(context: CliContext, group: Command, { name, about, path, example }: FileOut): void {
  const { words } = context;
  group
    .command(`${name} <match>`)
    .description(words(about))
    .option('--out <file>', words({ en: 'the file to write; else it is printed', zh: '输出文件（否则打印）' }))
    .addHelpText('after', exampleOf(context, example))
    .action((called: string, { out }: { out?: string }) =>
      withNode(context, async (api) => {
        const { session } = await matchCalled(api, called);
        const bytes = await api.download(path(session), longMs);
        if (out === undefined) return void context.io.stdout.write(bytes.toString('utf8'));
        const file = writeOut(context, out, bytes);
        context.answer({ file }, () => context.print(words({ en: `Written to ${file}.`, zh: `已写入 ${file}。` })));
      }),
    );
}

const filesOf = async (api: Api): Promise<MatchFile[]> =>
  (await api.call<{ files: MatchFile[] }>('GET', '/api/matches/files')).files;

function fileCommands(context: CliContext, group: Command): void {
  const { words } = context;
  const files = group
    .command('files')
    .description(words({ en: 'files brought for matches', zh: '为匹配提供的文件' }))
    .addHelpText(
      'after',
      exampleOf(
        context,
        'holdfast match files list',
        'holdfast match files add members.csv --id-column no --phone-column mobile',
        'holdfast match files remove 5f0c2a9b',
      ),
    );
  files
    .command('list')
    .description(words({ en: 'which are kept, and until when', zh: '列出文件及保存期限' }))
    .addHelpText('after', exampleOf(context, 'holdfast match files list'))
    .action(() => withNode(context, (api) => listFiles(context, api)));
  withColumns(files.command('add <csv>'), context)
    .description(words({ en: 'check a file before a match needs it', zh: '上传并检查文件' }))
    .addHelpText(
      'after',
      exampleOf(context, 'holdfast match files add members.csv --id-column no --phone-column mobile --email-column mail'),
    )
    .action((file: string, columns: ColumnOptions) => {
      columnsOf(columns);
      return withNode(context, async (api) => {
        const taken = await uploadFile(context, api, file, columns);
        context.answer(taken, () => tellFile(context, taken));
      });
    });
  files
    .command('remove <file>')
    .description(words({ en: 'remove one that no match goes on with', zh: '删除未在使用的文件' }))
    .addHelpText('after', exampleOf(context, 'holdfast match files remove 5f0c2a9b'))
    .action((called: string) =>
      withNode(context, async (api) => {
        const { id } = only(
          oneCalled(await filesOf(api), called, (one) => [one.id, one.name]),
          `file ${called}`,
          called,
        );
        await api.call('DELETE', `/api/matches/files/${id}`);
        context.answer({ removed: id }, () => context.print(words({ en: 'Removed.', zh: '已删除。' })));
      }),
    );
}

async function listFiles(context: CliContext, api: Api): Promise<void> {
  const files = await filesOf(api);
  const titles = context.words({ en: 'file,name,rows,taken,kept until,match', zh: '文件,名称,行数,采用,保存至,匹配' }).split(',');
  context.answer({ files }, () =>
    context.printTable(
      titles.map((title, at) => (at === 2 || at === 3 ? { title, align: 'right' as const } : { title })),
      files.map(({ id, name, rows, taken, untilMs, match }) => [
        id,
        name,
        String(rows),
        String(taken),
        timeText(untilMs),
        match ?? '',
      ]),
    ),
  );
}
