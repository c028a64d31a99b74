// The purposes that are declared, with their basis and how many customers each covers, asked for once for all screens that show that.

import { api, unwrap } from '../../../api/client.ts';
import { useQuery } from '../../../parts/ask.ts';
import { useMay } from '../../../parts/session.ts';

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
