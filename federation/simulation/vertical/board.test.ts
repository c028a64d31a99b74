// The board of a vertical round: questions and answers in one order and between the right sides, and nothing of rounds of sums beside them.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { same } from '../../protocol/plain.ts';
import { Board } from '../../protocol/round/board.ts';
import { leakageOfRound } from '../../protocol/round/round-leakage.ts';
import { readRoundTerms } from '../../protocol/round/round-terms.ts';
import { wordsOfRoundTerms } from '../../protocol/round/round-terms-words.ts';
import { type Saying, signEntry } from '../../protocol/round/sayings.ts';
import { exchangeLines } from '../../protocol/round/vertical-terms.ts';
import { federationId, startMs } from '../../protocol/testing.ts';
import { textsIn, untranslated } from '../../protocol/testing-texts.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import { type Founded, foundedOnce, type Organisation } from '../round/founding.ts';

const round = 'ab'.repeat(16);
const digest = 'cd'.repeat(32);
let founded: Founded;
let sides: readonly Organisation[];
before(async () => {
  founded = await foundedOnce();
  sides = founded.members.slice(0, 3);
});

const approvals = [
  { officer: 'one', reason: 'because' },
  { officer: 'two', reason: 'because' },
];
const learn = (more: object = {}) => ({
  ...{
    kind: 'vertical-trees',
    exposedMost: 1,
    owner: sides[0]!.id,
    rows: { by: 'place' },
    trees: 2,
    maxDepth: 3,
    maxLeaves: 8,
    bins: 16,
  },
  ...{ learningRate: 0.3, growth: 'depth', minChildHessian: 1, lambda: 1, alpha: 0, gamma: 0, columnSample: 1, seed: 1 },
  ...more,
});
const termsOf = (more: object = {}, members = sides.length) => ({
  ...{ v: 1, kind: 'round', members: sides.slice(0, members).map(({ id }) => id), coordinator: founded.coordinator.id },
  ...{ custodian: sides[0]!.id, purpose: 'churn', reason: 'columns of all' },
  schema: {
    label: { name: 'left', positive: 'yes' },
    features: sides.slice(0, members).map(({ id }) => ({ name: 'tenure', kind: 'number', of: id })),
  },
  learn: learn(),
  ...{ against: 'semi-honest', agreement: 'x-wing', encryption: 'bfv-8192', patienceMs: 60_000, officers: 2, minRows: 5 },
  ...{ proposedAtMs: startMs, log: { size: founded.membership.size, head: founded.membership.head } },
  ...more,
});

class Told {
  readonly board = new Board(federationId, round, (member) => founded.membership.members.get(member)?.descriptor.signingKey);

  say(who: Organisation, says: Saying): void {
    const { board } = this;
    const entry = { federation: federationId, round, by: who.id, n: board.nextOf(who.id), seen: board.seen, atMs: startMs, says };
    board.take(signEntry(who.key, entry));
  }
  exchange(from: Organisation, to: Organisation, number: number, about = 'allowed'): void {
    this.say(from, { kind: 'exchange', to: to.id, number, about, digests: [digest] });
  }
  refused(code: string, work: () => void): void {
    const { lines } = this.board;
    assert.throws(work, (fault: unknown) => fault instanceof ProtocolFault && fault.code === code);
    assert.equal(this.board.lines, lines);
  }
}

function agreed(): { told: Told; owner: Organisation; one: Organisation; two: Organisation } {
  const told = new Told();
  const [owner, one, two] = sides as [Organisation, Organisation, Organisation];
  told.say(owner, { kind: 'proposal', terms: readRoundTerms(termsOf()), approvals });
  told.say(one, { kind: 'acceptance', approvals });
  told.refused('round_phase', () => told.exchange(owner, one, 0));
  told.say(two, { kind: 'acceptance', approvals });
  return { told, owner, one, two };
}

test('exchanges stand in their order, a question before its answer, between the owner and its partners', () => {
  const { told, owner, one, two } = agreed();
  const { board } = told;
  assert.deepEqual(board.waitedFor, [owner.id]);
  const refused = (work: () => void) => told.refused('round_phase', work);
  refused(() => told.exchange(one, owner, 0));
  refused(() => told.exchange(one, two, 0));
  refused(() => told.exchange(owner, owner, 0));
  refused(() => told.exchange(owner, founded.custodian, 0));
  refused(() => told.exchange(owner, one, 1));
  told.refused('round_stranger', () => told.exchange(founded.coordinator, one, 0));
  told.exchange(owner, one, 0);
  assert.deepEqual(board.waitedFor, [one.id]);
  refused(() => told.exchange(owner, one, 1));
  refused(() => told.exchange(one, owner, 1));
  refused(() => told.exchange(one, owner, 0, 'rows'));
  told.exchange(owner, two, 0);
  told.exchange(one, owner, 0);
  refused(() => told.exchange(one, owner, 0));
  assert.deepEqual(board.exchanges.spent.length, 1);
  assert.deepEqual(board.waitedFor, [two.id]);
  told.exchange(owner, one, 1, 'rows');
  assert.deepEqual(board.exchanges.spent.length, 2);
});

