// `holdfast federation` as whole commands, between two organisations and a coordinator on this machine, by people who sign in; and `verify`, which has
// nothing but a file.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { matched } from '../../federation/participant/report/testing.ts';
import { fingerprintOf } from '../../federation/protocol/identity.ts';
import { vector } from '../../federation/simulation/round-stories.ts';
import { wholeRound } from '../../federation/simulation/round-whole.ts';
import { learnBy, RoundWorld } from '../../federation/simulation/round-world.ts';
import { freePort } from '../federate/rehearsal/free-port.ts';
import { main } from '../main.ts';
import { fakeIo } from './testing.ts';
import { foundWithCoordinator, type Organisation, openOrganisation } from './testing-organisation.ts';

type Member = { member: string; name: { en: string }; status: string };
type Shown = { federation: string; fingerprint: string; founderFingerprint: string; state: string; members: Member[] };

let [one, two]: Organisation[] = [];
let closeCoordinator: () => Promise<void>;
before(async () => {
  one = await openOrganisation();
  two = await openOrganisation();
  await one.enlist('li.hua', 'administrator');
  await one.enlist('chen.li', 'compliance');
  const { coordinator, folder } = await foundWithCoordinator(one, await freePort());
  closeCoordinator = async () => {
    await coordinator.close();
    rmSync(folder, { recursive: true, force: true });
  };
});
after(async () => {
  await one!.node.close();
  await two!.node.close();
  await closeCoordinator();
});

const listOf = async (of: Organisation) => (await of.json<{ federations: Shown[] }>('federation', 'list')).federations;

test('an organisation is invited, telephoned with and admitted by two people', async () => {
  const file = await one!.ok('federation', 'invite', '--out', 'invitation.txt', '--days', '3');
  assert.match(file, /invitation\.txt, good until/);
  assert.doesNotMatch(file, /AEAQ/);
  const path = /Written to (\S+),/.exec(file)![1]!;
  assert.equal(statSync(path).mode & 0o077, 0, 'for its owner alone');
  const joined = await two!.ok(
    ...['federation', 'join', '--code-file', path],
    ...['--name-en', 'South Bank', '--name-zh', '南方银行'],
  );
  const [own, founders] = joined.match(/^ {2}(?:\d{5} ){7}\d{5}$/gm)!.map((line) => line.trim());
  assert.equal(founders, (await listOf(one!))[0]!.fingerprint);

  const requests = await one!.run(['federation', 'requests']);
  assert.match(requests.out, /South Bank/);
  assert.match(requests.err, /have their fingerprint read out/);
  assert.ok(!requests.out.includes(own!), 'what is to be heard is not shown');

  const admit = (digits: string) =>
    one!.as('li.hua', 'federation', 'admit', '南方银行', '--fingerprint', digits, '--reason', 'contract of 3 May');
  const wrong = await admit(own!.replace(/\d/g, (digit) => String(9 - Number(digit))));
  assert.match(wrong.err, /holdfast approvals approve 1/);
  const refused = await one!.as('chen.li', 'approvals', 'approve', '1', '--json');
  assert.equal(JSON.parse(refused.out).failure, 'federation_refused');
  assert.equal((await listOf(one!))[0]!.members.length, 2);

  assert.equal((await admit(own!.replaceAll(' ', ''))).code, 0);
  const alone = await one!.as('li.hua', 'approvals', 'approve', '2');
  assert.match(alone.err, /\[forbidden\]/);
  const approved = await one!.as('chen.li', 'approvals', 'approve', '2', '--remark', 'called them');
  assert.match(approved.out, /2 {2}done/, approved.err);
  assert.match(await two!.ok('federation', 'refresh'), /South Bank +participant +member/);
  const listed = await one!.ok('federation', 'list', '--lang', 'zh');
  assert.match(listed, /北方零售 .*创建方/);
  assert.match(listed, /数据信托 +协调方 +成员/);
});

test('the session of a person is ended, and a wrong password is refused', async () => {
  const listed = await one!.as('chen.li', 'approvals', 'list', '--json');
  assert.equal(listed.code, 0, listed.err);
  assert.equal(JSON.parse(listed.out).approvals.length, 2);
  const { body } = await one!.node.ask<{ entries: { action: string; actor: string }[] }>('GET', '/api/audit?limit=20');
  const newest = body.entries.filter(({ actor }) => actor.startsWith('person'));
  assert.equal(newest[0]!.action, 'session.sign-out');
  const wrong = await one!.run(['approvals', 'list', '--as', 'chen.li'], ['not the password\r']);
  assert.match(wrong.err, /\[sign_in_failed\]|\[not_proven\]|\[unauthenticated\]/);
  assert.doesNotMatch(wrong.out + wrong.err, /not the password/);
  const lost = await one!.run(['approvals', 'list', '--password-file', 'password']);
  assert.match(lost.err, /--as names the person/);
});

