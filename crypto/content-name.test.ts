import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contentName, nobleContentHash, sodiumContentHash } from './content-name.ts';
import { generateKey, keyFrom } from './keys.ts';

test('libsodium and noble give the same names', () => {
  assert.ok(sodiumContentHash, 'libsodium is here');
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ maxLength: 40 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      (bytes, kind, k) => {
        const key = keyFrom('index', k);
        assert.equal(contentName(key, kind, bytes, sodiumContentHash), contentName(key, kind, bytes, nobleContentHash));
      },
    ),
  );
});

test('key, kind and bytes each make another name, and where kind and bytes meet is part of it', () => {
  const [one, two] = [generateKey('index'), generateKey('index')];
  const names = [
    contentName(one, 'a', Buffer.from('bc')),
    contentName(one, 'ab', Buffer.from('c')),
    contentName(one, 'a', Buffer.from('bd')),
    contentName(two, 'a', Buffer.from('bc')),
  ];
  assert.equal(new Set(names).size, names.length);
  assert.match(names[0]!, /^[0-9a-f]{64}$/);
  assert.equal(contentName(one, 'a', Buffer.from('bc')), names[0]);
  assert.throws(() => contentName(one, 'x'.repeat(256), Buffer.alloc(1)), RangeError);
});
