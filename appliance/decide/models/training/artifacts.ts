// What a training leaves: the report, the card for people, the model as the node keeps it and as ONNX.

import { columnOf, type Matrix } from '../../../core/matrix/matrix.ts';
import { cardOf } from '../card/card.ts';
import { baselineOf } from '../monitoring/baseline.ts';
import { checkedOnnx } from '../onnx/checked-export.ts';
import { createScorer } from '../scoring/scoring.ts';
import type { Trained } from './train.ts';

export type Artifacts = {
  readonly report: string;
  readonly model: string;
  /** What columns and scores looked like: what later rows are held against. */
  readonly profile: string;
  readonly card: string;
  readonly onnx: Uint8Array;
};

/** @throws {Fault} `model_invalid` where ONNX says something else than the scorer */
export async function artifactsOf(
  { model, report }: Trained,
  matrix: Matrix,
  options: { readonly language: 'en' | 'zh'; readonly threads?: number },
): Promise<Artifacts> {
  const { label, name } = report.data;
  const description = `${label.column} = ${label.positive}, learned from ${name}`;
  const { threshold } = report.decision.confusion;
  const onnx = await checkedOnnx(model, matrix, { name: label.column, version: '1', description, threshold }, options.threads);
  const inputs = { rows: matrix.rows, columns: model.inputs.map((input) => columnOf(matrix, input.name)!) };
  const profile = baselineOf(inputs, createScorer(model).matrix(matrix).probability);
  return {
    report: `${JSON.stringify(report, null, 1)}\n`,
    model: `${JSON.stringify(model)}\n`,
    profile: `${JSON.stringify(profile)}\n`,
    card: cardOf(report, { language: options.language }),
    onnx,
  };
}
