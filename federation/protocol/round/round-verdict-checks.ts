// What a check of a round's transcript looks at, and what no check can show: the part of the verdict that says what it is worth.

import type { Block } from '../blocks.ts';
import { numberOf, say } from '../plain.ts';
import type { Words } from '../words.ts';
import type { Learning } from './round-terms.ts';
import type { RoundVerdict } from './verify-round.ts';
import { isVertical } from './vertical-terms.ts';
import { verticalChecked, verticalNotShown } from './vertical-words.ts';

const checked: readonly Words[] = [
  say(
    'Members: the membership record follows statement by statement from its founder, each signed, and is the one that the terms name; all parties were members then.',
    '成员：成员记录自创建方起逐条衔接，每条均有签名，且为条款所指的记录；各方当时均为成员。',
  ),
  say('Signatures: every entry of the board is its author’s own.', '签名：公告板的每个条目均出自其作者。'),
  say(
    'Order: every author had seen the lines that it says, word for word; numbers run on without a gap; each entry follows from those before it.',
    '顺序：每个作者所声明已见的各行逐字相同；编号连续无缺；每个条目均与此前条目相衔接。',
  ),
  say(
    'Who took part: the survivors of every sum are those whose contributions stand on the board, never fewer than the threshold, and nobody was asked for both secrets of a member.',
    '参与情况：每个汇总值的成员均为公告板上有其提交者，从不少于门限，且没有人被要求交出同一成员的两种密钥份额。',
  ),
  say(
    'Approvals: as many different people of every member and of the custodian as agreed, before the first key was given.',
    '批准：每个成员和保管方均由约定人数的不同人员批准，且早于第一把密钥的提交。',
  ),
  say('End: whoever signed it has seen this whole board, to its last line.', '终点：签署者均已见到整个公告板直至最后一行。'),
  say('Budgets: none was exceeded.', '预算：没有超支。'),
  say(
    'Sums: each is the one that the custodian signed, and where there is a model none is missing.',
    '汇总值：每个均为保管方所签署的值；有模型时没有缺失。',
  ),
  say(
    'Model: all who said one said the same, it is the one in this copy, and it was adopted by votes of its members alone.',
    '模型：所有声明者声明的模型相同，与此副本中的一致，且仅由成员投票决定是否采用。',
  ),
];

const promised = say(
  'Noise: what the terms promise follows from the noise that they name and the number of sums, worked out again here.',
  '噪声：条款的承诺由其所定噪声和汇总次数得出，已在此重新计算。',
);

const recomputed: { readonly [kind in Exclude<Learning['kind'], 'vertical-trees'>]: Words } = {
  trees: say(
    'Sums and model: the edges of bins follow from the counts, and the trees from the histograms, computed again here.',
    '汇总值与模型：已在此重新计算，分箱边界由计数得出，各棵树由直方图得出。',
  ),
  logistic: say(
    'Sums and model: how columns are standardised follows from the moments, and the weights from the steps of Newton’s method, computed again here.',
    '汇总值与模型：已在此重新计算，各列的标准化由矩得出，权重由牛顿法各步得出。',
  ),
  averaging: say(
    'Sums and model: the weights follow from the sums of updates, and when it ended from the losses, computed again here.',
    '汇总值与模型：已在此重新计算，权重由各次更新之和得出，结束时机由损失得出。',
  ),
};

export function checkedBlock({ findings, record }: RoundVerdict): Block {
  const { kind } = record?.terms.learn ?? {};
  const again = record?.recomputed === 'same' && kind && kind !== 'vertical-trees' ? [recomputed[kind]] : [];
  const lines = record && isVertical(record.terms) ? verticalChecked : checked;
  return {
    heading:
      findings.length === 0
        ? say('What was checked, and holds', '已核查且成立的内容')
        : say('What was checked; it holds only where no finding says otherwise', '核查内容；仅在没有相应问题时成立'),
    lines: [...lines, ...(record?.terms.privacy ? [promised] : []), ...again],
  };
}

const ofSums: readonly Words[] = [
  say(
    'Whether a member brought honest values. Keys, shares and ciphertexts are there by their hashes: what was in them is not.',
    '成员提交的数值是否真实。密钥、份额和密文仅以哈希值记录：不含其内容。',
  ),
  say(
    'Whether the custodian opened what was added: each sum is its word. Its word is signed before anybody has computed from it, and the same for all.',
    '保管方打开的是否确为累加结果：每个汇总值以其说明为准。该说明在任何一方据以计算之前即已签署，且对各方相同。',
  ),
];

export function notShownBlock({ record, entries }: RoundVerdict): Block {
  const free = record ? entries - record.heldLines : 0;
  return {
    heading: say('What no transcript can show', '记录无法证明的内容'),
    lines: [
      ...(record && isVertical(record.terms) ? verticalNotShown : ofSums),
      say(
        'Whether somebody was shown another board: compare the head with that of other members’ copies.',
        '是否有人看到不同的公告板：请与其他成员副本的链头比对。',
      ),
      say(
        'Figures on holdouts are each member’s word. Times are what the clock of each node said.',
        '保留数据上的指标以各成员的说明为准。时间以各节点的时钟为准。',
      ),
      ...(free > 0
        ? [
            say(
              `The order of the last ${numberOf(free)} entries among themselves is the coordinator’s: each is signed, and none of them was seen by a later one.`,
              `最后 ${numberOf(free)} 个条目之间的先后次序由协调方给出：每条均有签名，但没有后来的条目声明已见。`,
            ),
          ]
        : []),
    ],
  };
}
