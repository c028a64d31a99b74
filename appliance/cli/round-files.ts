// `holdfast round files`: files whose rows go into rounds of training, in place of rows of the node's own customers.

import type { Command } from 'commander';
import type { RoundFile } from '../federate/rounds/round-files.ts';
import { type Api, longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { exampleOf, readBytes, timeText } from './federation-book.ts';
import { printable } from './table.ts';

/** Sent in one piece. */
const sentBytes = 1024 * 1024 * 1024;
const shownRejects = 10;

export function roundFileCommands(context: CliContext, group: Command): void {
  const { words } = context;
  const add = 'holdfast round files add members-2026 members.csv --label left';
  const files = group
    .command('files')
    .description(words({ en: 'files whose rows go into rounds', zh: '为联合训练提供的文件' }))
    .addHelpText('after', exampleOf(context, 'holdfast round files list', add, 'holdfast round files remove members-2026'));
  files
    .command('list')
    .description(words({ en: 'which are kept, and until when', zh: '列出文件及保存期限' }))
    .addHelpText('after', exampleOf(context, 'holdfast round files list'))
    .action(() => withNode(context, (api) => listFiles(context, api)));
  files
    .command('add <name> <csv>')
    .requiredOption('--label <column>', words({ en: 'the column that says what is to be learned', zh: '待预测的列' }))
    .description(words({ en: 'check a file and keep it sealed for 30 days', zh: '检查文件并加密保存 30 天' }))
    .addHelpText('after', exampleOf(context, add))
    .action((name: string, csv: string, { label }: { label: string }) =>
      withNode(context, async (api) => {
        const raw = { type: 'text/csv', bytes: readBytes(context, csv, sentBytes) };
        const file = await api.call<RoundFile>('POST', '/api/rounds/files', { query: { name, label }, raw, timeoutMs: longMs });
        context.answer(file, () => tellFile(context, file));
      }),
    );
  files
    .command('remove <name>')
    .description(words({ en: 'remove one that no round needs', zh: '删除未在使用的文件' }))
    .addHelpText('after', exampleOf(context, 'holdfast round files remove members-2026'))
    .action((name: string) =>
      withNode(context, async (api) => {
        await api.call('DELETE', `/api/rounds/files/${encodeURIComponent(name)}`);
        context.answer({ removed: name }, () => context.print(words({ en: 'Removed.', zh: '已删除。' })));
      }),
    );
}

async function listFiles(context: CliContext, api: Api): Promise<void> {
  const { files } = await api.call<{ files: RoundFile[] }>('GET', '/api/rounds/files');
  const titles = context
    .words({ en: 'name,label,rows,taken,columns,kept until', zh: '名称,预测列,行数,采用,列数,保存至' })
    .split(',');
  context.answer({ files }, () =>
    context.printTable(
      titles.map((title, at) => (at >= 2 && at <= 4 ? { title, align: 'right' as const } : { title })),
      files.map(({ name, label, rows, taken, columns, untilMs }) => [
        name,
        label,
        String(rows),
        String(taken),
        String(columns.length),
        timeText(untilMs),
      ]),
    ),
  );
}

/** Rows that were not taken, by line and code, and what the columns are. */
function tellFile({ words, print }: CliContext, { name, rows, taken, rejected, rejects, columns }: RoundFile): void {
  print(words({ en: `${name}: ${taken} of ${rows} rows taken`, zh: `${name}：${rows} 行中采用 ${taken} 行` }));
  for (const { line, code } of rejects.slice(0, shownRejects))
    print(words({ en: `  line ${line}: ${code}`, zh: `  第 ${line} 行：${code}` }));
  const more = Object.values(rejected).reduce((sum, count) => sum + count, 0) - Math.min(rejects.length, shownRejects);
  if (more > 0) print(words({ en: `  and ${more} more`, zh: `  另有 ${more} 行` }));
  for (const { name: column, kind, missing } of columns.slice(0, 40))
    print(`  ${printable(column)}  ${kind}${missing > 0 ? `  -${missing}` : ''}`);
}
