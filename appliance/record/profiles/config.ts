// What an organisation declares about its record: computed traits, survivorship, identifier policies. Checked once, at
// start, so that the fold need not doubt it.

import { createHash } from 'node:crypto';
import type { Event } from '../../core/model/event.ts';
import { type IdentifierKinds, type IdentifierPolicy, identifierKinds, identifiersOf } from '../../core/model/identifier.ts';
import type { Region } from '../../core/values/normal.ts';
import type { Claim, PolicyOf } from './identity/partition.ts';
import type { ComputedTrait } from './state/computed.ts';
import type { FoldConfig } from './state/state.ts';
import type { Rule } from './survivorship.ts';

/** The declared part, as JSON in the configuration file. */
export type RecordDeclaration = {
  computedTraits: readonly ComputedTrait[];
  survivorship: { readonly [trait: string]: Rule };
  identifiers: readonly IdentifierPolicy[];
  region?: Region;
};

export type RecordConfig = {
  fold: FoldConfig;
  survivorship: RecordDeclaration['survivorship'];
  kinds: IdentifierKinds;
  policyOf: PolicyOf;
  claimsOf(source: number, event: Event): Claim[];
};

export const emptyDeclaration: RecordDeclaration = { computedTraits: [], survivorship: {}, identifiers: [] };

export function recordConfig(declaration: RecordDeclaration): RecordConfig {
  const kinds = identifierKinds(declaration.identifiers);
  const options = { kinds, ...(declaration.region !== undefined && { region: declaration.region }) };
  return {
    fold: { computed: declaration.computedTraits, fingerprint: fingerprintOf(declaration) },
    survivorship: declaration.survivorship,
    kinds,
    policyOf: (kind) => kinds.get(kind as IdentifierPolicy['kind']),
    claimsOf: (source, event) => claimsOf(source, event, options),
  };
}

/** What an event claims: its identifiers, and for an alias the id used before, which may have been a device's. */
function claimsOf(source: number, event: Event, options: { kinds: IdentifierKinds; region?: Region }): Claim[] {
  const claims = identifiersOf(event, options).map(
    ({ kind, value }): Claim => (options.kinds.get(kind)?.perSource ? { kind, value, source } : { kind, value }),
  );
  if (event.kind === 'alias' && event.previousId !== undefined)
    claims.push({ kind: 'anonymous_id', value: event.previousId, source });
  return claims;
}

/** Changes whenever states must be folded again: other computed traits, other identifiers. Not survivorship, which is read late. */
function fingerprintOf(declaration: RecordDeclaration): string {
  const declared = JSON.stringify([declaration.computedTraits, declaration.identifiers, declaration.region ?? null]);
  return createHash('sha256').update(declared).digest('base64').slice(0, 12);
}
