// `holdfast retention`: the rules of holdfast.json, what they would remove, and running them now.

import { Command } from 'commander';
import type { Preview, RetentionRun } from '../oversee/subjects/subjects.ts';
import { longMs, withNode } from './connect.ts';
import type { CliContext } from './context.ts';

export function command(context: CliContext): Command {
  const { words } = context;
  const retention = new Command('retention').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast retention preview\n  $ holdfast retention run\n\nThe rules stand in holdfast.json under "retention"; the node runs them once a day.',
      zh: '\n示例：\n  $ holdfast retention preview\n  $ holdfast retention run\n\n规则写在 holdfast.json 的 "retention" 中；节点每天执行一次。',
    }),
  );
  retention
    .command('preview')
    .description(words({ en: 'what would be removed now', zh: '预览将删除的内容' }))
    .action(() =>
      withNode(context, async (api) => {
        const found = await api.call<Preview>('GET', '/api/retention/preview', { timeoutMs: longMs });
        context.answer(found, () => print(context, found.rules));
      }),
    );
  retention
    .command('run')
    .description(words({ en: 'remove it now', zh: '立即执行' }))
    .action(() =>
      withNode(context, async (api) => {
        const run = await api.call<RetentionRun>('POST', '/api/retention/run', { body: {}, timeoutMs: longMs });
        context.answer(run, () => print(context, run.rules));
      }),
    );
  return retention;
}

function print(context: CliContext, rules: Preview['rules']): void {
  const titles = context.words({ en: 'rule,events,records,held by law', zh: '规则,事件,记录,依法保留' });
  context.printTable(
    titles.split(',').map((title, at) => (at === 0 ? { title } : { title, align: 'right' })),
    rules.map(({ rule, events, records, held }) => [rule, String(events), String(records), String(held)]),
  );
}
