// Who could have learned what in a round, and what could leak: the statement that officers read before they approve and compliance keeps afterwards.
// docs/decisions/masks.md and homomorphic-sums.md have the reasons; a test records what each party really sees.

import type { Block } from '../blocks.ts';
import { numberOf, say } from '../plain.ts';
import type { Words } from '../words.ts';
import { privacyLeakWords } from './round-privacy-words.ts';
import type { RoundRecord } from './round-record.ts';
import { type RoundTerms, roundLimits, thresholdOf } from './round-terms.ts';
import { isVertical } from './vertical-terms.ts';
import { leakageOfVertical } from './vertical-words.ts';

const of = (who: Words, { en, zh }: Words): Words => say(`${who.en}: ${en}`, `${who.zh}：${zh}`);

/** What each gets to see when all keep to the protocol. */
const sees: readonly (readonly [Words, Words])[] = [
  [
    say('The coordinator', '协调方'),
    say(
      'who took part and when, what each sum is about and how many values it has, the sizes and times of everything, and what stands on the board, with the figures on each own holdout and the votes. No value of anybody and no sum: what it adds is encrypted for the custodian, and masked under that.',
      '各方何时参与、每个汇总值的内容名称和数值个数、所有内容的大小和时间，以及公告板上的内容，包括各方在自有保留数据上的指标和投票。看不到任何一方的数值，也看不到汇总值：其累加的内容已为保管方加密，加密之下还有掩码。',
    ),
  ],
  [
    say('The custodian', '保管方'),
    say(
      'each sum over all members in it, and what the coordinator sees on the board. Not the values of one member: it decrypts only what was added, and would find masks under the encryption of a single one.',
      '每个汇总值（其中所有成员之和），以及公告板上的内容。看不到单个成员的数值：其解密的只是累加结果，即使解密单个成员的内容，所见也是掩码。',
    ),
  ],
  [
    say('Every member', '每个成员'),
    say(
      'each sum, the model that follows from them, and what stands on the board. A member that was left out on the way reads the sums until then: the custodian seals later ones by another key, which only those have who still take part.',
      '每个汇总值、由此得出的模型，以及公告板上的内容。中途被排除的成员只能读取此前的汇总值：保管方以另一把密钥封装之后的汇总值，只有仍在参与的成员持有该密钥。',
    ),
  ],
  [
    say('Anybody who gets this transcript', '取得此记录的任何人'),
    say(
      'the same as a member, and nothing of a single row: no values of one member are in it, only hashes of what hid them. It is to be kept like the model.',
      '与成员所见相同，但不含任何单行数据：其中没有任何单个成员的数值，只有遮蔽内容的哈希值。应与模型同等保管。',
    ),
  ],
];

/**
 * Whoever colludes has fewer shares than open a secret. A coordinator that shows members different boards needs threshold members on each of two: of
 * `members` and those on its side, which count twice.
 */
function together(terms: RoundTerms): Words[] {
  const least = Math.max(roundLimits.membersMin, thresholdOf(terms));
  const most = numberOf(least - 1);
  const lying = Math.max(0, 2 * least - terms.members.length - 1);
  return [
    of(
      say('Together', '串通'),
      say(
        `a coordinator that keeps to the protocol, the custodian and up to ${most} members learn no more than the sums, and so the sum of what the others brought: each can take off its own.`,
        `遵守协议的协调方、保管方和至多 ${most} 个成员串通，所得不超过汇总值本身，即其余成员之和：各方可减去自己的部分。`,
      ),
    ),
    of(
      say('Together', '串通'),
      lying === 0
        ? say(
            'the same is not promised of a coordinator that shows members different boards and has a member on its side.',
            '若协调方向成员展示不同的公告板并有成员与其串通，则不作此承诺。',
          )
        : say(
            `the same holds of a coordinator that shows members different boards, with up to ${numberOf(lying)} members on its side.`,
            `若协调方向成员展示不同的公告板，且至多 ${numberOf(lying)} 个成员与其串通，上述结论仍然成立。`,
          ),
    ),
    of(
      say('Limit', '局限'),
      say(
        'when all but one collude, that sum is the values of the one. No protocol of sums can change that.',
        '若除一方之外全部串通，该和即为这一方的数值。任何求和协议都无法避免。',
      ),
    ),
  ];
}

