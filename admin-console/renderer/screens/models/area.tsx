// Models: made, compared, put to work and watched.

import { LineChartOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { Area } from '../../parts/screen.ts';

const reads = ['model.list'];

export const models: Area = {
  key: 'models',
  name: { en: 'Models', zh: '模型' },
  icon: LineChartOutlined,
  screens: [
    {
      path: '/models',
      name: { en: 'Models', zh: '模型' },
      needs: reads,
      routes: [
        ['/models', lazy(() => import('./models.tsx'))],
        ['/models/:name/versions/:version/:part?', lazy(() => import('./report.tsx'))],
        ['/models/:name/compare/:one/:other', lazy(() => import('./compare.tsx'))],
        ['/models/:name/customers/:id', lazy(() => import('./explanation.tsx'))],
        ['/models/:name/:part?', lazy(() => import('./model.tsx'))],
      ],
    },
    {
      path: '/trainings',
      name: { en: 'Trainings', zh: '训练任务' },
      needs: ['model.jobs', 'model.train'],
      routes: [
        ['/trainings', lazy(() => import('./jobs.tsx'))],
        ['/trainings/new', lazy(() => import('./wizard.tsx'))],
        ['/trainings/:job', lazy(() => import('./job.tsx'))],
      ],
    },
  ],
};
