// The way back from the browser: what comes in at the listener on this machine, right and wrong.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { test } from 'node:test';
import { beginSignIn, type SignInParts } from './sign-in.ts';

const token = `hs_${'t'.repeat(43)}`;

type Begun = { challenge: string; state: string; port: number };
/** A try whose browser is the test. */
async function begin(more: Partial<SignInParts> = {}) {
  let opened: (url: string) => void = () => undefined;
  const went = new Promise<string>((resolve) => {
    opened = resolve;
  });
  const exchanged: { code: string; verifier: string }[] = [];
  const signIn = beginSignIn({
    origin: 'https://cdp.example.com',
    language: 'zh',
    random: (bytes) => randomBytes(bytes),
    open: async (url) => {
      opened(url);
      return true;
    },
    fetch: async (_url, { body }) => {
      exchanged.push(JSON.parse(body) as { code: string; verifier: string });
      return Response.json({ token });
    },
    ...more,
  });
  const url = new URL(await went);
  const [challenge, state, port] = ['challenge', 'state', 'port'].map((name) => url.searchParams.get(name)!);
  const begun: Begun = { challenge: challenge!, state: state!, port: Number(port) };
  return { signIn, url, begun, exchanged };
}

function come(port: number, path: string, { host = `127.0.0.1:${port}`, method = 'GET' } = {}) {
  return new Promise<{ status: number; text: string; policy: string }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers: { host } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, policy: String(response.headers['content-security-policy']) }),
      );
    });
    asked.once('error', reject).end();
  });
}
const callback = (values: { [name: string]: string }) => `/callback?${new URLSearchParams(values)}`;

test('the right state and a code: the secret behind the challenge is sent with it, and the page says so in both languages', async () => {
  const { signIn, url, begun, exchanged } = await begin();
  assert.equal(`${url.origin}${url.pathname}`, 'https://cdp.example.com/console/desktop');
  assert.ok(!url.href.includes('verifier'));
  const page = await come(begun.port, callback({ code: 'hd_1', state: begun.state }));
  assert.deepEqual(await signIn.done, { token });
  assert.equal(page.status, 200);
  assert.match(page.text, /<html lang="zh">.*桌面控制台已登录.*<p lang="en">The desktop console is signed in/s);
  assert.match(page.policy, /^default-src 'none'/);
  assert.ok(!page.text.includes('hd_1') && !page.text.includes(begun.state));
  assert.equal(exchanged.length, 1);
  assert.equal(createHash('sha256').update(exchanged[0]!.verifier).digest('base64url'), begun.challenge);
  await assert.rejects(come(begun.port, '/'), /ECONNREFUSED/, 'the listener is gone');
});

test('wrong state, another path, host or method: nothing comes of it, and the right one still counts, once', async () => {
  const { signIn, begun, exchanged } = await begin();
  const { port, state } = begun;
  const right = callback({ code: 'hd_1', state });
  const wrong: [string, object?][] = [
    [callback({ code: 'hd_evil', state: `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}` })],
    [callback({ code: 'hd_evil' })],
    [callback({ state })],
    ['/'],
    [`/elsewhere?${new URLSearchParams({ code: 'hd_1', state })}`],
    // A name of another site that was led to this machine.
    [right, { host: `evil.example:${port}` }],
    [right, { host: `localhost:${port}` }],
    [right, { method: 'POST' }],
    [`${right}&${'x'.repeat(3_000)}`],
  ];
  for (const [path, options] of wrong) assert.equal((await come(port, path, options)).status, 400, path.slice(0, 60));
  assert.equal(exchanged.length, 0);
  const [one, two] = await Promise.allSettled([come(port, right), come(port, right)]);
  const statuses = [one, two].flatMap((each) => (each.status === 'fulfilled' ? [each.value.status] : []));
  assert.equal(statuses.filter((status) => status === 200).length, 1);
  assert.equal(exchanged.length, 1);
  assert.deepEqual(await signIn.done, { token });
});

test('somebody said no; the node said no; it answered with something else; it did not answer', async () => {
  const said = await begin();
  await come(said.begun.port, callback({ error: 'access_denied', state: said.begun.state }));
  assert.deepEqual(await said.signIn.done, { problem: 'sign_in_refused' });
  assert.equal(said.exchanged.length, 0);
  for (const [answer, problem] of [
    [async () => Response.json({}, { status: 410 }), 'sign_in_refused'],
    [async () => Response.json({ token: 'hk_not-a-session' }), 'sign_in_refused'],
    [async () => Promise.reject(new Error('net::ERR_FAILED')), 'unreachable'],
  ] as const) {
    const { signIn, begun } = await begin({ fetch: answer });
    const page = await come(begun.port, callback({ code: 'hd_1', state: begun.state }));
    assert.match(page.text, /was not let in/);
    assert.deepEqual(await signIn.done, { problem });
  }
});

test('the browser does not come back, cannot be opened, or nobody waits any more', async () => {
  assert.deepEqual(await (await begin({ waitMs: 1 })).signIn.done, { problem: 'sign_in_timed_out' });
  for (const open of [async () => false, async () => Promise.reject(new Error('no browser'))]) {
    const signIn = beginSignIn({
      origin: 'https://cdp.example.com',
      language: 'en',
      random: (bytes) => randomBytes(bytes),
      open,
      fetch: async () => Response.json({}),
    });
    assert.deepEqual(await signIn.done, { problem: 'no_browser' });
  }
  const { signIn, begun } = await begin();
  signIn.cancel();
  assert.equal(await signIn.done, undefined);
  await assert.rejects(come(begun.port, callback({ code: 'hd_1', state: begun.state })), /ECONNREFUSED/);
});
