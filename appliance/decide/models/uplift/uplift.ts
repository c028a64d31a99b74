// Uplift: whom an offer moves. `trainUplift` learns it from a trial in which chance decided who got the offer, by two approaches of which the
// better out of fold is kept, and reports what targeting by it is worth beside chance and beside a plain response model.

import { Fault } from '../../../core/errors.ts';
import { columnOf, type Matrix } from '../../../core/matrix/matrix.ts';
import { thinned } from '../metrics/scored.ts';
import { upliftMeasures } from '../metrics/uplift.ts';
import { tellApart } from '../monitoring/telling-apart.ts';
import { openFitter } from '../training/fitter.ts';
import type { Budget } from '../training/plan.ts';
import { screen } from '../training/screening.ts';
import { crossFitted } from './approaches.ts';
import { type Estimate, type Evaluation, evaluate, evaluationLimits, type Outcomes } from './evaluation.ts';
import type { ApproachFigures, UpliftReport } from './report.ts';
import type { Approach, UpliftModel } from './scoring.ts';
import { bestShare, type Prices, targetRows } from './targeting.ts';
import { type TrialOptions, type TrialTable, trialOf } from './trial.ts';

export type UpliftRequest = TrialOptions & {
  /** What the data is called in the report. */
  readonly name: string;
  readonly matrix: Matrix;
  readonly drop?: readonly string[];
  readonly keep?: readonly string[];
  /** Of the same unit: what a response is worth and what an offer costs. */
  readonly prices?: Prices;
  readonly budget?: Budget;
  readonly seed?: number;
  readonly threads?: number;
  readonly rejectedRows?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (share: number) => void;
};
export type TrainedUplift = { readonly model: UpliftModel; readonly report: UpliftReport };

const folds = 5;
const curvePoints = 200;
type Name = Approach | 'response';

/** @throws {Fault} `cannot_train`, `bad_request` naming the column or the option, `cancelled` */
export async function trainUplift(request: UpliftRequest): Promise<TrainedUplift> {
  const { drop = [], keep = [], seed = 7, budget = 'normal', threads, signal } = request;
  for (const name of [...drop, ...keep])
    if (!columnOf(request.matrix, name))
      throw new Fault('bad_request', `no column is called ${JSON.stringify(name.slice(0, 60))}`);
  const trial = trialOf(request.matrix, request);
  const screening = screen(trial.matrix, trial.label, new Set([...drop, request.treatment]), new Set(keep));
  if (screening.kept.length === 0) throw new Fault('cannot_train', 'no column is left to learn from');
  const names = screening.kept.map(({ name }) => name);
  const fitter = openFitter(threads, signal);
  try {
    const randomisation = await tellApart(trial.matrix, names, trial.treated, fitter, { seed, ...(threads && { threads }) });
    request.progress?.(0.1);
    const fitted = await crossFitted(trial, fitter, {
      names,
      folds,
      budget,
      seed,
      progress: (share) => request.progress?.(0.1 + 0.8 * share),
    });
    const evaluation = evaluate<Name>(fitted.scores, trial, seed);
    const chosen = choose(evaluation);
    const { model, parts } = await fitted.finish(chosen);
    request.progress?.(1);
    const { column, positive, negative } = trial.label;
    return {
      model,
      report: {
        format: 1,
        kind: 'uplift',
        data: {
          name: request.name,
          rows: trial.matrix.rows,
          rejectedRows: request.rejectedRows ?? 0,
          leftOutRows: trial.leftOut,
          label: { column, positive, negative: negative.slice(0, 20) },
          treatment: { column: request.treatment, control: trial.control, treated: trial.offers },
        },
        groups: groupsOf(trial),
        randomisation,
        columns: {
          used: names,
          dropped: screening.dropped.filter(({ column: name }) => name !== request.treatment),
          suspects: screening.suspects,
        },
        ...judged(evaluation, chosen, fitted.scores[chosen], fitted.foldOf, trial, seed),
        curve: curveOf(fitted.scores[chosen], trial),
        targeting: targetingOf(evaluation, chosen, request.prices),
        model: { approach: chosen, parts: parts.map(({ part, fitted: { members } }) => ({ part, members })) },
      },
    };
  } catch (error) {
    if (signal?.aborted) throw new Fault('cancelled', 'training');
    throw error;
  } finally {
    await fitter.close();
  }
}

