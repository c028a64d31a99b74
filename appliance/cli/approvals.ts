// `holdfast approvals`: acts that one person proposed and another decides on.

import { Command } from 'commander';
import { type Approval, approvalStates } from '../core/access/approvals.ts';
import type { Words } from '../core/errors.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { jsonText } from './json-file.ts';
import { wholeNumber } from './numbers.ts';
import { printable } from './table.ts';

const stateWords: { readonly [state in Approval['state']]: Words } = {
  waiting: { en: 'waiting', zh: '待审批' },
  approved: { en: 'approved', zh: '已批准' },
  running: { en: 'running', zh: '执行中' },
  done: { en: 'done', zh: '已完成' },
  failed: { en: 'failed', zh: '失败' },
  rejected: { en: 'rejected', zh: '已驳回' },
  lapsed: { en: 'lapsed', zh: '已过期' },
  interrupted: { en: 'cut short: it may have happened', zh: '中断：可能已执行' },
};

export function command(context: CliContext): Command {
  const { words } = context;
  const id = wholeNumber(1, Number.MAX_SAFE_INTEGER);
  const approvals = new Command('approvals').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast approvals list --state waiting\n  $ holdfast approvals approve 3 --remark "as discussed"\n  $ holdfast approvals reject 4',
      zh: '\n示例：\n  $ holdfast approvals list --state waiting\n  $ holdfast approvals approve 3 --remark "已商定"\n  $ holdfast approvals reject 4',
    }),
  );
  approvals
    .command('list')
    .description(words({ en: 'what was proposed, newest first', zh: '列出申请（由新到旧）' }))
    .option('--state <state>', `${approvalStates.join(', ')}`)
    .action(({ state }: { state?: string }) =>
      withNode(context, async (api) => {
        const answer = await api.call<{ approvals: Approval[] }>('GET', '/api/approvals', { query: { state } });
        context.answer(answer, () =>
          context.printTable(
            [
              { title: words({ en: 'id', zh: '编号' }), align: 'right' },
              { title: words({ en: 'state', zh: '状态' }) },
              { title: words({ en: 'what', zh: '事项' }) },
              { title: words({ en: 'proposed by', zh: '申请人' }) },
              { title: words({ en: 'decided by', zh: '审批人' }) },
              { title: words({ en: 'reason', zh: '理由' }) },
            ],
            answer.approvals.map((one) => [
              String(one.id),
              words(stateWords[one.state]),
              `${words(one.name)}: ${words(one.description)}`,
              one.proposedBy,
              one.decidedBy ?? '',
              printable(one.reason),
            ]),
          ),
        );
      }),
    );
  for (const verdict of ['approve', 'reject'] as const) {
    approvals
      .command(verdict)
      .argument('<id>', words({ en: 'its number', zh: '编号' }), id)
      .description(
        verdict === 'approve'
          ? words({ en: 'approve it; it then runs once', zh: '批准，随后执行一次' })
          : words({ en: 'reject it, or take back your own', zh: '驳回，或撤回自己的申请' }),
      )
      .option('--remark <text>', words({ en: 'kept with it', zh: '附言' }))
      .action((number: number, { remark }: { remark?: string }) =>
        withNode(context, async (api) => {
          const body = remark === undefined ? {} : { remark };
          tellApproval(context, await api.call<Approval>('POST', `/api/approvals/${number}/${verdict}`, { body }));
        }),
      );
  }
  return approvals;
}

/** What became of it. */
export function tellApproval(context: CliContext, approval: Approval): void {
  const { words } = context;
  context.answer(approval, () => {
    const failure = approval.failure === undefined ? '' : ` (${approval.failure})`;
    context.print(
      `${approval.id}  ${words(stateWords[approval.state])}${failure}  ${words(approval.name)}: ${words(approval.description)}`,
    );
    if (approval.result !== undefined && approval.result !== null) context.print(jsonText(approval.result));
    if (approval.state === 'waiting')
      context.note({
        en: `Somebody else decides: holdfast approvals approve ${approval.id}`,
        zh: `须由他人审批：holdfast approvals approve ${approval.id}`,
      });
  });
}
