// Opens segments with what the open node has: keys, customers as features, the consent gate, scores, and the names that the catalogue has seen.

import { Fault } from './core/errors.ts';
import { defaultTimeZone } from './core/values/time-zone.ts';
import { textSeal, type Vault } from './core/vault/vault.ts';
import type { Customers } from './decide/features/features.ts';
import { dependenciesOf, Segments, type SegmentsParts } from './decide/segments/segments.ts';
import type { Decisions } from './decisions.ts';
import type { NodeParts } from './node.ts';
import type { Models } from './node-models.ts';
import type { Governance, Use } from './oversee/governance/governance.ts';
import type { Consent } from './record/consent/consent.ts';
import type { Profiles } from './record/profiles/profiles.ts';

export const defaultChangesDays = 30;

type SegmentNeeds = Pick<NodeParts, 'store' | 'ports' | 'config'> & {
  vault: Vault;
  customers: Customers;
  profiles: Profiles;
  consent: Consent;
  governance: Governance;
  models: Models;
};

export async function openSegments(decisions: Decisions, needs: SegmentNeeds): Promise<Segments> {
  const { store, ports, config, vault, customers, profiles, consent, governance, models } = needs;
  const { clock } = ports;
  const segments = await Segments.open({
    store,
    vault,
    clock,
    ...textSeal(vault),
    purposes: consent.table,
    timeZone: config.timeZone ?? defaultTimeZone(config.region),
    computed: config.computedTraits,
    keptDays: config.segmentChangesDays ?? defaultChangesDays,
    customers,
    people: profiles.people,
    gate: (records, purpose, channel, nowMs) => consent.judged(records, purpose, channel, nowMs),
    mayUseAll: (purpose, channel) => consent.mayUseAll(purpose, channel, clock.nowMs()),
    score: (name, person) => models.serving.score(name, person),
    isScored: (name) => models.serving.isScored(name),
    scoreNames: () => models.registry.models.map(({ name }) => name),
    names: () => namesIn(governance),
  });
  consent.watchRestrictions((records) => segments.restrictionsChanged(records));
  models.serving.onChange((persons, names) => segments.scoresChanged(persons, names));
  models.useSegments((name) => membersNamed(segments, name));
  decisions.add({ segmentsOf: (person) => segments.decided(person) });
  governance.registerUse(() => usesOfSegments(segments));
  return segments;
}

/** Everybody in the segment of this name, once it is answered. @throws {Fault} `not_found` */
async function membersNamed(segments: Segments, name: string): Promise<ReadonlySet<number>> {
  const segment = (await segments.list()).find((one) => one.name === name);
  if (!segment) throw new Fault('not_found', 'a segment of this name');
  await segments.caughtUp();
  return new Set(segments.personsOf(segment.id));
}

/** What rules read of customers, for lineage. */
async function usesOfSegments(segments: Segments): Promise<Use[]> {
  const [all, words] = await Promise.all([segments.list(), segments.vocabulary()]);
  return all.map(({ name, label, purpose, when }): Use => {
    const { traits, computed } = dependenciesOf(when, words);
    return { kind: 'segment', name, reads: [...traits, ...computed], purpose, ...(label && { note: label }) };
  });
}

/** Names that the catalogue has seen. */
async function namesIn({ catalogue }: Governance): ReturnType<SegmentsParts['names']> {
  const [streams, { fields }] = await Promise.all([catalogue.streams(), catalogue.list()]);
  const traits = new Set<string>();
  const properties = new Map<string, Set<string>>();
  for (const { event } of streams) if (event !== undefined) properties.set(event, new Set());
  for (const { path, event } of fields) {
    const trait = /^(?:context\.)?traits\.([^.]+)$/.exec(path)?.[1];
    if (trait !== undefined) traits.add(trait);
    const property = /^properties\.(.+)$/.exec(path)?.[1];
    if (property !== undefined && event !== undefined) properties.get(event)?.add(property);
  }
  return {
    traits: [...traits].map((name) => ({ name })),
    events: [...properties].map(([name, own]) => ({ name, properties: [...own].map((one) => ({ name: one })) })),
  };
}
