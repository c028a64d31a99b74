// Documents that the law wants kept.

import type { ReactNode } from 'react';
import { type Tab, Tabs } from '../tabs.tsx';

const tabs: readonly Tab[] = [
  { path: '/register', name: { en: 'Register of processing', zh: '处理活动记录' }, needs: 'register.read' },
  { path: '/register/assessments', name: { en: 'Impact assessments', zh: '影响评估' }, needs: 'assessment.list' },
];

export const DocumentTabs = ({ at, children }: { at: string; children: ReactNode }) => (
  <Tabs tabs={tabs} at={at}>
    {children}
  </Tabs>
);
