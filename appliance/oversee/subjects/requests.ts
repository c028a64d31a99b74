// What customers ask for and by when the law wants it answered: received, identity checked, done or refused with the reason; held where
// another law forbids to erase. Each step says who took it.

import { Fault } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model/event.ts';
import type { Law } from '../../core/model/law-packs.ts';
import { endOfTerm, type RequestKind, rightsOf } from '../../core/model/rights.ts';
import { oneByOne } from '../../core/one-by-one.ts';
import type { Ports } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import type { Gone, Subject, SubjectHolder } from './registry.ts';
import { type Check, type Happened, type Request, type RequestBody, RequestRows, type RequestState } from './request-store.ts';
import type { BodySeal } from './sealed-row.ts';

export const requestLimits = { pageRows: 200, textLength: 2_000, openRequests: 100_000 } as const;

/** What completing a request does, beside writing it down. */
export type RequestActs = {
  recordsOf(person: number): Promise<number[]>;
  /** @returns the id of the erasure */
  erase(person: number, by: { actor: string; request: number }): Promise<string>;
  /** Keeps traits that the customer corrected. */
  rectify(person: number, traits: JsonObject, by: string): Promise<void>;
  /** Records the customer's no to purposes, all that may be objected to when none is named. @returns their names */
  object(person: number, purposes: readonly string[] | undefined, by: string): Promise<string[]>;
  /** Tells the gate whose use is restricted. */
  restricted(recordIds: readonly number[]): void;
};

export type RequestsParts = { store: Store; ports: Ports; seal: BodySeal; law: Law; acts: RequestActs };
export type NewRequest = { person: number; kind: RequestKind; note?: string; language?: 'zh' | 'en' };
/** What completing needs, by kind. */
export type Completion = { traits?: JsonObject; purposes?: readonly string[] };

export type RequestView = Omit<RequestBody, 'person'> & {
  request: number;
  state: RequestState;
  /** Who wrote it down, and how it came. */
  by: string;
  person?: string;
  article: string;
  openedAtMs: number;
  dueAtMs: number;
  overdue: boolean;
  closedAtMs?: number;
};

const erasedBy = (erasure: string | undefined): string => (erasure === undefined ? 'erased' : `erased: ${erasure}`);

export class Requests {
  readonly #parts: RequestsParts;
  readonly #rows: RequestRows;
  /** One after the other: a hold is never lost to an erasure that has looked before. */
  readonly #alone = oneByOne();

  constructor(parts: RequestsParts) {
    this.#parts = parts;
    this.#rows = new RequestRows(parts.store, parts.seal);
  }

  /** Tells the gate what is restricted. Before the node serves. */
  async begin(): Promise<void> {
    this.#parts.acts.restricted(await this.#rows.restricted());
  }

  /** @throws {Fault} `not_found` */
  open({ person, kind, note, language = 'zh' }: NewRequest, by: string): Promise<RequestView> {
    return this.#alone(async () => {
      const { store, ports, law, acts } = this.#parts;
      const recordIds = await acts.recordsOf(person);
      const atMs = ports.clock.nowMs();
      const request: Request = {
        id: await store.allocate('subject_requests', 1),
        state: 'received',
        openedAtMs: atMs,
        dueAtMs: endOfTerm(atMs, rightsOf(law).term),
        body: { kind, person, ...(note !== undefined && { note }), language, history: [{ atMs, by, what: 'received' }] },
      };
      await store.transact([this.#rows.write(request), this.#rows.about(request.id, recordIds)]);
      return this.#viewOf(request);
    });
  }

