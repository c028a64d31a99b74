// What answers to the law: approvals, reviews, consents, requests, proof.

import { SafetyCertificateOutlined } from '@ant-design/icons';

import { type Area, later } from '../../parts/screen.tsx';

const approvals = later(() => import('./approvals/approvals.tsx'));
const inbox = later(() => import('./access/inbox.tsx'));
const judged = later(() => import('./access/judged.tsx'));
const whoReadAnswer = later(() => import('./access/who-read-answer.tsx'));
const consentCustomer = later(() => import('./consent/customer.tsx'));

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
      routes: [['/alarms', later(() => import('./alarms.tsx'))]],
    },
    {
      path: '/access-review',
      name: { en: 'Access review', zh: '访问复核' },
      needs: ['access-review.read'],
      routes: [
        ['/access-review', inbox],
        ['/access-review/honey', later(() => import('./access/honey.tsx'))],
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
        ['/who-read', later(() => import('./access/who-read.tsx'))],
        ['/who-read/customer/:id', whoReadAnswer],
        ['/who-read/colleague/:actor', whoReadAnswer],
      ],
    },
    {
      path: '/audit',
      name: { en: 'Audit log', zh: '审计日志' },
      needs: ['audit.read'],
      routes: [
        ['/audit', later(() => import('./audit/search.tsx'))],
        ['/audit/heads', later(() => import('./audit/heads.tsx'))],
        ['/audit/:seq', later(() => import('./audit/entry.tsx'))],
      ],
    },
    {
      path: '/requests',
      name: { en: 'Rights requests', zh: '权利请求' },
      needs: ['request.list'],
      routes: [
        ['/requests', later(() => import('./rights/requests.tsx'))],
        ['/requests/closed', later(() => import('./rights/requests-closed.tsx'))],
        ['/requests/:id', later(() => import('./rights/request.tsx'))],
      ],
    },
    {
      path: '/consent',
      name: { en: 'Consent', zh: '同意' },
      needs: ['consent.purposes'],
      routes: [
        ['/consent', later(() => import('./consent/consent.tsx'))],
        ['/consent/texts', later(() => import('./consent/texts.tsx'))],
        ['/consent/outbox', later(() => import('./consent/outbox.tsx'))],
        ['/consent/customer', consentCustomer],
        ['/consent/customer/:id', consentCustomer],
      ],
    },
    {
      path: '/erasures',
      name: { en: 'Erasure', zh: '删除与保留期' },
      needs: ['erasure.list', 'retention.read'],
      routes: [
        ['/erasures', later(() => import('./rights/erasures.tsx'))],
        ['/erasures/retention', later(() => import('./rights/retention.tsx'))],
        ['/erasures/:id', later(() => import('./rights/erasure.tsx'))],
      ],
    },
    {
      path: '/register',
      name: { en: 'Documents', zh: '合规文档' },
      needs: ['register.read', 'assessment.list'],
      routes: [
        ['/register', later(() => import('./documents/register.tsx'))],
        ['/register/assessments', later(() => import('./documents/assessments.tsx'))],
        ['/register/assessments/new', later(() => import('./documents/assessment-new.tsx'))],
        ['/register/assessments/:id', later(() => import('./documents/assessment.tsx'))],
      ],
    },
    {
      path: '/policies',
      name: { en: 'Policies', zh: '策略' },
      needs: ['policy.read'],
      routes: [
        ['/policies', later(() => import('./policies/policies.tsx'))],
        ['/policies/table', later(() => import('./policies/table.tsx'))],
        ['/policies/case', later(() => import('./policies/case.tsx'))],
        ['/policies/versions', later(() => import('./policies/versions.tsx'))],
        ['/policies/change', later(() => import('./policies/change.tsx'))],
      ],
    },
    {
      path: '/break-glass',
      name: { en: 'Break glass', zh: '紧急访问' },
      needs: ['break-glass.open', 'break-glass.list'],
      routes: [['/break-glass', later(() => import('./access/break-glass.tsx'))]],
    },
    {
      path: '/tokens',
      name: { en: 'Tokens', zh: '替代令牌' },
      needs: ['token.make', 'token.reveal'],
      routes: [['/tokens', later(() => import('./access/tokens.tsx'))]],
    },
  ],
};
