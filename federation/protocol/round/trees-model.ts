// The model of a round of trees as bytes: what members keep, compare by its hash and vote on, and what whoever has the sums alone arrives at too.

import { canonicalJson } from '../../../crypto/canonical-json.ts';
import type { Trees } from '../trees/tree.ts';
import type { RoundSchema } from './round-terms.ts';

/** As it is kept and compared: canonical JSON. */
export type RoundModel = {
  readonly format: 1;
  readonly kind: 'trees';
  readonly schema: RoundSchema;
  readonly features: readonly string[];
  readonly trees: Trees;
};

/** Names of the features in their order: a number is one, a category one for each level that all know. The same for all who have the terms. */
export function featureNames({ features }: RoundSchema): string[] {
  return features.flatMap(({ name, kind, levels }) =>
    kind === 'number' ? [name] : levels!.map((level) => `${name} = ${level}`),
  );
}

export function modelBytes(schema: RoundSchema, features: readonly string[], trees: Trees): Buffer {
  const model: RoundModel = { format: 1, kind: 'trees', schema, features, trees };
  return Buffer.from(canonicalJson(JSON.parse(JSON.stringify(model))), 'utf8');
}
