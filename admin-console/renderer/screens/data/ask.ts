// What the screens of data ask the node, each question written once, and what is chosen on a screen kept in its address.

import { useCallback } from 'react';
import { useSearchParams } from 'wouter';
import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';

type Answered<Asked extends (...given: never[]) => { data: unknown }> = NonNullable<ReturnType<Asked>['data']>;

export const useSources = () =>
  useQuery({ queryKey: ['sources'], queryFn: ({ signal }) => unwrap(api.GET('/api/sources', { signal })), staleTime: 30_000 });
export type Source = Answered<typeof useSources>['sources'][number];

/** A part of the address that says what is chosen; '' for nothing. Never what a customer is known by. */
export function useChosen(name: string): [string, (value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const choose = useCallback(
    (value: string) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [name, setSearch],
  );
  return [search.get(name) ?? '', choose];
}

export const quarantineKey = ['quarantine'] as const;
export const useQuarantineCounts = () =>
  useQuery({
    queryKey: [...quarantineKey, 'counts'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/quarantine/counts', { signal })),
  });

export const useReasons = (source: number | undefined, wanted: boolean) =>
  useQuery({
    queryKey: [...quarantineKey, 'reasons', source],
    queryFn: ({ signal }) => unwrap(api.GET('/api/quarantine/reasons', { params: { query: { source: source ?? 0 } }, signal })),
    enabled: wanted && source !== undefined,
  });
export type Reason = Answered<typeof useReasons>['reasons'][number];

export const useQuarantined = (id: number) =>
  useQuery({
    queryKey: [...quarantineKey, 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/quarantine/{id}', { params: { path: { id } }, signal })),
  });
export type Quarantined = Answered<typeof useQuarantined>;

export const catalogueKey = ['catalogue'] as const;
export const useField = (id: number) =>
  useQuery({
    queryKey: [...catalogueKey, 'field', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/catalogue/fields/{id}', { params: { path: { id } }, signal })),
  });
export type Field = Answered<typeof useField>;

export const useTraits = (wanted = true) =>
  useQuery({
    queryKey: [...catalogueKey, 'traits'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/catalogue/traits', { signal })),
    enabled: wanted,
  });
export type TraitEntry = Answered<typeof useTraits>['traits'][number];

export const useLineage = (trait: string) =>
  useQuery({
    queryKey: [...catalogueKey, 'lineage', trait],
    queryFn: ({ signal }) => unwrap(api.GET('/api/catalogue/lineage/{trait}', { params: { path: { trait } }, signal })),
  });
export type Lineage = Answered<typeof useLineage>;

export const qualityKey = ['quality'] as const;
export const useScore = (id: number) =>
  useQuery({
    queryKey: [...qualityKey, 'score', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/quality/sources/{id}', { params: { path: { id } }, signal })),
    refetchInterval: 30_000,
  });
export type Score = Answered<typeof useScore>;

export const useHistory = (id: number, hours: number) =>
  useQuery({
    queryKey: [...qualityKey, 'history', id, hours],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/quality/sources/{id}/history', { params: { path: { id }, query: { hours } }, signal })),
  });
export type Hour = Answered<typeof useHistory>['hours'][number];

export const useQualityRules = (id: number, version?: number) =>
  useQuery({
    queryKey: [...qualityKey, 'rules', id, version],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/quality/sources/{id}/rules', {
          params: { path: { id }, query: { ...(version !== undefined && { version }) } },
          signal,
        }),
      ),
  });
export type StoredRules = Answered<typeof useQualityRules>;
export type QualityRule = StoredRules['document']['rules'][number];

export const dictionaryKey = ['dictionary'] as const;
export const useDictionary = (id: number, version?: number) =>
  useQuery({
    queryKey: [...dictionaryKey, id, version],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/sources/{id}/dictionary', {
          params: { path: { id }, query: { ...(version !== undefined && { version }) } },
          signal,
        }),
      ),
  });
