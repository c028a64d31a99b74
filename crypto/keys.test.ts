import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import { place, SealBroken } from './envelope.ts';
import { generateKey, Key, KeyArena, type KeyUse, keyFrom, unwrapKey, wrapKey } from './keys.ts';

const uses: KeyUse[] = ['root', 'wrapping', 'data', 'index', 'signing'];
const marked = Uint8Array.from({ length: 32 }, (_, i) => 0xa0 + i);
const traces = [
  Buffer.from(marked).toString('hex').slice(0, 8),
  Buffer.from(marked).toString('base64').slice(0, 8),
  '160, 161',
  '160,161',
  'a0 a1',
];

test('a key shows its use and never its bytes', () => {
  for (const use of uses) {
    const key = keyFrom(use, marked);
    const shown = [
      inspect(key),
      inspect({ key }, { depth: 9, showHidden: true, customInspect: false }),
      JSON.stringify({ key }),
      String(key),
      `${key}`,
      format('%s %o %j', key, key, key),
      inspect(new Error('with a cause', { cause: key })),
      JSON.stringify(Object.entries(key)),
    ];
    for (const text of shown) for (const trace of traces) assert.ok(!text.includes(trace), text);
    for (const text of [shown[0], shown[3], shown[4]]) assert.equal(text, `[key:${use}]`);
    assert.equal(shown[2], `{"key":"[key:${use}]"}`);
  }
});

test('a key cannot be cloned out to a thread', () => {
  const clone = structuredClone({ key: keyFrom('data', marked) });
  for (const trace of traces) assert.ok(!inspect(clone, { showHidden: true, depth: 9 }).includes(trace));
});

test('destroy overwrites the bytes; reveal throws after it', () => {
  for (const use of uses) {
    const key = keyFrom(use, marked);
    const held = key.reveal();
    assert.deepEqual(new Uint8Array(held), marked);
    key.destroy();
    key.destroy();
    assert.deepEqual(new Uint8Array(held), new Uint8Array(32));
    assert.equal(key.destroyed, true);
    assert.throws(() => key.reveal(), new Error(`key: expected an open ${use} key, got a destroyed one`));
    assert.equal(String(key), `[key:${use}]`);
  }
});

test('keyFrom copies, and takes 32 bytes only', () => {
  const given = Uint8Array.from(marked);
  const key = keyFrom('data', given);
  given.fill(0);
  assert.deepEqual(new Uint8Array(key.reveal()), marked);
  for (const length of [0, 16, 31, 33]) {
    assert.throws(() => keyFrom('data', new Uint8Array(length)), new RangeError(`bytes: expected 32, got ${length}`));
  }
});

test('generated keys differ; a seeded port decides them', () => {
  assert.notDeepEqual(generateKey('data').reveal(), generateKey('data').reveal());
  const random = { bytes: (n: number) => new Uint8Array(n).fill(9) };
  assert.deepEqual(new Uint8Array(generateKey('data', random).reveal()), new Uint8Array(32).fill(9));
});

test('key memory is its own: no view of it reaches other keys or the buffer pool', () => {
  for (const use of uses) {
    const bytes = keyFrom(use, marked).reveal();
    assert.equal(bytes.buffer.byteLength, 32, use);
  }
});

test('a wrapped key opens for its use, at its place, under its wrapping key only', () => {
  const wrapping = generateKey('wrapping');
  const where = place('record_keys', 'wrapped');
  for (const use of uses) {
    const key = generateKey(use);
    const wrapped = wrapKey(wrapping, 5, where, '7:1', key);
    assert.equal(wrapped.length, 78);
    const opened = unwrapKey(wrapping, use, where, '7:1', wrapped);
    assert.ok(opened instanceof Key);
    assert.equal(opened.use, use);
    assert.deepEqual(new Uint8Array(opened.reveal()), new Uint8Array(key.reveal()));
    for (const other of uses.filter((name) => name !== use)) {
      assert.throws(() => unwrapKey(wrapping, other, where, '7:1', wrapped), SealBroken);
    }
    assert.throws(() => unwrapKey(wrapping, use, where, '7:2', wrapped), SealBroken);
    assert.throws(() => unwrapKey(wrapping, use, place('node_keys', 'wrapped'), '7:1', wrapped), SealBroken);
    assert.throws(() => unwrapKey(generateKey('wrapping'), use, where, '7:1', wrapped), SealBroken);
  }
});

test('an arena overwrites all of its keys at once, and none of them opens again', () => {
  const arena = new KeyArena();
  const keys = Array.from({ length: 1000 }, () => keyFrom('data', marked, arena));
  const views = keys.map((key) => key.reveal());
  for (const view of views) assert.deepEqual(new Uint8Array(view), marked);
  keys[1]?.destroy();
  assert.deepEqual(new Uint8Array(views[0]!), marked);
  assert.deepEqual(new Uint8Array(views[1]!), new Uint8Array(32));
  arena.destroyAll();
  for (const view of views) assert.deepEqual(new Uint8Array(view), new Uint8Array(32));
  for (const key of keys) assert.throws(() => key.reveal(), /destroyed/);
  assert.equal(keyFrom('data', marked, arena).destroyed, false);
});

test('keys of one arena do not share bytes', () => {
  const arena = new KeyArena();
  const keys = Array.from({ length: 300 }, () => generateKey('data', undefined, arena));
  assert.equal(new Set(keys.map((key) => Buffer.from(key.reveal()).toString('hex'))).size, 300);
});
