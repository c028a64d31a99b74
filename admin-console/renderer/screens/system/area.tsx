// The node itself: people, keys, seal, health.

import { SettingOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { Area } from '../../parts/screen.ts';

export const system: Area = {
  key: 'system',
  name: { en: 'System', zh: '系统' },
  icon: SettingOutlined,
  screens: [
    {
      path: '/people',
      name: { en: 'People', zh: '人员' },
      needs: ['people.list'],
      routes: [['/people', lazy(() => import('./people.tsx'))]],
    },
    {
      path: '/roles',
      name: { en: 'Roles', zh: '角色' },
      needs: ['people.list'],
      routes: [
        ['/roles', lazy(() => import('./roles.tsx'))],
        ['/roles/:role', lazy(() => import('./roles.tsx'))],
      ],
    },
    {
      path: '/api-keys',
      name: { en: 'API keys', zh: 'API 密钥' },
      needs: ['api-key.list'],
      routes: [['/api-keys', lazy(() => import('./api-keys.tsx'))]],
    },
    {
      path: '/keys',
      name: { en: 'Keys and seal', zh: '密钥与封存' },
      needs: ['keys.rotate', 'seal'],
      routes: [['/keys', lazy(() => import('./keys.tsx'))]],
    },
    {
      path: '/health',
      name: { en: 'Health', zh: '健康状况' },
      needs: ['log.read'],
      routes: [['/health', lazy(() => import('./health.tsx'))]],
    },
    {
      path: '/jobs',
      name: { en: 'Jobs', zh: '任务' },
      needs: ['model.jobs', 'log.read'],
      routes: [['/jobs', lazy(() => import('./jobs.tsx'))]],
    },
    {
      path: '/log',
      name: { en: 'Log', zh: '运行日志' },
      needs: ['log.read'],
      routes: [['/log', lazy(() => import('./logs.tsx'))]],
    },
    {
      path: '/about',
      name: { en: 'About', zh: '关于' },
      needs: ['log.read', 'people.list'],
      routes: [['/about', lazy(() => import('./about.tsx'))]],
    },
  ],
};
