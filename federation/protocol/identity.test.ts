import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase32, toBase32 } from '../../crypto/base32.ts';
import { canonicalJson } from '../../crypto/canonical-json.ts';
import { describeMember, descriptorHash, fingerprintOf, fingerprintOfHash, readDescriptor } from './identity.ts';
import { checkFounder, newInvitation, readInvitation, requestToJoin, takeJoinRequest } from './invitation.ts';
import { fromBase64, parseCanonical, signValue } from './signed.ts';
import { federationId, seededRandom, startMs, TestLog, type TestMember, testMember } from './testing.ts';
import { type ProtocolCode, ProtocolFault, protocolWords } from './words.ts';

const coded = (code: ProtocolCode) => (error: unknown) => error instanceof ProtocolFault && error.code === code;
const founder = testMember(federationId, 'founder');
const member = testMember(federationId, 'member');

test('every code has words in both languages', () => {
  for (const [code, { message, next }] of Object.entries(protocolWords)) {
    for (const { en, zh } of [message, next]) {
      assert.match(en, /^[\x20-\x7e]{10,}\.$/, code);
      assert.match(zh, /[\u4e00-\u9fff].*。$/, code);
    }
  }
});

test('canonical encoding is stable: whatever the order of members, one text; and no other text is read', () => {
  const descriptor = member.descriptor.descriptor;
  const shuffled = Object.fromEntries(Object.entries(descriptor).reverse());
  assert.equal(canonicalJson(shuffled), canonicalJson(descriptor));
  // Pinned: a change of the encoding would break every signature that was ever made.
  assert.equal(fingerprintOf(descriptor), '34227 06856 79562 05649 69242 76050 76952 87652');
  assert.equal(canonicalJson({ b: [1, 'é', null, { z: 1, a: -0 }], a: 1e21 }), '{"a":1e+21,"b":[1,"é",null,{"a":0,"z":1}]}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(parseCanonical('x', text)), text);
      assert.throws(() => parseCanonical('x', ` ${text}`), coded('not_canonical'));
    }),
  );
  assert.throws(() => parseCanonical('x', '{"a":1,"a":1}'), coded('not_canonical'));
  assert.throws(() => parseCanonical('x', '['.repeat(100_000)), coded('malformed'));
});

test('base64url has one spelling for the same bytes', () => {
  assert.ok(fromBase64('AA', 1));
  assert.equal(fromBase64('AB', 1), undefined);
  assert.equal(fromBase64('AA=', 1), undefined);
});

test('a description opens by its own signature alone, and any change is found', () => {
  assert.deepEqual(readDescriptor(JSON.parse(JSON.stringify(member.descriptor))), member.descriptor);
  const text = canonicalJson(member.descriptor);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0aZ"}é'), (at, sign) => {
      const changed = text.slice(0, at) + sign + text.slice(at + 1);
      if (changed !== text) assert.throws(() => readDescriptor(parseCanonical('descriptor', changed)), ProtocolFault);
    }),
    { numRuns: 300 },
  );
});

test('a name that hides signs is refused', () => {
  for (const en of ['', ' ', 'Bank\u202eknaB', 'Ba\u200bnk', 'a\nb']) {
    const { signingKey: _key, v: _v, ...rest } = member.descriptor.descriptor;
    const fields = { ...rest, name: { en, zh: '' }, wrapKey: seededRandom('w').bytes(1216) };
    assert.throws(() => describeMember(member.key, fields), coded('name_unreadable'), JSON.stringify(en));
  }
});

test('the fingerprint: eight groups of five digits, of all the description', () => {
  const { descriptor } = member.descriptor;
  assert.match(fingerprintOf(descriptor), /^(\d{5} ){7}\d{5}$/);
  assert.notEqual(fingerprintOf({ ...descriptor, version: 2 }), fingerprintOf(descriptor));
  assert.equal(fingerprintOfHash(`${'0'.repeat(63)}f`), `${'00000 '.repeat(7)}00015`);
  assert.equal(
    fingerprintOfHash('f'.repeat(64)).replaceAll(' ', ''),
    ((2n ** 256n - 1n) % 10n ** 40n).toString().padStart(40, '0'),
  );
});

const fields = {
  federation: federationId,
  address: 'federation.example.org:7443',
  founder: descriptorHash(founder.descriptor.descriptor),
  expiresAtMs: startMs + 1000,
};

test('an invitation: what was written is read, in small letters and with spaces too', () => {
  const { code } = newInvitation(seededRandom('i'), fields);
  const { secret, ...read } = readInvitation(code);
  assert.deepEqual(read, fields);
  assert.equal(secret.length, 16);
  assert.deepEqual(readInvitation(` ${code.toLowerCase().replaceAll('-', ' ')}\n`), readInvitation(code));
  const membership = new TestLog(founder).fold();
  checkFounder(readInvitation(code), membership);
  assert.throws(() => checkFounder(readInvitation(code), new TestLog(member).fold()), coded('founder_differs'));
  assert.throws(() => checkFounder(readInvitation(code), { ...membership, federation: 'x' }), coded('founder_differs'));
});

