// Letters to whoever asked, in both languages, put together from what the request says. A person reads and signs them; nothing is sent.

import type { Words } from '../../core/errors.ts';
import type { Law } from '../../core/model/law-packs.ts';
import { requestNames, rightsOf } from '../../core/model/rights.ts';
import type { RequestView } from './requests.ts';

export const letterKinds = ['received', 'identity', 'extended', 'held', 'completed', 'refused'] as const;
export type LetterKind = (typeof letterKinds)[number];
export type Letter = { language: 'zh' | 'en'; about: LetterKind; subject: string; text: string };

/** @param controller who answers for the processing; a blank to be filled in where it is not declared */
export function letterOf(
  request: RequestView,
  about: LetterKind,
  language: 'zh' | 'en',
  { law, controller, nowMs }: { law: Law; controller: string; nowMs: number },
): Letter {
  const { termArticle } = rightsOf(law);
  const filled: { [name: string]: string } = {
    number: String(request.request),
    kind: requestNames[request.kind][language],
    article: request.article,
    term: termArticle,
    opened: dayText(request.openedAtMs, language),
    due: dayText(request.dueAtMs, language),
    today: dayText(nowMs, language),
    controller: controller === '' ? (language === 'zh' ? '（处理者名称）' : '(name of the controller)') : controller,
    reason: reasonOf(request, about) ?? (language === 'zh' ? '（原因）' : '(reason)'),
  };
  const fill = (template: string) => template.replaceAll(/\{(\w+)\}/g, (_, name: string) => filled[name] ?? '');
  const parts = [greeting, body[about], ...(about === 'completed' ? [done[request.kind]] : []), ...closings(about)];
  return {
    language,
    about,
    subject: fill(subject[language]),
    text: parts.map((part) => fill(part[language])).join('\n\n'),
  };
}

function reasonOf({ extended, hold, history }: RequestView, about: LetterKind): string | undefined {
  if (about === 'extended') return extended?.reason;
  if (about === 'held') return hold?.reason;
  return history.findLast(({ what }) => what === 'refused')?.reason;
}

const subject: Words = { en: 'Your request no. {number}: {kind}', zh: '关于您第 {number} 号请求（{kind}）的答复' };
const greeting: Words = { en: 'Dear customer,', zh: '尊敬的客户：' };

const body: { readonly [kind in LetterKind]: Words } = {
  received: {
    en: 'On {opened} we received your request ({kind}, {article}). It has the number {number}. We answer it by {due} at the latest ({term}).',
    zh: '我们已于{opened}收到您的请求（{kind}，{article}），编号为 {number}。我们将不迟于{due}答复（{term}）。',
  },
  identity: {
    en: 'Before we can answer your request we must be sure that it is you who asks. Please come to one of our offices with a document that shows who you are, or answer from an address or number that we know to be yours. We use what you show us for this and nothing else.',
    zh: '在答复您的请求之前，我们需要确认提出请求的是您本人。请持有效证件到我们的任一营业场所，或使用我们已知的您的联系方式回复。您提供的材料仅用于核验身份。',
  },
  extended: {
    en: 'Your request takes us longer than expected: {reason}. The law allows us a longer term ({term}); you have our answer by {due}.',
    zh: '处理您的请求需要比预期更长的时间，原因是：{reason}。依照法律（{term}）我们延长答复期限，将不迟于{due}答复。',
  },
  held: {
    en: 'We may not do what you ask for yet, since another law obliges us to keep your data: {reason}. Until then it is used for nothing else. We tell you when that ends.',
    zh: '由于其他法律义务，我们暂时不能按您的请求处理：{reason}。在此期间您的数据不作他用，义务终止后我们会通知您。',
  },
  completed: {
    en: 'We have done what you asked for on {opened} ({kind}, {article}).',
    zh: '您于{opened}提出的请求（{kind}，{article}）已处理完毕。',
  },
  refused: {
    en: 'We cannot do what you asked for on {opened} ({kind}, {article}). The reason: {reason}.',
    zh: '您于{opened}提出的请求（{kind}，{article}）我们未能同意。理由：{reason}。',
  },
};

const done: { readonly [kind in RequestView['kind']]: Words } = {
  access: {
    en: 'With this letter you receive everything that we keep about you, what it is used for, where it came from, and who looked at it.',
    zh: '随函附上我们所保存的您的全部个人信息、处理目的、来源及访问记录。',
  },
  portability: {
    en: 'With this letter you receive your data in a common form that programs can read (JSON).',
    zh: '随函附上以通用、可机读格式（JSON）提供的您的数据。',
  },
  rectification: {
    en: 'What was wrong has been corrected, and is used from now on.',
    zh: '不准确的信息已更正，今后以更正后的内容为准。',
  },
  restriction: {
    en: 'From now on your data is kept and otherwise not used, but for what the law itself asks of us. We tell you before that ends.',
    zh: '自即日起，除法律另有要求外，您的数据仅予保存而不作其他使用。解除限制前我们会通知您。',
  },
  objection: {
    en: 'We have recorded your objection; your data is no longer used for the purposes that you named.',
    zh: '我们已登记您的拒绝，不再为相应目的使用您的数据。',
  },
  erasure: {
    en: 'Your data has been deleted and the keys that it was sealed with destroyed. Old backups do not bring it back. The receipt that comes with this letter proves it. Those to whom we had given your data have been told.',
    zh: '您的数据已被删除，其加密密钥已被销毁，旧备份也无法恢复。随函回执可供验证。我们已通知接收过您数据的各方。',
  },
  explanation: {
    en: 'With this letter you receive what is known of you, what was computed from it and how, and why records of several systems are held to be yours. You may ask that a person looks at any decision again.',
    zh: '随函附上我们所掌握的您的信息、由此计算的结果及方法，以及为何将多个系统的记录视为您本人。您可以要求由人工重新审视任何决定。',
  },
};

const complaint: Words = {
  en: 'If you do not agree you may complain to the supervisory authority, and go to court.',
  zh: '如您不同意，可向履行个人信息保护职责的部门投诉，也可依法提起诉讼。',
};
const goodbye: Words = { en: '{controller}\n{today}', zh: '{controller}\n{today}' };

function closings(about: LetterKind): Words[] {
  return about === 'received' || about === 'identity' || about === 'completed' ? [goodbye] : [complaint, goodbye];
}

function dayText(ms: number, language: 'zh' | 'en'): string {
  const [year, month, day] = new Date(ms).toISOString().slice(0, 10).split('-').map(Number);
  const months = 'January February March April May June July August September October November December'.split(' ');
  return language === 'zh' ? `${year}年${month}月${day}日` : `${day} ${months[month! - 1]} ${year}`;
}
