import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateKey } from '../../../crypto/keys.ts';
import { KeyCache, type RecordKeys } from './cache.ts';

const key = generateKey('data');
const keysOf = (epoch: number): RecordKeys => ({ current: { key, epoch }, byEpoch: new Map([[epoch, key]]) });

test('it never gives another record’s keys, a forgotten one, or more than its limit', () => {
  const step = fc.record({ do: fc.constantFrom('set', 'get', 'forget'), id: fc.nat(30) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), fc.integer({ min: 2, max: 20 }), (steps, limit) => {
      const cache = new KeyCache(limit);
      const model = new Map<number, RecordKeys>();
      steps.forEach(({ do: what, id }, at) => {
        if (what === 'set') {
          model.set(id, keysOf(at));
          cache.set(id, model.get(id)!);
        } else if (what === 'forget') {
          model.delete(id);
          cache.forget([id]);
        } else {
          const found = cache.get(id);
          assert.ok(found === undefined || found === model.get(id));
        }
        assert.ok(cache.size <= limit);
        if (what === 'set') assert.equal(cache.get(id), model.get(id));
      });
    }),
  );
});

test('what is used stays while others pass through', () => {
  const cache = new KeyCache(100);
  const kept = keysOf(1);
  cache.set(7, kept);
  for (let id = 1000; id < 5000; id += 1) {
    cache.set(id, keysOf(id));
    assert.equal(cache.get(7), kept);
  }
});
