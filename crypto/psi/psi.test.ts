import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  costOf,
  encode,
  intersect,
  type Knowledge,
  type Learns,
  mask,
  newScalar,
  type Party,
  prepare,
  type Role,
  statementOf,
  type Terms,
} from './psi.ts';
import { type Leak, type Outcome, Recorder, run, type Side } from './testing.ts';
import { carrier, counts, find, observer, pattern, sharedPlaces } from './testing-views.ts';

const all: readonly Learns[] = ['initiator', 'responder', 'both', 'neither'];
const counting = [{ counter: false }, { counter: true }, { counter: true, countTold: true }] as const;
const modes: readonly Terms[] = counting.flatMap((how): Terms[] => [
  ...all.map((learns) => ({ mode: 'ecdh', learns, ...how }) as const),
  ...all.map((learns) => ({ mode: 'salted-hash', learns, ...how }) as const),
  { mode: 'count', ...how },
  { mode: 'sums', ...how },
]);
const nameOf = (terms: Terms) =>
  [
    terms.mode,
    ...('learns' in terms ? [`${terms.learns} learns`] : []),
    ...(terms.counter ? [terms.countTold ? 'counter tells' : 'counter'] : []),
  ].join(', ');
const seed = (name: string) => createHash('sha256').update(name).digest();
const roles = ['initiator', 'responder'] as const;
const parties = [...roles, 'coordinator'] as const;

