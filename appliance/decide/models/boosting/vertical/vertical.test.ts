// Trees over columns of several organisations: the bytes of the joined table's model, whoever has which columns; predictions, parts as bytes, and how a
// training ends when something goes wrong.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../../../core/errors.ts';
import { Boosting, type VerticalPorts } from '../boosting.ts';
import type { Settings } from '../settings.ts';
import { mixedTable, type SharedCase, settingsOfCase, sharedCases } from '../testing/parties.ts';
import { normal, seeded, sharedFloats } from '../testing/tables.ts';
import { type Dealt, dealt, PlainPorts, trainDealt } from '../testing/vertical.ts';
import { dealColumns } from './deal.ts';
import { fewRows } from './exposure.ts';
import { notInNode, VerticalPartner } from './partner.ts';
import { joinParts, parseOwnerPart, parsePartnerPart, partBytes } from './parts.ts';
import { ownerMargins, partnerBits } from './predict.ts';

const pool = new Boosting({ threads: 2 });
after(() => pool.close());

const long = process.env.HOLDFAST_LONG === '1';
const seed = 20_261_126;
const bytes = (value: unknown) => JSON.stringify(value);

const code = (wanted: string, where: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error));
  assert.equal(error.code, wanted);
  assert.match(error.where ?? '', where);
  return true;
};

const binned = ({ parties }: Dealt, bins = 256) => Promise.all(parties.map((table) => pool.bin(table, { bins })));

type VerticalCase = SharedCase & { readonly squared: boolean; readonly weighted: boolean; readonly chosen: boolean };
const cases: fc.Arbitrary<VerticalCase> = fc
  .tuple(
    sharedCases,
    fc.integer({ min: 2, max: 3 }),
    fc.record({ squared: fc.boolean(), weighted: fc.boolean(), chosen: fc.boolean() }),
  )
  .map(([one, parties, more]) => ({ ...one, ...more, parties, columns: Math.max(one.columns, parties) }));

test('the parts put together are the trees of the joined table, byte for byte', { timeout: 120_000 }, async () => {
  const seen = { partners: 0, own: 0 };
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const table = dealt(mixedTable(one.rows, one.columns, one.seed), one.parties, one.seed);
      const settings: Partial<Settings> = { ...settingsOfCase(one), objective: one.squared ? 'squared' : 'logistic' };
      const random = seeded(one.seed);
      const gauss = normal(random);
      const labels = one.squared ? table.labels.map(() => gauss()) : table.labels;
      const rows = Uint32Array.from(labels.keys()).filter((row) => row < 2 || random() < 0.8);
      const options = {
        ...(one.weighted && { weights: labels.map(() => random() + 0.1) }),
        ...(one.chosen && { rows }),
        threads: 1 + (one.seed % 2),
      };
      const { owner, partners } = await trainDealt(pool, await binned(table, one.bins), labels, settings, options);
      const { trees } = await pool.train(await pool.bin(table.joined, { bins: one.bins }), labels, settings, options);
      assert.equal(bytes(joinParts(owner, partners)), bytes(trees));
      const parties = owner.trees.flatMap(({ party }) => party);
      seen.own += parties.filter((party) => party === 0).length;
      seen.partners += parties.filter((party) => party > 0).length;
    }),
    { numRuns: long ? 1000 : 60, ...(long ? {} : { seed }) },
  );
  assert.ok(seen.own > 100 && seen.partners > 100, bytes(seen));
});

test('so they are over more rows than a thread parts at once', async () => {
  const table = dealt(mixedTable(40_000, 7, 3), 3, 1);
  const settings = { trees: 3, maxDepth: 7, columnSample: 0.8, minChildHessian: 20 };
  const { owner, partners } = await trainDealt(pool, await binned(table), table.labels, settings, { threads: 2 });
  const { trees } = await pool.train(table.joined, table.labels, settings);
  assert.equal(bytes(joinParts(owner, partners)), bytes(trees));
});

