// `holdfast init`: makes a data folder with fresh keys, and shows the recovery shares this once.

import { Command } from 'commander';
import { systemPorts } from '../core/ports.ts';
import { initFolder } from '../lifecycle.ts';
import type { CliContext } from './context.ts';
import { type SharesWanted, sharesOf } from './numbers.ts';
import { newQuestion } from './passphrase.ts';

type Options = { shares?: SharesWanted; store?: string };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('init')
    .option(
      '--shares <k/n>',
      words({ en: 'make recovery shares: any k of n open the node', zh: '生成恢复份额：n 份中任意 k 份可解封' }),
      sharesOf,
    )
    .option(
      '--store <url>',
      words({
        en: 'keep data in PostgreSQL: postgres://user@host/database',
        zh: '使用 PostgreSQL 存储：postgres://用户@主机/数据库',
      }),
    )
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast init\n  $ holdfast init --data /srv/holdfast --shares 3/5\n  $ HOLDFAST_PASSPHRASE_FILE=secret holdfast init',
        zh: '\n示例：\n  $ holdfast init\n  $ holdfast init --data /srv/holdfast --shares 3/5\n  $ HOLDFAST_PASSPHRASE_FILE=secret holdfast init',
      }),
    )
    .action((options: Options) => run(context, options));
}

async function run(context: CliContext, options: Options): Promise<void> {
  const { words } = context;
  const passphrase = await context.passphrase(newQuestion);
  const made = await initFolder(
    context.dataFolder,
    {
      passphrase,
      ...(options.shares && { shares: options.shares }),
      ...(options.store !== undefined && { config: { store: options.store } }),
    },
    systemPorts,
  );
  context.answer({ folder: context.dataFolder, ...(made.shares && { shares: made.shares }) }, () => {
    context.print(words({ en: `A new node lies in ${context.dataFolder}.`, zh: `新节点已创建于 ${context.dataFolder}。` }));
    if (made.shares) {
      const { k, n } = options.shares!;
      context.print(
        words({
          en: `Recovery shares, any ${k} of ${n} open it. They are not shown again:`,
          zh: `恢复份额（${n} 份中任意 ${k} 份可解封），仅显示这一次：`,
        }),
      );
      for (const share of made.shares) context.print(`  ${share}`);
    }
    context.print(words({ en: 'Next: holdfast serve', zh: '下一步：holdfast serve' }));
  });
}
