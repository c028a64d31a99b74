// Opens governance of data with what the open node has: keys, sources, dictionaries, quarantine; and tells lineage what the node itself
// does with traits.

import { blindIndex } from '../crypto/blind-index.ts';
import { place } from '../crypto/envelope.ts';
import { identifierKinds } from './core/model/identifier.ts';
import { nodeUses, type PurposeTable } from './core/model/purposes.ts';
import { standardTraits } from './core/values/standard-traits.ts';
import { textSeal, type Vault } from './core/vault/vault.ts';
import type { NodeParts } from './node.ts';
import type { SourceDirectory } from './node-sources.ts';
import { type Alarm, Governance, type Use } from './oversee/governance/governance.ts';
import type { Dictionaries, Quarantine } from './record/sources/sources.ts';

export type GovernanceNeeds = Pick<NodeParts, 'store' | 'ports' | 'config'> & {
  vault: Vault;
  directory: SourceDirectory;
  dictionaries: Dictionaries;
  quarantine: Quarantine;
  purposes: PurposeTable;
  alarmed(alarm: Alarm): void;
};

export async function openGovernance(needs: GovernanceNeeds): Promise<Governance> {
  const { store, ports, config, vault, directory, dictionaries, quarantine } = needs;
  const governance = await Governance.open({
    store,
    ports,
    region: config.region,
    seed: blindIndex(vault.indexKey('catalogue'), 'catalogue', 'seed'),
    derivedKey: () => ({ key: vault.derivedKey(), epoch: vault.derivedEpoch }),
    placeOf: place,
    ...textSeal(vault),
    sourceIds: () => directory.ids(),
    sourceName: (id) => directory.nameOf(id),
    dictionaryOf: async (id) => (await dictionaries.of(id)).document,
    quarantined: (source, messageIds) => quarantine.numbersOf(source, messageIds),
    quarantinePage: (filter) => quarantine.list(filter),
    survivorship: config.survivorship,
    computedTraits: config.computedTraits,
    alarmed: needs.alarmed,
  });
  governance.registerUse(() => usesOfTheNode(needs));
  return governance;
}

/** As record/profiles/matching-job.ts lays them out. */
const matchedTraits = [
  ...['name', 'firstName', 'lastName', 'birthday', 'phone', 'email', 'nationalId', 'gender'],
  ...['address', 'city', 'postalCode', 'company'],
] as const;

/** What the node does with traits by itself; segments, models and messages register theirs. */
function usesOfTheNode({ config, purposes }: GovernanceNeeds): Use[] {
  const kinds = identifierKinds(config.identifiers);
  const identity = standardTraits.flatMap(({ name, identifier }): Use[] => {
    const policy = identifier === undefined ? undefined : kinds.get(identifier);
    if (!policy) return [];
    const note = policy.joins
      ? { en: 'records that share it are one person', zh: '相同者视为同一人' }
      : { en: 'finds people by it; joins nobody', zh: '用于查找，不用于合并' };
    return [{ kind: 'identity', name: `identifier ${identifier}`, reads: [name], note }];
  });
  const computed = config.computedTraits.map(({ name, event, property }): Use => {
    return { kind: 'computed trait', name, reads: property === undefined ? [] : [`${event}.${property}`, name] };
  });
  const matching = purposes.purposes.get(nodeUses.matching);
  return [
    ...identity,
    ...computed,
    {
      kind: 'matching',
      name: 'holdfast identity match',
      reads: [...matchedTraits],
      ...(matching && { purpose: matching.purpose, note: matching.name }),
    },
    {
      kind: 'consent',
      name: 'the gate',
      reads: ['birthday'],
      note: { en: `who is under ${purposes.minorsAge} needs the guardian`, zh: `未满 ${purposes.minorsAge} 周岁须由监护人同意` },
    },
  ];
}