  async list(closed: boolean, after = 0, limit = 50): Promise<{ requests: RequestView[]; next?: number }> {
    const rows = Math.min(limit, requestLimits.pageRows);
    const found = await this.#rows.list(closed, after, rows + 1);
    const requests = found.slice(0, rows).map((one) => this.#viewOf(one));
    return { requests, ...(found.length > rows && { next: after + rows }) };
  }

  async get(id: number): Promise<RequestView> {
    return this.#viewOf(await this.#known(id));
  }

  /** The identity was checked: how, and by whom. */
  verify(id: number, how: Check, by: string): Promise<RequestView> {
    return this.#change(id, by, `identity checked: ${how}`, undefined, (request, atMs) => {
      request.state = 'verified';
      request.body.check = { how, by, atMs };
    });
  }

  /** Another law forbids to erase: until it is released nothing of the person's is erased, whoever asks. */
  hold(id: number, reason: string, by: string): Promise<RequestView> {
    return this.#change(id, by, 'held', reason, ({ body }, atMs) => {
      body.hold = { reason, by, atMs };
    });
  }

  release(id: number, reason: string, by: string): Promise<RequestView> {
    const change = ({ body }: Request) => {
      if (!body.hold) throw new Fault('conflict', 'the request is not held');
      delete body.hold;
    };
    // One that was refused for the hold's sake is closed, and its hold stands.
    return this.#change(id, by, 'hold released', reason, change, true);
  }

  /** The longer term, where the law has one; once. */
  extend(id: number, reason: string, by: string): Promise<RequestView> {
    return this.#change(id, by, 'term extended', reason, (request, atMs) => {
      const { extension, termArticle } = rightsOf(this.#parts.law);
      if (!extension) throw new Fault('conflict', `${termArticle} knows no longer term`);
      if (request.body.extended) throw new Fault('conflict', 'the term was extended already');
      if (atMs > request.dueAtMs) throw new Fault('conflict', 'the term has ended; it could have been extended before');
      request.dueAtMs = endOfTerm(request.dueAtMs, extension);
      request.body.extended = { reason, by, atMs };
    });
  }

  refuse(id: number, reason: string, by: string): Promise<RequestView> {
    return this.#change(id, by, 'refused', reason, (request, atMs) => {
      request.state = 'refused';
      request.closedAtMs = atMs;
    });
  }

  /**
   * Does what was asked for and closes the request.
   * @throws {Fault} `conflict` while the identity is not checked, or under a hold
   */
  complete(id: number, given: Completion, by: string): Promise<RequestView> {
    return this.#alone(async () => {
      const request = await this.#openOne(id);
      const { person } = request.body;
      // A kill came between the erasure and this: nothing is left to do.
      if (request.body.erased) return this.#close(request, erasedBy(request.body.erasure), by);
      if (request.state !== 'verified' || person === undefined)
        throw new Fault('conflict', 'check the identity of whoever asks first');
      if (request.body.hold) throw new Fault('conflict', 'a legal hold; release it first');
      const { what, changed } = await this.#act(request, person, given, by);
      // An erasure has rewritten the request meanwhile.
      const current = changed ? await this.#known(id) : request;
      const atMs = this.#parts.ports.clock.nowMs();
      current.state = 'completed';
      current.closedAtMs = atMs;
      current.body.history.push({ atMs, by, what });
      if (changed) current.body.erasure = changed;
      const { store } = this.#parts;
      const along =
        request.body.kind === 'restriction' ? [this.#rows.restrict(id, await this.#parts.acts.recordsOf(person), atMs)] : [];
      await store.transact([this.#rows.write(current), ...along]);
      if (along.length > 0) await this.begin();
      return this.#viewOf(current);
    });
  }

  /** Lets a restriction end; the law wants the person told before. */
  lift(id: number, reason: string, by: string): Promise<RequestView> {
    return this.#alone(async () => {
      const request = await this.#known(id);
      if (request.body.kind !== 'restriction' || request.state !== 'completed')
        throw new Fault('conflict', 'no restriction that holds');
      request.body.history.push({ atMs: this.#parts.ports.clock.nowMs(), by, what: 'restriction lifted', reason });
      await this.#parts.store.transact([this.#rows.write(request), this.#rows.unrestrict(id)]);
      await this.begin();
      return this.#viewOf(request);
    });
  }

  /** @throws {Fault} `conflict` naming the request that holds them */
  async refuseIfHeld(recordIds: readonly number[]): Promise<void> {
    const holding = recordIds.length > 0 ? await this.#rows.holding(recordIds) : undefined;
    if (holding !== undefined) throw new Fault('conflict', `a legal hold: request ${holding}`);
  }

  readonly holder: SubjectHolder = {
    name: 'requests',
    tables: ['subject_requests', 'subject_request_records', 'restrictions'],
    export: async ({ recordIds }: Subject) => {
      const requests = (await this.#rows.aboutRecords(recordIds)).map((one) => this.#viewOf(one));
      const restrictions = await this.#rows.restrictionsOf(recordIds);
      return requests.length + restrictions.length > 0 ? { requests, restrictions } : undefined;
    },
    erase: (gone: Gone) => this.#forget(gone),
  };

  async #act(request: Request, person: number, given: Completion, by: string): Promise<{ what: string; changed?: string }> {
    const { acts } = this.#parts;
    switch (request.body.kind) {
      case 'erasure': {
        const erasure = await acts.erase(person, { actor: by, request: request.id });
        return { what: erasedBy(erasure), changed: erasure };
      }
      case 'rectification': {
        if (!given.traits || Object.keys(given.traits).length === 0) throw new Fault('bad_request', 'traits');
        await acts.rectify(person, given.traits, by);
        // Names of traits, never their values.
        return { what: `corrected: ${Object.keys(given.traits).join(', ')}` };
      }
      case 'objection':
        return { what: `objection recorded: ${(await acts.object(person, given.purposes, by)).join(', ')}` };
      case 'restriction':
        return { what: 'use restricted' };
      default:
        return { what: 'answered with the package of their data' };
    }
  }

  async #close(request: Request, what: string, by: string): Promise<RequestView> {
    const atMs = this.#parts.ports.clock.nowMs();
    request.body.history.push({ atMs, by, what });
    Object.assign(request, { state: 'completed', closedAtMs: atMs });
    await this.#parts.store.transact([this.#rows.write(request)]);
    return this.#viewOf(request);
  }

  /** What was said of them goes; that something was asked for, when, how the identity was checked and what became of it stays. */
  async #forget({ recordIds, erasure: now }: Gone): Promise<number> {
    const requests = await this.#rows.aboutRecords(recordIds);
    const stripped = requests.map((request) => {
      const { kind, language, check, history } = request.body;
      // One that asked for it and is not closed yet is done by this.
      const erasure = request.body.erasure ?? (kind === 'erasure' && request.closedAtMs === undefined ? now : undefined);
      const kept = history.map(({ reason: _reason, ...rest }): Happened => rest);
      const body: RequestBody = {
        kind,
        language,
        ...(check && { check }),
        ...(erasure !== undefined && { erasure }),
        history: kept,
        erased: true,
      };
      return this.#rows.write({ ...request, body });
    });
    await this.#parts.store.transact([...stripped, ...this.#rows.forget(recordIds)]);
    await this.begin();
    return requests.length;
  }

  #change(
    id: number,
    by: string,
    what: string,
    reason: string | undefined,
    change: (request: Request, atMs: number) => void,
    evenClosed = false,
  ): Promise<RequestView> {
    return this.#alone(async () => {
      const request = await (evenClosed ? this.#known(id) : this.#openOne(id));
      const atMs = this.#parts.ports.clock.nowMs();
      change(request, atMs);
      request.body.history.push({ atMs, by, what, ...(reason !== undefined && { reason }) });
      await this.#parts.store.transact([this.#rows.write(request)]);
      return this.#viewOf(request);
    });
  }

  async #openOne(id: number): Promise<Request> {
    const request = await this.#known(id);
    if (request.closedAtMs !== undefined) throw new Fault('conflict', 'the request is closed');
    return request;
  }

  async #known(id: number): Promise<Request> {
    const request = await this.#rows.get(id);
    if (!request) throw new Fault('not_found', 'the request');
    return request;
  }

  #viewOf({ id, state, openedAtMs, dueAtMs, closedAtMs, body }: Request): RequestView {
    const { person, ...rest } = body;
    return {
      request: id,
      state,
      ...(person !== undefined && { person: `p${person}` }),
      ...rest,
      by: body.history[0]!.by,
      article: rightsOf(this.#parts.law).articles[body.kind],
      openedAtMs,
      dueAtMs,
      overdue: closedAtMs === undefined && this.#parts.ports.clock.nowMs() > dueAtMs,
      ...(closedAtMs !== undefined && { closedAtMs }),
    };
  }
}
