// What members hear when somebody's input does not fit: the same code on all sides, the column and the reason, and never a value of anybody. Whole
// rounds with boards and masks as they are; only the encryption of sums is left out.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { RoundProposal } from '../../../federation/participant/round/rounds.ts';
import { Unreachable } from '../../../federation/protocol/coordinator-api.ts';
import { type LearningOf, readRoundTerms, rowsMost } from '../../../federation/protocol/round/round-terms.ts';
import { readEntry, signEntry } from '../../../federation/protocol/round/sayings.ts';
import { seededRandom } from '../../../federation/protocol/testing.ts';
import { ProtocolFault, protocolWords } from '../../../federation/protocol/words.ts';
import { until } from '../../../federation/simulation/round-stories.ts';
import { type Learn, officers, proposalOf, type RoundMember, RoundWorld } from '../../../federation/simulation/round-world.ts';
import { categoryColumn, numberColumn } from '../../core/matrix/matrix.ts';
import { compare } from '../rehearsal/compare.ts';
import { learnRound } from './learning.ts';
import { checkRows, tableOfFile } from './round-file.ts';
import { type RoundTable, roundTable } from './round-table.ts';
import { closeLearners, dealt, learnerOf, sampleSchema, sampleTable, termsOf } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-input-'));
after(async () => {
  rmSync(folder, { recursive: true });
  await closeLearners();
});

const logistic: LearningOf<'logistic'> = { kind: 'logistic', l2: 1e-3, iterations: 30, tolerance: 1e-6, fewest: 2 };
const trees: LearningOf<'trees'> = {
  ...{ kind: 'trees', trees: 1, learningRate: 0.3, growth: 'depth', maxDepth: 2, maxLeaves: 4, minChildHessian: 1, lambda: 1 },
  ...{ alpha: 0, gamma: 0, columnSample: 1, seed: 0, bins: 8, leastCount: 20 },
};
type Work = Parameters<Learn>[0];
type Own = (work: Work, at: number) => Promise<RoundTable> | RoundTable;

const learnFrom =
  (own: Own, at: number, changed: (work: Work) => Work = (work) => work): Learn =>
  async (work) => {
    const { me, terms, ask, signal } = changed(work);
    const table = await own(work, at);
    return learnRound(terms, table, { ...learnerOf(at), me, ask, signal, random: seededRandom(me) });
  };

async function agree(world: RoundWorld, proposal: Partial<RoundProposal>): Promise<string> {
  const [first, ...others] = world.members;
  const whole = { ...proposalOf(world), agreement: 'x25519', schema: sampleSchema, ...proposal } as const;
  const round = await first!.rounds.propose(whole, world.coordinator.id, {}, officers('first'));
  for (const member of others) {
    await until(() => member.rounds.list().some((one) => one.board.begun));
    await member.rounds.accept(round, {}, officers(member.who.id));
  }
  await until(() => world.custodian.rounds.list().some((one) => one.board.begun));
  await world.custodian.rounds.keepKey(round, officers('custodian'));
  return round;
}

/**
 * Votes and waits. Time stands still, so that a busy machine makes nobody late, unless the test says that only who is gone is waited for.
 * @param late whether it is so
 */
async function toEnd(world: RoundWorld, round: string, members: readonly RoundMember[], late = () => false): Promise<void> {
  const voted = new Set<RoundMember>();
  await until(() => {
    if (late()) world.clock.atMs += 61_000;
    for (const member of members) {
      if (voted.has(member) || !member.events.some(({ kind }) => kind === 'vote')) continue;
      voted.add(member);
      void member.rounds.vote(round, true, { officer: 'wang', reason: 'good' }).catch(() => undefined);
    }
    return members.every(({ rounds }) => rounds.get(round).state.over === true);
  }, 120_000);
}

