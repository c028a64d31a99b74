// `holdfast job`: what the node does in the background, of every kind: trainings, backups, rotations of keys, the index of identifiers, retention, erasures,
// matches and rounds. Breaking one off, and beginning it again.

import { Command } from 'commander';
import type { Words } from '../core/errors.ts';
import type { JobState, JobView } from '../oversee/operations/jobs/jobs.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';

type Places = { atOnce: number; running: number; waiting: number };

const states: { readonly [state in JobState]: Words } = {
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
        const { jobs, places } = await api.call<{ jobs: JobView[]; places: Places }>('GET', '/api/jobs');
        context.answer(jobs, () => {
          print(context, jobs);
          if (places.waiting > 0) context.note(waitingFor(places));
        });
      }),
    );
  const one = (name: 'show' | 'cancel' | 'retry', about: Words, ask: (api: Api, path: string) => Promise<JobView>) =>
    job
      .command(name)
      .argument('<id>', words({ en: 'as "job list" has it', zh: '编号（见 "job list"）' }))
      .description(words(about))
      .action((id: string) =>
        withNode(context, async (api) => {
          const found = await ask(api, `/api/jobs/${encodeURIComponent(id)}`);
          context.answer(found, () => {
            print(context, [found]);
            if (name === 'show') context.print(JSON.stringify(found, null, 2));
          });
        }),
      );
  one('show', { en: 'all that is known of one', zh: '查看任务详情' }, (api, path) => api.call('GET', path));
  one('cancel', { en: 'break one off', zh: '终止任务' }, (api, path) => api.call('POST', `${path}/cancel`));
  one('retry', { en: 'retry one that failed or was cancelled', zh: '重试失败或已终止的任务' }, (api, path) =>
    api.call('POST', `${path}/retry`),
  );
  return job;
}

const waitingFor = ({ atOnce, waiting }: Places): Words => ({
  en: `${waiting} wait: at most ${atOnce} heavy at once ("jobs.atOnce")`,
  zh: `${waiting} 个等待中：重型任务最多同时进行 ${atOnce} 个（"jobs.atOnce"）`,
});

function print(context: CliContext, found: readonly JobView[]): void {
  const { words } = context;
  const titles = words({ en: 'id,what,began,by,state,how', zh: '编号,任务,开始,提交者,状态,说明' });
  context.printTable(
    titles.split(',').map((title) => ({ title })),
    found.map((job) => {
      const { id, what, atMs, by = '', state } = job;
      const began = atMs === undefined ? '' : new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
      return [id, words(what), began, by, words(states[state]), said(job).map(words).join(', ')];
    }),
  );
}

function said({ done, total, code, where, how, etaMs }: JobView): Words[] {
  const percent = done === undefined || !total ? undefined : `${Math.floor((done / total) * 100)}%`;
  const fault = code === undefined ? undefined : where === undefined ? code : `${code}: ${where}`;
  const seconds = Math.ceil((etaMs ?? 0) / 1000);
  return [
    ...(percent === undefined ? [] : [{ en: percent, zh: percent }]),
    ...(fault === undefined ? [] : [{ en: fault, zh: fault }]),
    ...(how ? [how] : []),
    ...(etaMs === undefined ? [] : [{ en: `about ${seconds} s left`, zh: `约剩 ${seconds} 秒` }]),
  ];
}
