// What comes into the node and how good it is.

import { DatabaseOutlined } from '@ant-design/icons';
import type { Area } from '../../parts/screen.ts';

export const data: Area = { key: 'data', name: { en: 'Data', zh: '数据' }, icon: DatabaseOutlined, screens: [] };
