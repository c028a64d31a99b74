// The verdict on a model, and what to be warned of, as a pure reading of its report: every threshold that a sentence of the card stands on
// is named here, so that people can argue about it.

import type { Report } from '../training/report.ts';
import { finite } from './numbers.ts';

export const verdictLimits = {
  /** Ranks so well, and its probabilities tell so much more than the share of positives does: good. */
  goodAuc: 0.75,
  goodSkill: 0.1,
  /** Ranks worse than this: hardly better than a coin. */
  weakAuc: 0.6,
  /** Too good to be true of people's behaviour. */
  suspiciousAuc: 0.99,
  /** Deviations of the area over the folds. */
  highConfidence: 0.015,
  lowConfidence: 0.03,
  /** Of the rarer answer: below, a handful of customers moves every figure. */
  fewAnswers: 100,
  /** Expected calibration error. */
  poorCalibration: 0.05,
  veryPoorCalibration: 0.1,
  /** Of so many leading columns, one that moves so many places between folds. */
  leadingColumns: 5,
  unsettledPlaces: 5,
  /** The four-fifths rule of the US Uniform Guidelines (29 CFR 1607.4 D): a group selected less often than this share of the most selected. */
  selectedRatio: 0.8,
  /** A group of fewer rows says little about itself. */
  groupRows: 50,
  /** Between the groups of a column, of the share of positives that is found. */
  recallGap: 0.15,
  rejectedShare: 0.01,
  unlabelledShare: 0.1,
} as const;

export type Grade = 'good' | 'fair' | 'weak';
export type Confidence = 'high' | 'moderate' | 'low' | 'unknown';
export type AgainstBaseline = 'better' | 'same' | 'worse' | 'unknown';
export type Verdict = {
  readonly grade: Grade;
  /** `doubtful`: would be good, but for a column that may say the answer; no more than fair until people know. `unknown`: nothing to judge by. */
  readonly headline: Grade | 'doubtful' | 'unknown';
  readonly confidence: Confidence;
  readonly againstBaseline: AgainstBaseline;
  /** Area over that of the baseline. */
  readonly gain: number | undefined;
  /** How much of the log loss of the share of positives is gone; 0 when nothing is learned, below when harm is done. */
  readonly skill: number | undefined;
};

export function verdictOf(report: Report): Verdict {
  const { crossValidation, baseline } = report;
  const auc = finite(crossValidation.rocAuc);
  const scatter = finite(crossValidation.rocAucDeviation);
  const plainAuc = finite(baseline.logistic.rocAuc);
  const [loss, prior] = [finite(crossValidation.logLoss), finite(baseline.prior.logLoss)];
  const gain = auc !== undefined && plainAuc !== undefined ? auc - plainAuc : undefined;
  const skill = loss !== undefined && prior ? 1 - loss / prior : undefined;
  const againstBaseline = against(gain, scatter);
  const grade = gradeOf(auc, skill, againstBaseline);
  const doubtful = grade === 'good' && leaks(report).next().done === false;
  const headline = auc === undefined ? 'unknown' : doubtful ? 'doubtful' : grade;
  return { grade: doubtful ? 'fair' : grade, headline, confidence: confidenceOf(report), againstBaseline, gain, skill };
}

/** A difference that is smaller than what the folds differ by is none. Without folds to compare, half a point of a hundred. */
function against(gain: number | undefined, scatter = 0.005): AgainstBaseline {
  if (gain === undefined) return 'unknown';
  if (Math.abs(gain) <= scatter) return 'same';
  return gain > 0 ? 'better' : 'worse';
}

function gradeOf(auc: number | undefined, skill: number | undefined, baseline: AgainstBaseline): Grade {
  const { weakAuc, goodAuc, goodSkill } = verdictLimits;
  if (auc === undefined || auc < weakAuc || (skill !== undefined && skill <= 0)) return 'weak';
  if (auc >= goodAuc && (skill ?? 0) >= goodSkill && baseline !== 'worse') return 'good';
  return 'fair';
}

function confidenceOf(report: Report): Confidence {
  const scatter = finite(report.crossValidation.rocAucDeviation);
  if (scatter === undefined || report.crossValidation.folds.length < 2) return 'unknown';
  if (scatter > verdictLimits.lowConfidence || rarer(report) < verdictLimits.fewAnswers) return 'low';
  return scatter > verdictLimits.highConfidence ? 'moderate' : 'high';
}

function rarer({ data, crossValidation }: Report): number {
  const inFolds = crossValidation.folds.reduce((sum, { rows }) => sum + rows, 0);
  const labelled = inFolds > 0 ? inFolds : data.rows - data.unlabelledRows;
  const positives = finite(data.positives) ?? Number.NaN;
  return Math.min(positives, labelled - positives);
}

