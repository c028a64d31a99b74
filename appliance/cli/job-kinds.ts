// The kinds of work that a node does in the background, each with how it is asked after and what can be done about it: one table over the node's routes, for
// `holdfast job`. Each kind keeps its own limit of how much runs at once; what is here starts nothing that the kind would refuse.

import { Fault, type Words } from '../core/errors.ts';
import type { JobView } from '../decide/models/models.ts';
import type { BackupsView } from '../oversee/operations/backup/backup.ts';
import type { ErasureView } from '../oversee/subjects/subjects.ts';
import type { ReindexProgress } from '../record/profiles/profiles.ts';
import type { Rotation } from '../seal.ts';
import type { Api } from './connect.ts';

export type State = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
export type Work = {
  /** A number of a training, else the kind's own: `backup`, `erasure e01`. */
  readonly id: string;
  readonly kind: string;
  readonly what: Words;
  readonly state: State;
  /** 0 to 1. */
  readonly share?: number;
  readonly atMs?: number;
  readonly by?: string;
  /** How it ended, or how long it will take still. */
  readonly how?: Words;
  /** What `cancel` and `retry` do; absent where there is no such thing. */
  readonly cancel?: (api: Api) => Promise<unknown>;
  readonly retry?: (api: Api) => Promise<unknown>;
  /** As the node answers it. */
  readonly shown: object;
};

type Kind = { readonly kind: string; list(api: Api): Promise<Work[]> };

/** In the order in which they are listed. */
const kinds: readonly Kind[] = [
  { kind: 'training', list: trainings },
  { kind: 'backup', list: backups },
  { kind: 'rotation', list: rotations },
  { kind: 'index', list: indexing },
  { kind: 'erasure', list: erasures },
];

/** Of all kinds that whoever asks may know of. */
export async function allWork(api: Api): Promise<Work[]> {
  const found = await Promise.all(
    kinds.map((kind) =>
      kind.list(api).catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'forbidden') return [];
        throw error;
      }),
    ),
  );
  return found.flat();
}

/** @throws {Fault} `not_found` */
export async function workOf(api: Api, id: string): Promise<Work> {
  const found = (await allWork(api)).find((one) => one.id === id);
  if (!found) throw new Fault('not_found', `job ${id}`);
  return found;
}

const done = (share: number, total: number) => (total > 0 ? { share: share / total } : {});

async function trainings(api: Api): Promise<Work[]> {
  const { jobs } = await api.call<{ jobs: JobView[] }>('GET', '/api/model-jobs');
  return jobs.map((job) => {
    const { id, model, ask, by, state, createdAtMs, share } = job;
    const isOver = state === 'done' || state === 'failed' || state === 'cancelled';
    return {
      id: String(id),
      kind: 'training',
      what: { en: `Training of ${model}`, zh: `训练 ${model}` },
      state,
      by,
      atMs: createdAtMs,
      ...(share !== undefined && { share }),
      how: howOf(job),
      ...(isOver
        ? state !== 'done' && { retry: (node) => node.call('POST', '/api/models/train', { body: { name: model, ...ask } }) }
        : { cancel: (node) => node.call('POST', `/api/model-jobs/${id}/cancel`) }),
      shown: job,
    };
  });
}

function howOf({ state, version, code, where, etaMs }: JobView): Words {
  if (state === 'done') return { en: `version ${version}`, zh: `版本 ${version}` };
  if (state === 'failed') return { en: `${code}: ${where ?? ''}`, zh: `${code}：${where ?? ''}` };
  if (etaMs === undefined) return { en: '', zh: '' };
  const seconds = Math.ceil(etaMs / 1000);
  return { en: `about ${seconds} s left`, zh: `约剩 ${seconds} 秒` };
}

const backupNames: { readonly [kind: string]: Words } = {
  backup: { en: 'Backup', zh: '备份' },
  verify: { en: 'Verifying of backups', zh: '校验备份' },
  prune: { en: 'Pruning of backups', zh: '清理备份' },
};

async function backups(api: Api): Promise<Work[]> {
  const { job } = await api.call<BackupsView>('GET', '/api/backups');
  if (!job) return [];
  const { kind, state, by, startedAtMs, doneBytes, totalBytes, code } = job;
  const isOver = state === 'failed' || state === 'cancelled';
  return [
    {
      id: 'backup',
      kind: 'backup',
      what: backupNames[kind]!,
      state,
      by,
      atMs: startedAtMs,
      ...(state === 'running' && done(doneBytes, totalBytes ?? 0)),
      ...(code !== undefined && { how: { en: code, zh: code } }),
      ...(state === 'running' && { cancel: (node) => node.call('POST', '/api/backups/cancel') }),
      ...(isOver && { retry: (node) => node.call('POST', '/api/backups/work', { body: { kind } }) }),
      shown: job,
    },
  ];
}

async function rotations(api: Api): Promise<Work[]> {
  const rotation = await api.call<Rotation>('GET', '/api/keys/rotation');
  const { kind, state, done: share, total, code } = rotation;
  if (state === 'none') return [];
  return [
    {
      id: 'rotation',
      kind: 'rotation',
      what:
        kind === 'data'
          ? { en: 'Rotation of data keys', zh: '轮换数据密钥' }
          : { en: 'Rotation of the wrapping key', zh: '轮换包裹密钥' },
      state,
      ...(state === 'running' && done(share, total)),
      ...(code !== undefined && { how: { en: code, zh: code } }),
      ...(state === 'failed' && { retry: (node) => node.call('POST', '/api/keys/rotate', { body: { kind } }) }),
      shown: rotation,
    },
  ];
}

async function indexing(api: Api): Promise<Work[]> {
  const progress = await api.call<ReindexProgress>('GET', '/api/identity/index');
  if (progress.state === 'done') return [];
  const { state, done: share, total, code } = progress;
  return [
    {
      id: 'index',
      kind: 'index',
      what: { en: 'Index of identifiers made anew', zh: '重建标识符索引' },
      // It waits by itself for what holds it up.
      state: state === 'failed' ? 'failed' : state === 'waiting' ? 'waiting' : 'running',
      ...done(share, total),
      ...(code !== undefined && { how: { en: code, zh: code } }),
      shown: progress,
    },
  ];
}

async function erasures(api: Api): Promise<Work[]> {
  const { erasures: all } = await api.call<{ erasures: ErasureView[] }>('GET', '/api/erasures', { query: { limit: 200 } });
  return all
    .filter(({ state }) => state !== 'done')
    .map((erasure) => ({
      id: `erasure ${erasure.erasure}`,
      kind: 'erasure',
      what: { en: 'Erasure', zh: '删除' },
      state: 'running' as const,
      by: erasure.by,
      atMs: erasure.begunAtMs,
      how: { en: `at the step "${erasure.state}"`, zh: `当前步骤 "${erasure.state}"` },
      shown: erasure,
    }));
}
