// `holdfast job`: what the node does in the background, of every kind: trainings, backups, rotations of keys, the index of identifiers, erasures. Breaking
// one off, and beginning it again.

import { Command } from 'commander';
import { Fault, type Words } from '../core/errors.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { allWork, type State, type Work, workOf } from './job-kinds.ts';

const states: { readonly [state in State]: Words } = {
  waiting: { en: 'waiting', zh: '等待' },
  running: { en: 'running', zh: '运行中' },
  done: { en: 'done', zh: '完成' },
  failed: { en: 'failed', zh: '失败' },
  cancelled: { en: 'cancelled', zh: '已取消' },
};

export function command(context: CliContext): Command {
  const { words } = context;
  const job = new Command('job').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast job list\n  $ holdfast job show 12\n  $ holdfast job cancel 12\n  $ holdfast job cancel backup\n  $ holdfast job retry backup',
      zh: '\n示例：\n  $ holdfast job list\n  $ holdfast job show 12\n  $ holdfast job cancel 12\n  $ holdfast job cancel backup\n  $ holdfast job retry backup',
    }),
  );
  job
    .command('list')
    .description(words({ en: 'everything that runs, waits and has ended', zh: '运行、等待与已结束的全部任务' }))
    .action(() =>
      withNode(context, async (api) => {
        const found = await allWork(api);
        context.answer(found.map(dataOf), () => print(context, found));
      }),
    );
  const one = (name: 'show' | 'cancel' | 'retry', about: Words, act: (api: Api, work: Work) => Promise<void>) =>
    job
      .command(name)
      .argument('<id>', words({ en: 'as "job list" has it', zh: '编号（见 "job list"）' }))
      .description(words(about))
      .action((id: string) =>
        withNode(context, async (api) => {
          await act(api, await workOf(api, id));
        }),
      );
  one('show', { en: 'all that is known of one', zh: '查看任务详情' }, async (_, work) => {
    context.answer(dataOf(work), () => {
      print(context, [work]);
      context.print(JSON.stringify(work.shown, null, 2));
    });
  });
  one('cancel', { en: 'break one off', zh: '终止任务' }, async (api, work) => {
    if (!work.cancel) throw new Fault('conflict', `${work.id} ${noCancel(work)}`);
    await work.cancel(api);
    const ended = await workOf(api, work.id);
    context.answer(dataOf(ended), () => print(context, [ended]));
  });
  one('retry', { en: 'begin one again that failed or was broken off', zh: '重试失败或已终止的任务' }, async (api, work) => {
    if (!work.retry) throw new Fault('conflict', `${work.id} ${noRetry(work)}`);
    const begun = await work.retry(api);
    context.answer(begun, () => context.note({ en: 'Begun again: holdfast job list', zh: '已重新开始：holdfast job list' }));
  });
  return job;
}

const noCancel = ({ state, kind }: Work): string =>
  state === 'running' || state === 'waiting' ? `is a ${kind}, which is never broken off halfway` : 'has ended';

const noRetry = ({ state }: Work): string => (state === 'done' ? 'has ended well' : 'goes on by itself, or has not ended yet');

const dataOf = ({ id, kind, state, share, atMs, by, what, shown, cancel, retry }: Work) => ({
  ...shown,
  id,
  kind,
  what,
  state,
  ...(share !== undefined && { share }),
  ...(atMs !== undefined && { atMs }),
  ...(by !== undefined && { by }),
  cancels: cancel !== undefined,
  retries: retry !== undefined,
});

function print(context: CliContext, found: readonly Work[]): void {
  const { words } = context;
  const titles = words({ en: 'id,what,began,by,state,how', zh: '编号,任务,开始,提交者,状态,说明' });
  context.printTable(
    titles.split(',').map((title) => ({ title })),
    found.map(({ id, what, atMs, by = '', state, share, how }) => {
      const percent = share === undefined ? '' : `${Math.floor(share * 100)}%`;
      return [
        id,
        words(what),
        atMs === undefined ? '' : new Date(atMs).toISOString().slice(0, 16).replace('T', ' '),
        by,
        words(states[state]),
        [percent, how ? words(how) : ''].filter((one) => one !== '').join(', '),
      ];
    }),
  );
}
