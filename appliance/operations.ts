// What runs the node over HTTP: its seal and keys, doctor, figures, log, what it is, and batches of an import beside it.

import type { FastifyInstance } from 'fastify';
import type { App } from './app.ts';
import type { Config } from './core/config.ts';
import { Fault } from './core/errors.ts';
import { principalOf } from './core/http/access.ts';
import type { LogRing } from './core/http/log-ring.ts';
import type { Principal } from './core/model/principal.ts';
import type { Store } from './core/store/store.ts';
import { mountImports } from './import-routes.ts';
import { askerOf, backgroundJobs } from './node-jobs.ts';
import { mountNodeSupport } from './node-support.ts';
import { mountLooks } from './operator-looks.ts';
import { alarmKindsSeen } from './oversee/alarms/routes.ts';
import { mountDoctor } from './oversee/doctor/routes.ts';
import { mountFigures } from './oversee/figures/routes.ts';
import { mountBackups } from './oversee/operations/backup/routes.ts';
import { mountJobs } from './oversee/operations/jobs/routes.ts';
import type { RecoveryShares } from './recovery-shares.ts';
import { mountSeal } from './seal.ts';

export type OperationsParts = {
  app: App;
  recovery: RecoveryShares;
  store: Store;
  folder: string;
  config: Config;
  logs: LogRing;
  startedAtMs: number;
  nowMs(): number;
};

/** Mount it behind the access token. */
export function mountOperations(scope: FastifyInstance, parts: OperationsParts): void {
  const { app, recovery, store, folder, config, logs, startedAtMs, nowMs } = parts;
  mountSeal(scope, app, recovery);
  mountDoctor(scope, app.doctor);
  const judge = { principalOf, may: (principal: Principal, action: string) => app.policies.may(principal, action) };
  mountFigures(scope, {
    nowMs,
    alarmKindsFor: (request) => alarmKindsSeen(judge, request),
    figures: () => {
      const open = app.figures();
      if (!open) throw new Fault('sealed');
      return open;
    },
  });
  mountBackups(scope, { backups: () => app.node().backups, actorOf: (request) => principalOf(request).actor });
  const jobs = backgroundJobs(app);
  mountJobs(scope, { jobs: () => jobs, asker: (request) => askerOf(app, request), places: () => app.turns.counts });
  mountLooks(scope, { logs, config, engine: store.engine, startedAtMs });
  mountNodeSupport(scope, { app, folder, config, logs, nowMs });
  mountImports(scope, () => ({ ...app.node(), nowMs }));
}
