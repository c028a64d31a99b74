// A vertical round in words: its terms, who could have learned what, and what a check of its transcript is worth. It differs from rounds of sums in
// all three, as the owner of the labels knows the gradients that the sums are of.

import type { Block } from '../blocks.ts';
import type { Names, TermLine } from '../match-words.ts';
import { durationOf, joined, lineOf, numberOf, same, say, timeOf } from '../plain.ts';
import type { Words } from '../words.ts';
import type { RoundTerms } from './round-terms.ts';
import { columnOrder, isVertical, partnersOf, splitsMost, type VerticalTrees } from './vertical-terms.ts';

const shown = 30;
const learnOf = ({ learn }: RoundTerms): VerticalTrees => learn as VerticalTrees;
const quoted = (text: string): Words => same(`“${lineOf(text)}”`);

/** Whose columns are which: what every officer approves for its own side. */
function columnsWords(terms: RoundTerms, names: Names): Words {
  const each = columnOrder({ members: terms.members, learn: learnOf(terms) }).map((member) => {
    const who = names(member);
    const own = terms.schema.features.filter(({ of }) => of === member);
    const named = joined(
      own.slice(0, shown).map(({ name, kind, levels }) => {
        const of = quoted(name);
        const values = (levels ?? []).slice(0, shown).map(lineOf).join(', ');
        return kind === 'number' ? of : say(`${of.en} (one of: ${values})`, `${of.zh}（取值：${values}）`);
      }),
    );
    const rest = own.length - shown;
    return rest > 0
      ? say(`of ${who.en}: ${named.en} and ${numberOf(rest)} more`, `${who.zh}：${named.zh}等 ${numberOf(own.length)} 项`)
      : say(`of ${who.en}: ${named.en}`, `${who.zh}：${named.zh}`);
  });
  return say(`${each.map(({ en }) => en).join('; ')}.`, `${each.map(({ zh }) => zh).join('；')}。`);
}

function rowsWords(terms: RoundTerms, names: Names, zone: string): Words {
  const { rows } = learnOf(terms);
  if (rows.by === 'place') return say('the n-th row of every side is the same person', '各方第 n 行为同一人');
  const at = timeOf(rows.asOfMs, zone);
  const found = Object.entries(rows.matches).map(([partner, session]) => {
    const who = names(partner);
    return say(`match ${session} with ${who.en}`, `与${who.zh}的匹配 ${session}`);
  });
  const all = joined(found);
  return say(
    `people found in ${all.en} whom every side may use for the purpose, as their data stood on ${at}`,
    `${all.zh}中找到、且各方均可为该目的使用的人员，数据以 ${at} 为准`,
  );
}

/** Lines of the terms as they are for a vertical round; of other rounds as they are. */
export function withVertical(lines: readonly TermLine[], terms: RoundTerms, names: Names, zone: string): TermLine[] {
  if (!isVertical(terms)) return [...lines];
  const owner = names(learnOf(terms).owner);
  const percent = numberOf(Number((100 * learnOf(terms).exposedMost).toPrecision(3)));
  const patience = durationOf(terms.patienceMs / 1000);
  const texts: { readonly [term: string]: readonly [label: Words, text: Words] } = {
    custodian: [
      say('Who keeps a key', '密钥保管'),
      say(`${owner.en} alone, over its own gradients.`, `仅${owner.zh}，用于其自有梯度。`),
    ],
    features: [say('Whose columns', '各方所用列'), columnsWords(terms, names)],
    'learn.owner': [say('Who has the labels and grows the trees', '持有标签并生成树的一方'), owner],
    'learn.rows': [say('Which rows', '数据行'), rowsWords(terms, names, zone)],
    'learn.exposedMost': [
      say('Share of a partner’s cells that sums of few rows may tell', '少数行之和可透露的合作方单元格比例'),
      say(`At most ${percent} %: then its node ends the round.`, `至多 ${percent} %：超过时其节点终止本轮。`),
    ],
    against: [
      say('Against whom', '抵御对象'),
      say(
        'Sides that keep to the protocol and look. An owner of the labels that lies can read in which bins single rows lie, and is not found out.',
        '遵守协议但会窥探的各方。持有标签的一方若说谎，可读出单行数据所在的分箱，且不会被发现。',
      ),
    ],
    agreement: [
      say('Exchanges sealed by', '往来内容的封装'),
      say('X-Wing, also against quantum computers.', 'X-Wing，可抵御量子计算机。'),
    ],
    encryption: [say('Encryption of gradients', '梯度的加密'), say('BFV with N = 8,192.', 'BFV，N = 8,192。')],
    patienceMs: [
      say('Who is waited for', '等待时间'),
      say(`The round ends when anybody gives nothing for ${patience.en}.`, `任何一方在${patience.zh}内未提交内容，本轮即结束。`),
    ],
    minRows: [
      say('Rows', '行数'),
      say(
        `At least ${numberOf(terms.minRows)} are left when all sides have said whom they may use.`,
        `各方说明可用人员之后至少剩余 ${numberOf(terms.minRows)} 行。`,
      ),
    ],
  };
  return lines.map((line) => {
    const own = texts[line.term];
    return own ? { term: line.term, label: own[0], text: own[1] } : line;
  });
}

