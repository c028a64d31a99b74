// Electron's own security checklist, its seventeen points in its order (electronjs.org, Security), each held against a console that runs. What can be
// seen through Electron's interface is seen there; the last resort, reading what is built, is taken for versions and files alone.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fits, ipc, ownOrigin } from './ipc.ts';
import { FakeContents, type FakeSession, preventable } from './testing-electron.ts';
import { codeFor, makeWorld, openStandIn, type StandIn, tokenOf, type World } from './testing-world.ts';

let node: StandIn;
let world: World;
/** A console that shows the node's pages. */
before(async () => {
  node = await openStandIn();
  node.sessions.add(tokenOf('a'));
  const first = makeWorld();
  await first.start();
  await first.electron.ask('console:enrol', { code: codeFor([node.url]) });
  await first.reach(({ stage }) => stage === 'sign-in');
  node.codes.clear();
  world = first;
  first.electron.browser = async (url) => {
    const asked = new URL(url).searchParams;
    node.codes.set('hd_1', asked.get('challenge')!);
    await fetch(
      `http://127.0.0.1:${asked.get('port')}/callback?${new URLSearchParams({ code: 'hd_1', state: asked.get('state')! })}`,
    );
  };
  await first.electron.ask('console:sign-in');
  await first.electron.until(() => contents().getURL() === `${node.url}/console/`);
});
after(async () => {
  world?.close();
  await node?.close();
});

const contents = () => world.electron.window.webContents;
const preferences = () => world.electron.window.options.webPreferences;
const session = (): FakeSession => world.electron.window.session;
const elsewhere = 'https://evil.example';

