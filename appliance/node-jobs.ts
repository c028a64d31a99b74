// What runs in the background of each part of the node, as one list: how a part's own work is told, and what it takes to break it off and to begin it again.

import type { FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import type { Words } from './core/errors.ts';
import { principalOf } from './core/http/access.ts';
import type { Principal } from './core/model/principal.ts';
import type { JobView as TrainingView } from './decide/models/models.ts';
import type { BackupJob } from './oversee/operations/backup/backup.ts';
import { type Asker, BackgroundJobs, type JobKind, type May, type PartJob } from './oversee/operations/jobs/jobs.ts';

const listed = { trainings: 60, retentionRuns: 5, matches: 30 } as const;

const word = (en: string, zh: string): Words => ({ en, zh });
const given = <Name extends string, T>(name: Name, value: T | undefined): { readonly [name in Name]?: T } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [name in Name]: T });

/** Of the node that is open; throws `sealed`. */
export function backgroundJobs(app: App): BackgroundJobs {
  const jobs = new BackgroundJobs();
  for (const kind of [trainings, backups, rotations, indexing, retention, erasures, matches, rounds]) jobs.register(kind(app));
  return jobs;
}

/** Whoever asks, with what policies let them do. */
export function askerOf({ policies }: App, request: FastifyRequest): Asker {
  const principal = principalOf(request);
  return {
    principal,
    may: (action) => mayOf(policies, principal, action),
    demand: (action) => policies.demand(principal, action),
  };
}

async function mayOf({ control, engine }: App['policies'], principal: Principal, action: string): Promise<May> {
  const decision = await control.decide(principal, { action, purpose: undefined, params: {} });
  if (decision.allowed) return 'yes';
  const { needs } = decision;
  if (needs === undefined) return 'no';
  // A second look is asked for when it is done; a second person is not here.
  return needs === 'approval_needed' || engine.isIn(action, 'acts for two') ? 'approval' : 'yes';
}

function trainings({ node }: App): JobKind {
  return {
    kind: 'training',
    looks: ['model.jobs'],
    resumes: true,
    list: () =>
      node()
        .models.jobs.list()
        .slice(0, listed.trainings)
        .map((job) => trainingJob(node, job)),
  };
}

function trainingJob(node: App['node'], job: TrainingView): PartJob {
  const { id, model, ask, by, state, createdAtMs, endedAtMs, share, etaMs, code, where, version } = job;
  const isOpen = state === 'waiting' || state === 'running';
  const jobs = () => node().models.jobs;
  return {
    id: String(id),
    what: word(`Training of ${model}`, `训练 ${model}`),
    subject: model,
    ...{ state, by, atMs: createdAtMs },
    ...(share !== undefined && { done: share, total: 1 }),
    ...given('etaMs', etaMs),
    ...given('endedAtMs', endedAtMs),
    ...given('code', code),
    ...given('where', where),
    ...(state === 'done' && { how: word(`version ${version}`, `版本 ${version}`) }),
    ...(isOpen && {
      cancel: {
        needs: ['model.cancel'],
        run: () => jobs().cancel(id),
      },
    }),
    ...((state === 'failed' || state === 'cancelled') && {
      retry: {
        // As the route that it would be asked for by.
        needs: ask.serveFirst ? ['model.train', 'model.promote'] : ['model.train'],
        run: async (actor) => String((await jobs().ask(ask, actor, model)).id),
      },
    }),
  };
}

const backupNames: { readonly [kind in BackupJob['kind']]: Words } = {
  backup: word('Backup', '备份'),
  verify: word('Verifying of backups', '校验备份'),
  prune: word('Pruning of backups', '清理备份'),
};

function backups({ node }: App): JobKind {
  return {
    kind: 'backup',
    looks: ['backup.look'],
    // What was copied stays; the next one goes on from there.
    resumes: false,
    list: () => {
      const { job } = node().backups.view();
      if (!job) return [];
      const { kind, state, by, startedAtMs, endedAtMs, doneBytes, totalBytes, code, where } = job;
      const isOpen = state === 'waiting' || state === 'running';
      const only: PartJob = {
        id: 'backup',
        what: backupNames[kind],
        ...{ state, by, atMs: startedAtMs },
        ...(state === 'running' && { done: doneBytes, ...given('total', totalBytes) }),
        ...given('endedAtMs', endedAtMs),
        ...given('code', code),
        ...given('where', where),
        ...(isOpen && {
          cancel: { needs: ['backup.cancel'], run: () => node().backups.cancel() },
        }),
        ...((state === 'failed' || state === 'cancelled') && {
          retry: { needs: ['backup.start'], run: (actor) => node().backups.start(kind, actor) },
        }),
      };
      return [only];
    },
  };
}

