// How states of federations, matches and rounds are called, and in which tone: the same on every screen.

import type { Tone } from '../../design/design.ts';
import type { Words } from '../../words/words.ts';
import type { Federation, Match, Round } from './shared.ts';

export type Said = Words & { readonly tone?: Tone };

export const federationStates: { readonly [state in Federation['state']]: Said } = {
  waiting: { en: 'waits to be admitted', zh: '等待接纳', tone: 'wait' },
  refused: { en: 'refused', zh: '已被拒绝', tone: 'bad' },
  member: { en: 'member', zh: '成员', tone: 'good' },
  left: { en: 'left', zh: '已退出' },
  removed: { en: 'removed', zh: '已移除', tone: 'bad' },
  revoked: { en: 'keys revoked', zh: '密钥已吊销', tone: 'bad' },
};
export const roles: { readonly [role: string]: Words } = {
  participant: { en: 'participant', zh: '参与方' },
  coordinator: { en: 'coordinator', zh: '协调方' },
  both: { en: 'participant and coordinator', zh: '参与方兼协调方' },
};

export const matchPhases: { readonly [phase in Match['phase']]: Said } = {
  proposed: { en: 'the other side decides', zh: '待对方决定', tone: 'wait' },
  asked: { en: 'we decide', zh: '待本方决定', tone: 'note' },
  running: { en: 'running', zh: '进行中', tone: 'note' },
  counted: { en: 'counted, officers look', zh: '已计数，待负责人查看', tone: 'wait' },
  ending: { en: 'both sign', zh: '双方签名', tone: 'note' },
  ended: { en: 'ended', zh: '已结束' },
};
/** The way that a match goes, by its phases. */
export const matchSteps = {
  proposed: { en: 'Proposed', zh: '提议' },
  running: { en: 'Comparing', zh: '比对' },
  counted: { en: 'Looking at the count', zh: '查看数量' },
  ending: { en: 'Signing', zh: '签名' },
  ended: { en: 'Over', zh: '结束' },
} as const satisfies { readonly [phase: string]: Words };
export const matchResults: { readonly [result in NonNullable<Match['outcome']>['result']]: Said } = {
  done: { en: 'done', zh: '完成', tone: 'good' },
  'too-small': { en: 'too few shared, nothing shown', zh: '共有过少，未展示', tone: 'wait' },
  stopped: { en: 'stopped', zh: '已停止', tone: 'bad' },
  failed: { en: 'failed', zh: '失败', tone: 'bad' },
};
export const waitsFor: { readonly [who: string]: Words } = {
  partner: { en: 'waits for the other side', zh: '等待对方' },
  counter: { en: 'waits for the counter', zh: '等待计数方' },
  officers: { en: 'waits for our officers', zh: '等待本方负责人' },
  coordinator: { en: 'waits for the coordinator', zh: '等待协调方' },
};
export const uses: { readonly [use in Match['terms']['use']]: Words } = {
  overlap: { en: 'know whom both have', zh: '了解共有客户' },
  suppression: { en: 'leave shared customers out', zh: '触达时排除共有客户' },
  'known-elsewhere': { en: 'know who is known to the other', zh: '得知对方也有记录' },
};
export const kindNames: { readonly [kind: string]: Words } = {
  phone: { en: 'Telephone', zh: '手机号' },
  email: { en: 'E-mail', zh: '邮箱' },
  card: { en: 'Card', zh: '会员卡' },
};
export const alarmReasons: { readonly [reason: string]: Words } = {
  repeated_set: {
    en: 'These customers were brought to this partner before, without a change.',
    zh: '此前已向该合作方提交过相同的客户集合。',
  },
  near_set: {
    en: 'These customers differ by a few from those brought to this partner before: the difference of the answers would tell of single ones.',
    zh: '与此前向该合作方提交的客户集合仅有少数差异，两次结果之差可能暴露个别客户。',
  },
  near_sizes: {
    en: 'The sizes of the partner’s lists are nearly those of an earlier match. The match goes on.',
    zh: '对方名单的规模与此前一次匹配几乎相同，匹配继续进行。',
  },
};

export const roundPhases: { readonly [phase in Round['phase']]: Said } = {
  asked: { en: 'we decide', zh: '待本方决定', tone: 'note' },
  agreeing: { en: 'others decide', zh: '待其他机构决定', tone: 'wait' },
  training: { en: 'training', zh: '训练中', tone: 'note' },
  custody_locked: { en: 'the key is locked', zh: '密钥已锁定', tone: 'bad' },
  voting: { en: 'voting', zh: '投票中', tone: 'wait' },
  ended: { en: 'ended', zh: '已结束' },
};
/** The way that a round goes. */
export const roundSteps = {
  asked: { en: 'Proposed', zh: '提议' },
  agreeing: { en: 'Agreeing', zh: '各方同意' },
  training: { en: 'Training', zh: '训练' },
  voting: { en: 'Voting', zh: '投票' },
  ended: { en: 'Over', zh: '结束' },
} as const satisfies { readonly [phase: string]: Words };
export const roundResults: { readonly [result in NonNullable<Round['ended']>['result']]: Said } = {
  adopted: { en: 'adopted', zh: '已采用', tone: 'good' },
  rejected: { en: 'not adopted', zh: '未采用' },
  stopped: { en: 'stopped', zh: '已停止', tone: 'bad' },
};
export const learns: { readonly [kind: string]: Words } = {
  trees: { en: 'boosted trees', zh: '提升树' },
  logistic: { en: 'logistic regression', zh: '逻辑回归' },
  averaging: { en: 'averaging of updates', zh: '平均更新' },
  'vertical-trees': { en: 'trees over columns of the same people', zh: '相同人员的纵向提升树' },
};
export const decisions: { readonly [decision in Round['decide'][number]]: Words } = {
  acceptance: { en: 'take part or decline', zh: '决定是否参与' },
  custody: { en: 'agree to keep the key', zh: '同意保管密钥' },
  share: { en: 'fetch shares of the key', zh: '领取密钥份额' },
  unlock: { en: 'give shares of the key', zh: '提供密钥份额' },
  vote: { en: 'vote on the model', zh: '对模型投票' },
};
