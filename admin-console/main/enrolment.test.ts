// Enrolment codes: every slip of one sign and of two that changed places is found, and what no node writes is not read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readEnrolment } from './enrolment.ts';
import { codeFor, sealCode } from './testing-world.ts';

const fingerprint = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const pinned = codeFor(['https://127.0.0.1:8443', 'https://127.0.0.1:9443'], fingerprint);
const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

test('addresses and the first half of the fingerprint, however it is typed', () => {
  const wanted = { code: pinned, addresses: ['https://127.0.0.1:8443', 'https://127.0.0.1:9443'], pin: fingerprint.slice(0, 32) };
  const shouted = pinned.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  const wide = [...pinned].map((sign) => (sign === '-' ? '－' : String.fromCharCode(sign.charCodeAt(0) + 0xfee0))).join('');
  for (const typed of [pinned, pinned.replaceAll('-', ''), ` ${shouted}\n`, wide]) assert.deepEqual(readEnrolment(typed), wanted);
});

test('every wrong sign, every two that changed places, and every sign that is missing is found', () => {
  const plain = pinned.replaceAll('-', '');
  for (let at = 0; at < plain.length; at += 1) {
    for (const sign of signs)
      if (sign !== plain[at])
        assert.equal(readEnrolment(plain.slice(0, at) + sign + plain.slice(at + 1)), 'code_mistyped', `${at} ${sign}`);
    const swapped = plain.slice(0, at) + (plain[at + 1] ?? '') + plain[at] + plain.slice(at + 2);
    if (swapped !== plain) assert.equal(readEnrolment(swapped), 'code_mistyped', `${at} swapped`);
    assert.equal(readEnrolment(plain.slice(0, at) + plain.slice(at + 1)), 'code_mistyped', `${at} missing`);
  }
});

test('without a key, this machine alone is believed, also when the check fits', () => {
  assert.deepEqual(readEnrolment(codeFor(['http://127.0.0.1:7700'])), {
    code: codeFor(['http://127.0.0.1:7700']),
    addresses: ['http://127.0.0.1:7700'],
    pin: undefined,
  });
  const elsewhere = Buffer.of(0x10, 4, 30, 20, 10, 1, 2, 3);
  assert.equal(readEnrolment(sealCode(elsewhere)), 'code_newer');
});

test('of a later kind, or with more than there should be', () => {
  for (const said of [
    Buffer.of(0x20, 4, 30, 20, 127, 0, 0, 1),
    Buffer.of(0x14, 4, 30, 20, 127, 0, 0, 1),
    Buffer.of(0x10, 4, 30, 20, 127, 0, 0, 1, 0),
    Buffer.of(0x10, 12, 30, 20, 127, 0, 0, 1),
    Buffer.of(0x11, 4, 30, 20, 127, 0, 0, 1),
    Buffer.of(0x18, 4, 30, 20, 127, 0, 0, 1),
    // A name that is none, and one that would lead elsewhere than it says.
    Buffer.concat([Buffer.of(0x18), Buffer.alloc(16), Buffer.of(2, 3), Buffer.from('a/b')]),
    Buffer.concat([Buffer.of(0x18), Buffer.alloc(16), Buffer.of(2, 7), Buffer.from('a@b.com')]),
    Buffer.concat([Buffer.of(0x18), Buffer.alloc(16), Buffer.of(2, 0)]),
  ])
    assert.equal(readEnrolment(sealCode(said)), 'code_newer', said.toString('hex'));
});

test('whatever is typed, it is read or refused, and never thrown at', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ maxLength: 80 }).map((bytes) => sealCode(Buffer.from(bytes))),
      ),
      (text) => {
        const read = readEnrolment(text);
        if (typeof read === 'string') return;
        for (const origin of read.addresses) assert.equal(new URL(origin).origin, origin);
        assert.ok(read.pin !== undefined || read.addresses.every((origin) => origin.startsWith('http://')));
      },
    ),
    { numRuns: 500 },
  );
});
