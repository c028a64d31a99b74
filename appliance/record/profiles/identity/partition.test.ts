import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultPolicies, identifierKinds, identifiersOf } from '../../../core/model/identifier.ts';
import { rounds, seeded } from '../testing.ts';
import { nameKind } from './names.ts';
import {
  type Claim,
  claimName,
  type Decision,
  maxRecordsPerValue,
  type PolicyOf,
  partition,
  peopleOf,
  type RecordFacts,
} from './partition.ts';

const kinds = identifierKinds([{ ...defaultPolicies.loyalty_card, kind: 'custom:never', joins: false }]);
const policyOf: PolicyOf = (kind) => kinds.get(kind as Parameters<typeof kinds.get>[0]);

const names = ['wang xiaoming', 'xiaoming', 'fang li'];
const claim = fc
  .record({
    kind: fc.constantFrom('phone', 'email', 'union_id', 'national_id', 'anonymous_id', 'custom:never', 'unheard_of', nameKind),
    value: fc.constantFrom('1', '2', '3'),
    source: fc.constantFrom(1, 2),
  })
  .map(({ kind, value, source }): Claim => {
    if (kind === nameKind) return { kind, value: names[Number(value) - 1]! };
    return kind === 'anonymous_id' ? { kind, value, source } : { kind, value };
  });
const record = fc.record({
  source: fc.constantFrom(1, 2),
  known: fc.boolean(),
  claims: fc.uniqueArray(claim, { maxLength: 4, selector: claimName }),
});
const records = (maxLength: number) =>
  fc
    .array(record, { maxLength, size: 'max' })
    .map((list) => list.map((one, at): RecordFacts => ({ ...one, id: at * 3 + 1, key: keyOf(at) })));
/** Keys in an order of their own, as blind indexes are. */
const keyOf = (at: number): string => `k${(at * 7919 + 13) % 1009}`;

const decisionsAmong = (all: readonly RecordFacts[]): fc.Arbitrary<Decision[]> =>
  all.length < 2
    ? fc.constant([])
    : fc
        .array(
          fc.record({
            verdict: fc.constantFrom<Decision['verdict']>('same', 'different'),
            sides: fc.shuffledSubarray(
              all.map((one) => one.id),
              { minLength: 2, maxLength: Math.min(4, all.length) },
            ),
            madeAtMs: fc.nat(5),
            madeBy: fc.constantFrom<Decision['madeBy']>('person', 'model', 'alias'),
          }),
          { maxLength: 4 },
        )
        .map((list) =>
          list.map(({ sides, ...rest }, id) => {
            const half = Math.ceil(sides.length / 2);
            return { id, left: sides.slice(0, half), right: sides.slice(half), ...rest };
          }),
        );
const world = (maxLength: number) => records(maxLength).chain((all) => fc.tuple(fc.constant(all), decisionsAmong(all)));

/** The partition as sets of record keys: what must be the same in every world. */
function persons(all: readonly RecordFacts[], decisions: readonly Decision[]): string {
  const { personOf } = partition(all, decisions, policyOf);
  const groups = Map.groupBy(all, (one) => personOf.get(one.id));
  return [...groups.values()]
    .map((group) =>
      group
        .map((one) => one.key)
        .sort()
        .join(' '),
    )
    .sort()
    .join(' | ');
}

test('only the set of facts matters: not the order of records, claims and decisions, nor the numbers of records', () => {
  fc.assert(
    fc.property(world(14), fc.nat(), ([all, decisions], seed) => {
      const random = seeded(seed);
      const ids = new Map(random.shuffle(all).map((one, at) => [one.id, at + 100]));
      const idOf = (id: number): number => ids.get(id)!;
      const renumbered = random.shuffle(all).map((one) => ({ ...one, id: idOf(one.id), claims: random.shuffle(one.claims) }));
      const decided = random.shuffle(decisions).map((one, at) => ({
        ...one,
        id: at,
        left: random.shuffle(one.left).map(idOf),
        right: random.shuffle(one.right).map(idOf),
      }));
      const swapped = decided.map((one, at) => (at % 2 ? { ...one, left: one.right, right: one.left } : one));
      assert.equal(persons(renumbered, swapped), persons(all, decisions));
    }),
    { numRuns: rounds(1500) },
  );
});

