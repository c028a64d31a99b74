// The consent ledger's sides: purposes and their numbers, the texts that were shown, what waits to be sent, and one customer.

import type { ReactNode } from 'react';
import { type Tab, Tabs } from '../tabs.tsx';

const tabs: readonly Tab[] = [
  { path: '/consent', name: { en: 'Purposes', zh: '用途' }, needs: 'consent.purposes' },
  { path: '/consent/customer', name: { en: 'One customer', zh: '单个客户' }, needs: 'consent.read' },
  { path: '/consent/texts', name: { en: 'Texts', zh: '展示文本' }, needs: 'consent.texts' },
  { path: '/consent/outbox', name: { en: 'To be sent', zh: '待发送' }, needs: 'consent.outbox' },
];

export const ConsentTabs = ({ at, children }: { at: string; children: ReactNode }) => (
  <Tabs tabs={tabs} at={at}>
    {children}
  </Tabs>
);
