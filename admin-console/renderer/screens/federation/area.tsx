// What is done together with other organisations.

import { ClusterOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { Area } from '../../parts/screen.ts';

export const federation: Area = {
  key: 'federation',
  name: { en: 'Federation', zh: '联邦' },
  icon: ClusterOutlined,
  screens: [
    {
      path: '/rounds',
      name: { en: 'Training together', zh: '联合训练' },
      needs: ['round.list'],
      routes: [['/rounds', lazy(() => import('./rounds.tsx'))]],
    },
  ],
};
