// Three organisations on one machine, each with its own node, customers and people, and a coordinator between them: they train one churn model
// through the API, with approvals by different people on each side; one node is a custodian too. What all rows in one table give is the same.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RoundModel } from '../../federation/protocol/round/trees-model.ts';
import { verifyRound } from '../../federation/protocol/round/verify-round.ts';
import { withoutClosings } from '../../federation/simulation/round-forging.ts';
import { fakeIo } from '../cli/testing.ts';
import type { Verdict } from '../core/audit/audit.ts';
import { main } from '../main.ts';
import { history } from '../testing-models.ts';
import type { BudgetShown } from './ledger/ledger-routes.ts';
import type { roundView } from './rounds/round-views.ts';
import { type Member, openTogether, type Together } from './testing-two.ts';

type Shown = ReturnType<typeof roundView>;
const source = { from: 'customers' };
let three: Together;
before(async () => {
  three = await openTogether([{}, {}, {}]);
  for (const [at, { node }] of three.members.entries()) {
    let made = 0;
    const track = (userId: string, event: string, atMs: number, properties: object) => {
      made += 1;
      return { type: 'track', messageId: `m${made}`, userId, event, timestamp: new Date(atMs).toISOString(), properties };
    };
    const events = history(track, Date.now(), 100 + at);
    for (let from = 0; from < events.length; from += 400) {
      assert.equal((await node.send(events.slice(from, from + 400))).status, 200);
    }
  }
});
after(() => three.close());

async function until(member: Member, round: string, holds: (view: Shown) => boolean, what: string): Promise<Shown> {
  for (let turn = 0; turn < 900; turn += 1) {
    const { body } = await member.as<Shown>('auditor', 'GET', `/api/rounds/${round}`);
    if (body.phase !== undefined && holds(body)) return body;
    await sleep(100);
  }
  throw new Error(`${what}: ${JSON.stringify((await member.as('auditor', 'GET', `/api/rounds/${round}`)).body)}`);
}

