// Review of access: what waits, what was judged, and the customers who are there to notice who looks.

import type { ReactNode } from 'react';
import { type Tab, Tabs } from '../tabs.tsx';

export const ReviewTabs = ({ at, open, children }: { at: string; open?: number | undefined; children: ReactNode }) => {
  const tabs: readonly Tab[] = [
    { path: '/access-review', name: { en: 'To judge', zh: '待复核' }, needs: 'access-review.read', count: open },
    { path: '/access-review/judged', name: { en: 'Judged', zh: '已复核' }, needs: 'access-review.read' },
    { path: '/access-review/honey', name: { en: 'Honey customers', zh: '诱饵客户' }, needs: 'access-review.honey.read' },
  ];
  return (
    <Tabs tabs={tabs} at={at}>
      {children}
    </Tabs>
  );
};
