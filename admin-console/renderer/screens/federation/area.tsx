// What is done together with other organisations: who they are, matches, rounds of training, what each was told, and proof of it.

import { ClusterOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { Area } from '../../parts/screen.ts';

export const federation: Area = {
  key: 'federation',
  name: { en: 'Federation', zh: '联邦' },
  icon: ClusterOutlined,
  screens: [
    {
      path: '/federations',
      name: { en: 'Members', zh: '成员机构' },
      needs: ['federation.list'],
      routes: [
        ['/federations', lazy(() => import('./federations.tsx'))],
        ['/federations/:federation', lazy(() => import('./federation.tsx'))],
      ],
    },
    {
      path: '/matches',
      name: { en: 'Matches', zh: '匹配' },
      needs: ['match.list'],
      routes: [
        ['/matches', lazy(() => import('./matches.tsx'))],
        ['/matches/new', lazy(() => import('./match-new.tsx'))],
        ['/matches/files', lazy(() => import('./match-files.tsx'))],
        ['/matches/:match', lazy(() => import('./match.tsx'))],
      ],
    },
    {
      path: '/rounds',
      name: { en: 'Training together', zh: '联合训练' },
      needs: ['round.list'],
      routes: [
        ['/rounds', lazy(() => import('./rounds.tsx'))],
        ['/rounds/new', lazy(() => import('./round-new.tsx'))],
        ['/rounds/columns', lazy(() => import('./round-columns.tsx'))],
        ['/rounds/files', lazy(() => import('./round-files.tsx'))],
        ['/rounds/:round', lazy(() => import('./round.tsx'))],
      ],
    },
    {
      path: '/privacy-budgets',
      name: { en: 'Privacy budgets', zh: '隐私预算' },
      needs: ['federation.budget'],
      routes: [['/privacy-budgets', lazy(() => import('./budgets.tsx'))]],
    },
    {
      path: '/transcripts',
      name: { en: 'Transcripts', zh: '会话记录核验' },
      needs: ['federation.verify'],
      routes: [['/transcripts', lazy(() => import('./transcripts.tsx'))]],
    },
  ],
};
