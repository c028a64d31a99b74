// What members learn in a round beside the pooled table: the optimum by Newton, models by averaging, with members that drop out on the way and
// members that send poison; and trees, which end where a member is lost.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { LearningOf, RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { readRoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import type { StandardModel } from '../../../federation/protocol/round/standard-model.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { compare } from '../rehearsal/compare.ts';
import { together } from './round-table.ts';
import { partsOf } from './standard-model.ts';
import { closeLearners, dealt, learnTogether, sampleSchema, sampleTable, termsOf } from './testing.ts';

after(closeLearners);

const logistic: LearningOf<'logistic'> = { kind: 'logistic', l2: 1e-3, iterations: 30, tolerance: 1e-6, fewest: 20 };
const averaged: LearningOf<'averaging'> = {
  ...{ kind: 'averaging', model: 'logistic', hidden: [], optimiser: 'fedavg', rounds: 8, patience: 3, epochs: 2, batch: 32 },
  ...{ learningRate: 0.05, l2: 1e-3, serverLearningRate: 1, mu: 0, clip: 5, weighting: { by: 'rows', rowsCap: 10_000 } },
  ...{ fewest: 20, seed: 3 },
};
const trees: LearningOf<'trees'> = {
  ...{ kind: 'trees', trees: 2, learningRate: 0.3, growth: 'depth', maxDepth: 3, maxLeaves: 8, minChildHessian: 1, lambda: 1 },
  ...{ alpha: 0, gamma: 0, columnSample: 1, seed: 0, bins: 16, leastCount: 20 },
};
const modelOf = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as StandardModel;
const code = (wanted: string, where?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ProtocolFault, String(error));
  assert.equal(error.code, wanted);
  if (where) assert.match(error.where ?? '', where);
  return true;
};
const furthest = (one: readonly number[], other: readonly number[]) =>
  Math.max(...one.map((value, at) => Math.abs(value - other[at]!)));

test('logistic regression: the same bytes for all, the pooled weights to 1e-9, the pooled AUC', async () => {
  for (const count of [3, 5]) {
    const tables = dealt(sampleTable(3000, count), count);
    const { learned } = await learnTogether(termsOf(count, logistic), tables);
    for (const { model } of learned) assert.ok(learned[0]!.model.length > 500 && Buffer.from(model).equals(learned[0]!.model));
    const { model } = learned[0]!;
    const compared = await compare({ tables, schema: sampleSchema, learn: logistic }, model);
    assert.ok((compared.closeToPooled ?? 0) < 1e-9, `${compared.closeToPooled}`);
    assert.ok(Math.abs(compared.auc.federated - compared.auc.pooled) < 1e-9, JSON.stringify(compared.auc));
    assert.ok(compared.auc.federated > 0.75 && learned.every(({ metrics, rows }) => metrics.auc! > 0.6 && rows > 50));
    const { kind, standardiser, weights } = modelOf(model);
    assert.deepEqual([kind, standardiser.columns.length, weights.length], ['logistic', 6, 7]);
  }
});

test('logistic regression goes on to the optimum of those who stay', async () => {
  const count = 5;
  const tables = dealt(sampleTable(4000, 9), count);
  const terms = termsOf(count, logistic);
  const { learned, board } = await learnTogether(terms, tables, { gone: { [terms.members[0]!]: 2 } });
  assert.deepEqual(board.asked.map(({ members }) => members.length).slice(0, 4), [5, 5, 5, 4]);
  assert.equal(new Set(learned.map(({ model }) => Buffer.from(model).toString())).size, 1);
  // Standardised by the moments of all: the weights beside those of Newton over who stayed, under the same standardiser.
  const { learned: whole } = await learnTogether(terms, tables);
  const [left, all] = [modelOf(learned[0]!.model), modelOf(whole[0]!.model)];
  assert.deepEqual(left.standardiser, all.standardiser);
  assert.ok(furthest(left.weights, all.weights) > 1e-3, 'another optimum');
  assert.ok(learned[0]!.metrics.auc! > 0.6);
});

const optimisers: Record<string, Partial<LearningOf<'averaging'>>> = {
  fedavg: {},
  fedprox: { optimiser: 'fedprox', mu: 0.1 },
  fedadam: { optimiser: 'fedadam', serverLearningRate: 0.1, adaptive: { beta1: 0.9, beta2: 0.99, tau: 1e-3 }, rounds: 15 },
};

test('averaging: the same bytes for all, near the pooled AUC, by each rule', async () => {
  const tables = dealt(sampleTable(3000, 7), 4);
  const best = await compare(
    { tables, schema: sampleSchema, learn: logistic },
    (await learnTogether(termsOf(4, logistic), tables)).learned[0]!.model,
  );
  for (const [name, options] of Object.entries(optimisers)) {
    const learn = { ...averaged, ...options };
    const { learned, board } = await learnTogether(termsOf(4, learn), tables);
    for (const { model } of learned) assert.ok(Buffer.from(model).equals(learned[0]!.model), name);
    const { auc } = await compare({ tables, schema: sampleSchema, learn }, learned[0]!.model);
    assert.ok(auc.federated > best.auc.pooled - 0.02, `${name}: ${auc.federated} of ${best.auc.pooled}`);
    assert.ok(board.sums.length <= learn.rounds + 2, `${board.sums.length} sums`);
  }
});

