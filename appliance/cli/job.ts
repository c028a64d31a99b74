// `holdfast job`: trainings that run, wait and have ended, and breaking one off.

import { Command } from 'commander';
import type { Words } from '../core/errors.ts';
import type { JobView } from '../decide/models/models.ts';
import { withNode } from './connect.ts';
import type { CliContext } from './context.ts';
import { wholeNumber } from './numbers.ts';

const states: { readonly [state in JobView['state']]: Words } = {
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
      en: '\nExamples:\n  $ holdfast job list\n  $ holdfast job cancel 12',
      zh: '\n示例：\n  $ holdfast job list\n  $ holdfast job cancel 12',
    }),
  );
  job
    .command('list')
    .description(words({ en: 'trainings, the newest first', zh: '训练任务（最新在前）' }))
    .action(() =>
      withNode(context, async (api) => {
        const { jobs } = await api.call<{ jobs: JobView[] }>('GET', '/api/model-jobs');
        context.answer(jobs, () => print(context, jobs));
      }),
    );
  job
    .command('cancel')
    .argument('<number>', words({ en: 'its number', zh: '编号' }), wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .description(words({ en: 'break one off', zh: '终止任务' }))
    .action((id: number) =>
      withNode(context, async (api) => {
        const ended = await api.call<JobView>('POST', `/api/model-jobs/${id}/cancel`);
        context.answer(ended, () => print(context, [ended]));
      }),
    );
  return job;
}

function print(context: CliContext, jobs: readonly JobView[]): void {
  const { words } = context;
  const titles = words({ en: 'number,model,asked,by,state,how', zh: '编号,模型,提交时间,提交者,状态,说明' });
  context.printTable(
    titles.split(',').map((title, at) => (at === 0 ? { title, align: 'right' } : { title })),
    jobs.map((one) => [
      String(one.id),
      one.model,
      new Date(one.createdAtMs).toISOString().slice(0, 16).replace('T', ' '),
      one.by,
      words(states[one.state]),
      words(howOf(one)),
    ]),
  );
}

function howOf({ state, version, code, where, share, etaMs }: JobView): Words {
  if (state === 'done') return { en: `version ${version}`, zh: `版本 ${version}` };
  if (state === 'failed') return { en: `${code}: ${where ?? ''}`, zh: `${code}：${where ?? ''}` };
  if (share === undefined) return { en: '', zh: '' };
  const percent = `${Math.floor(share * 100)}%`;
  if (etaMs === undefined) return { en: percent, zh: percent };
  const seconds = Math.ceil(etaMs / 1000);
  return { en: `${percent}, about ${seconds} s left`, zh: `${percent}，约剩 ${seconds} 秒` };
}
