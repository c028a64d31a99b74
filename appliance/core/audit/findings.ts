// What doctor says of the audit log, for people: that its end is what was signed, and where its heads cannot be written.

import type { Finding } from '../store/store.ts';

const log = { check: 'audit-log', name: { en: 'Audit log', zh: '审计日志' } };

export const auditWhole = (entries: number): Finding => ({
  ...log,
  severity: 'ok',
  message: { en: `${entries} entries, signed.`, zh: `${entries} 条记录，已签名。` },
});

export const auditBroken: Finding = {
  ...log,
  severity: 'error',
  message: { en: 'It is not what was signed.', zh: '与签名不符。' },
  next: {
    en: 'Keep the data folder as it is, run "holdfast audit verify", which says from where, and restore a copy that verifies.',
    zh: '请原样保留数据目录，执行 "holdfast audit verify" 查明从何处起，并恢复可通过验证的副本。',
  },
};

export function headsUnwritten(where: 'sink' | 'syslog', code: string): Finding {
  return {
    severity: 'warning',
    check: `audit-${where}`,
    name:
      where === 'sink'
        ? { en: 'Copy of signed heads', zh: '审计签名头副本' }
        : { en: 'Signed heads to syslog', zh: '审计签名头（syslog）' },
    message: { en: `Signed heads cannot be written there: ${code}.`, zh: `无法写入签名头：${code}。` },
    next:
      where === 'sink'
        ? {
            en: 'See whether the folder of "auditSink" is there and may be written; it is tried again by itself.',
            zh: '请确认 "auditSink" 所在目录存在且可写；系统会自动重试。',
          }
        : {
            en: 'See whether the server of "auditSyslog" runs and may be reached from here; it is tried again by itself.',
            zh: '请确认 "auditSyslog" 的服务器在运行且本机可达；系统会自动重试。',
          },
  };
}
