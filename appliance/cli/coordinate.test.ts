import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { TestFederation, takeAll } from '../../federation/coordinator/testing.ts';
import { httpsCoordinator } from '../../federation/participant/https-client.ts';
import { issueLeaf, privateKeyPem } from '../../federation/protocol/certificates.ts';
import { type CoordinatorApi, Unreachable } from '../../federation/protocol/coordinator-api.ts';
import { readJoinFile, writeWelcome } from '../../federation/protocol/files.ts';
import { fingerprintOf } from '../../federation/protocol/identity.ts';
import { newInvitation, takeJoinRequest } from '../../federation/protocol/invitation.ts';
import { foldMembership } from '../../federation/protocol/membership.ts';
import { federationId, type TestMember } from '../../federation/protocol/testing.ts';
import { main } from '../main.ts';
import { fakeIo } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-coordinate-'));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});
writeFileSync(join(folder, 'secret'), 'correct horse\n', { mode: 0o600 });
const env = { HOLDFAST_PASSPHRASE_FILE: join(folder, 'secret') };

async function holdfast(...words: string[]) {
  const io = fakeIo({ cwd: folder, env });
  const code = await main(['coordinate', ...words, '--data', 'data'], io);
  return { code, out: io.out(), err: io.err() };
}

/** Runs `serve` as a process of its own, until it listens. */
async function serve(port: number): Promise<{ child: ChildProcess; port: number }> {
  const file = join(import.meta.dirname, '..', 'main.ts');
  const words = ['coordinate', 'serve', '--data', 'data', '--json', '--address', '127.0.0.1', '--port', `${port}`];
  const child = spawn(process.execPath, [file, ...words], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, port: (JSON.parse(line.toString()) as { port: number }).port };
}

/** Asks until the coordinator answers, as members do. */
async function patiently<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (fault) {
      if (!(fault instanceof Unreachable)) throw fault;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test('from an invitation to a coordinator that is killed while members wait, and goes on', async () => {
  const nowMs = Date.now();
  const federation = await TestFederation.make(1, 'coordinator', nowMs);
  // Of what the tests' federation has made, the founder alone: the coordinator is yet to come.
  federation.log.length = 1;
  const { founder, random } = federation;
  const { foundedBy } = foldMembership(federation.log);
  const fields = {
    federation: federationId,
    address: 'coordinator.example:7443',
    founder: foundedBy,
    expiresAtMs: nowMs + 86_400_000,
  };
  const { code, kept } = newInvitation(random, fields);
  writeFileSync(join(folder, 'code.txt'), `${code}\n`);

  assert.match((await holdfast('serve')).err, /coordinator_missing/);
  assert.match((await holdfast('init', '--name-en', 'Trust')).err, /bad_request/);
  assert.match((await holdfast('init', '--code', 'nonsense', '--name-en', 'Trust')).err, /invitation_unreadable/);
  assert.match((await holdfast('init', '--code-file', 'code.txt')).err, /name_unreadable/);
  assert.ok(!existsSync(join(folder, 'data')), 'what was refused left nothing');
  const made = await holdfast('init', '--code-file', 'code.txt', '--name-en', 'Trust', '--name-zh', '信托');
  assert.equal(made.code, 0, made.err);
  const text = readFileSync(join(folder, 'join-request.json'), 'utf8');
  const { descriptor, leafRequest } = takeJoinRequest(kept, readJoinFile(text), Date.now());
  assert.equal(descriptor.descriptor.role, 'coordinator');
  assert.ok(made.out.includes(fingerprintOf(descriptor.descriptor)));
  await holdfast('init', '--code-file', 'code.txt', '--name-en', 'Trust');
  assert.equal(readFileSync(join(folder, 'join-request.json'), 'utf8'), text, 'the same invitation, the same request');
  assert.match((await holdfast('serve')).err, /coordinator_waiting/);

  const { member } = descriptor.descriptor;
  federation.say(founder, { kind: 'admit', descriptor, invitation: kept.id });
  const leaf = await issueLeaf(federation.authority, leafRequest, { federation: federationId, member }, nowMs, random);
  const revocations = await federation.revocations([]);
  writeFileSync(join(folder, 'welcome.json'), writeWelcome({ log: federation.log, leaf, revocations }));
  const welcomed = await holdfast('welcome', 'welcome.json');
  assert.equal(welcomed.code, 0, welcomed.err);
  assert.match((await holdfast('init', '--code-file', 'code.txt', '--name-en', 'Trust')).err, /conflict/);

  let { child, port } = await serve(0);
  const client = async (who: TestMember): Promise<CoordinatorApi & { close(): void }> => {
    const own = await federation.leaf(who.id, nowMs);
    return httpsCoordinator(
      {
        federation: federationId,
        member: who.id,
        address: `127.0.0.1:${port}`,
        coordinator: member,
        certificate: own.leaf,
        privateKey: await privateKeyPem(own.privateKey),
        authority: federation.authorityPem,
        revocationList: revocations,
      },
      { nowMs: () => Date.now() },
    );
  };
  const asFounder = await client(founder);
  const [guest] = federation.members as [TestMember];
  await asFounder.append(federation.admit(guest));
  const asGuest = await client(guest);
  const messages = [0, 1, 2].map((seq) => Buffer.from(federation.message(founder, guest, seq)));
  await asFounder.send(messages[0]!);
  const first = await asGuest.receive(0, 0);
  const waiting = patiently(() => asGuest.receive(first[0]!.number, 60_000));
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGKILL');
  await once(child, 'exit');
  const sending = patiently(() => asFounder.send(messages[1]!));
  ({ child, port } = await serve(port));
  await sending;
  assert.equal((await waiting).length, 1);
  await asFounder.send(messages[0]!);
  await asFounder.send(messages[2]!);
  assert.deepEqual(
    (await takeAll(asGuest)).map((message) => Buffer.from(message)),
    messages,
  );
  asFounder.close();
  asGuest.close();
  child.kill('SIGTERM');
  const [exit] = await once(child, 'exit');
  assert.equal(exit, 0);
  nothingInTheClear(['BEGIN PRIVATE KEY', 'Trust', '信托']);
});

function nothingInTheClear(words: readonly string[]): void {
  const inside = join(folder, 'data', 'coordinator');
  assert.ok(readdirSync(inside).length > 1);
  for (const name of readdirSync(inside)) {
    if (!statSync(join(inside, name)).isFile()) continue;
    const bytes = readFileSync(join(inside, name));
    for (const word of words) assert.ok(!bytes.includes(word), `${word} in ${name}`);
  }
}
