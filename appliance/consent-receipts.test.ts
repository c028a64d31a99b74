// A signed receipt over the API: whoever is shown less than everything gets one that verifies all the same, without what they are not shown.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal } from './core/model/principal.ts';
import { type SignedReceipt, verifyConsentReceipt } from './record/consent/consent.ts';
import { openTestNode } from './testing.ts';

test('the receipt of a compliance officer verifies, and names no evidence', async () => {
  const officer: Principal = { actor: 'person 5', kind: 'person', id: 5, roles: ['compliance'] };
  const node = await openTestNode({ signedIn: (name) => (name === 'chen' ? officer : undefined) });
  try {
    await node.send([{ type: 'identify', userId: 'u-1', traits: { email: 'u1@example.com' } }]);
    const { id } = (await node.find('u-1'))[0]!;
    const evidence = '王小明来电 13800138000';
    const told = { purpose: 'marketing', status: 'given', evidence };
    const { body } = await node.ask<{ facts: { fact: string }[] }>('POST', `/api/profiles/${id}/consents`, told);
    const url = `/api/profiles/${id}/consents/${body.facts[0]!.fact}/receipt`;
    const { publicKey } = await node.app.node().audit.head();
    const whole = (await node.ask<SignedReceipt>('GET', url)).body;
    assert.ok(verifyConsentReceipt(whole, publicKey).ok && JSON.stringify(whole).includes(evidence));
    const shown = await node.app.http.inject({ url, headers: { 'x-test-person': 'chen' } });
    assert.equal(shown.statusCode, 200);
    assert.deepEqual(verifyConsentReceipt(shown.json(), publicKey).flaw, undefined);
    for (const word of ['王小明', '1380013', 'evidence"', 'evidence_salt']) assert.ok(!shown.body.includes(word), word);
    // A receipt holds the number of the customer and nothing else of them.
    assert.ok(!JSON.stringify(whole).includes('u-1') && !JSON.stringify(whole).includes('example.com'));
  } finally {
    await node.close();
  }
});
