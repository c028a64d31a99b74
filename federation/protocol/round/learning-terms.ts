// What a round computes and with which settings: the part of the terms that says how the model comes out of the sums. What does not go together
// is refused when it is proposed, not when everybody has agreed and counts.

import Type, { type Static } from 'typebox';
import { wordHalf } from '../averaging/digits.ts';
import { fewestInGroup } from '../averaging/groups.ts';
import { momentLimits } from '../averaging/moments.ts';
import { fewestGroups } from '../averaging/robust.ts';
import type { UpdateTerms } from '../averaging/update-codec.ts';
import { closed } from '../signed.ts';
import { treeSettingsFields } from './tree-terms.ts';
import { verticalFault, verticalTreesSchema } from './vertical-terms.ts';

const rate = (minimum: number, maximum: number) => Type.Number({ minimum, maximum });
const seed = Type.Integer({ minimum: 0, maximum: 0xffffffff });
/** A yes-or-no column with fewer rows on one side is left out: what is summed later would tell of these rows. */
const fewest = Type.Integer({ minimum: 0, maximum: 1_000_000 });

const treesSchema = Type.Object(
  {
    kind: Type.Literal('trees'),
    ...treeSettingsFields,
    /** Cells of counts below it are never looked at closer. */
    leastCount: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  },
  closed,
);

/** Newton's method on sums of gradient and curvature: the optimum of the pooled table. */
const logisticSchema = Type.Object(
  {
    kind: Type.Literal('logistic'),
    /** l2 / 2 x the squares of all weights but the intercept, beside the mean loss. */
    l2: rate(0, 1e9),
    /** Sums of gradient and curvature at most. */
    iterations: Type.Integer({ minimum: 1, maximum: 100 }),
    /** Done when no weight moves by more. */
    tolerance: rate(1e-9, 1),
    fewest,
  },
  closed,
);

/** What takes the place of the mean of updates (protocol/averaging/robust.ts), over groups of members whose sums are opened. */
const robustSchema = Type.Object(
  {
    rule: Type.Union([
      Type.Object({ kind: Type.Literal('median') }, closed),
      Type.Object({ kind: Type.Literal('trimmed'), trim: Type.Integer({ minimum: 1, maximum: 16 }) }, closed),
      Type.Object({ kind: Type.Literal('geometric') }, closed),
    ]),
    /** Members of a group at least. One more than three lets one of each group drop out. */
    groupSize: Type.Integer({ minimum: fewestInGroup, maximum: 33 }),
  },
  closed,
);

const averagingSchema = Type.Object(
  {
    kind: Type.Literal('averaging'),
    model: Type.Union([Type.Literal('logistic'), Type.Literal('neural')]),
    /** Units of the hidden layers of a neural model, and what they do. */
    hidden: Type.Array(Type.Integer({ minimum: 1, maximum: 64 }), { maxItems: 2 }),
    activation: Type.Optional(Type.Union([Type.Literal('tanh'), Type.Literal('relu')])),
    optimiser: Type.Union([Type.Literal('fedavg'), Type.Literal('fedprox'), Type.Literal('fedadam')]),
    rounds: Type.Integer({ minimum: 1, maximum: 1000 }),
    /** Ends after so many rounds without a lower loss on rows that members keep out of training. */
    patience: Type.Integer({ minimum: 1, maximum: 1000 }),
    epochs: Type.Integer({ minimum: 1, maximum: 100 }),
    batch: Type.Integer({ minimum: 1, maximum: 100_000 }),
    learningRate: rate(1e-6, 10),
    l2: rate(0, 1e6),
    serverLearningRate: rate(1e-6, 10),
    /** FedProx: pull towards the round's weights. 0 with the others. */
    mu: rate(0, 1e6),
    /** Of FedAdam (Reddi et al. 2021). */
    adaptive: Type.Optional(Type.Object({ beta1: rate(0, 0.9999), beta2: rate(0, 0.9999), tau: rate(1e-9, 1) }, closed)),
    /** L2 norm that an update is cut to. */
    clip: rate(1e-6, 1e6),
    /** What a member weighs: its rows up to a cap, or as much as every other. */
    weighting: Type.Union([
      Type.Object({ by: Type.Literal('rows'), rowsCap: Type.Integer({ minimum: 1, maximum: 10_000_000 }) }, closed),
      Type.Object({ by: Type.Literal('equal') }, closed),
    ]),
    robust: Type.Optional(robustSchema),
    fewest,
    seed,
  },
  closed,
);

