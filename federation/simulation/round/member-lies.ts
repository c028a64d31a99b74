// What a member or the custodian can say in a round that is not so, one lie each, with the codes by which the others name it.

import { newSumSecrets, sealShares, shareSecret } from '../../../crypto/masks/masks.ts';
import { sealTo, sealUnder } from '../../participant/round/sealed.ts';
import { decodeKeys, encodeKeys, encodeShares, encodeSum, type SumKeys, saltedDigest } from '../../protocol/round/blobs.ts';
import { blobDigest, type RoundApi } from '../../protocol/round/round-api.ts';
import { roundLimits } from '../../protocol/round/round-terms.ts';
import { type Saying, type SayingOf, type SignedEntry, signEntry } from '../../protocol/round/sayings.ts';
import { seededRandom } from '../../protocol/testing.ts';
import type { Lie } from './coordinator-lies.ts';
import type { RoundNode } from './node.ts';
import { plainSums } from './plain-sums.ts';
import type { RoundRun } from './run.ts';

type Telling = { readonly api: RoundApi; readonly node: RoundNode; readonly run: RoundRun; readonly signed: SignedEntry };
type Change<Kind extends Saying['kind']> = (says: SayingOf<Kind>, telling: Telling) => Promise<Saying>;

const random = seededRandom('liar');
const given = async ({ api, run }: Telling, bytes: Uint8Array): Promise<string> => {
  await api.give(run.round, bytes);
  return blobDigest(bytes);
};
const wrapKeyOf = ({ run }: Telling, member: string) =>
  Buffer.from(run.world.founded.membership.members.get(member)!.descriptor.wrapKey, 'base64url');
const bytesGiven = ({ run }: Telling, digest: string) => run.world.ledger.given.get(digest)!;

/** A party says one kind of thing otherwise than its node does; the same each time it is asked to say it. */
function says<Kind extends Saying['kind']>(who: (run: RoundRun) => RoundNode, kind: Kind, change: Change<Kind>): Lie['tell'] {
  return (run) => {
    const liar = who(run);
    liar.liesOn = true;
    const before = new Map<string, Saying>();
    liar.crook = (api, node) => ({
      ...api,
      post: async (signed) => {
        const { entry } = signed;
        if (entry.says.kind !== kind) return api.post(signed);
        const name = 'sum' in entry.says ? `${entry.says.sum}` : '';
        const told = before.get(name) ?? (await change(entry.says as SayingOf<Kind>, { api, node, run, signed }));
        before.set(name, told);
        await api.post(signEntry(node.who.key, { ...entry, says: told }));
      },
    });
    return [liar];
  };
}

const member = ({ world }: RoundRun) => world.members[2]!;
const custodian = ({ world }: RoundRun) => world.custodian;
const byMember = <Kind extends Saying['kind']>(
  name: string,
  kind: Kind,
  change: Change<Kind>,
  found: readonly string[],
): Lie => ({
  name: `a member: ${name}`,
  found,
  tell: says(member, kind, change),
});
const byCustodian = <Kind extends Saying['kind']>(
  name: string,
  kind: Kind,
  change: Change<Kind>,
  found: readonly string[],
): Lie => ({
  name: `the custodian: ${name}`,
  found,
  tell: says(custodian, kind, change),
});

const ciphertexts = (name: string, change: (bytes: Uint8Array) => Uint8Array | undefined, found: readonly string[]) =>
  byMember(
    name,
    'contribution',
    async (said, telling) => {
      const changed = said.ciphertexts.flatMap((digest) => change(bytesGiven(telling, digest)) ?? []);
      const digests: string[] = [];
      for (const bytes of changed) digests.push(await given(telling, bytes));
      return { ...said, ciphertexts: digests };
    },
    found,
  );

const keys = (name: string, change: (keys: SumKeys) => SumKeys, found: readonly string[]) =>
  byMember(
    name,
    'keys',
    async (said, telling) => {
      const mine = decodeKeys(bytesGiven(telling, said.keys[0]!), 'x25519', roundLimits.batchSums, 'own');
      return { ...said, keys: [await given(telling, encodeKeys(mine.map(change)))] };
    },
    found,
  );