test('a person is named after its lowest record, and its joins are a spanning tree', () => {
  fc.assert(
    fc.property(world(14), ([all, decisions]) => {
      const { personOf, joined } = partition(all, decisions, policyOf);
      for (const [id, person] of personOf) {
        assert.ok(person <= id);
        assert.equal(personOf.get(person), person);
      }
      assert.equal(joined.length, all.length - new Set(personOf.values()).size);
      for (const edge of joined) assert.equal(personOf.get(edge.left), personOf.get(edge.right));
    }),
    { numRuns: rounds(300) },
  );
});

/** The slow twin, for facts without contradictions: walks from record to record while anything is left to reach. */
function components(all: readonly RecordFacts[], decisions: readonly Decision[]): string {
  const people = (value: string): number => peopleOf(all.filter((one) => one.claims.some((other) => claimName(other) === value)));
  const linked = (a: RecordFacts, b: RecordFacts): boolean =>
    a.claims.some((mine) => {
      const policy = policyOf(mine.kind);
      const name = claimName(mine);
      return policy?.joins === true && b.claims.some((other) => claimName(other) === name) && people(name) <= policy.maxPeople;
    }) ||
    decisions.some(
      ({ left, right }) => (left.includes(a.id) && right.includes(b.id)) || (left.includes(b.id) && right.includes(a.id)),
    );
  const left = new Set(all);
  const found: string[] = [];
  for (const start of all) {
    if (!left.delete(start)) continue;
    const group = [start];
    for (const at of group) {
      for (const other of left) {
        if (!linked(at, other)) continue;
        left.delete(other);
        group.push(other);
      }
    }
    found.push(
      group
        .map((one) => one.key)
        .sort()
        .join(' '),
    );
  }
  return found.sort().join(' | ');
}

const calmed = (all: readonly RecordFacts[]): RecordFacts[] =>
  all.map((one) => ({ ...one, claims: one.claims.filter(({ kind }) => !['union_id', 'national_id', nameKind].includes(kind)) }));

test('without contradictions persons are the connected components, by a slow twin', () => {
  fc.assert(
    fc.property(world(9), ([all, decisions]) => {
      const calm = calmed(all);
      const same = decisions.filter((one) => one.verdict === 'same');
      assert.equal(persons(calm, same), components(calm, same));
    }),
    { numRuns: rounds(1500) },
  );
});

test('no person ever holds two records decided to be different, whatever their identifiers say', () => {
  fc.assert(
    fc.property(world(10), ([all, decisions]) => {
      const { personOf } = partition(all, decisions, policyOf);
      const rank = { model: 0, alias: 1, person: 2 };
      for (const a of all) {
        for (const b of all) {
          const about = decisions.filter(
            (one) =>
              (one.left.includes(a.id) && one.right.includes(b.id)) || (one.left.includes(b.id) && one.right.includes(a.id)),
          );
          // The slow way to say which stands: nobody outranks it, nobody is later, and among equals "different" is safer.
          const standing = about.filter((one) =>
            about.every(
              (other) => rank[one.madeBy] > rank[other.madeBy] || (one.madeBy === other.madeBy && one.madeAtMs >= other.madeAtMs),
            ),
          );
          const apart = standing.some((one) => one.verdict === 'different');
          if (apart) assert.notEqual(personOf.get(a.id), personOf.get(b.id));
        }
      }
    }),
    { numRuns: rounds(800) },
  );
});

test('a person of different unique values exists only where people decided so, or a record claims both', () => {
  fc.assert(
    fc.property(world(10), ([all, decisions]) => {
      const single = all.map((one) => {
        const first = one.claims.find(({ kind }) => kind === 'union_id');
        return {
          ...one,
          claims: one.claims.filter((other) => other.kind !== 'national_id' && (other.kind !== 'union_id' || other === first)),
        };
      });
      const byModel = decisions.filter((one) => one.madeBy !== 'person');
      const { personOf } = partition(single, byModel, policyOf);
      const unions = new Map<number, Set<string>>();
      for (const one of single) {
        const values = unions.get(personOf.get(one.id)!) ?? new Set();
        for (const { kind, value } of one.claims) if (kind === 'union_id') values.add(value);
        unions.set(personOf.get(one.id)!, values);
      }
      for (const values of unions.values()) assert.ok(values.size <= 1);
    }),
    { numRuns: rounds(500) },
  );
});