test('typing errors: each wrong sign, each swap of neighbours, each lost or doubled sign is found', () => {
  const { code } = newInvitation(seededRandom('i'), fields);
  const signs = code.replaceAll('-', '');
  const refused = (text: string) => {
    if (text !== signs) assert.throws(() => readInvitation(text), coded('invitation_unreadable'), text);
  };
  for (let at = 0; at < signs.length; at += 1) {
    const [before, after] = [signs.slice(0, at), signs.slice(at + 1)];
    for (const sign of '0123456789ABCDEFGHJKMNPQRSTVWXYZ') refused(before + sign + after);
    refused(before + after);
    refused(before + signs[at] + signs[at] + after);
    if (at + 1 < signs.length) refused(before + signs[at + 1] + signs[at] + signs.slice(at + 2));
  }
  for (const text of ['', 'x', 'A'.repeat(5000)]) refused(text);
});

test('a request to join: once, in time, from who has the code; what is kept makes none', () => {
  const { code, kept } = newInvitation(seededRandom('i'), fields);
  const invitation = readInvitation(code);
  const ask = (by: TestMember, atMs = startMs) => requestToJoin(invitation, by.key, by.descriptor, `request of ${by.id}`, atMs);
  const request = ask(member);
  const first = takeJoinRequest(kept, JSON.parse(JSON.stringify(request)), startMs);
  assert.deepEqual(first.descriptor, member.descriptor);
  assert.equal(first.leafRequest, `request of ${member.id}`);
  assert.deepEqual(takeJoinRequest(first.kept, request, startMs), first);
  const other = testMember(federationId, 'other');
  assert.throws(() => takeJoinRequest(first.kept, ask(other), startMs), coded('invitation_used'));
  assert.throws(() => takeJoinRequest(kept, request, startMs + 1000), coded('invitation_expired'));
  assert.throws(() => ask(member, startMs + 1000), coded('invitation_expired'));
  assert.throws(() => takeJoinRequest(kept, { ...request, descriptor: other.descriptor }, startMs), coded('invitation_wrong'));
  assert.throws(() => takeJoinRequest(kept, { ...request, leafRequest: 'x' }, startMs), coded('invitation_wrong'));
  assert.throws(() => takeJoinRequest({ ...kept, id: 'a'.repeat(64) }, request, startMs), coded('invitation_wrong'));
  assert.throws(() => takeJoinRequest({ ...kept, federation: 'ab'.repeat(16) }, request, startMs), coded('federation_other'));
  assert.throws(() => takeJoinRequest(kept, { ...request, more: 1 }, startMs), coded('malformed'));
  // Who has the code and another's description, which is no secret, gets no certificate in its name.
  const thief = requestToJoin(invitation, other.key, member.descriptor, 'request of the thief', startMs);
  assert.throws(() => takeJoinRequest(kept, thief, startMs), coded('signature_wrong'));
  const elsewhere = testMember('ab'.repeat(16), 'x');
  assert.throws(() => ask(elsewhere), coded('federation_other'));
  const { secret } = invitation;
  for (const spelling of ['hex', 'base64url'] as const) {
    assert.ok(!JSON.stringify(kept).includes(Buffer.from(secret).toString(spelling)));
  }
});

test('an invitation of a later form is not taken for this one, and an address has to be one', () => {
  const { code } = newInvitation(seededRandom('i'), fields);
  const bytes = Buffer.from(fromBase32(code) ?? []);
  const body = Buffer.concat([Buffer.of(2), bytes.subarray(1, -5)]);
  const check = createHash('sha256').update('holdfast invitation check 1\n').update(body).digest().subarray(0, 5);
  assert.throws(() => readInvitation(toBase32(Buffer.concat([body, check]))), coded('version_newer'));
  for (const address of ['', 'a b', 'é', 'a'.repeat(201)]) {
    assert.throws(() => newInvitation(seededRandom('i'), { ...fields, address }), coded('malformed'));
  }
});

test('a key in a second spelling is refused, though its owner signed it', () => {
  const { descriptor } = member.descriptor;
  // 1216 bytes leave two spare bits in the last sign.
  const spelled = { ...descriptor, wrapKey: descriptor.wrapKey.slice(0, -1) + nextSign(descriptor.wrapKey.at(-1) ?? '') };
  const signature = signValue(member.key, 'holdfast federation descriptor 1', spelled);
  assert.throws(() => readDescriptor({ descriptor: spelled, signature }), coded('malformed'));
  const other = { ...descriptor, signingKey: descriptor.signingKey.slice(0, -1) + nextSign(descriptor.signingKey.at(-1) ?? '') };
  assert.throws(() => readDescriptor({ descriptor: other, signature }), coded('malformed'));
});

function nextSign(sign: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(sign) + 1] ?? '';
}
