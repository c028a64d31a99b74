// The verdict and its warnings, at the edges where a sentence changes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Report } from '../training/report.ts';
import { telcoReport } from './testing-report.ts';
import { perThousand, type Verdict, verdictOf, warningsOf } from './verdict.ts';

const telco = telcoReport();
const calm: Report = { ...telco, columns: { ...telco.columns, suspects: [] } };
/** A report with these figures, and a prior whose log loss is 0.6. */
function reportOf(figures: Partial<Report['crossValidation']>, plainAuc = 0.5): Report {
  const logistic = { ...calm.baseline.logistic, rocAuc: plainAuc };
  return {
    ...calm,
    crossValidation: { ...calm.crossValidation, rocAucDeviation: 0.01, calibrationError: 0.01, logLoss: 0.4, ...figures },
    baseline: { logistic, prior: { logLoss: 0.6 } },
  };
}
const expectVerdict = (report: Report, expected: Partial<Verdict>) => {
  const verdict = verdictOf(report);
  assert.deepEqual({ ...verdict, ...expected }, verdict);
};
const kindsOf = (report: Report) => warningsOf(report).map(({ kind }) => kind);

describe('the grade', () => {
  test('good: ranks well, tells more than the share, not worse than plain', () => {
    expectVerdict(reportOf({ rocAuc: 0.8 }, 0.7), { grade: 'good', headline: 'good', againstBaseline: 'better' });
    expectVerdict(reportOf({ rocAuc: 0.8 }, 0.805), { grade: 'good', againstBaseline: 'same' });
  });
  test('fair: ranks less well, tells little more than the share, or plain does better', () => {
    expectVerdict(reportOf({ rocAuc: 0.7 }), { grade: 'fair' });
    expectVerdict(reportOf({ rocAuc: 0.8, logLoss: 0.59 }), { grade: 'fair' });
    expectVerdict(reportOf({ rocAuc: 0.8 }, 0.85), { grade: 'fair', againstBaseline: 'worse' });
  });
  test('weak: no better than a coin, or than the share for everybody', () => {
    expectVerdict(reportOf({ rocAuc: 0.55 }), { grade: 'weak', headline: 'weak' });
    expectVerdict(reportOf({ rocAuc: 0.8, logLoss: 0.61 }), { grade: 'weak' });
  });
  test('a column that may say the answer takes a good verdict back', () => {
    const columns = { ...calm.columns, suspects: [{ column: 'tenure', auc: 0.96 }] };
    expectVerdict({ ...reportOf({ rocAuc: 0.9 }), columns }, { grade: 'fair', headline: 'doubtful' });
    expectVerdict(reportOf({ rocAuc: 0.995 }), { grade: 'fair', headline: 'doubtful' });
    expectVerdict({ ...reportOf({ rocAuc: 0.55 }), columns }, { grade: 'weak', headline: 'weak' });
  });
  test('nothing to judge by', () => {
    expectVerdict(reportOf({ rocAuc: Number.NaN }), { grade: 'weak', headline: 'unknown', gain: undefined });
  });
});

test('confidence follows the folds, and few answers are never sure', () => {
  const confidence = (rocAucDeviation: number, more: Partial<Report> = {}) =>
    verdictOf({ ...reportOf({ rocAucDeviation }), ...more }).confidence;
  assert.deepEqual(
    [0.01, 0.02, 0.04, Number.NaN].map((each) => confidence(each)),
    ['high', 'moderate', 'low', 'unknown'],
  );
  assert.equal(confidence(0.001, { data: { ...calm.data, positives: 99 } }), 'low');
  assert.equal(verdictOf(reportOf({ folds: [] })).confidence, 'unknown');
});

describe('warnings', () => {
  test('none for a calm report, and the serious first', () => {
    const quiet: Report = { ...reportOf({ rocAuc: 0.8 }), importance: [], fairness: [] };
    assert.deepEqual(warningsOf(quiet), []);
    const weights = warningsOf(telco).map(({ weight }) => weight);
    assert.deepEqual([...new Set(weights)], ['serious', 'mind']);
    assert.deepEqual([...weights].sort().reverse(), weights);
  });
  test('each for its cause', () => {
    const quiet: Report = { ...reportOf({ rocAuc: 0.8 }), importance: [], fairness: [] };
    const column = telco.importance[0]!;
    const [gender] = telco.fairness;
    const groups = gender!.groups.map((group, at) => ({ ...group, recall: at === 0 ? 0.9 : 0.7 }));
    const cases: [string, Partial<Report>][] = [
      ['suspect', { columns: { ...calm.columns, suspects: [{ column: 'a', auc: 0.96 }] } }],
      ['pure-value', { columns: { ...calm.columns, suspects: [{ column: 'a', value: 'gone', rows: 120 }] } }],
      ['few-answers', { data: { ...calm.data, positives: 40 } }],
      ['scatter', { crossValidation: { ...quiet.crossValidation, rocAucDeviation: 0.05 } }],
      ['no-folds', { crossValidation: { ...quiet.crossValidation, rocAucDeviation: Number.NaN } }],
      ['calibration', { crossValidation: { ...quiet.crossValidation, calibrationError: 0.06 } }],
      ['unsettled', { importance: [{ ...column, ranks: { best: 1, worst: 6 } }] }],
      ['selected-apart', { fairness: [{ ...gender!, selectedRatio: 0.79 }] }],
      ['recall-apart', { fairness: [{ ...gender!, groups }] }],
      ['rejected', { data: { ...calm.data, rejectedRows: 200 } }],
      ['unlabelled', { data: { ...calm.data, unlabelledRows: 2000 } }],
    ];
    for (const [kind, change] of cases) assert.deepEqual(kindsOf({ ...quiet, ...change }), [kind]);
  });
  test('a small group accuses nobody', () => {
    const [gender] = telco.fairness;
    const groups = [gender!.groups[0]!, { ...gender!.groups[1]!, rows: 12, recall: 0 }];
    assert.deepEqual(kindsOf({ ...reportOf({}), importance: [], fairness: [{ ...gender!, groups }] }), []);
  });
});

test('of 1,000 customers: the four kinds, and the cost beside calling nobody and everybody', () => {
  const confusion = {
    ...telco.decision.confusion,
    truePositives: 30,
    falsePositives: 20,
    falseNegatives: 10,
    trueNegatives: 140,
  };
  assert.deepEqual(perThousand({ ...telco, decision: { costs: { falsePositive: 1, falseNegative: 5 }, confusion } }), {
    called: 250,
    right: 150,
    wrong: 100,
    missed: 50,
    left: 700,
    cost: 350,
    costCallingNobody: 1000,
    costCallingEverybody: 800,
  });
});
