// Where a command looks for backups: where the configuration says, or the place that is named.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Config, readConfig } from '../core/config.ts';
import type { TargetSettings } from '../oversee/operations/backup/backup.ts';
import type { CliContext } from './context.ts';

export type PlaceOptions = { from?: string; endpoint?: string; region?: string; credentials?: string; certificates?: string };

export function placeOptions({ words }: CliContext, command: Command): Command {
  return command
    .option('--from <place>', words({ en: 'a folder, or s3://bucket/prefix', zh: '目录，或 s3://桶/前缀' }))
    .option('--endpoint <url>', words({ en: 'address of the S3 store', zh: 'S3 存储的地址' }))
    .option('--region <name>', words({ en: 'its region', zh: 'S3 区域' }))
    .option(
      '--credentials <file>',
      words({
        en: 'file with aws_access_key_id and aws_secret_access_key; the environment when absent',
        zh: '含 aws_access_key_id 与 aws_secret_access_key 的文件；缺省时取环境变量',
      }),
    )
    .option('--certificates <file>', words({ en: 'PEM by which its certificate is checked', zh: '用于校验其证书的 PEM 文件' }));
}

/** @throws {Fault} `backup_unset`, `config_invalid`, `unreadable_file` */
export async function placeOf(context: CliContext, options: PlaceOptions): Promise<TargetSettings> {
  const { targetSettings } = await import('../oversee/operations/backup/backup.ts');
  const { cwd, env } = context.io;
  const { from, endpoint, region, credentials, certificates } = options;
  const configured: Config['backup'] = readConfig(context.dataFolder).backup;
  if (from === undefined) return targetSettings(configured, context.dataFolder, env);
  if (!from.startsWith('s3://')) return targetSettings({ to: resolve(cwd, from) }, cwd, env);
  const named = endpoint === undefined ? undefined : { endpoint };
  const files = named
    ? { ...(credentials !== undefined && { credentials }), ...(certificates !== undefined && { certificates }) }
    : {};
  const s3 = named ? { ...named, ...(region !== undefined && { region }), ...files } : configured?.s3;
  return targetSettings({ to: from, ...(s3 && { s3 }) }, named ? cwd : context.dataFolder, env);
}
