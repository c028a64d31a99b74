// The purposes that are declared, asked for once for all screens that name them.

import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, unwrap } from '../../../api/client.ts';
import { useMay } from '../../../parts/session.ts';
import { useLanguage } from '../../../words/words.ts';

export const purposesKey = ['consent', 'purposes'] as const;

export function usePurposeTable() {
  const may = useMay();
  return useQuery({
    queryKey: purposesKey,
    queryFn: ({ signal }) => unwrap(api.GET('/api/consent/purposes', { signal })),
    enabled: may('consent.purposes'),
    // The first who asks begins the counting.
    refetchInterval: ({ state }) => (state.data && state.data.gate.state !== 'ready' ? 2_000 : false),
    staleTime: 60_000,
  });
}

export const usePurposes = () => usePurposeTable().data?.purposes ?? [];

/** @returns what a purpose is called; its own name where nobody declared it */
export function usePurposeName(): (purpose: string) => string {
  const language = useLanguage();
  const purposes = usePurposes();
  return useCallback(
    (purpose) => purposes.find((one) => one.purpose === purpose)?.name[language] ?? purpose,
    [purposes, language],
  );
}
