// A vertical round as a seed draws it: people whom owner and partners know under numbers of their own, what each may use, columns by member, labels;
// and what trees over the one table would be, which nobody has.

import type { RoundProposal } from '../../participant/round/rounds.ts';
import type { OwnerSide, PartnerSide, RowCrypto, VerticalPorts } from '../../participant/round/vertical/ports.ts';
import { bitAt } from '../../protocol/round/vertical-messages.ts';
import { type Chance, drawsOf } from '../draws.ts';
import { drawPlan, type Plan } from '../round/plan.ts';
import type { Encryption, RoundWorld } from '../round/world.ts';
import { plain } from '../round/world.ts';
import { plainRows } from './plain-rows.ts';
import { type Columns, type Grown, growToy, type Split, type ToyPart, ToyPartner } from './toy-trees.ts';

export type VerticalPlan = Plan & {
  readonly trees: number;
  readonly depth: number;
  /** By partner: the people at each position of its match with the owner. */
  readonly matched: readonly (readonly number[])[];
  /** By place of the columns' owner (0: who has the labels): of all people. */
  readonly columns: readonly Columns[];
  /** Whose data it may use. */
  readonly allowed: readonly (readonly boolean[])[];
  readonly labels: readonly number[];
};

const range = (length: number) => Array.from({ length }, (_, at) => at);

function drawColumns(draws: Chance, people: number): Columns {
  return range(1 + draws.next(3)).map(() => {
    const count = 3 + draws.next(5);
    return { count, bins: Uint16Array.from({ length: people }, () => draws.next(count)) };
  });
}

/** @param members 2 or 3 */
export function drawVertical(seed: number, members = 2 + (seed % 2)): VerticalPlan {
  const draws = drawsOf(seed, 'vertical plan');
  const plan = drawPlan(drawsOf(seed, 'round plan'));
  const people = 40 + draws.next(40);
  const matched = range(members - 1).map(() => {
    const order = draws.shuffle(range(people)).filter(() => draws.next(8) > 0);
    // A telephone and an address of one customer are two positions.
    return order.flatMap((person) => (draws.next(20) === 0 ? [person, draws.pick(order)] : [person]));
  });
  const columns = range(members).map(() => drawColumns(draws, people));
  const [own, theirs] = [columns[0]!, columns[1]!];
  const gone = draws.next(4) === 0 ? [{ party: draws.next(members), atStep: 5 + draws.next(300) }] : [];
  return {
    ...plan,
    members,
    // The simulated world calls it so: who has the labels has the key.
    custodian: draws.next(members),
    proposer: draws.next(members),
    vectors: [],
    patienceMs: 3_600_000,
    votes: range(members).map(() => draws.next(8) > 0),
    gone,
    trees: 1 + draws.next(3),
    depth: 1 + draws.next(3),
    matched,
    columns,
    allowed: range(members).map(() => range(people).map(() => draws.next(10) > 0)),
    labels: range(people).map((person) => Number(own[0]!.bins[person]! + theirs[0]!.bins[person]! + draws.next(4) > 6)),
  };
}

/** People of the rows, those to learn from first. */
export function rowsOf({ matched, allowed, labels }: VerticalPlan): { readonly rows: number[]; readonly training: number } {
  const everywhere = range(labels.length).filter(
    (person) => matched.every((list) => list.includes(person)) && allowed.every((may) => may[person]),
  );
  const first = matched[0]!;
  everywhere.sort((a, b) => first.indexOf(a) - first.indexOf(b));
  const { training, held } = parted(everywhere.length);
  return { rows: [...training, ...held].map((place) => everywhere[place]!), training: training.length };
}

function parted(rows: number): { training: Uint32Array; held: Uint32Array } {
  const all = range(rows);
  return {
    training: Uint32Array.from(all.filter((row) => row % 5 > 0)),
    held: Uint32Array.from(all.filter((row) => row % 5 === 0)),
  };
}

const chosen = (columns: Columns, people: ArrayLike<number>): Columns =>
  columns.map(({ bins, count }) => ({ count, bins: Uint16Array.from(people, (person) => bins[person]!) }));

/** What the one table gives. */
export function joinedTrees(plan: VerticalPlan): Promise<Grown> {
  const { rows, training } = rowsOf(plan);
  const people = rows.slice(0, training);
  return growToy(
    plan.columns.flatMap((columns) => chosen(columns, people)),
    people.map((person) => plan.labels[person]!),
    plan,
  );
}

