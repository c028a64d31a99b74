// What a training leaves: the report, the card for people, the model as the node keeps it and as ONNX.

import { columnOf, type Matrix } from '../../../core/matrix/matrix.ts';
import { cardOf } from '../card/card.ts';
import { baselineOf } from '../monitoring/baseline.ts';
import { checkedOnnx } from '../onnx/checked-export.ts';
import type { Trained } from './train.ts';

/** The files, as they are written: text in UTF-8, and the ONNX model. `profile` is what columns and scores looked like: later rows are held against it. */
export type Artifacts = { readonly [name in 'report' | 'model' | 'profile' | 'card' | 'onnx']: Uint8Array<ArrayBuffer> };

/** @throws {Fault} `model_invalid` where ONNX says something else than the scorer */
export async function artifactsOf(
  { model, report, outOfFold }: Trained,
  matrix: Matrix,
  options: { readonly language: 'en' | 'zh'; readonly threads?: number | undefined },
): Promise<Artifacts> {
  const { label, name } = report.data;
  const description = `${label.column} = ${label.positive}, learned from ${name}`;
  const { threshold } = report.decision.confusion;
  const onnx = await checkedOnnx(model, matrix, { name: label.column, version: '1', description, threshold }, options.threads);
  const inputs = { rows: matrix.rows, columns: model.inputs.map((input) => columnOf(matrix, input.name)!) };
  const profile = baselineOf(inputs, outOfFold);
  return {
    report: bytesOf(`${JSON.stringify(report, null, 1)}\n`),
    model: bytesOf(`${JSON.stringify(model)}\n`),
    profile: bytesOf(`${JSON.stringify(profile)}\n`),
    card: bytesOf(cardOf(report, { language: options.language })),
    onnx: Uint8Array.from(onnx),
  };
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