test('a perceptron learns what no line does, and rows kept out stop it', async () => {
  const tables = dealt(sampleTable(4000, 5, { curved: true }), 3);
  const neural: LearningOf<'averaging'> = {
    ...averaged,
    model: 'neural',
    hidden: [16],
    activation: 'tanh',
    rounds: 25,
    epochs: 4,
    learningRate: 0.1,
  };
  const { learned, board } = await learnTogether(termsOf(3, neural), tables);
  const { auc } = await compare({ tables, schema: sampleSchema, learn: neural }, learned[0]!.model);
  assert.ok(auc.federated > 0.75, JSON.stringify(auc));
  const rash = { ...neural, rounds: 60, patience: 2, learningRate: 1, batch: 8, clip: 50 };
  const stopped = await learnTogether(termsOf(3, rash), tables);
  assert.ok(stopped.board.sums.length < 40 && board.sums.length > 5, `${stopped.board.sums.length}, ${board.sums.length}`);
});

test('averaging goes on without who is gone', async () => {
  const tables = dealt(sampleTable(3000, 7), 5);
  const terms = termsOf(5, averaged);
  const { learned } = await learnTogether(terms, tables, { gone: { [terms.members[1]!]: 3, [terms.members[4]!]: 5 } });
  assert.equal(learned.length, 3);
  for (const { model, metrics } of learned) assert.ok(Buffer.from(model).equals(learned[0]!.model) && metrics.auc! > 0.7);
});

const poison =
  (liar: string, clip: number) => (member: string, about: string, values: Int32Array, members: readonly string[]) => {
    if (member !== liar || !about.startsWith('update')) return values;
    // The opposite of what it learned, as long as fits; its own places are those that are not zero.
    const head = values.slice(0, values.length - (values.length - 4) + (members.length >= 9 ? 6 : 0));
    return Int32Array.from(values, (value, at) =>
      at < head.length ? value : value > 1 || value < -1 ? Math.sign(-value) * clip : value,
    );
  };

test('of nine or more, one that sends the opposite of its update spoils the mean and not what its groups give', async () => {
  const tables = dealt(sampleTable(5000, 11), 12);
  const liar = termsOf(12, averaged).members[5]!;
  const equal = { ...averaged, weighting: { by: 'equal' }, rounds: 6, patience: 6 } as const;
  const aucOf = async (learn: LearningOf<'averaging'>) => {
    const { learned } = await learnTogether(termsOf(12, learn), tables, { sends: poison(liar, 150_000_000) });
    return (await compare({ tables, schema: sampleSchema, learn }, learned[0]!.model)).auc.federated;
  };
  const [plain, median, trimmed, geometric] = [
    await aucOf(equal),
    await aucOf({ ...equal, robust: { rule: { kind: 'median' }, groupSize: 3 } }),
    await aucOf({ ...equal, robust: { rule: { kind: 'trimmed', trim: 1 }, groupSize: 3 } }),
    await aucOf({ ...equal, robust: { rule: { kind: 'geometric' }, groupSize: 3 } }),
  ];
  assert.ok(plain < 0.6, `mean ${plain}`);
  for (const [name, auc] of Object.entries({ median, trimmed, geometric })) assert.ok(auc > 0.75, `${name} ${auc}`);
});

test('groups are others in each sum, everybody writes into its own places alone, and a group of two is not opened', async () => {
  const robust = { rule: { kind: 'median' }, groupSize: 3 } as const;
  const learn = { ...averaged, robust, rounds: 4, patience: 4 };
  const tables = dealt(sampleTable(3000, 13), 9);
  const { board } = await learnTogether(termsOf(9, learn), tables);
  const placesOf = ({ values }: (typeof board.asked)[number]) =>
    [...values].map(([member, words]) => {
      const rest = words.subarray(10);
      const size = rest.length / 3;
      const places = [0, 1, 2].filter((group) => rest.subarray(group * size, (group + 1) * size).some((word) => word !== 0));
      assert.equal(places.length, 1, member);
      return places[0]!;
    });
  const groups = board.asked.filter(({ about }) => about.startsWith('update')).map(placesOf);
  for (const places of groups)
    assert.deepEqual(
      [0, 1, 2].map((group) => places.filter((one) => one === group).length),
      [3, 3, 3],
    );
  assert.equal(new Set(groups.map(String)).size, groups.length);
  const terms = termsOf(9, learn);
  const lost = learnTogether(terms, tables, { gone: { [terms.members[2]!]: 2 } });
  await assert.rejects(lost, code('survivors_few', /^a group: 2 of 3$/));
  // Before any update is given, it is known that they are too few.
  const away = learnTogether(terms, tables, { gone: { [terms.members[2]!]: 0 } });
  await assert.rejects(away, code('groups_few', /^2 of 3$/));
  const spare = { ...learn, robust: { ...robust, groupSize: 4 } };
  const twelve = termsOf(12, spare);
  const parts = dealt(sampleTable(3000, 13), 12);
  await assert.rejects(learnTogether(twelve, parts, { gone: { [twelve.members[2]!]: 2 } }), code('groups_few', /^2 of 3$/));
  const { learned } = await learnTogether({ ...termsOf(13, spare) }, dealt(sampleTable(3000, 13), 13), {
    gone: { [twelve.members[2]!]: 2 },
  });
  assert.equal(learned.length, 12);
});

