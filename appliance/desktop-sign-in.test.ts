// The desktop console let in from a browser, as attacks: codes that were used, caught on the way, came too late, or whose owner is gone since;
// and the enrolment code, for nodes with and without TLS.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeCertificate } from '../admin-console/main/testing-certificate.ts';
import { desktopLimits } from './core/access/desktop.ts';
import { sessionLimits } from './core/access/sessions.ts';
import { testPassphrase } from './testing.ts';
import { type App, type Browser, goodPassword, openPeopleNode, type PeopleNode } from './testing-access.ts';

let world: PeopleNode;
before(async () => {
  world = await openPeopleNode();
});
after(() => world?.node.close());

let logins = 0;
type Seat = { browser: Browser; id: number; app: App };
/** Somebody signed in, with a second factor, who has just proven it. */
async function seat(): Promise<Seat> {
  logins += 1;
  const { browser, person } = await world.invite(`desk.${logins}`, ['supervisor']);
  const { app } = await world.enrol(browser);
  assert.equal((await browser.ask('POST', '/api/session/step-up', { code: app.code() })).status, 200);
  return { browser, id: person.id, app };
}
function pair() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}
const offer = (browser: Browser, challenge: string) => browser.ask('POST', '/api/session/desktop', { challenge });
async function codeFor({ browser }: Seat, challenge: string): Promise<string> {
  const { status, body } = await offer(browser, challenge);
  assert.equal(status, 200, JSON.stringify(body));
  return String(body.code);
}
/** As the program asks: no cookie, no page. */
const exchange = (code: string, verifier: string) =>
  world.browser().askBare('POST', '/api/session/desktop/exchange', { code, verifier }, { 'user-agent': 'Holdfast desktop' });

test('a code and its secret become a session of the same person, listed as the desktop console', async () => {
  const mine = await seat();
  const { verifier, challenge } = pair();
  const got = await exchange(await codeFor(mine, challenge), verifier);
  assert.equal(got.status, 200);
  assert.equal(got.headers['set-cookie'], undefined);
  assert.equal(got.body.state, 'signed_in', 'the second factor was given in the browser');
  const token = String(got.body.token);
  const authorization = `Bearer ${token}`;
  const own = await world.browser().askBare('GET', '/api/session', undefined, { authorization });
  assert.equal((own.body.person as { id: number }).id, mine.id);
  // What is dangerous wants a proof of its own there.
  const weakening = await world.browser().askBare('POST', '/api/people/me/recovery-codes', undefined, { authorization });
  assert.equal(weakening.code, 'step_up_needed');
  const { body } = await mine.browser.ask('GET', '/api/people/me/sessions');
  const sessions = body.sessions as { id: number; desktop?: boolean; agent?: string; current: boolean }[];
  assert.deepEqual(sessions.map(({ desktop, current }) => [desktop === true, current]).sort(), [
    [false, true],
    [true, false],
  ]);
  const desktop = sessions.find((one) => one.desktop)!;
  assert.equal(desktop.agent, 'Holdfast desktop');
  // Its owner ends it from the browser, and the browser's own session is not touched.
  assert.equal((await mine.browser.ask('DELETE', `/api/people/me/sessions/${desktop.id}`)).status, 200);
  assert.equal((await world.browser().askBare('GET', '/api/session', undefined, { authorization })).status, 401);
  assert.equal((await mine.browser.ask('GET', '/api/session')).status, 200);
  const entries = await world.audit('session.desktop');
  assert.deepEqual(
    entries.slice(-2).map(({ outcome, actor, target }) => [outcome, actor, target]),
    [
      ['attempted', entries.at(-2)!.actor, entries.at(-2)!.target],
      ['done', `person ${mine.id}`, `person ${mine.id}`],
    ],
  );
  assert.equal((await world.audit('session.desktop-offer')).at(-1)?.actor, `person ${mine.id}`);
});

