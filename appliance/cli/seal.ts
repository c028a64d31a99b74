// `holdfast seal`: closes the running node; every key leaves its memory, and it answers only health until it is unsealed.

import { Command } from 'commander';
import type { CliContext } from './context.ts';
import { connectNode } from './http-client.ts';

export function command(context: CliContext): Command {
  const { words } = context;
  return new Command('seal')
    .addHelpText('after', words({ en: '\nExample:\n  $ holdfast seal', zh: '\n示例：\n  $ holdfast seal' }))
    .action(async () => {
      const node = connectNode(context.requireDataFolder(), context.language);
      const state = await node.request('POST', '/api/seal');
      context.answer(state, () => context.print(words({ en: 'The node is sealed.', zh: '节点已封存。' })));
    });
}