test('an owner of labels alone needs no column', async () => {
  const table = dealt(mixedTable(400, 4, 8), 1, 0);
  const [theirs] = await binned(table);
  const none = { rows: 400, stride: 0, edges: [], bins: new Uint8Array(new SharedArrayBuffer(0)) };
  const { owner, partners } = await trainDealt(pool, [none, theirs!], table.labels, { trees: 4 });
  const { trees } = await pool.train(theirs!, table.labels, { trees: 4 });
  assert.equal(bytes(joinParts(owner, partners)), bytes(trees));
  const bits = partners.map((part) => partnerBits(part, table.joined));
  const margins = ownerMargins(owner, { rows: 400, columns: [] }, bits);
  assert.deepEqual(margins, Float64Array.from(await pool.predictMargins(trees, table.joined)));
});

const table = dealt(mixedTable(700, 9, 5), 3, 4);
const held = dealt(mixedTable(301, 9, 6), 3, 4);
const settings: Partial<Settings> = { trees: 5, maxDepth: 4, columnSample: 0.7 };
const tables = await binned(table);
const trained = await trainDealt(pool, tables, table.labels, settings);
const joined = joinParts(trained.owner, trained.partners);

test('margins of rows held out are those of the joined trees, bit for bit', async () => {
  const wanted = await pool.predictMargins(joined, held.joined);
  const bits = trained.partners.map((part, at) => partnerBits(part, held.parties[at + 1]!));
  assert.deepEqual(ownerMargins(trained.owner, held.parties[0]!, bits), Float64Array.from(wanted));
  const inThread = await Promise.all(trained.partners.map((part, at) => pool.splitBits(part, held.parties[at + 1]!)));
  assert.deepEqual(inThread, bits);
  assert.deepEqual(await pool.partMargins(trained.owner, held.parties[0]!, inThread), Float64Array.from(wanted));
  const rows = Uint32Array.from([300, 2, 2, 17, 0]);
  const some = trained.partners.map((part, at) => partnerBits(part, held.parties[at + 1]!, rows));
  assert.deepEqual(
    ownerMargins(trained.owner, held.parties[0]!, some, rows),
    Float64Array.from(rows, (row) => wanted[row]!),
  );
  assert.throws(
    () => ownerMargins(trained.owner, held.parties[0]!, some),
    code('bad_request', /partners\[0\]: expected \d+ splits of 301 bits/),
  );
  assert.throws(() => ownerMargins(trained.owner, held.joined, bits), code('bad_request', /features: expected 3 columns/));
  assert.throws(() => partnerBits(trained.partners[0]!, held.joined), code('bad_request', /features: expected 3 columns/));
});

test('the owner has no threshold of a partner, a partner no leaf; both parts go through bytes', () => {
  for (const tree of trained.owner.trees)
    tree.party.forEach((party, node) => {
      if (party !== 0) assert.deepEqual([tree.threshold[node], tree.missingLeft[node]], [0, 0]);
    });
  assert.ok(trained.partners.every(({ splits }) => splits.length > 3));
  assert.deepEqual(parseOwnerPart(partBytes(trained.owner)), trained.owner);
  for (const part of [...trained.partners, { ...trained.partners[0]!, salt: 'c2FsdA==' }])
    assert.deepEqual(parsePartnerPart(partBytes(part)), part);
  const salted = { ...trained.owner, salt: 'c2FsdA==' };
  assert.deepEqual(parseOwnerPart(partBytes(salted)), salted);
  assert.notDeepEqual(partBytes(salted), partBytes(trained.owner));
});

