// What has to hold of a match whatever happened to it: what is learned is what plain sets give, and allowed; nothing is learned without
// officers; both hold one transcript; nobody between has seen anything; and nothing secret stays.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { MatchState } from '../participant/match/state.ts';
import type { KeptResult } from '../participant/ports.ts';
import { learnsItems } from '../protocol/match-terms.ts';
import { noteFits } from '../protocol/transcript.ts';
import { verifyTranscript } from '../protocol/verify-transcript.ts';
import { protocolWords } from '../protocol/words.ts';
import { pairsOf } from './answer.ts';
import type { MatchRun, Side } from './match-run.ts';
import type { Member } from './member.ts';

/** A list of at least so many is in its own order by chance once in 479 million times. */
const longEnough = 12;

/** Before something is kept: officers of both sides have approved these very terms, by their own signatures. */
export async function checkApproved(run: MatchRun, member: Member, session: string, result: KeptResult): Promise<void> {
  const { plan, answer } = run;
  const state = (await member.book.read('match', session)) as MatchState;
  const view = member.matches.get(session);
  const { members } = member.belonging.membership(run.world.federation);
  for (const party of [run.initiator.id, run.responder.id]) {
    const key = members.get(party)!.descriptor.signingKey;
    const signed = view.notes.filter(({ note, signature }) => note.by === party && noteFits(note, signature, key));
    const officers = signed.flatMap(({ note }) => (note.saying.kind === 'approval' ? [note.saying.officer] : []));
    assert.ok(new Set(officers).size >= plan.terms.officers, `kept with ${officers.length} officers of one side`);
  }
  const role = member === run.initiator ? 'initiator' : 'responder';
  assert.ok(learnsItems(state.terms, role), 'kept by a side that does not learn');
  assert.ok(answer.enough && result.found.length > 0, 'kept below the minimum');
}

/** @param exact whether the other side was honest: a liar can hide some of its items, and never add any */
export function checkLearned(run: MatchRun, { member, role }: Side, exact: boolean): void {
  const { plan, answer } = run;
  const { mode, learns } = plan.terms;
  const view = run.viewOf(member)!;
  const result = member.results.get(run.session);
  const right = answer[role];
  const items = Object.fromEntries(Object.entries(answer.shared).map(([kind, list]) => [kind, list.length]));
  const allowed = (mode === 'ecdh' || mode === 'salted-hash') && (learns === role || learns === 'both');
  if (result) {
    assert.ok(allowed && answer.enough, 'something was kept that must not be');
    for (const { id, kind } of result.found) {
      assert.ok(right.has(id), `${id} was found and is not shared`);
      if (exact) assert.equal(right.get(id), kind);
    }
    if (exact) assert.deepEqual(new Set(result.found.map(({ id }) => id)), new Set(right.keys()));
  }
  const { learned } = view;
  if (learned && exact) {
    if (allowed) assert.deepEqual(learned, { items, customers: right.size });
    else if (mode === 'count') assert.deepEqual(learned, { items });
    else assert.deepEqual(learned, role === 'initiator' ? { items, sum: `${answer.sum}` } : { sum: `${answer.sum}` });
  }
  if (learned) assert.ok(allowed || mode === 'sums' || (mode === 'count' && role === 'initiator'), 'learned what it must not');
  if (learned && !allowed) assert.ok(answer.enough, 'learned below the minimum');
  const counts = view.counted?.counts;
  if (counts) {
    assert.ok(plan.terms.countFirst || learns === 'neither', 'the counter told what it must not');
    assert.ok(answer.enough || !exact, 'the counter told a count below the minimum');
    if (exact) assert.deepEqual(counts, items);
  }
}

/** How it ends for both when nobody lies and nobody says no. */
export function checkOutcome(run: MatchRun): void {
  const { plan, answer } = run;
  const { terms } = plan;
  for (const { member, role } of run.sides) {
    const view = run.viewOf(member)!;
    const learner = learnsItems(view.terms, role);
    const expected = answer.refused ? 'failed' : answer.enough ? 'done' : 'too-small';
    assert.equal(view.outcome?.result, expected, `${role}: ${JSON.stringify(view.outcome)}`);
    if (answer.refused) assert.equal(view.outcome?.code, answer.refused);
    const items = terms.mode === 'ecdh' || terms.mode === 'salted-hash';
    if (expected === 'done' && items) assert.equal(member.results.has(run.session), learner, 'kept');
    if (expected === 'done' && !items && role === 'initiator') assert.ok(view.learned, 'nothing was learned');
  }
  checkPairs(run);
}

function checkPairs({ plan, initiator, responder, session }: MatchRun): void {
  const [ours, theirs] = [initiator.results.get(session), responder.results.get(session)];
  if (!ours || !theirs) return;
  const numbers = new Set([...ours.pairs, ...theirs.pairs].map(({ pair }) => pair));
  const written = [...numbers].map((pair) => {
    const of = ({ pairs }: KeptResult) => pairs.filter((one) => one.pair === pair);
    return JSON.stringify([
      of(ours)[0]?.kind,
      of(ours)
        .map(({ id }) => id)
        .sort(),
      of(theirs)
        .map(({ id }) => id)
        .sort(),
    ]);
  });
  assert.deepEqual(written.sort(), pairsOf(plan), 'pairs of the two sides do not belong together');
}