/** A round to its end, in which each member learns as told. @returns what all sides agree that it ended by, and all that was said */
async function ended(learnOf: (at: number) => Learn, proposal: Partial<RoundProposal> = {}) {
  const world = await RoundWorld.open(3);
  try {
    for (const [at, member] of world.members.entries()) member.learn = learnOf(at);
    const round = await agree(world, proposal);
    await toEnd(world, round, world.members);
    const boards = world.all.map((member) => member.rounds.get(round).board);
    for (const { ended: end, head } of boards) {
      assert.deepEqual(end, boards[0]!.ended);
      assert.equal(head, boards[0]!.head);
    }
    const { code, reason, result } = boards[0]!.ended!;
    if (code !== undefined) {
      assert.ok(Object.hasOwn(protocolWords, code), code);
      for (const { events } of world.members) assert.equal(events.findLast(({ kind }) => kind === 'ended')?.code, code);
    }
    const said = JSON.stringify(world.members[0]!.rounds.get(round).entries);
    const opened = boards[0]!.sums.filter((sum) => sum.opened).length;
    const adopted = world.members.map((member) => member.adopted.get(round));
    return { code, reason, result, said, opened, adopted };
  } finally {
    await world.close();
  }
}

const noLimits = { ...sampleSchema, features: sampleSchema.features.map(({ limit: _limit, ...rest }) => rest) };
const tables = dealt(sampleTable(600, 2), 3);
const secret = 987_654.25;

function fileOf(name: string, columns: readonly string[], rows: number, cell: (column: number, row: number) => string): string {
  const path = join(folder, name);
  const lines = Array.from({ length: rows }, (_, row) => columns.map((_name, at) => cell(at, row)).join(','));
  writeFileSync(path, `${[columns.join(','), ...lines].join('\n')}\n`);
  return path;
}

const names = ['left', ...sampleSchema.features.map(({ name }) => name)];
const good = (at: number, row: number) => (at === 0 ? (row % 3 === 0 ? 'yes' : 'no') : `${((row * 7 + at) % 5) / 4}`);

/** The second member reads a file of its own. */
const withFile =
  (path: string): Own =>
  ({ terms }, at) =>
    at === 1 ? tableOfFile(path, terms) : tables[at]!;

const files: { name: string; path: string; code: string; reason: string }[] = [
  {
    ...{ name: 'a column is missing', code: 'schema_differs', reason: 'column 3' },
    path: fileOf(
      'missing.csv',
      names.filter((name) => name !== 'column 3'),
      50,
      good,
    ),
  },
  {
    ...{ name: 'the label is missing', code: 'schema_differs', reason: 'left' },
    path: fileOf('unlabelled.csv', names.slice(1), 50, (at, row) => good(at + 1, row)),
  },
  {
    ...{ name: 'text where numbers are', code: 'schema_differs', reason: 'column 1: category where numbers are' },
    path: fileOf('text.csv', names, 50, (at, row) => (at === 2 && row % 4 === 0 ? 'secret text' : good(at, row))),
  },
  {
    ...{ name: 'an infinite number', code: 'value_out_of_range', reason: 'column 0: infinite' },
    path: fileOf('infinite.csv', names, 50, (at, row) => (at === 1 && row === 30 ? '-Infinity' : good(at, row))),
  },
  {
    ...{ name: 'a number beyond single precision', code: 'value_out_of_range', reason: 'column 4: beyond single precision' },
    path: fileOf('large.csv', names, 50, (at, row) => (at === 5 && row === 30 ? '9.87654e39' : good(at, row))),
  },
  { name: 'no rows', code: 'rows_few', reason: '20', path: fileOf('empty.csv', names, 0, good) },
  { name: 'fewer rows than agreed', code: 'rows_few', reason: '20', path: fileOf('few.csv', names, 19, good) },
];

for (const [at, { name, path, code, reason }] of files.entries()) {
  test(`${name}: all hear the code and the column, and no value`, async () => {
    const [learn, schema] = at % 2 === 0 ? [logistic, sampleSchema] : [trees, noLimits];
    const found = await ended((member) => learnFrom(withFile(path), member), { learn, schema, minRows: 20 });
    assert.deepEqual([found.code, found.reason, found.result], [code, reason, 'stopped']);
    assert.equal(found.opened, 0);
    assert.doesNotMatch(found.said, /secret text|9\.87654|987654|Infinity/);
  });
}

