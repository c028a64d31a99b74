// What answers to the law: approvals, reviews, consents, requests, proof.

import { SafetyCertificateOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { Area } from '../../parts/screen.ts';

const approvals = lazy(() => import('./approvals/approvals.tsx'));
const inbox = lazy(() => import('./access/inbox.tsx'));
const judged = lazy(() => import('./access/judged.tsx'));
const whoReadAnswer = lazy(() => import('./access/who-read-answer.tsx'));
const consentCustomer = lazy(() => import('./consent/customer.tsx'));

export const compliance: Area = {
  key: 'compliance',
  name: { en: 'Compliance', zh: '合规' },
  icon: SafetyCertificateOutlined,
  screens: [
    {
      path: '/approvals',
      name: { en: 'Approvals', zh: '审批' },
      needs: ['approval.list'],
      routes: [
        ['/approvals', approvals],
        ['/approvals/:id', approvals],
      ],
    },
    {
      path: '/alarms',
      name: { en: 'Alarms', zh: '告警' },
      needs: ['alarms.list'],
      routes: [['/alarms', lazy(() => import('./alarms.tsx'))]],
    },
    {
      path: '/access-review',
      name: { en: 'Access review', zh: '访问复核' },
      needs: ['access-review.read'],
      routes: [
        ['/access-review', inbox],
        ['/access-review/honey', lazy(() => import('./access/honey.tsx'))],
        ['/access-review/judged', judged],
        ['/access-review/judged/:id', judged],
        ['/access-review/:id', inbox],
      ],
    },
    {
      path: '/who-read',
      name: { en: 'Who read whom', zh: '访问关系' },
      needs: ['audit.who'],
      routes: [
        ['/who-read', lazy(() => import('./access/who-read.tsx'))],
        ['/who-read/customer/:id', whoReadAnswer],
        ['/who-read/colleague/:actor', whoReadAnswer],
      ],
    },
    {
      path: '/audit',
      name: { en: 'Audit log', zh: '审计日志' },
      needs: ['audit.read'],
      routes: [
        ['/audit', lazy(() => import('./audit/search.tsx'))],
        ['/audit/heads', lazy(() => import('./audit/heads.tsx'))],
        ['/audit/:seq', lazy(() => import('./audit/entry.tsx'))],
      ],
    },
    {
      path: '/requests',
      name: { en: 'Rights requests', zh: '权利请求' },
      needs: ['request.list'],
      routes: [
        ['/requests', lazy(() => import('./rights/requests.tsx'))],
        ['/requests/closed', lazy(() => import('./rights/requests-closed.tsx'))],
        ['/requests/:id', lazy(() => import('./rights/request.tsx'))],
      ],
    },
    {
      path: '/consent',
      name: { en: 'Consent', zh: '同意' },
      needs: ['consent.purposes'],
      routes: [
        ['/consent', lazy(() => import('./consent/consent.tsx'))],
        ['/consent/texts', lazy(() => import('./consent/texts.tsx'))],
        ['/consent/outbox', lazy(() => import('./consent/outbox.tsx'))],
        ['/consent/customer', consentCustomer],
        ['/consent/customer/:id', consentCustomer],
      ],
    },
    {
      path: '/erasures',
      name: { en: 'Erasure', zh: '删除与保留期' },
      needs: ['erasure.list', 'retention.read'],
      routes: [
        ['/erasures', lazy(() => import('./rights/erasures.tsx'))],
        ['/erasures/retention', lazy(() => import('./rights/retention.tsx'))],
        ['/erasures/:id', lazy(() => import('./rights/erasure.tsx'))],
      ],
    },
    {
      path: '/register',
      name: { en: 'Documents', zh: '合规文档' },
      needs: ['register.read', 'assessment.list'],
      routes: [
        ['/register', lazy(() => import('./documents/register.tsx'))],
        ['/register/assessments', lazy(() => import('./documents/assessments.tsx'))],
        ['/register/assessments/new', lazy(() => import('./documents/assessment-new.tsx'))],
        ['/register/assessments/:id', lazy(() => import('./documents/assessment.tsx'))],
      ],
    },
    {
      path: '/policies',
      name: { en: 'Policies', zh: '策略' },
      needs: ['policy.read'],
      routes: [
        ['/policies', lazy(() => import('./policies/policies.tsx'))],
        ['/policies/table', lazy(() => import('./policies/table.tsx'))],
        ['/policies/case', lazy(() => import('./policies/case.tsx'))],
        ['/policies/versions', lazy(() => import('./policies/versions.tsx'))],
        ['/policies/change', lazy(() => import('./policies/change.tsx'))],
      ],
    },
    {
      path: '/break-glass',
      name: { en: 'Break glass', zh: '紧急访问' },
      needs: ['break-glass.open', 'break-glass.list'],
      routes: [['/break-glass', lazy(() => import('./access/break-glass.tsx'))]],
    },
    {
      path: '/tokens',
      name: { en: 'Tokens', zh: '替代令牌' },
      needs: ['token.make', 'token.reveal'],
      routes: [['/tokens', lazy(() => import('./access/tokens.tsx'))]],
    },
  ],
};
