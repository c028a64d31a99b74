// How far the first steps of a node are, told by the node itself: nothing of it is remembered by the browser, so that whoever looks sees the same.

import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';
import { useMay } from '../../parts/session.ts';
import type { Words } from '../../words/words.ts';
import { useSources } from '../data/sources.tsx';
import { useFigures } from '../data/sources-figures.ts';
import { byHandName } from '../data/sources-sdks.ts';

export const stepKeys = ['seal', 'people', 'source', 'event', 'import'] as const;
export type StepKey = (typeof stepKeys)[number];

export const stepNames: { readonly [step in StepKey]: Words } = {
  seal: { en: 'Seal and recovery', zh: '封存与恢复' },
  people: { en: 'Second person', zh: '第二负责人' },
  source: { en: 'A source', zh: '数据源' },
  event: { en: 'First event', zh: '首个事件' },
  import: { en: 'Import a file', zh: '导入文件' },
};
/** A node does well without these. */
export const optional: ReadonlySet<StepKey> = new Set(['import']);

/** Whoever may do all of it is shown the way. */
export const useMaySetUp = (): boolean => {
  const may = useMay();
  return ['keys.shares', 'people.invite', 'source.add'].every(may);
};

export const useSeal = () => useQuery({ queryKey: ['seal'], queryFn: ({ signal }) => unwrap(api.GET('/api/seal', { signal })) });
export const usePeople = () =>
  useQuery({
    queryKey: ['people'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/people', { signal })),
    select: ({ people = [] }) => people,
  });

export type Done = { readonly [step in StepKey]: boolean };

/** @param again whether to keep asking for what arrives  @returns undefined until the node has told all of it */
export function useFirstSteps(again: boolean): { done: Done | undefined; error: unknown; refetch(): void } {
  const seal = useSeal();
  const people = usePeople();
  const sources = useSources();
  const figures = useFigures(again);
  const all = [seal, people, sources, figures];
  const refetch = () => {
    for (const one of all) void one.refetch();
  };
  const error = all.find((one) => one.error !== null)?.error;
  if (!seal.data || !people.data || !sources.data || !figures.data) return { done: undefined, error, refetch };
  const active = people.data.filter(({ state }) => state === 'active');
  const holding = (role: string) => active.filter(({ roles = [] }) => (roles as readonly string[]).includes(role));
  const own = sources.data.filter(({ name }) => name !== byHandName);
  const files = own.filter(({ kind }) => kind === 'file');
  const live = own.filter(({ kind, disabledAtMs }) => kind !== 'file' && disabledAtMs === undefined);
  const sent = (some: typeof own) => some.some(({ id }) => figures.data.has(id));
  const done = {
    seal: seal.data.shares !== undefined,
    people: holding('administrator').length >= 2 && holding('compliance').length >= 1,
    source: live.length > 0,
    event: sent(live),
    import: sent(files),
  };
  return { done, error: undefined, refetch };
}

/** Where to go on: the first step that is not done, or the last. */
export const nextStep = (done: Done): StepKey => stepKeys.find((step) => !done[step]) ?? 'import';
export const isFinished = (done: Done): boolean => stepKeys.every((step) => done[step] || optional.has(step));