test('they draft, propose, look, accept, train, vote and adopt: one model on all sides', async () => {
  const [first, ...others] = three.members as [Member, ...Member[]];
  const asked = { question: 'churn', horizonDays: 80, activeDays: 80, source };
  const drafted = await first.as<{ schema: { features: object[] }; dryRun: { rows: number; positives: number } }>(
    'scientist',
    'POST',
    '/api/rounds/draft',
    asked,
  );
  assert.equal(drafted.status, 200, JSON.stringify(drafted.body));
  assert.ok(drafted.body.dryRun.rows > 200 && drafted.body.dryRun.positives > 40);
  const wanted = {
    federation: three.federation,
    members: three.ids,
    custodian: three.ids[2],
    purpose: 'churn.prevention',
    reason: 'one model for all three',
    schema: drafted.body.schema,
    learn: { trees: 2, maxDepth: 3 },
    agreement: 'x25519',
    source,
  };
  const { round } = await first.together<{ round: string }>('scientist', 'officer', 'round.propose', wanted);
  for (const other of others) {
    const view = await until(other, round, ({ phase }) => phase === 'asked', 'was not asked');
    assert.equal(view.members.find(({ accepted }) => accepted)?.officers.length, 2);
    const checked = await other.as<{ dryRun: { rows: number } }>('scientist', 'POST', `/api/rounds/${round}/check`, { source });
    assert.ok(checked.body.dryRun.rows > 200, JSON.stringify(checked.body));
    await other.together('scientist', 'officer', 'round.accept', { round, source });
  }
  const custodian = others[1]!;
  const shares = await fetchedShares(custodian, round);
  await lockedOnce(custodian, round, shares);
  for (const member of three.members) {
    const view = await until(member, round, ({ decide }) => decide.includes('vote'), 'no vote is asked for');
    assert.ok(
      view.members.every(({ metrics }) => metrics && metrics.auc! > 0.6),
      JSON.stringify(view.members),
    );
    const voted = await member.as('scientist', 'POST', `/api/rounds/${round}/vote`, { adopt: true, reason: 'better than ours' });
    assert.equal(voted.status, 200, JSON.stringify(voted.body));
  }
  const models: string[] = [];
  const transcripts: string[] = [];
  for (const member of three.members) {
    const view = await until(member, round, ({ phase }) => phase === 'ended', 'has not ended');
    assert.equal(view.ended?.result, 'adopted');
    for (let turn = 0; turn < 1_200; turn += 1) {
      if ((await member.as('scientist', 'GET', `/api/rounds/${round}/model`)).status === 200) break;
      await sleep(50);
    }
    models.push(JSON.stringify((await member.as('scientist', 'GET', `/api/rounds/${round}/model`)).body));
    transcripts.push(withoutClosings((await member.as<string>('auditor', 'GET', `/api/rounds/${round}/transcript`)).body));
  }
  assert.equal(new Set(models).size, 1);
  assert.equal((JSON.parse(models[0]!) as RoundModel).trees.trees.length, 2);
  assert.equal(new Set(transcripts).size, 1);
  // As on a third machine: from the file and the founder's fingerprint.
  const { findings, record } = verifyRound(transcripts[0]!);
  assert.deepEqual(findings, []);
  assert.deepEqual([record!.ended?.result, record!.recomputed], ['adopted', 'same']);
  // What was told is in each side's ledger, beside the others' and for good.
  for (const [at, member] of three.members.entries()) {
    const { body } = await member.as<BudgetShown>('officer', 'GET', '/api/federations/budget');
    const others = three.ids.filter((_, other) => other !== at).sort();
    assert.deepEqual(body.ledgers.map(({ partner }) => partner).sort(), others);
    for (const { entries, spent } of body.ledgers) {
      assert.deepEqual([entries[0]!.id, entries[0]!.state, spent.count], [round, 'opened', 1]);
    }
    assert.equal(record!.members.find(({ member: id }) => id === three.ids[at])!.budget?.spent, 1);
  }
  // No row and no name of a customer is in what goes round.
  for (const trace of ['Order Completed', 'Complaint Filed', 'order_id']) assert.ok(!transcripts[0]!.includes(trace), trace);
  for (const member of three.members) {
    // What the adopted model needed them for is done first.
    const kept = () => member.node.app.node().federate.rounds.tables.rounds();
    for (let looks = 0; looks < 300 && (await kept()).length > 0; looks += 1) await sleep(100);
    assert.deepEqual(await kept(), [], 'rows are kept after the end');
    const audit = await member.node.app.node().audit.check();
    assert.deepEqual(
      audit.filter(({ severity }) => severity === 'error'),
      [],
    );
    const noted = await member.as<{ entries: { action: string }[] }>('auditor', 'GET', '/api/audit?limit=500');
    const actions = new Set(noted.body.entries.map(({ action }) => action));
    for (const action of ['round.begun', 'round.ended', 'round.vote'])
      assert.ok(actions.has(action), `${action} is not in the log`);
  }
});

/** The custodian's key in two shares: each for another person, and neither in the log. */
async function fetchedShares(custodian: Member, round: string): Promise<string[]> {
  const unsplit = await custodian.as('scientist', 'POST', `/api/rounds/${round}/share`);
  assert.match(JSON.stringify(unsplit.body), /key_share_none/);
  await assert.rejects(
    custodian.together('scientist', 'officer', 'round.custody', { round, shares: 2, needed: 3 }),
    /payload.shares/,
  );
  await custodian.together('scientist', 'officer', 'round.custody', { round, shares: 2, needed: 2 });
  await until(custodian, round, ({ custodian: { key } }) => key?.unfetched === 2, 'no shares');
  const shares: string[] = [];
  for (const name of ['scientist', 'officer']) {
    const { body } = await custodian.as<{ share: string; number: number }>(name, 'POST', `/api/rounds/${round}/share`);
    assert.equal(body.number, shares.length + 1);
    shares.push(body.share);
    if (shares.length > 1) break;
    const again = await custodian.as(name, 'POST', `/api/rounds/${round}/share`);
    assert.match(JSON.stringify(again.body), /key_share_taken/);
    assert.equal((await custodian.as('marketer', 'POST', `/api/rounds/${round}/share`)).status, 403);
  }
  return shares;
}