test('a model is said when all that a side was asked is answered; then there is nothing more to ask it', () => {
  const { told, owner, one, two } = agreed();
  const model: Saying = { kind: 'model', model: digest, metrics: {}, rows: 0 };
  told.refused('round_phase', () => told.say(one, model));
  told.exchange(owner, one, 0);
  told.refused('round_phase', () => told.say(one, model));
  told.exchange(one, owner, 0);
  told.say(one, model);
  told.refused('round_phase', () => told.exchange(owner, one, 1));
  told.refused('round_phase', () => told.say(owner, model));
  told.exchange(owner, two, 0);
  told.exchange(two, owner, 0);
  told.refused('model_differs', () => told.say(owner, { ...model, model: 'ef'.repeat(32) }));
  told.say(owner, model);
  assert.deepEqual(told.board.waitedFor, [two.id]);
});

test('nobody is left out, and there are neither keys nor sums', () => {
  const { told, owner, one } = agreed();
  const secrets = Object.fromEntries(sides.map(({ id }) => [id, digest]));
  told.refused('round_phase', () => told.say(owner, { kind: 'custody', publicKey: [digest], secrets, approvals }));
  told.refused('round_phase', () => told.say(one, { kind: 'keys', batch: 0, keys: [digest] }));
  assert.throws(() => told.say(founded.coordinator, { kind: 'absent', members: [owner.id] }), /./);
  told.say(founded.coordinator, { kind: 'stop', code: 'member_lost', reason: owner.id });
  assert.equal(told.board.ended?.code, 'member_lost');
});

test('terms that do not fit together are named', () => {
  const features = () => termsOf().schema.features;
  const cases: readonly (readonly [object, string])[] = [
    [{ learn: learn({ owner: 'ab'.repeat(16) }) }, 'learn/owner'],
    [{ custodian: sides[1]!.id }, 'custodian'],
    [{ against: 'malicious' }, 'against'],
    [{ agreement: 'x25519' }, 'agreement'],
    [{ encryption: 'bfv-4096' }, 'encryption'],
    [{ schema: { ...termsOf().schema, features: features().slice(0, 2) } }, 'schema/of'],
    [{ schema: { ...termsOf().schema, features: features().reverse() } }, 'schema/of'],
    [{ schema: { ...termsOf().schema, features: features().map(({ of: _of, ...rest }) => rest) } }, 'schema'],
    [{ learn: learn({ rows: { by: 'match', matches: {}, asOfMs: 1 } }) }, 'learn/rows'],
    [{ learn: learn({ trees: 1000, growth: 'leaf', maxDepth: 16, maxLeaves: 4096 }) }, 'learn/trees'],
  ];
  for (const [more, where] of cases) {
    assert.throws(
      () => readRoundTerms(termsOf(more)),
      (fault: unknown) => fault instanceof ProtocolFault && fault.code === 'terms_wrong' && fault.where === where,
      where,
    );
  }
  assert.equal(readRoundTerms(termsOf({}, 2)).members.length, 2);
  // Two who add up vectors would see each other's.
  const sums = { learn: { kind: 'logistic', l2: 1, iterations: 5, tolerance: 1e-6, fewest: 0 }, against: 'malicious' };
  assert.throws(() => readRoundTerms(termsOf(sums, 2)), /members/);
  assert.equal(exchangeLines(readRoundTerms(termsOf()).learn as never, 2), 2 * 2 * (2 * 7 + 4));
});

test('terms and what could leak are in words, in both languages', () => {
  const matches = { [sides[1]!.id]: 'ab'.repeat(16), [sides[2]!.id]: 'cd'.repeat(16) };
  for (const more of [{}, { learn: learn({ rows: { by: 'match', matches, asOfMs: startMs } }) }]) {
    const terms = readRoundTerms(termsOf(more));
    const lines = wordsOfRoundTerms(terms, () => same('North'), 'Asia/Shanghai');
    const written = ['North', 'churn', 'columns of all', 'left', 'yes', 'tenure', 'BFV', 'X-Wing', 'match', 'ab', 'cd'];
    for (const text of textsIn(lines.map(({ label, text: said }) => [label, said]))) {
      assert.deepEqual(untranslated(text, written), []);
    }
    for (const text of textsIn(leakageOfRound(terms))) assert.deepEqual(untranslated(text, written), []);
    assert.ok(!JSON.stringify(lines).includes('left out'), 'nobody is left out of a vertical round');
  }
});
