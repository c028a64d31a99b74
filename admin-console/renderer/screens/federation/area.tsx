// What is done together with other organisations: who they are, matches, rounds of training, what each was told, and proof of it.

import { ClusterOutlined } from '@ant-design/icons';

import { type Area, later } from '../../parts/screen.tsx';

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
        ['/federations', later(() => import('./federations.tsx'))],
        ['/federations/:federation', later(() => import('./federation.tsx'))],
      ],
    },
    {
      path: '/matches',
      name: { en: 'Matches', zh: '匹配' },
      needs: ['match.list'],
      routes: [
        ['/matches', later(() => import('./matches.tsx'))],
        ['/matches/new', later(() => import('./match-new.tsx'))],
        ['/matches/files', later(() => import('./match-files.tsx'))],
        ['/matches/:match', later(() => import('./match.tsx'))],
      ],
    },
    {
      path: '/rounds',
      name: { en: 'Training together', zh: '联合训练' },
      needs: ['round.list'],
      routes: [
        ['/rounds', later(() => import('./rounds.tsx'))],
        ['/rounds/new', later(() => import('./round-new.tsx'))],
        ['/rounds/columns', later(() => import('./round-columns.tsx'))],
        ['/rounds/files', later(() => import('./round-files.tsx'))],
        ['/rounds/:round', later(() => import('./round.tsx'))],
      ],
    },
    {
      path: '/privacy-budgets',
      name: { en: 'Privacy budgets', zh: '隐私预算' },
      needs: ['federation.budget'],
      routes: [['/privacy-budgets', later(() => import('./budgets.tsx'))]],
    },
    {
      path: '/transcripts',
      name: { en: 'Transcripts', zh: '会话记录核验' },
      needs: ['federation.verify'],
      routes: [['/transcripts', later(() => import('./transcripts.tsx'))]],
    },
  ],
};