/** As after a start of the custodian's node: it stands still until both have given their shares. */
async function lockedOnce(custodian: Member, round: string, shares: readonly string[]): Promise<void> {
  await until(custodian, round, ({ custodian: { agreed }, progress }) => agreed && progress.sums === 0, 'has not begun');
  const { session } = await custodian.node.app.node().federate.rounds.find(round);
  assert.equal(session.board.sums.filter(({ opened }) => opened).length, 0, 'sums are opened already');
  session.custodyKey.close();
  await until(custodian, round, ({ phase, decide }) => phase === 'custody_locked' && decide.includes('unlock'), 'is not locked');
  const unlock = (name: string, ...given: string[]) =>
    custodian.as<Shown>(name, 'POST', `/api/rounds/${round}/unlock`, { shares: given });
  const wrong = await unlock('scientist', `${shares[0]!.slice(0, -4)}0000`);
  assert.match(JSON.stringify(wrong.body), /key_share_wrong.*typing error/);
  assert.ok(!JSON.stringify(wrong.body).includes(shares[0]!.slice(6, 20)), 'the answer has the share');
  assert.equal((await unlock('scientist', shares[0]!)).body.custodian.key?.given, 1);
  assert.equal((await unlock('officer', shares[1]!)).body.custodian.key?.locked, false);
  const noted = await custodian.as<{ entries: { action: string }[] }>('auditor', 'GET', '/api/audit?limit=500');
  const text = JSON.stringify(noted.body);
  for (const action of ['round.share', 'round.shares', 'round.unlock', 'round.unlocked'])
    assert.ok(text.includes(`"${action}"`), `${action} is not in the log`);
  for (const share of shares) assert.ok(!text.includes(share.slice(6, 20)), 'a share is in the log');
}
/** As on a machine that has files and no node: a command over an exported log, and over a head that was kept elsewhere. */
async function verified(folder: string, log: string, head: string): Promise<{ code: number; verdict: Verdict }> {
  const io = fakeIo({ cwd: folder });
  const code = await main(['audit', 'verify', '--offline', log, '--head', head, '--json'], io);
  return { code, verdict: JSON.parse(io.out()) as Verdict };
}