/** Both transcripts are one. @param findings what the checker may say, by code */
export async function checkTranscripts(run: MatchRun, findings: readonly string[] = []): Promise<void> {
  const [one, other] = await Promise.all(run.sides.map(({ member }) => member.matches.transcript(run.session)));
  assert.equal(one, other, 'the transcripts differ');
  const found = verifyTranscript(one!).findings.map(({ code }) => code);
  const differ = run.sides.map(({ member }) => run.viewOf(member)!.outcome?.result);
  const allowed = new Set([...findings, ...(differ[0] === differ[1] ? [] : ['outcome_differs'])]);
  assert.deepEqual(
    found.filter((code) => !allowed.has(code)),
    [],
    'the transcript is not as it should be',
  );
  // Every message between the two but the last word of each stands in it.
  for (const { member } of run.sides) {
    const items = await member.book.list('match-item', `${run.session}/`);
    const between = items.filter(({ value }) => {
      const { header } = value as { header: { to: string; from: string; kind: string } };
      return header.from !== run.world.coordinatorId && header.to !== run.world.coordinatorId && header.kind !== 'match-head';
    });
    const lines = one!.split('\n').filter((line) => line.includes('"entry":"message"'));
    assert.equal(lines.length, between.length, 'messages are missing in the transcript');
  }
}

/** Every end has words for people, and nothing secret stays. */
export async function checkEnd(run: MatchRun, { member }: Side): Promise<void> {
  const view = run.viewOf(member)!;
  assert.equal(view.phase, 'ended');
  const codes = [view.outcome?.code, ...member.events.map(({ code }) => code)].filter((code) => code !== undefined);
  for (const code of codes) {
    const words = Object.hasOwn(protocolWords, code) ? protocolWords[code as keyof typeof protocolWords] : undefined;
    assert.ok(words?.message.en && words.message.zh && words.next.en && words.next.zh, `no words for ${code}`);
  }
  if (view.outcome?.result !== 'done') assert.ok(view.outcome?.code, 'an end without a code');
  const state = (await member.book.read('match', run.session)) as MatchState;
  assert.equal(state.secrets, undefined, 'secrets stay in the book');
  assert.deepEqual(member.spool.held(run.session), [], 'lists stay in the spool');
}

/** What the coordinator was given and holds: sizes and times, and tokens that lead back to nobody. */
export function checkCoordinator(run: MatchRun): void {
  const { network, coordinator } = run.world;
  const seen = Buffer.concat([...network.given, Buffer.from(coordinator.book.text), ...coordinator.spool.bytes]);
  const texts = run.plan.canaries.flatMap((canary) => {
    const bytes = Buffer.from(canary);
    return [bytes, Buffer.from(bytes.toString('base64')), Buffer.from(createHash('sha256').update(bytes).digest())];
  });
  for (const text of texts) assert.ok(!seen.includes(text), `the coordinator saw ${text}`);
  if (run.plan.terms.mode === 'salted-hash') return;
  for (const { member } of run.sides) {
    for (const [name, bytes] of member.spool.ever) {
      if (!name.startsWith(`${run.session}/points-`) && !name.startsWith(`${run.session}/in-masked-`)) continue;
      for (const token of tokensOf(bytes)) assert.ok(!seen.includes(token), `the coordinator saw a token of ${name}`);
    }
  }
}

const tokensOf = (bytes: Uint8Array): Buffer[] =>
  Array.from({ length: bytes.length / 32 }, (_, at) => Buffer.from(bytes.subarray(at * 32, at * 32 + 32)));

/** Orders in which lists travel say nothing of the records they come from, nor of each other. */
export function checkOrders(run: MatchRun): void {
  const { session, plan } = run;
  const { mode, learns } = plan.terms;
  for (const { member, role } of run.sides) {
    const partner = member === run.initiator ? run.responder : run.initiator;
    const of = (who: Member, name: string) => who.spool.ever.get(`${session}/${name}/0`);
    for (const kind of plan.terms.kinds) {
      const rows = of(member, `owner-rows-${kind}`);
      if (rows) assert.ok(!ascending(rows), 'a list left in the order of its records');
      const own = mode === 'salted-hash' ? of(member, `points-${kind}`) : of(partner, `twice-${kind}`);
      if (!own || own.length < longEnough * 32) continue;
      const back = of(member, `in-doubled-${kind}`);
      const learner = mode === 'ecdh' && (learns === role || learns === 'both');
      if (mode === 'ecdh' && !learner) assert.equal(back, undefined, 'a list was given back to who must not learn');
      if (back && !learner) assert.notDeepEqual(back, own, 'a list went back in its own order');
      const seen = run.world.network.given.some((bytes) => Buffer.from(bytes).includes(Buffer.from(own)));
      assert.ok(!seen, 'the counter got a list in its own order');
    }
  }
}

function ascending(bytes: Uint8Array): boolean {
  const rows = new Uint32Array(Uint8Array.from(bytes).buffer);
  return new Set(rows).size >= longEnough && rows.every((row, at) => at === 0 || row >= rows[at - 1]!);
}

/** Codes that accuse the other side: nobody between the two can make one honest member say them of another. */
const accusing: ReadonlySet<string> = new Set([
  'malformed',
  'not_canonical',
  'signature_wrong',
  'seal_broken',
  'list_wrong',
  'point_refused',
  'sequence_conflict',
  'parameters_changed',
  'officers_missing',
  'terms_wrong',
  'outcome_missing',
  'heads_differ',
]);

/** Between honest members nobody is accused, and where both signed they hold one transcript. */
export async function checkPeace(run: MatchRun): Promise<void> {
  for (const { member } of run.sides) {
    const ends = member.events.filter(({ kind }) => kind === 'ended').map(({ code }) => code);
    const codes = [run.viewOf(member)?.outcome?.code, ...ends].filter((code) => accusing.has(code ?? ''));
    assert.deepEqual(codes, [], 'an honest member is accused');
  }
  if (run.sides.every(({ member }) => run.viewOf(member)?.heads.theirs)) await checkTranscripts(run);
}
