// Access on PostgreSQL: the same people, sessions, links and counts, over a restart.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTestPostgres } from './core/store/postgres/test-server.ts';
import { goodPassword, openPeopleNode, signIn } from './testing-access.ts';

test('PostgreSQL: an invitation, a second factor, sessions, counts and a reset, over a restart', async () => {
  const server = await startTestPostgres();
  after(() => server.stop());
  const world = await openPeopleNode({ store: await server.createDatabase() });
  after(() => world.node.close());
  const { person, browser } = await world.invite('li.hua', ['compliance']);
  const { app, recoveryCodes } = await world.enrol(browser);
  const guesser = world.browser('198.51.100.1');
  for (let guess = 0; guess < 5; guess += 1) await signIn(guesser, 'li.hua', `guess number ${guess} of many`);
  await world.node.restart();
  assert.equal((await browser.ask('GET', '/api/session')).body.state, 'signed_in');
  assert.equal((await signIn(guesser, 'li.hua')).code, 'too_many_attempts');
  assert.equal((await signIn(browser, 'li.hua')).body.state, 'second_factor_wanted');
  const [code] = [app.code()];
  assert.equal((await browser.ask('POST', '/api/session/second-factor', { code })).status, 200);
  world.pass(1_000);
  await signIn(browser, 'li.hua');
  assert.equal((await browser.ask('POST', '/api/session/second-factor', { code })).code, 'sign_in_failed');
  assert.equal((await browser.ask('POST', '/api/session/second-factor', { recoveryCode: recoveryCodes[0]! })).status, 200);
  const { token } = (await world.node.ask<{ token: string }>('POST', `/api/people/${person.id}/reset`, { lostPhone: true })).body;
  await world.node.restart();
  assert.equal((await browser.ask('GET', '/api/session')).status, 401);
  const reset = await world.browser().ask('POST', '/api/session/link', { link: token, password: `${goodPassword}, again` });
  assert.equal(reset.body.state, 'enrolment_wanted');
  const again = await world.browser().ask('POST', '/api/session/link', { link: token, password: goodPassword });
  assert.equal(again.code, 'link_invalid');
});