/** Items that are often shared, often repeated, and sometimes differ in normalisation, case or width only. */
const item = fc.oneof(
  fc.integer({ min: 0, max: 99 }).map((n) => `phone:+8613800138${n}`),
  fc.constantFrom('e:\u00e9', 'e:e\u0301', 'e:E', 'e:e', 'e:\uff45', '', '甲', '\u{20000}', '\u0000'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const sets = fc.oneof(fc.array(item, { maxLength: 12 }), fc.array(item, { maxLength: 200, size: 'max' }));

/** What the plain intersection says: the first places of the items that the other has too, in the order of the list. */
const shared = (own: readonly string[], theirs: readonly string[]) => {
  const other = new Set(theirs);
  return [...new Set(own)].filter((text) => other.has(text)).map((text) => own.indexOf(text));
};
const sorted = (side: Side) => side.learned && [...side.learned].sort((a, b) => a - b);

const sumOver = (theirs: readonly string[], ours: readonly string[], values: readonly number[]) =>
  shared(theirs, ours).reduce((sum, place) => sum + BigInt(values[place]!), 0n);
const numbered = (count: number, both: number): [string[], string[]] => [
  Array.from({ length: count }, (_, index) => `item ${index}`),
  Array.from({ length: count }, (_, index) => (index < both ? `item ${index * 2}` : `other ${index}`)),
];
const knowsCount = (knowledge: Knowledge) => knowledge === 'count' || knowledge === 'count-and-sum';
const knowsSum = (knowledge: Knowledge) => knowledge === 'sum' || knowledge === 'count-and-sum';

for (const terms of modes) {
  const { knows } = statementOf(terms);
  test(`${nameOf(terms)}: exactly the plain intersection, for who is said to learn it, and for nobody else`, async () => {
    await fc.assert(
      fc.asyncProperty(sets, sets, fc.integer({ min: -(2 ** 40), max: 2 ** 40 - 200 }), async (ours, theirs, from) => {
        const values = theirs.map((_, place) => from + place);
        const outcome = await run(terms, ours, theirs, { values });
        const count = shared(ours, theirs).length;
        for (const [role, own, other] of [
          ['initiator', ours, theirs],
          ['responder', theirs, ours],
        ] as const) {
          assert.deepEqual(sorted(outcome[role]), knows[role] === 'items' ? shared(own, other) : undefined);
          assert.equal(outcome[role].count, knowsCount(knows[role]) ? count : undefined);
          assert.equal(outcome[role].sum, knowsSum(knows[role]) ? sumOver(theirs, ours, values) : undefined);
        }
        assert.equal(outcome.coordinatorCount, knows.coordinator === 'count' ? count : undefined);
      }),
      { numRuns: { 'salted-hash': 30, ecdh: 10, count: 10, sums: 8 }[terms.mode] },
    );
  });

  test(`${nameOf(terms)}: what passes is what is stated, to the byte and the multiplication`, async () => {
    for (const [a, b, both] of [
      [0, 0, 0],
      [0, 1, 0],
      [1, 1, 1],
      [7, 12, 4],
      [40, 3, 2],
    ] as const) {
      const ours = Array.from({ length: a }, (_, index) => `item ${index}`);
      const theirs = Array.from({ length: b }, (_, index) => (index < both ? `item ${index}` : `other ${index}`));
      const recorder = new Recorder();
      await run(terms, ours, theirs, { recorder });
      const { multiplications, encodings, hashes, ciphertexts, bytes } = recorder;
      const cost = costOf(terms, { initiator: a, responder: b });
      assert.deepEqual({ multiplications, encodings, hashes, ciphertexts, bytes }, cost);
      const received = (party: Party) => recorder.received[party].reduce((sum, { bytes }) => sum + bytes.length, 0);
      assert.equal(received('initiator'), cost.bytes.responderToInitiator);
      assert.equal(received('responder'), cost.bytes.initiatorToResponder);
      assert.equal(received('coordinator'), cost.bytes.initiatorToCoordinator + cost.bytes.responderToCoordinator);
    }
  });

  test(`${nameOf(terms)}: what each could work out of all it received is what is stated, alone and with the counter`, async () => {
    await checkKnowledge(terms);
  });
}

/** What those who tell each other everything can work out about the items of one of them, or the coordinator about both. */
function workedOut(recorder: Recorder, who: readonly Party[], role: Role, both: number): 'items' | 'count' | 'nothing' {
  const { count, readings, recognised } = find(observer(recorder, who), recorder, role);
  if (recognised || (who.includes(role) && readings.includes(sharedPlaces(recorder, role).join()))) return 'items';
  return count === 0 ? 'nothing' : count === both ? 'count' : assert.fail(`${count} in common, of ${both}`);
}

/** Together with what was told. */
function takenHome(outcome: Outcome, role: Role, found: 'items' | 'count' | 'nothing'): Knowledge {
  const { count, sum } = outcome[role];
  const counted = found === 'nothing' && count !== undefined ? 'count' : found;
  if (sum === undefined || counted === 'items') return counted;
  return counted === 'count' ? 'count-and-sum' : 'sum';
}

async function checkKnowledge(terms: Terms, leak?: Leak): Promise<void> {
  const statement = statementOf(terms);
  const [size, both] = [24, 10];
  const world = async (shared: number, minimum = 0, rename = (item: string) => item) => {
    const recorder = new Recorder();
    const [ours, theirs] = numbered(size, shared);
    const values = theirs.map(() => 5);
    const outcome = await run(terms, ours.map(rename), theirs.map(rename), { recorder, minimum, leak, values });
    return { recorder, outcome };
  };
  const full = await world(both);
  const tooFew = await world(both, both + 1);
  for (const role of roles) {
    const found = workedOut(full.recorder, [role], role, both);
    assert.equal(takenHome(full.outcome, role, found), statement.knows[role], `${role} knows`);
    const foundEarly = workedOut(tooFew.recorder, [role], role, both);
    assert.equal(takenHome(tooFew.outcome, role, foundEarly), statement.knowsTooFew[role], `${role} knows, too few`);
    const together = workedOut(tooFew.recorder, [role, 'coordinator'], role, both);
    assert.equal(takenHome(tooFew.outcome, role, together), statement.colluding[role], `${role} with the coordinator`);
  }
  for (const { recorder, knows } of [
    { recorder: full.recorder, knows: statement.knows },
    { recorder: tooFew.recorder, knows: statement.knowsTooFew },
  ]) {
    assert.equal(workedOut(recorder, ['coordinator'], 'initiator', both), knows.coordinator, 'coordinator knows');
  }
  const carried = find(carrier(full.recorder), full.recorder, 'initiator').count;
  const sumPassed = carrier(full.recorder).received.some(({ what }) => what === 'sum');
  assert.equal(sumPassed ? 'sum' : carried === both ? 'count' : carried === 0 ? 'nothing' : carried, statement.carrierKnows);
  // Another world in which as many are shared, and one with none: who may not tell them apart receives the same.
  const [other, none] = [await world(both, 0, (item) => item.replace(/\d+/, (n) => String(7 * Number(n)))), await world(0)];
  for (const party of parties) {
    const seen = (of: { recorder: Recorder }, how: typeof pattern) => how(observer(of.recorder, [party]), of.recorder);
    const byLists =
      statement.knows[party] === 'nothing' ||
      (statement.knows[party] === 'count' && workedOut(full.recorder, [party], 'initiator', both) === 'nothing');
    if (byLists) assert.equal(seen(none, pattern), seen(full, pattern), `${party}, none shared`);
    assert.equal(seen(other, counts), seen(full, counts), `${party}, others shared`);
  }
}

test('these checks notice what a mistake gives away', async () => {
  const mistakes: readonly [Leak, Terms, RegExp][] = [
    ['unshuffled', { mode: 'count', counter: false }, /initiator knows/],
    ['unshuffled', { mode: 'sums', counter: true }, /initiator knows/],
    ['counter-in-order', { mode: 'ecdh', learns: 'responder', counter: true }, /initiator with the coordinator/],
    ['counter-in-order', { mode: 'count', counter: true }, /initiator with the coordinator/],
    ['given-back', { mode: 'ecdh', learns: 'initiator', counter: false }, /responder knows/],
    ['given-back', { mode: 'count', counter: true }, /responder knows/],
    ['stale-total', { mode: 'sums', counter: false }, /responder knows/],
  ];
  for (const [leak, terms, message] of mistakes) {
    await assert.rejects(checkKnowledge(terms, leak), { name: 'AssertionError', message }, `${leak}: ${nameOf(terms)}`);
    await checkKnowledge(terms);
  }
});

test('every statement is there in both languages, and says no more than the mode has', () => {
  for (const terms of modes) {
    const statement = statementOf(terms);
    const texts = [
      ...parties.flatMap((party) => [statement.receives[party], statement.learns[party]]),
      statement.minimum,
      ...statement.collusion,
      ...statement.limits,
    ];
    for (const { en, zh } of texts) {
      assert.match(en, /^[A-Z].*\.$/);
      assert.match(zh, /^[\u4e00-\u9fff].*。$/);
    }
  }
});

test('repeats go before anything is sent, and are reported; the order is the seed’s', () => {
  const items = ['b', 'a', 'b', 'c', 'a', 'a'];
  const prepared = prepare(items, seed('1'));
  assert.deepEqual([...prepared.items].sort(), ['a', 'b', 'c']);
  assert.deepEqual([...prepared.repeats], [2, 4, 5]);
  for (const [at, text] of prepared.items.entries()) assert.equal(items.indexOf(text), prepared.places[at]);
  assert.deepEqual(prepare(items, seed('1')), prepared);
  const many = Array.from({ length: 50 }, (_, index) => String(index));
  assert.notDeepEqual(prepare(many, seed('1')).items, prepare(many, seed('2')).items);
  assert.notDeepEqual(prepare(many, seed('1')).items, many);
  assert.throws(() => prepare(['a', '\ud800'], seed('1')), /items\[1\]/);
});

test('two sessions share nothing: other tags or scalars give lists without a common token', () => {
  const items = Array.from({ length: 20 }, (_, index) => `item ${index}`);
  const points = encode(items, Buffer.from('holdfast/psi/test/v1 session 1'));
  const others = encode(items, Buffer.from('holdfast/psi/test/v1 session 2'));
  assert.equal(intersect(points, others).own.length, 0);
  assert.equal(intersect(mask(points, newScalar()), mask(points, newScalar())).own.length, 0);
});