describe("Electron's security checklist", () => {
  test('1. only secure content is loaded: plain HTTP from this machine alone, and nothing of anybody but the node', async () => {
    for (const url of [
      elsewhere,
      'http://evil.example',
      'ws://evil.example',
      'ftp://evil.example',
      'file:///etc/passwd',
      'chrome://gpu',
      'nonsense',
    ])
      assert.equal(session().lets(url), false, url);
    // The same machine, but not the same origin.
    assert.equal(session().lets('http://127.0.0.1:1'), false);
    for (const url of [`${node.url}/console/`, `${ownOrigin}/desktop.html`, `blob:${node.url}/2f`, 'data:image/png;base64,AA=='])
      assert.equal(session().lets(url), true, url);
    await assert.rejects(session().fetch(`${elsewhere}/x`), /BLOCKED/);
  });

  test('2. pages get nothing of Node', () => {
    const { nodeIntegration, nodeIntegrationInWorker, nodeIntegrationInSubFrames } = preferences();
    assert.deepEqual([nodeIntegration, nodeIntegrationInWorker, nodeIntegrationInSubFrames], [false, false, false]);
  });

  test('3. contexts are isolated', () => assert.equal(preferences().contextIsolation, true));

  test('4. every process is in the sandbox', () => {
    assert.equal(world.electron.app.sandboxed, true, 'before the application was ready, or the fake had thrown');
    assert.equal(preferences().sandbox, true);
  });

  test('5. no permission but copying text, for the node alone; no device', () => {
    const asks = (permission: string, url: string, isMainFrame = true) => {
      let granted: boolean | undefined;
      const asking = { getURL: () => url };
      session().call('setPermissionRequestHandler', asking, permission, (yes: boolean) => (granted = yes), { isMainFrame });
      const checked = session().call<boolean>('setPermissionCheckHandler', asking, permission, new URL(url).origin, {});
      return [granted, checked];
    };
    const many = [
      'media',
      'geolocation',
      'notifications',
      'midi',
      'usb',
      'hid',
      'serial',
      'fileSystem',
      'openExternal',
      'clipboard-read',
    ];
    for (const permission of [...many, 'display-capture', 'fullscreen', 'pointerLock', 'local-network', 'unknown'])
      assert.deepEqual(asks(permission, node.url), [false, false], permission);
    assert.deepEqual(asks('clipboard-sanitized-write', `${node.url}/console/`), [true, true]);
    assert.deepEqual(asks('clipboard-sanitized-write', elsewhere), [false, false]);
    assert.equal(asks('clipboard-sanitized-write', node.url, false)[0], false, 'a frame inside');
    assert.equal(session().call('setDevicePermissionHandler', {}), false);
    assert.deepEqual(session().call('setUSBProtectedClassesHandler', { protectedClasses: ['hid'] }), ['hid']);
    let streams: unknown = 'unasked';
    session().call('setDisplayMediaRequestHandler', {}, (given: unknown) => (streams = given));
    assert.equal(streams, null);
    let pairing: unknown;
    session().call('setBluetoothPairingHandler', {}, (given: unknown) => (pairing = given));
    assert.deepEqual(pairing, { confirmed: false });
    for (const [event, nothing] of [
      ['select-hid-device', null],
      ['select-usb-device', undefined],
    ] as const) {
      const [asked, chosen] = [preventable(), [] as unknown[]];
      session().emit(event, asked, {}, (device: unknown) => chosen.push(device));
      assert.deepEqual([asked.defaultPrevented, chosen], [true, [nothing]], event);
    }
    const [serial, port] = [preventable(), [] as unknown[]];
    session().emit('select-serial-port', serial, [], {}, (chosen: unknown) => port.push(chosen));
    assert.deepEqual([serial.defaultPrevented, port], [true, ['']]);
    const bluetooth = preventable();
    contents().emit('select-bluetooth-device', bluetooth, [], () => undefined);
    assert.equal(bluetooth.defaultPrevented, true);
  });

  test('6. the web’s own security is on', () => assert.equal(preferences().webSecurity, true));

  test('7. the own pages have a policy that lets in their own files, and styles with the number of that answer', async () => {
    const handler = session().schemes.get('app')!;
    const ask = (path: string, method = 'GET') => handler({ url: path.startsWith('/') ? `${ownOrigin}${path}` : path, method });
    const page = await ask('/desktop.html');
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/]{22}=='; /);
    assert.doesNotMatch(policy, /unsafe|\*|http/);
    const nonce = /nonce-([^']+)'/.exec(policy)![1]!;
    assert.ok((await page.text()).includes(nonce));
    assert.notEqual((await ask('/desktop.html')).headers.get('content-security-policy'), policy, 'each answer has its own');
    assert.equal((await ask('/assets/desktop-1.js')).status, 200);
    // Nothing outside the folder is a page, however it is written.
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/assets/../../secret.txt',
      '/secret.txt',
      '/assets',
      '/',
      'app://other/desktop.html',
    ])
      assert.equal((await ask(path)).status, 404, path);
    assert.equal((await ask('/desktop.html', 'POST')).status, 404);
    // No file is an address: the scheme of files is not used, and neither scheme is given more than pages need.
    const [scheme] = world.electron.privileged;
    assert.equal(world.electron.privileged.length, 1);
    const { bypassCSP, allowServiceWorkers, supportFetchAPI, secure, standard } = scheme!.privileges;
    assert.deepEqual(
      [bypassCSP, allowServiceWorkers, supportFetchAPI, secure, standard],
      [undefined, undefined, false, true, true],
    );
  });

  test('8. no insecure content in a secure page', () => assert.equal(preferences().allowRunningInsecureContent, false));

  test('9. no experimental features', () => assert.equal(preferences().experimentalFeatures, false));

  test('10. no features of Blink switched on', () => assert.equal('enableBlinkFeatures' in preferences(), false));

  test('11. no <webview>, so none that may open windows', () => assert.equal(preferences().webviewTag, false));

  test('12. a <webview> that is attached all the same is not, whatever it asks for', () => {
    const event = preventable();
    contents().emit('will-attach-webview', event, { nodeIntegration: true }, { src: node.url });
    assert.equal(event.defaultPrevented, true);
  });

  test('13. the node’s page stays on the node; the own page stays where it is', () => {
    const home = `${node.url}/console/`;
    const tries = [
      elsewhere,
      'http://127.0.0.1:1/',
      'file:///etc/passwd',
      `${ownOrigin}/desktop.html`,
      'javascript:alert(1)',
      'data:text/html,x',
      'about:blank',
      'nonsense',
    ];
    for (const by of ['will-navigate', 'will-redirect', 'will-frame-navigate'] as const)
      for (const url of tries) assert.equal(contents().navigate(url, by), home, `${by} ${url}`);
    assert.equal(contents().navigate(`${node.url}/console/people`), `${node.url}/console/people`);
    contents().mainFrame.url = `${ownOrigin}/desktop.html`;
    for (const url of [home, elsewhere]) assert.equal(contents().navigate(url), `${ownOrigin}/desktop.html`, url);
    contents().mainFrame.url = home;
    // Also of contents that nobody thought of.
    const unthought = new FakeContents(99);
    world.electron.app.emit('web-contents-created', {}, unthought);
    assert.equal(unthought.navigate(elsewhere), '');
  });

  test('14. no page opens a window', () => {
    for (const url of [elsewhere, node.url, `${ownOrigin}/desktop.html`, 'file:///etc/passwd', 'about:blank'])
      assert.deepEqual(contents().windowOpen!({ url }), { action: 'deny' }, url);
  });

  test('15. the system is handed nothing but addresses of the node', () => {
    world.electron.opened.length = 0;
    const bad = [
      'smb://evil.example/share',
      'file:///bin/sh',
      'ms-msdt:/id',
      'javascript:alert(1)',
      elsewhere,
      'http://127.0.0.1:1/',
    ];
    const disguised = [
      `${node.url.replace('http://', 'http://me@')}/`,
      `${node.url}.evil.example/`,
      `https${node.url.slice(4)}/`,
    ];
    for (const url of [...bad, ...disguised]) contents().windowOpen!({ url });
    assert.deepEqual(world.electron.opened, []);
    contents().windowOpen!({ url: `${node.url}/docs` });
    assert.deepEqual(world.electron.opened, [`${node.url}/docs`]);
  });

  test('16. a current version of Electron: one that its makers still mend', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
      devDependencies: { [name: string]: string };
    };
    // 45 came out in the autumn of 2026; its makers mend three majors. Exact, so that what was looked at is what is packed.
    assert.match(devDependencies.electron!, /^(4[5-9]|[5-9]\d)\.\d+\.\d+$/);
  });

  test('17. whoever asks the main process is looked at, and what they ask', async () => {
    const { electron } = world;
    contents().mainFrame.url = `${ownOrigin}/desktop.html`;
    assert.equal(typeof (await world.state()).keeps, 'boolean', 'the own page is answered');
    const refused = (why: string, from: { sender?: object; senderFrame?: object | null }, payload: unknown = {}) =>
      assert.rejects(electron.ask('console:state', payload, from), /not for this page|not a request/, why);
    await refused('a frame inside the page', { senderFrame: { url: `${ownOrigin}/desktop.html` } });
    await refused('a frame that has gone', { senderFrame: null });
    await refused('other contents', { sender: new FakeContents(7) });
    assert.equal(fits('console:state', undefined), false);
    for (const payload of [null, [], 'x', { extra: 'x' }, { __proto__: { code: 'x' }, code: 'x' }])
      await refused('another shape', {}, payload);
    for (const code of [7, null, {}, 'x'.repeat(2_201)])
      await assert.rejects(electron.ask('console:enrol', { code }), /not a request/);
    assert.equal(fits('console:enrol', Object.create({ code: 'x' })), false, 'inherited fields are none');
    contents().mainFrame.url = `${node.url}/console/`;
    for (const channel of Object.keys(ipc))
      await assert.rejects(electron.ask(channel), /not for this page/, `${channel} for the node's page`);
    for (const url of [`${elsewhere}/app://console/`, 'app://console.evil/', 'app://other/desktop.html', 'about:blank', '']) {
      contents().mainFrame.url = url;
      await assert.rejects(electron.ask('console:state'), /not for this page/, url);
    }
    contents().mainFrame.url = `${node.url}/console/`;
    await assert.rejects(electron.ask('console:run', { command: 'x' }), /No handler/);
    assert.deepEqual([...electron.channels.keys()].sort(), Object.keys(ipc).sort(), 'the table and nothing else');
  });
});

test('beside the list: no word lists are fetched, no inspector where it is packed, nobody signs in in the name of a site', () => {
  assert.deepEqual([preferences().spellcheck, preferences().devTools, preferences().navigateOnDragDrop], [false, false, false]);
  const [login, chosen] = [preventable(), [] as unknown[]];
  world.electron.app.emit('login', login, {}, {}, {}, (...given: unknown[]) => chosen.push(given));
  const certificate = preventable();
  world.electron.app.emit('select-client-certificate', certificate, {}, '', [], (...given: unknown[]) => chosen.push(given));
  assert.deepEqual([login.defaultPrevented, certificate.defaultPrevented, chosen], [true, true, [[], []]]);
});

test('beside the list: files of the node are saved, those of others are not', () => {
  const saved = (url: string) => {
    const event = preventable();
    session().emit('will-download', event, { getURL: () => url });
    return !event.defaultPrevented;
  };
  assert.deepEqual(
    [
      `${node.url}/api/audit/export`,
      `blob:${node.url}/2f1`,
      `${elsewhere}/x.exe`,
      `blob:${elsewhere}/2f1`,
      'data:text/plain,x',
    ].map(saved),
    [true, true, false, false, false],
  );
});