test('parts that cannot be are refused by their place', () => {
  const wrongOwner = (change: (part: { trees: { [key: string]: number[] }[]; partners: number[] }) => void, where: RegExp) => {
    const part = structuredClone(trained.owner);
    change(part as never);
    assert.throws(() => parseOwnerPart(partBytes(part)), code('model_invalid', where));
  };
  wrongOwner(({ trees }) => trees[1]!.left!.fill(0, 0, 1), /trees.1.left.0/);
  wrongOwner(({ trees }) => trees[0]!.value!.pop(), /trees.0.value/);
  wrongOwner(({ trees }) => trees[0]!.missingLeft!.fill(2), /trees.0.missingLeft/);
  wrongOwner(({ trees }) => {
    const node = trees[2]!.party!.findIndex((party) => party > 0);
    trees[2]!.split![node]! += 1;
  }, /trees.2.split/);
  wrongOwner(({ partners }) => partners.push(3), /partners/);
  wrongOwner(({ trees }) => {
    const { left, right } = trees[0]!;
    const last = left!.findLastIndex((child) => child > 0);
    left![0] = left![last]!;
    right![0] = right![last]!;
  }, /trees.0.left/);
  const wrongPartner = (change: (part: { columns: number; splits: { [key: string]: number }[] }) => void, where: RegExp) => {
    const part = structuredClone(trained.partners[0]!);
    change(part as never);
    assert.throws(() => parsePartnerPart(partBytes(part)), code('model_invalid', where));
  };
  wrongPartner(({ splits }) => splits.reverse(), /splits.1/);
  wrongPartner((part) => (part.columns = 1), /splits.\d+.column/);
  wrongPartner(({ splits }) => (splits[0]!.threshold = 0.1), /splits.0.threshold/);
  assert.throws(() => parsePartnerPart(Buffer.from('{')), code('model_invalid', /part/));
  assert.throws(() => parsePartnerPart(partBytes(trained.owner)), code('model_invalid', /./));
  const other = { ...trained.partners[0]!, splits: trained.partners[0]!.splits.slice(1) };
  assert.throws(() => joinParts(trained.owner, [other, trained.partners[1]!]), code('model_invalid', /partners.0/));
  assert.throws(() => joinParts(trained.owner, [trained.partners[0]!]), code('model_invalid', /partners/));
});

test('another run asks for the same in the same order, whatever threads it has', async () => {
  for (const growth of ['depth', 'leaf'] as const) {
    const asked = { ...settings, growth };
    const one = await trainDealt(pool, tables, table.labels, asked, { threads: 1 });
    const two = await trainDealt(pool, tables, table.labels, asked, { threads: 2 });
    assert.deepEqual(two.calls, one.calls);
    assert.equal(bytes(two.owner), bytes(one.owner));
  }
});

test('a partner whom a broken run asked before has the same part after the next', async () => {
  const partners = tables.slice(1).map((one) => new VerticalPartner(one));
  const plain = new PlainPorts(partners);
  const lost = new Error('a member left');
  let sums = 0;
  const ports: VerticalPorts = {
    tree: (...given) => plain.tree(...given),
    sums: async (nodes) => (++sums === 8 ? Promise.reject(lost) : plain.sums(nodes)),
    divide: (...given) => plain.divide(...given),
    divided: (...given) => plain.divided(...given),
  };
  const train = () => pool.trainVertical(tables[0]!, table.labels, settings, { partners, ports });
  await assert.rejects(train(), (error) => error === lost);
  assert.equal(bytes(await train()), bytes(trained.owner));
  assert.equal(bytes(partners.map((partner) => partner.part())), bytes(trained.partners));
});

test('each port that rejects ends the training with its error, and cancelling wakes it', async () => {
  const threads = [...pool.pool.workers];
  const partners = tables.slice(1).map((one) => new VerticalPartner(one));
  const plain = new PlainPorts(partners);
  const through = {
    tree: plain.tree.bind(plain),
    sums: plain.sums.bind(plain),
    divide: plain.divide.bind(plain),
    divided: plain.divided.bind(plain),
  };
  for (const port of ['tree', 'sums', 'divide', 'divided'] as const) {
    const lost = new Error(port);
    const ports = { ...through, [port]: () => Promise.reject(lost) };
    await assert.rejects(pool.trainVertical(tables[0]!, table.labels, settings, { partners, ports }), (error) => error === lost);
    const stop = new AbortController();
    const never = () => {
      setImmediate(() => stop.abort());
      return new Promise<never>(() => undefined);
    };
    const waiting = { partners, ports: { ...through, [port]: never }, signal: stop.signal, threads: 2 };
    await assert.rejects(pool.trainVertical(tables[0]!, table.labels, settings, waiting), { name: 'AbortError' });
  }
  assert.deepEqual(pool.pool.workers, threads);
  const { owner } = await trainDealt(pool, tables, table.labels, settings);
  assert.equal(bytes(owner), bytes(trained.owner));
});

