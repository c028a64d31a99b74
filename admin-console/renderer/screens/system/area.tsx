// The node itself: people, keys, seal, health.

import { SettingOutlined } from '@ant-design/icons';

import { type Area, later } from '../../parts/screen.tsx';

export const system: Area = {
  key: 'system',
  name: { en: 'System', zh: '系统' },
  icon: SettingOutlined,
  screens: [
    {
      path: '/people',
      name: { en: 'People', zh: '人员' },
      needs: ['people.list'],
      routes: [['/people', later(() => import('./people.tsx'))]],
    },
    {
      path: '/roles',
      name: { en: 'Roles', zh: '角色' },
      needs: ['people.list'],
      routes: [
        ['/roles', later(() => import('./roles.tsx'))],
        ['/roles/:role', later(() => import('./roles.tsx'))],
      ],
    },
    {
      path: '/api-keys',
      name: { en: 'API keys', zh: 'API 密钥' },
      needs: ['api-key.list'],
      routes: [['/api-keys', later(() => import('./api-keys.tsx'))]],
    },
    {
      path: '/keys',
      name: { en: 'Keys and seal', zh: '密钥与封存' },
      needs: ['keys.rotate', 'seal'],
      routes: [['/keys', later(() => import('./keys.tsx'))]],
    },
    {
      path: '/health',
      name: { en: 'Health', zh: '健康状况' },
      needs: ['log.read'],
      routes: [['/health', later(() => import('./health.tsx'))]],
    },
    {
      path: '/backups',
      name: { en: 'Backups', zh: '备份' },
      needs: ['backup.look'],
      routes: [['/backups', later(() => import('./backups.tsx'))]],
    },
    {
      path: '/jobs',
      name: { en: 'Jobs', zh: '任务' },
      needs: ['job.list'],
      routes: [['/jobs', later(() => import('./jobs.tsx'))]],
    },
    {
      path: '/configuration',
      name: { en: 'Configuration', zh: '配置' },
      needs: ['config.read'],
      routes: [['/configuration', later(() => import('./configuration.tsx'))]],
    },
    {
      path: '/log',
      name: { en: 'Log', zh: '运行日志' },
      needs: ['log.read'],
      routes: [['/log', later(() => import('./logs.tsx'))]],
    },
    {
      path: '/about',
      name: { en: 'About', zh: '关于' },
      needs: ['log.read', 'people.list'],
      routes: [['/about', later(() => import('./about.tsx'))]],
    },
  ],
};