/** Parts of all sides as trees over the one table. */
export function joined(plan: VerticalPlan, owner: Grown, partners: readonly ToyPart[]): Grown {
  const firsts = plan.columns.map((_, at) => plan.columns.slice(0, at).reduce((sum, { length }) => sum + length, 0));
  const whole = (split: Split): Split => {
    if (!('partner' in split)) return split;
    const { column, ...rest } = partners[split.partner]!.splits[split.split]!;
    return { node: split.node, column: firsts[split.partner + 1]! + column, ...rest };
  };
  return { trees: owner.trees.map(({ splits, leaves }) => ({ splits: splits.map(whole), leaves })) };
}

/** Numbers that a side has its people by. */
const numberOf = (person: number) => 1_000_000 - 7 * person;
const personOf = (number: number) => (1_000_000 - number) / 7;

function ownerSide(plan: VerticalPlan): OwnerSide {
  return {
    positions: plan.matched.map((list) => Int32Array.from(list, (one) => (plan.allowed[0]![one] ? numberOf(one) : -1))),
    parted,
    learn: async ({ persons, training, partners, ports, splits, salt }) => {
      const people = Array.from(persons, personOf);
      const learning = people.slice(0, training);
      const grown = await growToy(
        chosen(plan.columns[0]!, learning),
        learning.map((person) => plan.labels[person]!),
        plan,
        partners,
        ports,
      );
      // What partners say of rows that were learned from is what they said when they were split, and of others it is the same rule.
      const bits = await splits();
      const left = bits.flat().reduce((sum, some) => sum + people.filter((_, row) => bitAt(some, row)).length, 0);
      return {
        part: Buffer.from(JSON.stringify({ salt, grown, left })),
        metrics: { auc: 0.5 },
        rows: persons.length - training,
      };
    },
  };
}

function partnerSide(plan: VerticalPlan, at: number): PartnerSide {
  const allowed = plan.allowed[at + 1]!;
  return {
    positions: Int32Array.from(plan.matched[at]!, (person) => (allowed[person] ? numberOf(person) : -1)),
    begin: async (persons, training) => new ToyPartner(chosen(plan.columns[at + 1]!, Array.from(persons, personOf)), training),
  };
}

/** Partners in the order of ids. */
export const partnerIds = (world: RoundWorld): string[] =>
  world.members.filter(({ id }) => id !== world.custodian.id).map(({ id }) => id);

function termsOf(world: RoundWorld, plan: VerticalPlan): RoundProposal {
  const owner = world.custodian.id;
  const order = [owner, ...partnerIds(world)];
  return {
    ...{ members: world.members.map(({ id }) => id), custodian: owner, purpose: 'churn.prevention', reason: 'one model' },
    schema: {
      label: { name: 'left', positive: 'yes' },
      features: order.flatMap((of, at) =>
        plan.columns[at]!.map((_, column) => ({ name: `${at} ${column}`, kind: 'number' as const, of })),
      ),
    },
    learn: {
      ...{
        kind: 'vertical-trees',
        exposedMost: 1,
        owner,
        rows: { by: 'place' },
        trees: plan.trees,
        maxDepth: plan.depth,
        maxLeaves: 64,
      },
      ...{
        learningRate: 0.3,
        growth: 'depth',
        minChildHessian: 1,
        lambda: 1,
        alpha: 0,
        gamma: 0,
        columnSample: 1,
        seed: 1,
        bins: 32,
      },
    },
    ...{ against: 'semi-honest', agreement: 'x-wing', encryption: 'bfv-8192' },
    ...{ patienceMs: plan.patienceMs, officers: plan.officers, minRows: 5 },
  };
}

/** @param around changes what a node has: for sides that lie */
export function verticalOf(
  plan: VerticalPlan,
  {
    rows = plainRows,
    around = (ports) => ports,
  }: { rows?: RowCrypto; around?: (ports: VerticalPorts, member: string) => VerticalPorts } = {},
): Encryption {
  return {
    ...plain,
    terms: (world) => termsOf(world, plan),
    vertical: (world, node) =>
      around(
        {
          rows,
          owner: async () => ownerSide(plan),
          partner: async ({ me }) => partnerSide(plan, partnerIds(world).indexOf(me)),
        },
        node.id,
      ),
  };
}
