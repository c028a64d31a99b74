// Whole rounds in memory, for tests: a coordinator's desk, members and a custodian, each over a book and a spool of its own. Encryption is left
// out (a plain sum stands in for it) where a test does not ask for it; masks and boards are the real ones.

import { newWrapKeyPair } from '../../crypto/hpke.ts';
import { generateKey, type Key } from '../../crypto/keys.ts';
import { Waiters } from '../coordinator/exclusive.ts';
import { RoundDesk } from '../coordinator/rounds.ts';
import { Closed } from '../participant/match/session.ts';
import type { Standing } from '../participant/ports.ts';
import type { Learned, RoundEvent, RoundPorts, SumCrypto } from '../participant/round/ports.ts';
import { type RoundProposal, Rounds } from '../participant/round/rounds.ts';
import type { CoordinatorApi } from '../protocol/coordinator-api.ts';
import { type Book, MemoryBook, MemorySpool, type Spool } from '../protocol/durable.ts';
import { describeMember, type SignedDescriptor } from '../protocol/identity.ts';
import { foldMembership, type Membership } from '../protocol/membership.ts';
import type { RoundApi } from '../protocol/round/round-api.ts';
import type { Learning } from '../protocol/round/round-terms.ts';
import { newId } from '../protocol/signed.ts';
import { foundingStatement, nextStatement, type SignedStatement } from '../protocol/statements.ts';
import { federationId, seededRandom, startMs } from '../protocol/testing.ts';
import { ProtocolFault } from '../protocol/words.ts';

type Party = {
  readonly id: string;
  readonly key: Key<'signing'>;
  readonly wrapPrivateKey: Uint8Array;
  readonly descriptor: SignedDescriptor;
};

async function partyOf(seed: string, role: 'coordinator' | 'participant' | 'both' = 'both'): Promise<Party> {
  const random = seededRandom(seed);
  const id = newId(random);
  const key = generateKey('signing', random);
  const { publicKey, privateKey } = await newWrapKeyPair(random);
  const name = { en: `Organisation ${seed}`, zh: '机构' };
  const fields = { federation: federationId, member: id, name, role, wrapKey: publicKey, createdAtMs: startMs, version: 1 };
  return { id, key, wrapPrivateKey: privateKey, descriptor: describeMember(key, fields) };
}

export const plainModulus = 4_294_828_033;

const words = (bytes: Uint8Array) => new Uint32Array(Uint8Array.from(bytes).buffer);
const bytesOf = (values: Uint32Array) =>
  new Uint8Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength));
const slots = 1024;

/** Residues as they are, in parts as ciphertexts would be. */
export const plainSums: SumCrypto = {
  modulusOf: () => plainModulus,
  newKeys: async () => ({ publicKey: new Uint8Array(8), secretKey: new Uint8Array(8) }),
  encrypt: async (_encryption, _key, residues) =>
    Array.from({ length: Math.ceil(residues.length / slots) }, (_, at) => bytesOf(residues.slice(at * slots, (at + 1) * slots))),
  decrypt: async (_encryption, _key, ciphertexts, values) => {
    const all = Uint32Array.from(ciphertexts.flatMap((bytes) => [...words(bytes)]));
    if (all.length !== values) throw new ProtocolFault('ciphertext_wrong');
    return all;
  },
};

export async function plainAdd(_encryption: string, parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const sum = new Uint32Array(words(parts[0]!).length);
  for (const part of parts) {
    for (const [at, value] of words(part).entries()) sum[at] = (sum[at]! + value) % plainModulus;
  }
  return bytesOf(sum);
}

export type Learn = RoundPorts['learn'];

export class RoundMember {
  readonly who: Party;
  book: Book = new MemoryBook();
  readonly spool: Spool = new MemorySpool();
  readonly events: RoundEvent[] = [];
  readonly adopted = new Map<string, Uint8Array>();
  rounds!: Rounds;
  learn: Learn = () => Promise.reject(new Error('learn: expected none'));
  vertical: RoundPorts['vertical'];
  /** Its parts of vertical rounds. */
  readonly parts = new Map<string, Uint8Array>();
  /** Between the member and the coordinator. */
  between: (api: RoundApi) => RoundApi = (api) => api;
  #polling: Promise<void> | undefined;
  #on = false;

  constructor(who: Party) {
    this.who = who;
  }

  async open(world: RoundWorld): Promise<void> {
    let on = true;
    const closing = new AbortController();
    const ports: RoundPorts = {
      clock: world.clock,
      random: world.random,
      book: this.book,
      spool: this.spool,
      connect: () => {
        throw new Error('connect: expected no call');
      },
      knock: () => {
        throw new Error('knock: expected no call');
      },
      pause: async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (closing.signal.aborted) throw new Closed();
      },
      sums: world.sums,
      learn: (work) => this.learn(work),
      ...(this.vertical && { vertical: this.vertical }),
      adopt: async (round, _terms, model, part) => {
        this.adopted.set(round, model);
        if (part) this.parts.set(round, part);
      },
      tell: async (event) => void this.events.push(event),
    };
    const { who } = this;
    const standing: Standing = {
      federation: federationId,
      me: who.id,
      membership: () => world.membership,
      refresh: async () => undefined,
      log: () => world.log,
      signingKey: () => who.key,
      wrapPrivateKey: () => who.wrapPrivateKey,
      // Of the coordinator nothing but its desk is asked here.
      api: () => ({ rounds: this.between(world.desk.forMember(who.id)) }) as unknown as CoordinatorApi,
    };
    this.rounds = await Rounds.open(ports, standing);
    this.#on = true;
    const { rounds } = this;
    this.#polling = (async () => {
      while (on && this.#on) {
        await rounds.poll(0).catch((error: unknown) => {
          if (!(error instanceof Error && error.name === 'Unreachable')) throw error;
        });
        // A pause and no mere turn: what spins here is taken from the threads that members compute in.
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    this.stop = async () => {
      on = false;
      closing.abort();
      await rounds.close();
      await this.#polling;
    };
  }

