// What a training leaves: the report, the card for people, the model as the node keeps it and as ONNX. The ONNX file is held against the scorer on
// rows of the table before anybody gets it.

import { Fault } from '../../../core/errors.ts';
import { type Matrix, takeRows } from '../../../core/matrix/matrix.ts';
import { cardOf } from '../card/card.ts';
import { exportOnnx, startOnnxThreads } from '../onnx/onnx.ts';
import { createScorer } from '../scoring/scoring.ts';
import type { Trained } from './train.ts';

/** The files, as they are written: three of text in UTF-8, and the ONNX model. */
export type Artifacts = { readonly [name in 'report' | 'model' | 'card' | 'onnx']: Uint8Array<ArrayBuffer> };

/** Rows on which both ways to a score are compared, and by how much they may differ. */
const comparedRows = 2_000;
const parity = 1e-5;

/** @throws {Fault} `model_invalid` where ONNX says something else than the scorer */
export async function artifactsOf(
  { model, report }: Trained,
  matrix: Matrix,
  options: { readonly language: 'en' | 'zh'; readonly threads?: number | undefined },
): Promise<Artifacts> {
  const { label, name } = report.data;
  const onnx = exportOnnx(model, {
    name: label.column,
    version: '1',
    description: `${label.column} = ${label.positive}, learned from ${name}`,
    threshold: report.decision.confusion.threshold,
  });
  const step = Math.max(1, Math.floor(matrix.rows / comparedRows));
  const sample = takeRows(
    matrix,
    Array.from({ length: Math.min(comparedRows, matrix.rows) }, (_, at) => at * step),
  );
  const expected = createScorer(model).matrix(sample).probability;
  const threads = startOnnxThreads(options.threads);
  try {
    const served = (await threads.score(onnx, model, sample)).probability;
    const off = expected.findIndex((probability, row) => !(Math.abs(probability - served[row]!) <= parity));
    if (off >= 0) throw new Fault('model_invalid', `the ONNX file and the model differ in row ${off * step}`);
  } finally {
    await threads.close();
  }
  return {
    report: bytesOf(`${JSON.stringify(report, null, 1)}\n`),
    model: bytesOf(`${JSON.stringify(model)}\n`),
    card: bytesOf(cardOf(report, { language: options.language })),
    onnx: Uint8Array.from(onnx),
  };
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
