// `holdfast unseal`: opens the running node with the passphrase or with recovery shares.

import { Command } from 'commander';
import type { CliContext } from './context.ts';
import { connectNode } from './http-client.ts';
import { obtainPassphrase } from './passphrase.ts';

type Options = { shares?: number };

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('unseal')
    .option(
      '--shares <k>',
      words({ en: 'ask for this many recovery shares instead of the passphrase', zh: '改为输入指定数量的恢复份额' }),
      Number,
    )
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast unseal\n  $ holdfast unseal --shares 3',
        zh: '\n示例：\n  $ holdfast unseal\n  $ holdfast unseal --shares 3',
      }),
    )
    .action((options: Options) => run(context, options));
}

async function run(context: CliContext, options: Options): Promise<void> {
  const node = connectNode(context.requireDataFolder(), context.language);
  const body =
    options.shares === undefined
      ? { passphrase: await context.passphrase() }
      : { shares: await askShares(context, options.shares) };
  const state = (await node.request('POST', '/api/unseal', { body, timeoutMs: 300_000 })) as { sealed: boolean };
  context.answer(state, () => context.print(context.words({ en: 'The node is open.', zh: '节点已解封。' })));
}

async function askShares(context: CliContext, count: number): Promise<string[]> {
  const shares: string[] = [];
  for (let at = 1; at <= count; at += 1) {
    shares.push(
      await obtainPassphrase({ ...context.io, env: {} }, context.words, {
        ask: { en: `Share ${at} of ${count}: `, zh: `第 ${at}/${count} 份：` },
      }),
    );
  }
  return shares;
}