test('updates that are no numbers are not sent, and sums that honest members cannot have are refused by all', async () => {
  const tables = dealt(sampleTable(600, 7), 3);
  const rash = termsOf(3, { ...averaged, learningRate: 10, l2: 1e6, batch: 1 });
  await assert.rejects(learnTogether(rash, tables), code('value_out_of_range', /^update 0: learning rate$/));
  const terms = termsOf(3, averaged);
  const sends = (wanted: string, at: number, word: number) => (member: string, about: string, values: Int32Array) =>
    member === terms.members[1] && about === wanted ? values.with(at, word) : values;
  for (const [wanted, at, word, where] of [
    ['moments', 0, -(2 ** 24), /^moments$/],
    ['update 1', -1, 2 ** 30, /^update 1$/],
    ['update 2', 2, -(2 ** 30), /^loss 2$/],
  ] as const) {
    await assert.rejects(learnTogether(terms, tables, { sends: sends(wanted, at, word) }), code('sum_wrong', where), wanted);
  }
});

test('trees end when a member is lost between two sums, and nothing that lacks it is opened', async () => {
  const tables = dealt(sampleTable(1500, 3), 4);
  const terms = termsOf(4, trees);
  const whole = await learnTogether(terms, tables);
  const { auc, identicalToPooled } = await compare({ tables, schema: terms.schema, learn: trees }, whole.learned[0]!.model);
  assert.ok(identicalToPooled && auc.federated > 0.7);
  for (let at = 1; at < whole.board.sums.length; at += 3) {
    const lost = terms.members[at % 4]!;
    await assert.rejects(learnTogether(terms, tables, { gone: { [lost]: at } }), code('member_lost', new RegExp(`^${lost}$`)));
  }
  // Who never gave anything is no difference to the others' sums.
  const { learned } = await learnTogether(terms, tables, { gone: { [terms.members[3]!]: 0 } });
  const rest = await compare({ tables: tables.slice(0, 3), schema: terms.schema, learn: trees }, learned[0]!.model);
  assert.ok(rest.identicalToPooled);
});

test('terms of learning that do not go together are refused by their part', () => {
  const refused = (learn: RoundTerms['learn'], part: string, members = 5, schema = sampleSchema) =>
    assert.throws(() => readRoundTerms(termsOf(members, learn, schema)), code('terms_wrong', new RegExp(`^${part}$`)), part);
  for (const learn of [logistic, averaged, trees]) readRoundTerms(termsOf(5, learn));
  const withLimit = (limit: number | undefined) => ({
    ...sampleSchema,
    features: [{ name: 'a', kind: 'number' as const, ...(limit !== undefined && { limit }) }],
  });
  refused(logistic, 'schema/limit', 5, withLimit(undefined));
  refused(logistic, 'schema/limit', 5, withLimit(100));
  const levels = Array.from({ length: 600 }, (_, at) => `${at}`);
  const wide = { ...sampleSchema, features: [{ name: 'a', kind: 'category' as const, levels }] };
  refused(logistic, 'schema/features', 5, wide);
  readRoundTerms(termsOf(5, averaged, wide));
  refused({ ...averaged, hidden: [4] }, 'learn/hidden');
  refused({ ...averaged, model: 'neural', hidden: [4] }, 'learn/activation');
  refused({ ...averaged, mu: 1 }, 'learn/mu');
  refused({ ...averaged, optimiser: 'fedprox' }, 'learn/mu');
  refused({ ...averaged, optimiser: 'fedadam' }, 'learn/adaptive');
  readRoundTerms(termsOf(100, { ...averaged, clip: 1e6, weighting: { by: 'rows', rowsCap: 10_000_000 } }));
  const robust = { rule: { kind: 'median' }, groupSize: 3 } as const;
  refused({ ...averaged, robust }, 'learn/robust', 8);
  readRoundTerms(termsOf(9, { ...averaged, robust }));
  refused({ ...averaged, robust: { ...robust, rule: { kind: 'trimmed', trim: 2 } } }, 'learn/robust', 12);
  refused({ ...averaged, model: 'neural', activation: 'relu', hidden: [64, 64], robust }, 'learn/hidden', 60, wide);
});

test('rows of all members together are what the parts hold', () => {
  const table = sampleTable(500, 1);
  const parts = dealt(table, 4);
  const whole = together(parts);
  assert.equal(whole.rows, 500);
  assert.ok(partsOf(whole).held.rows > 50);
});
