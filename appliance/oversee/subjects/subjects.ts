// The rights of the person: erasure that holds, everything about somebody in one package, requests with their deadlines, retention, and the
// documents that say what the node does with personal data. Other slices register here what they keep.

import { publicKeyOf } from '../../../crypto/signing.ts';
import type { AuditLog } from '../../core/audit/audit.ts';
import { Fault } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model/event.ts';
import type { Law } from '../../core/model/law-packs.ts';
import type { Ports } from '../../core/ports.ts';
import type { Finding, Store } from '../../core/store/store.ts';
import type { Turns } from '../../core/turns/turns.ts';
import type { Vault } from '../../core/vault/vault.ts';
import type { Consent } from '../../record/consent/consent.ts';
import type { Profiles } from '../../record/profiles/profiles.ts';
import type { Quarantine, Sources } from '../../record/sources/sources.ts';
import { Documents } from './documents.ts';
import { Downstream, type ErasureTarget, type Post } from './downstream.ts';
import { Erasures, type ErasureView } from './erasure.ts';
import { ErasureLog } from './erasure-log.ts';
import type { By } from './erasure-store.ts';
import { holdersBelow } from './holders.ts';
import { type Package, packageOf } from './package.ts';
import { SubjectRegistry } from './registry.ts';
import { Requests } from './requests.ts';
import { Retention, type RetentionRule } from './retention.ts';
import { bodySeal } from './sealed-row.ts';

export { assessmentText, pageOf, registerText } from './document-text.ts';
export type { Assessment, Register, Versioned } from './documents.ts';
export type { ErasureTarget, Post, Told } from './downstream.ts';
export type { ErasureView } from './erasure.ts';
export { erasureLogFile } from './erasure-log.ts';
export { type By, type ErasureReason, erasureReasons } from './erasure-store.ts';
export { type Letter, type LetterKind, letterKinds } from './letters.ts';
export { subjectMigrations } from './migrations.ts';
export type { Package } from './package.ts';
export { packagePage } from './package-page.ts';
export { type Receipt, type ReceiptVerdict, verifyReceipt } from './receipt.ts';
export { type Gone, nothingAboutSubjects, type Subject, type SubjectHolder, SubjectRegistry } from './registry.ts';
export { type Check, checks } from './request-store.ts';
export type { RequestView } from './requests.ts';
export type { Preview, RetentionRule, RetentionRun } from './retention.ts';

/** How often what could not be finished, for a full disk or a log that takes no entries, is tried again. */
const goOnEveryMs = 600_000;

export type SubjectsParts = {
  store: Store;
  vault: Vault;
  ports: Ports;
  audit: AuditLog;
  profiles: Profiles;
  consent: Consent;
  quarantine: Quarantine;
  sources: Pick<Sources, 'list'>;
  /** The file of the list of erasures. */
  erasureLog: string;
  targets: readonly ErasureTarget[];
  retention: readonly RetentionRule[];
  turns?: Turns;
  /** What the documents say of the node's set-up: computed traits, identifiers. */
  declared: { computedTraits: readonly string[] };
  post?: Post;
};

export class Subjects {
  readonly #parts: SubjectsParts;
  readonly #downstream: Downstream;
  #goingOn: ReturnType<typeof setInterval> | undefined;
  readonly registry = new SubjectRegistry();
  readonly erasures: Erasures;
  readonly requests: Requests;
  readonly retention: Retention;
  readonly documents: Documents;