  stop: () => Promise<void> = async () => undefined;
}

export class RoundWorld {
  readonly random = seededRandom('round');
  readonly clock = { atMs: startMs + 86_400_000, nowMs: () => this.clock.atMs };
  readonly founder: Party;
  readonly coordinator: Party;
  readonly members: RoundMember[];
  readonly custodian: RoundMember;
  readonly log: SignedStatement[] = [];
  readonly book = new MemoryBook();
  readonly spool = new MemorySpool();
  sums: SumCrypto = plainSums;
  add = plainAdd;
  desk!: RoundDesk;
  #folded: Membership | undefined;
  #ticking: Promise<void> | undefined;
  #on = true;

  private constructor(founder: Party, coordinator: Party, custodian: Party, members: readonly Party[]) {
    this.founder = founder;
    this.coordinator = coordinator;
    this.custodian = new RoundMember(custodian);
    this.members = [...members].sort((a, b) => (a.id < b.id ? -1 : 1)).map((who) => new RoundMember(who));
  }

  /** Folded again only when the log has grown: whoever looks a key up asks for it. */
  get membership(): Membership {
    if (this.#folded?.size !== this.log.length) this.#folded = foldMembership(this.log);
    return this.#folded;
  }
  get all(): RoundMember[] {
    return [...this.members, this.custodian];
  }

  static async open(count: number): Promise<RoundWorld> {
    const members = await Promise.all(Array.from({ length: count }, (_, at) => partyOf(`member ${at}`)));
    const [founder, coordinator] = [await partyOf('founder'), await partyOf('coordinator', 'coordinator')];
    const world = new RoundWorld(founder, coordinator, await partyOf('custodian'), members);
    world.log.push(foundingStatement(world.founder.key, world.founder.descriptor, world.random.bytes(64), startMs));
    for (const { descriptor } of [world.coordinator, ...world.all.map(({ who }) => who)]) {
      const invitation = Buffer.from(world.random.bytes(32)).toString('hex');
      const act = { kind: 'admit', descriptor, invitation } as const;
      world.log.push(nextStatement(world.founder.key, federationId, world.founder.id, world.membership, act, startMs));
    }
    world.desk = world.newDesk(world.book);
    for (const member of world.all) await member.open(world);
    world.#ticking = (async () => {
      while (world.#on) {
        await world.desk.tick().catch(() => undefined);
        // A pause and no mere turn: what spins here is taken from the threads that members compute in.
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    return world;
  }

  newDesk(book: Book): RoundDesk {
    const membership = this.membership;
    return new RoundDesk({
      clock: this.clock,
      book,
      spool: this.spool,
      federation: federationId,
      member: this.coordinator.id,
      signingKey: this.coordinator.key,
      waiters: new Waiters({ after: () => () => undefined }),
      membership: () => membership,
      add: (encryption, parts) => this.add(encryption, parts),
    });
  }

  async close(): Promise<void> {
    for (const member of this.all) await member.stop();
    this.#on = false;
    await this.#ticking;
    await this.desk.close();
  }
}

export const officers = (name: string, count = 2) =>
  Array.from({ length: count }, (_, at) => ({ officer: `${name} ${at}`, reason: 'because' }));

export function proposalOf(
  world: RoundWorld,
  learn: Partial<Learning> & { kind: 'logistic' } = { kind: 'logistic' },
): RoundProposal {
  return {
    members: world.members.map(({ who }) => who.id),
    custodian: world.custodian.who.id,
    purpose: 'churn.prevention',
    reason: 'one model for all',
    schema: { label: { name: 'left', positive: 'yes' }, features: [{ name: 'tenure', kind: 'number', limit: 128 }] },
    learn: { l2: 1, iterations: 5, tolerance: 1e-6, fewest: 0, ...learn },
    against: 'malicious',
    agreement: 'x-wing',
    encryption: 'bfv-4096',
    patienceMs: 60_000,
    officers: 2,
    minRows: 1,
  };
}

/** Asks for some sums, and takes their digits for the model. */
export const learnBy =
  (vectors: (sum: number) => Int32Array, sums: number): Learn =>
  async ({ ask }): Promise<Learned> => {
    const all: number[] = [];
    for (let sum = 0; sum < sums; sum += 1) all.push(...(await ask(`sum ${sum}`, vectors(sum))));
    return { model: Buffer.from(JSON.stringify(all)), metrics: { auc: 0.5 }, rows: 10 };
  };
