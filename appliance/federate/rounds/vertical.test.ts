// A vertical round with everything real but the network: boosting in threads, rows encrypted by SEAL, two and three members on one coordinator's
// desk. The parts put together are, byte for byte, the trees of the joined table, and the transcript verifies.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { RoundProposal } from '../../../federation/participant/round/rounds.ts';
import { writeRoundVerdict } from '../../../federation/protocol/round/round-verdict-words.ts';
import { verifyRound } from '../../../federation/protocol/round/verify-round.ts';
import { until } from '../../../federation/simulation/round-stories.ts';
import { officers, type RoundMember, RoundWorld } from '../../../federation/simulation/round-world.ts';
import { Boosting, joinParts, parseOwnerPart, parsePartnerPart } from '../../decide/models/boosting/boosting.ts';
import { chance } from '../../simulation/testing/rounds.ts';
import { partedPlaces, type RoundTable, rowsOf } from './round-table.ts';
import { startRowThreads } from './row-crypto.ts';
import { ownerSide, partnerSide, verticalOf, verticalSettings } from './vertical-side.ts';

const boosting = new Boosting({ threads: 2 });
const threads = startRowThreads();
after(async () => {
  await boosting.close();
  await threads.close();
});

const rows = 300;

/** A column of numbers with ties, and some missing. */
function columnsOf(seed: number, count: number): Float32Array<SharedArrayBuffer>[] {
  const draws = chance(seed);
  return Array.from({ length: count }, () => {
    const column = new Float32Array(new SharedArrayBuffer(4 * rows));
    for (let row = 0; row < rows; row += 1) column[row] = draws.next(12) === 0 ? Number.NaN : draws.next(40) / 4;
    return column;
  });
}

function proposalOf(world: RoundWorld, owner: RoundMember, counts: readonly number[]): RoundProposal {
  const order = [owner, ...world.members.filter((one) => one !== owner)];
  return {
    members: world.members.map(({ who }) => who.id),
    custodian: owner.who.id,
    purpose: 'churn.prevention',
    reason: 'columns of both',
    schema: {
      label: { name: 'left', positive: 'yes' },
      features: order.flatMap(({ who }, at) =>
        Array.from({ length: counts[at]! }, (_, column) => ({ name: `${at} ${column}`, kind: 'number' as const, of: who.id })),
      ),
    },
    learn: {
      ...{
        kind: 'vertical-trees',
        exposedMost: 1,
        owner: owner.who.id,
        rows: { by: 'place' },
        trees: 2,
        maxDepth: 3,
        maxLeaves: 8,
        bins: 16,
      },
      ...{ learningRate: 0.3, growth: 'depth', minChildHessian: 1, lambda: 1, alpha: 0, gamma: 0, columnSample: 0.8, seed: 3 },
    },
    ...{ against: 'semi-honest', agreement: 'x-wing', encryption: 'bfv-8192', patienceMs: 600_000, officers: 2, minRows: 50 },
  };
}

async function whole(members: number): Promise<void> {
  const world = await RoundWorld.open(members);
  try {
    const owner = world.members[members - 1]!;
    const sides = [owner, ...world.members.filter((one) => one !== owner)];
    const counts = [2, 3, 2].slice(0, members);
    const columns = sides.map((_, at) => columnsOf(at + 1, counts[at]!));
    const draws = chance(9);
    const value = (cell: number) => (Number.isNaN(cell) ? 5 : cell);
    const labels = Float32Array.from({ length: rows }, (_, row) =>
      Number(value(columns[0]![0]![row]!) + 2 * value(columns[1]![1]![row]!) + draws.next(8) > 18),
    );
    const places = Int32Array.from({ length: rows }, (_, row) => (row % 17 === 3 ? -1 : row));
    for (const [at, side] of sides.entries()) {
      const table: RoundTable = { rows, columns: columns[at]!, names: columns[at]!.map((_, one) => `${one}`), labels };
      side.vertical = {
        rows: threads.rows,
        owner: async ({ terms }) =>
          ownerSide(
            { terms, table, boosting },
            sides.slice(1).map(() => places),
          ),
        partner: async ({ terms }) => partnerSide({ terms, table, boosting }, places),
      };
      await side.stop();
      await side.open(world);
    }
    const proposal = proposalOf(world, owner, counts);
    const round = await owner.rounds.propose(proposal, world.coordinator.id, {}, officers('owner'));
    for (const side of sides.slice(1)) {
      await until(() => side.rounds.list().some(({ board }) => board.begun));
      await side.rounds.accept(round, {}, officers('partner'));
    }
    for (const side of sides) await until(() => side.events.some(({ kind }) => kind === 'vote'), 60_000);
    for (const side of sides) await side.rounds.vote(round, true, { officer: 'wang', reason: 'good' });
    for (const side of sides) await until(() => side.rounds.get(round).state.over === true);

    const parts = sides.map(({ parts: own }) => own.get(round)!);
    const joined = joinParts(parseOwnerPart(parts[0]!), parts.slice(1).map(parsePartnerPart));
    const order = Uint32Array.from([...places].filter((place) => place >= 0));
    const { training } = partedPlaces(order.length);
    const table: RoundTable = { rows, columns: columns.flat(), names: [], labels };
    const learning = rowsOf(rowsOf(table, order), training);
    const learn = verticalOf(proposal);
    const pooled = await boosting.train(
      await boosting.bin(learning, { bins: learn.bins }),
      learning.labels,
      verticalSettings(learn),
    );
    assert.equal(JSON.stringify(joined.trees), JSON.stringify(pooled.trees.trees));
    assert.ok(joined.trees.some(({ feature }) => feature.some((one) => one >= counts[0]!)));

    const { findings, record } = verifyRound(await owner.rounds.transcript(round));
    assert.deepEqual(findings, []);
    assert.equal(record!.recomputed, 'no-code');
    assert.ok(record!.exchanges! > 6);
    const said = owner.rounds.get(round).board.parties.get(owner.who.id)!.model!;
    assert.ok(said.metrics.auc! > 0.6, `${said.metrics.auc}`);
    const verdict = verifyRound(await sides[1]!.rounds.transcript(round));
    for (const language of ['en', 'zh'] as const) assert.ok(writeRoundVerdict(verdict, language).length > 1000);
    // At the coordinator lies nothing that both sides have.
    const left = [...(await world.book.list('round-blob'))].length;
    assert.ok(left <= members, `${left} blobs are left`);
  } finally {
    await world.close();
  }
}

test('two members, one of them with the labels', () => whole(2));
test('three members', () => whole(3));