test('a thread that dies while it waits fails the training, and nothing begins anew by itself', async () => {
  const restarts: string[] = [];
  await using own = Object.assign(new Boosting({ threads: 2, onRestart: ({ task }) => restarts.push(task) }), {
    [Symbol.asyncDispose]: () => own.close(),
  });
  const partners = tables.slice(1).map((one) => new VerticalPartner(one));
  const plain = new PlainPorts(partners);
  const dying: VerticalPorts = {
    tree: (...given) => plain.tree(...given),
    sums: () => {
      for (const worker of own.pool.workers) void worker.terminate();
      return new Promise(() => undefined);
    },
    divide: (...given) => plain.divide(...given),
    divided: (...given) => plain.divided(...given),
  };
  const run = own.trainVertical(tables[0]!, table.labels, settings, { partners, ports: dying, threads: 2 });
  await assert.rejects(run, code('worker_failed', /boosting/));
  assert.deepEqual(restarts, []);
  const { owner } = await trainDealt(own, tables, table.labels, settings);
  assert.equal(bytes(owner), bytes(trained.owner));
});

/** A run whose n-th sums, or first bits, somebody changes. */
async function changed(change: { sums?: (of: Int32Array[], call: number) => unknown; bits?: (bits: Uint8Array) => unknown }) {
  const partners = tables.slice(1).map((one) => new VerticalPartner(one));
  const plain = new PlainPorts(partners);
  let call = 0;
  const ports: VerticalPorts = {
    tree: (...given) => plain.tree(...given),
    async sums(nodes) {
      const all = await plain.sums(nodes);
      call += 1;
      for (const of of all) change.sums?.(of, call);
      return all;
    },
    async divide(...given) {
      const bits = await plain.divide(...given);
      const answer = change.bits?.(bits);
      return answer instanceof Uint8Array ? answer : bits;
    },
    divided: (...given) => plain.divided(...given),
  };
  return pool.trainVertical(tables[0]!, table.labels, settings, { partners, ports });
}

test('answers that cannot be are refused by partner and column', async () => {
  const [first] = tables.slice(1).map(({ edges }) => edges.map(({ length }) => 2 * (length + 2)));
  const wrong = (sums: (of: Int32Array[], call: number) => unknown, where: RegExp) =>
    assert.rejects(changed({ sums }), code('bad_request', where));
  await wrong((of) => (of[1] = of[1]!.slice(1)), /^partners\[1\]: expected \d+ numbers of 32 bits for node 0$/);
  await wrong((of) => of.pop(), /^partners\[1\]/);
  await wrong((of) => (of[0] = [...of[0]!] as never), /^partners\[0\]/);
  await wrong((of) => of[0]!.fill(-1, 1, 2), /^partners\[0\]\.columns\[0\]: a sum of hessians below 0/);
  await wrong((of) => (of[0]![first![0]!]! += 1), /^partners\[0\]\.columns\[1\]: another total/);
  await wrong(
    (of, call) => call === 2 && of[1]!.fill(2_147_000_000),
    /^partners\[1\]\.columns\[0\]: more hessian than the parent/,
  );
  await wrong((of) => of[1]!.fill(2_147_000_000), /^partners\[1\]\.columns\[0\]: larger than the fixed point/);
  const bits = (change: (bits: Uint8Array) => unknown, where: RegExp) =>
    assert.rejects(changed({ bits: change }), code('bad_request', where));
  await bits((one) => (one[0]! ^= 1), /^partners\[\d\]\.columns\[\d\]: bits that contradict its sums/);
  await bits((one) => one.subarray(1), /^partners\[\d\]\.columns\[\d\]: expected \d+ bits of node \d+/);
  await bits((one) => (one[one.length - 1] = 0xff), /^partners\[\d\]/);
});

