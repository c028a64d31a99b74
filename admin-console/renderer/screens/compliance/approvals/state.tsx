// How far an act for two people is, in a word with its colour.

import type { Tone } from '../../../design/design.ts';
import { Mark } from '../../../parts/mark.tsx';
import { useSay, type Words } from '../../../words/words.ts';

export const approvalsKey = ['approvals'] as const;

const states: { readonly [state: string]: readonly [Words, Tone | undefined] } = {
  waiting: [{ en: 'waiting', zh: '待审批' }, 'wait'],
  approved: [{ en: 'approved', zh: '已批准' }, 'note'],
  running: [{ en: 'running', zh: '执行中' }, 'note'],
  done: [{ en: 'done', zh: '已完成' }, 'good'],
  failed: [{ en: 'failed', zh: '失败' }, 'bad'],
  rejected: [{ en: 'rejected', zh: '已拒绝' }, undefined],
  lapsed: [{ en: 'lapsed', zh: '已过期' }, undefined],
  interrupted: [{ en: 'cut short, may have happened', zh: '已中断，可能已执行' }, 'bad'],
};

export function ApprovalState({ of }: { of: string }) {
  const say = useSay();
  const [name, tone] = states[of] ?? [{ en: of, zh: of }, undefined];
  return <Mark tone={tone}>{say(name)}</Mark>;
}
