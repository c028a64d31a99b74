// A match from proposal to signed transcript: every mode finds what the plain sets have in common, both sides hold the same transcript, and
// what stops it is told to both.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeMessage, writeMessage } from '../../protocol/message.ts';
import { federationId } from '../../protocol/testing.ts';
import { verifyTranscript } from '../../protocol/verify-transcript.ts';
import type { MatchPorts } from '../ports.ts';
import type { Proposal } from './match.ts';
import { datasetOf, drive, type Lists, newPair, type Pair, proposal, twoOfUs } from './testing.ts';

const phone = (n: number) => `phone:+8613800${String(n).padStart(6, '0')}`;
const email = (n: number) => `email:${n}@example.com`;
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

type Setting = { terms?: Partial<Proposal>; one?: Lists; two?: Lists; values?: number[] };

async function matched(setting: Setting): Promise<Pair & { session: string }> {
  const pair = await newPair();
  pair.one.dataset = datasetOf(setting.one ?? { phone: range(0, 40).map((n) => [phone(n)]) });
  pair.two.dataset = datasetOf(setting.two ?? { phone: range(30, 60).map((n) => [phone(n)]) }, setting.values);
  await Promise.all([pair.one.open(), pair.two.open()]);
  const session = await pair.one.matches.propose(proposal(pair, setting.terms ?? {}), { from: 'test' }, twoOfUs);
  await drive(pair, () => pair.two.matches.list().length > 0);
  if (pair.two.matches.get(session).phase === 'asked') await pair.two.matches.accept(session, { from: 'test' }, twoOfUs);
  const ended = () => [pair.one, pair.two].every(({ matches }) => matches.get(session).phase === 'ended');
  await drive(pair, ended);
  await Promise.all([pair.one.close(), pair.two.close()]);
  return { ...pair, session };
}

async function checkTranscripts({ one, two, session }: Pair & { session: string }): Promise<void> {
  const [mine, theirs] = [await one.matches.transcript(session), await two.matches.transcript(session)];
  assert.equal(mine, theirs);
  assert.deepEqual(verifyTranscript(mine).findings, []);
}

const idsOf = (side: Pair['one'], session: string) =>
  side.results
    .get(session)
    ?.found.map(({ id }) => id)
    .sort();

for (const counter of [true, false]) {
  const without = counter ? {} : { counter: undefined as never };
  for (const mode of ['ecdh', 'salted-hash'] as const) {
    for (const learns of ['initiator', 'responder', 'both'] as const) {
      test(`${mode}, ${learns} learns, ${counter ? 'with' : 'without'} a counter`, async () => {
        const done = await matched({ terms: { mode, learns, ...without } });
        const wanted = (from: number, to: number) =>
          range(from, to)
            .map((n) => `c${n}`)
            .sort();
        assert.deepEqual(idsOf(done.one, done.session), learns === 'responder' ? undefined : wanted(30, 40));
        assert.deepEqual(idsOf(done.two, done.session), learns === 'initiator' ? undefined : wanted(0, 10));
        assert.equal(done.exchange.counted.length, counter ? 2 : 0);
        await checkTranscripts(done);
        if (learns === 'both') {
          // The n-th pair of the one is the n-th of the other.
          const numbers = [done.one, done.two].map((side) =>
            side.results.get(done.session)!.pairs.map(({ id }) => Number(id.slice(1))),
          );
          assert.deepEqual(
            numbers[0]!.map((n) => n - 30),
            numbers[1],
          );
        }
      });
    }
  }
  test(`count and sums, ${counter ? 'with' : 'without'} a counter`, async () => {
    const count = await matched({ terms: { mode: 'count', learns: 'initiator', ...without } });
    assert.deepEqual(count.one.matches.get(count.session).learned, { items: { phone: 10 } });
    assert.equal(count.two.matches.get(count.session).learned, undefined);
    await checkTranscripts(count);
    const sums = await matched({
      terms: { mode: 'sums', learns: 'initiator', sumOf: 'spent', ...without },
      values: range(0, 30).map((n) => (n < 10 ? n * 1000 - 7 : 123_456)),
    });
    assert.deepEqual(sums.one.matches.get(sums.session).learned, { items: { phone: 10 }, sum: '44930' });
    assert.deepEqual(sums.two.matches.get(sums.session).learned, { sum: '44930' });
    await checkTranscripts(sums);
  });
}

test('neither learns, and both are told how many', async () => {
  const done = await matched({ terms: { learns: 'neither' } });
  for (const side of [done.one, done.two]) {
    assert.deepEqual(side.matches.get(done.session).counted, { verdict: 'enough', counts: { phone: 10 } });
    assert.equal(side.results.size, 0);
  }
  await checkTranscripts(done);
});

