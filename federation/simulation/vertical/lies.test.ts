// What sides of a vertical round and its coordinator can do that is not so: each ends the round by a code that names who and where, and says nothing
// of what was in it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartnerSide, PartnerTrees, VerticalPorts } from '../../participant/round/vertical/ports.ts';
import { encodeBits } from '../../protocol/round/vertical-messages.ts';
import type { RoundNode } from '../round/node.ts';
import type { RoundRun } from '../round/run.ts';
import type { Encryption } from '../round/world.ts';
import { nothing } from '../world.ts';
import { plainRows } from './plain-rows.ts';
import { drawVertical, partnerIds, verticalOf } from './plan.ts';
import { endingOf, verticalRun } from './stories.ts';

const seed = 5;
const plan = { ...drawVertical(seed, 2), gone: [], depth: 2, trees: 2 };

async function stopped(
  encryption: Encryption,
  node?: (one: RoundNode) => void,
): Promise<{ run: RoundRun; code: string; reason: string }> {
  const run = await verticalRun(seed, nothing, { plan, encryption, ...(node && { node }) }, async () => undefined);
  const ended = endingOf(run)!;
  assert.equal(ended.result, 'stopped');
  assert.ok(run.world.members.every(({ adopted }) => adopted.length === 0));
  return { run, code: ended.code!, reason: ended.reason ?? '' };
}

/** The partner's own trees, changed. */
const partnerWith =
  (change: (trees: PartnerTrees) => Partial<PartnerTrees>) =>
  (ports: VerticalPorts): VerticalPorts => ({
    ...ports,
    partner: async (work) => {
      const side = await ports.partner(work);
      const begin: PartnerSide['begin'] = async (...given) => {
        const trees = await side.begin(...given);
        const changed = change(trees);
        return new Proxy(trees, {
          get: (target, name) => {
            const value: unknown = Reflect.get(name in changed ? changed : target, name);
            return typeof value === 'function' ? value.bind(name in changed ? changed : target) : value;
          },
        });
      };
      return { ...side, begin };
    },
  });

const cases: { readonly name: string; readonly around: (ports: VerticalPorts) => VerticalPorts; readonly where: RegExp }[] = [
  {
    name: 'sums of too few bins',
    around: partnerWith((trees) => ({
      columns: (...given) => trees.columns(...given).map((one) => ({ ...one, count: one.count - 1 })),
    })),
    where: /^sums 0: PARTNER$/,
  },
  {
    name: 'sums of a column less',
    around: partnerWith((trees) => ({ columns: (...given) => trees.columns(...given).slice(1) })),
    where: /^sums 0: PARTNER$/,
  },
  {
    name: 'bits of too many rows',
    around: partnerWith((trees) => ({ divide: (...given) => Buffer.concat([trees.divide(...given), Buffer.alloc(4)]) })),
    where: /^divide 0: PARTNER$/,
  },
  {
    name: 'bits at the end of other rows',
    around: partnerWith((trees) => ({
      finish: async (salt) => {
        const { splits, part } = await trees.finish(salt);
        return { part, splits: splits.map((bits) => bits.slice(1)) };
      },
    })),
    where: /^finish: PARTNER$/,
  },
  {
    name: 'an owner that asks about a node that is none',
    around: (ports) => ({
      ...ports,
      owner: async (work) => {
        const side = await ports.owner(work);
        return {
          ...side,
          learn: async ({ ports: asking, training, ...rest }) => {
            await asking.tree(0, new Int32Array(training), new Int32Array(training), [[0]]);
            await asking.sums([5]);
            return side.learn({ ports: asking, training, ...rest });
          },
        };
      },
    }),
    where: /^sums 0: OWNER$/,
  },
  {
    name: 'an owner that makes more nodes than a tree of the terms has',
    around: (ports) => ({
      ...ports,
      owner: async (work) => {
        const side = await ports.owner(work);
        return {
          ...side,
          learn: async ({ ports: asking, training, ...rest }) => {
            await asking.tree(0, new Int32Array(training), new Int32Array(training), [[0]]);
            let [node, rows] = [0, training];
            for (let at = 0; at < 4; at += 1) {
              await asking.divided(
                node,
                2 * at + 1,
                2 * at + 2,
                encodeBits((row) => row === 0, rows),
              );
              [node, rows] = [2 * at + 2, rows - 1];
            }
            await asking.sums([node]);
            return side.learn({ ports: asking, training, ...rest });
          },
        };
      },
    }),
    where: /^sums 0: OWNER$/,
  },
];

for (const { name, around, where } of cases) {
  test(`${name}: named, and over`, async () => {
    const { run, code, reason } = await stopped(verticalOf(plan, { around }));
    assert.equal(code, 'exchange_wrong');
    const named = reason.replace(run.world.custodian.id, 'OWNER').replace(partnerIds(run.world)[0]!, 'PARTNER');
    assert.match(named, where);
  });
}

test('ciphertexts that are none', async () => {
  const rows = { ...plainRows, encrypt: async () => [Uint8Array.of(1, 2, 3)] };
  const { run, code, reason } = await stopped(verticalOf(plan, { rows }));
  assert.equal(code, 'exchange_wrong');
  assert.equal(reason, `sums 0: ${run.world.custodian.id}`);
});

test('a coordinator that changes what lies there', async () => {
  const flip: (one: RoundNode) => void = (one) => {
    one.crook = (api) => ({
      ...api,
      fetch: async (...given) => {
        const bytes = Uint8Array.from(await api.fetch(...given));
        bytes[bytes.length >> 1]! ^= 1;
        return bytes;
      },
    });
  };
  const { code, reason } = await stopped(verticalOf(plan), flip);
  assert.equal(code, 'blob_unknown');
  assert.equal(reason, 'allowed');
});

test('too few rows that all may use', async () => {
  const { code, reason } = await stopped({
    ...verticalOf(plan),
    terms: (world) => ({ ...verticalOf(plan).terms!(world), minRows: 10_000 }),
  });
  assert.equal(code, 'rows_few');
  assert.equal(reason, '10000');
});

test('a partner ends it before sums of few rows tell more of its columns than the terms allow', async () => {
  let answered = 0;
  const around = partnerWith((trees) => ({
    columns: (...given) => {
      answered += 1;
      return trees.columns(...given);
    },
    get exposed() {
      return answered / 100;
    },
  }));
  const vertical = verticalOf(plan, { around });
  const { code, reason } = await stopped({
    ...vertical,
    terms: (world) => {
      const terms = vertical.terms!(world);
      return { ...terms, learn: { ...terms.learn, exposedMost: 0.02 } as typeof terms.learn };
    },
  });
  assert.equal(code, 'columns_exposed');
  assert.equal(reason, '0.02');
  assert.equal(answered, 3);
});
