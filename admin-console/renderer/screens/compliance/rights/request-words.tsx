// Requests of customers in words: what is asked for, how far it is, how an identity is checked, by when it is due.

import type { Tone } from '../../../design/design.ts';
import { useNowMs } from '../../../parts/clock.ts';
import { Mark } from '../../../parts/mark.tsx';
import { useFormats, useSay, type Words } from '../../../words/words.ts';

export const requestKinds = [
  'access',
  'portability',
  'rectification',
  'restriction',
  'objection',
  'erasure',
  'explanation',
] as const;
export type RequestKind = (typeof requestKinds)[number];
export const kindWords: { readonly [kind in RequestKind]: Words } = {
  access: { en: 'Access', zh: '查阅、复制' },
  portability: { en: 'Portability', zh: '转移' },
  rectification: { en: 'Rectification', zh: '更正、补充' },
  restriction: { en: 'Restriction', zh: '限制处理' },
  objection: { en: 'Objection', zh: '拒绝处理' },
  erasure: { en: 'Erasure', zh: '删除' },
  explanation: { en: 'Explanation', zh: '解释说明' },
};

export const checks = [
  'in_person',
  'identity_document',
  'signed_in',
  'code_to_known_contact',
  'known_facts',
  'authorised_agent',
] as const;
export type Check = (typeof checks)[number];
export const checkWords: { readonly [check in Check]: Words } = {
  in_person: { en: 'in person', zh: '当面核验' },
  identity_document: { en: 'by an identity document', zh: '查验证件' },
  signed_in: { en: 'signed in to their account', zh: '已登录本人账户' },
  code_to_known_contact: { en: 'by a code to a contact that is known', zh: '向已知联系方式发送验证码' },
  known_facts: { en: 'by facts that only they know', zh: '核对仅本人知晓的信息' },
  authorised_agent: { en: 'an agent with their authority', zh: '核验代理授权' },
};

export type RequestState = 'received' | 'verified' | 'completed' | 'refused';
export const stateWords: { readonly [state in RequestState]: readonly [Words, Tone | undefined] } = {
  received: [{ en: 'identity to check', zh: '待核验身份' }, 'wait'],
  verified: [{ en: 'to be done', zh: '待处理' }, 'note'],
  completed: [{ en: 'completed', zh: '已完成' }, 'good'],
  refused: [{ en: 'refused', zh: '已拒绝' }, undefined],
};

export type RequestView = {
  request: number;
  state: RequestState;
  person?: string;
  kind: RequestKind;
  note?: string;
  language: 'zh' | 'en';
  article: string;
  openedAtMs: number;
  dueAtMs: number;
  overdue: boolean;
  closedAtMs?: number;
  check?: { how: Check; by: string; atMs: number };
  hold?: { reason?: string; by: string; atMs: number };
  extended?: { reason?: string; by: string; atMs: number };
  erasure?: string;
  erased?: boolean;
  history: { atMs: number; by: string; what: string; reason?: string }[];
};

export function RequestState({ of: { state, hold } }: { of: Pick<RequestView, 'state' | 'hold'> }) {
  const say = useSay();
  const [name, tone] = stateWords[state];
  return (
    <>
      <Mark tone={tone}>{say(name)}</Mark>
      {hold && <Mark tone="wait">{say({ en: 'held', zh: '依法保留' })}</Mark>}
    </>
  );
}

const due = {
  left: { en: 'due {when}', zh: '{when}到期' },
  over: { en: 'overdue since {day}', zh: '自 {day} 起逾期' },
  closed: { en: 'closed {day}', zh: '{day} 办结' },
} as const;
/** From so near on the clock stands out. */
const nearMs = 3 * 86_400_000;

export function Due({ of: { dueAtMs, closedAtMs } }: { of: Pick<RequestView, 'dueAtMs' | 'closedAtMs'> }) {
  const say = useSay();
  const formats = useFormats();
  const now = useNowMs(60_000);
  if (closedAtMs !== undefined) return <span>{say(due.closed, { day: formats.day(closedAtMs) })}</span>;
  const left = dueAtMs - now;
  const text = left < 0 ? say(due.over, { day: formats.day(dueAtMs) }) : say(due.left, { when: formats.ago(dueAtMs, now) });
  return (
    <span title={formats.moment(dueAtMs)}>
      <Mark tone={left < 0 ? 'bad' : left < nearMs ? 'wait' : undefined}>{text}</Mark>
    </span>
  );
}

const steps: readonly (readonly [pattern: RegExp, words: Words])[] = [
  [/^received$/, { en: 'Received', zh: '已登记' }],
  [/^identity checked: (\w+)$/, { en: 'Identity checked: {0}', zh: '身份已核验：{0}' }],
  [/^held$/, { en: 'Held for another law', zh: '依法保留' }],
  [/^hold released$/, { en: 'Hold released', zh: '解除保留' }],
  [/^term extended$/, { en: 'Term extended', zh: '期限已延长' }],
  [/^refused$/, { en: 'Refused', zh: '已拒绝' }],
  [/^restriction lifted$/, { en: 'Restriction ended', zh: '已解除限制' }],
  [/^erased: (\S+)$/, { en: 'Erased: {0}', zh: '已删除：{0}' }],
  [/^erased$/, { en: 'Erased', zh: '已删除' }],
  [/^corrected: (.*)$/, { en: 'Corrected: {0}', zh: '已更正：{0}' }],
  [/^objection recorded: (.*)$/, { en: 'Objection recorded: {0}', zh: '已登记拒绝：{0}' }],
  [/^use restricted$/, { en: 'Use restricted', zh: '已限制处理' }],
  [/^answered with the package of their data$/, { en: 'Answered with the package of their data', zh: '已提供其数据副本' }],
];

/** What happened to a request, as the node keeps it, in the reader's language. */
export function useStepWords(): (what: string) => string {
  const say = useSay();
  return (what) => {
    for (const [pattern, words] of steps) {
      const match = pattern.exec(what);
      if (!match) continue;
      const detail = match[1] ?? '';
      const check = (checkWords as { [check: string]: Words })[detail];
      return say(words, { 0: check ? say(check) : detail });
    }
    return what;
  };
}
