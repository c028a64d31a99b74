// Finding customers, and everything about one of them.

import { TeamOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { Area } from '../../parts/screen.ts';

export const customers: Area = {
  key: 'customers',
  name: { en: 'Customers', zh: '客户' },
  icon: TeamOutlined,
  screens: [
    {
      path: '/customers',
      name: { en: 'Customers', zh: '客户' },
      needs: ['profile.find', 'profile.read'],
      routes: [
        ['/customers', lazy(() => import('./customers.tsx'))],
        ['/customers/:id', lazy(() => import('./customer.tsx'))],
      ],
    },
  ],
};
