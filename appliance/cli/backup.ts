// `holdfast backup`: makes one now, lists and verifies what there is, prunes, says how it stands, and writes the key file where it is kept safe.

import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { Fault, type Words } from '../core/errors.ts';
import type { BackupJob, BackupsView, JobKind, SnapshotView } from '../oversee/operations/backup/backup.ts';
import { type Api, withNode } from './connect.ts';
import type { CliContext } from './context.ts';

/** How often running work is asked how far it is. */
const askEveryMs = 200;

export function command(context: CliContext): Command {
  const { words } = context;
  const backup = new Command('backup').addHelpText(
    'after',
    words({
      en: '\nExamples:\n  $ holdfast backup now\n  $ holdfast backup list\n  $ holdfast backup verify\n  $ holdfast backup key /media/usb/holdfast-key.json\n  $ holdfast restore --test',
      zh: '\n示例：\n  $ holdfast backup now\n  $ holdfast backup list\n  $ holdfast backup verify\n  $ holdfast backup key /media/usb/holdfast-key.json\n  $ holdfast restore --test',
    }),
  );
  backup
    .command('now')
    .description(words({ en: 'make one now', zh: '立即备份' }))
    .action(() => work(context, 'backup'));
  backup
    .command('list')
    .description(words({ en: 'snapshots, oldest first', zh: '快照列表（最早在前）' }))
    .action(() => list(context));
  backup
    .command('verify')
    .description(words({ en: 'read everything and check it', zh: '读取并校验全部内容' }))
    .action(() => work(context, 'verify'));
  backup
    .command('prune')
    .description(words({ en: 'remove what the rules do not keep', zh: '按保留规则清理' }))
    .action(() => work(context, 'prune'));
  backup
    .command('status')
    .alias('schedule')
    .description(
      words({ en: 'where to, how often, the newest, the latest tried restore', zh: '位置、周期、最近备份与最近一次恢复演练' }),
    )
    .action(() => status(context));
  backup
    .command('cancel')
    .description(words({ en: 'cancel what runs', zh: '终止正在进行的工作' }))
    .action(() =>
      withNode(context, async (api) => {
        const job = await api.call<BackupJob>('POST', '/api/backups/cancel');
        context.answer(job, () => context.print(words({ en: 'Cancelled.', zh: '已终止。' })));
      }),
    );
  backup
    .command('key')
    .argument(
      '<file>',
      words({ en: 'where to, best on a medium that is kept elsewhere', zh: '输出文件（宜存于他处保管的介质）' }),
    )
    .description(
      words({ en: 'write the key file without which no backup opens', zh: '导出密钥文件（缺少它任何备份都无法打开）' }),
    )
    .action((file: string) => exportKey(context, file));
  return backup;
}

const running: { readonly [kind in JobKind]: Words } = {
  backup: { en: 'backing up', zh: '正在备份' },
  verify: { en: 'verifying', zh: '正在校验' },
  prune: { en: 'pruning', zh: '正在清理' },
};

function work(context: CliContext, kind: JobKind): Promise<void> {
  return withNode(context, async (api) => {
    await api.call<BackupJob>('POST', '/api/backups/work', { body: { kind } });
    const job = await followed(context, api, kind);
    if (job.state !== 'done') {
      for (const { object, snapshots } of job.verified?.damaged ?? [])
        context.note({ en: `damaged: ${object} (${snapshots.join(', ')})`, zh: `已损坏：${object}（${snapshots.join('、')}）` });
      throw faultOf(job);
    }
    context.answer(job, () => context.print(context.words(said(job))));
  });
}

async function followed(context: CliContext, api: Api, kind: JobKind): Promise<BackupJob> {
  const progress = context.progress(running[kind]);
  const { signal } = context;
  try {
    for (;;) {
      const { job } = await api.call<BackupsView>('GET', '/api/backups');
      if (!job) throw new Fault('not_found', 'the work ended with the node');
      if (job.state !== 'running' && job.state !== 'waiting') return job;
      if (job.totalBytes) progress.update(job.doneBytes, job.totalBytes);
      if (signal.aborted) await api.call('POST', '/api/backups/cancel').catch(() => undefined);
      await sleep(askEveryMs);
    }
  } finally {
    progress.end();
  }
}

const faultOf = ({ code, where }: BackupJob) => new Fault((code ?? 'internal') as never, where);

