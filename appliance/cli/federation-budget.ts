// `holdfast federation budget`: what each partner was told about this node's data, and what it may still be told.

import type { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import type { BudgetShown } from '../federate/ledger/ledger-routes.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { exampleOf, nameText, oneCalled } from './federation-book.ts';
import { printable } from './table.ts';

export function budgetCommand(context: CliContext, group: Command): void {
  const { words } = context;
  group
    .command('budget [partner]')
    .description(
      words({
        en: 'what partners were told, in matches and rounds, and what is left',
        zh: '查看已向各合作方披露的内容（匹配与联合训练）与剩余预算',
      }),
    )
    .addHelpText('after', exampleOf(context, 'holdfast federation budget', 'holdfast federation budget "South Bank"'))
    .action((partner: string | undefined) =>
      withNode(context, async (api) => tell(context, await api.call<BudgetShown>('GET', '/api/federations/budget'), partner)),
    );
}

function tell(context: CliContext, all: BudgetShown, called: string | undefined): void {
  const { words, print } = context;
  const ledgers =
    called === undefined ? all.ledgers : oneCalled(all.ledgers, called, ({ partner, name }) => [partner, name.en, name.zh]);
  if (called !== undefined && ledgers.length === 0) throw new Fault('not_found', `budget of ${called}`);
  const matches = all.matches.filter(({ partner }) => ledgers.some((one) => one.partner === partner));
  context.answer({ ledgers, matches }, () => {
    if (ledgers.length === 0) print(words({ en: 'Nobody was told anything yet.', zh: '尚未向任何机构披露。' }));
    for (const ledger of ledgers) {
      print(`${nameText(context, ledger.name)}  ${printable(ledger.dataset)}`);
      print(`  ${printable(words(ledger.words))}`);
      for (const entry of ledger.entries) print(`    ${printable(words(entry.words))}`);
    }
    for (const { partner, spent, limit, days } of matches) {
      const name = nameText(context, ledgers.find((one) => one.partner === partner)!.name);
      print(
        words({
          en: `${name}: ${spent} of ${limit} matches in ${days} days`,
          zh: `${name}：${days} 天内已匹配 ${spent} 次，上限 ${limit} 次`,
        }),
      );
    }
  });
}