test('a file that fits is learned from, and what is written as nothing is missing', async () => {
  const path = fileOf('good.csv', names, 60, (at, row) => (at === 3 && row % 6 === 0 ? 'NaN' : good(at, row)));
  const { result, adopted } = await ended((at) => learnFrom(withFile(path), at), { learn: logistic, minRows: 20 });
  assert.equal(result, 'adopted');
  assert.ok(adopted.every((model) => Buffer.from(model!).equals(adopted[0]!)));
  const table = await tableOfFile(path, { schema: sampleSchema, members: ['a', 'b', 'c'], minRows: 1 });
  assert.equal(table.columns[2]!.filter(Number.isNaN).length, 10);
});

test('more rows than sums can add up are refused, by how many each may bring', () => {
  const terms = { ...termsOf(3, logistic), minRows: 2 };
  checkRows(terms, 10, 10);
  assert.throws(
    () => checkRows(terms, 11, 10),
    (fault) => fault instanceof ProtocolFault && fault.code === 'rows_many' && fault.where === '10',
  );
  checkRows(terms, rowsMost(terms));
  assert.throws(() => checkRows(terms, 10_000_000), /more rows than a round can add up/);
  assert.equal(rowsMost({ members: Array.from({ length: 100 }, (_, at) => `${at}`) }), Math.floor(2 ** 26 / 100));
});

const labelled = (table: RoundTable, label: number): RoundTable => ({ ...table, labels: table.labels.map(() => label) });

test('a label that is constant in one organisation is fine, and in all is told by its column', async () => {
  const own = (at: number) => (at === 1 ? labelled(tables[at]!, 1) : tables[at]!);
  const one = await ended((at) => learnFrom(() => own(at), at), { learn: logistic });
  assert.equal(one.result, 'adopted');
  for (const [learn, schema, label] of [
    [logistic, sampleSchema, 1],
    [trees, noLimits, 0],
  ] as const) {
    const all = await ended((at) => learnFrom(() => labelled(tables[at]!, label), at), { learn, schema });
    assert.deepEqual([all.code, all.reason], ['label_constant', 'left']);
  }
});

test('a value beyond what a sum holds does not leave its member', async () => {
  const found = await ended((at) => async ({ ask }) => {
    await ask('something', Int32Array.of(1, at === 1 ? 2 ** 31 - 1 : 2));
    return { model: new Uint8Array(1), metrics: {}, rows: 0 };
  });
  assert.deepEqual([found.code, found.reason, found.opened], ['value_out_of_range', '0: value 1', 0]);
  assert.doesNotMatch(found.said, /2147483647/);
});

test('columns of which none varies are told', async () => {
  const flat = (table: RoundTable): RoundTable => ({
    ...table,
    columns: table.columns.map((column) => new Float32Array(new SharedArrayBuffer(column.length * 4)).fill(0.5)),
  });
  const { code } = await ended((at) => learnFrom(() => flat(tables[at]!), at), { learn: logistic });
  assert.equal(code, 'columns_constant');
});

test('other bin edges, and another version of the computation, are found before the sum is opened', async () => {
  const otherEdges =
    (at: number): Learn =>
    async ({ me, terms, ask, signal }) => {
      const { boosting, averaging } = learnerOf(at);
      const shifted = Object.create(boosting, {
        sharedEdges: {
          value: async (...given: Parameters<typeof boosting.sharedEdges>) =>
            (await boosting.sharedEdges(...given)).map((edges) => edges.map((edge) => edge + 0.25)),
        },
        bin: { value: boosting.bin.bind(boosting) },
        trainShared: { value: boosting.trainShared.bind(boosting) },
      }) as typeof boosting;
      return learnRound(terms, tables[at]!, {
        boosting: at === 2 ? shifted : boosting,
        averaging,
        me,
        ask,
        signal,
        random: seededRandom(me),
      });
    };
  const edges = await ended(otherEdges, { learn: trees, schema: noLimits });
  assert.equal(edges.code, 'sum_differs');
  assert.match(edges.reason!, /^\d+: base 0 [0-9a-f]{16}, base 0 [0-9a-f]{16}$/);
  const renamed = (work: Work): Work => ({
    ...work,
    ask: (about, ...rest) => work.ask(about.replace('newton', 'newton2'), ...rest),
  });
  const version = await ended((at) => learnFrom(() => tables[at]!, at, at === 0 ? renamed : undefined), { learn: logistic });
  assert.deepEqual([version.code, version.opened], ['sum_differs', 1]);
});

