// A model whose parts lie with several organisations: the owner of the labels has the trees with its own splits and the leaves, each partner its
// splits. Here their shapes, as bytes and back, and all put together to ordinary trees, which only tests and rehearsals can do.

import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { Fault } from '../../../../core/errors.ts';
import type { Trees } from '../../../../core/model/scoring.ts';
import { limits } from '../settings.ts';
import { verticalLimits } from './ports.ts';

const mostNodes = 2 ** (limits.maxDepth + 1);
const mostSplits = 4_000_000;
const exact = { additionalProperties: false } as const;
const column = Type.Integer({ minimum: 0, maximum: limits.columns - 1 });
const columns = (minimum: number) => Type.Integer({ minimum, maximum: limits.columns });
const missingLeft = Type.Union([Type.Literal(0), Type.Literal(1)]);
const byNode = (minimum: number, maximum: number) =>
  Type.Array(Type.Integer({ minimum, maximum }), { minItems: 1, maxItems: mostNodes });
/** For whoever shows a part's hash: without it one could try thresholds. */
const salt = Type.Optional(Type.String({ maxLength: 100 }));
const numbers = Type.Array(Type.Number(), { minItems: 1, maxItems: mostNodes });

const split = Type.Object(
  {
    tree: Type.Integer({ minimum: 0, maximum: limits.trees - 1 }),
    node: Type.Integer({ minimum: 0, maximum: mostNodes - 1 }),
    column,
    threshold: Type.Number(),
    missingLeft,
  },
  exact,
);
const partnerSchema = Type.Object(
  {
    format: Type.Literal(1),
    kind: Type.Literal('vertical-partner'),
    columns: columns(1),
    salt,
    splits: Type.Array(split, { maxItems: mostSplits }),
  },
  exact,
);
const ownerTree = Type.Object(
  {
    party: byNode(-1, verticalLimits.partners),
    split: byNode(-1, mostSplits),
    threshold: numbers,
    missingLeft: Type.Array(missingLeft, { minItems: 1, maxItems: mostNodes }),
    left: byNode(-1, mostNodes),
    right: byNode(-1, mostNodes),
    value: numbers,
    cover: numbers,
  },
  exact,
);
const ownerSchema = Type.Object(
  {
    format: Type.Literal(1),
    kind: Type.Literal('vertical-owner'),
    base: Type.Number(),
    columns: columns(0),
    salt,
    partners: Type.Array(columns(1), { minItems: 1, maxItems: verticalLimits.partners }),
    trees: Type.Array(ownerTree, { maxItems: limits.trees }),
  },
  exact,
);

/**
 * What a partner keeps: its splits in the order of trees and nodes, which numbers them. A row goes left where the partner's column is at most the
 * threshold, and where it is missing as `missingLeft` says.
 */
export type PartnerPart = Readonly<Static<typeof partnerSchema>>;

/**
 * What the owner of the labels keeps: as `Tree` of core/model/scoring.ts, but for `party` (-1 of a leaf, 0 where it splits itself, else 1 + partner) and
 * `split` (its own column, or the number of the partner's split, whose threshold is 0 here). `columns` and `partners`: how many each has.
 */
export type OwnerPart = Readonly<Static<typeof ownerSchema>>;
export type OwnerTree = OwnerPart['trees'][number];

/** The owner's part of trees that were grown over the joined table. */
export function ownerPartOf(
  { base, trees }: Trees,
  { own, partners }: { readonly own: number; readonly partners: readonly (readonly unknown[])[] },
): OwnerPart {
  const parties = partners.flatMap((of, partner) => of.map(() => partner + 1));
  const next = partners.map(() => 0);
  return {
    format: 1,
    kind: 'vertical-owner',
    base,
    columns: own,
    partners: partners.map((of) => of.length),
    trees: trees.map(({ feature, threshold, missingLeft, left, right, value, cover }) => {
      const party = feature.map((of) => (of < own ? Math.min(of, 0) : parties[of - own]!));
      const own0 = <T>(values: readonly T[], none: T) => values.map((one, node) => (party[node] === 0 ? one : none));
      return {
        party,
        split: party.map((of, node) => (of > 0 ? next[of - 1]!++ : feature[node]!)),
        threshold: own0(threshold, 0),
        missingLeft: own0<0 | 1>(missingLeft, 0),
        ...{ left: [...left], right: [...right], value: [...value], cover: [...cover] },
      };
    }),
  };
}

/** The same bytes for the same part. */
export function partBytes(part: OwnerPart | PartnerPart): Uint8Array {
  return Buffer.from(JSON.stringify(part));
}

const ajv = new Ajv({ strict: false });
const isPartner = ajv.compile<PartnerPart>(partnerSchema);
const isOwner = ajv.compile<OwnerPart>(ownerSchema);

