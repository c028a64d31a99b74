// Groups of customers by rules, value and likeness.

import { PieChartOutlined } from '@ant-design/icons';
import type { Area } from '../../parts/screen.ts';

export const segments: Area = { key: 'segments', name: { en: 'Segments', zh: '客群' }, icon: PieChartOutlined, screens: [] };
