// What comes into the node and how good it is.

import { DatabaseOutlined } from '@ant-design/icons';

import { type Area, later } from '../../parts/screen.tsx';

const catalogue = later(() => import('./catalogue.tsx'));
const quality = later(() => import('./quality.tsx'));
const lineage = later(() => import('./lineage.tsx'));
const dictionary = later(() => import('./dictionary.tsx'));

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
        ['/data/sources', later(() => import('./sources.tsx'))],
        ['/data/sources/:id', later(() => import('./sources-one.tsx'))],
      ],
    },
    {
      path: '/data/import',
      name: { en: 'Import', zh: '导入' },
      needs: ['import.batch'],
      routes: [['/data/import', later(() => import('./import.tsx'))]],
    },
    {
      path: '/live',
      name: { en: 'Live', zh: '实时事件' },
      needs: ['live.watch'],
      routes: [['/live', later(() => import('./live.tsx'))]],
    },
    {
      path: '/quarantine',
      name: { en: 'Quarantine', zh: '隔离区' },
      needs: ['quarantine.list', 'quarantine.counts'],
      routes: [
        ['/quarantine', later(() => import('./quarantine.tsx'))],
        ['/quarantine/:id', later(() => import('./quarantined.tsx'))],
      ],
    },
    {
      path: '/catalogue',
      name: { en: 'Catalogue', zh: '数据目录' },
      needs: ['catalogue.list'],
      routes: [
        ['/catalogue', catalogue],
        ['/catalogue/:id', later(() => import('./field.tsx'))],
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
        ['/quality/:source', later(() => import('./source-quality.tsx'))],
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
      routes: [['/features', later(() => import('./features.tsx'))]],
    },
  ],
};
