// The model card of a version that several organisations learned together: what it answers, who learned it, how it does on each one's own rows, and how
// anybody can check where it came from. It stands on the same page as the cards of models that the node trains alone.

import type { Words } from '../../../core/errors.ts';
import { both, type Html, html } from '../card/markup.ts';
import { count, decimal } from '../card/numbers.ts';
import { headerBar, pageOf } from '../card/page.ts';
import { facts, figure, headed, table, words } from '../card/parts.ts';
import { clipped, same } from '../card/subject.ts';
import { filled, questionOf } from '../questions/questions.ts';
import type { TogetherOrder } from './adopt.ts';

const say = (en: string, zh: string): Words => ({ en, zh });
type Section = { readonly id: string; readonly title: Words; readonly body: Html };
const made = (id: string, title: Words, lead: Words | undefined, ...body: readonly Html[]): Section => ({
  id,
  title,
  body: headed(id, title, lead, ...body),
});

/** @param title of the question */
export function togetherCard(order: TogetherOrder, title: Words): string {
  const heading = say(`${title.en}, learned together`, `${title.zh}（共同训练）`);
  const kind = say('Model card', '模型卡');
  const members = order.lineage.members.length;
  return pageOf({
    language: 'zh',
    heading,
    kind,
    header: html`<header class="top">
${headerBar(kind)}
<h1>${both(heading)}</h1>
<p class="about">${both(say(`${members} organisations`, `${members} 个机构`))} · <bdi>${order.lineage.purpose}</bdi></p>
</header>`,
    sections: [
      aboutSection(order),
      membersSection(order),
      ownSection(order),
      settingsSection(order),
      proofSection(order),
      limitsSection(),
    ],
    contents: say('Contents', '目录'),
    footer: say(
      'Made by the node from what was agreed and signed. It asks nothing of anywhere and holds no customer.',
      '由本节点依据各方同意并签名的内容生成。本页不访问任何外部资源，也不含任何客户数据。',
    ),
  });
}

function aboutSection({ question }: TogetherOrder): Section {
  const { label, population } = questionOf(question.name)!;
  return made(
    'purpose',
    say('What it answers', '回答的问题'),
    undefined,
    facts([
      [say('The answer to find', '待预测的答案'), both(filled(label, question))],
      [say('Of whom it is asked', '适用客户'), both(filled(population, question))],
    ]),
  );
}

function membersSection({ lineage }: TogetherOrder): Section {
  const heads = [
    words(say('Organisation', '机构')),
    ...[say('Rows kept out', '留出行数'), say('ROC AUC', 'ROC AUC'), say('Log-loss', '对数损失')].map((head) => ({
      ...words(head),
      numeric: true,
    })),
  ];
  const rows = lineage.members.map(({ name, metrics, holdout, leftOut }) => ({
    head: html`<bdi>${both(say(clipped(name.en), clipped(name.zh)))}</bdi>${leftOut ? both(say(' (left on the way)', '（中途退出）')) : ''}`,
    cells: [figure(count(holdout)), figure(decimal(metrics.auc)), figure(decimal(metrics.logLoss))],
  }));
  return made(
    'members',
    say('How it does at each organisation', '在各机构的效果'),
    say(
      'Each looked at rows of its own that nothing was learned from. Nobody can check that a figure of another is true.',
      '各机构以自有且未参与训练的数据评估。其他机构的数值无法核实。',
    ),
    table(say('Figures by organisation', '各机构的指标'), heads, rows),
  );
}

const calibrations = {
  none: say('none: it is as sure as it should be, or there are too few rows to tell', '无（已校准，或数据不足以判断）'),
  platt: say('Platt scaling', 'Platt 校准'),
  isotonic: say('isotonic', '保序回归校准'),
} as const;

function ownSection({ figures, lineage, rows }: TogetherOrder): Section {
  return made(
    'figures',
    say('On this node', '在本节点'),
    say(
      'Scores are calibrated on rows of this node that were kept out; the figures are of rows that the calibration did not see.',
      '得分以本节点留出的数据校准；指标来自校准时未见过的数据。',
    ),
    facts([
      [say('Rows brought', '提供的行数'), html`${count(rows.rows)} (${count(rows.positives)})`],
      [say('Customers', '客户数'), html`${count(rows.persons)}`],
      [say('ROC AUC', 'ROC AUC'), html`${decimal(figures?.rocAuc)}`],
      [say('Log-loss', '对数损失'), html`${decimal(figures?.logLoss)}`],
      [say('Calibration error', '校准误差'), html`${decimal(figures?.calibrationError)}`],
      [say('Calibration', '校准方式'), both(calibrations[lineage.calibration])],
    ]),
  );
}

function settingsSection({ lineage }: TogetherOrder): Section {
  const { settings, features } = lineage;
  return made(
    'settings',
    say('How it was learned', '训练方式'),
    undefined,
    facts([
      [say('Features', '特征数'), html`${count(features)}`],
      ...Object.entries(settings).map(
        ([name, value]) =>
          [same(name), html`${clipped(typeof value === 'object' ? JSON.stringify(value) : String(value))}`] as const,
      ),
    ]),
  );
}

function proofSection({ lineage }: TogetherOrder): Section {
  const { round, transcriptHead, model } = lineage;
  return made(
    'proof',
    say('Where it comes from', '来源'),
    say(
      'The transcript of the round, checked by “holdfast federation verify”, has this head and leads to this model.',
      '以“holdfast federation verify”核查该轮记录：其链头与下列相同，并得出同一模型。',
    ),
    facts([
      [say('Round', '训练轮次'), html`<code>${round}</code>`],
      [say('Head of the transcript', '记录链头'), html`<code>${transcriptHead}</code>`],
      [say('SHA-256 of the model', '模型的 SHA-256'), html`<code>${model}</code>`],
    ]),
  );
}

function limitsSection(): Section {
  return made(
    'limits',
    say('What it is not', '局限'),
    undefined,
    html`<p>${both(
      say(
        'It learned from customers of several organisations; yours may be different. Compare it with your own model on your own newest rows before it serves.',
        '模型学习自多个机构的客户，可能与您的客户不同。启用前请用本机构最新的数据与自有模型比较。',
      ),
    )}</p><p>${both(
      say(
        'A member could have brought false rows; only the holdouts would show it.',
        '某个成员可能提供了虚假数据，只有各方留出数据的评估能反映出来。',
      ),
    )}</p>`,
  );
}
