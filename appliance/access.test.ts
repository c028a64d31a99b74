// People at the door, as a browser meets it: every attack of the OWASP Application Security Verification Standard 4.0.3, level 2, chapters
// 2 (authentication) and 3 (sessions), that a program can try. The number of the requirement stands in the name of its test.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { deviceCookie, sessionCookie } from './core/access/cookies.ts';
import { goodPassword, openPeopleNode, type PeopleNode, signIn } from './testing-access.ts';

let world: PeopleNode;
before(async () => {
  world = await openPeopleNode();
});
after(() => world.node.close());

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const me = '/api/session';

describe('passwords', () => {
  test('2.1.1, 2.1.2, 2.1.7, 2.1.9: too short, too long and common ones are refused, and the link is good still', async () => {
    const { body } = await world.node.ask<{ link: { token: string } }>('POST', '/api/people', {
      login: 'zhao.min',
      name: '赵敏',
      roles: ['agent'],
    });
    const link = body.link.token;
    const browser = world.browser();
    for (const password of [
      'fourteen signs',
      `${'long '.repeat(26)}x`,
      'password12345678',
      'PasswordPassword1',
      '111111111111111111',
      '123456789012345678',
      'qwertyuiop12345678',
      'zhao.min-2026-2026',
      '赵敏赵敏赵敏赵敏赵敏赵敏赵敏1234',
      'correct horse battery staple',
    ]) {
      const answer = await browser.ask('POST', '/api/session/link', { link, password });
      assert.deepEqual([answer.status, answer.code], [422, 'weak_password'], password);
    }
    const good = await browser.ask('POST', '/api/session/link', { link, password: '窗前的三只猫头鹰在黄昏时看海 🦉' });
    assert.equal(good.status, 200, 'any printable character, spaces and emoji: 2.1.3, 2.1.4');
  });

  test('2.1.3, 2.1.4: nothing is cut off, not even at the end', async () => {
    const { person } = await world.invite('cut.off', ['agent']);
    const longer = await signIn(world.browser(), 'cut.off', `${goodPassword}x`);
    const shorter = await signIn(world.browser(), 'cut.off', goodPassword.slice(0, -1));
    assert.deepEqual([longer.code, shorter.code], ['sign_in_failed', 'sign_in_failed']);
    assert.equal((await signIn(world.browser(), person.login)).status, 200);
  });

  test('2.1.5, 2.1.6, 3.3.3: changing it asks for the old one, and ends every other session', async () => {
    const { browser } = await world.invite('li.na', ['marketer']);
    const other = world.browser();
    await signIn(other, 'li.na');
    const fresh = 'nine white cranes by the lake';
    const wrong = await browser.ask('POST', '/api/people/me/password', { current: 'not the right one', password: fresh });
    assert.deepEqual([wrong.status, wrong.code], [403, 'not_proven']);
    const before = browser.cookies.get(sessionCookie);
    const weak = await browser.ask('POST', '/api/people/me/password', { current: goodPassword, password: 'short' });
    assert.equal(weak.code, 'weak_password');
    const changed = await browser.ask('POST', '/api/people/me/password', { current: goodPassword, password: fresh });
    assert.equal(changed.status, 200);
    assert.notEqual(browser.cookies.get(sessionCookie), before, 'a new token');
    assert.equal((await browser.ask('GET', me)).status, 200);
    assert.equal((await other.ask('GET', me)).status, 401);
    assert.equal((await signIn(world.browser(), 'li.na')).code, 'sign_in_failed');
    assert.equal((await signIn(world.browser(), 'li.na', fresh)).status, 200);
  });

  test('2.2.1: guessing is slowed down ever more, is told how long, and does not lengthen its own wait', async () => {
    await world.invite('slow.down', ['agent']);
    const guesser = world.browser('198.51.100.1');
    for (let guess = 1; guess <= 5; guess += 1)
      assert.equal((await signIn(guesser, 'slow.down', `guess number ${guess} of many`)).code, 'sign_in_failed');
    const waits: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      const refused = await signIn(guesser, 'SLOW.DOWN', goodPassword);
      assert.deepEqual([refused.status, refused.code], [429, 'too_many_attempts'], 'also the right one');
      const again = await signIn(guesser, 'slow.down', goodPassword);
      assert.equal(again.headers['retry-after'], refused.headers['retry-after']);
      waits.push(Number(refused.headers['retry-after']));
      world.pass(Number(refused.headers['retry-after']) * 1000);
      assert.equal((await signIn(guesser, 'slow.down', 'one more of the guesses')).code, 'sign_in_failed', `round ${round}`);
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    world.pass(900_000);
    assert.equal((await signIn(world.browser('198.51.100.2'), 'slow.down')).status, 200, 'the owner gets in between');
    assert.equal((await signIn(guesser, 'slow.down', 'a guess after that one')).code, 'sign_in_failed', 'counted anew');
  });

  test('2.2.1: a stranger who guesses without end keeps nobody out of the browser they use', async () => {
    const { browser } = await world.invite('kept.in', ['agent']);
    assert.ok(browser.cookies.get(deviceCookie), 'the browser has a mark');
    await browser.ask('DELETE', me);
    const stranger = world.browser('198.51.100.7');
    for (let guess = 0; guess < 8; guess += 1) await signIn(stranger, 'kept.in', `guess number ${guess} of many`);
    assert.equal((await signIn(world.browser('198.51.100.8'), 'kept.in')).code, 'too_many_attempts', 'an unknown browser waits');
    assert.equal((await signIn(browser, 'kept.in')).status, 200, 'their own does not');
    const { person } = await world.invite('other.one', ['agent']);
    stranger.cookies.set(
      deviceCookie,
      browser.cookies.get(deviceCookie)!.replace(/^./, (sign) => (sign === 'A' ? 'B' : 'A')),
    );
    assert.equal((await signIn(stranger, 'kept.in')).code, 'too_many_attempts', 'a mark that was made up');
    const theirs = world.browser();
    await signIn(theirs, person.login);
    stranger.cookies.set(deviceCookie, theirs.cookies.get(deviceCookie)!);
    assert.equal((await signIn(stranger, 'kept.in')).code, 'too_many_attempts', "the mark of another's login");
  });

  test('2.2.1: many at once count before they are looked at', async () => {
    await world.invite('at.once', ['agent']);
    const guesser = world.browser('198.51.100.20');
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, guess) => signIn(guesser, 'at.once', `guess number ${guess} of many`)),
    );
    const looked = answers.filter(({ code }) => code === 'sign_in_failed').length;
    assert.ok(looked <= 5, `${looked} were looked at`);
    assert.ok(answers.every(({ code }) => code === 'sign_in_failed' || code === 'too_many_attempts' || code === 'too_busy'));
  });

  test('2.2.1: one address that tries many logins is slowed down too', async () => {
    const sprayer = world.browser('203.0.113.5');
    const codes: (string | undefined)[] = [];
    for (let at = 0; at < 22; at += 1) codes.push((await signIn(sprayer, `nobody.${at}`)).code);
    assert.deepEqual(new Set(codes.slice(0, 20)), new Set(['sign_in_failed']));
    assert.deepEqual(codes.slice(20), ['too_many_attempts', 'too_many_attempts']);
  });

  test('2.2.1: the count is kept over a restart', async () => {
    await world.invite('restart', ['agent']);
    const guesser = world.browser('198.51.100.30');
    for (let guess = 0; guess < 5; guess += 1) await signIn(guesser, 'restart', `guess number ${guess} of many`);
    await world.node.restart();
    assert.equal((await signIn(guesser, 'restart')).code, 'too_many_attempts');
    world.pass(1_000);
    assert.equal((await signIn(guesser, 'restart')).status, 200);
  });

  test('2.2.1: who is not known, was never here, was invited or is kept out looks the same as a wrong password', async () => {
    const { person } = await world.invite('kept.out', ['agent']);
    await world.node.ask('POST', `/api/people/${person.id}/disable`);
    await world.node.ask('POST', '/api/people', { login: 'invited.only', name: '王敏', roles: ['agent'] });
    await world.invite('well.known', ['agent']);
    const bodies: object[] = [];
    for (const [login, password] of [
      ['kept.out', goodPassword],
      ['invited.only', goodPassword],
      ['nobody.at.all', goodPassword],
      ['well.known', 'not the right one'],
    ] as const) {
      const { status, body } = await signIn(world.browser('198.51.100.40'), login, password);
      const { correlationId: _, ...told } = body.error as { correlationId: string };
      bodies.push({ status, told });
    }
    for (const body of bodies) assert.deepEqual(body, bodies[0]);
  });
});

