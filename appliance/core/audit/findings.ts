// What doctor says of the audit log, for people: that its end is what was signed, and where its heads cannot be written.

import type { Words } from '../errors.ts';
import type { Finding } from '../store/store.ts';
import type { FlawKind } from './verify.ts';

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

const each = { check: 'audit-entries', name: { en: 'Entries of the audit log', zh: '审计日志记录' } };

export const auditEntries = (entries: number): Finding => ({
  ...each,
  severity: 'ok',
  message: { en: `${entries} entries were hashed again: no fault.`, zh: `已重新校验 ${entries} 条记录，未发现问题。` },
});

const flawWords: { readonly [kind in FlawKind]: Words } = {
  changed: { en: 'is not what was written', zh: '内容与写入时不符' },
  removed: { en: 'is where entries are missing', zh: '处缺少记录' },
  reordered: { en: 'stands in another place', zh: '位置被改动' },
  forged: { en: 'came without a signature of this node', zh: '没有本节点的签名' },
  head_changed: { en: 'has a head that nobody signed, or none', zh: '处的签名头无效或缺失' },
  rolled_back: { en: 'is where the log goes on from an older one', zh: '处日志被回退' },
  wrong_key: { en: 'is signed by another key', zh: '由其他密钥签名' },
};

export const auditFlaw = (kind: FlawKind, entry: number): Finding => ({
  ...each,
  severity: 'error',
  message: { en: `Entry ${entry} ${flawWords[kind].en}.`, zh: `第 ${entry} 条${flawWords[kind].zh}。` },
  next: auditBroken.next!,
});
