// The desktop console's life: enrolled, signed in, started again, signed out, the node away and back, pages that crash, and a second instance.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { keptFile } from './keep.ts';
import { sessionCookie } from './place.ts';
import { codeFor, makeWorld, openStandIn, tokenOf } from './testing-world.ts';

type T = { after(work: () => unknown): void };
async function open(t: T, { folder, languages = ['en-GB'] }: { folder?: string; languages?: string[] } = {}) {
  const world = makeWorld(folder === undefined ? {} : { folder });
  world.electron.app.languages = languages;
  if (folder === undefined) t.after(() => world.close());
  return world;
}
async function node(t: T) {
  const standIn = await openStandIn();
  t.after(() => standIn.close());
  return standIn;
}
type World = Awaited<ReturnType<typeof open>>;
type Node = Awaited<ReturnType<typeof node>>;

/** The browser in which somebody says yes. */
function sayYes(world: World, at: Node): void {
  world.electron.browser = async (url) => {
    const asked = new URL(url).searchParams;
    at.codes.set('hd_1', asked.get('challenge')!);
    await fetch(
      `http://127.0.0.1:${asked.get('port')}/callback?${new URLSearchParams({ code: 'hd_1', state: asked.get('state')! })}`,
    );
  };
}
const shows = (world: World) => world.electron.window.webContents.getURL();
const inside = (world: World, at: Node) => world.electron.until(() => shows(world) === `${at.url}/console/`);
const cookie = (world: World) => world.electron.window.session.cookies.jar.get(sessionCookie);
const kept = (world: World) =>
  JSON.parse(readFileSync(join(world.folder, keptFile), 'utf8')) as { code?: string; token?: string };

async function signedIn(t: T) {
  const [world, at] = [await open(t), await node(t)];
  await world.start();
  await world.electron.ask('console:enrol', { code: codeFor([at.url]) });
  await world.reach(({ stage }) => stage === 'sign-in');
  sayYes(world, at);
  await world.electron.ask('console:sign-in');
  await inside(world, at);
  return { world, at };
}
const click = (world: World, label: string) => {
  const items = world.electron.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  const item = items.find((one) => one.label === label);
  assert.ok(item?.click, label);
  (item.click as () => void)();
};

test('a newcomer: a code with a slip, the right one, the browser, the console', async (t) => {
  const [world, at] = [await open(t), await node(t)];
  await world.start();
  assert.deepEqual(await world.state(), { stage: 'enrol', keeps: true });
  assert.equal(world.electron.window.shown, true);
  const code = codeFor([at.url]);
  await world.electron.ask('console:enrol', { code: code.replace(/.$/, (sign) => (sign === '0' ? '2' : '0')) });
  assert.deepEqual(await world.state(), { stage: 'enrol', keeps: true, problem: 'code_mistyped' });
  await world.electron.ask('console:enrol', { code: code.toLowerCase() });
  const state = await world.reach(({ stage }) => stage === 'sign-in');
  assert.deepEqual(state, { stage: 'sign-in', keeps: true, node: { address: at.url, plain: true } });
  sayYes(world, at);
  const waiting = await world.electron.ask<{ stage: string }>('console:sign-in');
  assert.equal(waiting.stage, 'waiting');
  await inside(world, at);
  assert.deepEqual(cookie(world), {
    name: sessionCookie,
    value: tokenOf('n'),
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'strict',
  });
  assert.ok(world.electron.window.focused > 0, 'it comes to the front, where the browser was');
  assert.equal(kept(world).code, code);
  assert.ok(kept(world).token && !JSON.stringify(kept(world)).includes('nnn'));
  assert.equal(world.electron.windows.filter(({ destroyed }) => !destroyed).length, 1);
  assert.equal(world.electron.app.quits, 0, 'moving to a window of the node’s own did not end it');
});

test('started again it is signed in still; a session that ran out asks for the browser again', async (t) => {
  const { world, at } = await signedIn(t);
  const again = await open(t, { folder: world.folder });
  await again.start();
  await inside(again, at);
  assert.equal(cookie(again)?.value, tokenOf('n'));
  at.sessions.clear();
  const later = await open(t, { folder: world.folder });
  await later.start();
  await later.reach(({ stage }) => stage === 'sign-in');
  assert.equal(kept(later).token, undefined, 'what is worth nothing is not kept');
});

test('a token that the node changed is kept in place of the old one; signing out in the page leaves nothing', async (t) => {
  const { world } = await signedIn(t);
  const { cookies } = world.electron.window.session;
  const before = kept(world).token;
  await cookies.set({
    url: 'http://127.0.0.1',
    name: sessionCookie,
    value: tokenOf('r'),
    path: '/',
    secure: true,
    httpOnly: true,
  });
  await world.electron.until(() => kept(world).token !== before);
  cookies.drop(sessionCookie, 'expired-overwrite');
  await world.reach(({ stage }) => stage === 'sign-in');
  assert.equal(kept(world).token, undefined);
});

