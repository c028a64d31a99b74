// Signed consent receipts: they verify as they are and in any order of members, with the evidence left out, and in no way changed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateKey } from '../../../crypto/keys.ts';
import { publicKeyOf, signBytes } from '../../../crypto/signing.ts';
import { purposeTable } from '../../core/model/purposes.ts';
import { systemPorts } from '../../core/ports.ts';
import type { LedgerFact } from './ledger.ts';
import { receiptOf } from './receipt.ts';
import { type SignedReceipt, signReceipt, verifyConsentReceipt } from './signed-receipt.ts';

const key = generateKey('signing');
const publicKey = publicKeyOf(key).toString('hex');
const fact: LedgerFact = {
  fact: '5f0c2a9be1d3478a',
  recordId: 42,
  purpose: 'marketing',
  channel: 'sms',
  status: 'given',
  atMs: 1_790_000_000_000,
  source: 'shop',
  evidence: 'call of 3 May',
};
const sign = (given: Partial<LedgerFact> = {}): SignedReceipt =>
  signReceipt(key, systemPorts.random, receiptOf(purposeTable({}, 'CN'), 'p42', { ...fact, ...given }, 1_790_000_000_500));
const flaw = (value: unknown, by = publicKey) => verifyConsentReceipt(value, by).flaw ?? 'none';
type Json = { [name: string]: Json } | Json[] | string | number | boolean | null;
const copy = (receipt: SignedReceipt) => JSON.parse(JSON.stringify(receipt)) as { [name: string]: Json };
const eventOf = (receipt: { [name: string]: Json }) =>
  (receipt.consent_record as { events: { [name: string]: Json }[] }).events[0]!;

test('as it is, printed anew, and with members in another order', () => {
  const receipt = sign();
  assert.equal(flaw(receipt), 'none');
  assert.equal(flaw(receipt, publicKey.toUpperCase()), 'none');
  const turned = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(turned);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, held]) => [name, turned(held)]),
    );
  };
  assert.equal(flaw(turned(copy(receipt))), 'none');
});

test('no member can be changed, added or taken away', () => {
  const receipt = copy(sign({ expiresAtMs: 1_890_000_000_000, policyVersion: '2026-01', language: 'zh-CN' }));
  const places: { path: (string | number)[]; held: Json }[] = [];
  const walk = (value: Json, path: (string | number)[]): void => {
    if (path.length > 0) places.push({ path, held: value });
    if (typeof value !== 'object' || value === null) return;
    for (const [name, held] of Object.entries(value)) walk(held, [...path, Array.isArray(value) ? Number(name) : name]);
  };
  walk(receipt, []);
  const at = (root: Json, path: readonly (string | number)[]): { [name: string]: Json } =>
    path.slice(0, -1).reduce<Json>((held, name) => (held as { [name: string]: Json })[name]!, root) as { [name: string]: Json };
  const mayGo = new Set(['evidence', 'evidence_salt']);
  for (const { path, held } of places) {
    const last = String(path.at(-1));
    const changed = structuredClone(receipt);
    at(changed, path)[last] = typeof held === 'string' ? `${held.slice(0, -1)}${held.endsWith('0') ? '1' : '0'}` : 'another';
    assert.notEqual(flaw(changed), 'none', `changed ${path.join('.')}`);
    const without = structuredClone(receipt);
    const parent = at(without, path);
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
    if (!mayGo.has(last)) assert.notEqual(flaw(without), 'none', `without ${path.join('.')}`);
    if (typeof held !== 'object' || held === null || Array.isArray(held)) continue;
    const more = structuredClone(receipt);
    (at(more, path)[last] as { [name: string]: Json }).more = 1;
    // What one says in an event beside evidence is signed too.
    assert.notEqual(flaw(more), 'none', `more in ${path.join('.')}`);
  }
});

test('evidence may be left out, and not be changed, added or put elsewhere', () => {
  const bare = copy(sign());
  delete eventOf(bare).evidence;
  delete eventOf(bare).evidence_salt;
  assert.equal(flaw(bare), 'none');
  assert.ok(!JSON.stringify(bare).includes('May'));
  const other = copy(sign());
  eventOf(other).evidence = 'call of 4 May';
  assert.equal(flaw(other), 'evidence');
  eventOf(other).evidence_salt = eventOf(copy(sign())).evidence_salt!;
  assert.equal(flaw(other), 'evidence');
  const { evidence: _none, ...silent } = fact;
  const added = copy(signReceipt(key, systemPorts.random, receiptOf(purposeTable({}, 'CN'), 'p42', silent, 1)));
  assert.equal(flaw(added), 'none');
  eventOf(added).evidence = 'call of 3 May';
  eventOf(added).evidence_salt = '00';
  assert.equal(flaw(added), 'evidence');
});

test('another key, a signature for something else, and what is no receipt', () => {
  const receipt = sign();
  assert.equal(flaw(receipt, publicKeyOf(generateKey('signing')).toString('hex')), 'wrong_key');
  const { proof, ...unsigned } = receipt;
  assert.equal(flaw(unsigned), 'unsigned');
  // The same words without the context of receipts.
  const elsewhere = signBytes(key, Buffer.from(JSON.stringify(unsigned))).toString('hex');
  assert.equal(flaw({ ...unsigned, proof: { ...proof, signature: elsewhere } }), 'signature');
  fc.assert(fc.property(fc.jsonValue(), (value) => flaw(value) === 'not_a_receipt'));
  fc.assert(fc.property(fc.jsonValue(), (value) => flaw({ ...receipt, proof: value }) !== 'none'));
});
