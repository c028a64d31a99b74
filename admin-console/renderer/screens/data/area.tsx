// What comes into the node and how good it is.

import { DatabaseOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { Area } from '../../parts/screen.ts';

export const data: Area = {
  key: 'data',
  name: { en: 'Data', zh: '数据' },
  icon: DatabaseOutlined,
  screens: [
    {
      path: '/data/sources',
      name: { en: 'Sources', zh: '数据源' },
      needs: ['source.list'],
      routes: [
        ['/data/sources', lazy(() => import('./sources.tsx'))],
        ['/data/sources/:id', lazy(() => import('./sources-one.tsx'))],
      ],
    },
    {
      path: '/data/import',
      name: { en: 'Import', zh: '导入' },
      needs: ['import.batch'],
      routes: [['/data/import', lazy(() => import('./import.tsx'))]],
    },
  ],
};
