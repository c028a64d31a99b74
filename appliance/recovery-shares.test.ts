// Recovery shares over HTTP: only for who knows the passphrase, shown once, and good only once enough of them were typed back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareLimits } from './recovery-shares.ts';
import { testPassphrase } from './testing.ts';
import { openPeopleNode } from './testing-access.ts';

type Made = { shares: string[]; untilMs: number };
type State = {
  sealed: boolean;
  shares?: { needed: number; of: number };
  waiting?: { needed: number; of: number; untilMs: number };
};

test('shares count once enough of them were typed back, and then open the node in place of those before', async (t) => {
  const { node, audit } = await openPeopleNode();
  t.after(() => node.close());
  const state = async () => (await node.ask<State>('GET', '/api/seal')).body;
  const make = (passphrase: string, needed: number, of: number) =>
    node.ask<Made>('POST', '/api/keys/shares', { passphrase, needed, of });
  const confirm = (shares: string[]) =>
    node.ask<{ error: { code: string; where?: string } }>('POST', '/api/keys/shares/confirm', { shares });

  assert.deepEqual(await state(), { sealed: false });
  assert.equal((await make('another passphrase', 2, 3)).status, 403);
  assert.equal((await make(testPassphrase, 3, 2)).status, 400);
  assert.equal((await confirm(['HF-1-AAAA'])).status, 409);

  const first = (await make(testPassphrase, 2, 3)).body.shares;
  assert.equal(first.length, 3);
  assert.deepEqual((await state()).shares, undefined);
  assert.deepEqual([(await state()).waiting!.needed, (await state()).waiting!.of], [2, 3]);
  const one = await confirm([first[0]!]);
  assert.equal(one.body.error.code, 'wrong_passphrase');
  assert.match(one.body.error.where!, /at least 2/);
  assert.match(
    (await confirm([first[0]!, first[1]!.replace(/.$/, (last) => (last === '0' ? '1' : '0'))])).body.error.where!,
    /typing error/,
  );
  assert.equal((await state()).shares, undefined);
  assert.equal((await confirm([first[2]!, first[0]!])).status, 200);
  assert.deepEqual(await state(), { sealed: false, shares: { needed: 2, of: 3 } });

  // Others that nobody typed back take nothing away.
  const second = (await make(testPassphrase, 2, 2)).body.shares;
  await node.app.seal();
  assert.equal((await node.ask('POST', '/api/unseal', { shares: second })).status, 403);
  assert.equal((await node.ask('POST', '/api/unseal', { shares: first.slice(1) })).status, 200);
  assert.equal((await confirm(second)).status, 200);
  await node.app.seal();
  assert.equal((await node.ask('POST', '/api/unseal', { shares: first.slice(1) })).status, 403);
  assert.equal((await node.ask('POST', '/api/unseal', { shares: second })).status, 200);
  assert.ok((await audit('keys.shares')).some(({ outcome }) => outcome === 'done'));
  assert.ok((await audit('keys.shares.confirm')).some(({ outcome }) => outcome === 'done'));
});

test('shares that nobody types back in time are forgotten', async (t) => {
  const { node, pass } = await openPeopleNode();
  t.after(() => node.close());
  const { body } = await node.ask<Made>('POST', '/api/keys/shares', { passphrase: testPassphrase, needed: 2, of: 2 });
  pass(shareLimits.waitMs);
  assert.equal((await node.ask('POST', '/api/keys/shares/confirm', { shares: body.shares })).status, 409);
  assert.deepEqual((await node.ask<State>('GET', '/api/seal')).body, { sealed: false });
});

test('only administrators make shares, after a second look', async (t) => {
  const { node, invite, enrol, pass } = await openPeopleNode();
  t.after(() => node.close());
  const wanted = { passphrase: testPassphrase, needed: 2, of: 3 };
  const { browser: officer } = await invite('officer', ['compliance']);
  await enrol(officer);
  assert.equal((await officer.ask('POST', '/api/keys/shares', wanted)).code, 'forbidden');
  const { browser } = await invite('admin', ['administrator']);
  const { app } = await enrol(browser);
  // What was proven when the app was set up is over by now.
  pass(6 * 60_000);
  assert.equal((await browser.ask('POST', '/api/keys/shares', wanted)).code, 'step_up_needed');
  assert.equal((await browser.ask('POST', '/api/session/step-up', { code: app.code() })).status, 200);
  assert.equal((await browser.ask('POST', '/api/keys/shares', wanted)).status, 200);
});