test('the waterfall: who is found by telephone is not looked for by email; shared identifiers find all who have them', async () => {
  const one: Lists = {
    phone: [[phone(1), phone(2)], [phone(3)], [], [phone(3)], [phone(9)]],
    email: [[email(1)], [email(2)], [email(3)], [], [email(8)]],
  };
  const two: Lists = {
    phone: [[phone(2)], [phone(3)], []],
    email: [[email(1)], [], [email(3), email(2)]],
  };
  const done = await matched({ terms: { kinds: ['phone', 'email'] }, one, two });
  assert.deepEqual(
    new Map(done.one.results.get(done.session)!.found.map(({ id, kind }) => [id, kind])),
    new Map([
      ['c0', 'phone'],
      ['c1', 'phone'],
      ['c3', 'phone'],
      ['c2', 'email'],
    ]),
  );
  await checkTranscripts(done);
});

for (const counter of [true, false]) {
  test(`below the minimum nobody keeps anything, ${counter ? 'with' : 'without'} a counter`, async () => {
    const done = await matched({ terms: { minIntersection: 11, ...(counter ? {} : { counter: undefined as never }) } });
    for (const side of [done.one, done.two]) {
      const { outcome, learned, counted } = side.matches.get(done.session);
      assert.deepEqual([outcome?.result, learned, counted?.counts], ['too-small', undefined, undefined]);
      assert.equal(side.results.size, 0);
    }
    await checkTranscripts(done);
  });
}

test('a set that is too small or too large is named on both sides, and nothing is compared', async () => {
  for (const [terms, code] of [
    [{ minSize: 31 }, 'set_too_small'],
    [{ maxSize: 35 }, 'set_too_large'],
  ] as const) {
    const done = await matched({ terms });
    for (const side of [done.one, done.two]) {
      assert.deepEqual(
        [side.matches.get(done.session).outcome?.result, side.matches.get(done.session).outcome?.code],
        ['failed', code],
      );
    }
    assert.equal(done.exchange.counted.length, 0);
  }
});

test('officers see the count before anybody learns who', async () => {
  const pair = await newPair();
  pair.one.dataset = datasetOf({ phone: range(0, 40).map((n) => [phone(n)]) });
  pair.two.dataset = datasetOf({ phone: range(30, 60).map((n) => [phone(n)]) });
  await Promise.all([pair.one.open(), pair.two.open()]);
  const session = await pair.one.matches.propose(proposal(pair, { countFirst: true }), {}, twoOfUs);
  await drive(pair, () => pair.two.matches.list().length > 0);
  await pair.two.matches.accept(session, {}, twoOfUs);
  await drive(pair, () => [pair.one, pair.two].every(({ matches }) => matches.get(session).phase === 'counted'));
  assert.deepEqual(pair.one.matches.get(session).counted?.counts, { phone: 10 });
  assert.equal(pair.one.results.size + pair.two.results.size, 0);
  await pair.one.matches.release(session, twoOfUs);
  await pair.two.matches.release(session, twoOfUs);
  await drive(pair, () => [pair.one, pair.two].every(({ matches }) => matches.get(session).phase === 'ended'));
  assert.equal(pair.one.results.get(session)?.found.length, 10);
  await checkTranscripts({ ...pair, session });
});

test('officers decline, withdraw and stop; both sides know why', async () => {
  const pair = await newPair();
  await Promise.all([pair.one.open(), pair.two.open()]);
  const declined = await pair.one.matches.propose(proposal(pair, {}), {}, twoOfUs);
  await drive(pair, () => pair.two.matches.list().length > 0);
  await pair.two.matches.stop(declined, { officer: 'officer 3', reason: 'no contract' });
  await drive(pair, () => pair.one.matches.get(declined).phase === 'ended' && pair.two.matches.get(declined).phase === 'ended');
  assert.deepEqual(pair.one.matches.get(declined).outcome, {
    result: 'stopped',
    code: 'declined',
    reason: 'no contract (officer 3)',
  });
  await checkTranscripts({ ...pair, session: declined });
  const withdrawn = await pair.one.matches.propose(proposal(pair, {}), {}, twoOfUs);
  await drive(pair, () => pair.two.matches.list().length > 1);
  await pair.one.matches.stop(withdrawn, { officer: 'officer 1', reason: 'a mistake' });
  await drive(pair, () => pair.one.matches.get(withdrawn).phase === 'ended' && pair.two.matches.get(withdrawn).phase === 'ended');
  assert.equal(pair.two.matches.get(withdrawn).outcome?.reason, 'a mistake (officer 1)');
  await checkTranscripts({ ...pair, session: withdrawn });
});