test('a member that is lost while trees grow ends the round, and nothing that lacks it is opened', async () => {
  const world = await RoundWorld.open(5);
  try {
    const parts = dealt(sampleTable(600, 2), 5);
    for (const [at, member] of world.members.entries()) member.learn = learnFrom(() => parts[at]!, at);
    const gone = world.members[3]!;
    let given = 0;
    let isGone = false;
    gone.between = (api) => ({
      ...api,
      post: async (entry) => {
        const gives = entry.entry.says.kind === 'contribution';
        isGone ||= gives && given === 3;
        if (isGone && gives) throw new Unreachable('gone');
        await api.post(entry);
        if (gives) given += 1;
      },
    });
    const round = await agree(world, { learn: trees, schema: noLimits });
    const stay = world.members.filter((member) => member !== gone);
    const { board: seen } = stay[0]!.rounds.get(round);
    // Whoever is merely slow is waited for: time must not make it the lost one, neither it before it is nor the fifth of the others.
    const onlyItLacks = () =>
      isGone &&
      seen.open?.contributions.size === 4 &&
      !seen.open.contributions.has(gone.who.id) &&
      seen.open.survivors === undefined;
    await toEnd(world, round, stay, onlyItLacks);
    for (const { rounds } of stay) {
      const { board } = rounds.get(round);
      assert.deepEqual([board.ended!.result, board.ended!.code, board.ended!.reason], ['stopped', 'member_lost', gone.who.id]);
      const opened = board.sums.filter((sum) => sum.opened);
      assert.equal(opened.length, 3);
      assert.ok(opened.every(({ survivors }) => survivors!.includes(gone.who.id)));
      assert.equal(board.sums.length, opened.length + 1);
      assert.equal(board.sums.at(-1)!.reveals.size, 0);
    }
  } finally {
    await world.close();
  }
});

test('a member that is gone before it gave to the first sum ends nothing: the trees are those of the others’ pooled table', async () => {
  for (const kind of ['keys', 'contribution'] as const) {
    const world = await RoundWorld.open(5);
    try {
      const parts = dealt(sampleTable(600, 2), 5);
      for (const [at, member] of world.members.entries()) member.learn = learnFrom(() => parts[at]!, at);
      const gone = world.members[3]!;
      gone.between = (api) => ({
        ...api,
        post: async (entry) => {
          if (entry.entry.says.kind === kind) throw new Unreachable('gone');
          await api.post(entry);
        },
      });
      const round = await agree(world, { learn: trees, schema: noLimits });
      const stay = world.members.filter((member) => member !== gone);
      const { board } = stay[0]!.rounds.get(round);
      const waiting = () =>
        kind === 'keys'
          ? board.batches[0]?.keys.size === 4 && board.batches[0].keyed === undefined
          : board.open?.contributions.size === 4 && board.open.survivors === undefined && board.sums.length === 1;
      await toEnd(world, round, stay, waiting);
      assert.deepEqual(board.ended, { result: 'adopted' }, kind);
      assert.deepEqual(board.parties.get(gone.who.id)!.out?.sum, kind === 'keys' ? undefined : 0);
      const tables = parts.filter((_, at) => at !== 3);
      const compared = await compare({ tables, schema: noLimits, learn: trees }, Buffer.from(stay[0]!.adopted.get(round)!));
      assert.ok(compared.identicalToPooled, kind);
    } finally {
      await world.close();
    }
  }
});

