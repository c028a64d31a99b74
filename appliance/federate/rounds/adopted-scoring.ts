// The model of a round in the form that the node scores its own customers with. What a round does with a row (levels that not all know, values beyond a
// limit, columns that are missing) is said in features, so that both say the same of the same customer.

import type { RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import type { StandardModel } from '../../../federation/protocol/round/standard-model.ts';
import type { RoundModel } from '../../../federation/protocol/round/trees-model.ts';
import type { Feature, InputColumn, Linear, ScoringModel } from '../../core/model/scoring.ts';

/** Of values that descent sees (decide/models/averaging/prepare.ts); Newton's method sees all. */
const deviations = 10;
const stepsOfLimit = 2 ** 26;
const plain = { kind: 'platt', a: 1, b: 0 } as const;

/** @returns undefined for a neural model, which the node has no form for */
export function scoringOf(model: RoundModel | StandardModel): ScoringModel | undefined {
  const { schema } = model;
  const inputs = schema.features.map(
    ({ name, levels }): InputColumn =>
      levels ? { name, kind: 'category', levels, others: 'missing' } : { name, kind: 'number' },
  );
  if (model.kind === 'trees')
    return { format: 1, inputs, features: placesOf(schema).map(featureOf), margin: model.trees, calibration: plain };
  if (model.model.kind !== 'logistic') return undefined;
  return { format: 1, inputs, ...linearOf(model), calibration: plain };
}

/** What a feature of the round is made of, in the order of its names. */
type Place = { readonly input: string; readonly level?: string; readonly limit?: number };

function placesOf({ features }: RoundSchema): Place[] {
  return features.flatMap(({ name, levels, limit }): Place[] =>
    levels ? levels.map((level) => ({ input: name, level })) : [{ input: name, ...(limit !== undefined && { limit }) }],
  );
}

const nameOf = ({ input, level }: Place) => (level === undefined ? input : `${input} = ${level}`);

function featureOf(place: Place): Feature {
  const { input, level } = place;
  const name = nameOf(place);
  return level === undefined ? { name, input, how: 'number' } : { name, input, how: 'is', level };
}

/** By Newton the weights are over whole columns, as the round's own evaluation has them, to the last bit. */
function linearOf({ kind, schema, standardiser, weights }: StandardModel): { features: Feature[]; margin: Linear } {
  const places = placesOf(schema);
  const most = kind === 'logistic' ? Number.POSITIVE_INFINITY : deviations;
  const parts = standardiser.columns.map(({ feature, how, center, scale }, at) => {
    const place = places[feature]!;
    const bare = how === 'missing' || place.level !== undefined;
    const standard = bare && most < Number.POSITIVE_INFINITY ? ofIndicator(center, scale, most) : { center, scale };
    const made: Feature =
      how === 'missing'
        ? { name: `${nameOf(place)} missing`, input: place.input, how }
        : bare
          ? featureOf(place)
          : cutFeature(place, { center, scale }, most);
    return { made, weight: weights[at]!, ...standard };
  });
  const newton = kind === 'logistic';
  return {
    features: parts.map(({ made }) => made),
    margin: {
      kind: 'linear',
      base: weights[standardiser.columns.length]!,
      weights: parts.map(({ weight, scale }) => (newton ? weight / scale : weight)),
      centers: parts.map(({ center }) => center),
      scales: parts.map(({ scale }) => (newton ? 1 : scale)),
    },
  };
}

function cutFeature({ input, limit }: Place, { center, scale }: { center: number; scale: number }, most: number): Feature {
  return {
    ...{ name: input, input, how: 'cut', step: limit! / stepsOfLimit },
    low: Math.max(-limit!, center - most * scale),
    high: Math.min(limit!, center + most * scale),
  };
}

/** Another center and scale by which 0 and 1 come to what they are once no deviation is above `most`. */
function ofIndicator(center: number, scale: number, most: number): { center: number; scale: number } {
  const bounded = (value: number) => Math.max(-most, Math.min(most, (value - center) / scale));
  const [zero, one] = [bounded(0), bounded(1)];
  return { center: -zero / (one - zero), scale: 1 / (one - zero) };
}
