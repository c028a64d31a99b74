// What the screens of models ask the node, each question once, and the shapes of its answers as the node's document has them.

import { api, unwrap } from '../../api/client.ts';
import type { paths } from '../../api/schema.d.ts';
import { useQuery } from '../../parts/ask.ts';

type Ok<Path extends keyof paths, Method extends 'get' | 'post'> = paths[Path][Method] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

export type Question = Ok<'/api/model-questions', 'get'>['questions'][number];
export type Model = Ok<'/api/models', 'get'>['models'][number];
export type WholeModel = Ok<'/api/models/{name}', 'get'>;
export type Version = WholeModel['versions'][number];
export type Job = Ok<'/api/model-jobs/{job}', 'get'>;
export type Ask = NonNullable<paths['/api/models/train']['post']['requestBody']>['content']['application/json'];
export type Check = Ok<'/api/models/train/check', 'post'>;
export type Report = Ok<'/api/models/{name}/versions/{version}/report', 'get'>;
export type Drift = Ok<'/api/models/{name}/drift', 'get'>;
export type Explained = Ok<'/api/scores/{id}/explanations', 'get'>['explanations'][number];
/** A training's own report; one of several organisations together has less. */
export type WholeReport = Report & Required<Pick<Report, 'data' | 'columns' | 'crossValidation' | 'curves' | 'decision'>>;

export const modelsKey = ['models'] as const;
export const jobsKey = ['model-jobs'] as const;
/** Of whatever trains, promotes or retires. */
export const changed = [modelsKey, jobsKey] as const;

const livelyMs = 1_500;
const calmMs = 15_000;
const isOpen = ({ state }: Pick<Job, 'state'>) => state === 'running' || state === 'waiting';

export const useQuestions = () =>
  useQuery({
    queryKey: ['model-questions'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/model-questions', { signal })),
    select: ({ questions }) => questions,
    staleTime: 600_000,
  });

export const useModels = () =>
  useQuery({
    queryKey: modelsKey,
    queryFn: async ({ signal }) => (await unwrap(api.GET('/api/models', { signal }))).models,
    refetchInterval: calmMs,
  });

export const useModel = (name: string) =>
  useQuery({
    queryKey: [...modelsKey, name],
    queryFn: ({ signal }) => unwrap(api.GET('/api/models/{name}', { params: { path: { name } }, signal })),
    refetchInterval: calmMs,
  });

export const useJobs = (wanted = true) =>
  useQuery({
    queryKey: jobsKey,
    queryFn: async ({ signal }) => (await unwrap(api.GET('/api/model-jobs', { signal }))).jobs,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? livelyMs : calmMs),
    enabled: wanted,
  });

export const useJob = (job: number) =>
  useQuery({
    queryKey: [...jobsKey, job],
    queryFn: ({ signal }) => unwrap(api.GET('/api/model-jobs/{job}', { params: { path: { job } }, signal })),
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : livelyMs),
    enabled: Number.isSafeInteger(job),
  });

export const useReport = (name: string, version: number, wanted = true) =>
  useQuery({
    queryKey: [...modelsKey, name, version, 'report'],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/models/{name}/versions/{version}/report', { params: { path: { name, version } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: wanted,
  });

export const useDrift = (name: string, wanted: boolean) =>
  useQuery({
    queryKey: [...modelsKey, name, 'drift'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/models/{name}/drift', { params: { path: { name } }, signal })),
    staleTime: 300_000,
    enabled: wanted,
  });

/** What a training would be made of. Asked again when whom or what it is asked of changes, not when settings of the learning do. */
export function useCheck(ask: Ask, wanted: boolean) {
  const { question, label, positive, segment, horizonDays, activeDays, purpose } = ask;
  const body = {
    ...(question !== undefined && { question }),
    ...(label !== undefined && { label }),
    ...(positive !== undefined && { positive }),
    ...(segment !== undefined && { segment }),
    ...(horizonDays !== undefined && { horizonDays }),
    ...(activeDays !== undefined && { activeDays }),
    ...(purpose !== undefined && { purpose }),
  };
  return useQuery({
    queryKey: ['model-check', body],
    queryFn: ({ signal }) => unwrap(api.POST('/api/models/train/check', { body, signal })),
    staleTime: 300_000,
    enabled: wanted,
  });
}

export function isWhole(report: Report): report is WholeReport {
  return report.curves !== undefined && report.crossValidation !== undefined && report.decision !== undefined;
}
