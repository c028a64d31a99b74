// Tokens keep the shape and turn back; pseudonyms differ from purpose to purpose.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyFrom } from '../../../crypto/keys.ts';
import { pseudonym, Tokens } from './stand-ins.ts';

const keyOf = (kind: string) => keyFrom('index', Buffer.alloc(32, kind));
const tokens = new Tokens({ indexKey: keyOf });

test('a mobile becomes another mobile, everything else keeps its shape, and all turn back', () => {
  const mobiles = fc.tuple(fc.constantFrom('+861', '861', '1'), fc.stringMatching(/^[3-9]\d{9}$/)).map((parts) => parts.join(''));
  const others = fc.oneof(
    fc.stringMatching(/^\+[2-9]\d{8,13}$/),
    fc.stringMatching(/^\d{4} \d{4} \d{4} \d{4}$/),
    fc.stringMatching(/^[A-Z]{2}\d{6,20}$/),
  );
  fc.assert(
    fc.property(fc.oneof(mobiles, others), (value) => {
      const token = tokens.tokenOf('partner', 'phone', value);
      assert.equal(token.replace(/\d/g, '0'), value.replace(/\d/g, '0'));
      if (/^(\+?86)?1[3-9]\d{9}$/.test(value)) assert.match(token, /^(\+?86)?1[3-9]\d{9}$/);
      assert.equal(tokens.valueOf('partner', 'phone', token), value);
    }),
    { numRuns: 300 },
  );
});

test('each purpose and class has tokens of its own', () => {
  const phone = '+8613812345678';
  const all = [
    tokens.tokenOf('partner', 'phone', phone),
    tokens.tokenOf('research', 'phone', phone),
    tokens.tokenOf('partner', 'device', phone),
  ];
  assert.equal(new Set(all).size, 3);
  assert.throws(() => tokens.tokenOf('partner', 'phone', '12345'), /6 to 64 digits/);
});

test('a pseudonym is stable, says its class, and cannot be joined with that of another purpose', () => {
  const of = (purpose: string, value: string) => pseudonym({ indexKey: keyOf }, purpose, 'phone', value);
  assert.match(of('analytics', '+8613812345678'), /^phone-[0-9a-f]{20}$/);
  assert.equal(of('analytics', '+8613812345678'), of('analytics', '+8613812345678'));
  assert.notEqual(of('analytics', '+8613812345678'), of('profiling', '+8613812345678'));
  assert.notEqual(of('analytics', '+8613812345678'), of('analytics', '+8613812345679'));
});
