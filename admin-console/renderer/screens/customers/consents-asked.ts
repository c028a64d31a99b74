// What one customer said, as it is asked of the consent gate for their page.

import { api, unwrap } from '../../api/client.ts';
import { useQuery } from '../../parts/ask.ts';
import { customerKey } from './profile.ts';

const readLedger = (id: string) => unwrap(api.GET('/api/profiles/{id}/consents', { params: { path: { id } } }));
export type Ledger = Awaited<ReturnType<typeof readLedger>>;
export type Effective = Ledger['effective'][number];
export type Fact = Ledger['facts'][number];

export const useLedger = (id: string) => useQuery({ queryKey: [...customerKey(id), 'consents'], queryFn: () => readLedger(id) });