test('a partner that leaves a number out ends its own match, and holds up no other', async () => {
  const pair = await newPair();
  await Promise.all([pair.one.open(), pair.two.open()]);
  const session = await pair.one.matches.propose(proposal(pair, {}), {}, twoOfUs);
  const other = await pair.one.matches.propose(proposal(pair, {}), {}, twoOfUs);
  const fields = { federation: federationId, from: pair.two.member.id, to: pair.one.member.id, session, kind: 'match-part' };
  for (let seq = 5; seq < 105; seq += 1) {
    const message = writeMessage(pair.two.member.key, { ...fields, seq, sentAtMs: pair.clock.now }, Buffer.from('x'));
    pair.exchange.put(pair.one.member.id, encodeMessage(message));
  }
  await drive(pair, () => pair.two.matches.list().length === 2);
  assert.equal(pair.one.matches.get(session).outcome?.code, 'sequence_gap');
  await pair.two.matches.stop(other, { officer: 'officer 3', reason: 'no contract' });
  await drive(pair, () => pair.one.matches.get(other).phase === 'ended');
  assert.deepEqual(pair.exchange.mail.get(pair.one.member.id), []);
});

test('what officers say is held to what a transcript takes before it is signed', async () => {
  const pair = await newPair();
  await Promise.all([pair.one.open(), pair.two.open()]);
  const silent = twoOfUs.map(({ officer }) => ({ officer, reason: '' }));
  await assert.rejects(pair.one.matches.propose(proposal(pair, {}), {}, silent), { code: 'malformed' });
  const session = await pair.one.matches.propose(proposal(pair, {}), {}, twoOfUs);
  await drive(pair, () => pair.two.matches.list().length > 0);
  await pair.two.matches.stop(session, { officer: 'officer 3', reason: '长'.repeat(500) });
  await drive(pair, () => [pair.one, pair.two].every(({ matches }) => matches.get(session).phase === 'ended'));
  assert.equal(pair.one.matches.get(session).outcome?.reason, '长'.repeat(500));
  await checkTranscripts({ ...pair, session });
});

for (const where of ['one', 'two'] as const) {
  test(`a write that fails once, at any place of side ${where}, is made up for without a restart`, async () => {
    for (let failing = 1; failing <= 20; failing += 1) {
      const pair = await newPair();
      pair.one.dataset = datasetOf({ phone: range(0, 40).map((n) => [phone(n)]) });
      pair.two.dataset = datasetOf({ phone: range(30, 60).map((n) => [phone(n)]) });
      let writes = 0;
      const wrap = (ports: MatchPorts): MatchPorts => ({
        ...ports,
        book: {
          read: (collection, key) => ports.book.read(collection, key),
          list: (collection, prefix) => ports.book.list(collection, prefix),
          write: async (changes) => {
            writes += 1;
            if (writes === failing) throw new Error('the disk is full');
            await ports.book.write(changes);
          },
        },
      });
      await Promise.all([pair.one.open(where === 'one' ? wrap : undefined), pair.two.open(where === 'two' ? wrap : undefined)]);
      const propose = () => pair.one.matches.propose(proposal(pair, {}), {}, twoOfUs);
      // The very first write is that of the proposal: its officer is told, and proposes again.
      const session = await propose().catch(propose);
      const patient = async (holds: () => boolean) => {
        for (let turn = 0; turn < 50 && !holds(); turn += 1) {
          await drive(pair, holds, 40).catch(() => undefined);
          await pair.one.matches.chores().catch(() => undefined);
          await pair.two.matches.chores().catch(() => undefined);
        }
        assert.ok(holds(), `write ${failing}`);
      };
      await patient(() => pair.two.matches.list().length > 0);
      for (let tries = 0; pair.two.matches.get(session).phase === 'asked' && tries < 3; tries += 1)
        await pair.two.matches.accept(session, {}, twoOfUs).catch(() => undefined);
      await patient(() => [pair.one, pair.two].every(({ matches }) => matches.get(session).phase === 'ended'));
      const outcomes = [pair.one, pair.two].map(({ matches }) => matches.get(session).outcome);
      assert.deepEqual(outcomes, [{ result: 'done' }, { result: 'done' }], `write ${failing}`);
      // What was kept is what memory holds: another life of it shows the same.
      const side = pair[where];
      const before = await side.matches.transcript(session);
      await side.close();
      await side.open();
      assert.equal(await side.matches.transcript(session), before);
      await Promise.all([pair.one.close(), pair.two.close()]);
    }
  });
}
