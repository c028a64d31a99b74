// The terms of a round as officers read them before they approve, and as reports repeat them: every term in a line of its own, with the
// organisations by name, in both languages.

import { canonicalJson } from '../../../crypto/canonical-json.ts';
import type { Names, TermLine } from '../match-words.ts';
import { durationOf, joined, lineOf, numberOf, same, say, timeOf } from '../plain.ts';
import type { Words } from '../words.ts';
import { privacyTermWords } from './round-privacy-words.ts';
import { goingOn, type Learning, type LearningOf, type RoundSchema, type RoundTerms } from './round-terms.ts';
import { withVertical } from './vertical-words.ts';

const quoted = (text: string): Words => same(`“${lineOf(text)}”`);

const kinds: { readonly [kind in Learning['kind']]: Words } = {
  trees: say(
    'gradient-boosted trees from added histograms: the same as from all rows in one table',
    '由汇总直方图得出的梯度提升树：与所有数据合为一表所得相同',
  ),
  logistic: say('logistic regression by Newton’s method on added sums', '逻辑回归，对汇总值使用牛顿法'),
  averaging: say('a model by averaging what members trained alone', '对各成员单独训练的结果取平均得出的模型'),
  'vertical-trees': say(
    'gradient-boosted trees over columns that lie with several organisations: the same as from all columns in one table',
    '列分布于多个机构的梯度提升树：与所有列合为一表所得相同',
  ),
};

const noisyTrees = say('gradient-boosted trees from added histograms with noise', '由加噪声的汇总直方图得出的梯度提升树');

/** What officers call the settings of a learning; others are named as they are in the terms. */
const settings: { readonly [name: string]: Words } = {
  trees: say('trees', '树的数量'),
  learningRate: say('learning rate', '学习率'),
  serverLearningRate: say('learning rate of the common step', '汇总步骤的学习率'),
  growth: say('growth', '生长方式'),
  maxDepth: say('depth at most', '最大深度'),
  maxLeaves: say('leaves at most', '最大叶数'),
  minChildHessian: say('weight of a child at least', '子节点最小权重'),
  lambda: say('L2 penalty', '二次惩罚'),
  l2: say('L2 penalty', '二次惩罚'),
  alpha: say('L1 penalty', '一次惩罚'),
  gamma: say('gain of a split at least', '分裂最小增益'),
  columnSample: say('share of columns for each tree', '每棵树所用列的比例'),
  seed: say('seed', '随机种子'),
  bins: say('bins of a column at most', '每列最多分箱数'),
  leastCount: say('rows in a cell that is looked at closer', '可进一步细分的最小行数'),
  iterations: say('steps at most', '最多步数'),
  tolerance: say('done when no weight moves by more than', '权重变化不超过此值时结束'),
  model: say('model', '模型'),
  optimiser: say('rule of the common step', '汇总步骤的规则'),
  rounds: say('rounds of averaging', '平均的轮数'),
  epochs: say('passes over own rows', '本地遍数'),
  batch: say('rows of a step', '每步行数'),
  mu: say('pull towards the common model', '向共同模型的拉力'),
  clip: say('size of an update at most', '更新的最大范数'),
  hidden: say('hidden units', '隐藏单元'),
  activation: say('what hidden units do', '隐藏单元的激活函数'),
  patience: say('ends after so many rounds without a lower loss', '损失连续多少轮未下降即结束'),
  fewest: say('rows on either side of a yes-or-no column, or it is left out', '是否类列两侧各至少的行数，不足则不用该列'),
  adaptive: say('moments of the common step', '汇总步骤的矩'),
  weighting: say('what a member weighs', '成员的权重'),
  robust: say('against poisoned updates', '抵御恶意更新'),
};

const values: { readonly [value: string]: Words } = {
  depth: say('level by level', '逐层'),
  leaf: say('best leaf first', '优先最佳叶'),
  logistic: say('logistic regression', '逻辑回归'),
  neural: say('neural network', '神经网络'),
};

function valueWords(value: unknown): Words {
  if (typeof value === 'number') return same(numberOf(value));
  if (typeof value === 'string') return Object.hasOwn(values, value) ? values[value]! : quoted(value);
  return quoted(canonicalJson(value));
}

const rules: { readonly [rule in NonNullable<LearningOf<'averaging'>['robust']>['rule']['kind']]: Words } = {
  median: say('the median', '中位数'),
  trimmed: say('a trimmed mean', '截尾均值'),
  geometric: say('the geometric median', '几何中位数'),
};

/** Settings that are several in one. */
function nestedWords(learn: LearningOf<'averaging'>): { readonly [name: string]: Words | undefined } {
  const { weighting, robust, adaptive } = learn;
  const { beta1, beta2, tau } = adaptive ?? {};
  const cap = weighting.by === 'rows' ? numberOf(weighting.rowsCap) : '';
  const least = numberOf(robust?.groupSize ?? 0);
  const rule = robust && rules[robust.rule.kind];
  return {
    adaptive: adaptive && same(`β1 = ${beta1}, β2 = ${beta2}, τ = ${tau}`),
    weighting:
      weighting.by === 'equal'
        ? say('as much as every other', '各成员相同')
        : say(`its rows, up to ${cap}`, `按行数，至多 ${cap}`),
    robust:
      rule &&
      say(`${rule.en} of the sums of groups of at least ${least} members`, `每组至少 ${least} 个成员，取各组之和的${rule.zh}`),
  };
}

