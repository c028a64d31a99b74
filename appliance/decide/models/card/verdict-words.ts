// What the verdict and its warnings say, in both languages: sentences for people who have never trained a model.

export const verdictWords = {
  verdict: { en: 'Verdict', zh: '结论' },
  'grade-good': { en: 'Good', zh: '良好' },
  'grade-fair': { en: 'Fair', zh: '一般' },
  'grade-weak': { en: 'Weak', zh: '较弱' },
  'headline-good': {
    en: 'The model finds customers with “{answer}” well.',
    zh: '模型能较好地识别“{answer}”的客户。',
  },
  'headline-fair': {
    en: 'The model helps to find customers with “{answer}”, with reservations.',
    zh: '模型对识别“{answer}”的客户有帮助，但须留意其局限。',
  },
  'headline-weak': {
    en: 'The model finds customers with “{answer}” hardly better than chance. Do not act on it.',
    zh: '模型对“{answer}”客户的识别几乎不优于随机，请勿据此行动。',
  },
  'headline-unknown': {
    en: 'The training reported no figures to judge this model by.',
    zh: '本次训练没有可用于评判模型的指标。',
  },
  'headline-doubtful': {
    en: 'The figures look good, but a column may give “{answer}” away. Settle that first.',
    zh: '指标看似良好，但可能有列透露了“{answer}”这一结果，请先核实。',
  },
  'in-pairs': {
    en: 'Take one customer with this answer and one without: in {pairs} of 100 such pairs the model gives the right one the higher score.',
    zh: '任取一位属于该结果和一位不属于该结果的客户，每 100 对中有 {pairs} 对，模型给前者的评分更高。',
  },
  'baseline-better': {
    en: 'It beats plain logistic regression by {gain} ROC AUC, more than the folds differ among themselves.',
    zh: '其 ROC AUC 比普通逻辑回归高 {gain}，超过各折之间的波动。',
  },
  'baseline-same': {
    en: 'Plain logistic regression does about as well (difference {gain} ROC AUC, within what the folds differ by): the simpler model may do.',
    zh: '普通逻辑回归的表现相当（ROC AUC 相差 {gain}，在各折波动之内）：更简单的模型或许已够用。',
  },
  'baseline-worse': {
    en: 'Plain logistic regression does better (by {gain} ROC AUC): prefer the simpler model.',
    zh: '普通逻辑回归表现更好（ROC AUC 相差 {gain}）：建议采用更简单的模型。',
  },
  'baseline-unknown': {
    en: 'It was not compared with a plain model.',
    zh: '尚未与普通模型比较。',
  },
  'top-tenth': {
    en: 'The tenth of customers with the highest scores holds {gain} of all that are to be found, {lift}× as many as a random tenth.',
    zh: '评分最高的 10% 客户包含了全部目标客户的 {gain}，是随机抽取 10% 的 {lift} 倍。',
  },
  confidence: { en: 'Confidence', zh: '可信程度' },
  'confidence-high': { en: 'High', zh: '高' },
  'confidence-moderate': { en: 'Moderate', zh: '中等' },
  'confidence-low': { en: 'Low', zh: '低' },
  'confidence-unknown': { en: 'Unknown', zh: '未知' },
  'confidence-note': { en: '± {deviation} over {folds} folds', zh: '{folds} 折间 ± {deviation}' },
  'confidence-note-unknown': { en: 'no folds to compare', zh: '没有可供比较的折' },
  'against-baseline': { en: 'Against plain regression', zh: '相比普通回归' },
  'against-baseline-note': { en: 'its ROC AUC is {auc}', zh: '其 ROC AUC 为 {auc}' },
  'top-tenth-short': { en: 'In the top tenth', zh: '评分前 10%' },
  'top-tenth-note': { en: 'of the share among all', zh: '相对于总体占比' },
  'auc-note': { en: '0.5 is a coin, 1 is perfect', zh: '0.5 为随机，1 为完美' },
  warnings: { en: 'Before you use it', zh: '使用前请注意' },
  'no-warnings': {
    en: 'Nothing stands out: no column looks like a leak, the figures are steady over the folds, and the probabilities hold.',
    zh: '未发现异常：没有疑似泄漏的列，各折指标稳定，概率可信。',
  },
  serious: { en: 'Serious', zh: '严重' },
  mind: { en: 'Note', zh: '留意' },
  'warn-suspect': {
    en: '{column} alone ranks customers with a ROC AUC of {auc}. Few honest columns do. If it is known only after the answer is, the model is worth nothing in use: leave it out and train again.',
    zh: '仅凭“{column}”一列，ROC AUC 即达 {auc}，正常的列很少如此。若该列在结果发生之后才可知，模型在实际使用中毫无价值：请剔除后重新训练。',
  },
  'warn-pure-value': {
    en: 'All {rows} customers whose {column} is “{value}” have the answer. Find out whether this value is only written down afterwards.',
    zh: '“{column}”为“{value}”的 {rows} 位客户全部属于该结果。请确认该值是否在结果发生之后才记录。',
  },
  'warn-too-good': {
    en: 'A ROC AUC of {auc} is too good for people’s behaviour. Look for a column that says the answer.',
    zh: 'ROC AUC 高达 {auc}，对人的行为而言好得不真实。请检查是否有列直接透露了结果。',
  },
  'warn-few-answers': {
    en: 'Only {rows} customers have the rarer answer: a handful of them moves every figure on this card.',
    zh: '较少的一类仅有 {rows} 位客户：寥寥数人即可改变本卡上的所有指标。',
  },
  'warn-no-folds': {
    en: 'There are no folds to compare: how far these figures can be trusted is not known.',
    zh: '没有可供比较的折：这些指标的可信程度未知。',
  },
  'warn-scatter': {
    en: 'The folds differ much (± {deviation} ROC AUC): expect other figures on other customers.',
    zh: '各折差异较大（ROC AUC ± {deviation}）：换一批客户，指标可能明显不同。',
  },
  'warn-unsettled': {
    en: 'Which columns matter is unsettled: {columns} changed places much between the folds. Do not read causes from the order.',
    zh: '列的重要性并不稳定：“{columns}”在各折间名次变动较大。请勿从排序中推断因果。',
  },
  'warn-calibration': {
    en: 'Probabilities are off by {error} on average: use the scores to rank customers, not as chances.',
    zh: '概率平均偏差 {error}：评分可用于排序，不宜当作真实概率。',
  },
  'warn-selected-apart': {
    en: 'Groups of {column} are selected unequally: the least selected {ratio}× as often as the most selected. Decide whether that is meant.',
    zh: '“{column}”各组被选中的比例不均：最少的一组仅为最多一组的 {ratio} 倍。请判断这是否符合本意。',
  },
  'warn-recall-apart': {
    en: 'Groups of {column} are found unequally: {least} of those to be found in one group, {most} in another.',
    zh: '“{column}”各组的识别率不均：一组仅找到 {least} 的目标客户，另一组达 {most}。',
  },
  'warn-rejected': {
    en: '{rows} rows could not be read and are missing from all figures.',
    zh: '有 {rows} 行无法读取，未计入任何指标。',
  },
  'warn-unlabelled': {
    en: '{rows} customers ({share}) have no answer and were left out. If they differ from the rest, so will the results.',
    zh: '{rows} 位客户（{share}）没有结果，已被排除。若他们与其余客户不同，实际效果也会不同。',
  },
} as const;
