// Models: made, compared, put to work and watched.

import { LineChartOutlined } from '@ant-design/icons';

import { type Area, later } from '../../parts/screen.tsx';

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
        ['/models', later(() => import('./models.tsx'))],
        ['/models/:name/versions/:version/:part?', later(() => import('./report.tsx'))],
        ['/models/:name/compare/:one/:other', later(() => import('./compare.tsx'))],
        ['/models/:name/customers/:id', later(() => import('./explanation.tsx'))],
        ['/models/:name/:part?', later(() => import('./model.tsx'))],
      ],
    },
    {
      path: '/trainings',
      name: { en: 'Trainings', zh: '训练任务' },
      needs: ['model.jobs', 'model.train'],
      routes: [
        ['/trainings', later(() => import('./jobs.tsx'))],
        ['/trainings/new', later(() => import('./wizard.tsx'))],
        ['/trainings/:job', later(() => import('./job.tsx'))],
      ],
    },
  ],
};
