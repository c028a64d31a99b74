// Which records are one person: what people decide, and how well it is done.

import { MergeCellsOutlined } from '@ant-design/icons';
import type { Area } from '../../parts/screen.ts';

export const identity: Area = {
  key: 'identity',
  name: { en: 'Identity', zh: '身份识别' },
  icon: MergeCellsOutlined,
  screens: [],
};
