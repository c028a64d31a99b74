// Two sides of a match and what is between them, in memory and from a seed: for the tests of the engine. The coordinator's own tests, and the
// simulation, run the real one.

import { newWrapKeyPair } from '../../../crypto/hpke.ts';
import { generateKey, type Key } from '../../../crypto/keys.ts';
import {
  ecdhSteps,
  encode,
  encryptValues,
  hashItems,
  intersect,
  mask,
  refuseRepeats,
  saltedHashSteps,
  sumsSteps,
  totalOf,
} from '../../../crypto/psi/psi.ts';
import type { CoordinatorApi, Delivery } from '../../protocol/coordinator-api.ts';
import { tallyKinds } from '../../protocol/coordinator-api.ts';
import { MemoryBook, MemorySpool } from '../../protocol/durable.ts';
import { describeMember } from '../../protocol/identity.ts';
import type { MatchKind, MatchTerms } from '../../protocol/match-terms.ts';
import { foldMembership } from '../../protocol/membership.ts';
import { decodeMessage, encodeMessage, type MessageHeader, writeMessage } from '../../protocol/message.ts';
import { noRounds } from '../../protocol/round/round-api.ts';
import { newId } from '../../protocol/signed.ts';
import type { SignedStatement } from '../../protocol/statements.ts';
import { readTallyPart, writeTallyVerdict } from '../../protocol/tally.ts';
import { federationId, seededRandom, startMs, TestLog, type TestMember } from '../../protocol/testing.ts';
import type { Dataset, KeptResult, MatchEvent, MatchPorts, Standing } from '../ports.ts';
import { Matches, type Proposal } from './match.ts';
import { Closed } from './session.ts';

export type Wrapped = TestMember & { readonly wrapPrivateKey: Uint8Array };

async function member(seed: string, role: 'coordinator' | 'participant' | 'both'): Promise<Wrapped> {
  const random = seededRandom(seed);
  const key = generateKey('signing', random);
  const id = newId(random);
  const pair = await newWrapKeyPair(random);
  const descriptor = describeMember(key, {
    federation: federationId,
    member: id,
    name: { en: `Organisation ${seed}`, zh: '机构' },
    role,
    wrapKey: pair.publicKey,
    createdAtMs: startMs,
    version: 1,
  });
  return { id, key, descriptor, wrapPrivateKey: pair.privateKey };
}

/** What a carrier may do to a call; the default does nothing. */
export type Network = { around<Result>(member: string, call: string, work: () => Promise<Result>): Promise<Result> };
const calm: Network = { around: (_member, _call, work) => work() };

/** Mailboxes and a counter, honest. Everything that passes is kept for the tests to look at. */
export class Exchange {
  readonly mail = new Map<string, Delivery[]>();
  readonly passed: Uint8Array[] = [];
  readonly counted: { from: string; tokens: Uint8Array; kind: MatchKind }[] = [];
  network: Network = calm;
  readonly #counter: Wrapped;
  #number = 0;

  constructor(counter: Wrapped) {
    this.#counter = counter;
  }

  apiFor(id: string): CoordinatorApi {
    const none = () => Promise.reject(new Error('not in this test'));
    return {
      log: none,
      append: none,
      revocations: none,
      leaf: none,
      requestLeaf: none,
      publishInvitation: none,
      withdrawInvitation: none,
      joinRequests: none,
      refuseJoin: none,
      leafRequests: none,
      publishLeaf: none,
      publishRevocations: none,
      rounds: noRounds,
      send: (bytes) => this.network.around(id, 'send', async () => this.#take(bytes)),
      receive: (after) =>
        this.network.around(id, 'receive', async () => (this.mail.get(id) ?? []).filter(({ number }) => number > after)),
      acknowledge: (upTo) =>
        this.network.around(id, 'acknowledge', async () => {
          this.mail.set(
            id,
            (this.mail.get(id) ?? []).filter(({ number }) => number > upTo),
          );
        }),
    };
  }

  #take(bytes: Uint8Array): void {
    const message = decodeMessage(bytes);
    this.passed.push(bytes);
    if (message.header.to !== this.#counter.id || message.header.kind !== tallyKinds.list) {
      this.put(message.header.to, bytes);
      return;
    }
    const { part, tokens } = readTallyPart(message.body);
    this.counted.push({ from: message.header.from, tokens, kind: part.kind });
    const have = (from: string) => new Set(this.counted.filter((one) => one.from === from).map(({ kind }) => kind)).size;
    if (have(message.header.from) < part.kinds.length || have(part.partner) < part.kinds.length) return;
    this.#verdict(message.header, part);
  }

