// What each role does first, in the order in which one thing leads to the next. True of any node; on the sample organisation all of it can be tried.

import type { Words } from '../../words/words.ts';

export type Thing = {
  readonly role: string;
  /** Actions that it takes: it is named to those alone who may do all of them. */
  readonly needs: readonly string[];
  readonly to: string;
  readonly name: Words;
  readonly about: Words;
};

export const firstThings: readonly Thing[] = [
  {
    role: 'administrator',
    needs: ['people.invite'],
    to: '/people',
    name: { en: 'Invite the others', zh: '邀请其他人员' },
    about: {
      en: 'An administrator sees no customer. A supervisor finds and merges them, a data scientist trains models, and it takes two compliance officers to erase somebody: one proposes, the other approves.',
      zh: '管理员看不到客户。主管可查找与合并客户，数据科学家可训练模型；删除客户需要两位合规官：一人提议，另一人批准。',
    },
  },
  {
    role: 'administrator',
    needs: ['identity.match', 'identity.quality'],
    to: '/identity/quality',
    name: { en: 'Have all people compared', zh: '发起全量比对' },
    about: {
      en: 'Records that are surely one person become one customer; likely ones wait for a supervisor. You see numbers alone.',
      zh: '确定为同一人的记录自动合并，可能相同的等待主管判定；您只看到数量。',
    },
  },
  {
    role: 'supervisor',
    needs: ['review.read', 'review.decide'],
    to: '/identity/reviews',
    name: { en: 'Decide pairs, side by side', zh: '并排审核配对' },
    about: {
      en: 'They come once an administrator has had all people compared. See what two would be as one before you decide; each decision can be taken back.',
      zh: '管理员发起全量比对后，配对会出现在这里。判定前可预览合并后的样子；每次判定均可撤销。',
    },
  },
  {
    role: 'supervisor',
    needs: ['profile.find', 'identity.merge'],
    to: '/customers',
    name: { en: 'Find a customer, and merge two by hand', zh: '查找客户并手动合并' },
    about: {
      en: 'Search by name, phone, e-mail or card. Choose two in the list to see what they would be as one.',
      zh: '按姓名、手机号、邮箱或会员卡查找。在列表中勾选两位，可先预览合并后的结果。',
    },
  },
  {
    role: 'data-scientist',
    needs: ['model.train'],
    to: '/trainings/new?question=churn',
    name: { en: 'Train a model of who leaves', zh: '训练客户流失模型' },
    about: {
      en: 'Five steps whose defaults do. It ends on the report of the model.',
      zh: '共五步，默认设置即可，完成后进入模型报告。',
    },
  },
  {
    role: 'data-scientist',
    needs: ['model.list'],
    to: '/models',
    name: { en: 'See which questions can be asked', zh: '查看可使用的问题' },
    about: {
      en: 'What serves, how well, and what nobody has asked yet.',
      zh: '使用中的模型及其表现，以及尚未使用的问题。',
    },
  },
  {
    role: 'data-scientist',
    needs: ['feature.list'],
    to: '/features',
    name: { en: 'Look at customers as columns', zh: '查看客户特征' },
    about: { en: 'Under pseudonyms: nobody is named.', zh: '以假名呈现，不显示任何人的身份。' },
  },
  {
    role: 'compliance',
    needs: ['request.open', 'profile.find'],
    to: '/customers',
    name: { en: 'Find who asks to be erased', zh: '查找请求删除的客户' },
    about: {
      en: 'By what they tell you. On their page, under Rights, write their request down: the clock of the law starts.',
      zh: '按客户提供的信息查找，在其页面的“个人权利”中登记请求，法定期限随即开始计算。',
    },
  },
  {
    role: 'compliance',
    needs: ['request.list'],
    to: '/requests',
    name: { en: 'Answer the request', zh: '处理请求' },
    about: {
      en: 'Record how you checked who they are, then propose to erase.',
      zh: '记录身份核验方式，然后提议删除。',
    },
  },
  {
    role: 'compliance',
    needs: ['approval.decide'],
    to: '/approvals',
    name: { en: 'Decide what a colleague proposed', zh: '审批同事的提议' },
    about: {
      en: 'Your own proposals wait for somebody else. The receipt of an erasure stands under Erasure.',
      zh: '您自己的提议须由他人审批。删除回执见“删除与保留期”。',
    },
  },
  {
    role: 'marketer',
    needs: ['segment.add'],
    to: '/segments/new',
    name: { en: 'Build a segment', zh: '创建人群' },
    about: {
      en: 'By hand or in words, with the count and a few who fit beside it.',
      zh: '可逐项设置或用文字描述，同时显示人数与部分符合者。',
    },
  },
  {
    role: 'marketer',
    needs: ['segment.rfm'],
    to: '/rfm',
    name: { en: 'See who buys often and lately', zh: '查看 RFM 网格' },
    about: { en: 'Each field of the grid can become a segment.', zh: '网格中的每一格均可存为人群。' },
  },
  {
    role: 'agent',
    needs: ['profile.find'],
    to: '/customers',
    name: { en: 'Find the customer at hand', zh: '查找当前客户' },
    about: {
      en: 'By phone, e-mail, card or name. Each search and each look is in the audit log.',
      zh: '按手机号、邮箱、会员卡或姓名查找。每次查询与查看均记入审计日志。',
    },
  },
  {
    role: 'auditor',
    needs: ['audit.read'],
    to: '/audit',
    name: { en: 'Read the audit log, and have it proved', zh: '查阅并核验审计日志' },
    about: {
      en: 'Who did what to whom. Signatures and proofs are computed in the page.',
      zh: '谁在何时对谁做了什么；签名与证明由页面自行计算。',
    },
  },
  {
    role: 'auditor',
    needs: ['policy.read'],
    to: '/policies',
    name: { en: 'See who may do what', zh: '查看谁可以做什么' },
    about: { en: 'In words, and as a table of roles and acts.', zh: '以文字说明，并以角色与操作列表呈现。' },
  },
];
