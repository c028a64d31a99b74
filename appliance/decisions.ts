// What is decided about customers, put together where the open node is: segments, opened with what they stand on, and what a profile shows.

import { type CustomerDecisions, nothingDecided } from './core/model/customer-decisions.ts';
import { defaultTimeZone } from './core/values/time-zone.ts';
import { textSeal, type Vault } from './core/vault/vault.ts';
import type { Customers } from './decide/features/features.ts';
import { Segments, type SegmentsParts } from './decide/segments/segments.ts';
import type { NodeParts } from './node.ts';
import type { Governance } from './oversee/governance/governance.ts';
import type { Consent } from './record/consent/consent.ts';
import type { Profiles } from './record/profiles/profiles.ts';

export const defaultChangesDays = 30;

/** Made before the record, which shows on a profile what is decided, and filled when what decides is open. */
export class Decisions {
  segments: Segments | undefined;

  /** What a profile shows of one person. */
  readonly decided = async (person: number): Promise<CustomerDecisions> => {
    if (!this.segments) return nothingDecided;
    return { ...nothingDecided, segments: await this.segments.decided(person) };
  };
}

type SegmentNeeds = Pick<NodeParts, 'store' | 'ports' | 'config'> & {
  vault: Vault;
  customers: Customers;
  profiles: Profiles;
  consent: Consent;
  governance: Governance;
};

export async function openSegments(decisions: Decisions, needs: SegmentNeeds): Promise<Segments> {
  const { store, ports, config, vault, customers, profiles, consent, governance } = needs;
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
    score: () => undefined,
    scoreNames: () => [],
    names: () => namesIn(governance),
  });
  consent.watchRestrictions((records) => segments.restrictionsChanged(records));
  decisions.segments = segments;
  return segments;
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