const sees = (terms: RoundTerms): Words[] => {
  const three = partnersOf({ members: terms.members, learn: learnOf(terms) }).length > 1;
  return [
    say(
      'The owner of the labels: how many bins each column of a partner has; for every node of every tree the sums of its own gradients over each of these bins; which rows go left at a partner’s splits; and which of the matched people a partner may use. Not the values, and not where a bin begins or ends.',
      '持有标签的一方：合作方每列的分箱数；每棵树每个节点中，自有梯度在各分箱上的和；合作方分裂处哪些行向左；以及合作方可使用哪些匹配人员。看不到数值，也看不到分箱边界。',
    ),
    say(
      'But it knows the gradient of each row: where few rows lie in a bin, the sum tells which these are, and over many trees it can learn the bins of single rows. A partner counts cells in sums of fewer than five rows, and ends the round beyond what the terms allow; what several sums tell together is not counted.',
      '但其知道每一行的梯度：分箱中行数很少时，由和即可得知是哪些行；经过多棵树，可逐渐得知单行所在的分箱。合作方统计处于少于五行之和中的单元格，超过条款允许的比例即终止本轮；多个和合起来所透露的内容不计入。',
    ),
    say(
      'A partner: which of the matched people take part and which of these are kept out for evaluation; how many trees there are and their shape; which rows lie in each node, also by the splits of others; and which of its columns and bins were chosen. No label, no gradient, no score, and no threshold of anybody else.',
      '合作方：哪些匹配人员参与、其中哪些留作评估；树的数量和形状；每个节点包含哪些行（包括他方分裂所致）；以及其哪些列和分箱被选中。看不到标签、梯度、分数，也看不到他方的阈值。',
    ),
    say(
      'Rows of one node are alike to the label: from which rows lie together a partner may guess groups, and not which of them has the label.',
      '同一节点中的行在标签上相近：合作方可由哪些行同在一处推测分组，但不知道哪一组具有该标签。',
    ),
    say(
      'The coordinator: who took part and when, sizes and number of exchanges, so how many steps each tree took, the hash of the model and the figures. Nothing that was exchanged: it is sealed for whom it is to.',
      '协调方：各方何时参与、往来内容的大小和次数（因而可知每棵树的步数）、模型的哈希值和指标。看不到往来内容：均为接收方封装。',
    ),
    say(
      'Anybody who gets this transcript: the same as the coordinator. No part of the model is in it.',
      '取得此记录的任何人：与协调方所见相同。其中不含模型的任何部分。',
    ),
    ...(three
      ? [
          say(
            'The owner together with one partner: of the other partner what the owner sees alone. Both partners together: what each sees, and no label.',
            '持有标签的一方与一个合作方串通：对另一合作方所知与其单独所见相同。两个合作方串通：各自所见，不含标签。',
          ),
        ]
      : []),
  ];
};

