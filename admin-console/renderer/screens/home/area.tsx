// The first screen: what waits for the reader and how the node is.

import { HomeOutlined } from '@ant-design/icons';

import { type Area, later } from '../../parts/screen.tsx';

export const home: Area = {
  key: 'home',
  name: { en: 'Home', zh: '首页' },
  icon: HomeOutlined,
  screens: [{ path: '/', name: { en: 'Home', zh: '首页' }, routes: [['/', later(() => import('./home.tsx'))]] }],
};
