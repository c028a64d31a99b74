// `holdfast segment`: rules and who they find. `read` says a rule back as the node understands it, or where it cannot be understood and what could
// stand there, and needs no node; all else asks one.

import { Command } from 'commander';
import { Fault } from '../core/errors.ts';
import { describeSyntaxError, parse, printRule, validate, vocabulary } from '../decide/segments/segments.ts';
import type { CliContext } from './context.ts';
import { bookCommands } from './segment-book.ts';
import { memberCommands } from './segment-members.ts';

export function command(context: CliContext): Command {
  const { words } = context;
  const group = new Command('segment').addHelpText(
    'after',
    words({
      en: "\nExamples:\n  $ holdfast segment preview 'monthly spend > 5000' --purpose customer_service\n  $ holdfast segment add 'monthly spend > 5000 = platinum' --purpose customer_service\n  $ holdfast segment list",
      zh: "\n示例：\n  $ holdfast segment preview '月消费 > 5000' --purpose customer_service\n  $ holdfast segment add '月消费 > 5000 = 铂金' --purpose customer_service\n  $ holdfast segment list",
    }),
  );
  group
    .command('read')
    .description(words({ en: 'say a rule back in both languages and as JSON', zh: '以中英文和 JSON 复述一条规则' }))
    .argument('<rule>', words({ en: 'the rule, in quotes', zh: '规则，请加引号' }))
    .addHelpText(
      'after',
      words({
        en: "\nExamples:\n  $ holdfast segment read 'monthly spend > 5000 and active in 30 days = platinum'\n  $ holdfast segment read '3天内做过 \"Cart Viewed\" 且 非 (最近订单 在3天内)' --json",
        zh: "\n示例：\n  $ holdfast segment read '月消费 > 5000 且 30天内活跃 = 铂金'\n  $ holdfast segment read '3天内做过 \"Cart Viewed\" 且 非 (最近订单 在3天内)' --json",
      }),
    )
    .action((text: string) => read(context, text));
  bookCommands(context, group);
  memberCommands(context, group);
  return group;
}

function read(context: CliContext, text: string): void {
  const known = vocabulary();
  const parsed = parse(text, known);
  if (!parsed.ok) throw new Fault('segment_rule_syntax', context.words(describeSyntaxError(parsed.error)));
  const { rule } = parsed;
  const [en, zh] = [printRule(rule, known, 'en'), printRule(rule, known, 'zh')];
  const findings = validate(rule, known);
  context.answer({ rule, text: { en, zh }, findings }, () => {
    context.print(`en  ${en}`);
    context.print(`zh  ${zh}`);
    for (const { message } of findings) context.note(message);
  });
}
