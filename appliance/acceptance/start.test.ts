// `holdfast start` as a newcomer meets it: an empty folder becomes a node with the sample organisation in it, the words on the
// screen lead somewhere, a second start uses what is there, and identity is right about the people whose truth is known.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ProfileView } from '../record/profiles/profiles.ts';
import type { SampleScore } from '../sample-score.ts';
import { cli, temporaryFolder } from '../simulation/testing/process.ts';
import { removeFolder } from './testing.ts';

const main = new URL('../main.ts', import.meta.url).pathname;
const home = temporaryFolder();
const folder = join(home, 'first');
const env = { HOLDFAST_HOME: folder, HOLDFAST_PASSPHRASE_FILE: '', HOLDFAST_LANG: '', LC_ALL: 'C' };
const people = 400;
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
  removeFolder(home);
});

type Started = { out: string; err: string; stop(): Promise<number | null> };

/** Starts and waits until it has said where to look. */
async function start(...args: string[]): Promise<Started> {
  const child = spawn(process.execPath, [main, 'start', '--port', '0', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const said = { out: '', err: '' };
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said.out += chunk;
      if (/Ctrl-C|"url"/.test(said.out) && said.out.endsWith('\n')) resolve();
    });
    child.once('close', (code) => reject(new Error(`start ended with ${code}: ${said.err}`)));
  });
  return {
    ...said,
    stop() {
      running.delete(child);
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** The word after a label on the screen. */
function told(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  assert.ok(found, `${pattern} in ${text}`);
  return found;
}

let token = '';
let example = '';

test('on an empty folder it makes a node, loads the sample, and says in English where to look and how to sign in', async () => {
  const first = await start('--people', String(people));
  assert.match(first.err, /Loading the sample organisation/);
  const url = told(first.out, /Holdfast is up on (http:\/\/127\.0\.0\.1:\d+)/);
  assert.equal(told(first.out, /the API +(\S+)/), `${url}/docs`);
  assert.match(await (await fetch(told(first.out, /console +(\S+)/))).text(), /id="root"/);
  assert.match(told(first.out, /console +(\S+)/), /^http:\/\/127\.0\.0\.1:\d+\/console\/#first=hl_[\w-]{43}$/);
  token = told(first.out, /access token +(\S+)/);
  example = told(first.out, /npx holdfast profile (\S+)/);
  assert.ok(first.out.includes(folder), 'where the data lies');

  assert.equal((await fetch(`${url}/docs`)).status, 200);
  const authorization = `Bearer ${token}`;
  const answer = await fetch(`${url}/api/profiles?identifier=${encodeURIComponent(example)}`, { headers: { authorization } });
  const { profiles } = (await answer.json()) as { profiles: ProfileView[] };
  assert.equal(profiles.length, 1, 'the example is one person');
  const [customer] = profiles as [ProfileView];
  assert.ok(new Set(customer.records.map(({ source }) => source)).size >= 4, 'seen by four systems');
  assert.ok(customer.orders.length > 0, 'with orders');
  assert.ok(customer.tickets.length > 0, 'with a ticket');
  assert.ok(Object.keys(customer.computed).length > 3, 'with computed traits');
  assert.ok(first.out.includes(String(customer.traits.name?.value)), 'by name');

  const page = await cli(['profile', example], env);
  assert.equal(page.code, 0, page.err);
  assert.match(page.out, new RegExp(`^${customer.id} `));
  assert.equal(await first.stop(), 0);
});

test('what lies in the folder is for its owner only, and the mark of the sample names nobody', () => {
  assert.equal(statSync(folder).mode & 0o077, 0);
  for (const file of ['keys.json', 'access-token', 'passphrase', 'holdfast.json', 'sample.json'])
    assert.equal(statSync(join(folder, file)).mode & 0o077, 0, file);
  assert.deepEqual(Object.keys(JSON.parse(readFileSync(join(folder, 'sample.json'), 'utf8')) as object).sort(), [
    'events',
    'example',
    'people',
    'seed',
  ]);
  assert.ok(!readFileSync(join(folder, 'sample.json'), 'utf8').includes(example));
  assert.ok(!existsSync(join(folder, 'node.json')), 'a stopped node is not announced');
});

test('a second start uses all of it, and speaks Chinese', async () => {
  const files = readdirSync(folder).sort();
  const second = await start('--lang', 'zh');
  assert.equal(second.err, '');
  const url = told(second.out, /Holdfast 已启动：(http:\/\/127\.0\.0\.1:\d+)/);
  assert.equal(told(second.out, /访问令牌 +(\S+)/), token);
  assert.equal(told(second.out, /npx holdfast profile (\S+)/), example);
  assert.match(second.out, /接口 .*\/docs/);
  const health = await fetch(`${url}/health/ready`);
  assert.deepEqual([health.status, await health.json()], [200, { status: 'ready' }]);
  assert.equal(await second.stop(), 0);
  assert.deepEqual(
    readdirSync(folder)
      .filter((file) => !/-(wal|shm)$/.test(file))
      .sort(),
    files.filter((file) => !/-(wal|shm)$/.test(file)),
  );
});

test('stopped, commands open the folder by themselves; the sample is scored against its truth', async () => {
  const scored = await cli(['sample', 'score', '--json'], env);
  assert.equal(scored.code, 0, scored.err);
  const { customers, withDevices } = JSON.parse(scored.out) as SampleScore;
  for (const score of [customers, withDevices]) {
    assert.ok(score.precision >= 0.95, `precision ${score.precision}`);
    assert.ok(score.recall >= 0.4 && score.recall <= 1, `recall ${score.recall}`);
    assert.ok(score.persons >= score.people, `${score.people} people as ${score.persons} persons`);
    assert.ok(score.records > people);
  }
  assert.equal(customers.people, people);
});

test('with JSON it tells a program the same', async () => {
  const started = await start('--json');
  const answer = JSON.parse(started.out) as { url: string; accessToken: string; example: string };
  assert.deepEqual([answer.accessToken, answer.example], [token, example]);
  assert.equal(await started.stop(), 0);
});

test('in a folder of its own without the sample it says how to begin', async () => {
  const other = join(home, 'second');
  const started = await start('--no-sample', '--data', other);
  assert.match(started.out, new RegExp(`npx holdfast --data "${other}" source add NAME`));
  assert.equal(await started.stop(), 0);
  assert.ok(!existsSync(join(other, 'sample.json')));
});