function limits(terms: RoundTerms): Words[] {
  const learn = learnOf(terms);
  const [trees, splits] = [numberOf(learn.trees), numberOf(splitsMost(learn))];
  return [
    say(
      `An owner that lies can encrypt what it likes, such as a 1 for one row and 0 for all others, and call any set of rows a node: it then reads in which bin of each column that row lies. Partners do not see it; they answer for at most ${trees} trees of ${splits} splits.`,
      `持有标签的一方若说谎，可加密任意内容（例如某一行为 1、其余为 0），并将任意行的集合称为节点，从而读出该行在每列所处的分箱。合作方无法察觉；其至多为 ${trees} 棵树、每棵 ${splits} 次分裂作答。`,
    ),
    say(
      'A partner that lies can send sums and bits of its own making. Sums whose total is not the node’s, and bits that contradict its sums, end the round; others make a worse model, which the owner’s holdout shows.',
      '合作方若说谎，可发送编造的和与行标记。总和与节点不符的和，以及与其和相矛盾的行标记，会使本轮结束；其余会使模型变差，由标签方的留出数据反映。',
    ),
    say(
      'Scores stay with the owner and rest on partners’ columns too: who sees many scores learns something of these.',
      '分数由持有标签的一方保存，同时取决于合作方的列：看到大量分数者会得知这些列的部分信息。',
    ),
    say(
      'Two rounds over the same people with other settings show more of the same columns. Do not run them without need.',
      '以不同设置对相同人员进行两轮训练，会更多地显示相同的列。无必要时请勿进行。',
    ),
  ];
}

/** What takes the place of leakageOfRound. */
export const leakageOfVertical = (terms: RoundTerms): Block[] => [
  { heading: say('Who could have learned what', '各方能够得知的内容'), lines: sees(terms) },
  { heading: say('What could leak', '可能泄露的内容'), lines: limits(terms) },
];

export const verticalChecked: readonly Words[] = [
  say(
    'Members: the membership record follows statement by statement from its founder, each signed, and is the one that the terms name; all parties were members then.',
    '成员：成员记录自创建方起逐条衔接，每条均有签名，且为条款所指的记录；各方当时均为成员。',
  ),
  say('Signatures: every entry of the board is its author’s own.', '签名：公告板的每个条目均出自其作者。'),
  say(
    'Order: every author had seen the lines that it says, word for word; each question of the owner of the labels has one answer of its partner, and none was asked before everybody had agreed.',
    '顺序：每个作者所声明已见的各行逐字相同；标签方的每个问题均有其合作方的一个答复，且均在各方同意之后提出。',
  ),
  say(
    'Approvals: as many different people of every member as agreed, before the first question.',
    '批准：每个成员均由约定人数的不同人员批准，且早于第一个问题。',
  ),
  say('Budgets: none was exceeded.', '预算：没有超支。'),
  say(
    'Model: all said the same, by the hashes of each side’s part, and it was adopted by votes of its members alone.',
    '模型：各方声明相同（以各方部分的哈希值计），且仅由成员投票决定是否采用。',
  ),
];

export const verticalNotShown: readonly Words[] = [
  say(
    'What was exchanged: it is there by its hashes, sealed for whom it was to. Sums of a vertical round cannot be looked into by anybody else, so the trees are not computed again here.',
    '往来内容：仅以哈希值记录，并为接收方封装。纵向训练的和无法由他人查看，因此此处不重新计算各棵树。',
  ),
  say(
    'What is in the parts: each side has its own, and can show that it has the hash that all signed.',
    '各部分的内容：由各方自行保存，可证明其哈希值与各方签署的一致。',
  ),
  say(
    'Whether the owner of the labels encrypted gradients and asked about nodes, and not about single rows: nobody can see that.',
    '标签方加密的是否确为梯度、询问的是否为节点而非单行：无人能够看到。',
  ),
];
