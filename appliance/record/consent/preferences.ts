// What customers themselves say: over the preference page that a link opens, and by confirming a request that was sent to their address (double
// opt-in). A link is for one person and one use, runs out, and can be revoked; a request that waits is no consent.

import { openEnvelope, place, SealBroken, sealEnvelope } from '../../../crypto/envelope.ts';
import { Fault } from '../../core/errors.ts';
import type { Language } from '../../core/http/answer.ts';
import type { Ports } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import type { Vault } from '../../core/vault/vault.ts';
import type { Consent, Told } from './consent.ts';
import { columnsOf } from './judge.ts';
import type { Effective, Ledger } from './ledger.ts';
import {
  addTexts,
  countLinks,
  countMessages,
  countRequests,
  dropExpiredMessages,
  eraseLinks,
  type OutboxRow,
  putLink,
  putMessage,
  putRequest,
  type RequestRow,
  readLinkRow,
  readMessages,
  readRequestBy,
  readRequests,
  readTexts,
  revokeLinks,
} from './link-store.ts';
import { type LinkKeys, makeLink, readLink } from './links.ts';
import { messageOf } from './messages.ts';
import { allTexts, languageTags, pageVersion, shownText, versionOf } from './texts.ts';
import { reaches } from './words.ts';

export const preferenceLimits = {
  linkDays: 365,
  defaultLinkDays: 30,
  /** Links of one person in force at once; a request to make more is answered with limit_reached. */
  linksPerPerson: 20,
  requestHours: 72,
  /** Requests to one person within a day: nobody's mailbox is to be filled. Beyond: too_busy. */
  requestsPerDay: 5,
  /** Messages that wait for a channel. Beyond: too_busy. */
  messages: 10_000,
  pageMessages: 200,
  pageRequests: 100,
} as const;
const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** What leaves for a customer, once there is something that sends it. */
export type OutgoingMessage = { channel: string; to: string; subject: string; text: string };
export type WaitingMessage = OutgoingMessage & { id: number; person: string; madeAtMs: number; expiresAtMs: number };
export type Wanted = { purpose: string; channel?: string; language: Language; address?: string; by: string };
export type ConsentRequest = {
  id: number;
  /** `superseded`: the customer has said no since. */
  state: 'pending' | 'confirmed' | 'expired' | 'superseded';
  purpose: string;
  channel: string;
  language: Language;
  by: string;
  madeAtMs: number;
  expiresAtMs: number;
  confirmedAtMs?: number;
};
type RequestBody = { purpose: string; channel: string; language: Language; address: string; by: string };

export type PreferencesParts = {
  consent: Consent;
  store: Store;
  vault: Vault;
  ports: Ports;
  /** How customers reach the node, without a slash at the end. */
  baseUrl(): string;
  /** All records of a person, by any of them. @throws {Fault} `not_found` */
  recordsOf(id: number): Promise<readonly number[]>;
  /** Where a person is reached over a channel; undefined when nobody knows. */
  addressOf(id: number, channel: string): Promise<string | undefined>;
  /** Takes a message over; without it messages wait in the outbox table, where people see them. */
  send?(message: OutgoingMessage): Promise<void>;
};

/** One thing the page lets a customer decide. */
export type Choice = { purpose: string; channel: string; wanted: boolean };
export type Saved = { ledger: Ledger; recorded: number; held: Effective[] };

const requestPlace = place('consent_requests', 'body');
const outboxPlace = place('consent_outbox', 'body');
/** An audit key of a record has one generation. */
const subjectEpoch = 1;
const toBytes = (value: object): Buffer => Buffer.from(JSON.stringify(value), 'utf8');

/** The actor of what customers do about their own data. */
export const customer = 'customer';

export class Preferences {
  readonly #parts: PreferencesParts;
  readonly #keys: LinkKeys;
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(parts: PreferencesParts) {
    this.#parts = parts;
    this.#keys = { proof: parts.vault.indexKey('consent link'), row: parts.vault.indexKey('consent link row') };
  }

  /** Keeps the texts of this configuration, so that what is agreed to them can be shown later. */
  static async open(parts: PreferencesParts): Promise<Preferences> {
    const first_at_ms = parts.ports.clock.nowMs();
    const rows = allTexts(parts.consent.table).map((text) => ({
      version: versionOf(text),
      first_at_ms,
      body: JSON.stringify(text),
    }));
    await parts.store.transact([addTexts(rows)]);
    return new Preferences(parts);
  }

