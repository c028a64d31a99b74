// What goes for good: because somebody asked, and because its time is over.

import type { ReactNode } from 'react';
import { type Tab, Tabs } from '../tabs.tsx';

const tabs: readonly Tab[] = [
  { path: '/erasures', name: { en: 'Erasures', zh: '删除记录' }, needs: 'erasure.list' },
  { path: '/erasures/retention', name: { en: 'Retention', zh: '保留期' }, needs: 'retention.read' },
];

export const ErasureTabs = ({ at, children }: { at: string; children: ReactNode }) => (
  <Tabs tabs={tabs} at={at}>
    {children}
  </Tabs>
);