test('each side’s audit log verifies on a third machine, and one entry that is changed is found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-third-'));
  try {
    for (const [at, member] of three.members.entries()) {
      const kept = await member.as<{ size: number }>('auditor', 'GET', '/api/audit/head');
      const exported = await member.as<string>('auditor', 'GET', '/api/audit/export');
      assert.equal(exported.status, 200);
      writeFileSync(join(folder, `head ${at}.json`), JSON.stringify(kept.body));
      writeFileSync(join(folder, `log ${at}.ndjson`), exported.body);
      const { code, verdict } = await verified(folder, `log ${at}.ndjson`, `head ${at}.json`);
      assert.deepEqual([code, verdict.ok, verdict.witnesses], [0, true, 1], JSON.stringify(verdict));
      const lines = exported.body.split('\n');
      const entry = kept.body.size - 5;
      const line = lines.findIndex((text) => text.includes(`"seq":${entry},`));
      const forged = lines.with(line, lines[line]!.replace(/"atMs":\d+/, '"atMs":7'));
      writeFileSync(join(folder, 'forged.ndjson'), forged.join('\n'));
      const found = await verified(folder, 'forged.ndjson', `head ${at}.json`);
      assert.deepEqual([found.code, found.verdict.flaw?.kind, found.verdict.flaw?.entry], [1, 'changed', entry]);
      // Another side's head is of another log.
      const other = await verified(folder, `log ${at}.ndjson`, `head ${at === 0 ? 0 : at - 1}.json`);
      assert.equal(other.code, at === 0 ? 0 : 1);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A round that the first proposes and the second takes part in; the third has not decided. */
async function waiting(privacy?: { epsilon: number }): Promise<string> {
  const [first, second, third] = three.members as [Member, Member, Member];
  const asked = { question: 'churn', horizonDays: 80, activeDays: 80, source };
  const drafted = await first.as<{ schema: object }>('scientist', 'POST', '/api/rounds/draft', asked);
  const wanted = {
    ...{ federation: three.federation, members: three.ids, custodian: three.ids[1], purpose: 'churn.prevention' },
    ...{ reason: 'once more', schema: drafted.body.schema, learn: { trees: 1, maxDepth: 2 }, agreement: 'x25519', source },
    ...(privacy && { privacy }),
  };
  const { round } = await first.together<{ round: string }>('scientist', 'officer', 'round.propose', wanted);
  await until(second, round, ({ phase }) => phase === 'asked', 'was not asked');
  await second.together('scientist', 'officer', 'round.accept', { round, source });
  await second.together('scientist', 'officer', 'round.custody', { round });
  await until(third, round, ({ phase }) => phase === 'asked', 'was not asked');
  return round;
}

test('one that declines ends it for all, with the reason', async () => {
  const round = await waiting({ epsilon: 4 });
  const [first, second, third] = three.members as [Member, Member, Member];
  const stopped = await third.as('officer', 'POST', `/api/rounds/${round}/stop`, { reason: 'the works council is against it' });
  assert.equal(stopped.status, 200, JSON.stringify(stopped.body));
  const view = await until(first, round, ({ phase }) => phase === 'ended', 'has not ended');
  assert.equal(view.ended?.code, 'declined');
  assert.match(view.ended?.reason ?? '', /works council/);
  assert.deepEqual([view.terms.privacy?.unit, view.terms.privacy?.epsilon, view.terms.privacy?.honest], ['row', 4, 2]);
  // Nothing ever left: it is given back, and was charged when its officers agreed.
  for (const member of [first, second]) {
    await until(member, round, ({ phase }) => phase === 'ended', 'has not ended');
    for (let turn = 0; ; turn += 1) {
      const { body } = await member.as<BudgetShown>('auditor', 'GET', `/api/federations/budget?partner=${three.ids[2]}`);
      assert.equal(body.ledgers.length, 1);
      const entry = body.ledgers[0]!.entries.find(({ id }) => id === round)!;
      assert.ok('rho' in entry.cost);
      if (entry.state === 'refunded') break;
      assert.ok(entry.state === 'charged' && turn < 1_200, entry.state);
      await sleep(50);
    }
  }
});

test('who is erased while a round goes on with their rows ends it, and the rows are gone', async () => {
  const round = await waiting();
  const [, second, third] = three.members as [Member, Member, Member];
  const [gone, stays] = [(await second.node.find('u41'))[0]!, (await second.node.find('u42'))[0]!];
  const { tables } = second.node.app.node().federate.rounds;
  const column = () => new Float32Array(new SharedArrayBuffer(8)).fill(1);
  await tables.keep(round, { rows: 2, names: ['orders'], columns: [column()], labels: column() }, [gone.id, stays.id]);
  assert.equal((await tables.read(round))!.columns[0]![1], 1);
  const erased = await second.node.ask<{ state: string }>('POST', `/api/subjects/${gone.id}/erase`, { reason: 'request' });
  assert.ok(erased.status < 300, JSON.stringify(erased.body));
  assert.equal(await tables.read(round), undefined);
  const view = await until(third, round, ({ phase }) => phase === 'ended', 'has not ended');
  assert.equal(view.ended?.code, 'stopped');
  assert.match(view.ended?.reason ?? '', /data of this side changed/);
});
