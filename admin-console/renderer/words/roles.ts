// What roles are called.

import type { Words } from './words.ts';

export const roleWords = {
  administrator: { en: 'administrator', zh: '管理员' },
  compliance: { en: 'compliance officer', zh: '合规官' },
  'data-scientist': { en: 'data scientist', zh: '数据科学家' },
  marketer: { en: 'marketer', zh: '营销' },
  supervisor: { en: 'supervisor', zh: '主管' },
  agent: { en: 'agent', zh: '客服' },
  auditor: { en: 'auditor', zh: '审计员' },
} as const satisfies { readonly [role: string]: Words };
