// The model of a vertical round as all sides vote on it: the hash of each side's part. The parts stay where they are: thresholds with whose columns
// they cut, leaves with the owner of the labels.

import { canonicalJson } from '../../../crypto/canonical-json.ts';

export type VerticalModel = {
  readonly format: 1;
  readonly kind: 'vertical-trees';
  readonly round: string;
  /** By member: SHA-256 of its part. */
  readonly parts: { readonly [member: string]: string };
};

export function verticalModelBytes(round: string, parts: VerticalModel['parts']): Buffer {
  const model: VerticalModel = { format: 1, kind: 'vertical-trees', round, parts };
  return Buffer.from(canonicalJson(model), 'utf8');
}
