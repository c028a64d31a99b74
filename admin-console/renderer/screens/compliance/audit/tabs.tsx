// The log's two sides: what stands in it, and what proves that nobody altered it.

import type { ReactNode } from 'react';
import { type Tab, Tabs } from '../tabs.tsx';

const tabs: readonly Tab[] = [
  { path: '/audit', name: { en: 'Entries', zh: '条目' }, needs: 'audit.read' },
  { path: '/audit/heads', name: { en: 'Proof', zh: '证明' }, needs: 'audit.verify' },
];

export const AuditTabs = ({ at, children }: { at: string; children: ReactNode }) => (
  <Tabs tabs={tabs} at={at}>
    {children}
  </Tabs>
);