  /** One part a list is enough for these tests. */
  #verdict(header: MessageHeader, part: ReturnType<typeof readTallyPart>['part']): void {
    const of = (from: string, kind: MatchKind) =>
      Buffer.concat(this.counted.filter((one) => one.from === from && one.kind === kind).map((one) => one.tokens));
    const counts = part.kinds.map(({ kind }) => ({
      kind,
      shared: intersect(of(header.from, kind), of(part.partner, kind)).own.length,
    }));
    const verdict = Math.max(...counts.map(({ shared }) => shared)) >= part.least ? ('enough' as const) : ('too-small' as const);
    const body = writeTallyVerdict({
      terms: part.terms,
      verdict,
      ...(verdict === 'enough' && part.tell === 'count' && { counts }),
    });
    for (const to of [header.from, part.partner]) {
      const fields = {
        federation: header.federation,
        from: this.#counter.id,
        to,
        session: header.session,
        kind: tallyKinds.verdict,
        seq: 0,
        sentAtMs: startMs,
      };
      this.put(to, encodeMessage(writeMessage(this.#counter.key, fields, body)));
    }
  }

  put(to: string, message: Uint8Array): void {
    this.#number += 1;
    const box = this.mail.get(to) ?? [];
    this.mail.set(to, [...box, { number: this.#number, message }]);
  }
}

/** One side, which can be closed and opened over what it kept. */
export class Side {
  readonly member: Wrapped;
  readonly book = new MemoryBook();
  readonly spool = new MemorySpool();
  readonly events: MatchEvent[] = [];
  readonly results = new Map<string, KeptResult>();
  dataset: Dataset = datasetOf({});
  matches!: Matches;
  readonly #exchange: Exchange;
  readonly #log: SignedStatement[];
  readonly clock: { nowMs(): number };
  #closed = false;

  constructor(of: Wrapped, exchange: Exchange, log: SignedStatement[], clock: { nowMs(): number }) {
    this.member = of;
    this.#exchange = exchange;
    this.#log = log;
    this.clock = clock;
  }

  async open(wrap: (ports: MatchPorts) => MatchPorts = (ports) => ports): Promise<void> {
    this.#closed = false;
    this.matches = await Matches.open(wrap(this.#ports()), this.#standing());
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.matches.close();
  }

  #standing(): Standing {
    const membership = foldMembership(this.#log);
    return {
      federation: federationId,
      me: this.member.id,
      membership: () => membership,
      refresh: async () => undefined,
      log: () => this.#log,
      signingKey: (): Key<'signing'> => this.member.key,
      wrapPrivateKey: () => this.member.wrapPrivateKey,
      api: () => this.#exchange.apiFor(this.member.id),
    };
  }

  #ports(): MatchPorts {
    const unused = () => {
      throw new Error('not in this test');
    };
    return {
      clock: this.clock,
      random: seededRandom(`${this.member.id} draws`),
      book: this.book,
      spool: this.spool,
      connect: unused,
      knock: unused,
      dataset: async () => this.dataset,
      pause: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        if (this.#closed) throw new Closed();
      },
      keep: async (session, result) => void this.results.set(session, { found: [...result.found], pairs: [...result.pairs] }),
      tell: async (event) => void this.events.push(event),
      mask: async (points, scalar) => mask(points, scalar),
      encode: async (items, tag) => encode(items, Buffer.from(tag)),
      hash: async (items, key, stretch) => hashItems(items, key, stretch ? { stretch } : {}),
      encrypt: async (values, key, seed) => encryptValues(values, key, seed),
      refuseRepeats: async (list) => refuseRepeats(list),
      compare: async (kept, doubled, returned) => ecdhSteps.compare(kept, doubled, returned),
      compareHashed: async (tokens, received) => saltedHashSteps.compare(tokens, received),
      total: async (ciphertexts, chosen) => totalOf(ciphertexts, chosen),
      reveal: async (key, total, sizes) => sumsSteps.reveal(key, total, sizes),
    };
  }
}

export type Lists = { readonly [kind in MatchKind]?: readonly (readonly string[])[] };

/** @param lists for each kind the items of each customer, in the order of the customers */
export function datasetOf(lists: Lists, values?: readonly number[]): Dataset {
  const count = Math.max(0, ...Object.values(lists).map((rows) => rows.length));
  return {
    ids: Array.from({ length: count }, (_, at) => `c${at}`),
    lists: (Object.entries(lists) as [MatchKind, string[][]][]).map(([kind, rows]) => ({
      kind,
      items: rows.flat(),
      owners: Uint32Array.from(rows.flatMap((row, at) => row.map(() => at))),
      report: { given: rows.flat().length, taken: rows.flat().length, refused: {}, repeats: 0 },
    })),
    ...(values && { values }),
    digest: '0'.repeat(64),
  };
}

export type Pair = { exchange: Exchange; one: Side; two: Side; counter: Wrapped; clock: { now: number; nowMs(): number } };

export async function newPair(seed = ''): Promise<Pair> {
  const founder = await member(`${seed}coordinator`, 'coordinator');
  const [first, second] = [await member(`${seed}one`, 'participant'), await member(`${seed}two`, 'participant')];
  const log = new TestLog(founder);
  log.admit(founder, first);
  log.admit(founder, second);
  const clock = { now: startMs + 60_000, nowMs: () => clock.now };
  const exchange = new Exchange(founder);
  const sides = [first, second].map((of) => new Side(of, exchange, log.statements, clock));
  return { exchange, one: sides[0]!, two: sides[1]!, counter: founder, clock };
}

export const twoOfUs = [
  { officer: 'compliance officer 1', reason: 'agreed with them' },
  { officer: 'supervisor 2', reason: 'looked at the terms' },
];

export function proposal(pair: Pair, wanted: Partial<Proposal>): Proposal {
  return {
    mode: 'ecdh',
    learns: 'both',
    responder: pair.two.member.id,
    counter: pair.counter.id,
    use: 'overlap',
    purpose: 'marketing',
    reason: 'whom we both know',
    kinds: ['phone'],
    minSize: 1,
    maxSize: 1000,
    minIntersection: 1,
    officers: 2,
    countFirst: false,
    ...wanted,
  } as Proposal;
}

/** Lets both sides work until it holds. */
export async function drive(pair: Pair, holds: () => boolean, turns = 4_000): Promise<void> {
  for (let turn = 0; turn < turns && !holds(); turn += 1) {
    await pair.one.matches.poll(0);
    await pair.two.matches.poll(0);
    // Keys are wrapped in threads of OpenSSL: they take their time, whatever the turn.
    await new Promise((resolve) => setTimeout(resolve, 1));
    pair.clock.now += 1;
  }
  if (!holds()) throw new Error('the match did not come to its end');
}

export type { MatchTerms };
