// The node itself: people, keys, seal, health.

import { SettingOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { Area } from '../../parts/screen.ts';

export const system: Area = {
  key: 'system',
  name: { en: 'System', zh: '系统' },
  icon: SettingOutlined,
  screens: [
    {
      path: '/people',
      name: { en: 'People', zh: '人员' },
      needs: ['people.list'],
      routes: [['/people', lazy(() => import('./people.tsx'))]],
    },
  ],
};