/** @throws {Fault} `model_invalid` with the place */
export function parsePartnerPart(bytes: Uint8Array): PartnerPart {
  const part = jsonOf(bytes);
  if (!isPartner(part)) refuseBy(isPartner.errors);
  let before: PartnerPart['splits'][number] | undefined;
  for (const [at, one] of part.splits.entries()) {
    if (one.column >= part.columns) refuse(`splits.${at}.column`, `must be below ${part.columns}`);
    if (!Number.isFinite(Math.fround(one.threshold)) || Math.fround(one.threshold) !== one.threshold)
      refuse(`splits.${at}.threshold`, 'must be a finite number of single precision');
    if (before && (one.tree < before.tree || (one.tree === before.tree && one.node <= before.node)))
      refuse(`splits.${at}`, 'must come in the order of trees and nodes');
    before = one;
  }
  return part;
}

/** @throws {Fault} `model_invalid` with the place */
export function parseOwnerPart(bytes: Uint8Array): OwnerPart {
  const part = jsonOf(bytes);
  if (!isOwner(part)) refuseBy(isOwner.errors);
  const next = part.partners.map(() => 0);
  for (const [at, tree] of part.trees.entries()) {
    const nodes = tree.party.length;
    let inner = 0;
    for (const [key, values] of Object.entries(tree))
      if (values.length !== nodes) refuse(`trees.${at}.${key}`, `must be as many as nodes, ${nodes}`);
    const led = new Set<number>();
    for (let node = 0; node < nodes; node += 1) {
      const where = `trees.${at}.split.${node}`;
      const party = tree.party[node]!;
      if (party < 0) continue;
      if (party > part.partners.length) refuse(`trees.${at}.party.${node}`, `must be at most ${part.partners.length}`);
      if (party === 0 && (tree.split[node]! < 0 || tree.split[node]! >= part.columns))
        refuse(where, `must be below ${part.columns}`);
      if (party > 0 && tree.split[node] !== next[party - 1]!++) refuse(where, 'must count the splits of its party');
      if (tree.left[node]! <= node || tree.right[node] !== tree.left[node]! + 1 || tree.right[node]! >= nodes)
        refuse(`trees.${at}.left.${node}`, 'must lead to two nodes behind this one');
      led.add(tree.left[node]!).add(tree.right[node]!);
      inner += 1;
    }
    if (2 * inner + 1 !== nodes || led.size !== 2 * inner) refuse(`trees.${at}.left`, 'must lead to each node once');
  }
  return part;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    refuse('part', 'must be JSON');
  }
}

type Mistake = { readonly instancePath: string; readonly message?: string };

function refuseBy(errors: readonly Mistake[] | null | undefined): never {
  const [first] = errors ?? [];
  refuse(first?.instancePath.slice(1).replaceAll('/', '.') || 'part', first?.message ?? 'is not valid');
}

function refuse(where: string, what: string): never {
  throw new Fault('model_invalid', `${where}: ${what}`);
}

/**
 * Ordinary trees over the joined table, its columns in the order of their owners. Whoever can do this has every part; no side of a round has.
 * @throws {Fault} `model_invalid` where parts are of different trainings
 */
export function joinParts(owner: OwnerPart, partners: readonly PartnerPart[]): Trees {
  if (partners.length !== owner.partners.length) refuse('partners', `must be ${owner.partners.length}`);
  const firsts = [0];
  for (const count of [owner.columns, ...owner.partners]) firsts.push(firsts.at(-1)! + count);
  const used = partners.map(() => 0);
  const trees = owner.trees.map(({ party, split, threshold, missingLeft, left, right, value, cover }, tree) => {
    const splits = party.map((of, node) => {
      if (of < 0) return { feature: -1, threshold: 0, missingLeft: 0 as const };
      if (of === 0) return { feature: split[node]!, threshold: threshold[node]!, missingLeft: missingLeft[node]! };
      const theirs = partners[of - 1]!.splits[split[node]!];
      if (theirs?.tree !== tree || theirs.node !== node) refuse(`partners.${of - 1}`, 'is a part of another training');
      used[of - 1]! += 1;
      return { feature: firsts[of]! + theirs.column, threshold: theirs.threshold, missingLeft: theirs.missingLeft };
    });
    const of = <Key extends 'feature' | 'threshold'>(key: Key) => splits.map((one) => one[key]);
    const missing = splits.map((one) => one.missingLeft);
    return { feature: of('feature'), threshold: of('threshold'), missingLeft: missing, left, right, value, cover };
  });
  for (const [partner, part] of partners.entries()) {
    if (part.columns !== owner.partners[partner] || part.splits.length !== used[partner])
      refuse(`partners.${partner}`, 'is a part of another training');
  }
  return { kind: 'trees', base: owner.base, trees };
}