function said({ kind, snapshot, doneBytes, addedBytes, verified, pruned }: BackupJob): Words {
  if (kind === 'backup')
    return {
      en: `Snapshot ${snapshot}: ${size(doneBytes)}, ${size(addedBytes ?? 0)} of it new.`,
      zh: `快照 ${snapshot}：${size(doneBytes)}，其中新增 ${size(addedBytes ?? 0)}。`,
    };
  if (kind === 'verify')
    return {
      en: `${verified!.snapshots} snapshots, ${verified!.chunks} pieces, ${size(verified!.bytes)}: all as written.`,
      zh: `共 ${verified!.snapshots} 个快照、${verified!.chunks} 个数据块、${size(verified!.bytes)}：均与写入时一致。`,
    };
  return {
    en: `${pruned!.snapshots} snapshots and ${pruned!.chunks} pieces removed (${size(pruned!.bytes)}); ${pruned!.kept} snapshots kept.`,
    zh: `已清理 ${pruned!.snapshots} 个快照、${pruned!.chunks} 个数据块（${size(pruned!.bytes)}）；保留 ${pruned!.kept} 个快照。`,
  };
}

function list(context: CliContext): Promise<void> {
  return withNode(context, async (api) => {
    const { snapshots } = await api.call<{ snapshots: SnapshotView[] }>('GET', '/api/backups/snapshots');
    context.answer(snapshots, () => {
      const titles = context.words({ en: 'snapshot,time,data,new,version', zh: '快照,时间,数据量,新增,版本' }).split(',');
      context.printTable(
        titles.map((title, at) => (at === 2 || at === 3 ? { title, align: 'right' as const } : { title })),
        snapshots.map((one) =>
          'damaged' in one
            ? [one.id, context.words({ en: 'damaged', zh: '已损坏' }), '', '', '']
            : [one.id, timeOf(one.atMs), size(one.sizeBytes), size(one.addedBytes), one.software],
        ),
      );
    });
  });
}

function status(context: CliContext): Promise<void> {
  const { words, print } = context;
  return withNode(context, async (api) => {
    const view = await api.call<BackupsView>('GET', '/api/backups');
    const { target, everyMinutes, keep, nextAtMs, last, failed, test, verified } = view;
    const none = words({ en: 'none', zh: '无' });
    const rows: [Words, string][] = [
      [{ en: 'place', zh: '位置' }, target ?? none],
      [
        { en: 'every', zh: '周期' },
        everyMinutes === undefined
          ? words({ en: 'only when asked', zh: '仅手动' })
          : words({ en: `${everyMinutes} minutes`, zh: `${everyMinutes} 分钟` }),
      ],
      [{ en: 'next', zh: '下次' }, nextAtMs === undefined ? none : timeOf(nextAtMs)],
      [{ en: 'newest', zh: '最近备份' }, last ? `${timeOf(last.atMs)}, ${size(last.sizeBytes)}` : none],
      [{ en: 'failed', zh: '最近失败' }, failed ? `${timeOf(failed.atMs)} ${failed.kind}: ${failed.code}` : none],
      [{ en: 'verified', zh: '最近校验' }, verified ? timeOf(verified.atMs) : none],
      [{ en: 'restore tested', zh: '恢复演练' }, test ? `${timeOf(test.atMs)} ${test.ok ? 'ok' : test.code}` : none],
      [
        { en: 'keep', zh: '保留' },
        Object.entries(keep)
          .map(([rule, count]) => `${rule} ${count}`)
          .join(', '),
      ],
    ];
    context.answer(view, () => {
      for (const [name, value] of rows) print(`${words(name)}${words({ en: ': ', zh: '：' })}${value}`);
    });
  });
}

/** What is copied is wrapped by the passphrase, and by recovery shares where there are some. */
async function exportKey(context: CliContext, file: string): Promise<void> {
  const folder = context.requireDataFolder();
  const path = resolve(context.io.cwd, file);
  if (existsSync(path)) throw new Fault('conflict', file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(folder, 'keys.json'), path);
  } catch (error) {
    throw new Fault('unreadable_file', file, { cause: error });
  }
  const { keyExported } = await import('../oversee/operations/backup/backup.ts');
  keyExported(folder, context.io.clock.nowMs());
  context.answer({ file: path }, () => {
    context.print(
      context.words({
        en: `Written to ${file}. It opens with the passphrase of today (or the recovery shares): keep both, apart from the backups and from each other.`,
        zh: `已写入 ${file}。须配合当前口令（或恢复份额）才能打开：请妥善保存二者，并与备份分开存放，彼此也分开存放。`,
      }),
    );
  });
}

const timeOf = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;

function size(bytes: number): string {
  const megabytes = bytes / 1024 ** 2;
  if (megabytes < 1) return `${Math.ceil(bytes / 1024)} KB`;
  return megabytes >= 1024 ? `${(megabytes / 1024).toFixed(1)} GB` : `${megabytes.toFixed(1)} MB`;
}