/** `serious`: do not use the model before this is understood. `mind`: use it, and know this. */
export type Weight = 'serious' | 'mind';
export type Warning = { readonly weight: Weight } & (
  | { readonly kind: 'suspect'; readonly column: string; readonly auc: number }
  | { readonly kind: 'pure-value'; readonly column: string; readonly value: string; readonly rows: number }
  | { readonly kind: 'too-good'; readonly auc: number }
  | { readonly kind: 'few-answers'; readonly rows: number }
  | { readonly kind: 'no-folds' }
  | { readonly kind: 'scatter'; readonly deviation: number }
  | { readonly kind: 'unsettled'; readonly columns: readonly string[] }
  | { readonly kind: 'calibration'; readonly error: number }
  | { readonly kind: 'selected-apart'; readonly column: string; readonly ratio: number }
  | { readonly kind: 'recall-apart'; readonly column: string; readonly least: number; readonly most: number }
  | { readonly kind: 'rejected'; readonly rows: number }
  | { readonly kind: 'unlabelled'; readonly rows: number; readonly share: number }
);

/** The serious first, otherwise in the order in which a reader should ask. */
export function warningsOf(report: Report): Warning[] {
  const found = [...leaks(report), ...unsure(report), ...unfair(report), ...incomplete(report)];
  return [...found.filter(({ weight }) => weight === 'serious'), ...found.filter(({ weight }) => weight === 'mind')];
}

function* leaks({ columns, crossValidation }: Report): Generator<Warning> {
  const auc = finite(crossValidation.rocAuc);
  if (auc !== undefined && auc >= verdictLimits.suspiciousAuc) yield { weight: 'serious', kind: 'too-good', auc };
  for (const { column, auc, value, rows } of columns.suspects) {
    if (value !== undefined) yield { weight: 'serious', kind: 'pure-value', column, value, rows: rows ?? Number.NaN };
    else yield { weight: 'serious', kind: 'suspect', column, auc: auc ?? Number.NaN };
  }
}

function* unsure(report: Report): Generator<Warning> {
  const rows = rarer(report);
  if (rows < verdictLimits.fewAnswers) yield { weight: 'serious', kind: 'few-answers', rows };
  if (confidenceOf(report) === 'unknown') yield { weight: 'mind', kind: 'no-folds' };
  const { rocAucDeviation: deviation, calibrationError: error } = report.crossValidation;
  if (deviation > verdictLimits.lowConfidence) yield { weight: 'mind', kind: 'scatter', deviation };
  if (error > verdictLimits.poorCalibration)
    yield { weight: error > verdictLimits.veryPoorCalibration ? 'serious' : 'mind', kind: 'calibration', error };
  const columns = report.importance.slice(0, verdictLimits.leadingColumns).filter(isUnsettled);
  if (columns.length > 0) yield { weight: 'mind', kind: 'unsettled', columns: columns.map(({ column }) => column) };
}

export const isUnsettled = ({ ranks }: Report['importance'][number]): boolean =>
  ranks.worst - ranks.best >= verdictLimits.unsettledPlaces;

function* unfair({ fairness }: Report): Generator<Warning> {
  for (const { column, groups, selectedRatio: ratio } of fairness) {
    if (Number.isFinite(ratio) && ratio < verdictLimits.selectedRatio)
      yield { weight: 'mind', kind: 'selected-apart', column, ratio };
    const recalls = groups
      .filter(({ rows, recall }) => rows >= verdictLimits.groupRows && Number.isFinite(recall))
      .map(({ recall }) => recall);
    const [least, most] = [Math.min(...recalls), Math.max(...recalls)];
    if (most - least > verdictLimits.recallGap) yield { weight: 'mind', kind: 'recall-apart', column, least, most };
  }
}

function* incomplete({ data }: Report): Generator<Warning> {
  if (data.rejectedRows > verdictLimits.rejectedShare * (data.rows + data.rejectedRows))
    yield { weight: 'mind', kind: 'rejected', rows: data.rejectedRows };
  const share = data.unlabelledRows / data.rows;
  if (share > verdictLimits.unlabelledShare) yield { weight: 'mind', kind: 'unlabelled', rows: data.unlabelledRows, share };
}

/** What 1,000 customers like these come to at the threshold. */
export type PerThousand = {
  readonly called: number;
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
  readonly left: number;
  readonly cost: number;
  readonly costCallingNobody: number;
  readonly costCallingEverybody: number;
};

export function perThousand({ decision }: Report): PerThousand {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = decision.confusion;
  const scale = 1000 / (truePositives + falsePositives + trueNegatives + falseNegatives);
  const [right, wrong, missed, left] = [truePositives, falsePositives, falseNegatives, trueNegatives].map((n) => n * scale) as [
    number,
    number,
    number,
    number,
  ];
  const { falsePositive, falseNegative } = decision.costs;
  return {
    called: right + wrong,
    right,
    wrong,
    missed,
    left,
    cost: wrong * falsePositive + missed * falseNegative,
    costCallingNobody: (right + missed) * falseNegative,
    costCallingEverybody: (wrong + left) * falsePositive,
  };
}
