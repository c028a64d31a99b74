// Whom records without a name belong to: those whose names are known come together first, then each nameless record goes to
// the person most of its identifiers point at. Where as many point at somebody of another name, it goes to neither: any choice would be chance.

import type { JoiningValue, RecordFacts } from './partition.ts';

/** What this needs of the groups made so far. */
export type NamedGroups = {
  root(id: number): number;
  named(id: number): boolean;
  apart(a: number, b: number): boolean;
};

/** How to join, and how to tell that a join would have been made but for a contradiction. */
export type Joining = {
  join(left: number, right: number, value: JoiningValue): void;
  refuse(left: number, right: number, value: JoiningValue): void;
};

/** One group that a nameless one could join: how many values they share, and one edge between them. */
type Pull = { root: number; values: number; left: number; right: number; by: JoiningValue };

/**
 * Joins nameless groups to named ones, nearest first: in rounds, each decided on the state before it, so that no order of records
 * or values matters.
 * @param values in their order of weight, holders in the order of their keys
 * @returns records that are left between people of different names, and must not be joined by a shareable value
 */
export function joinNameless(values: readonly JoiningValue[], groups: NamedGroups, joining: Joining): ReadonlySet<number> {
  const valuesOf = new Map<number, JoiningValue[]>();
  const holdersOf = new Map<number, Set<RecordFacts>>();
  for (const value of values) {
    for (const member of value.members) {
      listOf(valuesOf, member.id).push(value);
      if (groups.named(member.id)) continue;
      const root = groups.root(member.id);
      const holders = holdersOf.get(root) ?? new Set();
      holdersOf.set(root, holders.add(member));
    }
  }
  const between = new Set<number>();
  const reached = new Set<JoiningValue>();
  let fresh = values.filter((value) => value.members.some((member) => groups.named(member.id)));
  while (fresh.length > 0) {
    for (const value of fresh) reached.add(value);
    const asking = new Set<number>();
    for (const { members } of fresh)
      for (const { id } of members) if (!groups.named(id) && !between.has(id)) asking.add(groups.root(id));
    const answers = [...asking].map((root) => {
      const holders = [...holdersOf.get(root)!];
      const pulls = pullsOn(holders, valuesOf, groups);
      return { root, holders, pulls, chosen: chosenOf(pulls, groups) };
    });
    const newcomers: RecordFacts[] = [];
    for (const { root, holders, pulls, chosen } of answers) {
      for (const pull of pulls) {
        const answer = chosen.includes(pull) ? joining.join : joining.refuse;
        answer(pull.left, pull.right, pull.by);
      }
      if (chosen.length === 0) for (const { id } of holders) between.add(id);
      else if (groups.named(root)) newcomers.push(...holders);
    }
    fresh = [...new Set(newcomers.flatMap(({ id }) => valuesOf.get(id)!))].filter((value) => !reached.has(value));
  }
  return between;
}

/** The named groups that share values with these records, the strongest pull first. */
function pullsOn(
  holders: readonly RecordFacts[],
  valuesOf: ReadonlyMap<number, readonly JoiningValue[]>,
  groups: NamedGroups,
): Pull[] {
  const pulls = new Map<number, Pull>();
  const counted = new Set<JoiningValue>();
  for (const holder of holders) {
    for (const by of valuesOf.get(holder.id)!) {
      if (counted.has(by)) continue;
      counted.add(by);
      const here = new Set<number>();
      for (const { id } of by.members) {
        const root = groups.root(id);
        if (!groups.named(id) || here.has(root)) continue;
        here.add(root);
        const pull = pulls.get(root);
        if (pull) pull.values += 1;
        else pulls.set(root, { root, values: 1, left: id, right: holder.id, by });
      }
    }
  }
  return [...pulls.values()].sort((a, b) => b.values - a.values);
}

/** Those a nameless group joins: all that fit each other, else the ones that pull most; nobody when these do not fit each other. */
function chosenOf(pulls: readonly Pull[], groups: NamedGroups): readonly Pull[] {
  if (fitTogether(pulls, groups)) return pulls;
  const strongest = pulls.filter((pull) => pull.values === pulls[0]!.values);
  return fitTogether(strongest, groups) ? strongest : [];
}

const fitTogether = (pulls: readonly Pull[], groups: NamedGroups): boolean =>
  !pulls.some((a, at) => pulls.slice(at + 1).some((b) => groups.apart(a.root, b.root)));

function listOf<K, V>(map: Map<K, V[]>, key: K): V[] {
  let list = map.get(key);
  if (!list) {
    list = [];
    map.set(key, list);
  }
  return list;
}
