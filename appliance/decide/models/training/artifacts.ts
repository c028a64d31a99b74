// What a training leaves: the report, the card for people, the model as the node keeps it and as ONNX.

import type { Matrix } from '../../../core/matrix/matrix.ts';
import { cardOf } from '../card/card.ts';
import { checkedOnnx } from '../onnx/checked-export.ts';
import type { Trained } from './train.ts';

export type Artifacts = { readonly report: string; readonly model: string; readonly card: string; readonly onnx: Uint8Array };

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
  return {
    report: `${JSON.stringify(report, null, 1)}\n`,
    model: `${JSON.stringify(model)}\n`,
    card: cardOf(report, { language: options.language }),
    onnx,
  };
}
