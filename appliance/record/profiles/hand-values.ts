// Traits that a person types in: read by the normalisers that sources' values pass, so that a phone set by hand is the same
// phone. Whoever typed it is still there to be asked, so what cannot be read is refused instead of kept as it is.

import { Fault } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/model/event.ts';
import { identifierLimits } from '../../core/model/identifier.ts';
import type { Region } from '../../core/values/normal.ts';
import { type Normaliser, normaliserOf } from '../../core/values/normalisers.ts';
import { type StandardTrait, standardTrait, standardTraitFor } from '../../core/values/standard-traits.ts';
import { traitLimits } from './state/traits.ts';

/** Characters of a trait's name repeated in an error. */
const shownNameLength = 64;

/**
 * @returns the traits with standard ones normalised, under the names they were given
 * @throws {Fault} `bad_request` naming the trait and why its value cannot be read, never the value
 */
export function readByHand(traits: JsonObject, region: Region | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(traits).map(([name, value]) => {
      // The fold leaves longer ones in the timeline; of a source that is known, but a person would look for what they typed.
      if (JSON.stringify(value).length > traitLimits.valueLength)
        throw new Fault('bad_request', `traits.${shown(name)}: longer than ${traitLimits.valueLength} characters`);
      const trait = traitOf(name);
      // Nothing takes back what was set before; it needs no reading.
      if (!trait || value === null || value === '') return [name, value];
      return [name, readValue(name, value, trait, region)];
    }),
  );
}

/** Another name counts where the trait carries an identifier (`mobile`); elsewhere it may mean something else (`score`). */
function traitOf(name: string): StandardTrait | undefined {
  const exact = standardTrait(name);
  if (exact) return exact;
  const meant = standardTraitFor(name);
  return meant?.identifier === undefined ? undefined : meant;
}

function readValue(name: string, value: Json, trait: StandardTrait, region: Region | undefined): Json {
  const normalise = normaliserOf(trait.normaliser)!;
  // Several phones are several identifiers, as with sources.
  if (trait.identifier === undefined || !Array.isArray(value)) return readOne(name, value, normalise, region);
  if (value.length > identifierLimits.arrayValues)
    throw new Fault('bad_request', `traits.${shown(name)}: more than ${identifierLimits.arrayValues} values`);
  return value.map((one) => readOne(name, one, normalise, region));
}

function readOne(name: string, value: Json, normalise: Normaliser, region: Region | undefined): Json {
  const read = normalise(value, region === undefined ? {} : { region });
  if (!read.ok) throw new Fault('bad_request', `traits.${shown(name)}: ${read.reason}`);
  return read.value;
}

function shown(name: string): string {
  return name.slice(0, shownNameLength);
}
