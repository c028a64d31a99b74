// The cookie, in a real browser: Chromium takes and sends it on plain http on loopback, keeps it from scripts, and sends nothing of it with
// what another site does.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openBrowser } from './record/events/clients/browser-clients.ts';
import { browserTest } from './record/events/clients/browser-suite.ts';
import { goodPassword, openPeopleNode } from './testing-access.ts';

browserTest('Chromium signs in, is known, and lends its cookie to no other site', async (t) => {
  const world = await openPeopleNode();
  t.after(() => world.node.close());
  await world.invite('li.hua', ['agent']);
  const url = await world.node.listen();
  const browser = await openBrowser();
  t.after(() => browser.close());
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/docs`);
  const ask = (method: string, path: string, body?: object) =>
    page.evaluate(
      async ([how, where, sent]) => {
        const headers = { 'x-holdfast': '1', ...(sent && { 'content-type': 'application/json' }) };
        const answer = await fetch(String(where), {
          method: String(how),
          headers,
          ...(sent ? { body: JSON.stringify(sent) } : {}),
        });
        return { status: answer.status, body: (await answer.json()) as { actor?: string; error?: { code: string } } };
      },
      [method, path, body] as const,
    );
  assert.equal((await ask('GET', '/api/session')).status, 401);
  assert.equal((await ask('POST', '/api/session', { login: 'li.hua', password: goodPassword })).status, 200);
  assert.match(String((await ask('GET', '/api/session')).body.actor), /^person \d+$/);
  assert.equal((await ask('POST', '/api/session/step-up', { password: goodPassword })).status, 200, 'a change, with its Origin');
  assert.equal(await page.evaluate('document.cookie'), '', 'scripts do not see it');

  // Another site: the same machine under another name. It posts a form, and scripts ask with credentials.
  const other = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<form id="f" method="post" enctype="text/plain" action="${url}/api/session/step-up"><input name="a" value="b"></form>`,
    );
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  for (const [name, hosts] of [
    ['another site', `http://localhost:${port}`],
    ['another port of the same site', `http://127.0.0.1:${port}`],
  ] as const) {
    const form = await context.newPage();
    await form.goto(hosts);
    const [posted] = await Promise.all([
      form.waitForResponse((response) => response.url().endsWith('/api/session/step-up')),
      form.evaluate("document.getElementById('f').submit()"),
    ]);
    assert.ok([401, 403].includes(posted.status()), `${name}: a form gets ${posted.status()}`);
    const evil = await context.newPage();
    await evil.goto(hosts);
    const read = await evil.evaluate(
      (address) =>
        fetch(address, { credentials: 'include' })
          .then((answer) => answer.text())
          .catch(() => 'refused'),
      `${url}/api/session`,
    );
    assert.equal(read, 'refused', `${name}: a script reads nothing`);
    const changed = await evil.evaluate(
      (address) =>
        fetch(address, { method: 'DELETE', credentials: 'include', headers: { 'x-holdfast': '1' } })
          .then((answer) => answer.status)
          .catch(() => 'refused'),
      `${url}/api/session`,
    );
    assert.equal(changed, 'refused', `${name}: a script changes nothing`);
  }
  assert.equal((await ask('GET', '/api/session')).status, 200, 'still signed in');
  assert.equal((await ask('DELETE', '/api/session')).status, 200);
  assert.equal((await ask('GET', '/api/session')).status, 401);
});
