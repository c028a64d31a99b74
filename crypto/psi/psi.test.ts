import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { costOf, encode, intersect, type Learns, mask, newScalar, prepare, statementOf, type Terms } from './psi.ts';
import { Recorder, run, type Side } from './testing.ts';

const all: readonly Learns[] = ['initiator', 'responder', 'both', 'neither'];
const modes: readonly Terms[] = [
  ...all.map((learns) => ({ mode: 'ecdh', learns }) as const),
  ...all.map((learns) => ({ mode: 'salted-hash', learns }) as const),
  { mode: 'count' },
];
const nameOf = (terms: Terms) => (terms.mode === 'count' ? 'count' : `${terms.mode}, ${terms.learns} learns`);
const seed = (name: string) => createHash('sha256').update(name).digest();

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

for (const terms of modes) {
  const { knows } = statementOf(terms);
  test(`${nameOf(terms)}: exactly the plain intersection, for who is said to learn it, and for nobody else`, async () => {
    await fc.assert(
      fc.asyncProperty(sets, sets, async (ours, theirs) => {
        const { initiator, responder, coordinatorCount } = await run(terms, ours, theirs);
        const count = shared(ours, theirs).length;
        assert.deepEqual(sorted(initiator), knows.initiator === 'items' ? shared(ours, theirs) : undefined);
        assert.equal(initiator.count, knows.initiator === 'count' ? count : undefined);
        assert.deepEqual(sorted(responder), knows.responder === 'items' ? shared(theirs, ours) : undefined);
        assert.equal(responder.count, undefined);
        assert.equal(coordinatorCount, knows.coordinator === 'count' ? count : undefined);
      }),
      { numRuns: terms.mode === 'salted-hash' ? 40 : 20 },
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
      await run(terms, ours, theirs, recorder);
      const { multiplications, encodings, hashes, bytes } = recorder;
      assert.deepEqual({ multiplications, encodings, hashes, bytes }, costOf(terms, { initiator: a, responder: b }));
      assert.equal(recorder.sharedByMessages(), statementOf(terms).carrierKnows === 'count' ? both : 0);
    }
  });
}

test('every statement is there in both languages, and says no more than the mode has', () => {
  for (const terms of modes) {
    const statement = statementOf(terms);
    const parties = ['initiator', 'responder', 'coordinator'] as const;
    const texts = [
      ...parties.flatMap((party) => [statement.receives[party], statement.learns[party]]),
      statement.collusion,
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