/** The greater Qini out of fold; of equals the two models, whose parts people understand. */
function choose({ figures }: Evaluation<Name>): Approach {
  return figures['class transformation'].qini.value > figures['two models'].qini.value ? 'class transformation' : 'two models';
}

function judged(
  evaluation: Evaluation<Name>,
  chosen: Approach,
  scores: Float64Array,
  foldOf: Uint16Array,
  trial: Outcomes,
  seed: number,
): Pick<UpliftReport, 'crossValidation' | 'verdict'> {
  const { figures, qiniDifference } = evaluation;
  const other = chosen === 'two models' ? 'class transformation' : 'two models';
  const qiniOfFolds = Array.from({ length: folds }, (_, fold) => {
    const own = <T extends Float64Array | Uint8Array>(values: T) => values.filter((_value, row) => foldOf[row] === fold);
    return upliftMeasures({ scores: own(scores), outcomes: own(trial.outcomes), treated: own(trial.treated) }).qiniCoefficient;
  });
  const mean = qiniOfFolds.reduce((sum, each) => sum + each, 0) / folds;
  const { low, high } = figures[chosen].qini;
  return {
    crossValidation: {
      folds,
      seed,
      chosen,
      approaches: {
        'two models': figuresOf(evaluation, 'two models'),
        'class transformation': figuresOf(evaluation, 'class transformation'),
      },
      response: figuresOf(evaluation, 'response'),
      overOther: qiniDifference(chosen, other),
      overResponse: qiniDifference(chosen, 'response'),
      qiniOfFolds,
      qiniDeviationOfFolds: Math.sqrt(qiniOfFolds.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (folds - 1)),
    },
    verdict: low > 0 ? 'shown' : high < 0 ? 'harmful' : 'not shown',
  };
}

function figuresOf({ figures }: Evaluation<Name>, name: Name): ApproachFigures {
  const { qini, auuc, auucOverRandom, gains } = figures[name];
  const upliftAt = [0.1, 0.2, 0.3].map((share) => ({
    share,
    uplift: gains[Math.round(share * evaluationLimits.steps) - 1]!.value / share,
  }));
  return { qini, auuc, auucOverRandom, upliftAt };
}

function groupsOf({ treated, outcomes }: TrialTable): UpliftReport['groups'] {
  const of = (group: number) => {
    const rows = treated.reduce((sum, each) => sum + (each === group ? 1 : 0), 0);
    const responses = outcomes.reduce((sum, each, row) => sum + (treated[row] === group ? each : 0), 0);
    return { rows, responses, rate: responses / rows };
  };
  const [control, with_] = [of(0), of(1)];
  const value = with_.rate - control.rate;
  const deviation = Math.sqrt([control, with_].reduce((sum, { rate, rows }) => sum + (rate * (1 - rate)) / rows, 0));
  const effect: Estimate = { value, deviation, low: value - 1.96 * deviation, high: value + 1.96 * deviation };
  return { treated: with_, control, effect };
}

function curveOf(scores: Float64Array, trial: Outcomes): UpliftReport['curve'] {
  const { curve } = upliftMeasures({ scores, ...{ outcomes: trial.outcomes, treated: trial.treated } });
  return Array.from(thinned(curve.share.length, curvePoints), (at) => ({
    share: curve.share[at]!,
    qini: curve.qini[at]!,
    gain: curve.gain[at]!,
  }));
}

function targetingOf(evaluation: Evaluation<Name>, chosen: Approach, prices: Prices | undefined): UpliftReport['targeting'] {
  const rows = targetRows(evaluation.figures[chosen].gains, prices);
  if (!prices) return { rows };
  return { rows, prices, best: bestShare(rows, prices, (step) => evaluation.gainOverEverybody(chosen, step)) };
}