test('a partner whose rows stand in another order is not noticed: the model is another, and nobody hears of it', async () => {
  const turned = table.parties.map(({ rows, columns }, party) => {
    if (party !== 1) return { rows, columns };
    const back = columns.map((column) => {
      const cells = sharedFloats(rows);
      cells.set(column.toReversed());
      return cells;
    });
    return { rows, columns: back };
  });
  const { owner } = await trainDealt(pool, await Promise.all(turned.map((one) => pool.bin(one))), table.labels, settings);
  assert.equal(owner.trees.length, trained.owner.trees.length);
  assert.notEqual(bytes(owner), bytes(trained.owner));
});

test('what cannot be trained so is refused by name', async () => {
  const partners = tables.slice(1).map((one) => new VerticalPartner(one));
  const ports = new PlainPorts(partners);
  const train = (asked: Partial<Settings>, options: object = {}) =>
    pool.trainVertical(tables[0]!, table.labels, asked, { partners, ports, ...options });
  await assert.rejects(train({ rowSample: 0.5 }), code('bad_request', /rowSample/));
  await assert.rejects(train({}, { partners: [] }), code('bad_request', /partners: expected 1 to 2/));
  await assert.rejects(train({}, { partners: [{ bins: [3, 1] }] }), code('bad_request', /partners\[0\]\.bins\[1\]/));
  await assert.rejects(train({}, { partners: [{ bins: [] }] }), code('bad_request', /partners\[0\]\.bins/));
  await assert.rejects(train({}, { rows: new Uint32Array(200_001) }), code('bad_request', /200000 rows/));
  await assert.rejects(train({ monotone: [1] }), code('bad_request', /monotone/));
  assert.deepEqual(ports.calls, []);
});

test('a partner shows the bins of a node and refuses what is not in the tree', () => {
  const [, one] = tables;
  const partner = new VerticalPartner(one!, Uint32Array.from([5, 3, 3]));
  assert.throws(() => partner.binsOf(0), code('bad_request', /node 0/));
  partner.tree(0);
  const inTable = (row: number, column: number) => one!.bins[row * one!.stride + column]!;
  for (const [column, bins] of partner.binsOf(0).entries())
    assert.deepEqual(
      [...bins],
      [5, 3, 3].map((row) => inTable(row, column)),
    );
  partner.divided(0, 1, 2, Uint8Array.of(0b101));
  assert.deepEqual([...partner.binsOf(2)[0]!], [notInNode, inTable(3, 0), notInNode]);
  assert.throws(() => partner.divide(0, 0, 0, 0), code('bad_request', /node 0/));
  assert.throws(() => partner.divide(1, 9, 0, 0), code('bad_request', /column/));
  assert.throws(() => partner.divide(1, 0, 300, 0), code('bad_request', /bin/));
  assert.throws(() => partner.divided(1, 3, 4, Uint8Array.of(0b100)), code('bad_request', /2 bits/));
  assert.throws(() => partner.divided(1, 2, 3, Uint8Array.of(0b10)), code('bad_request', /children/));
  const bits = partner.divide(1, 0, 0, 1);
  assert.deepEqual(partner.divide(1, 0, 0, 1), bits);
  assert.throws(() => partner.divide(1, 0, 1, 1), code('bad_request', /otherwise/));
  assert.throws(
    () =>
      partner.divided(
        1,
        3,
        4,
        bits.map((byte) => byte ^ 1),
      ),
    code('bad_request', /not the bits/),
  );
  assert.equal(partner.part().splits.length, 1);
  partner.tree(0);
  assert.equal(partner.part().splits.length, 0);
});

