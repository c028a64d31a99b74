// One budget for each partner over matches and rounds: what is charged when, what refuses, what is given back, and what a kill at every write leaves.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLedger, spent } from '../../../crypto/privacy/privacy.ts';
import { type BookChange, MemoryBook } from '../../../federation/protocol/durable.ts';
import { privacyFor, type RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { parseConfig } from '../../core/config.ts';
import { Fault } from '../../core/errors.ts';
import { privacySettings } from '../../core/model/federation-config.ts';
import { memberIds, termsOf } from '../rounds/testing.ts';
import { TestClock } from '../testing.ts';
import { Ledgers, ledgerCollection, type Told, toldInMatch, toldInRound } from './ledgers.ts';

const [me, south, east] = memberIds(3) as [string, string, string];
const trees: RoundTerms['learn'] = {
  ...{ kind: 'trees', trees: 5, learningRate: 0.3, growth: 'depth', maxDepth: 3, maxLeaves: 8, minChildHessian: 1, lambda: 1 },
  ...{ alpha: 0, gamma: 0, columnSample: 1, seed: 0, bins: 8, leastCount: 20 },
};
const exact = termsOf(3, trees);
const noisy = (epsilon: number): RoundTerms => ({ ...exact, privacy: privacyFor(exact, { epsilon, delta: 1e-6 }) });

function open(settings = { epsilon: 5, delta: 1e-6, answers: 3 }, book = new MemoryBook()) {
  const clock = new TestClock();
  return { book, clock, ledgers: new Ledgers({ book, clock, settings }) };
}
const refused = (where: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault && error.code === 'budget_spent', String(error));
  assert.match(error.where ?? '', where);
  return true;
};
const viewOf = async (ledgers: Ledgers, partner: string) => (await ledgers.list((one) => one, partner))[0];

test('answers without noise are counted over matches and rounds together, and refuse when they are spent', async () => {
  const { ledgers } = open();
  await ledgers.charge(toldInMatch('m1', south, 'customers'));
  assert.deepEqual(await ledgers.charge(toldInRound('r1', me, exact)), {
    budget: 'answers without noise to the partner told most',
    spent: 2,
    limit: 3,
  });
  await ledgers.charge(toldInMatch('m2', south, 'customers'));
  await assert.rejects(ledgers.charge(toldInMatch('m3', south, 'customers')), refused(/answers 4 \(3\)/));
  // A round charges all of its partners or none: the other one has been told less, and is not charged.
  await assert.rejects(ledgers.charge(toldInRound('r2', me, exact)), refused(/answers 4/));
  assert.equal((await viewOf(ledgers, east))!.spent.count, 1);
  await assert.rejects(ledgers.judge(toldInRound('r2', me, exact)), refused(/answers/));
  // Another dataset has a budget of its own, and noise one of epsilon.
  await ledgers.charge(toldInMatch('m3', south, 'file list'));
  await ledgers.charge(toldInRound('r3', me, noisy(2)));
  assert.match((await viewOf(ledgers, south))!.words.en, /exact answers/);
});

test('rounds with noise compose to one epsilon, which refuses before it is exceeded', async () => {
  const { ledgers } = open();
  const first = await ledgers.charge(toldInRound('r1', me, noisy(3)));
  assert.ok(first.spent > 2.7 && first.spent <= 3 && first.limit === 5, JSON.stringify(first));
  const second = await ledgers.charge(toldInRound('r2', me, noisy(3)));
  assert.ok(second.spent > first.spent && second.spent < 5, 'less than twice as much');
  await assert.rejects(ledgers.charge(toldInRound('r3', me, noisy(3))), refused(/^epsilon 5\.\d+ \(5\)$/));
  await ledgers.charge(toldInMatch('m1', south, 'customers'));
  const { left, spent: now } = (await viewOf(ledgers, south))!;
  assert.ok(left.rho > 0 && now.entries.round === 2 && now.entries.match === 1);
});

test('everybody who sees sums is charged, the custodian too, and not this node', () => {
  assert.deepEqual(toldInRound('r', me, exact).partners, [south, east, 'd'.repeat(32)]);
  assert.deepEqual(toldInRound('r', me, { ...exact, custodian: east }).partners, [south, east]);
});

