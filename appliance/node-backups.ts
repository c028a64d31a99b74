// The node's backups: what goes into them, and who is told of them.

import { join, resolve } from 'node:path';
import type { AuditLog } from './core/audit/audit.ts';
import { configFile } from './core/config.ts';
import type { NodeParts } from './node.ts';
import { databaseFile, postgresUrl } from './open-store.ts';
import { Backups, backupMaster } from './oversee/operations/backup/backup.ts';
import { erasureLogFile } from './oversee/subjects/subjects.ts';
import { version } from './version.ts';

export function openBackups(parts: NodeParts, { audit }: { audit: AuditLog }): Backups {
  const { config, folder = '.', store, ports, root, erasureLog, failed } = parts;
  const url = postgresUrl(folder, config);
  return new Backups({
    folder,
    declared: config.backup,
    database: url === undefined ? { engine: 'sqlite', file: join(folder, databaseFile) } : { engine: 'postgres', url },
    files: [
      { name: configFile, path: join(folder, configFile) },
      // After the database, so that whoever was erased while it was read is erased again.
      { name: erasureLogFile, path: resolve(folder, erasureLog ?? erasureLogFile) },
    ],
    store,
    ports,
    env: process.env,
    master: backupMaster(root),
    software: version,
    isServing: () => parts.isServing?.() ?? false,
    note: (entry) => audit.append(entry),
    failed: (error) => failed?.('backups', error),
    ...(parts.background && { background: parts.background }),
    turns: parts.turns,
  });
}