describe('links', () => {
  const invite = async (login: string) =>
    (
      await world.node.ask<{ person: { id: number }; link: { token: string } }>('POST', '/api/people', {
        login,
        name: '王敏',
        roles: [],
      })
    ).body;

  test('2.3.1: a link is random, good once, and runs out', async () => {
    const { link } = await invite('once.only');
    assert.match(link.token, /^hl_[\w-]{43}$/);
    const use = () => world.browser().ask('POST', '/api/session/link', { link: link.token, password: goodPassword });
    const both = await Promise.all([use(), use()]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 410], 'two at the same moment');
    assert.equal((await use()).code, 'link_invalid');
    const late = await invite('too.late');
    world.pass(72 * hourMs);
    const answer = await world.browser().ask('POST', '/api/session/link', { link: late.link.token, password: goodPassword });
    assert.deepEqual([answer.status, answer.code], [410, 'link_invalid']);
  });

  test('2.5.6: a new link ends the one before; a reset ends the sessions; somebody kept out gets none', async () => {
    const { person, browser } = await world.invite('forgot', ['agent']);
    const reset = async () => (await world.node.ask<{ token: string }>('POST', `/api/people/${person.id}/reset`, {})).body.token;
    const [first, second] = [await reset(), await reset()];
    const use = (link: string) =>
      world.browser().ask('POST', '/api/session/link', { link, password: 'another sentence of mine' });
    assert.equal((await use(first)).code, 'link_invalid');
    assert.equal((await browser.ask('GET', me)).status, 200, 'until it is used nothing changes');
    assert.equal((await use(second)).status, 200);
    assert.equal((await browser.ask('GET', me)).status, 401);
    const third = await reset();
    await world.node.ask('POST', `/api/people/${person.id}/disable`);
    assert.equal((await use(third)).code, 'link_invalid');
    assert.equal((await world.node.ask('POST', `/api/people/${person.id}/reset`, {})).status, 409);
  });

  test('2.5.6, 2.5.7: a reset of the password leaves the second factor in place; only the lost phone takes it away', async () => {
    const { person, browser } = await world.invite('two.factors', ['compliance']);
    const { app } = await world.enrol(browser);
    const reset = async (body: object) =>
      (await world.node.ask<{ token: string }>('POST', `/api/people/${person.id}/reset`, body)).body.token;
    const other = world.browser();
    const byLink = await other.ask('POST', '/api/session/link', { link: await reset({}), password: 'another sentence of mine' });
    assert.equal(byLink.body.state, 'second_factor_wanted');
    assert.equal((await other.ask('GET', me)).code, 'second_factor_needed');
    assert.equal((await other.ask('POST', '/api/session/second-factor', { code: app.code() })).body.state, 'signed_in');
    await other.ask('DELETE', me);
    const stranger = world.browser('198.51.100.61');
    for (let guess = 0; guess < 6; guess += 1) await signIn(stranger, 'two.factors', `guess number ${guess} of many`);
    const anywhere = world.browser('192.0.2.61');
    await anywhere.ask('POST', '/api/session/link', { link: await reset({}), password: 'one more sentence of mine' });
    world.pass(30_000);
    const code = await anywhere.ask('POST', '/api/session/second-factor', { code: app.code() });
    assert.equal(code.status, 200, 'strangers who guess do not keep the owner of a link from their code');
    const link = await reset({ lostPhone: true });
    assert.equal((await anywhere.ask('GET', me)).status, 401, 'whoever has the phone is signed out');
    const anew = await world.browser().ask('POST', '/api/session/link', { link, password: 'a third sentence of mine' });
    assert.equal(anew.body.state, 'enrolment_wanted');
  });

  test('the first administrator: one link, one account, and none after that', async () => {
    const fresh = await openPeopleNode();
    try {
      const make = () => fresh.node.ask<{ token: string }>('POST', '/api/people/link');
      const [old, link] = [(await make()).body.token, (await make()).body.token];
      const use = (token: string, login: string) =>
        fresh.browser().ask('POST', '/api/session/link', { link: token, password: goodPassword, login, name: '李华' });
      assert.equal((await use(old, 'li.hua')).code, 'link_invalid', 'the newer one counts');
      const both = await Promise.all([use(link, 'li.hua'), use(link, 'li.mei')]);
      assert.deepEqual(both.map(({ status }) => status).sort(), [200, 410]);
      const { body } = await fresh.node.ask<{ people: { roles: string[]; state: string }[] }>('GET', '/api/people');
      assert.deepEqual(
        body.people.map(({ roles, state }) => [roles, state]),
        [[['administrator'], 'active']],
      );
      assert.equal((await make()).status, 409);
    } finally {
      await fresh.node.close();
    }
  });
});

