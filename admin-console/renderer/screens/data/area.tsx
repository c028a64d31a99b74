// What comes into the node and how good it is.

import { DatabaseOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { Area } from '../../parts/screen.ts';

const catalogue = lazy(() => import('./catalogue.tsx'));
const quality = lazy(() => import('./quality.tsx'));
const lineage = lazy(() => import('./lineage.tsx'));
const dictionary = lazy(() => import('./dictionary.tsx'));

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
    {
      path: '/live',
      name: { en: 'Live', zh: '实时事件' },
      needs: ['live.watch'],
      routes: [['/live', lazy(() => import('./live.tsx'))]],
    },
    {
      path: '/quarantine',
      name: { en: 'Quarantine', zh: '隔离区' },
      needs: ['quarantine.list', 'quarantine.counts'],
      routes: [
        ['/quarantine', lazy(() => import('./quarantine.tsx'))],
        ['/quarantine/:id', lazy(() => import('./quarantined.tsx'))],
      ],
    },
    {
      path: '/catalogue',
      name: { en: 'Catalogue', zh: '数据目录' },
      needs: ['catalogue.list'],
      routes: [
        ['/catalogue', catalogue],
        ['/catalogue/:id', lazy(() => import('./field.tsx'))],
      ],
    },
    {
      path: '/dictionary',
      name: { en: 'Dictionary', zh: '数据字典' },
      needs: ['dictionary.read'],
      routes: [
        ['/dictionary', dictionary],
        ['/dictionary/:source', dictionary],
      ],
    },
    {
      path: '/quality',
      name: { en: 'Quality', zh: '数据质量' },
      needs: ['quality.score'],
      routes: [
        ['/quality', quality],
        ['/quality/:source', lazy(() => import('./source-quality.tsx'))],
      ],
    },
    {
      path: '/lineage',
      name: { en: 'Lineage', zh: '数据血缘' },
      needs: ['catalogue.lineage'],
      routes: [
        ['/lineage', lineage],
        ['/lineage/:trait', lineage],
      ],
    },
    {
      path: '/features',
      name: { en: 'Features', zh: '客户特征' },
      needs: ['feature.list'],
      routes: [['/features', lazy(() => import('./features.tsx'))]],
    },
  ],
};