test('a page that asks who is there and hears nobody goes to the sign-in; what the console itself asks does not count', async (t) => {
  const { world } = await signedIn(t);
  const { session, webContents } = world.electron.window;
  session.call('onCompleted', { statusCode: 401, webContentsId: undefined });
  session.call('onCompleted', { statusCode: 503, webContentsId: webContents.id });
  assert.ok(shows(world).startsWith('http:'));
  session.call('onCompleted', { statusCode: 401, webContentsId: webContents.id });
  await world.reach(({ stage }) => stage === 'sign-in');
  assert.equal(cookie(world), undefined);
});

test('the node away and back', async (t) => {
  const { world, at } = await signedIn(t);
  const port = Number(new URL(at.url).port);
  await at.close();
  click(world, 'Load Again');
  const away = await world.reach(({ problem }) => problem !== undefined);
  assert.deepEqual([away.stage, away.problem], ['opening', 'unreachable']);
  await new Promise<void>((resolve) => at.server.listen(port, '127.0.0.1', resolve));
  await world.electron.ask('console:again');
  await inside(world, at);
  // A page that does not load says the same.
  await at.close();
  world.electron.window.webContents.emit('did-fail-load', {}, -102, '', `${at.url}/console/people`, true);
  assert.equal((await world.reach(({ problem }) => problem !== undefined)).problem, 'unreachable');
});

test('forgotten by the menu, once it is confirmed: signed out at the node, nothing left here', async (t) => {
  const { world, at } = await signedIn(t);
  const { session } = world.electron.window;
  world.electron.answer = 1;
  click(world, 'Forget This Node…');
  world.electron.answer = 0;
  click(world, 'Forget This Node…');
  await world.reach(({ stage }) => stage === 'enrol');
  await world.electron.until(() => session.cleared === 1);
  assert.ok(at.asked.includes('DELETE /api/session'));
  assert.deepEqual(kept(world), { version: 1 });
  assert.notEqual(world.electron.window.session, session, 'the next node has a session of its own');
  assert.equal(world.electron.window.session.lets(`${at.url}/console/`), false);
});

test('somebody gives up waiting for the browser, and its late answer comes to nothing', async (t) => {
  const [world, at] = [await open(t), await node(t)];
  await world.start();
  await world.electron.ask('console:enrol', { code: codeFor([at.url]) });
  await world.reach(({ stage }) => stage === 'sign-in');
  await world.electron.ask('console:sign-in');
  await world.electron.until(() => world.electron.opened.length === 1);
  assert.equal((await world.electron.ask<{ stage: string }>('console:cancel')).stage, 'sign-in');
  const asked = new URL(world.electron.opened[0]!).searchParams;
  const late = fetch(
    `http://127.0.0.1:${asked.get('port')}/callback?${new URLSearchParams({ code: 'hd_1', state: asked.get('state')! })}`,
  );
  await assert.rejects(late);
  assert.equal((await world.state()).stage, 'sign-in');
});

test('two addresses: the second is taken where the first does not answer', async (t) => {
  const [world, at, gone] = [await open(t), await node(t), await openStandIn()];
  await gone.close();
  await world.start();
  await world.electron.ask('console:enrol', { code: codeFor([gone.url, at.url]) });
  const { node: found } = await world.reach(({ stage }) => stage === 'sign-in');
  assert.equal(found?.address, at.url);
});

test('a page that crashes leads to the own page; one that crashes again and again ends it aloud', async (t) => {
  const { world, at } = await signedIn(t);
  const crash = (reason: string) => world.electron.window.webContents.emit('render-process-gone', {}, { reason });
  crash('clean-exit');
  assert.ok(shows(world).startsWith('http:'));
  crash('crashed');
  assert.equal((await world.reach(({ problem }) => problem !== undefined)).problem, 'crashed');
  await world.electron.ask('console:again');
  await inside(world, at);
  for (const reason of ['oom', 'killed', 'crashed']) crash(reason);
  assert.deepEqual([world.electron.errors, world.electron.app.exits], [['Holdfast stopped'], [1]]);
});

test('a page that does not respond: wait, or load it again', async (t) => {
  const { world, at } = await signedIn(t);
  const { window } = world.electron;
  const before = window.loaded.length;
  world.electron.answer = 0;
  window.emit('unresponsive');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(window.loaded.length, before);
  world.electron.answer = 1;
  window.emit('unresponsive');
  await world.electron.until(() => window.loaded.length > before && shows(world) === `${at.url}/console/`);
});

test('a second instance brings the first to the front and is gone; closing the window ends it', async (t) => {
  const second = await open(t);
  second.electron.app.first = false;
  await second.start();
  assert.deepEqual([second.electron.app.quits, second.electron.windows.length, second.electron.app.ready], [1, 0, false]);
  const first = await open(t);
  await first.start();
  first.electron.app.emit('second-instance');
  assert.equal(first.electron.window.focused, 1);
  first.electron.window.destroy();
  assert.equal(first.electron.app.quits, 1);
});

test('without a keyring the page is told; menus speak the language of the system', async (t) => {
  const world = await open(t, { languages: ['zh-Hans-CN', 'en-GB'] });
  world.electron.safeStorage.backend = 'basic_text';
  await world.start();
  assert.equal((await world.state()).keeps, false);
  assert.deepEqual(
    world.electron.menu.map(({ label }) => label),
    ['节点', '编辑', '视图', '窗口'],
  );
});