/** Shares that open, of secrets that are none; and the one who gave them out is gone when they are needed. */
const otherShares: Lie['tell'] = (run) => {
  const liars = says(member, 'shares', async (said, telling) => {
    const { board } = telling.node.session!;
    const { threshold } = board;
    const members = board.batches[0]!.keyed!;
    const batch = await Promise.all(
      Array.from({ length: roundLimits.batchSums }, async () => {
        const { maskMaster, selfSeed } = newSumSecrets(random);
        const of = [
          await shareSecret(maskMaster, threshold, members.length),
          await shareSecret(selfSeed, threshold, members.length),
        ];
        return members.map((_, at) => ({ maskMaster: of[0]![at]!, selfSeed: of[1]![at]! }));
      }),
    );
    const shares: { [member: string]: string[] } = {};
    for (const [at, to] of members.entries()) {
      if (to === telling.node.id) continue;
      const place = { session: run.round, first: 0, count: roundLimits.batchSums, sender: telling.node.id, receiver: to };
      const sealed = await sealShares(
        wrapKeyOf(telling, to),
        place,
        batch.map((sum) => sum[at]!),
        random,
      );
      shares[to] = [await given(telling, encodeShares({ sealed, ciphertexts: [] }))];
    }
    return { ...said, shares };
  })(run);
  const { crook } = member(run);
  member(run).crook = (api, node) => {
    const inner = crook!(api, node);
    return {
      ...inner,
      post: async (signed) => {
        if (signed.entry.says.kind === 'contribution') return;
        await inner.post(signed);
      },
    };
  };
  return liars;
};

const sealedReveal = (telling: Telling, sum: number, value: string) =>
  sealTo(
    wrapKeyOf(telling, telling.run.world.custodian.id),
    { round: telling.run.round, what: 'reveal', of: `${sum} ${telling.node.id}` },
    Buffer.from(value),
    random,
  );

/** The custodian's answer with other values than it found. */
const openedAs =
  (salt: 'as said' | 'of other bytes', values: (of: Int32Array) => Int32Array): Change<'opened'> =>
  async (said, telling) => {
    const { custodyKey, board } = telling.node.session!;
    const bytes = encodeSum(random.bytes(32), values(new Int32Array(board.sums[said.sum]!.values)));
    const place = { round: telling.run.round, what: 'sum', of: `${said.sum} 0` };
    const sealed = sealUnder(custodyKey.group!.secret, place, bytes, random);
    const salted = salt === 'as said' ? saltedDigest(bytes) : said.salted;
    return { ...said, salted, sealed: [await given(telling, sealed)] };
  };