test('a member that is killed and comes back is no dropout: trees and averages go on with all', async () => {
  const averaging: LearningOf<'averaging'> = {
    ...{ kind: 'averaging', model: 'logistic', hidden: [], optimiser: 'fedavg', rounds: 3, patience: 3, epochs: 1, batch: 32 },
    ...{ learningRate: 0.05, l2: 0, serverLearningRate: 1, mu: 0, clip: 5, weighting: { by: 'equal' }, fewest: 2, seed: 1 },
  };
  for (const [learn, schema] of [
    [trees, noLimits],
    [averaging, sampleSchema],
  ] as const) {
    const world = await RoundWorld.open(3);
    try {
      for (const [at, member] of world.members.entries()) member.learn = learnFrom(() => tables[at]!, at);
      const killed = world.members[1]!;
      let left = 14;
      killed.between = (api) => ({
        ...api,
        post: async (entry) => {
          left -= 1;
          if (left >= 0) return api.post(entry);
          killed.between = (again) => again;
          setImmediate(() => void killed.stop().then(() => killed.open(world)));
          throw new Unreachable('killed');
        },
      });
      const round = await agree(world, { learn, schema });
      await toEnd(world, round, world.members);
      const { board } = killed.rounds.get(round);
      assert.equal(board.ended!.result, 'adopted');
      assert.ok(left < 0 && board.sums.length > 4 && board.sums.every(({ survivors }) => survivors!.length === 3));
    } finally {
      await world.close();
    }
  }
});

test('a level that nobody knows counts as missing', () => {
  const schema = {
    label: { name: 'left', positive: 'yes' },
    features: [{ name: 'city', kind: 'category' as const, levels: ['a', 'b'] }],
  };
  const of = (...cities: (string | undefined)[]) => ({
    rows: 4,
    columns: [categoryColumn('city', cities), categoryColumn('left', ['yes', 'no', 'no', 'yes'])],
  });
  const table = roundTable(of('a', 'b', 'atlantis', 'a'), schema);
  assert.deepEqual(table.columns, roundTable(of('a', 'b', undefined, 'a'), schema).columns);
  assert.deepEqual([...table.columns[0]!], [1, 0, Number.NaN, 1]);
  assert.doesNotMatch(JSON.stringify(table.names), /atlantis/);
});

test('numbers of a matrix that single precision does not hold are told by their column', () => {
  const schema = { ...sampleSchema, features: [{ name: 'a', kind: 'number' as const, limit: 1 }] };
  const of = (value: number) => ({
    rows: 2,
    columns: [numberColumn('a', [1, value]), categoryColumn('left', ['yes', 'no'])],
  });
  for (const [value, reason] of [
    [Number.POSITIVE_INFINITY, 'a: infinite'],
    [-3.5e38, 'a: beyond single precision'],
  ] as const)
    assert.throws(
      () => roundTable(of(value), schema),
      (fault) => fault instanceof ProtocolFault && fault.where === reason,
    );
  assert.ok(
    roundTable(of(secret), schema).columns[0]![1] === secret && Number.isNaN(roundTable(of(Number.NaN), schema).columns[0]![1]),
  );
});

test('an entry or terms of another version of the protocol are told as such', async () => {
  const world = await RoundWorld.open(3);
  try {
    for (const [at, member] of world.members.entries()) member.learn = learnFrom(() => tables[at]!, at);
    const round = await agree(world, { learn: logistic });
    const [first] = world.members;
    const { board, entries } = first!.rounds.get(round);
    const base = {
      federation: board.federation,
      round,
      by: first!.who.id,
      n: board.nextOf(first!.who.id),
      seen: board.seen,
      atMs: 1,
    };
    const said = signEntry(first!.who.key, { ...base, says: { kind: 'stop', code: 'stopped' } });
    for (const [v, code] of [
      [2, 'version_newer'],
      [0, 'version_older'],
    ] as const) {
      const other = { ...said, entry: { ...said.entry, v } } as unknown as typeof said;
      const told = (fault: unknown) => fault instanceof ProtocolFault && fault.code === code && fault.where === `${v}`;
      assert.throws(() => readEntry(other), told);
      await assert.rejects(world.desk.forMember(first!.who.id).post(other), told);
      assert.throws(() => readRoundTerms({ ...board.terms, v }), told);
    }
    assert.equal(first!.rounds.get(round).entries.filter(({ entry }) => entry.says.kind === 'stop').length, 0);
    assert.ok(entries.length > 0);
    await toEnd(world, round, world.members);
    assert.equal(board.ended!.result, 'adopted');
  } finally {
    await world.close();
  }
});
