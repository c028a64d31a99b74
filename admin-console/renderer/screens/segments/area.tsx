// Groups of customers by rules, value and likeness.

import { PieChartOutlined } from '@ant-design/icons';

import { type Area, later } from '../../parts/screen.tsx';

const builder = later(() => import('./builder.tsx'));

export const segments: Area = {
  key: 'segments',
  name: { en: 'Segments', zh: '人群' },
  icon: PieChartOutlined,
  screens: [
    {
      path: '/segments',
      name: { en: 'All segments', zh: '全部人群' },
      needs: ['segment.list'],
      routes: [
        ['/segments', later(() => import('./segments.tsx'))],
        ['/segments/new', builder],
        ['/segments/:id/edit', builder],
        ['/segments/:id', later(() => import('./segment.tsx'))],
      ],
    },
    {
      path: '/overlaps',
      name: { en: 'Overlaps', zh: '人群重叠' },
      needs: ['segment.overlaps'],
      routes: [['/overlaps', later(() => import('./overlaps.tsx'))]],
    },
    {
      path: '/rfm',
      name: { en: 'RFM grid', zh: 'RFM 网格' },
      needs: ['segment.rfm'],
      routes: [['/rfm', later(() => import('./rfm.tsx'))]],
    },
    {
      path: '/clusters',
      name: { en: 'Clusters', zh: '聚类' },
      needs: ['segment.clusters'],
      routes: [['/clusters', later(() => import('./clusters.tsx'))]],
    },
    {
      path: '/lifetime',
      name: { en: 'Lifetime value', zh: '生命周期价值' },
      needs: ['segment.lifetime'],
      routes: [['/lifetime', later(() => import('./lifetime.tsx'))]],
    },
  ],
};
