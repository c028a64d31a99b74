// A member's part in the sums of a round (Bonawitz et al. 2017, rounds 0 to 4): secrets of a batch and their shares, its own vector masked and
// encrypted, and what it reveals afterwards. Secrets are kept before they are published, what was masked before it is given, and what is to
// be revealed is decided before it leaves: after a kill this side does the same again, and never a second thing under the same masks.

import { createHmac } from 'node:crypto';
import { canonicalJson } from '../../../crypto/canonical-json.ts';
import {
  commitmentOf,
  type MaskKeys,
  maskVector,
  newSumSecrets,
  openMaster,
  openShares,
  type Pair,
  RevealRefused,
  Reveals,
  type RevealsRecord,
  SealedSharesBroken,
  type SumShares,
  sealShares,
  shareSecret,
  toResidues,
} from '../../../crypto/masks/masks.ts';
import type { BookChange } from '../../protocol/durable.ts';
import {
  decodeKeys,
  decodeShares,
  decodeSum,
  encodeKeys,
  encodeShares,
  type SumKeys,
  saltedDigest,
} from '../../protocol/round/blobs.ts';
import type { Batch, Sum } from '../../protocol/round/board.ts';
import { roundLimits, sumBound } from '../../protocol/round/round-terms.ts';
import { fromBase64, toBase64 } from '../../protocol/signed.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import { GroupSecrets } from './group-secrets.ts';
import type { AskOptions, AskSum } from './ports.ts';
import { openUnder, sealTo } from './sealed.ts';
import type { RoundSession } from './session.ts';
import { batchKey, type KeptSecrets, secretCollection } from './state.ts';
import { checkSame, LeftOut, once, refusing, sumsOf } from './sum-helpers.ts';

/** What came of a batch's peers, once it is whole. */
type Peers = {
  readonly keys: ReadonlyMap<string, readonly SumKeys[]>;
  /** By sender. */
  readonly shares: ReadonlyMap<string, { readonly shares: readonly SumShares[]; readonly ciphertexts: readonly Uint8Array[] }>;
};

/** Of one sum, from its first use until it is opened: agreeing with everybody anew for each step would be most of the work. */
type OpenedMasks = { readonly keys: MaskKeys; readonly offered: Map<string, ReturnType<MaskKeys['offer']>> };

export const outCollection = 'round-out';
const sumName = 'sum';
export const outName = (sum: number) => `out-${sum}`;

export class MemberSums {
  readonly #session: RoundSession;
  readonly #peers = new Map<number, Promise<Peers>>();
  /** By batch, as they came from the coordinator. */
  readonly #published = new Map<number, Promise<Map<string, SumKeys[]>>>();
  /** By batch, as they are kept. */
  readonly #kept = new Map<number, KeptSecrets>();
  readonly #opened = new Map<number, OpenedMasks>();
  readonly #group: GroupSecrets;
  #custodyKey: Promise<Uint8Array> | undefined;
  /** What is tidied up behind the answers. */
  #tidying: Promise<void> = Promise.resolve();
  #next = 0;

  constructor(session: RoundSession) {
    this.#session = session;
    this.#group = new GroupSecrets(session);
  }

  /** The sums of the round in their order. @throws {LeftOut} @throws {ProtocolFault} sum_differs, share_wrong, reveal_refused, sum_wrong */
  async ask(...[about, values, { state, look } = {}]: Parameters<AskSum>): Promise<Int32Array> {
    const sum = this.#next;
    this.#next += 1;
    if (sum >= roundLimits.sums) throw new ProtocolFault('too_large', `${roundLimits.sums} sums`);
    const marked = state === undefined ? about : `${about} ${await this.#mark(state, sum)}`;
    const held = () => this.#session.board.sums[sum];
    const known = held();
    if (known?.opened) {
      checkSame(known, marked, typeof values === 'function' ? known.values : values.length);
      look?.({ members: known.members, survivors: known.survivors! });
    } else await this.#takePart(sum, marked, values, look);
    const result = await this.#open(held()!);
    // What was opened has no secrets any more by the time that anybody uses it.
    await this.#tidying;
    return result;
  }

  /** Waits for what is tidied up, and overwrites what is open. */
  async close(): Promise<void> {
    for (const { keys } of this.#opened.values()) keys.close();
    this.#opened.clear();
    await this.#tidying;
  }

  /** Of what all members hold: the same for the same, and nothing to whoever has not the secret of the members. */
  async #mark(state: string, sum: number): Promise<string> {
    const key = await this.#group.before(sum);
    const words = `holdfast round state\n${this.#session.round}\n`;
    return createHmac('sha256', key).update(words).update(state).digest('hex').slice(0, 16);
  }

