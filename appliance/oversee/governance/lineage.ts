// Lineage of a trait: from the fields that sources send, by which rule of which dictionary, to the trait, the golden record, and every
// use of it. Uses are told by whoever makes them: slices register a function, asked anew each time, since segments and models change.

import type { Words } from '../../core/errors.ts';
import type { SourceId } from '../../core/model/event.ts';
import { standardTrait, standardTraitFor, standardTraits } from '../../core/values/standard-traits.ts';
import type { DictionaryDocument } from '../../record/sources/sources.ts';
import type { Catalogue } from './catalogue.ts';
import { FieldSketch } from './field-sketch.ts';
import type { FieldNode } from './fields.ts';
import { type FieldView, viewOf } from './view.ts';

export type Use = {
  /** `computed trait`, `survivorship`, `identity`, `matching`, `consent`, and later `segment`, `model`, `message`. */
  kind: string;
  name: string;
  /** Traits it reads, by name; or properties as `Order Completed.total`. */
  reads: readonly string[];
  /** A declared purpose that the gate is asked for. */
  purpose?: string;
  note?: Words;
};

type Teller = () => readonly Use[] | Promise<readonly Use[]>;

export class Uses {
  readonly #tellers: Teller[] = [];

  /** @param tell what is in use now; asked at each look at a lineage */
  readonly register = (tell: Teller): void => {
    this.#tellers.push(tell);
  };

