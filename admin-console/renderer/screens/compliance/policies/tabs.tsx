// Policies from every side: in words, as a table, by a made-up case, over time, and how to change them.

import type { ReactNode } from 'react';
import { api, unwrap } from '../../../api/client.ts';
import { useQuery } from '../../../parts/ask.ts';
import { type Tab, Tabs } from '../tabs.tsx';

export const policiesKey = ['policies'] as const;

export const usePolicies = () =>
  useQuery({
    queryKey: [...policiesKey, 'now'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/policies', { signal })),
    staleTime: 60_000,
  });

const tabs: readonly Tab[] = [
  { path: '/policies', name: { en: 'In words', zh: '策略说明' }, needs: 'policy.read' },
  { path: '/policies/table', name: { en: 'Who may what', zh: '权限一览' }, needs: 'policy.read' },
  { path: '/policies/case', name: { en: 'Try a case', zh: '个案试问' }, needs: 'policy.read' },
  { path: '/policies/versions', name: { en: 'Versions', zh: '版本' }, needs: 'policy.read' },
  { path: '/policies/change', name: { en: 'Propose a change', zh: '提议更改' }, needs: 'policy.change' },
];

export const PolicyTabs = ({ at, children }: { at: string; children: ReactNode }) => (
  <Tabs tabs={tabs} at={at}>
    {children}
  </Tabs>
);

export const policyWords = {
  title: { en: 'Policies', zh: '策略' },
  about: { en: 'Who may do and see what, in force on this node.', zh: '本节点现行的操作与查看权限。' },
} as const;
