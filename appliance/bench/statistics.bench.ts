// npm run bench:statistics: what the model trainer's statistics cost for a million rows, in processor time of one thread. Beside them, in the
// same run, bare ceilings: sorting the same scores without keeping their rows, and reading every feature once.

import { chooseCalibration } from '../decide/models/calibration/choose.ts';
import { isotonicScaling } from '../decide/models/calibration/isotonic.ts';
import { plattScaling } from '../decide/models/calibration/platt.ts';
import { type Design, fitLinear, linearMargins } from '../decide/models/linear/linear.ts';
import { aucInterval } from '../decide/models/metrics/auc-interval.ts';
import { auc } from '../decide/models/metrics/curves.ts';
import { numberDrift, profileNumbers, twoSampleKs } from '../decide/models/metrics/drift.ts';
import { expectedCalibrationError, logLoss } from '../decide/models/metrics/probability.ts';
import { rank } from '../decide/models/metrics/scored.ts';
import { cheapestThreshold } from '../decide/models/metrics/threshold.ts';
import { upliftMeasures } from '../decide/models/metrics/uplift.ts';
import { drawsOf } from '../decide/models/numerics/chance.ts';
import { splitsOf, stratifiedFolds } from '../decide/models/validation/folds.ts';
import { median, quick, report, say } from './bench.ts';

const rows = quick ? 200_000 : 1_000_000;
const columns = 30;
const runs = quick ? 3 : 5;

/** Correlated features of different units, one in twenty missing; labels from a third of them. */
function makeDesign(count: number, width: number): Design & { readonly targets: Uint8Array } {
  const draw = drawsOf(1, 'bench');
  const unit = () => (draw() + 0.5) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  const features = Array.from({ length: width }, () => new Float32Array(new SharedArrayBuffer(count * 4)));
  const targets = new Uint8Array(new SharedArrayBuffer(count));
  for (let row = 0; row < count; row += 1) {
    const common = normal();
    let margin = -1.5;
    for (let column = 0; column < width; column += 1) {
      const value = normal() + 0.7 * common;
      features[column]![row] = unit() < 0.05 ? Number.NaN : value * (column + 1) + 3 * column;
      if (column % 3 === 0) margin += (0.5 * value) / (1 + column / 3);
    }
    targets[row] = unit() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  }
  return { features, targets };
}

/** Median of processor milliseconds, so that a machine with other work says nearly the same. */
function cost(name: string, work: () => unknown): number {
  say(name);
  return median(
    Array.from({ length: runs }, () => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    }),
  );
}

say('making rows');
const design = makeDesign(rows, columns);
const small = makeDesign(7000, 45);
const [fit] = fitLinear(design, { family: 'logistic', alpha: 0, lambdas: [1e-4] });
const margins = linearMargins(fit!.linear, design.features);
const scored = { scores: margins.map((margin) => 1 / (1 + Math.exp(-margin))), labels: design.targets };
const byMargin = { scores: margins, labels: design.targets };
const treated = design.targets.map((_, row) => row % 2);
const profile = profileNumbers(design.features[1]!);

const figures = {
  sortMs: cost('ceiling: sort', () => margins.slice().sort()),
  readMs: cost('ceiling: read', () => design.features.map((column) => column.reduce((sum, value) => sum + value, 0))),
  aucMs: cost('auc', () => auc(rank(scored))),
  delongMs: cost('delong', () => aucInterval(margins, design.targets)),
  lossMs: cost('log-loss', () => logLoss(scored)),
  eceMs: cost('ece', () => expectedCalibrationError(scored, 10, 'mass')),
  thresholdMs: cost('threshold', () => cheapestThreshold(scored, { falsePositive: 1, falseNegative: 5 })),
  upliftMs: cost('uplift', () => upliftMeasures({ scores: margins, outcomes: design.targets, treated })),
  driftMs: cost('drift', () => numberDrift(profile, design.features[1]!)),
  ksMs: cost('ks', () => twoSampleKs(design.features[1]!, design.features[2]!)),
  plattMs: cost('platt', () => plattScaling(byMargin)),
  isotonicMs: cost('isotonic', () => isotonicScaling(byMargin)),
  chooseMs: cost('choice of calibration', () => chooseCalibration(byMargin, { seed: 1 })),
  foldsMs: cost('ten folds', () => splitsOf(stratifiedFolds(design.targets, { folds: 10, seed: 1 }))),
  ridgeMs: cost('ridge', () => fitLinear(design, { family: 'logistic', alpha: 0, lambdas: [1e-4] })),
  lassoMs: cost('lasso', () => fitLinear(design, { family: 'logistic', alpha: 1, lambdas: [1e-3] })),
  gaussianPathMs: cost('linear path', () => fitLinear(design, { family: 'gaussian', alpha: 0.5, lambdas: { count: 30 } })),
  smallPathMs: cost('7,000 x 45 path', () => fitLinear(small, { family: 'logistic', alpha: 0.5, lambdas: { count: 30 } })),
};

const ratios = { aucOverSort: figures.aucMs / figures.sortMs, ridgeOverRead: figures.ridgeMs / figures.readMs };
report('statistics', { rows, ...figures }, ratios, [
  `${rows} rows, ${columns} features, processor ms, medians of ${runs}; the small path has 7,000 rows, 45 features, 30 strengths`,
  ...Object.entries(figures).map(([name, ms]) => `${name.replace(/Ms$/, '').padEnd(14)} ${ms.toFixed(0).padStart(6)}`),
  `AUC over a bare sort ${ratios.aucOverSort.toFixed(1)}, ridge over one reading of the features ${ratios.ridgeOverRead.toFixed(1)}`,
]);
