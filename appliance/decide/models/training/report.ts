// What a training reports: everything that a person needs to trust a model or not, as data. No times of the run and no names of machines are in it,
// so that the same training gives the same bytes.

import type { Dropped, Suspect } from './screening.ts';

/** Means over the folds, but for the calibration error, which is of all scores out of their folds together. */
export type Figures = {
  readonly rocAuc: number;
  readonly logLoss: number;
  /** Expected calibration error in ten bins of equal width. */
  readonly calibrationError: number;
  readonly averagePrecision: number;
  readonly brier: number;
};
export type FoldFigures = Figures & { readonly rows: number; readonly positives: number };

export type CurvePoint = { readonly x: number; readonly y: number; readonly threshold: number };
export type CalibrationBin = {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly meanScore: number;
  readonly positiveRate: number;
};
/** Tenths of the rows, the highest scores first. */
export type LiftRow = {
  readonly decile: number;
  readonly rows: number;
  readonly positives: number;
  /** Share of positives among them over the share among all. */
  readonly lift: number;
  /** Share of all positives that is in this tenth and those before. */
  readonly gain: number;
};
export type Confusion = {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
};

export type ColumnImportance = {
  readonly column: string;
  /** Mean absolute SHAP value of its features, on the margin (log-odds). */
  readonly meanAbsShap: number;
  /** Of the sum over all columns. */
  readonly share: number;
  /** Places it took in the folds: the best and the worst, 1 the first. */
  readonly ranks: { readonly best: number; readonly worst: number };
};
export type PartialDependence = {
  readonly column: string;
  readonly kind: 'number' | 'time' | 'category';
  /** Mean probability if every row had this value. `rows` of them have one near to it. */
  readonly points: readonly { readonly value: number | string; readonly mean: number; readonly rows: number }[];
};
export type Reason = { readonly column: string; readonly value: number | string | null; readonly shap: number };
export type Example = {
  readonly row: number;
  readonly score: number;
  readonly label: 0 | 1;
  readonly reasons: readonly Reason[];
};
/** One group of a column that people may be treated differently by. */
export type GroupFigures = {
  readonly group: string;
  readonly rows: number;
  readonly positiveRate: number;
  readonly meanScore: number;
  /** Share of the group whose score is at the threshold or above. */
  readonly selectedRate: number;
  /** Of the positives of the group, the share that is selected. */
  readonly recall: number;
  readonly rocAuc: number | null;
};
export type Fairness = { readonly column: string; readonly groups: readonly GroupFigures[]; readonly selectedRatio: number };

export type Member = {
  readonly kind: 'trees' | 'linear';
  readonly weight: number;
  readonly settings: { readonly [name: string]: number | string };
  readonly trees?: number;
};

export type Report = {
  readonly format: 1;
  readonly data: {
    readonly name: string;
    readonly rows: number;
    readonly rejectedRows: number;
    readonly unlabelledRows: number;
    readonly label: { readonly column: string; readonly positive: string; readonly negative: readonly string[] };
    readonly positives: number;
  };
  readonly columns: {
    readonly used: readonly string[];
    readonly dropped: readonly Dropped[];
    readonly suspects: readonly Suspect[];
  };
  readonly split: { readonly kind: 'given' | 'stratified' | 'time'; readonly folds: number; readonly seed: number };
  readonly crossValidation: Figures & {
    /** Standard deviation of the area over the folds. */
    readonly rocAucDeviation: number;
    readonly folds: readonly FoldFigures[];
  };
  /** The same folds: plain logistic regression, and the share of positives for everybody. */
  readonly baseline: { readonly logistic: Figures; readonly prior: { readonly logLoss: number } };
  readonly curves: {
    readonly roc: readonly CurvePoint[];
    readonly precisionRecall: readonly CurvePoint[];
    readonly calibration: readonly CalibrationBin[];
    readonly lift: readonly LiftRow[];
  };
  readonly decision: {
    readonly costs: { readonly falsePositive: number; readonly falseNegative: number };
    readonly confusion: Confusion;
  };
  readonly importance: readonly ColumnImportance[];
  readonly partialDependence: readonly PartialDependence[];
  readonly examples: readonly Example[];
  readonly fairness: readonly Fairness[];
  readonly model: {
    readonly features: number;
    readonly members: readonly Member[];
    readonly calibration: 'none' | 'platt' | 'isotonic';
  };
  readonly settings: { readonly seed: number; readonly tries: number; readonly innerFolds: number };
};
