// Where the configuration says that backups go, with the secrets that it names fetched from where they are: a file or the environment, never the
// configuration itself.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '../../../core/errors.ts';
import type { BackupDeclaration } from '../../../core/model/backup-config.ts';
import { type Environment, readSecret } from '../../../core/model/secret-reference.ts';
import { FolderTarget } from './folder-target.ts';
import { S3Target } from './s3-target.ts';
import type { Target, TargetSettings } from './target.ts';

export type { Environment };

type S3Declaration = NonNullable<BackupDeclaration['s3']>;

/**
 * @param folder where paths of the configuration begin
 * @throws {Fault} `backup_unset`, `unreadable_file`, `config_invalid`
 */
export function targetSettings(declared: BackupDeclaration | undefined, folder: string, env: Environment): TargetSettings {
  if (declared?.to === undefined) throw new Fault('backup_unset');
  const found = /^s3:\/\/([^/]+)\/?(.*)$/.exec(declared.to);
  if (!found) return { kind: 'folder', path: resolve(folder, declared.to) };
  const { s3 } = declared;
  if (!s3) throw new Fault('config_invalid', '/backup/s3 is missing');
  const prefix = found[2]!.replace(/\/$/, '');
  return {
    kind: 's3',
    endpoint: s3.endpoint,
    region: s3.region ?? 'us-east-1',
    bucket: found[1]!,
    prefix: prefix === '' ? '' : `${prefix}/`,
    ...credentials(s3, folder, env),
    ...(s3.certificates !== undefined && { ca: read(resolve(folder, s3.certificates), s3.certificates) }),
  };
}

/** A file as the tools of the field write it (`aws_access_key_id = …`), or two variables. */
function credentials(s3: S3Declaration, folder: string, env: Environment) {
  const { credentials: file, accessKeyId: id, secretAccessKey: reference } = s3;
  if (id !== undefined && reference !== undefined)
    return { accessKeyId: id, secretAccessKey: readSecret(reference, '/backup/s3/secretAccessKey', folder, env) };
  if (file === undefined) {
    const [accessKeyId, secretAccessKey] = [env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY];
    if (!accessKeyId || !secretAccessKey)
      throw new Fault(
        'config_invalid',
        '/backup/s3: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and no file is named',
      );
    return { accessKeyId, secretAccessKey };
  }
  const text = read(resolve(folder, file), file);
  const value = (name: string) => new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(text)?.[1];
  const [accessKeyId, secretAccessKey] = [value('aws_access_key_id'), value('aws_secret_access_key')];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Fault('config_invalid', `/backup/s3/credentials ${file}: aws_access_key_id or aws_secret_access_key is missing`);
  return { accessKeyId, secretAccessKey };
}

function read(path: string, named: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('unreadable_file', named, { cause: error });
  }
}

export const openTarget = (settings: TargetSettings): Target =>
  settings.kind === 'folder' ? new FolderTarget(settings.path) : new S3Target(settings);

/** For people; without secrets. */
export const targetLabel = (settings: TargetSettings): string =>
  settings.kind === 'folder' ? settings.path : `${settings.endpoint} ${settings.bucket}/${settings.prefix}`;
