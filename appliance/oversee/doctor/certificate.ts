// Whether the certificate that the node answers with is good, and for how long still.

import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Fault, Words } from '../../core/errors.ts';
import type { Finding } from '../../core/store/store.ts';

export type CertificateFacts = {
  nowMs: number;
  file: string;
  leaf: X509Certificate;
  /** Of the node's own authority, which renews it by itself. */
  own: boolean;
  /** Where an authority of the organisation gives it, by ACME. */
  acme?: AcmeFacts | undefined;
  /** Why what lies in the files now is not used. */
  refused?: Fault | undefined;
  publicUrl?: string | undefined;
};

export type AcmeFacts = {
  directory: string;
  isWaiting: boolean;
  failures: number;
  failed?: { fault: Fault; nextTryAtMs: number };
};

const dayMs = 86_400_000;
const warnDays = 21;
const graveDays = 3;

const said = { check: 'certificate', name: { en: 'Certificate', zh: '证书' } };
const dateOf = (at: Date) => at.toISOString().slice(0, 10);

export function checkCertificate(facts: CertificateFacts): Finding[] {
  const { leaf, refused, publicUrl, acme } = facts;
  if (acme?.isWaiting) return [waiting(acme)];
  const findings: Finding[] = acme?.failed ? [notRenewed(acme.failed)] : [];
  if (refused)
    findings.push({
      ...said,
      severity: 'warning',
      message: {
        en: `What lies in the files now cannot be used, and the node goes on with the one before (${refused.where ?? refused.code}).`,
        zh: `文件中的新证书不可用，节点继续使用原证书（${refused.where ?? refused.code}）。`,
      },
      next: refused.words.next,
    });
  const host = publicUrl === undefined ? undefined : new URL(publicUrl).hostname.replace(/^\[|\]$/g, '');
  if (host !== undefined && (isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) === undefined)
    findings.push({
      ...said,
      severity: 'error',
      message: { en: `It is not for ${host}, the host of "publicUrl".`, zh: `证书不适用于 "publicUrl" 的主机 ${host}。` },
      next: {
        en: 'Have one made that names it, or correct "publicUrl".',
        zh: '请重新申请包含该主机的证书，或更正 "publicUrl"。',
      },
    });
  return [...findings, checkDates(facts)];
}

const timeOf = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const saidBy = ({ where, code }: Fault) => where ?? code;

function waiting({ directory, failed }: AcmeFacts): Finding {
  if (!failed)
    return {
      ...said,
      severity: 'warning',
      message: { en: `${directory} is being asked for one.`, zh: `正在向 ${directory} 申请证书。` },
      next: { en: 'Look again in a minute.', zh: '请一分钟后再查看。' },
    };
  const time = timeOf(failed.nextTryAtMs);
  return {
    ...said,
    severity: 'error',
    message: {
      en: `There is none yet, and clients refuse the node: ${saidBy(failed.fault)}. The next try is at ${time}.`,
      zh: `尚无证书，客户端拒绝连接：${saidBy(failed.fault)}。下次尝试：${time}。`,
    },
    next: failed.fault.words.next,
  };
}

function notRenewed({ fault, nextTryAtMs }: NonNullable<AcmeFacts['failed']>): Finding {
  const time = timeOf(nextTryAtMs);
  return {
    ...said,
    severity: 'warning',
    message: {
      en: `It could not be renewed: ${saidBy(fault)}. The next try is at ${time}.`,
      zh: `续期失败：${saidBy(fault)}。下次尝试：${time}。`,
    },
    next: fault.words.next,
  };
}

function checkDates({ nowMs, leaf, own, acme, file }: CertificateFacts): Finding {
  const [from, to] = [leaf.validFromDate, leaf.validToDate];
  const days = Math.floor((to.getTime() - nowMs) / dayMs);
  const renew: Words =
    own || acme
      ? {
          en: 'It should have been renewed by itself: see the log of the node, and whether the folder "tls" can be written.',
          zh: '证书本应自动续期：请查看节点日志，并确认 "tls" 目录可写。',
        }
      : {
          en: `Put the new one and its key in place of ${file}; the node takes it up by itself.`,
          zh: `请以新证书及其私钥替换 ${file}；节点会自动启用。`,
        };
  if (nowMs < from.getTime())
    return {
      ...said,
      severity: 'error',
      message: { en: `It is good from ${dateOf(from)} only.`, zh: `证书自 ${dateOf(from)} 起才有效。` },
      next: { en: 'Look at the clock of this machine, or take another certificate.', zh: '请检查本机时钟，或更换证书。' },
    };
  if (nowMs >= to.getTime())
    return {
      ...said,
      severity: 'error',
      message: { en: `It ended on ${dateOf(to)}: clients refuse the node.`, zh: `证书已于 ${dateOf(to)} 到期：客户端拒绝连接。` },
      next: renew,
    };
  // One that lives for days is renewed late in its life; a third of it left is in order.
  const thirdDays = (to.getTime() - from.getTime()) / dayMs / 3;
  if (days < Math.min(warnDays, thirdDays))
    return {
      ...said,
      severity: days < Math.min(graveDays, thirdDays) ? 'error' : 'warning',
      message: { en: `It ends on ${dateOf(to)}, in ${days} days.`, zh: `证书将于 ${dateOf(to)} 到期（剩余 ${days} 天）。` },
      next: renew,
    };
  return {
    ...said,
    severity: 'ok',
    message: { en: `Good until ${dateOf(to)}.`, zh: `有效期至 ${dateOf(to)}。` },
  };
}
