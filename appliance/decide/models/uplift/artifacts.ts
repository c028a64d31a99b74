// What a training of an uplift model leaves: the report, the card for people, the model as the node keeps it, and each of its parts as ONNX.

import type { Matrix } from '../../../core/matrix/matrix.ts';
import { checkedOnnx } from '../onnx/checked-export.ts';
import { upliftCardOf } from './card.ts';
import { partsOf } from './scoring.ts';
import type { TrainedUplift } from './uplift.ts';

const about: { readonly [part: string]: string } = {
  treated: 'probability of {answer} with the offer; less that of control.onnx it is the uplift',
  control: 'probability of {answer} without the offer',
  transformed: 'twice the probability, less 1, is the uplift for {answer}',
};

/**
 * By the name of the file.
 * @throws {Fault} `model_invalid` where ONNX says something else than the scorer
 */
export async function upliftArtifactsOf(
  { model, report }: TrainedUplift,
  matrix: Matrix,
  { language, threads }: { readonly language: 'en' | 'zh'; readonly threads?: number },
): Promise<readonly (readonly [name: string, content: string | Uint8Array])[]> {
  const { label } = report.data;
  const files: [string, string | Uint8Array][] = [
    ['report.json', `${JSON.stringify(report, null, 1)}\n`],
    ['model.json', `${JSON.stringify(model)}\n`],
    ['card.html', upliftCardOf(report, { language })],
  ];
  for (const [part, scoring] of Object.entries(partsOf(model))) {
    const description = about[part]!.replace('{answer}', `${label.column} = ${label.positive}`);
    files.push([`${part}.onnx`, await checkedOnnx(scoring, matrix, { name: part, version: '1', description }, threads)]);
  }
  return files;
}
