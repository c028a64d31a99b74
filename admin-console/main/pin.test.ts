// The pinned key over real TLS: the node's certificate, its renewal, one that ran out, a stranger's under the same name, and what Chromium calls hopeless.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isPinned } from './pin.ts';
import { makeCertificate, type TestCertificates } from './testing-certificate.ts';
import { codeFor, makeWorld, openStandIn } from './testing-world.ts';

let made: TestCertificates;
before(async () => {
  made = await makeCertificate('cdp.example.com');
});

/** What a console says that was enrolled for this key, before a node that answers with a certificate. */
async function meet(cert: string, key: string) {
  const node = await openStandIn({ cert, key });
  const world = makeWorld();
  after(async () => {
    world.close();
    await node.close();
  });
  await world.start();
  await world.electron.ask('console:enrol', { code: codeFor([node.url], made.fingerprint) });
  const { stage, problem } = await world.reach((state) => state.stage !== 'opening' || state.problem !== undefined);
  return { stage, problem, asked: node.asked, node, world };
}

describe('a node with TLS', () => {
  test('its own certificate', async () => {
    const { stage, problem, asked } = await meet(made.pem, made.key);
    assert.deepEqual([stage, problem, asked], ['sign-in', undefined, ['GET /health/live']]);
  });

  test('renewed under the same key, and one of the same key that ran out', async () => {
    for (const cert of [made.renewed, made.expired]) assert.equal((await meet(cert, made.key)).stage, 'sign-in');
  });

  test("a stranger's key under the same name: nothing is asked of it, and the page says why", async () => {
    const { stage, problem, asked, world } = await meet(made.stranger, made.strangerKey);
    assert.deepEqual([stage, problem], ['opening', 'other_key']);
    assert.deepEqual(asked, [], 'not a byte was sent');
    await world.electron.ask('console:sign-in');
    assert.deepEqual(world.electron.opened, [], 'and no browser is sent there');
  });

  test('a key that changes later: what was signed in is not sent to it', async () => {
    const { node, world } = await meet(made.pem, made.key);
    const { url } = node;
    world.electron.browser = async (to) => {
      const asked = new URL(to).searchParams;
      node.codes.set('hd_1', asked.get('challenge')!);
      await fetch(
        `http://127.0.0.1:${asked.get('port')}/callback?${new URLSearchParams({ code: 'hd_1', state: asked.get('state')! })}`,
      );
    };
    await world.electron.ask('console:sign-in');
    await world.electron.until(() => world.electron.window.webContents.getURL() === `${url}/console/`);
    (node.server as unknown as { setSecureContext(of: object): void }).setSecureContext({
      cert: made.stranger,
      key: made.strangerKey,
    });
    node.server.closeAllConnections();
    node.asked.length = 0;
    const menu = world.electron.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    (menu.find(({ label }) => label === 'Load Again')!.click as () => void)();
    const { problem } = await world.reach((state) => state.problem !== undefined);
    assert.equal(problem, 'other_key');
    assert.deepEqual(node.asked, []);
  });
});

test('what is believed, and what never', () => {
  const enrolment = {
    code: '',
    addresses: ['https://cdp.example.com', 'https://[::1]:8443'],
    pin: made.fingerprint.slice(0, 32),
  };
  const of = (hostname: string, data: string, errorCode = 0) =>
    isPinned({ hostname, certificate: { data }, errorCode }, enrolment);
  for (const code of [0, -200, -201, -202]) assert.equal(of('cdp.example.com', made.pem, code), true, String(code));
  assert.equal(of('::1', made.pem), true);
  // A public authority's word changes nothing.
  assert.equal(of('cdp.example.com', made.stranger, 0), false);
  assert.equal(of('evil.example', made.pem, 0), false, 'the right key at another name');
  for (const hopeless of [-206, -207, -208, -211])
    assert.equal(of('cdp.example.com', made.pem, hopeless), false, String(hopeless));
  assert.equal(of('cdp.example.com', 'no certificate'), false);
  assert.equal(
    isPinned({ hostname: '127.0.0.1', certificate: { data: made.pem }, errorCode: 0 }, { ...enrolment, pin: undefined }),
    false,
    'no TLS is expected',
  );
  assert.equal(isPinned({ hostname: 'cdp.example.com', certificate: { data: made.pem }, errorCode: 0 }, undefined), false);
});