test('what never left is given back, what left is not, and what came of nothing is found later', async () => {
  const { ledgers, clock } = open();
  await ledgers.charge(toldInRound('r1', me, exact));
  await ledgers.over('r1');
  assert.equal((await viewOf(ledgers, south))!.spent.count, 0);
  await ledgers.charge(toldInRound('r2', me, exact));
  await ledgers.opened('r2');
  await ledgers.opened('r2');
  await ledgers.over('r2');
  assert.equal((await viewOf(ledgers, south))!.spent.count, 1);
  await ledgers.charge(toldInMatch('m1', south, 'customers'));
  await ledgers.charge(toldInMatch('m2', south, 'customers'));
  await ledgers.sweep(new Set());
  assert.equal((await viewOf(ledgers, south))!.spent.count, 3, 'it may be under way');
  clock.ms += 3_700_000;
  await ledgers.sweep(new Set(['m2']));
  assert.equal((await viewOf(ledgers, south))!.spent.count, 2);
  assert.deepEqual(
    (await viewOf(ledgers, south))!.entries.map(({ id, state }) => `${id} ${state}`),
    ['r1 refunded', 'r2 opened', 'm1 refunded', 'm2 charged'],
  );
});

test('two charges at once do not both take the last of it', async () => {
  const { ledgers } = open({ epsilon: 5, delta: 1e-6, answers: 1 });
  const both = await Promise.allSettled(['m1', 'm2'].map((id) => ledgers.charge(toldInMatch(id, south, 'customers'))));
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

class DyingBook extends MemoryBook {
  left: number;
  readonly #after: boolean;
  constructor(left: number, after: boolean) {
    super();
    this.left = left;
    this.#after = after;
  }
  override async write(changes: readonly BookChange[]): Promise<void> {
    this.left -= 1;
    if (this.left !== 0) return super.write(changes);
    if (this.#after) await super.write(changes);
    throw new Error('killed');
  }
}

/** Officers agree: it is paid for, and then it is agreed to. */
async function agree(book: MemoryBook, ledgers: Ledgers, told: Told): Promise<void> {
  await ledgers.charge(told);
  await book.write([{ put: ['agreed', told.id, true] }]);
}

test('a kill at any write leaves no agreement that was not paid for, and asked for again it is paid for once', async () => {
  for (const after of [false, true]) {
    for (const at of [1, 2]) {
      const book = new DyingBook(at, after);
      const told = toldInRound('r1', me, noisy(2));
      await assert.rejects(agree(book, open(undefined, book).ledgers, told), /killed/);
      const agreed = (await book.read('agreed', 'r1')) === true;
      const ledgersOf = async () => (await book.list(ledgerCollection)).map(({ value }) => readLedger(value));
      const charged = await ledgersOf();
      assert.ok(!agreed || charged.length === 3, `at ${at}: agreed and not paid for`);
      assert.ok(charged.length === 0 || charged.length === 3, 'a part of the partners was charged');
      await agree(book, open(undefined, book).ledgers, told);
      const again = await ledgersOf();
      assert.equal(again.length, 3);
      for (const ledger of again) assert.ok(ledger.entries.length === 1 && spent(ledger).epsilon <= 2);
    }
  }
});

test('budgets are set in the configuration, and one that is lowered counts for what was told before', async () => {
  const config = parseConfig({ federation: { privacy: { epsilon: 2, answers: 0 } } });
  assert.deepEqual(privacySettings(config.federation), { epsilon: 2, delta: 1e-6, answers: 0 });
  assert.throws(() => parseConfig({ federation: { privacy: { delta: 0 } } }));
  const { book, ledgers } = open();
  await ledgers.charge(toldInRound('r1', me, noisy(3)));
  const lowered = open({ epsilon: 1, delta: 1e-6, answers: 0 }, book).ledgers;
  await assert.rejects(lowered.charge(toldInRound('r2', me, noisy(0.1))), refused(/^epsilon/));
  await assert.rejects(lowered.charge(toldInMatch('m1', south, 'customers')), refused(/^answers 1 \(0\)/));
});
