// Who is one person: a pure function from facts to a partition of records. The facts are what records claim (identifiers)
// and what was decided about them (same, different); neither the order in which they arrived nor the record numbers
// matter, so merges, unmerges and late events converge, and undoing a fact undoes exactly its effect.

import type { IdentifierPolicy } from '../../../core/model/identifier.ts';
import { joinNameless } from './nameless.ts';
import { couldBeOne, nameKind } from './names.ts';

/** `key` is the same in every world where the record exists (its blind index), unlike `id`, which tells when it came. */
export type RecordFacts = {
  id: number;
  key: string;
  source: number;
  /** Keyed by a customer id (true) or by an anonymous device (false). */
  known: boolean;
  claims: readonly Claim[];
};

/**
 * An identifier as a record claims it, normalised; `source` where the policy is per source, so that ids of two systems never meet.
 * `name` is its claimName where that was worked out beforehand.
 */
export type Claim = { kind: string; value: string; source?: number; readonly name?: string };

/** Tells claims apart: the same name is the same identifier of the same namespace. */
export function claimName(claim: Claim): string {
  return claim.name ?? `${claim.kind}\u0000${claim.source ?? ''}\u0000${claim.value}`;
}

/** A value held by more records than this joins nobody, whatever its policy. */
export const maxRecordsPerValue = 500;

export type Decision = {
  id: number;
  verdict: 'same' | 'different';
  /** Records of the two persons as they stood when it was decided; every pair across is decided. */
  left: readonly number[];
  right: readonly number[];
  madeAtMs: number;
  madeBy: 'person' | 'model' | 'alias';
};

export type PolicyOf = (kind: string) => IdentifierPolicy | undefined;

export type Edge = { left: number; right: number; by: { claim: Claim } | { decision: number } };
export type Partition = {
  /** Record id to person id: the lowest record id of the group. */
  personOf: Map<number, number>;
  /** The edges that joined, at most one fewer than the records of a person: the reasons it is one. */
  joined: Edge[];
  /** Edges that would have joined but for a contradiction. */
  refused: Edge[];
};

const madeByRank = { model: 0, alias: 1, person: 2 } as const;

/**
 * How many known people one value speaks for: the most known records that any one source gives it. Systems that each know
 * the person once make one; a family phone on two accounts of the shop makes two.
 */
export function peopleOf(records: readonly Pick<RecordFacts, 'source' | 'known'>[]): number {
  const perSource = new Map<number, number>();
  let people = 0;
  for (const record of records) {
    if (!record.known) continue;
    const count = (perSource.get(record.source) ?? 0) + 1;
    perSource.set(record.source, count);
    if (count > people) people = count;
  }
  return people;
}

/**
 * Partitions records into persons. Decisions weigh first (the latest on a pair wins, a person's before a model's), then
 * identifiers in the order of `rank`; an edge that would put two values of a unique kind, or two records decided to be
 * different, into one person is refused.
 * @param records the whole neighbourhood: every record that shares a joining value or a decision with another in the list
 * @param stopped names of values known to have stopped joining; their holders need not all be in the list
 */
export function partition(
  records: readonly RecordFacts[],
  decisions: readonly Decision[],
  policyOf: PolicyOf,
  stopped: ReadonlySet<string> = new Set(),
): Partition {
  const byId = new Map(records.map((record) => [record.id, record]));
  const verdicts = latestVerdicts(decisions, byId);
  const groups = new Groups(records, verdicts.different, policyOf);
  const joined: Edge[] = [];
  const refused: Edge[] = [];
  const attempt = (edge: Edge, trust: Trust) => {
    const outcome = groups.join(edge.left, edge.right, trust);
    if (outcome === 'joined') joined.push(edge);
    else if (outcome === 'refused') refused.push(edge);
  };
  for (const same of verdicts.same) attempt(same.edge, same.madeBy === 'person' ? 'forced' : 'decided');
  const values = joiningValues(records, policyOf, stopped);
  for (const { claim, members } of values.filter(({ rank }) => rank === 0))
    eachPair(members, groups, (left, right) => attempt({ left, right, by: { claim } }, 'decided'));
  joinShareable(
    values.filter(({ rank }) => rank > 0),
    groups,
    (edge) => attempt(edge, 'shareable'),
    (edge) => refused.push(edge),
  );
  return { personOf: groups.personOf(), joined, refused };
}

/** What people share joins those with names first, then those without to them, then those without to one another. */
function joinShareable(
  values: readonly JoiningValue[],
  groups: Groups,
  attempt: (edge: Edge) => void,
  refuse: (edge: Edge) => void,
): void {
  for (const { claim, members } of values) {
    const named = members.filter(({ id }) => groups.named(id));
    joinHolders(named, claim, groups, attempt, refuse);
  }
  const between = joinNameless(values, groups, {
    join: (left, right, { claim }) => attempt({ left, right, by: { claim } }),
    refuse: (left, right, { claim }) => refuse({ left, right, by: { claim } }),
  });
  for (const { claim, members } of values) {
    const nameless = members.filter(({ id }) => !groups.named(id) && !between.has(id));
    joinHolders(nameless, claim, groups, attempt, refuse);
  }
}

