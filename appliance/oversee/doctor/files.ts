// The files that a node must have and nobody else may read: key files that are gone while the node runs, whose next start would fail, and secrets that other
// users of the machine can read.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../core/config.ts';
import type { Environment } from '../../core/model/secret-reference.ts';
import type { Finding } from '../../core/store/store.ts';

/** A copy is opened from elsewhere and need not have them. */
export function checkKeyFiles(folder: string): Finding[] {
  const findings: Finding[] = [];
  if (!existsSync(join(folder, 'keys.json')))
    findings.push({
      severity: 'error',
      check: 'keys',
      name: { en: 'Key file', zh: '密钥文件' },
      message: {
        en: 'keys.json is gone: the node runs on, and opens never again.',
        zh: 'keys.json 已丢失：节点仍在运行，但将无法再次打开。',
      },
      next: {
        en: 'Do not stop the node. Put the copy of keys.json back ("holdfast backup key" made one), then run "holdfast doctor --unlock".',
        zh: '请勿停止节点。请放回 keys.json 的副本（由 "holdfast backup key" 导出），然后执行 "holdfast doctor --unlock"。',
      },
    });
  const coordinator = join(folder, 'coordinator');
  if (existsSync(join(coordinator, 'coordinator.db')) && !existsSync(join(coordinator, 'keys.json')))
    findings.push({
      severity: 'error',
      check: 'federation-keys',
      name: { en: 'Key file of the coordinator', zh: '协调方密钥文件' },
      message: {
        en: 'coordinator/keys.json is gone: the coordinator of the federation cannot be opened.',
        zh: 'coordinator/keys.json 已丢失：联盟协调方无法打开。',
      },
      next: {
        en: 'Put the copy of coordinator/keys.json back. Without one, found a new coordinator and have the members admitted again.',
        zh: '请放回 coordinator/keys.json 的副本。若无副本，请新建协调方并重新接纳成员。',
      },
    });
  return findings;
}

/** Of our own only the owner may read; of those that the organisation keeps, a group may. */
const [othersAndGroup, others] = [0o077, 0o007];

export function checkPermissions(folder: string, config: Config | undefined, env: Environment): Finding[] {
  if (process.platform === 'win32') return [];
  const own = ['keys.json', 'access-token', 'passphrase', 'coordinator/keys.json', ...ownKeys(folder)];
  return [
    ...own.flatMap((file) => permissionOf(file, join(folder, file), othersAndGroup)),
    ...namedSecrets(config, env).flatMap((file) => permissionOf(file, resolve(folder, file), others)),
    ...folderPermission(folder),
  ];
}

function ownKeys(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'tls'))
      .filter((file) => file.endsWith('-key.pem'))
      .map((file) => `tls/${file}`);
  } catch {
    return [];
  }
}

function namedSecrets(config: Config | undefined, env: Environment): string[] {
  const { tls, directory, backup, storePassword } = config ?? {};
  return [
    tls?.key,
    tls?.acme?.externalAccount?.key.file,
    directory?.oidc?.clientSecretFile,
    directory?.oidc?.clientSecret?.file,
    backup?.s3?.credentials,
    backup?.s3?.secretAccessKey?.file,
    storePassword?.file,
    env.HOLDFAST_PASSPHRASE_FILE,
  ].filter((file): file is string => file !== undefined && file !== '');
}

function permissionOf(file: string, path: string, forbidden: number): Finding[] {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return [];
  const said = {
    check: `permission-${idOf(file)}`,
    name: { en: `Permission of ${file}`, zh: `${file} 权限` },
  };
  if ((mode & forbidden) === 0)
    return [{ ...said, severity: 'ok', message: { en: 'For its owner only.', zh: '仅所有者可读。' } }];
  return [
    {
      ...said,
      severity: 'warning',
      message: { en: 'Other users of this machine can read it.', zh: '本机其他用户可读取。' },
      next: {
        en: `Run: chmod 600 ${path}. If somebody may have read it, change what it holds too.`,
        zh: `请执行：chmod 600 ${path}。若可能已被他人读取，请同时更换其内容。`,
      },
    },
  ];
}

/** Everything in it is for the node alone, so that a file with a wide mode is still behind a closed door. A volume that is another's is theirs to close. */
function folderPermission(folder: string): Finding[] {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found || (found.mode & others) === 0 || found.uid !== process.getuid?.()) return [];
  return [
    {
      severity: 'warning',
      check: 'permission-data-folder',
      name: { en: 'Permission of the data folder', zh: '数据目录权限' },
      message: { en: 'Every user of this machine can look into it.', zh: '本机所有用户均可进入。' },
      next: { en: `Run: chmod 700 ${folder}`, zh: `请执行：chmod 700 ${folder}` },
    },
  ];
}

const idOf = (file: string) =>
  file
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