const byKind: { readonly [kind in RoundTerms['learn']['kind']]: (terms: RoundTerms) => Words[] } = {
  trees: ({ learn }) => {
    const least = learn.kind === 'trees' ? numberOf(learn.leastCount) : '';
    return [
      say(
        `Cells of few rows: the counts that bins follow from, and histograms, show how many rows lie in each cell, down to 1. Cells of fewer than ${least} rows are not cut finer, but their counts are shown; and in a histogram a cell of one row shows about which label it has.`,
        `行数很少的单元格：用于分箱的计数和直方图会显示每个单元格的行数，可少至 1 行。少于 ${least} 行的单元格不再细分，但其计数可见；直方图中只有一行的单元格大致会显示其标签。`,
      ),
      say(
        'Leaves of few rows: the model itself tells of rows that are alone in a leaf. The weight that a child has at least is what limits it.',
        '行数很少的叶：模型本身会透露独占一叶的数据行。子节点最小权重对此加以限制。',
      ),
    ];
  },
  // It has a statement of its own (vertical-words.ts).
  'vertical-trees': () => [],
  logistic: () => [
    say(
      'Columns that hardly anybody has: sums over few rows tell of these, such as a yes that only one has.',
      '极少出现的列值：对少数行的求和会透露这些行的情况，例如仅一行为“是”的列。',
    ),
  ],
  averaging: ({ learn }) => {
    const robust = learn.kind === 'averaging' ? learn.robust : undefined;
    const least = numberOf(robust?.groupSize ?? 0);
    return [
      say(
        'Averages over many rounds: from the way in which a model moves, rows that weigh much may be guessed.',
        '多轮平均：由模型的变化过程，可能推测出影响较大的数据行。',
      ),
      ...(robust
        ? [
            say(
              `Groups: against poison the sum of each group is opened by itself, of ${least} members when all are there and never of fewer than 3. What is said above of all members holds of those of a group.`,
              `分组：为抵御恶意更新，每组之和单独打开，成员齐全时每组至少 ${least} 个，从不少于 3 个。以上关于全体成员的说明适用于每组成员。`,
            ),
          ]
        : []),
    ];
  },
};

function limits(terms: RoundTerms, record: RoundRecord | undefined): Words[] {
  const changes = record?.sums.changes ?? 0;
  const fewest = record?.sums.fewest;
  return [
    ...(terms.privacy ? privacyLeakWords({ ...terms, privacy: terms.privacy }) : byKind[terms.learn.kind](terms)),
    changes > 0
      ? say(
          `Differences: ${numberOf(changes)} time${changes === 1 ? '' : 's'} a sum was of fewer members than the one before. Two sums of nearly the same thing with and without a member tell about that member’s part.`,
          `差值：有 ${numberOf(changes)} 次汇总的成员少于前一次。同一内容在含与不含某一成员时的两个汇总值，会大致透露该成员的部分。`,
        )
      : say(
          'Differences: two sums of nearly the same thing, with and without a member that is gone, would tell about that member’s part.',
          '差值：同一内容在含与不含某一退出成员时的两个汇总值，会大致透露该成员的部分。',
        ),
    ...(fewest === undefined
      ? []
      : [
          say(
            `The sum of the fewest members was over ${numberOf(fewest)}: the fewer, the more each can tell about the others.`,
            `成员最少的汇总值包含 ${numberOf(fewest)} 个成员：成员越少，各方越容易推知其他成员的情况。`,
          ),
        ]),
    say(
      'A node that cannot go on says why, by a code: too few rows, a label of one class only, a value out of range. That tells so much of its rows.',
      '无法继续的节点会说明原因（以代码表示）：行数过少、标签只有一类、数值超出范围。这会透露其数据的相应情况。',
    ),
    say(
      'A member that brings values of its own making can learn by what comes out; sums show no single member’s part, false or not.',
      '成员可提交编造的数值并由结果获取信息；汇总值不显示任何单个成员的部分，无论真假。',
    ),
    say(
      'What the model says of customers in general, it says of the customers of every member.',
      '模型所反映的客户总体规律，也适用于每个成员的客户。',
    ),
  ];
}

/** @param record of what came of it; before a round there is none */
export function leakageOfRound(terms: RoundTerms, record?: RoundRecord): Block[] {
  if (isVertical(terms)) return leakageOfVertical(terms);
  return [
    { heading: say('Who could have learned what', '各方能够得知的内容'), lines: sees.map(([who, what]) => of(who, what)) },
    { heading: say('What could leak', '可能泄露的内容'), lines: [...together(terms), ...limits(terms, record)] },
  ];
}
