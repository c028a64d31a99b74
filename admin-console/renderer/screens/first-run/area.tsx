// The first steps on a fresh node. Not in the menu: the first screen leads there while they are not done.

import { later, type Screen } from '../../parts/screen.tsx';

const page = later(() => import('./first-run.tsx'));

export const firstRun: Screen = {
  path: '/first-run',
  name: { en: 'Set up this node', zh: '节点初始设置' },
  needs: ['source.add'],
  routes: [
    ['/first-run', page],
    ['/first-run/:step', page],
  ],
};