export const learningSchema = Type.Union([treesSchema, logisticSchema, averagingSchema, verticalTreesSchema]);
export type Learning = Static<typeof learningSchema>;
export type LearningOf<Kind extends Learning['kind']> = Extract<Learning, { kind: Kind }>;

export type Feature = {
  readonly kind: 'number' | 'category';
  readonly levels?: readonly string[];
  readonly limit?: number;
  readonly of?: string;
};
type Given = Omit<Parameters<typeof verticalFault>[0], 'schema'> & {
  readonly schema: { readonly features: readonly Feature[] };
  readonly learn: Learning;
};

/** Columns as models see them: one for a number, and for a category one for each level. */
export const columnCount = (features: readonly Feature[]): number =>
  features.reduce((sum, { levels }) => sum + (levels?.length ?? 1), 0);

/** Numbers of the weights of a model, weights and biases. */
export function parameterCount({ hidden }: Pick<LearningOf<'averaging'>, 'hidden'>, inputs: number): number {
  return [...hidden, 1].reduce((sum, units, at) => sum + units * ((at === 0 ? inputs : hidden[at - 1]!) + 1), 0);
}

/** Groups that so many members make. */
export const groupCount = ({ robust }: Pick<LearningOf<'averaging'>, 'robust'>, members: number): number =>
  robust ? Math.max(1, Math.floor(members / robust.groupSize)) : 1;

/** @param reserve steps that a word of one member leaves free, of so many that it has */
export function updateTermsOf(
  learn: LearningOf<'averaging'>,
  members: number,
  inputs: number,
  reserve?: (bound: number) => number,
): UpdateTerms {
  const terms = { parameters: parameterCount(learn, inputs), members, clip: learn.clip, weighting: learn.weighting };
  return reserve ? { ...terms, reserve: reserve(Math.floor(wordHalf / members)) } : terms;
}

/** @param values numbers that one sum may have  @returns the part that does not fit with the rest, if any */
export function learningFault(terms: Given, values: number): string | undefined {
  const { members, schema, learn } = terms;
  const { features } = schema;
  if (learn.kind === 'vertical-trees') return verticalFault(terms, learn);
  if (members.length < 3) return 'members';
  if (features.some(({ of }) => of !== undefined)) return 'schema/of';
  const limited = features.every(({ kind, limit }) => (limit !== undefined) === (learn.kind !== 'trees' && kind === 'number'));
  if (!limited || !features.every(({ limit }) => limit === undefined || isPower(limit))) return 'schema/limit';
  if (learn.kind === 'trees') return undefined;
  const columns = columnCount(features);
  // Each may come with an indicator of where it is missing.
  if (columns > momentLimits.features / (learn.kind === 'logistic' ? 2 : 1)) return 'schema/features';
  return learn.kind === 'averaging' ? averagingFault(learn, members.length, 2 * columns, values) : undefined;
}

function averagingFault(learn: LearningOf<'averaging'>, members: number, inputs: number, values: number): string | undefined {
  const neural = learn.model === 'neural';
  if (neural !== learn.hidden.length > 0) return 'learn/hidden';
  if (neural !== (learn.activation !== undefined)) return 'learn/activation';
  if ((learn.optimiser === 'fedprox') !== learn.mu > 0) return 'learn/mu';
  if ((learn.optimiser === 'fedadam') !== (learn.adaptive !== undefined)) return 'learn/adaptive';
  const groups = groupCount(learn, members);
  if (learn.robust) {
    const { rule } = learn.robust;
    if (groups < Math.max(fewestGroups, rule.kind === 'trimmed' ? 2 * rule.trim + 1 : 0)) return 'learn/robust';
  }
  // Each group has words for an update and its weight; a loss and chance come on top.
  return groups * (parameterCount(learn, inputs) + 1) + 16 > values ? 'learn/hidden' : undefined;
}

/** A power of two from 2^-64 to 2^64. */
function isPower(limit: number): boolean {
  let power = 1;
  while (power < limit && power < 2 ** 64) power *= 2;
  while (power > limit && power > 2 ** -64) power /= 2;
  return power === limit;
}
