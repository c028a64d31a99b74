// `holdfast approvals`: acts that one person proposed and another decides on.

import { Command } from 'commander';
import { type Approval, approvalStates } from '../core/access/approvals.ts';
import { catalogue, Fault, type FaultCode, type Words } from '../core/errors.ts';
import { type AsPerson, offerAsPerson, withPerson } from './as-person.ts';
import { longMs } from './connect.ts';
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
      en: '\nExamples:\n  $ holdfast approvals list --state waiting\n  $ holdfast approvals approve 3 --remark "as discussed"\n  $ holdfast approvals approve 5 --as chen.li\n  $ holdfast approvals reject 4',
      zh: '\n示例：\n  $ holdfast approvals list --state waiting\n  $ holdfast approvals approve 3 --remark "已商定"\n  $ holdfast approvals approve 5 --as chen.li\n  $ holdfast approvals reject 4',
    }),
  );
  offerAsPerson(approvals.command('list'), context)
    .description(words({ en: 'what was proposed, newest first', zh: '列出申请（由新到旧）' }))
    .option('--state <state>', `${approvalStates.join(', ')}`)
    .action(({ state, ...person }: AsPerson & { state?: string }) =>
      withPerson(context, person, async (api) => {
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
    offerAsPerson(approvals.command(verdict), context)
      .argument('<id>', words({ en: 'its number', zh: '编号' }), id)
      .description(
        verdict === 'approve'
          ? words({ en: 'approve it; it then runs once', zh: '批准，随后执行一次' })
          : words({ en: 'reject it, or take back your own', zh: '驳回，或撤回自己的申请' }),
      )
      .option('--remark <text>', words({ en: 'kept with it', zh: '附言' }))
      .action((number: number, { remark, ...person }: AsPerson & { remark?: string }) =>
        withPerson(context, person, async (api) => {
          const body = remark === undefined ? {} : { remark };
          // What is approved is done before the answer.
          const options = { body, timeoutMs: longMs };
          const approval = await api.call<Approval>('POST', `/api/approvals/${number}/${verdict}`, options);
          tellApproval(context, approval);
          failAs(approval);
        }),
      );
  }
  return approvals;
}

/** An act that was approved and then failed is a fault of the command too. @throws {Fault} its code */
export function failAs({ id, state, failure }: Approval): void {
  if (state !== 'failed') return;
  const known = failure !== undefined && Object.hasOwn(catalogue, failure);
  throw new Fault(known ? (failure as FaultCode) : 'internal', `approval ${id}`);
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
