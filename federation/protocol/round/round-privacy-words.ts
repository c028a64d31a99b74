// What noise in a round promises, to whom, and what it does not: for who approves the terms, and for reports afterwards.

import { numberOf, say } from '../plain.ts';
import type { Words } from '../words.ts';
import { epsilonOfTerms, honestMost, type Privacy, releasesOf } from './privacy-terms.ts';
import type { RoundTerms } from './round-terms.ts';

/** Upwards: a figure that people read is never smaller than what is promised. */
const shown = (value: number): string => numberOf(Math.ceil(value * 1000) / 1000);

const multiplier = ({ noise }: Privacy): string =>
  numberOf(Number(Math.sqrt(noise.numerator / noise.denominator).toPrecision(4)));

/** Of the terms, in one line. */
export function privacyTermWords(terms: RoundTerms): Words {
  const { privacy, learn } = terms;
  if (!privacy) return say('None: sums are exact, and no epsilon covers them.', '无：汇总值是精确的，不受 ε 保护。');
  const [epsilon, delta, sums] = [shown(privacy.epsilon), `${privacy.delta}`, numberOf(releasesOf(learn))];
  const what =
    privacy.unit === 'row' ? say('each single row', '每一行数据') : say('all that one member sends', '单个成员的全部更新');
  return say(
    `It hides ${what.en}: ε = ${epsilon} at δ = ${delta}, over at most ${sums} sums; standard deviation ${multiplier(privacy)} times what one can move.`,
    `保护${what.zh}：ε = ${epsilon}，δ = ${delta}，至多 ${sums} 次汇总；标准差为单个单位最大影响的 ${multiplier(privacy)} 倍。`,
  );
}

/** Instead of what exact sums would tell. */
export function privacyLeakWords(terms: RoundTerms & { readonly privacy: Privacy }): Words[] {
  const { privacy, members } = terms;
  const { unit, honest } = privacy;
  const gives = shown(epsilonOfTerms(terms));
  const spare = members.length - honest;
  const staying = numberOf(honest);
  return [
    unit === 'row'
      ? say(
          `Promised to each row that is learned from: whoever sees all sums and the model concludes nearly the same with it and without it (ε = ${gives} at δ = ${privacy.delta}). A customer with several rows is protected less: they count together.`,
          `对每一行训练数据的承诺：看到全部汇总值和模型的人，无论该行是否存在，所得结论几乎相同（ε = ${gives}，δ = ${privacy.delta}）。拥有多行的客户保护较弱：各行合并计算。`,
        )
      : say(
          `Promised to each member: whoever sees all sums and the model concludes nearly the same with its updates and without them (ε = ${gives} at δ = ${privacy.delta}), and so also of each of its rows.`,
          `对每个成员的承诺：看到全部汇总值和模型的人，无论其更新是否存在，所得结论几乎相同（ε = ${gives}，δ = ${privacy.delta}），对其中每一行亦然。`,
        ),
    say(
      `Whose noise: ${staying} members that stay and tell nobody their noise have all of it. Of ${numberOf(members.length)}, up to ${numberOf(spare)} may be gone or tell a coordinator, each other or a custodian theirs; every one more takes a part of the noise away, and the rest is that of those who are honest.`,
      `噪声来源：${staying} 个始终参与且不透露自身噪声的成员即构成全部噪声。${numberOf(members.length)} 个成员中，至多 ${numberOf(spare)} 个可以退出，或向协调方、保管方及彼此透露自身噪声；每再多一个，噪声就减少一份，剩余的是诚实成员的噪声。`,
    ),
    say(
      'Whether a member has added its noise cannot be seen from outside. Figures on holdouts, that a side has rows enough, and names of columns and levels have no noise; figures are rounded to two decimals.',
      '成员是否加入了噪声，外部无法查看。保留数据上的指标、某方数据行数是否足够、列名与类别取值均不加噪声；指标保留两位小数。',
    ),
    ...(unit === 'row'
      ? []
      : [
          say(
            'Which members took part is known, and each counts the same. Losses on rows kept out are not summed.',
            '参与成员是已知的，各成员权重相同。不对保留数据的损失求和。',
          ),
        ]),
    honest < honestMost(terms)
      ? say(
          'Fewer members are counted on than have to stay: each adds more noise than it would have to.',
          '所依赖的诚实成员数少于必须留下的成员数：各成员加入的噪声多于所需。',
        )
      : say(
          'What a partner learns in other rounds and in matches adds up: the ledger of each node counts it.',
          '合作方在其他训练轮次和匹配中所得会累加：由各节点的账本计数。',
        ),
  ];
}
