// Models: made, compared, put to work and watched.

import { LineChartOutlined } from '@ant-design/icons';
import type { Area } from '../../parts/screen.ts';

export const models: Area = { key: 'models', name: { en: 'Models', zh: '模型' }, icon: LineChartOutlined, screens: [] };