test('sums over few rows name them: a row alone in its bin is found by its gradient, and counted', async () => {
  const rows = 400;
  const small = dealt(mixedTable(rows, 6, 12), 2, 3);
  const two = await binned(small, 64);
  const partner = new VerticalPartner(two[1]!);
  const plain = new PlainPorts([partner]);
  const bins = partner.bins;
  const inTable = (row: number, column: number) => two[1]!.bins[row * two[1]!.stride + column]!;
  const guessed = new Set<string>();
  const few = new Set<string>();
  // What an owner does who looks at its own gradients: whose pair of numbers is the whole sum of a bin?
  let byPair = new Map<string, number[]>();
  let nodes = new Map<number, number[]>();
  let siblings = new Map<number, number>();
  const look = (node: number, sums: Int32Array) => {
    let cell = 0;
    for (const [column, count] of bins.entries()) {
      for (let bin = 0; bin < count; bin += 1, cell += 2) {
        const found = byPair.get(`${sums[cell]} ${sums[cell + 1]}`) ?? [];
        const here = found.filter((row) => nodes.get(node)!.includes(row));
        if (here.length === 1) {
          assert.equal(inTable(here[0]!, column), bin);
          guessed.add(`${here[0]} ${column}`);
        }
      }
    }
  };
  const count = (node: number) => {
    const members = nodes.get(node)!;
    for (const row of members)
      for (const column of bins.keys())
        if (members.filter((other) => inTable(other, column) === inTable(row, column)).length < fewRows)
          few.add(`${row} ${column}`);
  };
  const ports: VerticalPorts = {
    async tree(index, gradients, hessians, columns) {
      byPair = Map.groupBy(numbersOf(gradients), (row) => `${gradients[row]} ${hessians[row]}`);
      nodes = new Map([[0, numbersOf(gradients)]]);
      siblings = new Map();
      return plain.tree(index, gradients, hessians, columns);
    },
    async sums(asked) {
      const all = await plain.sums(asked);
      for (const [which, node] of asked.entries()) {
        look(node, all[which]![0]!);
        count(node);
        if (node !== 0) count(siblings.get(node)!);
      }
      return all;
    },
    divide: (...given) => plain.divide(...given),
    async divided(node, left, right, bits) {
      const members = nodes.get(node)!;
      const goes = (at: number) => ((bits[at >>> 3]! >>> (at & 7)) & 1) === 1;
      nodes
        .set(
          left,
          members.filter((_, at) => goes(at)),
        )
        .set(
          right,
          members.filter((_, at) => !goes(at)),
        );
      siblings.set(left, right).set(right, left);
      return plain.divided(node, left, right, bits);
    },
  };
  await pool.trainVertical(two[0]!, small.labels, { trees: 8, maxDepth: 4 }, { partners: [partner], ports });
  assert.ok(guessed.size > 20, `${guessed.size}`);
  assert.equal(partner.exposed, few.size / (rows * bins.length));
  assert.ok([...guessed].every((cell) => few.has(cell)));
});

function numbersOf(values: Int32Array): number[] {
  return Array.from(values, (_, row) => row);
}

test('columns are dealt by a seed, each once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 40 }), fc.integer({ min: 1, max: 3 }), fc.nat(), (columns, parties, of) => {
      const names = Array.from({ length: columns }, (_, at) => at);
      const hands = dealColumns(names, parties, of);
      assert.deepEqual(
        hands.flat().sort((a, b) => a - b),
        names,
      );
      assert.ok(
        hands.every(
          (hand) => hand.length >= Math.floor(columns / parties) && hand.every((name, at) => at === 0 || name > hand[at - 1]!),
        ),
      );
      assert.deepEqual(hands, dealColumns(names, parties, of));
    }),
    { numRuns: 50, seed },
  );
  assert.throws(() => dealColumns(['one'], 2, 0), code('bad_request', /columns/));
});