export const memberLies: readonly Lie[] = [
  ciphertexts('ciphertexts that are too short', (bytes) => bytes.subarray(0, bytes.length - 4), ['ciphertext_wrong']),
  ciphertexts('ciphertexts that are none', (bytes) => Uint8Array.from(bytes, () => 0xff), ['ciphertext_wrong']),
  byMember(
    'a ciphertext more than the others',
    'contribution',
    async (said) => ({ ...said, ciphertexts: [...said.ciphertexts, said.ciphertexts[0]!] }),
    ['sum_differs', 'ciphertext_wrong'],
  ),
  byMember('more values than the others', 'contribution', async (said) => ({ ...said, values: said.values + 1 }), [
    'sum_differs',
    'ciphertext_wrong',
  ]),
  byMember(
    'a contribution to another sum of the computation',
    'contribution',
    async (said) => ({ ...said, about: 'another sum' }),
    ['sum_differs'],
  ),
  byMember(
    'a contribution that was never put down',
    'contribution',
    async (said) => ({ ...said, ciphertexts: said.ciphertexts.map((_, at) => `ab${`${at}`.padStart(62, '0')}`) }),
    ['blob_unknown'],
  ),
  {
    name: 'a member: values that are not its own',
    found: undefined,
    spoils: true,
    tell: (run) => {
      const liar = member(run);
      liar.liesOn = true;
      liar.sums = {
        ...plainSums,
        encrypt: async (encryption, key, residues) =>
          plainSums.encrypt(
            encryption,
            key,
            residues.map((residue) => (residue + 1) % plainSums.modulusOf(encryption)),
          ),
      };
      return [liar];
    },
  },
  byMember(
    'keys that are too short',
    'keys',
    async (said, telling) => ({ ...said, keys: [await given(telling, random.bytes(100))] }),
    ['malformed'],
  ),
  keys('a public key of small order', (own) => ({ ...own, publicKey: new Uint8Array(own.publicKey.length) }), ['share_wrong']),
  keys('a commitment to another seed', (own) => ({ ...own, self: own.master }), ['share_wrong']),
  byMember(
    'shares that do not open',
    'shares',
    async (said, telling) => {
      const shares: { [member: string]: string[] } = {};
      for (const to of Object.keys(said.shares)) {
        shares[to] = [await given(telling, encodeShares({ sealed: random.bytes(3000), ciphertexts: [] }))];
      }
      return { ...said, shares };
    },
    ['share_wrong'],
  ),
  byMember(
    'shares for fewer than there are',
    'shares',
    async (said) => ({ ...said, shares: Object.fromEntries(Object.entries(said.shares).slice(1)) }),
    ['survivors_wrong'],
  ),
  { name: 'a member: shares of other secrets, and it is gone', found: ['share_wrong'], tell: otherShares },
  byMember(
    'another seed than it masked by',
    'reveal',
    async (said, telling) => ({
      ...said,
      sealed: await given(telling, await sealedReveal(telling, said.sum, `{"masters":{},"self":"${'A'.repeat(43)}"}`)),
    }),
    ['share_wrong'],
  ),
  byMember(
    'a reveal that is none',
    'reveal',
    async (said, telling) => ({ ...said, sealed: await given(telling, await sealedReveal(telling, said.sum, '{"self":1}')) }),
    ['malformed'],
  ),
  byMember(
    'a reveal that is not canonical',
    'reveal',
    async (said, telling) => ({ ...said, sealed: await given(telling, await sealedReveal(telling, said.sum, 'hello')) }),
    ['malformed', 'not_canonical'],
  ),
  byMember(
    'a reveal sealed for nobody',
    'reveal',
    async (said, telling) => ({ ...said, sealed: await given(telling, random.bytes(1500)) }),
    ['seal_broken'],
  ),
  byMember('another model', 'model', async (said) => ({ ...said, model: 'cd'.repeat(32) }), ['model_differs']),
  byMember(
    'what the coordinator alone says',
    'confirmation',
    async (said, { run }) => ({ kind: 'missing', sum: said.sum, members: [run.world.members[0]!.id] }),
    ['round_stranger'],
  ),
  {
    ...byCustodian(
      'another sum than it found',
      'opened',
      openedAs('as said', (of) => of.fill(42)),
      [],
    ),
    found: undefined,
    spoils: true,
  },
  byCustodian(
    'another sum than it committed to',
    'opened',
    openedAs('of other bytes', (of) => of.fill(42)),
    ['sum_wrong'],
  ),
  byCustodian(
    'a sum of other length',
    'opened',
    openedAs('as said', (of) => new Int32Array(of.length + 1)),
    ['sum_wrong'],
  ),
  byCustodian(
    'a sum that is sealed under nothing',
    'opened',
    async (said, telling) => ({ ...said, sealed: [await given(telling, random.bytes(200))] }),
    ['seal_broken'],
  ),
  byCustodian(
    'another secret for one member',
    'custody',
    async (said, telling) => {
      const [first] = telling.run.world.members;
      const place = { round: telling.run.round, what: 'group secret', of: first!.id };
      const sealed = await sealTo(wrapKeyOf(telling, first!.id), place, random.bytes(32), random);
      return { ...said, secrets: { ...said.secrets, [first!.id]: await given(telling, sealed) } };
    },
    ['seal_broken'],
  ),
  byCustodian(
    'a new secret for sums that one member does not get',
    'opened',
    async (said, telling) => {
      const [, ...others] = telling.run.world.members;
      const digest = await given(telling, random.bytes(1200));
      return { ...said, secrets: Object.fromEntries(others.map(({ id }) => [id, digest])) };
    },
    ['survivors_wrong'],
  ),
  byCustodian(
    'a new secret for sums that opens for nobody',
    'opened',
    async (said, telling) => {
      const digest = await given(telling, random.bytes(1200));
      return { ...said, secrets: Object.fromEntries(telling.run.world.members.map(({ id }) => [id, digest])) };
    },
    ['seal_broken'],
  ),
  byCustodian(
    'no secret for one member',
    'custody',
    async (said) => ({ ...said, secrets: Object.fromEntries(Object.entries(said.secrets).slice(1)) }),
    ['survivors_wrong'],
  ),
];
