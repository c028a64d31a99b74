// Finding customers, everything about one of them, and making one of two.

import { TeamOutlined } from '@ant-design/icons';

import { type Area, later } from '../../parts/screen.tsx';

const one = later(() => import('./customer.tsx'));

export const customers: Area = {
  key: 'customers',
  name: { en: 'Customers', zh: '客户' },
  icon: TeamOutlined,
  screens: [
    {
      path: '/customers',
      name: { en: 'Customers', zh: '客户' },
      needs: ['profile.find', 'profile.list', 'profile.read'],
      routes: [
        ['/customers', later(() => import('./customers.tsx'))],
        ['/customers/merge/:left/:right', later(() => import('./merge.tsx'))],
        ['/customers/:id', one],
        ['/customers/:id/:part', one],
      ],
    },
  ],
};