  async all(): Promise<Use[]> {
    return (await Promise.all(this.#tellers.map((tell) => tell()))).flat();
  }

  async of(name: string): Promise<Use[]> {
    return (await this.all()).filter(({ reads }) => reads.includes(name));
  }
}

export type LineageStep = {
  source: SourceId;
  sourceName: string;
  /** As the source sends it. */
  field: string;
  event?: string;
  how: 'dictionary' | 'alias' | 'standard' | 'as_sent';
  /** The rule of the dictionary, or the normaliser of a standard trait. */
  rule?: { as?: string; strict?: boolean; values?: number; keep?: boolean };
  /** What the catalogue knows of it; absent where the dictionary names what was never sent. */
  seen?: Pick<FieldView, 'id' | 'seen' | 'completeness' | 'distinct' | 'class' | 'classBy' | 'owner' | 'lastSeenAtMs'>;
};
export type Lineage = {
  trait: string;
  label?: Words;
  steps: LineageStep[];
  /** Over all sources together. */
  distinct: number;
  golden?: { criteria: readonly string[]; sources?: readonly string[]; declared: boolean };
  /** What a computed trait is made of. */
  computedFrom?: { event: string; property?: string; operation: string };
  uses: Use[];
};

export type LineageParts = {
  catalogue: Catalogue;
  uses: Uses;
  sourceIds(): readonly SourceId[];
  sourceName(source: SourceId): string;
  dictionaryOf(source: SourceId): Promise<DictionaryDocument>;
  survivorship: { readonly [trait: string]: { criteria: readonly string[]; sources?: readonly string[] } };
  computedTraits: readonly { name: string; event: string; operation: string; property?: string }[];
};

/** What the record does where nothing is declared: survivorship.ts. */
const defaultCriteria = ['setByHand', 'mostRecent'] as const;

export async function lineageOf(trait: string, parts: LineageParts): Promise<Lineage> {
  const computed = parts.computedTraits.find(({ name }) => name === trait);
  const steps: LineageStep[] = [];
  const nodes: FieldNode[] = [];
  for (const source of parts.sourceIds()) {
    const found = computed
      ? propertySteps(source, computed, parts)
      : traitSteps(source, trait, await parts.dictionaryOf(source), parts);
    for (const { step, node } of found) {
      steps.push(step);
      if (node) nodes.push(node);
    }
  }
  const all = new FieldSketch();
  for (const node of nodes) all.merge(node.sketch);
  const label = standardTrait(trait)?.label;
  const declared = parts.survivorship[trait] ?? parts.survivorship['*'];
  return {
    trait,
    ...(label && { label }),
    steps,
    distinct: Math.round(all.distinct()),
    ...(computed
      ? {
          computedFrom: {
            event: computed.event,
            operation: computed.operation,
            ...(computed.property !== undefined && { property: computed.property }),
          },
        }
      : {
          golden: {
            criteria: declared?.criteria ?? defaultCriteria,
            ...(declared?.sources && { sources: declared.sources }),
            declared: declared !== undefined,
          },
        }),
    uses: await parts.uses.of(trait),
  };
}

/** One of the traits that have a lineage: how many sources give it, which fields, how many uses there are. */
export type TraitEntry = { trait: string; label?: Words; computed: boolean; sources: number; fields: number[]; uses: number };
/** Further ones are asked for by name. */
export const traitListLimit = 1_000;

/** Every trait that a source gives or that something uses, by name. */
export async function traitsOf(parts: LineageParts): Promise<TraitEntry[]> {
  const found = new Map<string, { sources: Set<SourceId>; fields: Set<number> }>();
  const at = (trait: string) => {
    const known = found.get(trait) ?? { sources: new Set(), fields: new Set() };
    if (found.has(trait) || found.size < traitListLimit) found.set(trait, known);
    return known;
  };
  const put = (trait: string, { step, node }: Found) => {
    const { sources, fields } = at(trait);
    sources.add(step.source);
    if (node?.id !== undefined) fields.add(node.id);
  };
  const computed = new Map(parts.computedTraits.map((one) => [one.name, one]));
  for (const one of computed.values()) {
    at(one.name);
    for (const source of parts.sourceIds()) for (const step of propertySteps(source, one, parts)) put(one.name, step);
  }
  for (const source of parts.sourceIds()) {
    const dictionary = await parts.dictionaryOf(source);
    for (const trait of traitNames(source, dictionary, parts))
      if (!computed.has(trait)) for (const step of traitSteps(source, trait, dictionary, parts)) put(trait, step);
  }
  const uses = new Map<string, number>();
  for (const { reads } of await parts.uses.all()) for (const name of new Set(reads)) uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const { name } of standardTraits) if (uses.has(name)) at(name);
  return [...found]
    .map(([trait, { sources, fields }]): TraitEntry => {
      const label = standardTrait(trait)?.label;
      const counted = { sources: sources.size, fields: [...fields], uses: uses.get(trait) ?? 0 };
      return { trait, ...(label && { label }), computed: computed.has(trait), ...counted };
    })
    .sort((one, other) => (one.trait < other.trait ? -1 : 1));
}

/** Of one source, after its dictionary. */
function traitNames(source: SourceId, dictionary: DictionaryDocument, { catalogue }: LineageParts): Set<string> {
  const names = new Set<string>();
  for (const [from, given] of Object.entries(dictionary.fields ?? {})) {
    const to = typeof given === 'string' ? given : (given.to ?? from);
    for (const target of typeof to === 'string' ? [to] : to) {
      const name = /^(?:context\.)?traits\.([^.]+)$/.exec(target)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  for (const { path, stream } of catalogue.of(source).nodes()) {
    const [section, inner] = path;
    const isTrait =
      (section === 'traits' && path.length === 2) || (section === 'context' && inner === 'traits' && path.length === 3);
    if (!isTrait || stream.kind === 'group') continue;
    const name = path.at(-1)!;
    names.add(dictionary.aliases === true ? (standardTraitFor(name)?.name ?? name) : name);
  }
  return names;
}

type Found = { step: LineageStep; node: FieldNode | undefined };

function traitSteps(source: SourceId, trait: string, dictionary: DictionaryDocument, parts: LineageParts): Found[] {
  const targets = new Set([`traits.${trait}`, `context.traits.${trait}`]);
  const found: Found[] = [];
  const moved = new Set<string>();
  const nodes = [...parts.catalogue.of(source).nodes()];
  const at = (path: string) => nodes.filter((node) => node.path.join('.') === path);
  for (const [from, given] of Object.entries(dictionary.fields ?? {})) {
    const rule = typeof given === 'string' ? { to: given } : given;
    const to = rule.to === undefined ? [from] : typeof rule.to === 'string' ? [rule.to] : rule.to;
    if (rule.keep !== true && !to.includes(from)) moved.add(from);
    if (!to.some((target) => targets.has(target))) continue;
    moved.add(from);
    const how: LineageStep['rule'] = {
      ...(rule.as !== undefined && { as: rule.as }),
      ...(rule.strict === true && { strict: true }),
      ...(rule.keep === true && { keep: true }),
      ...(rule.values && { values: Object.keys(rule.values).length }),
    };
    const here = at(from);
    for (const node of here.length > 0 ? here : [undefined]) found.push(stepOf(source, from, node, 'dictionary', how, parts));
  }
  for (const node of nodes) {
    const path = node.path.join('.');
    const [section] = node.path;
    const name = node.path.at(-1)!;
    const isTrait =
      (section === 'traits' && node.path.length === 2) || (path.startsWith('context.traits.') && node.path.length === 3);
    if (!isTrait || moved.has(path) || node.stream.kind === 'group') continue;
    const standard = standardTrait(name);
    const normaliser = { as: standardTrait(trait)?.normaliser ?? 'as_given' };
    if (name === trait)
      found.push(stepOf(source, path, node, standard ? 'standard' : 'as_sent', standard ? normaliser : undefined, parts));
    else if (dictionary.aliases === true && standardTraitFor(name)?.name === trait)
      found.push(stepOf(source, path, node, 'alias', normaliser, parts));
  }
  return found;
}

function propertySteps(source: SourceId, computed: LineageParts['computedTraits'][number], parts: LineageParts): Found[] {
  const path = computed.property === undefined ? undefined : `properties.${computed.property}`;
  if (path === undefined) return [];
  return [...parts.catalogue.of(source).nodes()]
    .filter((node) => node.stream.name === computed.event && node.path.join('.') === path)
    .map((node) => stepOf(source, path, node, 'as_sent', undefined, parts));
}

function stepOf(
  source: SourceId,
  field: string,
  node: FieldNode | undefined,
  how: LineageStep['how'],
  rule: LineageStep['rule'],
  parts: LineageParts,
): Found {
  const sourceName = parts.sourceName(source);
  const view = node && viewOf(node, sourceName);
  const seen = view && {
    id: view.id,
    seen: view.seen,
    completeness: view.completeness,
    distinct: view.distinct,
    ...(view.class !== undefined && { class: view.class }),
    classBy: view.classBy,
    ...(view.owner !== undefined && { owner: view.owner }),
    ...(view.lastSeenAtMs !== undefined && { lastSeenAtMs: view.lastSeenAtMs }),
  };
  const step: LineageStep = {
    source,
    sourceName,
    field,
    ...(node?.stream.name !== undefined && { event: node.stream.name }),
    how,
    ...(rule && Object.keys(rule).length > 0 && { rule }),
    ...(seen && { seen }),
  };
  return { step, node };
}