test('an invitation is withdrawn, a request refused, a member removed', async () => {
  const invited = await one!.json<{ invitation: string }>('federation', 'invite');
  assert.match(await one!.ok('federation', 'invitations'), new RegExp(`${invited.invitation.slice(0, 16)} +participant +open`));
  await one!.ok('federation', 'withdraw', invited.invitation.slice(0, 12));
  assert.match(
    await one!.ok('federation', 'invitations'),
    new RegExp(`${invited.invitation.slice(0, 16)} +participant +withdrawn`),
  );
  assert.match((await one!.run(['federation', 'withdraw', 'ffff'])).err, /\[not_found\]/);
  assert.match((await one!.run(['federation', 'refuse', 'Nobody'])).err, /\[not_found\]/);

  const founder = await one!.run(['federation', 'leave', '--reason', 'x']);
  assert.match(founder.err, /\[federation_refused\]/, 'the founder cannot leave');
  assert.equal(founder.code, 1);
  const removed = await one!.as('li.hua', 'federation', 'remove', 'South Bank', '--reason', 'the contract has ended');
  assert.equal(removed.code, 0, removed.err);
  const number = /^(\d+) /.exec(removed.out)![1]!;
  assert.match((await one!.as('chen.li', 'approvals', 'approve', number)).out, /done/);
  assert.equal((await listOf(one!))[0]!.members.find(({ name }) => name.en === 'South Bank')?.status, 'removed');
});

test('wrong usage is told by its option', async () => {
  for (const [words, says] of [
    [['found', '--address', 'h:1'], /--name-en, --name-zh/],
    [['join', '--name-en', 'X'], /\(--code\)/],
    [['join', '--name-en', 'X', '--code', 'nonsense'], /\[federation_refused\]/],
    [['join', '--name-en', 'X', '--code-file', 'nowhere'], /nowhere: ENOENT/],
    [['coordinator', 'nowhere.json'], /nowhere\.json/],
    [['invitations', '--federation', 'Nobody'], /\[not_found\]/],
  ] as const) {
    const ran = await one!.run(['federation', ...words]);
    assert.equal(ran.code, 1, words.join(' '));
    assert.match(ran.err, says, words.join(' '));
  }
});

test('verify has nothing but the file: 0 when all is right, 1 with the line and the next step when not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-verify-'));
  const run = async (...words: string[]) => {
    const io = fakeIo({ cwd: folder, env: {} });
    return { code: await main(['federation', 'verify', ...words], io), out: io.out(), err: io.err() };
  };
  try {
    const { text } = await matched();
    writeFileSync(join(folder, 'match.ndjson'), text);
    const good = await run('match.ndjson');
    assert.equal(good.code, 0, good.err);
    assert.match(good.out, /All right/);
    const asJson = JSON.parse((await run('match.ndjson', '--json')).out) as { record: { founder: { fingerprint: string } } };
    const { fingerprint } = asJson.record.founder;
    assert.equal((await run('match.ndjson', '--founder', fingerprint.replaceAll(' ', '-'))).code, 0);
    const other = await run('match.ndjson', '--founder', fingerprint.replace(/\d/g, '1'), '--lang', 'zh');
    assert.equal(other.code, 1);
    assert.match(other.out, /下一步/);
    assert.match(other.err, /\[transcript_broken\]/);
    const lines = readFileSync(join(folder, 'match.ndjson'), 'utf8').split('\n');
    writeFileSync(join(folder, 'cut.ndjson'), [...lines.slice(0, 3), ...lines.slice(4)].join('\n'));
    const cut = await run('cut.ndjson');
    assert.equal(cut.code, 1);
    assert.match(cut.out, /Line 4/);
    assert.match((await run('match.ndjson', '--founder', '123')).err, /--founder: 40 digits/);
    assert.match((await run('nowhere')).err, /\[unreadable_file\]/);
    assert.match((await run('match.ndjson', '--zone', 'Mars')).err, /--zone/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('verify takes the transcript of a round as well: by how the file begins', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-verify-'));
  const world = await RoundWorld.open(3);
  try {
    const round = await wholeRound(world, { learn: (at) => learnBy((sum) => vector(at, sum), 1) });
    const text = await world.members[0]!.rounds.transcript(round);
    writeFileSync(join(folder, 'round.ndjson'), text);
    writeFileSync(join(folder, 'cut.ndjson'), text.split('\n').toSpliced(5, 1).join('\n'));
    const run = async (...words: string[]) => {
      const io = fakeIo({ cwd: folder, env: {} });
      return { code: await main(['federation', 'verify', ...words], io), out: io.out(), err: io.err() };
    };
    const founder = fingerprintOf(world.founder.descriptor.descriptor);
    const good = await run('round.ndjson', '--founder', founder);
    assert.equal(good.code, 0, good.err);
    assert.match(good.out, /All right/);
    assert.match(good.out, /Who could have learned what/);
    assert.match((await run('round.ndjson', '--lang', 'zh')).out, /各方能够得知的内容/);
    const { record } = JSON.parse((await run('round.ndjson', '--json')).out) as { record: { round: string } };
    assert.equal(record.round, round);
    const cut = await run('cut.ndjson');
    assert.equal(cut.code, 1);
    assert.match(cut.out, /Line \d+: /);
    assert.match(cut.err, /\[transcript_broken\]/);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true });
  }
});

test('every command that the guides show is one that there is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-guides-'));
  let shown = 0;
  try {
    for (const guide of ['federation.md', 'approving-a-match.md', 'coordinator.md', 'compliance.md']) {
      const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', guide), 'utf8');
      for (const [, line] of text.matchAll(/^ {4}(?:\w+=\S+ )?holdfast ((?:federation|match|coordinate|approvals) .*)$/gm)) {
        const words = [...line!.replace(/ (#|>).*$/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(
          ([, quoted, plain]) => quoted ?? plain!,
        );
        const io = fakeIo({ cwd: folder, env: {} });
        // There is no node here: what is no wrong usage ends in a fault.
        const code = await main(words.includes('--data') ? words : [...words, '--data', 'none'], io);
        assert.equal(code, 1, `${guide}: ${line}: ${io.err()}`);
        shown += 1;
      }
    }
    assert.ok(shown > 50, `${shown} commands`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
