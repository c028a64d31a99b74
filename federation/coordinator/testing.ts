// A federation with a real authority, a coordinator over memory and members, for the tests of the coordinator; and a book and a spool that
// die at a chosen moment.

import {
  type Authority,
  authorityPem,
  issueLeaf,
  issueRevocationList,
  newAuthority,
  newCertificateKey,
  requestLeaf,
} from '../protocol/certificates.ts';
import type { CoordinatorApi } from '../protocol/coordinator-api.ts';
import { type Book, type BookChange, MemoryBook, MemorySpool, type Spool } from '../protocol/durable.ts';
import { foldMembership } from '../protocol/membership.ts';
import { encodeMessage, writeMessage } from '../protocol/message.ts';
import { type Act, foundingStatement, nextStatement, type SignedStatement } from '../protocol/statements.ts';
import { federationId, seededRandom, startMs, type TestMember, testMember } from '../protocol/testing.ts';
import { Coordinator, type CoordinatorOptions } from './coordinator.ts';
import type { Timer } from './exclusive.ts';

export const session = 'aa'.repeat(16);

/** Timers that fire when the test says so. */
export class ManualTimer implements Timer {
  readonly waiting = new Set<() => void>();

  after(_ms: number, run: () => void): () => void {
    this.waiting.add(run);
    return () => this.waiting.delete(run);
  }

  fire(): void {
    for (const run of [...this.waiting]) run();
  }
}

export class TestFederation {
  readonly random = seededRandom('coordinator');
  readonly clock = { atMs: startMs + 86_400_000, nowMs: () => this.clock.atMs };
  readonly timer = new ManualTimer();
  readonly founder: TestMember;
  readonly own: TestMember;
  readonly members: TestMember[];
  readonly log: SignedStatement[] = [];
  book: Book = new MemoryBook();
  spool: Spool = new MemorySpool();
  authority!: Authority;

  private constructor(count: number, role: 'coordinator' | 'both') {
    this.founder = testMember(federationId, 'founder');
    this.own = testMember(federationId, 'coordinator', role);
    this.members = Array.from({ length: count }, (_, at) => testMember(federationId, `member ${at}`));
  }

  static async make(count = 2, role: 'coordinator' | 'both' = 'coordinator', nowMs?: number): Promise<TestFederation> {
    const made = new TestFederation(count, role);
    if (nowMs !== undefined) made.clock.atMs = nowMs;
    made.authority = await newAuthority(federationId, await newCertificateKey(), made.clock.atMs, made.random);
    const der = Buffer.from(made.authority.certificate.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
    made.log.push(foundingStatement(made.founder.key, made.founder.descriptor, der, startMs));
    for (const member of [made.own, ...made.members]) made.admit(member);
    return made;
  }

  say(by: TestMember, act: Act): SignedStatement {
    const said = nextStatement(by.key, federationId, by.id, foldMembership(this.log), act, this.clock.nowMs());
    this.log.push(said);
    return said;
  }

  admit(member: TestMember, invitation = Buffer.from(this.random.bytes(32)).toString('hex')): SignedStatement {
    return this.say(this.founder, { kind: 'admit', descriptor: member.descriptor, invitation });
  }

  get options(): CoordinatorOptions {
    const { clock, timer, book, spool, own } = this;
    const log = this.log.slice(0, 2);
    return { clock, timer, book, spool, federation: federationId, member: own.id, signingKey: own.key, log };
  }

  /** Opens it over the same book, with what the founder has said so far. */
  async open(options: Partial<CoordinatorOptions> = {}): Promise<Coordinator> {
    const coordinator = await Coordinator.open({ ...this.options, ...options });
    for (const statement of this.log.slice(coordinator.membership.size)) {
      await coordinator.forMember(this.founder.id).append(statement);
    }
    return coordinator;
  }

  async leaf(member: string, nowMs = this.clock.nowMs(), from = this.authority, federation = federationId) {
    const keys = await newCertificateKey();
    const name = { federation, member };
    const request = await requestLeaf(name, keys);
    return { request, leaf: await issueLeaf(from, request, name, nowMs, this.random), privateKey: keys.privateKey };
  }

  revocations(serials: readonly string[], nowMs = this.clock.nowMs()): Promise<string> {
    const revoked = serials.map((serial) => ({ serial, atMs: nowMs, compromised: false }));
    return issueRevocationList(this.authority, revoked, nowMs, 7 * 86_400_000);
  }

  message(
    from: TestMember,
    to: TestMember,
    seq: number,
    body: Uint8Array | string = `body ${seq}`,
    more: { session?: string; kind?: string; sentAtMs?: number } = {},
  ) {
    const fields = {
      federation: federationId,
      from: from.id,
      to: to.id,
      session,
      kind: 'test',
      seq,
      sentAtMs: this.clock.nowMs(),
      ...more,
    };
    return encodeMessage(writeMessage(from.key, fields, typeof body === 'string' ? Buffer.from(body) : body));
  }

  get authorityPem(): string {
    return authorityPem(foldMembership(this.log).authority);
  }
}

/** Takes all that waits, and says so. */
export async function takeAll(api: CoordinatorApi): Promise<Uint8Array[]> {
  const taken: Uint8Array[] = [];
  for (let after = 0; ; ) {
    const deliveries = await api.receive(after, 0);
    if (deliveries.length === 0) return taken;
    taken.push(...deliveries.map(({ message }) => message));
    after = deliveries.at(-1)!.number;
    await api.acknowledge(after);
  }
}

export class Killed extends Error {}

/** A process that dies at its n-th write, before or after it takes effect: nothing works from then on. */
export class Mortal {
  #left: number;
  readonly #after: boolean;
  dead = false;

  constructor(writes: number, after: boolean) {
    this.#left = writes;
    this.#after = after;
  }

  async #step<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.dead) throw new Killed();
    this.#left -= 1;
    if (this.#left >= 0) return work();
    this.dead = true;
    if (this.#after) await work();
    throw new Killed();
  }

  #alive<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.dead ? Promise.reject(new Killed()) : work();
  }

  book(inner: Book): Book {
    return {
      write: (changes: readonly BookChange[]) => this.#step(() => inner.write(changes)),
      read: (collection, key) => this.#alive(() => inner.read(collection, key)),
      list: (collection, prefix) => this.#alive(() => inner.list(collection, prefix)),
    };
  }

  spool(inner: Spool): Spool {
    return {
      put: (...all) => this.#step(() => inner.put(...all)),
      get: (...all) => this.#alive(() => inner.get(...all)),
      parts: (...all) => this.#alive(() => inner.parts(...all)),
      remove: (...all) => this.#step(() => inner.remove(...all)),
      drop: (...all) => this.#step(() => inner.drop(...all)),
    };
  }
}