test('merging two persons joins just these two and touches nobody else; merges commute', () => {
  fc.assert(
    fc.property(records(12), fc.nat(), (given, seed) => {
      // With unique kinds a merge by hand may settle a contradiction, and bring in whom it had kept out.
      const all = calmed(given);
      const groups = [...Map.groupBy(all, (one) => partition(all, [], policyOf).personOf.get(one.id)).values()];
      if (groups.length < 4) return;
      const [a, b, c, d, ...rest] = seeded(seed).shuffle(groups) as [RecordFacts[], RecordFacts[], RecordFacts[], RecordFacts[]];
      const ids = (group: readonly RecordFacts[]): number[] => group.map((one) => one.id);
      const one: Decision = { id: 1, verdict: 'same', left: ids(a), right: ids(b), madeAtMs: 1, madeBy: 'person' };
      const two: Decision = { id: 2, verdict: 'same', left: ids(c), right: ids(d), madeAtMs: 2, madeBy: 'person' };
      const text = (expected: readonly RecordFacts[][]): string =>
        expected
          .map((group) =>
            group
              .map((held) => held.key)
              .sort()
              .join(' '),
          )
          .sort()
          .join(' | ');
      assert.equal(persons(all, [one]), text([[...a, ...b], c, d, ...rest]));
      assert.equal(persons(all, [one, two]), text([[...a, ...b], [...c, ...d], ...rest]));
      assert.equal(persons(all, [two, one]), persons(all, [one, two]));
    }),
    { numRuns: rounds(500) },
  );
});

const person = (id: number, source: number, ...claims: Claim[]): RecordFacts => ({
  id,
  key: `k${id}`,
  source,
  known: true,
  claims,
});
const device = (id: number, source: number, ...claims: Claim[]): RecordFacts => ({
  ...person(id, source, ...claims),
  known: false,
});
const phone: Claim = { kind: 'phone', value: '+8613811112222' };
const decide = (
  id: number,
  verdict: Decision['verdict'],
  left: number[],
  right: number[],
  madeAtMs = id,
  madeBy: Decision['madeBy'] = 'person',
): Decision => ({ id, verdict, left, right, madeAtMs, madeBy });

test('examples', () => {
  const shop = person(1, 1, phone);
  const till = person(2, 2, phone);
  const visit = device(3, 1, phone);
  assert.equal(persons([shop, till, visit], []), 'k1 k2 k3', 'one person in two systems and on a device');
  const sister = person(4, 1, phone);
  assert.equal(
    persons([shop, till, visit, sister], []),
    'k1 | k2 | k3 | k4',
    'a family phone joins nobody any more, and splits who it joined',
  );
  assert.equal(persons([shop, till], [decide(1, 'different', [1], [2])]), 'k1 | k2', 'different people may share a phone');
  assert.equal(
    persons([shop, till], [decide(1, 'different', [1], [2], 5, 'model'), decide(2, 'same', [1], [2], 1)]),
    'k1 k2',
    'people outrank models',
  );
  assert.equal(
    persons([shop, till], [decide(1, 'same', [1], [2], 9), decide(2, 'different', [1], [2], 5)]),
    'k1 k2',
    'the latest counts',
  );
  const id = (value: string): Claim => ({ kind: 'national_id', value });
  const [a, b] = [person(1, 1, phone, id('x')), person(2, 2, phone, id('y'))];
  assert.equal(persons([a, b], []), 'k1 | k2', 'two identity numbers are two people');
  assert.equal(persons([a, b], [decide(1, 'same', [1], [2], 1, 'model')]), 'k1 | k2', 'a model cannot overrule them');
  assert.equal(persons([a, b], [decide(1, 'same', [1], [2])]), 'k1 k2', 'a person can');
  const { refused } = partition([a, b], [], policyOf);
  assert.deepEqual(refused, [{ left: 1, right: 2, by: { claim: phone } }], 'what was refused is told');
  const accounts = [
    person(1, 1, phone, { kind: 'user_id', value: 'u1', source: 1 }),
    person(2, 2, phone, { kind: 'user_id', value: 'u1', source: 2 }),
  ];
  assert.equal(persons(accounts, []), 'k1 k2', 'customer ids of two systems neither join nor forbid');
});

const called = (value: string): Claim => ({ kind: nameKind, value });
const keyed = (key: string, record: RecordFacts): RecordFacts => ({ ...record, key });