/** Joins holders of one value, but for those that fit two others who are apart: they are left alone, as either choice would be chance. */
function joinHolders(
  members: readonly RecordFacts[],
  claim: Claim,
  groups: Groups,
  attempt: (edge: Edge) => void,
  refuse: (edge: Edge) => void,
): void {
  const between = betweenOthers(members, groups);
  eachPair(members, groups, (left, right) => {
    const edge: Edge = { left, right, by: { claim } };
    if (between.has(left) || between.has(right)) refuse(edge);
    else attempt(edge);
  });
}

/**
 * Tries each member against one representative of every group already seen for this value, so that one refusal does not keep
 * the rest apart.
 */
function eachPair(members: readonly RecordFacts[], groups: Groups, attempt: (left: number, right: number) => void): void {
  const seen: number[] = [];
  for (const member of members) {
    let placed = false;
    for (const other of seen) {
      if (!groups.together(member.id, other)) attempt(other, member.id);
      if (groups.together(member.id, other)) placed = true;
    }
    if (!placed) seen.push(member.id);
  }
}

/** Holders of one value who fit two others that do not fit each other: 王 between 王小明 and 王芳 is nobody's. */
function betweenOthers(members: readonly RecordFacts[], groups: Groups): ReadonlySet<number> {
  const roots = [...new Set(members.map(({ id }) => groups.root(id)))];
  const between = new Set<number>();
  if (roots.length < 3) return between;
  const apart = roots.map((a) => roots.map((b) => a !== b && groups.apart(a, b)));
  if (!apart.some((row) => row.includes(true))) return between;
  roots.forEach((root, at) => {
    const fitting = roots.map((_, other) => other).filter((other) => other !== at && !apart[at]![other]!);
    if (fitting.some((a) => fitting.some((b) => apart[a]![b]!))) between.add(root);
  });
  return new Set(members.filter(({ id }) => between.has(groups.root(id))).map(({ id }) => id));
}

type Verdicts = {
  different: Map<number, Set<number>>;
  same: { edge: Edge; madeBy: Decision['madeBy'] }[];
};

/** Reduces decisions to one verdict per pair of records: a person's over a model's, then the latest, then the higher id. */
function latestVerdicts(decisions: readonly Decision[], byId: ReadonlyMap<number, RecordFacts>): Verdicts {
  const ordered = [...decisions].sort(
    (a, b) =>
      madeByRank[a.madeBy] - madeByRank[b.madeBy] ||
      a.madeAtMs - b.madeAtMs ||
      (a.verdict === b.verdict ? 0 : a.verdict === 'same' ? -1 : 1),
  );
  const pairs = new Map<string, { left: RecordFacts; right: RecordFacts; decision: Decision }>();
  for (const decision of ordered) {
    for (const leftId of decision.left) {
      for (const rightId of decision.right) {
        const left = byId.get(leftId);
        const right = byId.get(rightId);
        if (!left || !right || leftId === rightId) continue;
        const [a, b] = left.key < right.key ? [left, right] : [right, left];
        pairs.set(`${a.key} ${b.key}`, { left: a, right: b, decision });
      }
    }
  }
  const different = new Map<number, Set<number>>();
  const same: { name: string; rank: number; edge: Edge; madeBy: Decision['madeBy'] }[] = [];
  for (const [name, { left, right, decision }] of pairs) {
    if (decision.verdict === 'same') {
      const edge: Edge = { left: left.id, right: right.id, by: { decision: decision.id } };
      same.push({ name, rank: madeByRank[decision.madeBy], edge, madeBy: decision.madeBy });
    } else {
      setOf(different, left.id).add(right.id);
      setOf(different, right.id).add(left.id);
    }
  }
  same.sort((a, b) => b.rank - a.rank || (a.name < b.name ? -1 : 1));
  return { different, same };
}

/** A value that may join, with its holders in the order of their keys. */
export type JoiningValue = { claim: Claim; rank: number; members: RecordFacts[] };

/** Values that may join: policy says so, held by two records or more, and by no more known people than allowed. */
function joiningValues(records: readonly RecordFacts[], policyOf: PolicyOf, stopped: ReadonlySet<string>): JoiningValue[] {
  const values = new Map<string, JoiningValue>();
  for (const record of records) {
    for (const claim of record.claims) {
      const policy = policyOf(claim.kind);
      if (!policy?.joins) continue;
      const name = claimName(claim);
      if (stopped.has(name)) continue;
      const value = values.get(name);
      if (value) value.members.push(record);
      else values.set(name, { claim, rank: rankOf(policy), members: [record] });
    }
  }
  const joining = [...values.entries()].filter(
    ([, { claim, members }]) =>
      members.length > 1 && members.length <= maxRecordsPerValue && peopleOf(members) <= (policyOf(claim.kind)?.maxPeople ?? 0),
  );
  joining.sort(([nameA, a], [nameB, b]) => a.rank - b.rank || (nameA < nameB ? -1 : 1));
  return joining.map(([, value]) => {
    value.members.sort((a, b) => (a.key < b.key ? -1 : 1));
    return value;
  });
}

