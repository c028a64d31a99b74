// What monitoring found, in words of both languages, the most important first; and one word for all of it.

import type { Text } from '../card/markup.ts';
import type { Monitoring } from './monitoring.ts';

export type State = 'act' | 'watch' | 'stable';
export type Finding = { readonly state: State; readonly text: Text };

const listed = (names: readonly string[]) => names.slice(0, 5).join(', ') + (names.length > 5 ? ' …' : '');
const three = (value: number) => value.toFixed(3);
const two = (value: number) => value.toFixed(2);

export function findingsOf(monitoring: Monitoring): Finding[] {
  const all = [...ofStability(monitoring), ...ofApart(monitoring), ...ofPerformance(monitoring), ...ofContest(monitoring)];
  const order = ['act', 'watch', 'stable'];
  return all.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
}

export const stateOf = (findings: readonly Finding[]): State =>
  findings.some(({ state }) => state === 'act') ? 'act' : findings.some(({ state }) => state === 'watch') ? 'watch' : 'stable';

export const stateWords: { readonly [state in State]: Text } = {
  act: { en: 'Act: the model no longer fits what it is used on.', zh: '需处理：模型已不适用于当前数据。' },
  watch: {
    en: 'Watch: something has moved; look into it before you trust the scores.',
    zh: '需关注：数据已有变化，使用评分前请先核查。',
  },
  stable: {
    en: 'Stable: nothing has moved beyond chance or beyond the usual limits.',
    zh: '稳定：未见超出偶然或常规阈值的变化。',
  },
};

function* ofStability({ stability }: Monitoring): Generator<Finding> {
  const { absent, score, columns } = stability;
  if (absent.length > 0) {
    const names = listed(absent);
    yield {
      state: 'act',
      text: {
        en: `columns that the model reads are missing or of another kind: ${names}`,
        zh: `模型所需的列缺失或类型不符：${names}`,
      },
    };
  } else if (score.shift !== 'none')
    yield {
      state: score.shift === 'much' ? 'act' : 'watch',
      text: {
        en: `its scores have moved (PSI ${three(score.index)})`,
        zh: `评分分布发生变化（PSI ${three(score.index)}）`,
      },
    };
  else
    yield {
      state: 'stable',
      text: { en: `its scores are where they were (PSI ${three(score.index)})`, zh: `评分分布稳定（PSI ${three(score.index)}）` },
    };
  const moved = columns.filter(({ shift }) => shift !== 'none');
  const much = moved.some(({ shift }) => shift === 'much');
  const named = listed(moved.map(({ column, index }) => `${column} (${three(index)})`));
  if (moved.length > 0)
    yield {
      state: 'watch',
      text: {
        en: `columns have moved${much ? ', some much' : ''}: ${named}`,
        zh: `列分布发生${much ? '明显' : ''}变化：${named}`,
      },
    };
}

function* ofApart({ apart }: Monitoring): Generator<Finding> {
  if (!apart) return;
  const { auc, verdict, columns } = apart;
  const area = `${three(auc.value)}, ${three(auc.low)}–${three(auc.high)}`;
  const names = listed(columns.slice(0, 3).map(({ column }) => column));
  if (verdict === 'alike')
    yield {
      state: 'stable',
      text: {
        en: `rows now cannot be told from those of the training (area ${area})`,
        zh: `当前数据与训练数据无法区分（AUC ${area}）`,
      },
    };
  else
    yield {
      state: 'watch',
      text: {
        en: `rows now can be told from those of the training (area ${area}), by ${names}`,
        zh: `当前数据可与训练数据区分（AUC ${area}），主要依据 ${names}`,
      },
    };
}

function* ofPerformance({ performance }: Monitoring): Generator<Finding> {
  if (!performance) return;
  const { rocAuc, logLoss, calibration } = performance;
  const area = `${three(rocAuc.before)} → ${three(rocAuc.now.value)} (${three(rocAuc.now.low)}–${three(rocAuc.now.high)})`;
  const loss = `${three(logLoss.before)} → ${three(logLoss.now.value)} (${three(logLoss.now.low)}–${three(logLoss.now.high)})`;
  if (rocAuc.verdict === 'worse')
    yield { state: 'act', text: { en: `it ranks worse than promised: area ${area}`, zh: `排序能力低于报告：AUC ${area}` } };
  else yield { state: 'stable', text: { en: `it ranks as promised: area ${area}`, zh: `排序能力与报告相符：AUC ${area}` } };
  // A share of positives that moves takes the loss with it: alone it asks for a look.
  if (logLoss.verdict === 'worse')
    yield { state: 'watch', text: { en: `it loses more than promised: log-loss ${loss}`, zh: `对数损失高于报告：${loss}` } };
  const { value, low, high } = calibration.observedOverExpected;
  const ratio = `${two(value)} (${two(low)}–${two(high)})`;
  if (calibration.verdict !== 'fits')
    yield {
      state: 'act',
      text: {
        en: `its probabilities are ${calibration.verdict}: came true over said ${ratio}; calibrate again`,
        zh: `概率偏${calibration.verdict === 'too low' ? '低' : '高'}：实际与预测之比 ${ratio}，请重新校准`,
      },
    };
  else
    yield {
      state: 'stable',
      text: { en: `as many came true as were said: ratio ${ratio}`, zh: `实际与预测相符：比值 ${ratio}` },
    };
}

function* ofContest({ contest }: Monitoring): Generator<Finding> {
  if (!contest) return;
  const { rocAuc, logLoss, winner } = contest;
  const figures = `${rocAuc.value.toFixed(4)} (${rocAuc.low.toFixed(4)} … ${rocAuc.high.toFixed(4)}), ${logLoss.value.toFixed(4)} (${logLoss.low.toFixed(4)} … ${logLoss.high.toFixed(4)})`;
  if (winner === 'challenger')
    yield {
      state: 'watch',
      text: {
        en: `the challenger is better beyond chance: area and log-loss differ by ${figures}`,
        zh: `挑战模型显著更优：AUC 与对数损失之差 ${figures}`,
      },
    };
  else
    yield {
      state: 'stable',
      text: {
        en: `the challenger is not better beyond chance: area and log-loss differ by ${figures}`,
        zh: `挑战模型未显著更优：AUC 与对数损失之差 ${figures}`,
      },
    };
}
