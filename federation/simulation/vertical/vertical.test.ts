// Vertical rounds of honest parties over a network and machines that fail in every way, from a seed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSeed, rounds, summary } from '../../../appliance/simulation/testing/rounds.ts';
import { classOf, pathsOf, sayingView } from '../../protocol/round/round-view.ts';
import { alarm } from '../round/leakage/statistics.ts';
import { faulty, nothing } from '../world.ts';
import { drawVertical } from './plan.ts';
import { boardOf, endingOf, honestVertical } from './stories.ts';

const runs = rounds(12, 10_000);

test('two and three members come to the trees of the one table', async () => {
  for (const members of [2, 3]) {
    const plan = { ...drawVertical(5, members), gone: [], votes: [true, true, true].slice(0, members) };
    const run = await honestVertical(5, nothing, plan);
    assert.equal(endingOf(run)!.result, 'adopted');
    assert.ok(run.world.members.every(({ adopted }) => adopted.at(-1)?.part !== undefined));
    assert.ok(boardOf(run)!.exchanges.count > 4);
    const sealed = run.world.ledger
      .ofKind('exchange')
      .flatMap(({ says }) => says.digests.map((digest) => run.world.ledger.given.get(digest)!));
    assert.ok(sealed.length > 8 && alarm(Buffer.concat(sealed)) < 1, 'what is sealed leans');
    for (const { signed } of run.world.ledger.said) {
      const { kind, ...said } = signed.entry.says;
      for (const path of pathsOf(said))
        assert.ok(path === '' || classOf(sayingView[kind], path), `${kind}: ${path} is not on the list`);
    }
  }
});

test(`${runs} vertical rounds over faults of every kind`, async () => {
  const seed = firstSeed();
  const endings: { [ending: string]: number } = {};
  let [steps, deaths] = [0, 0];
  for (let at = 0; at < runs; at += 1) {
    const run = await honestVertical(seed + at, faulty);
    steps += run.world.steps;
    deaths += run.world.desk.deaths + run.world.nodes.reduce((sum, node) => sum + node.deaths, 0);
    const ended = endingOf(run);
    const ending = ended?.code ?? ended?.result ?? 'none';
    endings[ending] = (endings[ending] ?? 0) + 1;
  }
  summary('vertical rounds', { rounds: runs, ...endings, steps, deaths, seed });
});