/** Unique kinds weigh before shareable ones. */
function rankOf(policy: IdentifierPolicy): number {
  return policy.unique ? 0 : 1;
}

/**
 * How much an edge may overrule: a person's word everything but another person's; a decision or a unique identifier not what
 * is unique; an identifier that people share not even names that could not be one person's.
 */
type Trust = 'forced' | 'decided' | 'shareable';

/** Names of one group that are compared. */
const namesPerGroup = 16;

/** Union-find whose groups remember their names and unique values, so that a contradiction is seen before it is made. */
class Groups {
  readonly #parent = new Map<number, number>();
  readonly #members = new Map<number, number[]>();
  /** Root to unique kind to values. */
  readonly #unique = new Map<number, Map<string, Set<string>>>();
  readonly #different: ReadonlyMap<number, ReadonlySet<number>>;
  readonly #names = new Map<number, string[]>();

  constructor(records: readonly RecordFacts[], different: ReadonlyMap<number, ReadonlySet<number>>, policyOf: PolicyOf) {
    this.#different = different;
    for (const record of records) {
      this.#parent.set(record.id, record.id);
      this.#members.set(record.id, [record.id]);
      const unique = new Map<string, Set<string>>();
      const names = record.claims.filter((claim) => claim.kind === nameKind).map((claim) => claim.value);
      this.#names.set(record.id, names.sort().slice(0, namesPerGroup));
      for (const claim of record.claims) {
        const policy = policyOf(claim.kind);
        // A customer id per source does not forbid: one person may hold two accounts. It joins, that is all.
        if (policy?.unique && !policy.perSource) setOf(unique, claim.kind).add(claim.value);
      }
      if (unique.size > 0) this.#unique.set(record.id, unique);
    }
  }

  together(a: number, b: number): boolean {
    return this.root(a) === this.root(b);
  }

  /** Whether anybody of the group has a name. */
  named(id: number): boolean {
    return this.#names.get(this.root(id))!.length > 0;
  }

  join(a: number, b: number, trust: Trust): 'joined' | 'already' | 'refused' {
    let into = this.root(a);
    let from = this.root(b);
    if (into === from) return 'already';
    if (this.#decidedApart(into, from)) return 'refused';
    if (trust === 'shareable' && this.apart(into, from)) return 'refused';
    if (trust !== 'forced' && this.#contradict(into, from)) return 'refused';
    if (this.#members.get(into)!.length < this.#members.get(from)!.length) [into, from] = [from, into];
    this.#parent.set(from, into);
    this.#members.get(into)!.push(...this.#members.get(from)!);
    this.#members.delete(from);
    this.#names.set(into, [...new Set([...this.#names.get(into)!, ...this.#names.get(from)!])].sort().slice(0, namesPerGroup));
    const unique = this.#unique.get(from);
    if (unique) {
      const mine = this.#unique.get(into) ?? new Map<string, Set<string>>();
      for (const [kind, values] of unique) for (const value of values) setOf(mine, kind).add(value);
      this.#unique.set(into, mine);
    }
    return 'joined';
  }

  personOf(): Map<number, number> {
    const persons = new Map<number, number>();
    for (const members of this.#members.values()) {
      let person = members[0]!;
      for (const member of members) if (member < person) person = member;
      for (const member of members) persons.set(member, person);
    }
    return persons;
  }

  root(id: number): number {
    let root = id;
    while (this.#parent.get(root) !== root) root = this.#parent.get(root)!;
    let at = id;
    while (at !== root) {
      const next = this.#parent.get(at)!;
      this.#parent.set(at, root);
      at = next;
    }
    return root;
  }

  #decidedApart(a: number, b: number): boolean {
    if (this.#different.size === 0) return false;
    const [few, many] = this.#members.get(a)!.length < this.#members.get(b)!.length ? [a, b] : [b, a];
    for (const member of this.#members.get(few)!) {
      for (const other of this.#different.get(member) ?? []) if (this.root(other) === many) return true;
    }
    return false;
  }

  /** Whether something keeps two groups, given by their roots, from being joined by what people share. */
  apart(a: number, b: number): boolean {
    return this.#decidedApart(a, b) || this.#contradict(a, b) || this.#namesApart(a, b);
  }

  #namesApart(a: number, b: number): boolean {
    const left = this.#names.get(a)!;
    const right = this.#names.get(b)!;
    return left.length > 0 && right.length > 0 && !left.some((name) => right.some((other) => couldBeOne(name, other)));
  }

  #contradict(a: number, b: number): boolean {
    const left = this.#unique.get(a);
    const right = this.#unique.get(b);
    if (!left || !right) return false;
    for (const [kind, values] of left) {
      const others = right.get(kind);
      if (!others) continue;
      let shared = false;
      for (const value of values) if (others.has(value)) shared = true;
      if (!shared) return true;
    }
    return false;
  }
}

function setOf<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  let set = map.get(key);
  if (!set) {
    set = new Set();
    map.set(key, set);
  }
  return set;
}
