import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeySet, keySetKeyBytes } from './key-set.ts';

const zero = Buffer.alloc(keySetKeyBytes);
/** Keys that collide in what the table looks at first, and the key of nothing but zeros. */
const anyKey = fc.oneof(
  fc.uint8Array({ minLength: keySetKeyBytes, maxLength: keySetKeyBytes }).map((bytes) => Buffer.from(bytes)),
  fc.nat(5).map((n) => Buffer.concat([Buffer.alloc(12, 1), Buffer.from([0, 0, 0, n])])),
  fc.constant(zero),
);

test('it holds what a Set of texts holds, through growing and clearing', () => {
  const step = fc.oneof({ weight: 30, arbitrary: anyKey }, { weight: 1, arbitrary: fc.constant('clear' as const) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3_000, size: 'max' }), fc.array(anyKey), (steps, others) => {
      const set = new KeySet();
      const twin = new Set<string>();
      for (const key of steps) {
        if (key === 'clear') {
          set.clear();
          twin.clear();
          continue;
        }
        assert.equal(set.add(key), !twin.has(key.toString('hex')));
        twin.add(key.toString('hex'));
      }
      assert.equal(set.size, twin.size);
      for (const key of [...others, ...steps]) if (key !== 'clear') assert.equal(set.has(key), twin.has(key.toString('hex')));
      const sorted = set.sorted();
      const keys = Array.from({ length: set.size }, (_, at) =>
        sorted.subarray(at * keySetKeyBytes, (at + 1) * keySetKeyBytes).toString('hex'),
      );
      assert.deepEqual(new Set(keys), twin);
      // The first 28 bits rise; what is equal in them may stand in any order.
      const firsts = keys.map((key) => key.slice(0, 7));
      assert.deepEqual(firsts, firsts.toSorted());
    }),
    { numRuns: 60 },
  );
});

test('a key is kept as it was, whatever becomes of the buffer it came in', () => {
  const set = new KeySet();
  const key = Buffer.alloc(keySetKeyBytes, 3);
  set.add(key);
  key.fill(4);
  assert.ok(!set.has(key));
  assert.ok(set.has(Buffer.alloc(keySetKeyBytes, 3)));
});
