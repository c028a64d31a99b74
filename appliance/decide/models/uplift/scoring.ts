// An uplift model: by how much the offer raises a customer's chance to respond. Its parts are ordinary scoring models, so that what scores,
// explains and exports those does it for these.

import { Fault } from '../../../core/errors.ts';
import type { Matrix } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { createScorer, parseScoringModel, type Row } from '../scoring/scoring.ts';

export type Approach = 'two models' | 'class transformation';

export type UpliftModel =
  /** Probability of a response with the offer, less that without. */
  | { readonly format: 1; readonly approach: 'two models'; readonly treated: ScoringModel; readonly control: ScoringModel }
  /** Twice the probability of Z, less 1 (Jaskowski and Jaroszewicz 2012, eq. 1). */
  | { readonly format: 1; readonly approach: 'class transformation'; readonly transformed: ScoringModel };

export type UpliftScorer = {
  /** One row by the names of its columns. @throws {Fault} `bad_request` */
  row(row: Row): number;
  /** All rows, each from -1 to 1. @throws {Fault} `model_invalid` when the matrix does not fit */
  matrix(matrix: Matrix): Float64Array;
};

export function createUpliftScorer(model: UpliftModel): UpliftScorer {
  if (model.approach === 'class transformation') {
    const scorer = createScorer(model.transformed);
    return {
      row: (row) => 2 * scorer.row(row).probability - 1,
      matrix: (matrix) => Float64Array.from(scorer.matrix(matrix).probability, (probability) => 2 * probability - 1),
    };
  }
  const [treated, control] = [createScorer(model.treated), createScorer(model.control)];
  return {
    row: (row) => treated.row(row).probability - control.row(row).probability,
    matrix(matrix) {
      const without = control.matrix(matrix).probability;
      return Float64Array.from(treated.matrix(matrix).probability, (probability, row) => probability - without[row]!);
    },
  };
}

/** The parts by the name of their file. */
export function partsOf(model: UpliftModel): { readonly [part: string]: ScoringModel } {
  if (model.approach === 'two models') return { treated: model.treated, control: model.control };
  return { transformed: model.transformed };
}

/** What a file says. @throws {Fault} `model_invalid` naming what is wrong */
export function parseUpliftModel(value: unknown): UpliftModel {
  const given = (typeof value === 'object' && value !== null ? value : {}) as { [name: string]: unknown };
  if (given.format !== 1) throw new Fault('model_invalid', 'format: expected 1');
  if (given.approach === 'two models')
    return {
      format: 1,
      approach: 'two models',
      treated: parseScoringModel(given.treated),
      control: parseScoringModel(given.control),
    };
  if (given.approach === 'class transformation')
    return { format: 1, approach: 'class transformation', transformed: parseScoringModel(given.transformed) };
  throw new Fault('model_invalid', 'approach: expected "two models" or "class transformation"');
}