/** Settings of the learning, one after the other. */
function learnLines(learn: Learning): TermLine[] {
  return Object.entries(learn).flatMap(([name, value]) => {
    if (name === 'kind' || (Array.isArray(value) && value.length === 0)) return [];
    const label = Object.hasOwn(settings, name) ? settings[name]! : quoted(name);
    const nested = learn.kind === 'averaging' ? nestedWords(learn)[name] : undefined;
    return [{ term: `learn.${name}`, label, text: nested ?? valueWords(value) }];
  });
}

const shown = 30;

function featuresWords({ features }: RoundSchema): Words {
  const each = features.slice(0, shown).map(({ name, kind, levels = [], limit }) => {
    const { en, zh } = quoted(name);
    const known = levels.slice(0, shown).map(lineOf).join(', ');
    const more = levels.length > shown ? '…' : '';
    if (limit !== undefined) return say(`${en} (number, within ±${numberOf(limit)})`, `${zh}（数值，限于 ±${numberOf(limit)}）`);
    return kind === 'number'
      ? say(`${en} (number)`, `${zh}（数值）`)
      : say(`${en} (one of: ${known}${more})`, `${zh}（取值：${known}${more}）`);
  });
  const rest = features.length - each.length;
  const all = rest > 0 ? [...each, say(`${numberOf(rest)} more`, `其余 ${numberOf(rest)} 项`)] : each;
  return joined(all);
}

/** Who can take masks off, and how many it takes. */
function againstWords(terms: RoundTerms): Words {
  const least = numberOf(goingOn(terms));
  const who =
    terms.against === 'malicious'
      ? say('Also a coordinator that lies.', '包括说谎的协调方。')
      : say(
          'A coordinator that follows the protocol and looks, not one that lies.',
          '遵守协议但会窥探的协调方，不包括说谎的协调方。',
        );
  return say(
    `${who.en} At least ${least} members have to go on together for a sum to be opened.`,
    `${who.zh}至少 ${least} 个成员共同继续，汇总值才会被打开。`,
  );
}

const agreements: { readonly [agreement in RoundTerms['agreement']]: Words } = {
  'x-wing': say(
    'X-Wing (X25519 and ML-KEM-768), also against quantum computers',
    'X-Wing（X25519 与 ML-KEM-768），可抵御量子计算机',
  ),
  x25519: say('X25519, not against quantum computers', 'X25519，不能抵御量子计算机'),
};

/** @param zone of the time of the proposal, an IANA name */
export function wordsOfRoundTerms(terms: RoundTerms, names: Names, zone = 'UTC'): TermLine[] {
  return withVertical(linesOf(terms, names, zone), terms, names, zone);
}

function linesOf(terms: RoundTerms, names: Names, zone: string): TermLine[] {
  const line = (term: string, label: Words, text: Words): TermLine => ({ term, label, text });
  const { schema, learn, officers, minRows } = terms;
  const [label, positive] = [quoted(schema.label.name), quoted(schema.label.positive)];
  const patience = durationOf(terms.patienceMs / 1000);
  return [
    line('members', say('Who', '参与方'), joined(terms.members.map(names))),
    line('coordinator', say('Coordinator', '协调方'), names(terms.coordinator)),
    line('custodian', say('Custodian of the key that opens sums', '汇总值密钥的保管方'), names(terms.custodian)),
    line('proposedAtMs', say('Proposed', '提议时间'), same(timeOf(terms.proposedAtMs, zone))),
    line('purpose', say('Purpose, as the proposer calls it', '目的（按提议方的命名）'), same(terms.purpose)),
    line('reason', say('Reason', '理由'), quoted(terms.reason)),
    line(
      'label',
      say('What is predicted', '预测内容'),
      say(`whether ${label.en} is ${positive.en}`, `${label.zh}是否为${positive.zh}`),
    ),
    line('features', say('From which columns', '所用列'), featuresWords(schema)),
    line('learn', say('How', '方式'), terms.privacy && learn.kind === 'trees' ? noisyTrees : kinds[learn.kind]),
    ...learnLines(learn),
    line('privacy', say('Noise', '噪声'), privacyTermWords(terms)),
    line('against', say('Against whom', '抵御对象'), againstWords(terms)),
    line('agreement', say('Masks agreed by', '掩码协商'), agreements[terms.agreement]),
    line('encryption', say('Encryption of sums', '汇总值的加密'), quoted(terms.encryption)),
    line(
      'patienceMs',
      say('Who is waited for', '等待时间'),
      say(`Who gives nothing for ${patience.en} is left out.`, `${patience.zh}内未提交者将被排除。`),
    ),
    line(
      'officers',
      say('Approval', '批准'),
      officers === 1
        ? say('At least 1 person of each organisation approves.', '每个机构至少 1 人批准。')
        : say(`At least ${officers} different people of each organisation approve.`, `每个机构至少 ${officers} 名不同人员批准。`),
    ),
    line(
      'minRows',
      say('Rows', '行数'),
      say(`Each member brings at least ${numberOf(minRows)}.`, `每个成员至少 ${numberOf(minRows)} 行。`),
    ),
    line(
      'log',
      say('Membership record', '成员记录'),
      say(
        `The first ${numberOf(terms.log.size)} entries, the last of them with the hash ${terms.log.head}.`,
        `前 ${numberOf(terms.log.size)} 条，其中最后一条的哈希值为 ${terms.log.head}。`,
      ),
    ),
  ];
}