describe('refused', () => {
  const refused = async (why: string, code: string, verifier: string) => {
    const answer = await exchange(code, verifier);
    assert.deepEqual([answer.status, answer.code], [410, 'desktop_code_invalid'], why);
    assert.equal(answer.body.token, undefined, why);
  };

  test('a code that was used, even with the right secret', async () => {
    const { verifier, challenge } = pair();
    const code = await codeFor(await seat(), challenge);
    assert.equal((await exchange(code, verifier)).status, 200);
    await refused('replayed', code, verifier);
  });

  test('a code that was caught: another secret gets nothing and uses it up', async () => {
    const { verifier, challenge } = pair();
    const code = await codeFor(await seat(), challenge);
    await refused("the thief's secret", code, pair().verifier);
    await refused('the owner, who learns of it', code, verifier);
  });

  test('two at once with one code: one session', async () => {
    const mine = await seat();
    const { verifier, challenge } = pair();
    const code = await codeFor(mine, challenge);
    const answers = await Promise.all([exchange(code, verifier), exchange(code, verifier)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 410]);
  });

  test('after a minute', async () => {
    const { verifier, challenge } = pair();
    const code = await codeFor(await seat(), challenge);
    world.pass(desktopLimits.codeMs);
    await refused('late', code, verifier);
  });

  test('of somebody who was disabled, signed out everywhere, or whose roles changed meanwhile', async () => {
    const [disabled, out, changed] = [await seat(), await seat(), await seat()];
    const { verifier, challenge } = pair();
    const codes = [await codeFor(disabled, challenge), await codeFor(out, challenge), await codeFor(changed, challenge)];
    assert.equal((await world.node.ask('POST', `/api/people/${disabled.id}/disable`)).status, 200);
    assert.equal((await out.browser.ask('DELETE', '/api/session?everywhere=true')).status, 200);
    assert.equal((await world.node.ask('PUT', `/api/people/${changed.id}/roles`, { roles: ['agent'] })).status, 200);
    for (const code of codes) await refused('no session to lend from', code, verifier);
  });

  test('a fourth code: the first of three that wait stops counting', async () => {
    const mine = await seat();
    const { verifier, challenge } = pair();
    const codes: string[] = [];
    for (let at = 0; at <= desktopLimits.perPerson; at += 1) codes.push(await codeFor(mine, challenge));
    await refused('the oldest', codes[0]!, verifier);
    assert.equal((await exchange(codes[1]!, verifier)).status, 200);
  });

  test('what is no code, no secret, or no challenge', async () => {
    await refused('made up', `hd_${'a'.repeat(43)}`, pair().verifier);
    await refused('a token of another kind', `hs_${'a'.repeat(43)}`, pair().verifier);
    assert.equal((await exchange('x', 'short')).status, 400);
    const { browser } = await seat();
    // A challenge that is its own secret (the "plain" method) is not known here.
    assert.equal((await offer(browser, 'plain')).status, 400);
  });

  test('a session that was not proven just now, one without its second factor, the operator, and nobody', async () => {
    const { browser } = await seat();
    world.pass(sessionLimits.stepUpMs);
    const { challenge } = pair();
    assert.equal((await offer(browser, challenge)).code, 'step_up_needed');
    const { browser: administrator } = await world.invite('desk.admin', ['administrator']);
    assert.equal((await administrator.ask('POST', '/api/session/step-up', { password: goodPassword })).status, 200);
    assert.equal((await offer(administrator, challenge)).code, 'second_factor_needed');
    assert.equal((await world.node.ask('POST', '/api/session/desktop', { challenge })).status, 403);
    assert.equal((await offer(world.browser(), challenge)).status, 401);
  });

  test('a page of another site, for either step', async () => {
    const mine = await seat();
    const { verifier, challenge } = pair();
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'x-holdfast': '1' };
    const offered = await mine.browser.askBare('POST', '/api/session/desktop', { challenge }, evil);
    assert.equal(offered.code, 'cross_site');
    const code = await codeFor(mine, challenge);
    const taken = await world.browser().askBare('POST', '/api/session/desktop/exchange', { code, verifier }, evil);
    assert.equal(taken.code, 'cross_site');
    assert.equal((await exchange(code, verifier)).status, 200, 'and the code is good still');
  });

  test('whoever guesses from elsewhere waits, and the log is not filled', async () => {
    const guess = () =>
      world
        .browser('203.0.113.77')
        .askBare('POST', '/api/session/desktop/exchange', { code: `hd_${'g'.repeat(43)}`, verifier: pair().verifier }, {});
    let answer = await guess();
    for (let tries = 0; tries < 30 && answer.status !== 429; tries += 1) answer = await guess();
    assert.equal(answer.code, 'too_many_attempts');
    const logged = (await world.audit('session.desktop')).length;
    assert.equal((await guess()).status, 429);
    assert.equal((await world.audit('session.desktop')).length, logged);
  });

  test('a sealed node; and opening it again brings no code back', async () => {
    const { verifier, challenge } = pair();
    const code = await codeFor(await seat(), challenge);
    await world.node.app.seal();
    assert.equal((await exchange(code, verifier)).code, 'sealed');
    await world.node.app.unseal({ passphrase: testPassphrase });
    await refused('forgotten', code, verifier);
  });
});