  async #takePart(sum: number, about: string, given: Parameters<AskSum>[1], look: AskOptions['look']): Promise<void> {
    const { board, me } = { board: this.#session.board, me: this.#session.me };
    const at = Math.floor(sum / roundLimits.batchSums);
    await this.#setUp(at);
    const batch = board.batches[at]!;
    const held = () => board.sums[sum];
    const opened = () => held()?.opened !== undefined;
    const members = held()?.members ?? batch.members!.filter((member) => board.active.includes(member));
    if (!members.includes(me)) throw new LeftOut();
    if (!held()?.survivors) {
      const values = typeof given === 'function' ? await given(members) : given;
      if (values.length === 0 || values.length > roundLimits.values)
        throw new ProtocolFault('too_large', `${roundLimits.values} values`);
      const beyond = values.findIndex((value) => Math.abs(value) > sumBound);
      if (beyond >= 0) throw new ProtocolFault('value_out_of_range', `${sum}: value ${beyond}`);
      const known = held();
      if (known) checkSame(known, about, values.length);
      const ciphertexts = await this.#contribution(sum, members, values);
      await this.#session.say(
        () => held()?.contributions.has(me) === true || held()?.survivors !== undefined,
        () => ({ kind: 'contribution', sum, about, values: values.length, ciphertexts }),
      );
    }
    await this.#session.until(() => held()?.survivors !== undefined);
    if (!held()!.survivors!.includes(me)) throw new LeftOut();
    look?.({ members, survivors: held()!.survivors! });
    await this.#session.say(
      () => held()!.confirmed.has(me) || opened(),
      () => ({ kind: 'confirmation', sum }),
    );
    await this.#session.until(() => held()!.confirmed.size >= board.threshold || opened());
    await this.#reveal(sum);
    await this.#session.until(() => held()!.missing !== undefined || opened());
    if (!opened()) {
      if (held()!.missing!.includes(me)) throw new LeftOut();
      await this.#recover(sum);
      await this.#session.until(opened);
    }
  }

  // Secrets and shares of a batch.

  async #setUp(at: number): Promise<void> {
    const { board, me } = { board: this.#session.board, me: this.#session.me };
    const batch = () => board.batches[at];
    if (!batch()?.members) {
      await this.#session.say(
        () => batch()?.keys.has(me) === true || batch()?.keyed !== undefined,
        async () => ({ kind: 'keys', batch: at, keys: [await this.#session.give(await this.#publicKeys(at))] }),
      );
      await this.#session.until(() => batch()?.keyed !== undefined);
      if (!batch()!.keyed!.includes(me)) throw new LeftOut();
      await this.#session.say(
        () => batch()!.shares.has(me) || batch()!.members !== undefined,
        async () => ({ kind: 'shares', batch: at, shares: await this.#shares(at, batch()!) }),
      );
      await this.#session.until(() => batch()!.members !== undefined);
    }
    if (!batch()!.members!.includes(me)) throw new LeftOut();
  }

  async #keptOf(at: number): Promise<KeptSecrets | undefined> {
    const known = this.#kept.get(at);
    if (known) return known;
    const kept = (await this.#session.ports.book.read(secretCollection, batchKey(this.#session.round, at))) as
      | KeptSecrets
      | undefined;
    if (kept) this.#kept.set(at, kept);
    return kept;
  }

  async #keep(at: number, kept: KeptSecrets, more: readonly BookChange[] = []): Promise<void> {
    await this.#session.ports.book.write([{ put: [secretCollection, batchKey(this.#session.round, at), kept] }, ...more]);
    this.#kept.set(at, kept);
  }

  /** Of a batch; drawn and kept the first time. */
  async #secrets(at: number): Promise<KeptSecrets> {
    const { random } = this.#session.ports;
    const kept = await this.#keptOf(at);
    if (kept) return kept;
    const sums = Object.fromEntries(
      sumsOf(at).map((sum) => {
        const { maskMaster, selfSeed } = newSumSecrets(random);
        return [sum, { master: toBase64(maskMaster), self: toBase64(selfSeed) }];
      }),
    );
    await this.#keep(at, { sums });
    return { sums };
  }

  async #secretsOf(sum: number): Promise<{ master: Uint8Array; self: Uint8Array }> {
    const { sums } = await this.#secrets(Math.floor(sum / roundLimits.batchSums));
    const kept = sums[sum];
    const [master, self] = [fromBase64(kept?.master ?? '', 32), fromBase64(kept?.self ?? '', 32)];
    if (!master || !self) throw new RangeError(`secrets: expected those of sum ${sum}, which is not opened`);
    return { master, self };
  }

  #place(sum: number) {
    return { session: this.#session.round, index: sum };
  }

  async #masks(sum: number): Promise<OpenedMasks> {
    const known = this.#opened.get(sum);
    if (known) return known;
    const { master } = await this.#secretsOf(sum);
    const { board, me } = this.#session;
    const keys = this.#session.timed('masks', () => openMaster(board.terms.agreement, master, this.#place(sum), me));
    const opened: OpenedMasks = { keys, offered: new Map() };
    this.#opened.set(sum, opened);
    return opened;
  }

  /** @throws {ProtocolFault} share_wrong */
  #offered({ keys, offered }: OpenedMasks, member: string, publicKey: Uint8Array): ReturnType<MaskKeys['offer']> {
    const made = offered.get(member) ?? this.#session.timed('masks', () => refusing(() => keys.offer(member, publicKey)));
    offered.set(member, made);
    return made;
  }

  async #publicKeys(at: number): Promise<Buffer> {
    const keys: SumKeys[] = [];
    for (const sum of sumsOf(at)) {
      const { master, self } = await this.#secretsOf(sum);
      const masks = await this.#masks(sum);
      keys.push({
        publicKey: masks.keys.publicKey,
        master: commitmentOf('maskMaster', master, this.#place(sum), this.#session.me),
        self: commitmentOf('selfSeed', self, this.#place(sum), this.#session.me),
      });
    }
    return encodeKeys(keys);
  }

  /** Public keys of those who gave theirs. @throws {ProtocolFault} malformed */
  #keysOf(at: number): Promise<Map<string, SumKeys[]>> {
    const fetched = async () => {
      const { board } = this.#session;
      const batch = board.batches[at]!;
      const named = batch.keyed!.map(async (member) => {
        const bytes = await this.#session.fetch(batch.keys.get(member)![0]!);
        return [member, decodeKeys(bytes, board.terms.agreement, roundLimits.batchSums, `keys of ${member}`)] as const;
      });
      return new Map(await Promise.all(named));
    };
    return once(this.#published, at, fetched);
  }

  async #shares(at: number, batch: Batch): Promise<{ [member: string]: string[] }> {
    const { standing, ports, me, round, board } = this.#session;
    const { agreement } = board.terms;
    const members = batch.keyed!;
    const keys = await this.#keysOf(at);
    const shares = new Map<string, SumShares[]>(members.map((member) => [member, []]));
    const offers = new Map<string, Uint8Array[]>(members.map((member) => [member, []]));
    for (const [index, sum] of sumsOf(at).entries()) {
      const { master, self } = await this.#secretsOf(sum);
      const shared = (secret: Uint8Array) =>
        this.#session.timed('shares', () => shareSecret(secret, board.threshold, members.length));
      const [ofMaster, ofSelf] = [await shared(master), await shared(self)];
      for (const [place, member] of members.entries())
        shares.get(member)!.push({ maskMaster: ofMaster[place]!, selfSeed: ofSelf[place]! });
      if (agreement === 'x25519') continue;
      const masks = await this.#masks(sum);
      for (const member of members.filter((one) => one > me)) {
        offers.get(member)!.push(this.#offered(masks, member, keys.get(member)![index]!.publicKey).ciphertext);
      }
    }
    const given: [member: string, bytes: Buffer][] = [];
    for (const member of members.filter((one) => one !== me)) {
      const wrapKey = Buffer.from(standing.membership().members.get(member)!.descriptor.wrapKey, 'base64url');
      const place = {
        session: round,
        first: at * roundLimits.batchSums,
        count: roundLimits.batchSums,
        sender: me,
        receiver: member,
      };
      const sealed = await this.#session.timed('shares', () => sealShares(wrapKey, place, shares.get(member)!, ports.random));
      given.push([member, encodeShares({ sealed, ciphertexts: offers.get(member)! })]);
    }
    const named = given.map(async ([member, bytes]): Promise<[string, string[]]> => [member, [await this.#session.give(bytes)]]);
    return Object.fromEntries(await Promise.all(named));
  }

  /** Keys and shares of a batch's members, as they came to us. @throws {ProtocolFault} share_wrong naming whose do not open */
  #peersOf(at: number): Promise<Peers> {
    return once(this.#peers, at, () => this.#fetchPeers(at));
  }

  async #fetchPeers(at: number): Promise<Peers> {
    const { standing, me, round, board } = this.#session;
    const batch = board.batches[at]!;
    const { agreement } = board.terms;
    const shares = new Map<string, { shares: SumShares[]; ciphertexts: readonly Uint8Array[] }>();
    for (const member of batch.members!.filter((one) => one !== me)) {
      const bytes = await this.#session.fetch(batch.shares.get(member)![me]![0]!);
      const offered = agreement === 'x-wing' && member < me;
      const { sealed, ciphertexts } = decodeShares(bytes, agreement, roundLimits.batchSums, offered, `shares of ${member}`);
      const place = {
        session: round,
        first: at * roundLimits.batchSums,
        count: roundLimits.batchSums,
        sender: member,
        receiver: me,
      };
      try {
        const opened = await this.#session.timed('shares', () => openShares(standing.wrapPrivateKey(), place, sealed));
        shares.set(member, { shares: opened, ciphertexts });
      } catch (error) {
        if (error instanceof SealedSharesBroken) throw new ProtocolFault('share_wrong', member);
        throw error;
      }
    }
    return { keys: await this.#keysOf(at), shares };
  }

  // One sum.

  /** Our vector as it goes out: made once, and the same after a kill. @returns digests */
  async #contribution(sum: number, members: readonly string[], values: Int32Array): Promise<string[]> {
    const { ports, round, board } = this.#session;
    const key = `${round}/${`${sum}`.padStart(6, '0')}`;
    const kept = (await ports.book.read(outCollection, key)) as number | undefined;
    let parts = kept;
    if (parts === undefined) {
      const modulus = ports.sums.modulusOf(board.terms.encryption);
      const masked = await this.#masked(sum, members, values, modulus);
      const publicKey = await this.#publicKey();
      const ciphertexts = await ports.sums.encrypt(board.terms.encryption, publicKey, masked);
      await Promise.all(ciphertexts.map((bytes, at) => ports.spool.put(round, outName(sum), at, bytes)));
      parts = ciphertexts.length;
      await ports.book.write([{ put: [outCollection, key, parts] }]);
    }
    const digests: string[] = [];
    for (let at = 0; at < parts; at += 1)
      digests.push(await this.#session.give((await ports.spool.get(round, outName(sum), at))!));
    return digests;
  }

  /** Of the custodian. */
  #publicKey(): Promise<Uint8Array> {
    const fetched = async () => {
      const parts: Uint8Array[] = [];
      for (const digest of this.#session.board.custody!.publicKey) parts.push(await this.#session.fetch(digest));
      return Buffer.concat(parts);
    };
    this.#custodyKey ??= fetched();
    this.#custodyKey.catch(() => {
      this.#custodyKey = undefined;
    });
    return this.#custodyKey;
  }

  async #masked(sum: number, members: readonly string[], values: Int32Array, modulus: number): Promise<Uint32Array> {
    const { me } = this.#session;
    const { keys, shares } = await this.#peersOf(Math.floor(sum / roundLimits.batchSums));
    const index = sum % roundLimits.batchSums;
    const masks = await this.#masks(sum);
    const none = new Uint8Array(0);
    const pairs: Pair[] = members
      .filter((member) => member !== me)
      .map((member) => {
        const { publicKey } = keys.get(member)![index]!;
        if (me < member) return this.#offered(masks, member, publicKey);
        const { ciphertexts } = shares.get(member)!;
        const accept = () => refusing(() => masks.keys.accept(member, publicKey, ciphertexts[index] ?? none));
        return this.#session.timed('masks', accept);
      });
    const residues = toResidues(values, { modulus, members: 1, bound: sumBound, stepsPerUnit: 1 });
    const { self } = await this.#secretsOf(sum);
    return this.#session.timed('masks', () => maskVector(residues, { modulus, selfSeed: self, pairs }));
  }

  async #reveal(sum: number): Promise<void> {
    const { board, me } = this.#session;
    const held = () => board.sums[sum]!;
    await this.#session.say(
      () => held().reveals.has(me) || held().missing !== undefined || held().opened !== undefined,
      async () => {
        const { dropped } = await this.#decide(held());
        const { shares } = await this.#peersOf(Math.floor(sum / roundLimits.batchSums));
        const masters = dropped.map((member) => [
          member,
          toBase64(shares.get(member)!.shares[sum % roundLimits.batchSums]!.maskMaster),
        ]);
        const self = toBase64((await this.#secretsOf(sum)).self);
        const sealed = await this.#toCustodian('reveal', sum, { self, masters: Object.fromEntries(masters) });
        return { kind: 'reveal', sum, sealed };
      },
    );
  }

  /** Shares of the seeds of those who contributed and were gone then: their masks are not opened any other way. */
  async #recover(sum: number): Promise<void> {
    const { board, me } = this.#session;
    const held = () => board.sums[sum]!;
    await this.#session.say(
      () => held().recoveries.has(me) || held().opened !== undefined,
      async () => {
        await this.#decide(held());
        const { shares } = await this.#peersOf(Math.floor(sum / roundLimits.batchSums));
        const selves = held().missing!.map((member) => [
          member,
          toBase64(shares.get(member)!.shares[sum % roundLimits.batchSums]!.selfSeed),
        ]);
        return {
          kind: 'recovery',
          sum,
          sealed: await this.#toCustodian('recovery', sum, { selves: Object.fromEntries(selves) }),
        };
      },
    );
  }

  /** Whose which secret is opened, once for each sum; kept before anything leaves. @throws {ProtocolFault} reveal_refused */
  async #decide({ sum, members, survivors }: Sum): Promise<{ dropped: string[] }> {
    const { state, board, round, me } = this.#session;
    const dropped = members.filter((member) => !survivors!.includes(member));
    const rules = { session: round, own: me, members: board.terms.members, threshold: board.threshold };
    const reveals = new Reveals(rules, state.reveals as RevealsRecord | undefined);
    try {
      reveals.decide(sum, survivors!, dropped);
    } catch (error) {
      if (error instanceof RevealRefused) throw new ProtocolFault('reveal_refused', error.message);
      throw error;
    }
    state.reveals = reveals.toJSON();
    await this.#session.save();
    return { dropped };
  }

  async #toCustodian(what: string, sum: number, value: object): Promise<string> {
    const { standing, board, ports, round, me } = this.#session;
    const { custodian } = board.terms;
    const wrapKey = Buffer.from(standing.membership().members.get(custodian)!.descriptor.wrapKey, 'base64url');
    const bytes = Buffer.from(canonicalJson(value), 'utf8');
    const place = { round, what, of: `${sum} ${me}` };
    return this.#session.give(await this.#session.timed('seals', () => sealTo(wrapKey, place, bytes, ports.random)));
  }

  /** @throws {LeftOut} @throws {ProtocolFault} sum_wrong, seal_broken */
  async #open(sum: Sum): Promise<Int32Array> {
    const { ports, round } = this.#session;
    const kept = await ports.spool.get(round, sumName, sum.sum);
    const bytes = kept ?? (await this.#fetchSum(sum));
    if (saltedDigest(bytes) !== sum.opened!.salted) throw new ProtocolFault('sum_wrong', `${sum.sum}`);
    const values = decodeSum(bytes, sum.values, `${sum.sum}`);
    // After a kill in between the coordinator is asked for it once more.
    this.#tidying = this.#tidying.then(async () => {
      if (!kept) await ports.spool.put(round, sumName, sum.sum, bytes);
      await this.#forget(sum.sum);
    });
    this.#tidying.catch(() => undefined);
    return values;
  }

  async #fetchSum({ sum, opened }: Sum): Promise<Uint8Array> {
    const group = await this.#group.of(sum);
    const parts: Buffer[] = [];
    for (const [at, digest] of opened!.sealed.entries()) {
      const place = { round: this.#session.round, what: 'sum', of: `${sum} ${at}` };
      parts.push(openUnder(group, place, await this.#session.fetch(digest)));
    }
    return Buffer.concat(parts);
  }

  /** A sum that is opened needs no secrets any more. */
  async #forget(sum: number): Promise<void> {
    const { ports, round } = this.#session;
    const at = Math.floor(sum / roundLimits.batchSums);
    this.#opened.get(sum)?.keys.close();
    this.#opened.delete(sum);
    const kept = await this.#keptOf(at);
    if (!kept?.sums[sum]) return;
    const { [sum]: _gone, ...sums } = kept.sums;
    const outKey = `${round}/${`${sum}`.padStart(6, '0')}`;
    const parts = ((await ports.book.read(outCollection, outKey)) as number | undefined) ?? 0;
    await Promise.all(Array.from({ length: parts }, (_, part) => ports.spool.remove(round, outName(sum), part)));
    await this.#keep(at, { sums }, [{ remove: [outCollection, outKey] }]);
    if (Object.keys(sums).length > 0) return;
    for (const held of [this.#peers, this.#published, this.#kept]) held.delete(at);
  }
}
