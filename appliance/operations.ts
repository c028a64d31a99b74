// What runs the node over HTTP: its seal and keys, doctor, figures, log, what it is, and batches of an import beside it.

import type { FastifyInstance } from 'fastify';
import type { App } from './app.ts';
import type { Config } from './core/config.ts';
import { Fault } from './core/errors.ts';
import { principalOf } from './core/http/access.ts';
import type { LogRing } from './core/http/log-ring.ts';
import type { Store } from './core/store/store.ts';
import { mountImports } from './import-routes.ts';
import type { OpenNode } from './node.ts';
import { mountLooks } from './operator-looks.ts';
import { mountDoctor } from './operator-routes.ts';
import type { Figures } from './oversee/figures/figures.ts';
import { mountFigures } from './oversee/figures/routes.ts';
import { mountBackups } from './oversee/operations/backup/routes.ts';
import type { RecoveryShares } from './recovery-shares.ts';
import { mountSeal } from './seal.ts';

export type OperationsParts = {
  app: App;
  recovery: RecoveryShares;
  store: Store;
  config: Config;
  logs: LogRing;
  startedAtMs: number;
  nowMs(): number;
  /** Undefined while sealed. */
  node(): OpenNode | undefined;
  figures(): Figures | undefined;
};

/** Mount it behind the access token. */
export function mountOperations(scope: FastifyInstance, parts: OperationsParts): void {
  const { app, recovery, store, config, logs, startedAtMs, nowMs, node, figures } = parts;
  mountSeal(scope, app, recovery);
  mountDoctor(scope, {
    store,
    reindexing: () => node()?.profiles.reindexing,
    checkNode: async () => (await node()?.check()) ?? [],
    checkAccess: () => app.policies.check(),
  });
  mountFigures(scope, {
    nowMs,
    figures: () => {
      const open = figures();
      if (!open) throw new Fault('sealed');
      return open;
    },
  });
  mountBackups(scope, { backups: () => app.node().backups, actorOf: (request) => principalOf(request).actor });
  mountLooks(scope, { logs, config, engine: store.engine, startedAtMs });
  mountImports(scope, () => ({ ...app.node(), nowMs }));
}
