// Columns of one table dealt to several parties by a seed, for rehearsals and tests: the label stays with the first.

import { Fault } from '../../../../core/errors.ts';
import { mix } from '../tree.ts';

/**
 * Each party's columns, in the order they had; as many for each, and the first have one more where that does not divide.
 * @param seed 32 bits
 * @throws {Fault} `bad_request` for fewer columns than parties
 */
export function dealColumns<Column>(columns: readonly Column[], parties: number, seed: number): Column[][] {
  if (columns.length < parties)
    throw new Fault('bad_request', `columns: expected at least ${parties} for ${parties} parties, got ${columns.length}`);
  const base = mix(seed);
  const places = columns.map((_, place) => ({ place, hash: mix(base + Math.imul(place + 1, 0x9e3779b1)) }));
  places.sort((a, b) => a.hash - b.hash || a.place - b.place);
  const dealt: number[][] = Array.from({ length: parties }, () => []);
  for (const [turn, { place }] of places.entries()) dealt[turn % parties]!.push(place);
  return dealt.map((some) => some.sort((a, b) => a - b).map((place) => columns[place]!));
}