  constructor(parts: SubjectsParts) {
    this.#parts = parts;
    const { store, vault, ports, audit, profiles, consent, quarantine, targets, post } = parts;
    const seal = bodySeal(vault);
    this.#downstream = new Downstream({ store, vault, ports, targets, ...(post && { post }) });
    this.requests = new Requests({
      store,
      ports,
      seal,
      law: consent.table.pack.law,
      acts: {
        recordsOf: (person) => profiles.recordsOf(person),
        erase: async (person, { actor, request }) =>
          (await this.eraseSubject(person, { actor, reason: 'request', request })).erasure,
        rectify: async (person, traits: JsonObject, actor) => {
          await profiles.setByHand(person, traits, { actor, reason: 'rectification' });
        },
        object: (person, purposes, actor) => objectTo(consent, person, purposes, actor),
        restricted: (recordIds) => consent.restrict(recordIds),
      },
    });
    const holders = holdersBelow({ store, profiles, consent, quarantine, audit, downstream: this.#downstream });
    for (const holder of [...holders, this.requests.holder]) this.registry.register(holder);
    this.erasures = new Erasures({
      store,
      vault,
      ports,
      audit,
      profiles,
      registry: this.registry,
      downstream: this.#downstream,
      log: new ErasureLog(parts.erasureLog, publicKeyOf(vault.signingKey())),
      refuseIfHeld: (recordIds) => this.requests.refuseIfHeld(recordIds),
    });
    this.retention = new Retention({
      store,
      seal,
      ports,
      rules: parts.retention,
      profiles,
      erase: (recordIds, sinceMs, along) =>
        this.erasures.destroy({ records: recordIds, inactiveSinceMs: sinceMs }, { actor: 'system', reason: 'retention' }, along),
      finishErasures: () => this.erasures.finish(),
      ...(parts.turns && { turns: parts.turns }),
      held: async (recordIds) => {
        await this.requests.refuseIfHeld(recordIds);
      },
      note: (entry) => audit.append(entry),
    });
    this.registry.register(this.retention.holder);
    this.documents = new Documents({
      store,
      seal,
      ports,
      table: consent.table,
      sources: parts.sources,
      targets,
      retention: parts.retention,
      computedTraits: parts.declared.computedTraits,
      holders: () => this.registry.holders,
    });
  }

  /** Before the node serves: erasures first, so that nothing a backup brought back is ever shown. */
  async begin(): Promise<void> {
    await this.requests.begin();
    await this.erasures.resume();
    await this.retention.begin();
    this.retention.start();
    this.#goingOn = setInterval(() => void this.erasures.goOn(), goOnEveryMs);
    this.#goingOn.unref();
  }

  /** The one act of erasing somebody, for whoever lets it pass: four eyes, a request, an operator. */
  eraseSubject(person: number, by: By): Promise<ErasureView> {
    return this.erasures.erase({ person }, by);
  }

  /** Everything that every registered slice keeps about somebody. @throws {Fault} `not_found` */
  async export(person: number): Promise<Package> {
    const { profiles, ports, consent } = this.#parts;
    const recordIds = await profiles.recordsOf(person);
    return packageOf(this.registry.holders, { person, recordIds }, consent.table, ports.clock.nowMs());
  }

  /** What letters say of the node. */
  letterhead(): { law: Law; controller: string; nowMs: number } {
    const { table } = this.#parts.consent;
    return { law: table.pack.law, controller: table.controller, nowMs: this.#parts.ports.clock.nowMs() };
  }

  async check(): Promise<Finding[]> {
    return this.erasures.check();
  }

  /** Resolves when systems downstream that can be told now have been. */
  async quiet(): Promise<void> {
    await this.#downstream.quiet();
  }

  async close(): Promise<void> {
    clearInterval(this.#goingOn);
    await this.retention.stop();
    await this.erasures.settled();
    await this.#downstream.stop();
  }
}

/** A no to what may be objected to: what rests on consent or on the organisation's own interest. */
async function objectTo(
  consent: Consent,
  person: number,
  purposes: readonly string[] | undefined,
  actor: string,
): Promise<string[]> {
  const all = [...consent.table.purposes.values()].filter(({ mode }) => mode !== 'always').map(({ purpose }) => purpose);
  const named = purposes ?? all;
  const other = named.find((purpose) => !all.includes(purpose));
  if (other !== undefined)
    throw new Fault('bad_request', 'purposes: one is not declared, or does not rest on what one may object to');
  for (const purpose of named)
    await consent.tell(person, { purpose, status: 'denied', evidence: 'objection' }, { actor, reason: 'objection' });
  return [...named];
}
