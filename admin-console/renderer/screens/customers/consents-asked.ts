// What is asked of the consent gate for pages of customers: the purposes that there are, and what one customer said.

import { useQuery } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client.ts';
import { useMay } from '../../parts/session.ts';
import { useLanguage } from '../../words/words.ts';
import { customerKey } from './profile.ts';

export function usePurposes() {
  const may = useMay();
  return useQuery({
    queryKey: ['purposes', 'declared'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/consent/purposes', { signal })),
    enabled: may('consent.purposes'),
    staleTime: 600_000,
  });
}

/** @returns what a purpose is called by whoever reads */
export function usePurposeName(): (purpose: string) => string {
  const language = useLanguage();
  const asked = usePurposes();
  return (purpose) => asked.data?.purposes.find((known) => known.purpose === purpose)?.name[language] ?? purpose;
}

const readLedger = (id: string) => unwrap(api.GET('/api/profiles/{id}/consents', { params: { path: { id } } }));
export type Ledger = Awaited<ReturnType<typeof readLedger>>;
export type Effective = Ledger['effective'][number];
export type Fact = Ledger['facts'][number];

export const useLedger = (id: string) => useQuery({ queryKey: [...customerKey(id), 'consents'], queryFn: () => readLedger(id) });
