// What answers to the law: approvals, reviews, consents, requests, proof.

import { SafetyCertificateOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { Area } from '../../parts/screen.ts';

export const compliance: Area = {
  key: 'compliance',
  name: { en: 'Compliance', zh: '合规' },
  icon: SafetyCertificateOutlined,
  screens: [
    {
      path: '/approvals',
      name: { en: 'Approvals', zh: '审批' },
      needs: ['approval.list'],
      routes: [['/approvals', lazy(() => import('./approvals.tsx'))]],
    },
    {
      path: '/alarms',
      name: { en: 'Alarms', zh: '告警' },
      needs: ['alarms.list'],
      routes: [['/alarms', lazy(() => import('./alarms.tsx'))]],
    },
  ],
};