describe('the enrolment code', () => {
  type Enrolment = { code: string; addresses: string[]; plain: boolean; fingerprint?: string };
  const enrol = (body: object = {}) => world.node.ask<Enrolment>('POST', '/api/console/enrolment', body);

  test('plain HTTP is for this machine, and says so', async () => {
    const { status, body } = await enrol({ addresses: ['http://127.0.0.1:7700'] });
    assert.equal(status, 200);
    assert.deepEqual([body.plain, body.fingerprint, body.addresses], [true, undefined, ['http://127.0.0.1:7700']]);
    assert.match(body.code, /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{1,5})+$/);
    assert.ok(body.code.length < 30, body.code);
    for (const address of ['http://cdp.example.com', 'http://10.1.2.3:7700'])
      assert.equal((await enrol({ addresses: [address] })).status, 400, address);
  });

  test('TLS wants the certificate; the code holds the key, so a renewal with the same key gives the same code', async () => {
    const { pem, renewed, stranger, fingerprint } = await makeCertificate('cdp.example.com');
    const addresses = ['https://cdp.example.com'];
    const { status, body } = await enrol({ addresses, certificate: pem });
    assert.equal(status, 200);
    assert.equal(body.fingerprint, fingerprint);
    assert.equal((await enrol({ addresses, certificate: renewed })).body.code, body.code);
    assert.notEqual((await enrol({ addresses, certificate: stranger })).body.code, body.code);
    assert.ok(body.code.length < 75, body.code);
    const without = await world.node.ask<{ error: { code: string } }>('POST', '/api/console/enrolment', { addresses });
    assert.equal(without.status, 409);
    assert.equal((await enrol({ addresses, certificate: 'no certificate' })).status, 400);
    assert.equal((await enrol({ addresses: [...addresses, 'http://127.0.0.1'], certificate: pem })).status, 400);
    for (const address of ['https://cdp.example.com/x', 'https://me:secret@cdp.example.com', 'ftp://cdp.example.com', 'nonsense'])
      assert.equal((await enrol({ addresses: [address], certificate: pem })).status, 400, address);
  });

  test('of the configuration alone', async () => {
    const other = await openPeopleNode({ publicUrl: 'https://cdp.example.com', publicCertificate: 'served.pem' });
    try {
      const { pem, fingerprint } = await makeCertificate('cdp.example.com');
      assert.equal((await other.node.ask('POST', '/api/console/enrolment')).status, 400, 'no file there');
      writeFileSync(join(other.node.folder, 'served.pem'), pem);
      const { body } = await other.node.ask<Enrolment>('POST', '/api/console/enrolment');
      assert.deepEqual([body.addresses, body.fingerprint], [['https://cdp.example.com'], fingerprint]);
      // An administrator's button; nobody else gives it out.
      const { browser } = await other.invite('wang.min', ['marketer']);
      assert.equal((await browser.ask('POST', '/api/console/enrolment', {})).code, 'forbidden');
    } finally {
      await other.node.close();
    }
  });
});
