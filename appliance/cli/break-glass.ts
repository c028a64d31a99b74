// `holdfast break-glass`: who saw customers in the clear for a while, why, and closing each with a verdict.

import { Command } from 'commander';
import { type Glass, glassLimits, verdicts } from '../core/access/break-glass.ts';
import { Fault, type Words } from '../core/errors.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';
import { printable } from './table.ts';

const verdictWords: { readonly [verdict: string]: Words } = {
  justified: { en: 'justified', zh: '正当' },
  'not justified': { en: 'not justified', zh: '不正当' },
};

export function command(context: CliContext): Command {
  const { words } = context;
  const glass = new Command('break-glass').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast break-glass list --open\n  $ holdfast break-glass review 2 justified --remark "the hospital confirms"',
      zh: '\n示例：\n  $ holdfast break-glass list --open\n  $ holdfast break-glass review 2 justified --remark "医院已确认"',
    }),
  );
  glass
    .command('begin')
    .description(words({ en: 'see customers in the clear for a while; it raises an alarm', zh: '限时查看客户明文，并触发警报' }))
    .requiredOption('--reason <text>', words({ en: 'shown to whoever reviews it', zh: '供复核人查看的理由' }))
    .option('--minutes <number>', words({ en: 'how long', zh: '分钟数' }), wholeNumber(1, glassLimits.minutes), 15)
    .action((body: { reason: string; minutes: number }) =>
      withNode(context, async (api) => tell(context, await api.call<Glass>('POST', '/api/break-glass', { body }))),
    );
  glass
    .command('list')
    .description(words({ en: 'every time, newest first', zh: '列出紧急访问（由新到旧）' }))
    .option('--open', words({ en: 'those that nobody has reviewed', zh: '仅未复核者' }))
    .action(({ open }: { open?: true }) =>
      withNode(context, async (api) => {
        const answer = await api.call<{ alarms: Glass[] }>('GET', '/api/break-glass', { query: { open } });
        context.answer(answer, () =>
          context.printTable(
            [
              { title: words({ en: 'id', zh: '编号' }), align: 'right' },
              { title: words({ en: 'who', zh: '何人' }) },
              { title: words({ en: 'from', zh: '开始' }) },
              { title: words({ en: 'until', zh: '结束' }) },
              { title: words({ en: 'reason', zh: '理由' }) },
              { title: words({ en: 'verdict', zh: '结论' }) },
            ],
            answer.alarms.map((one) => [
              String(one.id),
              one.actor,
              timeOf(one.begunAtMs),
              timeOf(one.untilMs),
              printable(one.reason),
              one.review
                ? `${words(verdictWords[one.review.verdict]!)} (${one.review.by})`
                : words({ en: 'to be reviewed', zh: '待复核' }),
            ]),
          ),
        );
      }),
    );
  glass
    .command('review')
    .argument('<id>', words({ en: 'its number', zh: '编号' }), wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .argument('<verdict>', 'justified, unjustified')
    .description(words({ en: 'close an alarm with a verdict', zh: '复核并作出结论' }))
    .option('--remark <text>', words({ en: 'kept with it', zh: '附言' }))
    .action((id: number, given: string, { remark }: { remark?: string }) => {
      const verdict = given === 'unjustified' ? 'not justified' : given;
      if (!verdicts.includes(verdict as never)) throw new Fault('bad_request', 'verdict: justified or unjustified');
      return withNode(context, async (api) => {
        const body = { verdict, ...(remark !== undefined && { remark }) };
        tell(context, await api.call<Glass>('POST', `/api/break-glass/${id}/review`, { body }));
      });
    });
  return glass;
}

function tell(context: CliContext, glass: Glass): void {
  const { words } = context;
  context.answer(glass, () => {
    const verdict = glass.review ? words(verdictWords[glass.review.verdict]!) : words({ en: 'to be reviewed', zh: '待复核' });
    context.print(`${glass.id}  ${glass.actor}  ${timeOf(glass.begunAtMs)} – ${timeOf(glass.untilMs)}  ${verdict}`);
  });
}

function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
