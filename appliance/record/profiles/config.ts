// What an organisation declares about its record: computed traits, survivorship, identifier policies. Checked once, at
// start, so that the fold need not doubt it.

import { createHash } from 'node:crypto';
import type { Event, JsonObject } from '../../core/model/event.ts';
import {
  type IdentifierKinds,
  type IdentifierPolicy,
  identifierKinds,
  identifiersOf,
  isBlocked,
  normaliseIdentifier,
} from '../../core/model/identifier.ts';
import { isNobody, parseName } from '../../core/values/name.ts';
import type { Region } from '../../core/values/normal.ts';
import { nameKind } from './identity/names.ts';
import { type Claim, claimName, type PolicyOf } from './identity/partition.ts';
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
  region?: Region;
  policyOf: PolicyOf;
  /** Changes whenever what events claim, or whom a claim joins, does: then the index and the persons are made anew (reindex.ts). */
  claimRules: string;
  /** @param said of the record whose event it is */
  claimsOf(source: number, event: Event, said?: Said): readonly Claim[];
  /** Whether an id tells a customer: `null`, `undefined` and the like come from many and must not make them one. */
  tells(kind: 'user_id' | 'anonymous_id', id: string): boolean;
};

/** The pairs of ids that a record's events came with last, and what they claim: the same user on the same device says the same with each click. */
export type Said = { userId: string | undefined; anonymousId: string | undefined; claims: readonly Claim[] }[];
const saidLimit = 4;

export const emptyDeclaration: RecordDeclaration = { computedTraits: [], survivorship: {}, identifiers: [] };

export function recordConfig(declaration: RecordDeclaration): RecordConfig {
  const kinds = identifierKinds(declaration.identifiers);
  const foldFingerprint = fingerprintOf(declaration.computedTraits, declaration.identifiers, declaration.region ?? null);
  const options = { kinds, ...(declaration.region !== undefined && { region: declaration.region }) };
  return {
    fold: { computed: declaration.computedTraits, fingerprint: foldFingerprint },
    survivorship: declaration.survivorship,
    kinds,
    ...(declaration.region !== undefined && { region: declaration.region }),
    claimRules: fingerprintOf(declaration.identifiers, declaration.region ?? null),
    policyOf: (kind) => kinds.get(kind as IdentifierPolicy['kind']),
    claimsOf: remembering((source, event) => claimsOf(source, event, options)),
    tells: (kind, id) => !isBlocked(kinds.get(kind)!, id) && normaliseIdentifier(kind, id).ok,
  };
}

function remembering(claimsOf: (source: number, event: Event) => Claim[]): RecordConfig['claimsOf'] {
  return (source, event, said) => {
    const { kind, context, userId, anonymousId } = event;
    const plain = kind !== 'identify' && kind !== 'alias' && (!context || !saysWho(context));
    if (!plain || !said) return claimsOf(source, event);
    for (const known of said) if (known.userId === userId && known.anonymousId === anonymousId) return known.claims;
    const claims = claimsOf(source, event).map((claim) => ({ ...claim, name: claimName(claim) }));
    if (said.length >= saidLimit) said.shift();
    said.push({ userId, anonymousId, claims });
    return claims;
  };
}

/** The parts of a context that carry identifiers. */
function saysWho(context: JsonObject): boolean {
  return (
    context.traits !== undefined ||
    context.device !== undefined ||
    context.externalIds !== undefined ||
    context.externalId !== undefined
  );
}

/** What an event claims: its identifiers, and for an alias the id used before, which may have been a device's. */
function claimsOf(source: number, event: Event, options: { kinds: IdentifierKinds; region?: Region }): Claim[] {
  const found = identifiersOf(event, options);
  if (event.kind === 'alias' && event.previousId !== undefined) {
    const { userId: _user, traits: _traits, context: _context, ...rest } = event;
    found.push(...identifiersOf({ ...rest, anonymousId: event.previousId }, options));
  }
  const claims = found.map(
    ({ kind, value }): Claim => (options.kinds.get(kind)?.perSource ? { kind, value, source } : { kind, value }),
  );
  const name = nameClaim(event);
  return name ? [...claims, name] : claims;
}

/** Names in the form they are compared in; working it out costs more than all the rest of an event, so the latest are kept. */
const nameCache = new Map<string, string | null>();
const nameCacheLimit = 20_000;

/** The name an event gives its customer, romanised; a record's names speak against joining it to somebody else's. */
function nameClaim(event: Event): Claim | undefined {
  const traits = event.kind === 'identify' ? event.traits : undefined;
  const given = traits?.name ?? [traits?.lastName, traits?.firstName].filter((part) => typeof part === 'string').join(' ');
  if (typeof given !== 'string' || given === '') return undefined;
  let key = nameCache.get(given);
  if (key === undefined) {
    key = nameKey(given) ?? null;
    if (nameCache.size >= nameCacheLimit) nameCache.clear();
    nameCache.set(given, key);
  }
  return key === null ? undefined : { kind: nameKind, value: key };
}

/** The form under which names are claimed and looked up; a word that says there is no name has none. */
export function nameKey(name: string): string | undefined {
  if (isNobody(name)) return undefined;
  const parsed = parseName(name);
  return parsed.ok && parsed.value.latinKey !== '' ? parsed.value.latinKey : undefined;
}

/** The way to claim; another number when the code claims otherwise than before, so that states are folded again. */
const claimsVersion = 3;

/** Of what states are folded by: other computed traits, other identifiers, another region. Not survivorship, which is read late. */
function fingerprintOf(...declared: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([claimsVersion, ...declared]))
    .digest('base64')
    .slice(0, 12);
}
