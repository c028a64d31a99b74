// `holdfast restore`: brings a snapshot back into a folder, or tries that out elsewhere and writes down that it went well.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../core/config.ts';
import { Fault } from '../core/errors.ts';
import { systemPorts } from '../core/ports.ts';
import type { RestoreTest } from '../oversee/operations/backup/backup.ts';
import type { Restored, RestoreOptions } from '../restoring.ts';
import { type PlaceOptions, placeOf, placeOptions } from './backup-place.ts';
import type { CliContext } from './context.ts';
import { sharesFrom } from './unseal.ts';

type Options = PlaceOptions & {
  to?: string;
  at?: string;
  key?: string;
  sharesFile?: string;
  erasures?: string[];
  store?: string;
  test?: true;
};

export function command(context: CliContext): Command {
  const { words } = context;
  return placeOptions(context, new Command('restore'))
    .option('--to <folder>', words({ en: 'where to; made when it is not there', zh: '恢复到的目录（不存在则新建）' }))
    .option(
      '--at <time>',
      words({
        en: 'as of this moment, such as 2026-05-03T12:00Z; the newest when absent',
        zh: '恢复到该时刻，如 2026-05-03T12:00Z；缺省为最新',
      }),
    )
    .option('--key <file>', words({ en: 'the key file, where the folder has none', zh: '密钥文件（目录中没有时）' }))
    .option('--shares-file <file>', words({ en: 'open by recovery shares, one to a line', zh: '用恢复份额打开，每行一份' }))
    .option(
      '--erasures <file...>',
      words({
        en: 'lists of erasures of now (erasures.log), so that nobody comes back',
        zh: '现有的删除清单（erasures.log），防止已删除者恢复',
      }),
    )
    .option('--store <url>', words({ en: 'an empty PostgreSQL database', zh: '空的 PostgreSQL 数据库' }))
    .option(
      '--test',
      words({ en: 'try it out elsewhere, check everything, write down the date', zh: '在他处演练恢复并全面检查，记录日期' }),
    )
    .addHelpText(
      'after',
      words({
        en: '\nExamples:\n  $ holdfast restore --test\n  $ holdfast restore --from /mnt/backup --key /media/usb/holdfast-key.json --to /srv/holdfast\n  $ holdfast restore --from s3://backups/node1 --endpoint https://minio.internal:9000 --key key.json --at 2026-05-03T12:00Z --to /srv/holdfast',
        zh: '\n示例：\n  $ holdfast restore --test\n  $ holdfast restore --from /mnt/backup --key /media/usb/holdfast-key.json --to /srv/holdfast\n  $ holdfast restore --from s3://backups/node1 --endpoint https://minio.internal:9000 --key key.json --at 2026-05-03T12:00Z --to /srv/holdfast',
      }),
    )
    .action((options: Options) => (options.test ? tryOut(context, options) : restore(context, options)));
}

async function restore(context: CliContext, options: Options): Promise<void> {
  const { words } = context;
  if (options.to === undefined) throw new Fault('bad_request', '--to');
  const folder = resolve(context.io.cwd, options.to);
  const restored = await run(context, options, { folder });
  const { manifest, entries, records } = restored;
  context.answer({ folder, snapshot: manifest.id, atMs: manifest.atMs, entries, records }, () =>
    context.print(
      words({
        en: `Restored to ${folder} as of ${timeOf(manifest.atMs)}: ${records} records, ${entries} entries of the audit log verify. Start it with "holdfast serve --data ${folder}".`,
        zh: `已恢复到 ${folder}，时点为 ${timeOf(manifest.atMs)}：${records} 条记录，审计日志 ${entries} 条均通过验证。请执行 "holdfast serve --data ${folder}" 启动。`,
      }),
    ),
  );
}

async function tryOut(context: CliContext, options: Options): Promise<void> {
  const { words, io } = context;
  const own = context.requireDataFolder();
  const [{ writeRestoreTest }, { erasureLogFile }] = await Promise.all([
    import('../oversee/operations/backup/backup.ts'),
    import('../oversee/subjects/subjects.ts'),
  ]);
  const home = mkdtempSync(join(options.to === undefined ? tmpdir() : resolve(io.cwd, options.to), 'holdfast-restore-'));
  const startedAtMs = io.clock.nowMs();
  const base = { atMs: startedAtMs, snapshot: '', snapshotAtMs: 0 };
  let test: RestoreTest;
  try {
    const { manifest, entries, records } = await run(context, options, {
      folder: join(home, 'data'),
      keyFile: join(own, 'keys.json'),
      trial: true,
      erasures: [resolve(own, readConfig(own).erasureLog ?? erasureLogFile)],
    });
    const tookMs = io.clock.nowMs() - startedAtMs;
    test = { ...base, ok: true, snapshot: manifest.id, snapshotAtMs: manifest.atMs, tookMs, entries, records };
    writeRestoreTest(own, test);
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault('internal');
    // A slip of who types it is no word on the backup.
    if (!['wrong_passphrase', 'passphrase_missing', 'backup_unset'].includes(fault.code))
      writeRestoreTest(own, { ...base, ok: false, tookMs: io.clock.nowMs() - startedAtMs, code: fault.code });
    throw error;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  context.answer(test, () =>
    context.print(
      words({
        en: `The snapshot of ${timeOf(test.snapshotAtMs)} was restored elsewhere and passes all checks: ${test.records} records, ${test.entries} entries of the audit log verify. The copy is gone again.`,
        zh: `${timeOf(test.snapshotAtMs)} 的快照已在他处恢复并通过全部检查：${test.records} 条记录，审计日志 ${test.entries} 条均通过验证。演练副本已清除。`,
      }),
    ),
  );
}

async function run(
  context: CliContext,
  options: Options,
  more: Pick<RestoreOptions, 'folder'> & Partial<RestoreOptions>,
): Promise<Restored> {
  const { restoreBackup } = await import('../restoring.ts');
  const { cwd } = context.io;
  const from = await placeOf(context, options);
  const atMs = options.at === undefined ? undefined : Date.parse(options.at);
  if (Number.isNaN(atMs)) throw new Fault('bad_request', `--at ${options.at}`);
  const secret =
    options.sharesFile === undefined
      ? { passphrase: await context.passphrase() }
      : { shares: sharesFrom(context, options.sharesFile) };
  const keyFile = options.key === undefined ? keyBeside(context) : resolve(cwd, options.key);
  const progress = context.progress({ en: 'restoring', zh: '正在恢复' });
  try {
    return await restoreBackup({
      from,
      secret,
      ports: systemPorts,
      signal: context.signal,
      progress: (done, total) => progress.update(done, total),
      ...(keyFile !== undefined && { keyFile }),
      ...(atMs !== undefined && { atMs }),
      ...(options.store !== undefined && { store: options.store }),
      ...(options.erasures && { erasures: options.erasures.map((file) => resolve(cwd, file)) }),
      ...more,
    });
  } finally {
    progress.end();
  }
}

function keyBeside({ dataFolder }: CliContext): string | undefined {
  const file = join(dataFolder, 'keys.json');
  return existsSync(file) ? file : undefined;
}

const timeOf = (atMs: number) => new Date(atMs).toISOString();