function rotations(app: App): JobKind {
  return {
    kind: 'rotation',
    looks: ['node.look'],
    resumes: true,
    list: () => {
      const { kind, state, done, total, by, startedAtMs, endedAtMs, code } = app.rotation;
      if (state === 'none' || kind === 'none') return [];
      const only: PartJob = {
        id: 'rotation',
        what:
          kind === 'data' ? word('Rotation of data keys', '轮换数据密钥') : word('Rotation of the wrapping key', '轮换包裹密钥'),
        ...{ state, done, total },
        ...given('by', by),
        ...given('atMs', startedAtMs),
        ...given('endedAtMs', endedAtMs),
        ...given('code', code),
        ...(state === 'failed' && {
          retry: { needs: ['keys.rotate'], run: (actor) => app.rotate(kind, actor) },
        }),
      };
      return [only];
    },
  };
}

function indexing({ node }: App): JobKind {
  return {
    kind: 'index',
    looks: ['node.look'],
    resumes: true,
    list: () => {
      const { state, done, total, code } = node().profiles.reindexing;
      // One that had nothing to do since the start is no news.
      if (state === 'done' && total === 0) return [];
      const only: PartJob = {
        id: 'index',
        what: word('Index of identifiers made anew', '重建标识符索引'),
        // It waits by itself for what holds it up.
        ...{ state, done, total },
        by: 'system',
        ...given('code', code),
        ...(state === 'failed' && {
          retry: { needs: ['identity.reindex'], run: () => node().profiles.reindexAgain() },
        }),
      };
      return [only];
    },
  };
}

function retention({ node }: App): JobKind {
  const what = word('Rules of retention', '保留期清理');
  return {
    kind: 'retention',
    looks: ['retention.read'],
    resumes: true,
    list: async () => {
      const own = () => node().subjects.retention;
      const { waits, runs } = await own().work(listed.retentionRuns);
      const daily: PartJob[] = waits ? [{ id: 'retention-daily', what, state: 'waiting', by: 'system' }] : [];
      return [
        ...daily,
        ...runs.map(({ run, beganAtMs, endedAtMs, by, running, rules }): PartJob => {
          const sum = (name: 'events' | 'records') => rules.reduce((all, one) => all + one[name], 0);
          return {
            id: `retention-${run}`,
            what,
            state: endedAtMs !== undefined ? 'done' : running ? 'running' : 'waiting',
            ...{ by, atMs: beganAtMs },
            ...given('endedAtMs', endedAtMs),
            how: word(`${sum('events')} events, ${sum('records')} records`, `${sum('events')} 个事件、${sum('records')} 条记录`),
            ...(endedAtMs === undefined &&
              !running && {
                retry: { needs: ['retention.run'], run: () => own().goOn() },
              }),
          };
        }),
      ];
    },
  };
}

/** Its step of five: what is left of somebody goes with each. */
const erasureSteps = ['begun', 'destroyed', 'settled', 'swept', 'done'];

function erasures({ node }: App): JobKind {
  return {
    kind: 'erasure',
    looks: ['erasure.list'],
    resumes: true,
    list: async () => {
      const own = () => node().subjects.erasures;
      return (await own().pending()).map(
        ({ erasure, state, by, begunAtMs }): PartJob => ({
          id: `erasure-${erasure}`,
          what: word('Erasure', '删除'),
          subject: erasure,
          ...{ state: 'running', by, atMs: begunAtMs },
          ...{ done: erasureSteps.indexOf(state), total: erasureSteps.length - 1 },
          retry: { needs: ['subject.erase'], run: () => void own().goOn() },
        }),
      );
    },
  };
}

/** Stopped where they are shown: that is said with a reason, which the other side reads. */
function matches({ node }: App): JobKind {
  const what = word('Match with another organisation', '与其他机构匹配');
  return {
    kind: 'match',
    looks: ['match.list'],
    resumes: true,
    list: async () => {
      const all = (await node().federate.list()).sort((one, other) => other.createdAtMs - one.createdAtMs);
      return all.slice(0, listed.matches).map(({ session, phase, createdAtMs, endedAtMs, progress, outcome }): PartJob => {
        const { result, code, where } = outcome ?? {};
        const ended =
          result === 'failed' ? ('failed' as const) : result === 'stopped' ? ('cancelled' as const) : ('done' as const);
        return {
          id: `match-${session}`,
          what,
          subject: session,
          state: phase === 'ended' ? ended : phase === 'running' ? 'running' : 'waiting',
          atMs: createdAtMs,
          ...(phase === 'running' && progress.total > 0 && { done: progress.done, total: progress.total }),
          ...given('endedAtMs', endedAtMs),
          ...given('code', code),
          ...(code !== undefined && given('where', where)),
        };
      });
    },
  };
}

function rounds({ node }: App): JobKind {
  const what = word('Training together', '联合训练');
  return {
    kind: 'round',
    looks: ['round.list'],
    resumes: true,
    list: async () => {
      const all = await node().federate.rounds.list();
      return all.slice(0, listed.matches).map(({ session: { round, board, state } }): PartJob => {
        const { ended } = board;
        const code = ended?.code ?? state.forked;
        const how =
          ended?.result === 'stopped' ? ('cancelled' as const) : code === undefined ? ('done' as const) : ('failed' as const);
        return {
          id: `round-${round}`,
          what,
          subject: round,
          state: ended || state.forked ? how : board.agreed ? 'running' : 'waiting',
          atMs: state.createdAtMs,
          ...given('code', code),
        };
      });
    },
  };
}
