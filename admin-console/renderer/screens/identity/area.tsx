// Which records are one person: what people decide, by which rules, and how well it is done.

import { MergeCellsOutlined } from '@ant-design/icons';

import { type Area, later } from '../../parts/screen.tsx';

const queue = later(() => import('./queue.tsx'));

export const identity: Area = {
  key: 'identity',
  name: { en: 'Identity', zh: '身份识别' },
  icon: MergeCellsOutlined,
  screens: [
    {
      path: '/identity/reviews',
      name: { en: 'Pairs to decide', zh: '待审核' },
      needs: ['review.read'],
      routes: [
        ['/identity/reviews', queue],
        ['/identity/reviews/:review', queue],
      ],
    },
    {
      path: '/identity/quality',
      name: { en: 'Quality', zh: '匹配质量' },
      needs: ['identity.quality'],
      routes: [['/identity/quality', later(() => import('./quality.tsx'))]],
    },
    {
      path: '/identity/rules',
      name: { en: 'Rules', zh: '识别规则' },
      needs: ['identity.rules'],
      routes: [['/identity/rules', later(() => import('./rules.tsx'))]],
    },
  ],
};