test('a nameless record between two names joins neither, whatever the keys', () => {
  const mail: Claim = { kind: 'email', value: 'x@y.cn' };
  for (const keys of ['a b c', 'a c b', 'b a c', 'b c a', 'c a b', 'c b a'].map((order) => order.split(' '))) {
    const [one, other, third] = keys as [string, string, string];
    const ming = keyed(one, person(1, 1, phone, called('wang xiaoming')));
    const fang = keyed(other, person(2, 2, phone, called('fang li')));
    const nobody = keyed(third, person(3, 3, phone));
    const apart = partition([ming, fang, nobody], [], policyOf);
    assert.equal(new Set(apart.personOf.values()).size, 3, `keys ${keys}`);
    assert.equal(apart.refused.filter(({ right }) => right === 3).length, 2, 'why it joined neither is told');
    const nearer = keyed(third, person(3, 3, phone, mail));
    const { personOf } = partition([ming, { ...fang, claims: [...fang.claims, mail] }, nearer], [], policyOf);
    assert.deepEqual(
      [...personOf],
      [
        [1, 1],
        [2, 2],
        [3, 2],
      ],
      'more identifiers of one of them decide',
    );
    const byMail = { ...fang, claims: [called('fang li'), mail] };
    assert.equal(new Set(partition([ming, byMail, nearer], [], policyOf).personOf.values()).size, 3, 'one value each is equal');
    const same = { ...fang, claims: [phone, called('xiaoming')] };
    assert.equal(
      new Set(partition([ming, same, nobody], [], policyOf).personOf.values()).size,
      1,
      'names that fit are one person',
    );
  }
});

test('a surname alone between two who bear it joins neither', () => {
  const all = [
    person(1, 1, phone, called('wang xiaoming')),
    person(2, 2, phone, called('fang wang')),
    person(3, 3, phone, called('wang')),
  ];
  assert.equal(persons(all, []), 'k1 | k2 | k3');
  assert.equal(persons([all[0]!, all[2]!], []), 'k1 k3');
});

test('a chain of nameless records goes to the nearest name', () => {
  const link = (value: string): Claim => ({ kind: 'cookie', value });
  const chain = [
    person(1, 1, link('a'), called('wang xiaoming')),
    device(2, 1, link('a'), link('b')),
    device(3, 1, link('b'), link('c')),
    device(4, 1, link('c'), link('d')),
    person(5, 2, link('d'), called('fang li')),
  ];
  assert.equal(persons(chain, []), 'k1 k2 | k3 | k4 k5');
});

test('a value known to have stopped joining joins nobody, even when few of its holders are in sight', () => {
  const all = [person(1, 1, phone), device(2, 2, phone)];
  const { personOf } = partition(all, [], policyOf, new Set([claimName(phone)]));
  assert.notEqual(personOf.get(1), personOf.get(2));
});

test('placeholders never become claims, so they never join', () => {
  const event = { kind: 'identify', messageId: 'm', userId: 'u1', occurredAtMs: 1, receivedAtMs: 1 } as const;
  assert.deepEqual(
    identifiersOf({ ...event, traits: { phone: '13800138000', email: 'test@test.com' }, anonymousId: 'null' }, { kinds }),
    [{ kind: 'user_id', value: 'u1' }],
  );
});

test('a value of very many holders joins nobody and costs little; long chains are one person', () => {
  const shared = Array.from({ length: maxRecordsPerValue + 1 }, (_, at) => device(at, 1, phone));
  assert.equal(new Set(partition(shared, [], policyOf).personOf.values()).size, shared.length);
  assert.equal(new Set(partition(shared.slice(1), [], policyOf).personOf.values()).size, 1);
  const chain = Array.from({ length: 4000 }, (_, at) =>
    device(at, 1, { kind: 'cookie', value: `${at}` }, { kind: 'cookie', value: `${at + 1}` }),
  );
  assert.equal(new Set(partition(chain, [], policyOf).personOf.values()).size, 1);
  // The worst a value can do: every holder contradicts every other one.
  const rivals = Array.from({ length: maxRecordsPerValue }, (_, at) =>
    device(at, 1, phone, { kind: 'union_id', value: `${at}` }),
  );
  assert.equal(new Set(partition(rivals, [], policyOf).personOf.values()).size, rivals.length);
});