  /** A link to a person's own page. @throws {Fault} `not_found`, `limit_reached` */
  async link(id: number, days: number = preferenceLimits.defaultLinkDays): Promise<{ url: string; expiresAtMs: number }> {
    return this.#alone(async () => {
      const { store, ports, baseUrl, recordsOf } = this.#parts;
      const records = await recordsOf(id);
      const nowMs = ports.clock.nowMs();
      if ((await countLinks(store, records, nowMs)) >= preferenceLimits.linksPerPerson)
        throw new Fault('limit_reached', 'preferenceLimits.linksPerPerson: revoke those there are');
      const expiresAtMs = nowMs + days * dayMs;
      const { token, hash } = makeLink(this.#keys, 'preferences', expiresAtMs, ports.random);
      const row = { link_hash: hash, record_id: id, made_at_ms: nowMs, expires_at_ms: expiresAtMs, revoked_at_ms: null };
      await store.transact([putLink(row)]);
      return { url: `${baseUrl()}/preferences/${token}`, expiresAtMs };
    });
  }

  /** Ends all links to a person's page. @returns how many there were @throws {Fault} `not_found` */
  async revoke(id: number): Promise<number> {
    return this.#alone(async () => {
      const { store, ports, recordsOf } = this.#parts;
      const records = await recordsOf(id);
      const nowMs = ports.clock.nowMs();
      const count = await countLinks(store, records, nowMs);
      await store.transact([revokeLinks(records, nowMs)]);
      return count;
    });
  }

  /** Whose page a token opens. @throws {Fault} `not_found` for one that opens nothing, whatever the reason */
  async personOf(token: string): Promise<{ record: number; expiresAtMs: number }> {
    const nowMs = this.#parts.ports.clock.nowMs();
    const hash = readLink(this.#keys, 'preferences', token, nowMs);
    const row = hash && (await readLinkRow(this.#parts.store, hash));
    if (!row || row.revoked_at_ms !== null || row.expires_at_ms <= nowMs) throw notALink();
    return { record: row.record_id, expiresAtMs: row.expires_at_ms };
  }

  /**
   * Records what the customer changed on the page; what is as they want it already is left alone.
   * @param choices those of the page that differ from what it showed
   * @returns what is still held back by another word: a no that another source holds, or a guardian's consent that is missing
   */
  async save(record: number, choices: readonly Choice[], language: Language): Promise<Saved> {
    const { consent } = this.#parts;
    let ledger = await consent.ledger(record);
    let recorded = 0;
    const held: Effective[] = [];
    for (const choice of choices) {
      const now = effectiveOf(ledger, choice.purpose, choice.channel);
      if (!now || now.allowed === choice.wanted) continue;
      const told = this.#toldOf(choice, now, language, 'preference page');
      // A child cannot consent for themselves; to say no they need nobody.
      if (!told || (choice.wanted && needsGuardian(this.#parts.consent, ledger, choice.purpose))) {
        held.push(now);
        continue;
      }
      ledger = await consent.tell(record, told, { actor: customer });
      recorded += 1;
      const then = effectiveOf(ledger, choice.purpose, choice.channel);
      if (choice.wanted && then && !then.allowed) held.push(then);
    }
    return { ledger, recorded, held };
  }

  /**
   * Asks for a consent by a message to the customer's address. Nothing is allowed by it until they confirm.
   * @throws {Fault} `not_found`, `bad_request`, `conflict` for a child, `too_busy` beyond a limit
   */
  async request(id: number, wanted: Wanted): Promise<ConsentRequest> {
    return this.#alone(async () => {
      const { consent, store, ports, vault, recordsOf, baseUrl, send } = this.#parts;
      const { purpose, channel } = this.#asked(wanted);
      const records = await recordsOf(id);
      if (needsGuardian(consent, await consent.ledger(id), purpose))
        throw new Fault('conflict', 'a child: the guardian consents');
      const nowMs = ports.clock.nowMs();
      if ((await countRequests(store, records, nowMs - dayMs)) >= preferenceLimits.requestsPerDay)
        throw new Fault('too_busy', 'preferenceLimits.requestsPerDay', { retryAfterS: dayMs / 1000 });
      if ((await countMessages(store)) >= preferenceLimits.messages) throw new Fault('too_busy', 'preferenceLimits.messages');
      const over = channel === '*' ? 'email' : channel;
      const address = wanted.address ?? (await this.#parts.addressOf(id, over));
      if (address === undefined) throw new Fault('bad_request', 'address: none is known, give one');
      const { keys, changes, keep } = await vault.auditKeys([id]);
      const key = keys.get(id);
      if (!key) throw new Fault('not_found', 'the person');
      const expiresAtMs = nowMs + preferenceLimits.requestHours * hourMs;
      const { token, hash } = makeLink(this.#keys, 'confirmation', expiresAtMs, ports.random);
      const requestId = await store.allocate('consent requests', 1);
      const { language, by } = wanted;
      const body: RequestBody = { purpose, channel, language, address, by };
      const text = shownText(consent.table, consent.table.purposes.get(purpose)!, language);
      const url = `${baseUrl()}/preferences/confirm/${token}`;
      const message: OutgoingMessage = {
        channel: over,
        to: address,
        ...messageOf(text, consent.table.controller, url, expiresAtMs),
      };
      const times = { made_at_ms: nowMs, expires_at_ms: expiresAtMs };
      const row: RequestRow = {
        request_id: requestId,
        link_hash: hash,
        record_id: id,
        ...times,
        confirmed_at_ms: null,
        body: sealEnvelope(key, subjectEpoch, requestPlace, requestId, toBytes(body)),
      };
      const waiting = send ? [] : [putMessage(await this.#waiting(id, key, message, times))];
      await store.transact([...changes, putRequest(row), dropExpiredMessages(nowMs), ...waiting]);
      keep();
      await send?.(message);
      return this.#view(row, body, await consent.ledger(id));
    });
  }

  /** What a confirmation is about. @throws {Fault} `not_found` for one that confirms nothing */
  async requestOf(token: string): Promise<ConsentRequest & { record: number }> {
    const { row, body } = await this.#requestBy(token);
    return { ...this.#view(row, body, await this.#parts.consent.ledger(row.record_id)), record: row.record_id };
  }

  /** The customer pressed the button. A request that is confirmed stays so; one that they have said no to since is no consent. */
  async confirm(token: string, language: Language): Promise<ConsentRequest> {
    return this.#alone(async () => {
      const { consent, store, ports } = this.#parts;
      const { row, body } = await this.#requestBy(token);
      const ledger = await consent.ledger(row.record_id);
      const before = this.#view(row, body, ledger);
      if (before.state !== 'pending') return before;
      const { purpose, channel } = body;
      const choice = { purpose, channel, wanted: true };
      const now = effectiveOf(ledger, purpose, channel);
      const told = now && this.#toldOf(choice, now, language, `double opt-in request ${row.request_id}`);
      if (!told || needsGuardian(consent, ledger, purpose)) throw notALink();
      // Killed between the two, the request waits on and can be confirmed again: the consent is said twice, never lost.
      const after = await consent.tell(row.record_id, told, { actor: customer });
      const confirmed = { ...row, confirmed_at_ms: ports.clock.nowMs() };
      await store.transact([putRequest(confirmed)]);
      return this.#view(confirmed, body, after);
    });
  }

  /** Requests made to a person, the newest first. @throws {Fault} `not_found` */
  async requests(id: number): Promise<ConsentRequest[]> {
    const { store, vault, recordsOf, consent } = this.#parts;
    const rows = await readRequests(store, await recordsOf(id), preferenceLimits.pageRequests);
    const ledger = await consent.ledger(id);
    const keys = await vault.openAuditKeys(rows.map(({ record_id }) => record_id));
    return rows.flatMap((row) => {
      const key = keys.get(row.record_id);
      return key ? [this.#view(row, openRequest(key, row), ledger)] : [];
    });
  }

  /** Messages that wait for a channel, the oldest first. */
  async outbox(after = 0, limit: number = preferenceLimits.pageMessages): Promise<WaitingMessage[]> {
    const { store, vault, ports } = this.#parts;
    const most = Math.min(limit, preferenceLimits.pageMessages);
    const rows = await readMessages(store, ports.clock.nowMs(), after, most);
    const keys = await vault.openAuditKeys(rows.map(({ record_id }) => record_id));
    return rows.flatMap((row) => {
      const key = keys.get(row.record_id);
      if (!key) return [];
      const message = JSON.parse(openEnvelope(key, outboxPlace, row.outbox_id, row.body).toString('utf8')) as OutgoingMessage;
      const { outbox_id: id, record_id, made_at_ms: madeAtMs, expires_at_ms: expiresAtMs } = row;
      return [{ id, person: `p${record_id}`, madeAtMs, expiresAtMs, ...message }];
    });
  }

  /** Every text that was ever shown, with when it came into force. */
  async texts(): Promise<{ version: string; firstAtMs: number }[]> {
    return (await readTexts(this.#parts.store)).map(({ version, first_at_ms, body }) => ({
      version,
      firstAtMs: first_at_ms,
      ...(JSON.parse(body) as object),
    }));
  }

  /** For erasure: the changes that remove all of this about these records. */
  erase(records: readonly number[]): ReturnType<typeof eraseLinks> {
    return eraseLinks(records);
  }

  #toldOf({ purpose, channel, wanted }: Choice, now: Effective, language: Language, page: string): Told | undefined {
    const { table } = this.#parts.consent;
    const declared = table.purposes.get(purpose);
    if (!declared || declared.mode === 'always' || !columnsOf(declared).includes(channel)) return undefined;
    const version = versionOf(shownText(table, declared, language));
    return {
      purpose,
      ...(channel !== '*' && { channel }),
      status: wanted ? 'given' : declared.basis === 'consent' && now.allowed ? 'withdrawn' : 'denied',
      policyVersion: table.policyVersion ?? version,
      language: languageTags[language],
      evidence: `${page}, text ${version}`,
      ...(wanted && declared.apart.length > 0 && { separate: true }),
    };
  }

  #asked({ purpose: name, channel = '*' }: Wanted): { purpose: string; channel: string } {
    const purpose = this.#parts.consent.table.purposes.get(name);
    if (!purpose) throw new Fault('bad_request', 'purpose: none that is declared; GET /api/consent/purposes lists them');
    if (purpose.mode === 'always') throw new Fault('bad_request', 'purpose: it does not rest on what the customer says');
    const columns = columnsOf(purpose);
    // A yes is asked for one thing at a time.
    if (!columns.includes(channel)) throw new Fault('bad_request', `channel: one of ${columns.join(', ')}`);
    return { purpose: name, channel };
  }

  async #waiting(
    id: number,
    key: Parameters<typeof sealEnvelope>[0],
    message: OutgoingMessage,
    times: { made_at_ms: number; expires_at_ms: number },
  ): Promise<OutboxRow> {
    const outboxId = await this.#parts.store.allocate('consent outbox', 1);
    const body = sealEnvelope(key, subjectEpoch, outboxPlace, outboxId, toBytes(message));
    return { outbox_id: outboxId, record_id: id, ...times, body };
  }

  async #requestBy(token: string): Promise<{ row: RequestRow; body: RequestBody }> {
    const { store, vault, ports } = this.#parts;
    const hash = readLink(this.#keys, 'confirmation', token, ports.clock.nowMs());
    const row = hash && (await readRequestBy(store, hash));
    const key = row && (await vault.openAuditKeys([row.record_id])).get(row.record_id);
    if (!row || !key) throw notALink();
    return { row, body: openRequest(key, row) };
  }

  #view(row: RequestRow, body: RequestBody, ledger: Ledger): ConsentRequest {
    const { purpose, channel, language, by } = body;
    const { made_at_ms: madeAtMs, expires_at_ms: expiresAtMs, confirmed_at_ms: confirmedAtMs } = row;
    const saidNo = ledger.facts.some((fact) => fact.atMs >= madeAtMs && reaches(fact, purpose, channel));
    const expired = expiresAtMs <= this.#parts.ports.clock.nowMs();
    const state = confirmedAtMs !== null ? 'confirmed' : saidNo ? 'superseded' : expired ? 'expired' : 'pending';
    const times = { madeAtMs, expiresAtMs, ...(confirmedAtMs !== null && { confirmedAtMs }) };
    return { id: row.request_id, state, purpose, channel, language, by, ...times };
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#changing.then(work);
    this.#changing = next.catch(() => undefined);
    return next;
  }
}

export { pageVersion };

export function effectiveOf({ effective }: Ledger, purpose: string, channel: string): Effective | undefined {
  return effective.find((one) => one.purpose === purpose && one.channel === channel);
}

export function needsGuardian({ table }: Consent, { child }: Ledger, purpose: string): boolean {
  return child && table.purposes.get(purpose)?.basis === 'consent';
}

function openRequest(key: Parameters<typeof openEnvelope>[0], row: RequestRow): RequestBody {
  try {
    return JSON.parse(openEnvelope(key, requestPlace, row.request_id, row.body).toString('utf8')) as RequestBody;
  } catch (error) {
    if (error instanceof SealBroken) throw new Fault('seal_broken', `consent_requests ${row.request_id}`, { cause: error });
    throw error;
  }
}

/** One answer for all: whether a link was ever good is nobody's business. */
function notALink(): Fault {
  return new Fault('not_found', 'the link; it may have run out or been revoked');
}