describe('second factors', () => {
  test('2.8.1, 2.8.4, 2.8.5: a code runs out and counts once, also for two who send it at the same moment', async () => {
    const { browser } = await world.invite('codes', ['agent']);
    const { app } = await world.enrol(browser);
    const code = app.code();
    const withCode = async (given: string) => {
      const one = world.browser('192.0.2.77');
      assert.equal((await signIn(one, 'codes')).body.state, 'second_factor_wanted');
      return one.ask('POST', '/api/session/second-factor', { code: given });
    };
    const both = await Promise.all([withCode(code), withCode(code)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 401]);
    assert.equal((await withCode(code)).code, 'sign_in_failed', 'replayed');
    world.pass(30_000);
    const old = app.code();
    world.pass(90_000);
    assert.equal((await withCode(old)).code, 'sign_in_failed', 'run out');
    assert.equal((await withCode(app.code())).status, 200);
    const last = app.code();
    await world.node.restart();
    assert.equal((await withCode(last)).code, 'sign_in_failed', 'replayed after a restart');
  });

  test('2.2.1: guessing codes is slowed down, and five wrong ones ask for the password again', async () => {
    const { browser } = await world.invite('guess.codes', ['agent']);
    const { app } = await world.enrol(browser);
    const thief = world.browser('198.51.100.50');
    await signIn(thief, 'guess.codes');
    const codes: (string | undefined)[] = [];
    for (let guess = 0; guess < 6; guess += 1) {
      const wrong = String((Number(app.code()) + 1 + guess) % 1_000_000).padStart(6, '0');
      codes.push((await thief.ask('POST', '/api/session/second-factor', { code: wrong })).code);
    }
    assert.deepEqual(
      codes.slice(0, 5),
      Array.from({ length: 5 }, () => 'sign_in_failed'),
    );
    assert.notEqual(codes[5], 'sign_in_failed');
    world.pass(minuteMs);
    assert.equal((await thief.ask('POST', '/api/session/second-factor', { code: app.code() })).code, 'unauthenticated');
    for (let round = 0; round < 3; round += 1) {
      // The password is right each time, which does not give the guesses of codes back.
      const entered = await signIn(thief, 'guess.codes');
      if (entered.status === 200) await thief.ask('POST', '/api/session/second-factor', { code: '000000' });
    }
    assert.equal((await signIn(thief, 'guess.codes')).code, 'too_many_attempts');
  });

  test('2.6.1, 2.6.2, 2.6.3: a recovery code counts once, however it is typed; new ones end the old', async () => {
    const { browser } = await world.invite('recovery', ['agent']);
    const { app, recoveryCodes } = await world.enrol(browser);
    assert.equal(new Set(recoveryCodes).size, 10);
    for (const code of recoveryCodes) assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    const use = async (recoveryCode: string) => {
      const one = world.browser('192.0.2.88');
      await signIn(one, 'recovery');
      return one.ask('POST', '/api/session/second-factor', { recoveryCode });
    };
    const [first = '', second = '', third = ''] = recoveryCodes;
    assert.equal((await use(first)).status, 200);
    assert.equal((await use(first)).code, 'sign_in_failed');
    const typed = await use(` ${second.toLowerCase().replaceAll('-', ' ')}`);
    assert.deepEqual([typed.status, (typed.body.person as { recoveryCodesLeft: number }).recoveryCodesLeft], [200, 8]);
    assert.equal((await browser.ask('POST', '/api/people/me/recovery-codes')).code, 'step_up_needed');
    assert.equal((await browser.ask('POST', '/api/session/step-up', { code: app.code() })).status, 200);
    const renewed = await browser.ask('POST', '/api/people/me/recovery-codes');
    assert.equal((renewed.body.recoveryCodes as string[]).length, 10);
    assert.equal((await use(third)).code, 'sign_in_failed');
  });

  test('4.3.1: administrators and compliance officers do nothing before a second factor but set one up', async () => {
    for (const role of ['administrator', 'compliance'] as const) {
      const { browser } = await world.invite(`must.enrol.${role}`, [role]);
      assert.equal((await browser.ask('GET', me)).body.state, 'enrolment_wanted');
      const body = { current: goodPassword, password: 'another sentence of mine' };
      for (const [method, url, sent] of [
        ['GET', '/api/people', undefined],
        ['GET', '/api/sources', undefined],
        ['GET', '/api/people/me/sessions', undefined],
        ['POST', '/api/people/me/password', body],
      ] as const)
        assert.equal((await browser.ask(method, url, sent)).code, 'second_factor_needed', url);
      await world.enrol(browser);
      assert.equal((await browser.ask('GET', me)).body.state, 'signed_in');
      assert.equal((await browser.ask('GET', '/api/people/me/sessions')).status, 200);
      await browser.ask('POST', '/api/session/step-up', { password: goodPassword });
      assert.equal((await browser.ask('DELETE', '/api/people/me/totp')).code, 'conflict', 'and cannot be without one again');
    }
  });

  test('3.7.1: the secret of a second factor is not shown again; its replacement asks for a proof', async () => {
    const { browser } = await world.invite('replace', ['agent']);
    const { app } = await world.enrol(browser);
    assert.equal((await browser.ask('POST', '/api/people/me/totp')).code, 'step_up_needed');
    assert.equal((await browser.ask('DELETE', '/api/people/me/totp')).code, 'step_up_needed');
    await browser.ask('POST', '/api/session/step-up', { code: app.code() });
    world.pass(30_000);
    const offer = await browser.ask('POST', '/api/people/me/totp');
    assert.equal(offer.status, 200);
    const other = world.browser('192.0.2.99');
    await signIn(other, 'replace');
    assert.equal(
      (await other.ask('POST', '/api/session/second-factor', { code: app.code() })).status,
      200,
      'the old one counts still',
    );
    assert.equal((await browser.ask('POST', '/api/people/me/totp/confirm', { code: '000000' })).code, 'not_proven');
    world.pass(10 * minuteMs);
    assert.equal((await browser.ask('POST', '/api/people/me/totp/confirm', { code: '000000' })).code, 'step_up_needed');
  });
});

describe('behind a proxy', () => {
  test('only one that is declared is believed about addresses; this machine itself is no address that counts', async () => {
    const fresh = await openPeopleNode({ trustedProxies: ['10.0.0.0/8'] });
    try {
      const try20 = async (address: string, forwarded: (at: number) => string) => {
        const codes: (string | undefined)[] = [];
        for (let at = 0; at < 22; at += 1) {
          const headers = { 'x-forwarded-for': forwarded(at) };
          codes.push((await signIn(fresh.browser(address), `${address}.${at}`, goodPassword, { headers })).code);
        }
        return codes.at(-1);
      };
      assert.equal(await try20('198.51.100.1', (at) => `203.0.113.${at}`), 'too_many_attempts', 'a client makes addresses up');
      assert.equal(await try20('10.1.2.3', (at) => `203.0.113.${at}`), 'sign_in_failed', 'the proxy tells them apart');
      assert.equal(await try20('10.1.2.3', () => '203.0.113.200'), 'too_many_attempts', 'and names the one');
      assert.equal(await try20('127.0.0.1', () => '203.0.113.201'), 'sign_in_failed');
    } finally {
      await fresh.node.close();
    }
  });
});
